"""How unlike each other crystals are: mean distance over all pairs.

CDVAE's two fingerprints (arXiv 2110.06197; CrystalLLM, Appendix B.6), as matminer has them:
Magpie's of the composition and CrystalNN's order parameters, averaged over the sites. Magpie
features are standardised over a set that all compared methods share, since their units
differ by orders of magnitude.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crystal_llm.evaluation.rates import Mean
from crystal_llm.types import PlainCrystal

Array = NDArray[np.float64]

_RESAMPLES = 500


def composition_fingerprints(crystals: Sequence[PlainCrystal]) -> Array:
    """Magpie features of the compositions, shape (n, 132)."""
    from pymatgen.core import Composition

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.array(
            [_magpie().featurize(Composition("".join(one.species))) for one in crystals],
            dtype=float,
        ).reshape(len(crystals), -1)


def structure_fingerprint(crystal: PlainCrystal) -> Array | None:
    """CrystalNN order parameters averaged over the sites, shape (61,).

    None where no neighbours are found, as for atoms that lie on each other.
    """
    from crystal_llm.crystal.conversion import structure

    whole = structure(crystal)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            sites = [_crystal_nn().featurize(whole, site) for site in range(len(whole))]
        except (ValueError, IndexError, ZeroDivisionError, RuntimeError):
            return None
    return np.asarray(np.array(sites, dtype=float).mean(axis=0))


def standardised(fingerprints: Array, over: Array) -> Array:
    """Fingerprints in standard deviations of a common set; constant features fall to 0."""
    spread = over.std(axis=0)
    return np.asarray((fingerprints - over.mean(axis=0)) / np.where(spread > 0, spread, np.inf))


def mean_pair_distance(fingerprints: Array) -> Mean | None:
    """Mean Euclidean distance over all pairs, with a bootstrap interval over crystals.

    None for fewer than two crystals.
    """
    count = len(fingerprints)
    if count < 2:
        return None
    apart = np.linalg.norm(fingerprints[:, None] - fingerprints[None], axis=2)
    different = ~np.eye(count, dtype=bool)
    random = np.random.default_rng(0)
    means = []
    for _ in range(_RESAMPLES):
        picks = random.integers(0, count, size=count)
        # A crystal drawn twice is no pair with itself.
        real = different[np.ix_(picks, picks)]
        if real.any():
            means.append(apart[np.ix_(picks, picks)][real].mean())
    low, high = np.percentile(means, [2.5, 97.5])
    return Mean(float(apart[different].mean()), float(low), float(high), count)


@cache
def _magpie() -> Any:
    from matminer.featurizers.composition import ElementProperty

    return ElementProperty.from_preset("magpie")


@cache
def _crystal_nn() -> Any:
    from matminer.featurizers.site import CrystalNNFingerprint

    return CrystalNNFingerprint.from_preset("ops")
