"""Volume, density, symmetry and powder pattern against textbook values."""

from dataclasses import replace

import pytest

from crystal_llm.crystal.crystallography import (
    density_grams_per_cubic_centimetre,
    powder_pattern,
    symmetry,
    too_large_for_powder,
    volume_cubic_angstrom,
)
from crystal_llm.types import PlainCrystal

ROCK_SALT = PlainCrystal(
    (5.64, 5.64, 5.64),
    (90.0, 90.0, 90.0),
    ("Na",) * 4 + ("Cl",) * 4,
    (
        *((0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0)),
        *((0.5, 0.5, 0.5), (0.5, 0.0, 0.0), (0.0, 0.5, 0.0), (0.0, 0.0, 0.5)),
    ),
)
PRIMITIVE = PlainCrystal(
    (3.988, 3.988, 3.988), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
)


def test_rock_salt_has_its_volume_and_density():
    assert volume_cubic_angstrom(ROCK_SALT) == pytest.approx(179.406, abs=0.001)
    assert density_grams_per_cubic_centimetre(ROCK_SALT) == pytest.approx(2.164, abs=0.002)


@pytest.mark.parametrize("crystal", [ROCK_SALT, PRIMITIVE], ids=["conventional", "primitive"])
def test_rock_salt_has_its_symmetry_in_every_cell(crystal):
    symmetries = symmetry(crystal, 0.01)
    assert (symmetries.number, symmetries.symbol, symmetries.system) == (225, "Fm-3m", "cubic")
    assert symmetries.point_group == "m-3m"
    assert set(symmetries.wyckoff_positions) == {"4a", "4b"}
    assert len(symmetries.conventional.species) == 8


def test_a_moved_atom_lowers_the_symmetry_only_below_its_displacement():
    moved = list(ROCK_SALT.fractional_coordinates)
    moved[0] = (0.01, 0.0, 0.0)
    crystal = PlainCrystal(
        ROCK_SALT.lengths_angstrom, ROCK_SALT.angles_degrees, ROCK_SALT.species, tuple(moved)
    )
    assert symmetry(crystal, 0.2).number == 225
    assert symmetry(crystal, 0.001).number < 225


def test_atoms_on_each_other_have_no_symmetry_and_no_crash():
    crystal = PlainCrystal(
        (4.0, 4.0, 4.0), (90.0, 90.0, 90.0), ("Na", "Na"), ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    )
    assert symmetry(crystal, 0.1) is None


def test_the_pattern_of_rock_salt_has_its_strongest_lines():
    lines = powder_pattern(ROCK_SALT)
    strongest = max(lines, key=lambda line: line.intensity)
    assert strongest.two_theta_degrees == pytest.approx(31.7, abs=0.1)
    assert {tuple(sorted(map(abs, plane))) for plane, _ in strongest.planes} == {(0, 0, 2)}
    assert strongest.spacing_angstrom == pytest.approx(2.82, abs=0.001)
    angles = [line.two_theta_degrees for line in lines]
    assert angles == sorted(angles)
    assert angles[0] >= 5
    assert angles[-1] <= 90


def test_a_relaxed_cell_has_the_lines_of_its_symmetry():
    """A relaxation misses cubic by a ten-thousandth of an Å, which no diffractometer sees."""
    relaxed = replace(PRIMITIVE, lengths_angstrom=(3.9881, 3.988, 3.9879))
    exact, relaxed_pattern = powder_pattern(PRIMITIVE), powder_pattern(relaxed)
    assert len(relaxed_pattern) == len(exact)
    for line, other in zip(relaxed_pattern, exact, strict=True):
        assert line.intensity == pytest.approx(other.intensity, abs=0.5)
        assert line.two_theta_degrees == pytest.approx(other.two_theta_degrees, abs=0.01)
        assert sum(n for _, n in line.planes) == sum(n for _, n in other.planes)
    assert max(line.intensity for line in relaxed_pattern) == 100


def test_lines_that_can_be_told_apart_stay_two():
    tetragonal = replace(ROCK_SALT, lengths_angstrom=(5.64, 5.64, 5.65))
    assert len(powder_pattern(tetragonal)) > len(powder_pattern(ROCK_SALT))


def test_hexagonal_planes_have_three_indices():
    graphite = PlainCrystal(
        (2.46, 2.46, 6.71), (90.0, 90.0, 120.0), ("C",) * 4,
        ((0.0, 0.0, 0.25), (0.0, 0.0, 0.75), (1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)),
    )  # fmt: skip
    lines = powder_pattern(graphite)
    assert all(len(plane) == 3 for line in lines for plane, _ in line.planes)
    assert lines[0].planes[0][0] == (0, 0, 2)


def test_a_cell_too_large_to_wait_for_has_no_pattern():
    vast = PlainCrystal((90.0, 90.0, 90.0), (90.0, 90.0, 90.0), ("Si",), ((0.0, 0.0, 0.0),))
    assert powder_pattern(vast) == ()


@pytest.mark.parametrize(("symbol", "length"), [("Es", 4.0), ("Si", 0.5)])
def test_without_scattering_or_reflections_there_is_no_pattern(symbol, length):
    crystal = PlainCrystal((length,) * 3, (90.0,) * 3, (symbol,), ((0.0,) * 3,))
    assert powder_pattern(crystal) == ()
    assert not too_large_for_powder(crystal)
