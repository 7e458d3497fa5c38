"""How unlike each other crystals are: mean distance over all pairs.

Source: CDVAE (arXiv 2110.06197) and CrystalLLM (arXiv 2402.04379), Appendix B.6, on the
fingerprints of :mod:`crystal_llm.evaluation.fingerprints`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from crystal_llm.evaluation.rates import Mean
from crystal_llm.types import Array

_MAX_CRYSTALS = 1000
"""Of more, so many are drawn, as CDVAE's code does; the expectation stays the same."""

_RESAMPLES = 500


def standardised(fingerprints: Array, over: Array) -> Array:
    """Fingerprints in standard deviations of a common set; constant features fall to 0."""
    spread = over.std(axis=0)
    return np.asarray((fingerprints - over.mean(axis=0)) / np.where(spread > 0, spread, np.inf))


def mean_pair_distance(
    fingerprints: Array, seed: int = 0, *, metric: Literal["euclidean", "jaccard"] = "euclidean"
) -> Mean | None:
    """Mean distance over all pairs, with a bootstrap interval over crystals.

    Args:
        fingerprints: Shape (n, features).
        seed: Of the draw of :data:`_MAX_CRYSTALS` and of the bootstrap.
        metric: Jaccard's is for features that are there or not.

    Returns:
        None for fewer than two crystals.
    """
    from scipy.spatial.distance import pdist, squareform

    random = np.random.default_rng(seed)
    if len(fingerprints) > _MAX_CRYSTALS:
        fingerprints = fingerprints[random.choice(len(fingerprints), _MAX_CRYSTALS, replace=False)]
    count = len(fingerprints)
    if count < 2:
        return None
    distances = pdist(fingerprints, metric)
    apart = squareform(distances)
    means = []
    for _ in range(_RESAMPLES):
        # How often each crystal is drawn; one drawn twice is no pair with itself.
        times = np.bincount(random.integers(0, count, size=count), minlength=count).astype(float)
        pairs = count**2 - times @ times
        if pairs:
            means.append(times @ apart @ times / pairs)
    low, high = np.percentile(means, [2.5, 97.5])
    return Mean(float(distances.mean()), float(low), float(high), count)
