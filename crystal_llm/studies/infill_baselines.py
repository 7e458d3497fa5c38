"""What a guess of a masked element is worth without a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.swap_table import RADIUS_TOLERANCE_ANGSTROM, swap_table
from crystal_llm.dataset.table import CrystalRow


def frequency_ranking(rows: Iterable[CrystalRow]) -> tuple[str, ...]:
    """Elements by the number of training crystals that hold them, the most frequent first.

    Args:
        rows: A table; only its training rows are counted.
    """
    counts: Counter[str] = Counter()
    for row in rows:
        if row.split == "train":
            counts.update(set(row.crystal.species))
    return tuple(sorted(TRAINED_ELEMENTS, key=lambda symbol: -counts[symbol]))


def swap_candidates(
    element: str, tolerance_angstrom: float = RADIUS_TOLERANCE_ANGSTROM
) -> frozenset[str]:
    """An element and those that the swap table has for it.

    The table's uniform choice among them is a baseline that is told the answer's
    neighbourhood, which the model is not.
    """
    return frozenset((element, *swap_table(tolerance_angstrom)[element]))
