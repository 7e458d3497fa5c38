"""Which test crystals one crystal lies near, so that coverage adds up crystal by crystal.

The definitions are those of :mod:`crystal_llm.evaluation.coverage`, which takes all samples at
once. A study fills slowly and is looked at meanwhile: each of its crystals is marked once, and
the coverage of a cell is what the marks of its crystals have together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from crystal_llm.evaluation.coverage import COVERAGE_CUTOFFS, Cutoffs, FingerprintSet
from crystal_llm.evaluation.fingerprints import Fingerprint, scaled_compositions
from crystal_llm.evaluation.rates import Rate
from crystal_llm.types import Array

_DIGITS = 4
"""Of a stored feature: distances of 0.1 and more do not feel the fifth."""


@dataclass(frozen=True, slots=True)
class CoverageMarks:
    """The fingerprints of one crystal, and the test crystals within the cutoffs of them.

    Attributes:
        structure: CrystalNN's, 61 numbers; None where the structure has none.
        composition: Magpie's on CDVAE's scale, 132 numbers.
        near_structure: A bit a test crystal, in hex: whether its structure is near.
        near_composition: The same of the composition.
        test_crystals: How many test crystals there are.
        failure: Why the structure has no fingerprint.
    """

    structure: tuple[float, ...] | None
    composition: tuple[float, ...]
    near_structure: str
    near_composition: str
    test_crystals: int
    failure: str | None = None


def coverage_marks(
    made: Fingerprint, test: FingerprintSet, cutoffs: Cutoffs = COVERAGE_CUTOFFS
) -> CoverageMarks:
    """Marks the test crystals that a crystal lies near.

    Args:
        made: The crystal's fingerprints. Without one of its structure it covers nothing, as in
            CDVAE's metric.
        test: Those of the test crystals.
        cutoffs: Within which a crystal is near.
    """
    composition = scaled_compositions(made.composition[None])[0]
    if made.structure is None:
        none = _hex(np.zeros(len(test), dtype=bool))
        return CoverageMarks(None, _rounded(composition), none, none, len(test), made.failure)
    return CoverageMarks(
        _rounded(made.structure),
        _rounded(composition),
        _hex(_within(made.structure, test.structures, cutoffs.structure)),
        _hex(_within(composition, test.compositions, cutoffs.composition)),
        len(test),
    )


def marked_recall(marks: Sequence[CoverageMarks]) -> Rate | None:
    """The share of the test crystals that crystals cover together; None without any crystal."""
    if not marks:
        return None
    structures = reduce(or_, (int(near.near_structure or "0", 16) for near in marks))
    compositions = reduce(or_, (int(near.near_composition or "0", 16) for near in marks))
    return Rate((structures & compositions).bit_count(), marks[0].test_crystals, "test crystals")


def covers(marks: CoverageMarks) -> bool:
    """Whether a test crystal lies near in structure and one (perhaps another) in composition."""
    return bool(int(marks.near_structure or "0", 16) and int(marks.near_composition or "0", 16))


def _within(fingerprint: Array, others: Array, cutoff: float) -> np.ndarray:
    from scipy.spatial.distance import cdist

    if not len(others):
        return np.zeros(0, dtype=bool)
    return np.asarray(cdist(fingerprint[None], others)[0] <= cutoff)


def _hex(flags: np.ndarray) -> str:
    return np.packbits(flags).tobytes().hex()


def _rounded(features: Array) -> tuple[float, ...]:
    return tuple(round(float(feature), _DIGITS) for feature in features)
