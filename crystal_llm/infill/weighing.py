"""A second opinion on masked sites: the energy above hull with each element in its place.

The model says what it has read of crystals like this one; a potential says what the crystal as it
stands would cost. Their product, p · exp(−E / E₀), finds the masked element more often than either
(docs/infill.md). Nothing is relaxed, so a large element in a small hole is dear.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from crystal_llm.crystal.edits import substitute
from crystal_llm.crystal.reduction import niggli_primitive
from crystal_llm.generation.best_of import EnergiesAboveHull
from crystal_llm.infill.distribution import ElementDistribution
from crystal_llm.types import PlainCrystal

WEIGHED_ELEMENTS = 30
"""The likeliest elements are weighed; the others keep their order behind them."""

_LEAST_ELEMENTS = 10
_ATOMS_IN_ALL = 600  # of all the crystals that are weighed: a second or two of one core

ENERGY_SCALE_EV_PER_ATOM = 0.015
"""E₀: what makes an element e times less likely. The likeliest on 300 validation crystals
(docs/infill.md)."""

DEAREST_EV_PER_ATOM = 2.0
"""Higher energies are of atoms that overlap, and differ for no reason. Energies below the hull
count as on it."""


def weighed(
    distribution: ElementDistribution, crystal: PlainCrystal, energies: EnergiesAboveHull
) -> ElementDistribution:
    """The distribution with the energies of its likeliest elements in it.

    Args:
        distribution: What the model would put at the masked sites.
        crystal: The crystal; whatever stands at the masked sites is replaced.
        energies: Energies above hull of crystals as they stand, eV/atom.

    Returns:
        The same question's answer: log-probabilities less E / E₀, and the energies. An element
        that has no energy counts as the dearest, as do those that are not weighed.
    """
    began = time.perf_counter()
    likeliest = [guess.element for guess in distribution.ranked()[:WEIGHED_ELEMENTS]]
    first = _weighed_cell(crystal, distribution.sites, likeliest[0])
    ranked = likeliest[: max(_ATOMS_IN_ALL // len(first.species), _LEAST_ELEMENTS)]
    others = (_weighed_cell(crystal, distribution.sites, element) for element in ranked[1:])
    crystals = [first, *others]
    above = dict(zip(ranked, energies(crystals), strict=True))
    prices = np.array(
        [_price(above[name]) if name in above else None for name in distribution.elements],
        dtype=float,
    )
    prices[np.isnan(prices)] = np.nanmax(prices)
    logarithms = np.array(distribution.log_probabilities) - prices / ENERGY_SCALE_EV_PER_ATOM
    # Origins are averaged as probabilities, so each keeps its weight among them.
    norm = np.logaddexp.reduce(logarithms, axis=None) - math.log(len(logarithms))
    return replace(
        distribution,
        log_probabilities=tuple(tuple(map(float, row)) for row in logarithms - norm),
        energies_above_hull_ev_per_atom=tuple(above.get(name) for name in distribution.elements),
        wall_s=distribution.wall_s + time.perf_counter() - began,
    )


def _weighed_cell(crystal: PlainCrystal, sites: Sequence[int], element: str) -> PlainCrystal:
    """The crystal with an element at some sites; its primitive cell, where that holds less."""
    whole = substitute(crystal, sites, element).crystal
    primitive = niggli_primitive(whole)
    return primitive if len(primitive.species) < len(whole.species) else whole


def _price(above_ev_per_atom: float | None) -> float:
    if above_ev_per_atom is None:
        return DEAREST_EV_PER_ATOM
    return min(max(above_ev_per_atom, 0.0), DEAREST_EV_PER_ATOM)


def energies_by_element(distribution: ElementDistribution) -> dict[str, float]:
    """Energies above hull of the elements that were weighed, eV/atom."""
    pairs: Sequence[tuple[str, float | None]] = tuple(
        zip(distribution.elements, distribution.energies_above_hull_ev_per_atom, strict=False)
    )
    return {name: energy for name, energy in pairs if energy is not None}
