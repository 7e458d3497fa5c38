"""Edits: pairs that undo each other, counts, symmetry."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.edits import (
    add_atom,
    conventional_cell,
    delete,
    primitive_cell,
    scale_lattice,
    select,
    site_distances_angstrom,
    substitute,
    supercell,
)
from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.lattice_change import rescale_by_radii
from crystal_llm.crystal.reduction import lattice_matrix, spacegroup_number
from crystal_llm.crystal.symmetry import equivalent_sites, symmetrise
from crystal_llm.errors import InfillError
from crystal_llm.types import PlainCrystal

fraction = st.floats(0.0, 0.999)


@st.composite
def crystals(draw):
    count = draw(st.integers(2, 6))
    position = st.tuples(fraction, fraction, fraction)
    return PlainCrystal(
        draw(st.tuples(*[st.floats(3.0, 9.0)] * 3)),
        draw(st.tuples(*[st.floats(70.0, 110.0)] * 3)),
        tuple(draw(st.lists(st.sampled_from(ELEMENTS[:80]), min_size=count, max_size=count))),
        tuple(draw(st.lists(position, min_size=count, max_size=count))),
    )


@given(crystals(), st.sampled_from(ELEMENTS[:80]), st.data())
def test_a_substitution_is_undone_by_the_next(crystal, element, data):
    site = data.draw(st.integers(0, len(crystal.species) - 1))
    there = substitute(crystal, [site], element)
    back = substitute(there.crystal, [site], crystal.species[site])
    assert there.crystal.species[site] == element
    assert back.crystal == crystal
    assert crystal.species[site] in there.description


@given(crystals(), st.tuples(fraction, fraction, fraction))
def test_an_added_atom_is_deleted_again(crystal, position):
    try:
        added = add_atom(crystal, "Li", position).crystal
    except InfillError as error:
        assert "Å from site" in str(error)
        assert site_distances_angstrom(crystal, position).min() < 0.5
        return
    assert len(added.species) == len(crystal.species) + 1
    assert delete(added, [len(crystal.species)]).crystal == crystal


@given(crystals(), st.tuples(*[st.integers(1, 3)] * 3))
def test_a_supercell_has_as_many_atoms_and_as_much_room(crystal, repeats):
    enlarged = supercell(crystal, repeats).crystal
    times = math.prod(repeats)
    assert len(enlarged.species) == times * len(crystal.species)
    assert enlarged.species[:times] == (crystal.species[0],) * times
    volume = np.linalg.det(lattice_matrix(crystal))
    assert np.linalg.det(lattice_matrix(enlarged)) == pytest.approx(times * volume)
    assert all(0.0 <= value < 1.0 for site in enlarged.fractional_coordinates for value in site)
    # Every image lies where a lattice vector carries its site.
    matrix, large = lattice_matrix(crystal), lattice_matrix(enlarged)
    steps = (np.array(enlarged.fractional_coordinates) @ large) @ np.linalg.inv(matrix)
    home = np.repeat(np.array(crystal.fractional_coordinates), times, axis=0)
    assert np.allclose(steps - home, np.round(steps - home), atol=1e-6)


@given(crystals(), st.floats(0.6, 1.6))
def test_scaling_is_undone(crystal, factor):
    back = scale_lattice(scale_lattice(crystal, factor).crystal, 1 / factor).crystal
    assert back.lengths_angstrom == pytest.approx(crystal.lengths_angstrom)


TOO_CLOSE = PlainCrystal(
    (3.0, 3.2, 3.4), (90, 90, 90), ("N", "N"), ((0.02, 0.0, 0.33), (0.1, 0.14, 0.27))
)


def test_standard_cells_of_rock_salt(rock_salt):
    primitive = primitive_cell(rock_salt)
    assert sorted(primitive.crystal.species) == ["Cl", "Na"]
    assert "8 → 2 atoms, space group 225" in primitive.description
    again = conventional_cell(primitive.crystal).crystal
    assert len(again.species) == 8
    assert again.lengths_angstrom == pytest.approx(rock_salt.lengths_angstrom)


def test_equivalent_sites(rock_salt, perovskite):
    assert equivalent_sites(rock_salt, 1) == (0, 1, 2, 3)
    assert equivalent_sites(perovskite, 4) == (2, 3, 4)
    assert equivalent_sites(perovskite, 0) == (0,)


@pytest.mark.parametrize("origin", [(0.0, 0.0, 0.0), (0.13, 0.4, 0.77)])
def test_symmetrising_makes_the_symmetry_exact_and_tells_what_moved(rock_salt, origin):
    random = np.random.default_rng(3)
    shaken = tuple(
        tuple(float(value) for value in np.array(site) + random.normal(0, 0.002, 3))
        for site in rock_salt.translated(origin).fractional_coordinates
    )
    rough = replace(rock_salt, fractional_coordinates=shaken, lengths_angstrom=(5.63, 5.64, 5.65))
    assert spacegroup_number(rough, 1e-4) != 225
    symmetric = symmetrise(rough, 0.1)
    assert symmetric.spacegroup_number == 225
    assert spacegroup_number(symmetric.crystal, 1e-4) == 225
    assert symmetric.crystal.species == rock_salt.species
    assert 0.0 < max(symmetric.displacements_angstrom) < 0.1
    assert len(symmetric.displacements_angstrom) == 8
    assert 0.0 < symmetric.strain < 0.003
    exact = symmetrise(symmetric.crystal, 0.1)
    assert max(exact.displacements_angstrom) < 1e-6
    assert "Fm-3m" in symmetric.description


def test_a_hexagonal_lattice_stays_hexagonal():
    wurtzite = PlainCrystal(
        (3.25, 3.25, 5.2),
        (90.0, 90.0, 120.0),
        ("Zn", "Zn", "O", "O"),
        ((1 / 3, 2 / 3, 0.0), (2 / 3, 1 / 3, 0.5), (1 / 3, 2 / 3, 0.382), (2 / 3, 1 / 3, 0.882)),
    )
    symmetric = symmetrise(replace(wurtzite, lengths_angstrom=(3.25, 3.251, 5.2)), 0.05)
    assert symmetric.spacegroup_number == 186
    assert symmetric.crystal.angles_degrees == pytest.approx((90.0, 90.0, 120.0), abs=1e-6)


def test_a_larger_ion_makes_a_larger_cell_and_back(rock_salt):
    potassium = substitute(rock_salt, range(4), "K").crystal
    larger = rescale_by_radii(rock_salt, potassium)
    assert larger.crystal.lengths_angstrom[0] > rock_salt.lengths_angstrom[0]
    assert "Na⁺ 1.16 → K⁺ 1.52 Å" in larger.description
    sodium = substitute(larger.crystal, range(4), "Na").crystal
    back = rescale_by_radii(larger.crystal, sodium).crystal
    assert back.lengths_angstrom == pytest.approx(rock_salt.lengths_angstrom)


def test_metals_are_rescaled_by_atomic_radii(rock_salt):
    alloy = replace(rock_salt, species=("Cu",) * 4 + ("Au",) * 4)
    rescaled = rescale_by_radii(alloy, replace(alloy, species=("Ag",) * 4 + ("Au",) * 4))
    assert "atomic" in rescaled.description
    assert rescaled.crystal.lengths_angstrom[0] > alloy.lengths_angstrom[0]


def test_selecting_nothing_leaves_the_lattice(rock_salt):
    assert select(rock_salt, []).species == ()
    assert select(rock_salt, [4, 0]).species == ("Na", "Cl")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda crystal: substitute(crystal, [], "K"), "no site is picked"),
        (lambda crystal: substitute(crystal, [8], "K"), "0 to 7"),
        (lambda crystal: substitute(crystal, [0], "Qq"), "not an element"),
        (lambda crystal: delete(crystal, range(8)), "leave at least one"),
        (lambda crystal: add_atom(crystal, "K", (0.0, 0.0, 0.01)), "from site 0"),
        (lambda crystal: add_atom(crystal, "K", (math.nan, 0.0, 0.0)), "finite"),
        (lambda crystal: supercell(crystal, (1, 0, 1)), "at least 1"),
        (lambda crystal: supercell(crystal, (10, 10, 10)), "at most 200"),
        (lambda crystal: scale_lattice(crystal, 5.0), "from 0.5 to 2"),
        (lambda crystal: symmetrise(crystal, 0.0), "above 0"),
        (lambda crystal: symmetrise(TOO_CLOSE, 0.5), "puts two sites on one"),
        (lambda crystal: primitive_cell(crystal, -1.0), "above 0"),
        (lambda crystal: equivalent_sites(crystal, 9), "0 to 7"),
        (lambda crystal: rescale_by_radii(crystal, select(crystal, [0])), "same sites"),
    ],
)
def test_impossible_edits_are_refused_in_one_line(rock_salt, edit, said):
    with pytest.raises(InfillError, match=said):
        edit(rock_salt)
