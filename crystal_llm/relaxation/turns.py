"""The order in which crystals are relaxed."""

from __future__ import annotations

from collections.abc import Sequence

_FEW_TURNS = 8
"""Relaxations a process that are few."""

_LAST_TURNS = 2
_GOLDEN = (5**0.5 - 1) / 2
"""Its multiples modulo 1 are spread evenly, however many are taken."""


def turns(atoms: Sequence[int], processes: int) -> list[int]:
    """The order in which crystals are relaxed.

    Few of them the largest first, so that no long one is left to the end. Of many, whose largest
    take a hundred times as long as the smallest, those done at any time are a fair sample, so that
    they tell how long the rest will take; the smallest are left to the end.

    Args:
        atoms: Of each crystal.
        processes: At once.

    Returns:
        Places among the crystals.
    """
    largest_first = sorted(range(len(atoms)), key=lambda place: -atoms[place])
    if len(atoms) <= _FEW_TURNS * processes:
        return largest_first
    last = len(atoms) - _LAST_TURNS * processes
    spread = sorted(range(last), key=lambda place: place * _GOLDEN % 1.0)
    return [largest_first[place] for place in spread] + largest_first[last:]
