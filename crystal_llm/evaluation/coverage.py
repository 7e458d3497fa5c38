"""How well samples cover test crystals, and how far they are from the training set.

Sources: CDVAE (arXiv 2110.06197), Section 5.2, and its metrics code: *recall* is the share of
test crystals that have a sample within both cutoffs, *precision* the share of samples that
have a test crystal within both. The nearest neighbour in structure and the one in composition
may be two different crystals, as there. CrystalLLM (arXiv 2402.04379), Appendix B.6: a sample
is *new* in structure or in composition where its nearest training crystal is farther than the
cutoff, and new overall where it is new in either.

Distances are Euclidean, between the fingerprints of
:mod:`crystal_llm.evaluation.fingerprints`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crystal_llm.evaluation.fingerprints import (
    COMPOSITION_FEATURES,
    STRUCTURE_FEATURES,
    Fingerprint,
    scaled_compositions,
)
from crystal_llm.evaluation.rates import Rate
from crystal_llm.types import Array

_DISTANCES_AT_ONCE = 4_000_000
"""32 MB of them, whatever the number of crystals."""


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Distances within which two crystals are alike.

    Attributes:
        structure: Between structure fingerprints.
        composition: Between composition fingerprints on CDVAE's scale.
    """

    structure: float
    composition: float


COVERAGE_CUTOFFS = Cutoffs(0.4, 10.0)
"""CDVAE's for MP-20."""

NOVELTY_CUTOFFS = Cutoffs(0.1, 2.0)
"""CrystalLLM's."""


@dataclass(frozen=True, slots=True, eq=False)
class FingerprintSet:
    """The fingerprints of a set of crystals that have both.

    Attributes:
        structures: Shape (n, 61).
        compositions: On CDVAE's scale, shape (n, 132).
    """

    structures: Array
    compositions: Array

    def __len__(self) -> int:
        return len(self.structures)


def fingerprint_set(fingerprints: Sequence[Fingerprint]) -> FingerprintSet:
    """The set of those that have a fingerprint of their structure."""
    pairs = [
        (fingerprint.structure, fingerprint.composition)
        for fingerprint in fingerprints
        if fingerprint.structure is not None
    ]
    structures = np.array([first for first, _ in pairs]).reshape(-1, STRUCTURE_FEATURES)
    compositions = np.array([second for _, second in pairs]).reshape(-1, COMPOSITION_FEATURES)
    return FingerprintSet(structures, scaled_compositions(compositions))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well samples cover a set of test crystals.

    Attributes:
        recall: Of the test crystals.
        precision: Of the samples, failures among them.
        structure_distance_recall: Mean distance of a test crystal's structure to the
            nearest sample's (CDVAE's AMSD-R); None without samples.
        structure_distance_precision: The same from the samples (AMSD-P).
        composition_distance_recall: Of the compositions (AMCD-R).
        composition_distance_precision: Of the compositions (AMCD-P).
    """

    recall: Rate
    precision: Rate
    structure_distance_recall: float | None
    structure_distance_precision: float | None
    composition_distance_recall: float | None
    composition_distance_precision: float | None


def coverage(
    samples: FingerprintSet,
    test: FingerprintSet,
    asked: int,
    cutoffs: Cutoffs = COVERAGE_CUTOFFS,
    whole: str = "asked",
) -> Coverage:
    """Coverage of test crystals by samples.

    Args:
        samples: The samples that have fingerprints.
        test: The test crystals that have fingerprints.
        asked: All samples, failures among them: the denominator of precision.
        cutoffs: Within which a crystal is covered.
        whole: What ``asked`` counts.
    """
    if not len(samples) or not len(test):
        empty = Rate(0, len(test), "test crystals")
        return Coverage(empty, Rate(0, asked, whole), None, None, None, None)
    structure_p, structure_r = nearest(samples.structures, test.structures)
    composition_p, composition_r = nearest(samples.compositions, test.compositions)
    recalled = (structure_r <= cutoffs.structure) & (composition_r <= cutoffs.composition)
    precise = (structure_p <= cutoffs.structure) & (composition_p <= cutoffs.composition)
    return Coverage(
        Rate(int(recalled.sum()), len(test), "test crystals"),
        Rate(int(precise.sum()), asked, whole),
        float(structure_r.mean()),
        float(structure_p.mean()),
        float(composition_r.mean()),
        float(composition_p.mean()),
    )


@dataclass(frozen=True, slots=True)
class FingerprintNovelty:
    """How many samples are new by their fingerprints.

    Attributes:
        structural: New in structure.
        compositional: New in composition.
        overall: New in either.
    """

    structural: Rate
    compositional: Rate
    overall: Rate


def fingerprint_novelty(
    samples: FingerprintSet,
    known: FingerprintSet,
    cutoffs: Cutoffs = NOVELTY_CUTOFFS,
    whole: str = "with a fingerprint",
) -> FingerprintNovelty:
    """How many samples are new against known crystals.

    Args:
        samples: The samples; CrystalLLM takes the metastable ones.
        known: The training set, say.
        cutoffs: Beyond which a sample is new.
        whole: What the samples are.
    """
    if not len(samples):
        nothing = Rate(0, 0, whole)
        return FingerprintNovelty(nothing, nothing, nothing)
    structures = np.full(len(samples), np.inf)
    compositions = structures
    if len(known):
        structures, _ = nearest(samples.structures, known.structures)
        compositions, _ = nearest(samples.compositions, known.compositions)
    structural, compositional = structures > cutoffs.structure, compositions > cutoffs.composition

    def rate(new: np.ndarray) -> Rate:
        return Rate(int(new.sum()), len(samples), whole)

    return FingerprintNovelty(
        rate(structural), rate(compositional), rate(structural | compositional)
    )


def nearest(first: Array, second: Array) -> tuple[Array, Array]:
    """Distance to the nearest of the other set, for each of both.

    Args:
        first: Shape (n, features), n at least 1.
        second: Shape (m, features), m at least 1.

    Returns:
        Of the first, shape (n,), and of the second, shape (m,).
    """
    from scipy.spatial.distance import cdist

    from_first = np.empty(len(first))
    from_second = np.full(len(second), np.inf)
    step = max(1, _DISTANCES_AT_ONCE // len(second))
    for start in range(0, len(first), step):
        distances = cdist(first[start : start + step], second)
        from_first[start : start + step] = distances.min(axis=1)
        np.minimum(from_second, distances.min(axis=0), out=from_second)
    return from_first, from_second
