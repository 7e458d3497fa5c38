"""The symbols that crystal text is made of."""

from __future__ import annotations

DIGITS = "0123456789"
POINT, SPACE, NEWLINE = ".", " ", "\n"
MASK = "[MASK]"
END = ""
"""The symbol that ends a crystal."""
