"""Energies weighed into what a model says of masked sites: worked by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.infill.distribution import ElementDistribution
from crystal_llm.infill.weighing import (
    ENERGY_SCALE_EV_PER_ATOM,
    WEIGHED_ELEMENTS,
    energies_by_element,
    weighed,
)
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))


def distribution(*origins, elements=("Na", "K", "Rb")):
    rows = tuple(tuple(math.log(value) for value in row) for row in origins)
    shifts = ((0.0,) * 3,) * (len(origins) if len(origins) > 1 else 0)
    return ElementDistribution((0,), ("Na",), elements, rows, shifts, "m", 0.5)


def energies(values):
    """By what stands at the masked site; what else is there must be as it was."""

    def above(crystals):
        assert all(replace(crystal, species=SALT.species) == SALT for crystal in crystals)
        assert all(crystal.species[1] == "Cl" for crystal in crystals)
        return [values[crystal.species[0]] for crystal in crystals]

    return above


def test_probabilities_are_multiplied_by_boltzmann_factors():
    scale = ENERGY_SCALE_EV_PER_ATOM
    both = weighed(
        distribution((0.5, 0.3, 0.2)),
        SALT,
        energies({"Na": 2 * scale, "K": -0.3, "Rb": scale}),
    )
    # What lies below the hull counts as on it.
    parts = np.array([0.5 * math.exp(-2), 0.3, 0.2 * math.exp(-1)])
    assert both.probabilities() == pytest.approx(parts / parts.sum())
    assert [guess.element for guess in both.ranked()] == ["K", "Rb", "Na"]
    assert energies_by_element(both) == pytest.approx({"Na": 2 * scale, "K": -0.3, "Rb": scale})
    assert both.wall_s > 0.5


def test_each_origin_is_weighed_alike():
    both = weighed(
        distribution((0.6, 0.4), (0.2, 0.8), elements=("Na", "K")),
        SALT,
        energies({"Na": 0.0, "K": ENERGY_SCALE_EV_PER_ATOM}),
    )
    parts = np.array([0.4, 0.6 * math.exp(-1)])
    assert both.probabilities() == pytest.approx(parts / parts.sum())
    assert both.origin_dependence().mean_total_variation > 0.1


def test_an_element_without_an_energy_counts_as_the_dearest():
    both = weighed(
        distribution((0.9, 0.1), elements=("Na", "K")), SALT, energies({"Na": None, "K": 0.0})
    )
    assert both.ranked()[0].element == "K"
    assert energies_by_element(both) == {"K": 0.0}


@pytest.mark.parametrize(("copies", "most"), [(1, WEIGHED_ELEMENTS), (20, 15), (100, 10)])
def test_the_likeliest_are_weighed_and_fewer_in_large_cells(copies, most):
    count = len(TRAINED_ELEMENTS)
    values = np.arange(count, 0, -1.0)
    asked = []

    def above(crystals):
        asked.extend(crystal.species[0] for crystal in crystals)
        return [0.1] * len(crystals)

    crystal = replace(
        SALT,
        species=SALT.species * copies,
        fractional_coordinates=tuple(
            (x, y, (z + place) / copies)
            for place in range(copies)
            for x, y, z in SALT.fractional_coordinates
        ),
    )
    model = distribution(values / values.sum(), elements=TRAINED_ELEMENTS)
    both = weighed(model, crystal, above)
    assert asked == [guess.element for guess in model.ranked()][:most]
    # Alike in energy, so nothing changes, and what is not weighed stays behind.
    assert both.probabilities() == pytest.approx(model.probabilities())
    assert len(energies_by_element(both)) == most


def test_a_centred_cell_is_weighed_as_its_primitive_one():
    cubic = PlainCrystal(
        (5.7,) * 3,
        (90.0,) * 3,
        ("Na",) * 4 + ("Cl",) * 4,
        tuple(
            ((x + shift) % 1, y, z)
            for shift in (0.0, 0.5)
            for x, y, z in ((0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0))
        ),
    )
    asked = []

    def above(crystals):
        asked.extend(crystals)
        return [0.0] * len(crystals)

    model = replace(distribution((0.6, 0.4), elements=("Na", "K")), sites=(0, 1, 2, 3))
    weighed(model, cubic, above)
    assert [sorted(crystal.species) for crystal in asked] == [["Cl", "Na"], ["Cl", "K"]]
    # One sodium alone breaks the centring: nothing smaller holds it.
    asked.clear()
    weighed(replace(model, sites=(0,)), cubic, above)
    assert [len(crystal.species) for crystal in asked] == [2, 8]
