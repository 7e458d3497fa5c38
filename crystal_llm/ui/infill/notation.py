"""How the Infill page writes probabilities."""

from __future__ import annotations


def percent(value: float) -> str:
    """A probability for a reader: ``12%``, ``3.4%``, ``0.02%``, ``< 0.01%``."""
    share = 100 * value
    if share >= 9.95:
        return f"{share:.0f}%"
    if share >= 0.095:
        return f"{share:.1f}%"
    return f"{share:.2f}%" if share >= 0.01 else "< 0.01%"
