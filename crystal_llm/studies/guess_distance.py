"""How far a first guess lies from the masked element in the periodic table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.evaluation.rates import Rate

_NOBLE_GASES = (2, 10, 18, 36, 54, 86, 118)

CLASSES: tuple[tuple[str, int, int], ...] = (
    ("right", 0, 0),
    ("1 step", 1, 1),
    ("2 steps", 2, 2),
    ("3 to 5 steps", 3, 5),
    ("farther", 6, 24),
)
"""Name, fewest and most steps."""


def steps_apart(first: str, second: str) -> int:
    """Steps between two elements in the table of 18 groups: periods plus groups apart.

    The lanthanides stand in one place, the one of group 3 in their period, and so do the
    actinides; two of them are one step apart.
    """
    if first == second:
        return 0
    place, other = _place(first), _place(second)
    return max(abs(place[0] - other[0]) + abs(place[1] - other[1]), 1)


def shares(pairs: Sequence[tuple[str, str]]) -> dict[str, Rate]:
    """Share of each class of :data:`CLASSES` among pairs of masked element and guess."""
    steps = [steps_apart(*pair) for pair in pairs]
    return {
        name: Rate(sum(low <= step <= high for step in steps), len(steps), "masked crystals")
        for name, low, high in CLASSES
    }


def distance_table(guesses: Mapping[str, Sequence[tuple[str, str]]]) -> list[str]:
    """Lines of a Markdown table, one a guesser.

    Args:
        guesses: For each guesser, pairs of masked element and first guess.
    """
    lines = [
        f"| first guess | {' | '.join(name for name, _, _ in CLASSES)} |",
        "|---" * (len(CLASSES) + 1) + "|",
    ]
    for guesser, pairs in guesses.items():
        cells = []
        for rate in shares(pairs).values():
            low, high = rate.interval or (0.0, 1.0)
            share = 100 * (rate.share or 0.0)
            cells.append(f"{share:.1f}% ({100 * low:.1f} to {100 * high:.1f}%)")
        lines.append(f"| {guesser} | {' | '.join(cells)} |")
    return lines


def _place(symbol: str) -> tuple[int, int]:
    """Period and group of an element, both from 1."""
    number = ELEMENTS.index(symbol) + 1
    period = next(row for row, last in enumerate(_NOBLE_GASES, start=1) if number <= last)
    after = number - (_NOBLE_GASES[period - 2] if period > 1 else 0)
    before_end = 18 - (_NOBLE_GASES[period - 1] - number)
    if after <= 2 and number != 2:
        return period, after
    # From the right where a row has all its places there; else the f-block, in group 3.
    return period, max(before_end, 3)
