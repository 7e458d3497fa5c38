"""Crystals by their symmetry, written out."""

import numpy as np
import pytest
from symmetric_cases import fingerprint_of, nearest, random_crystal

from crystal_llm.crystal.symmetric import (
    Orbit,
    SymmetricCrystal,
    cell_parameters,
    cell_vectors,
    conventional_parameters,
    crystal_system,
    free_lattice_parameters,
    plain_crystal,
)
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.crystal.wyckoff import (
    centring_multiplicity,
)
from crystal_llm.errors import SymmetryError


def test_garnet_stands_in_four_lines_and_is_whole():
    garnet = SymmetricCrystal(
        230,
        (12.0,),
        (
            Orbit("Y", "c", ()),
            Orbit("Al", "a", ()),
            Orbit("Al", "d", ()),
            Orbit("O", "h", (0.03, 0.05, 0.65)),
        ),
    )
    primitive, conventional = plain_crystal(garnet), plain_crystal(garnet, primitive=False)
    assert (len(primitive.species), len(conventional.species)) == (80, 160)
    assert {s: primitive.species.count(s) for s in ("Y", "Al", "O")} == {"Y": 12, "Al": 20, "O": 48}
    again = symmetric_crystal(primitive)
    assert again.spacegroup_number == 230
    assert sorted(orbit.letter for orbit in again.orbits) == ["a", "c", "d", "h"]


def test_orbits_upon_each_other_are_kept_so_that_they_can_be_refused():
    """In a centred group too: no atom that the text says goes missing."""
    doubled = SymmetricCrystal(
        12,
        (9.0, 4.0, 6.0, 100.0),
        (Orbit("Fe", "i", (0.2, 0.3)), Orbit("Fe", "i", (0.2, 0.3)), Orbit("O", "j", (0.1, 0, 0))),
    )
    plain = plain_crystal(doubled)
    assert plain.species == ("Fe",) * 4 + ("O",) * 4
    basis = cell_vectors(plain.lengths_angstrom, plain.angles_degrees)
    assert nearest(np.array(plain.fractional_coordinates), basis) < 1e-6


@pytest.mark.parametrize("number", [5, 20, 22, 38, 43, 79, 146, 148, 166, 167, 206, 227])
def test_primitive_and_conventional_cells_are_one_crystal(number):
    crystal = random_crystal(number, 2, number, most_sites=48)
    small, large = plain_crystal(crystal), plain_crystal(crystal, primitive=False)
    cells = centring_multiplicity(number)
    assert len(small.species) * cells == len(large.species)
    expected = pytest.approx(fingerprint_of(large, cells), rel=1e-6, abs=1e-6)
    assert fingerprint_of(small, 1, reach=3) == expected


def test_cells_and_their_free_parameters():
    assert [crystal_system(n) for n in (1, 2, 3, 15, 16, 74, 75, 142, 143, 167, 168, 194, 195)] == [
        *["triclinic"] * 2,
        *["monoclinic"] * 2,
        *["orthorhombic"] * 2,
        *["tetragonal"] * 2,
        *["trigonal"] * 2,
        *["hexagonal"] * 2,
        "cubic",
    ]
    assert conventional_parameters(166, (4.0, 20.0)) == ((4.0, 4.0, 20.0), (90.0, 90.0, 120.0))
    assert conventional_parameters(225, (5.6,)) == ((5.6,) * 3, (90.0,) * 3)
    assert conventional_parameters(14, (5.0, 6.0, 7.0, 100.0)) == (
        (5.0, 6.0, 7.0),
        (90.0, 100.0, 90.0),
    )
    lengths, angles = (4.0, 5.0, 6.0), (80.0, 95.0, 110.0)
    parameters = cell_parameters(cell_vectors(lengths, angles))
    assert np.allclose(parameters, (lengths, angles))


def test_unknown_groups_are_refused():
    for call in (crystal_system, free_lattice_parameters):
        with pytest.raises(SymmetryError, match="there is no space group 231"):
            call(231)
