"""How the Infill page writes sites and probabilities."""

from __future__ import annotations

import re


def sites_from_one(text: str) -> str:
    """A text about sites with their numbers as picture and table show them.

    Python and the shell count sites from 0, picture and table from 1.
    """
    return re.sub(
        r"\b(sites? )(\d+(?:, \d+)*)",
        lambda found: found[1] + ", ".join(str(int(one) + 1) for one in found[2].split(", ")),
        text,
    )


def percent(value: float) -> str:
    """A probability for a reader: ``12%``, ``3.4%``, ``0.02%``, ``< 0.01%``."""
    share = 100 * value
    if share >= 9.95:
        return f"{share:.0f}%"
    if share >= 0.095:
        return f"{share:.1f}%"
    return f"{share:.2f}%" if share >= 0.01 else "< 0.01%"
