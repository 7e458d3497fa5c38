import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from crystal_llm.crystal.conversion import plain, structure
from crystal_llm.crystal.reduction import (
    from_lattice_matrix,
    lattice_matrix,
    niggli_primitive,
    spacegroup_number,
)
from crystal_llm.types import PlainCrystal

MATCHER = StructureMatcher(primitive_cell=False, scale=False, ltol=0.01, stol=0.01, angle_tol=0.1)


def prototype(group, lattice, species, sites, supercell=(1, 1, 1)):
    made = Structure.from_spacegroup(group, lattice, species, sites)
    made.make_supercell(supercell)
    return made


HALF = [0.5, 0.5, 0.5]
PROTOTYPES = {
    "rock salt": (prototype("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], HALF]), 2),
    "fluorite": (
        prototype("Fm-3m", Lattice.cubic(5.46), ["Ca", "F"], [[0, 0, 0], [0.25] * 3]),
        3,
    ),
    "spinel": (
        prototype(
            "Fd-3m", Lattice.cubic(8.08), ["Mg", "Al", "O"], [[0, 0, 0], [0.625] * 3, [0.387] * 3]
        ),
        14,
    ),
    "perovskite supercell": (
        prototype(
            "Pm-3m",
            Lattice.cubic(3.905),
            ["Sr", "Ti", "O"],
            [[0, 0, 0], HALF, [0.5, 0.5, 0]],
            (2, 2, 2),
        ),
        5,
    ),
    "rutile supercell": (
        prototype(
            "P4_2/mnm",
            Lattice.tetragonal(4.594, 2.959),
            ["Ti", "O"],
            [[0, 0, 0], [0.305, 0.305, 0]],
            (1, 1, 3),
        ),
        6,
    ),
    "wurtzite": (
        prototype(
            "P6_3mc",
            Lattice.hexagonal(3.25, 5.207),
            ["Zn", "O"],
            [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.3819]],
        ),
        4,
    ),
    "bcc": (prototype("Im-3m", Lattice.cubic(2.87), ["Fe"], [[0, 0, 0]]), 1),
}


@pytest.mark.parametrize("name", PROTOTYPES)
def test_the_cell_is_the_one_that_pymatgen_finds(name):
    conventional, atoms = PROTOTYPES[name]
    reduced = niggli_primitive(plain(conventional))
    theirs = conventional.get_primitive_structure().get_reduced_structure("niggli")
    assert len(reduced.species) == len(theirs) == atoms
    assert sorted(reduced.lengths_angstrom) == pytest.approx(sorted(theirs.lattice.abc), abs=1e-3)
    assert sorted(reduced.angles_degrees) == pytest.approx(sorted(theirs.lattice.angles), abs=1e-2)
    assert MATCHER.fit(structure(reduced), theirs)
    assert all(0.0 <= value < 1.0 for site in reduced.fractional_coordinates for value in site)


@pytest.mark.parametrize("name", PROTOTYPES)
def test_atoms_keep_their_order(name):
    conventional, _ = PROTOTYPES[name]
    turned = Structure.from_sites(list(conventional)[::-1])
    for crystal in (plain(conventional), plain(turned)):
        reduced = niggli_primitive(crystal)
        first_seen = dict.fromkeys(crystal.species)
        assert list(dict.fromkeys(reduced.species)) == list(first_seen)
        # The kept atoms are atoms of the input, the first of its kind being the first.
        assert reduced.species[0] == crystal.species[0]


@pytest.mark.parametrize("name", PROTOTYPES)
def test_reducing_twice_changes_nothing(name):
    once = niggli_primitive(plain(PROTOTYPES[name][0]))
    twice = niggli_primitive(once)
    assert twice.species == once.species
    assert twice.lengths_angstrom == pytest.approx(once.lengths_angstrom, abs=1e-6)
    assert twice.angles_degrees == pytest.approx(once.angles_degrees, abs=1e-5)


coordinate = st.floats(0.0, 0.999, allow_nan=False)


@given(
    lengths=st.tuples(*[st.floats(4.0, 9.0)] * 3),
    angles=st.tuples(*[st.floats(65.0, 115.0)] * 3),
    shift=st.tuples(coordinate, coordinate, coordinate),
    copies=st.tuples(*[st.integers(1, 2)] * 3),
    shear=st.integers(-1, 1),
)
def test_any_supercell_comes_back_to_its_primitive_cell(lengths, angles, shift, copies, shear):
    lattice = Lattice.from_parameters(*lengths, *angles)
    sites = [[0.02, 0.03, 0.05], [0.31, 0.52, 0.13], [0.72, 0.11, 0.61]]
    cell = Structure(lattice, ["Li", "Co", "O"], sites)
    supercell = cell.copy()
    supercell.make_supercell([[copies[0], shear, 0], [0, copies[1], 0], [0, 0, copies[2]]])
    supercell.translate_sites(list(range(len(supercell))), shift)
    reduced = structure(niggli_primitive(plain(supercell)))
    assert len(reduced) == len(cell)
    assert reduced.volume == pytest.approx(cell.volume, rel=1e-4)
    assert MATCHER.fit(reduced, cell)


def test_a_left_handed_cell_is_not_turned_into_its_mirror_image():
    quartz = prototype(
        "P3_121",
        Lattice.hexagonal(4.913, 5.405),
        ["Si", "O"],
        [[0.4697, 0, 1 / 3], [0.4135, 0.2669, 0.1191 + 1 / 3]],
    )
    swap = [1, 0, 2]
    matrix, positions = quartz.lattice.matrix[swap], quartz.frac_coords[:, swap]
    assert np.linalg.det(matrix) < 0
    species = [site.specie.symbol for site in quartz]
    crystal = from_lattice_matrix(matrix, species, positions)
    assert spacegroup_number(plain(quartz)) == 152
    assert spacegroup_number(crystal) == 152
    assert spacegroup_number(niggli_primitive(crystal)) == 152


def test_lattice_matrix_has_the_lengths_and_angles_it_was_made_of():
    crystal = PlainCrystal((3.0, 4.0, 5.0), (80.0, 95.0, 110.0), ("Na",), ((0.0, 0.0, 0.0),))
    lattice = Lattice(lattice_matrix(crystal))
    assert lattice.abc == pytest.approx(crystal.lengths_angstrom)
    assert lattice.angles == pytest.approx(crystal.angles_degrees)


def test_coordinates_are_wrapped_into_the_cell():
    crystal = from_lattice_matrix(np.eye(3) * 4, ["Na"], np.array([[-1e-17, 1.0, -0.25]]))
    assert crystal.fractional_coordinates == ((0.0, 0.0, 0.75),)


def test_overlapping_atoms_have_no_space_group_and_stay_as_they_are():
    crystal = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na", "Na"), ((0.0,) * 3, (1e-5,) * 3))
    assert spacegroup_number(crystal) is None
    assert niggli_primitive(crystal).species == ("Na", "Na")


def test_spglib_is_quiet(capfd, monkeypatch):
    # Layers that almost repeat: spglib tightens its tolerance, and says so unless told not to.
    heights = [0.3681, 0.2503, 0.7458, 0.1337, 0.2461, 0.8629, 0.7484, 0.6328, 0.9985]
    planes = [(1 / 3, 2 / 3)] * 4 + [(2 / 3, 1 / 3)] * 4 + [(0.0, 0.0)]
    sites = tuple((x, y, z) for (x, y), z in zip(planes, heights, strict=True))
    species = ("Al", "Al", "C", "Al", "C", "Al", "Al", "Al", "Yb")
    layers = PlainCrystal((3.4, 3.4, 17.0), (90.0, 90.0, 120.0), species, sites)
    monkeypatch.setenv("SPGLIB_WARNING", "ON")
    spacegroup_number(layers)
    assert "failed" in capfd.readouterr().err
    monkeypatch.delenv("SPGLIB_WARNING")
    spacegroup_number(layers)
    assert capfd.readouterr().err == ""
