"""How the density and the number of elements of samples differ from test crystals', and histograms.

Wasserstein distances as CDVAE's metrics code takes them (arXiv 2110.06197, Section 5.2): of
valid samples against all test crystals, by ``scipy.stats.wasserstein_distance``. CDVAE draws
1,000 valid samples; here all of them count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from crystal_llm.crystal.crystallography import density_grams_per_cubic_centimetre
from crystal_llm.evaluation.rates import Mean
from crystal_llm.types import PlainCrystal

ENERGY_BINS_EV_PER_ATOM = (-0.05, 0.0, 0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
"""Edges of the histogram of energies above hull; each bin holds its upper edge."""

_RESAMPLES = 200


def densities(crystals: Sequence[PlainCrystal]) -> list[float]:
    """Mass densities in g/cm³ of the crystals that have one."""
    values = [density_grams_per_cubic_centimetre(crystal) for crystal in crystals]
    return [value for value in values if value is not None]


def numbers_of_elements(crystals: Sequence[PlainCrystal]) -> list[int]:
    """How many elements each crystal has."""
    return [len(set(crystal.species)) for crystal in crystals]


def wasserstein(samples: Sequence[float], test: Sequence[float], *, seed: int = 0) -> Mean | None:
    """Wasserstein-1 distance of two sets of numbers, in their unit.

    Args:
        samples: Of the samples.
        test: Of the test crystals.
        seed: Of the bootstrap over the samples.

    Returns:
        The distance; None where a set is empty. A bootstrap adds noise of its own, so the
        interval may lie above the distance where that is small.
    """
    from scipy.stats import wasserstein_distance

    if not samples or not test:
        return None
    random = np.random.default_rng(seed)
    values = np.asarray(samples, dtype=float)
    again = [
        wasserstein_distance(random.choice(values, len(values)), test) for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(again, [2.5, 97.5])
    return Mean(float(wasserstein_distance(values, test)), float(low), float(high), len(values))


def histogram(values: Sequence[int]) -> dict[int, int]:
    """How often each value occurs, by value."""
    return dict(sorted(Counter(values).items()))


def energy_histogram(energies_ev_per_atom: Sequence[float]) -> dict[str, int]:
    """How many energies above hull lie in each bin, by the bin's words."""
    edges = ENERGY_BINS_EV_PER_ATOM
    names = [
        f"≤ {edges[0]:g}",
        *(f"{low:g} to {high:g}" for low, high in pairwise(edges)),
        f"> {edges[-1]:g}",
    ]
    places = np.searchsorted(edges, np.asarray(energies_ev_per_atom, dtype=float), side="left")
    counts = np.bincount(places, minlength=len(names))
    return {name: int(count) for name, count in zip(names, counts, strict=True)}
