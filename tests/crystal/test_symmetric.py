"""Crystals by their symmetry: found, arranged, and written out again."""

import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from symmetric_cases import nearest, random_crystal, structure_of

from crystal_llm.crystal.symmetric import (
    ELECTRONEGATIVITY_ORDER,
    HIDDEN,
    MASKED,
    VARIED,
    Orbit,
    SymmetricCrystal,
    arranged,
    cell_parameters,
    cell_vectors,
    conventional_parameters,
    crystal_system,
    free_lattice_parameters,
    normaliser,
    plain_crystal,
    shuffled,
    symmetric_crystal,
)
from crystal_llm.crystal.wyckoff import (
    centring_multiplicity,
    operations,
    polar_axes,
    wyckoff_positions,
)
from crystal_llm.errors import SymmetryError
from crystal_llm.types import PlainCrystal

GROUPS = st.integers(1, 230)
SEEDS = st.integers(0, 2**31)

HALITE = SymmetricCrystal(225, (5.6,), (Orbit("Na", "a", ()), Orbit("Cl", "b", ())))


def are_the_same(first, second):
    """Whether two descriptions are one crystal, atoms at most a hundredth of an ångström off."""
    from pymatgen.analysis.structure_matcher import StructureMatcher

    matcher = StructureMatcher(primitive_cell=False, scale=False)
    first, second = structure_of(first), structure_of(second)
    distance = matcher.get_rms_dist(first, second)
    length = (first.volume / len(first)) ** (1 / 3)
    return distance is not None and distance[1] * length < 0.01


def fingerprint(crystal):
    """Numbers that no change of setting, order or representative changes.

    For each element, power sums over its sites of Gaussian sums over the neighbours of each
    element: smooth, so that no distance falls on an edge, and quick for hundreds of atoms.
    """
    plain = plain_crystal(crystal, primitive=False)
    return fingerprint_of(plain, 1)


def fingerprint_of(plain, cells, reach=1):
    """The same of any cell that holds the crystal ``cells`` times."""
    basis = cell_vectors(plain.lengths_angstrom, plain.angles_degrees)
    sites = np.array(plain.fractional_coordinates)
    elements = np.array([ELECTRONEGATIVITY_ORDER[symbol] for symbol in plain.species])
    shells = np.array(list(np.ndindex(*(2 * reach + 1,) * 3))) - reach
    difference = (sites[None] - sites[:, None] + 0.5) % 1.0 - 0.5
    squares = (((difference[:, :, None] + shells) @ basis) ** 2).sum(axis=3)
    counts = {}
    for width in (0.8, 1.2):
        near = np.exp(-squares / width**2).sum(axis=2)
        for element in set(elements.tolist()):
            for other in set(elements.tolist()):
                felt = near[elements == element][:, elements == other].sum(axis=1)
                for power in (0, 1, 2, 3):
                    counts[element, other, width, power] = (felt**power).sum() / cells
    return counts


@given(GROUPS, st.integers(1, 20), SEEDS)
def test_a_crystal_written_out_is_found_again(number, orbits, seed):
    crystal = random_crystal(number, orbits, seed, most_sites=64)
    plain = plain_crystal(crystal)
    again = symmetric_crystal(plain)
    # Chance may give it more symmetry than was asked for, and so a smaller cell, never less.
    assert len(operations(again.spacegroup_number)[0]) * len(plain.species) >= len(
        operations(number)[0]
    ) * len(plain_crystal(again).species) / centring_multiplicity(number)
    if len(plain.species) <= 24:
        from pymatgen.analysis.structure_matcher import StructureMatcher

        matcher = StructureMatcher(scale=False)
        assert matcher.fit(structure_of(crystal), structure_of(again))


@given(GROUPS, st.integers(1, 20), SEEDS)
def test_every_arrangement_is_the_same_crystal(number, orbits, seed):
    crystal = random_crystal(number, orbits, seed, most_sites=96)
    generator = random.Random(seed)
    other = arranged(crystal, generator)
    assert other.lattice == crystal.lattice
    assert sorted(o.element for o in other.orbits) == sorted(o.element for o in crystal.orbits)
    assert fingerprint(other) == pytest.approx(fingerprint(crystal), rel=1e-6, abs=1e-6)
    mixed = shuffled(other, generator)
    assert fingerprint(mixed) == pytest.approx(fingerprint(crystal), rel=1e-6, abs=1e-6)
    if len(plain_crystal(crystal).species) <= 16:
        assert are_the_same(other, crystal)


@given(GROUPS, st.integers(1, 12), SEEDS)
@example(27, 7, 3)  # float error at one orbit once decided on the next
def test_the_canonical_arrangement_does_not_hang_on_the_representative(number, orbits, seed):
    crystal = random_crystal(number, orbits, seed, most_sites=96)
    generator = random.Random(seed)
    moved = []
    for orbit in crystal.orbits:
        position = wyckoff_positions(number)[orbit.letter]
        sites = position.sites(orbit.coordinates)
        moves = sites @ position.linear[0].T + position.shifts[0] - sites
        representatives = sites[(np.abs(moves - np.round(moves)) <= 1e-6).all(axis=1)]
        site = generator.choice(list(representatives))
        moved.append(replace(orbit, coordinates=tuple(site[list(position.free_axes)].tolist())))
    generator.shuffle(moved)
    first, second = arranged(crystal), arranged(replace(crystal, orbits=tuple(moved)))
    assert [(o.element, o.letter) for o in first.orbits] == [
        (o.element, o.letter) for o in second.orbits
    ]
    for before, other in zip(first.orbits, second.orbits, strict=True):
        difference = np.array(before.coordinates) - np.array(other.coordinates)
        assert np.allclose(difference, np.round(difference), atol=1e-6)


@given(st.sampled_from([n for n in range(1, 231) if polar_axes(n)]), st.integers(1, 8), SEEDS)
def test_the_first_orbit_of_a_polar_group_stands_at_zero(number, orbits, seed):
    generator = random.Random(seed)
    crystal = random_crystal(number, orbits, seed, most_sites=96)
    for arrangement in (arranged(crystal), shuffled(crystal, generator)):
        first = arrangement.positions[0].representative(arrangement.orbits[0].coordinates)
        at_zero = first[list(polar_axes(number))]
        assert np.allclose(at_zero, np.round(at_zero))
    drawn = arranged(crystal, generator)
    kinds = [(o.element, o.letter) for o in drawn.orbits]
    zeros = [
        kind
        for kind, orbit, position in zip(kinds, drawn.orbits, drawn.positions, strict=True)
        if np.allclose(position.representative(orbit.coordinates)[list(polar_axes(number))], 0.0)
    ]
    assert kinds[0] in zeros


@given(GROUPS, st.integers(1, 6), SEEDS)
def test_what_is_varied_is_drawn_alone(number, orbits, seed):
    crystal = random_crystal(number, orbits, seed, most_sites=96)
    canonical = arranged(crystal)
    assert arranged(crystal, random.Random(seed), "none") == canonical
    # Another site for an orbit is another description of the same crystal in the same setting.
    other = arranged(crystal, random.Random(seed), "representative")
    assert [(o.element, o.letter) for o in other.orbits] == [
        (o.element, o.letter) for o in canonical.orbits
    ]
    assert fingerprint(other) == pytest.approx(fingerprint(crystal), rel=1e-6, abs=1e-6)
    # In a setting that is drawn the least sites stand, whatever sites stood before.
    drawn = [
        arranged(given, random.Random(seed), "setting") for given in (crystal, canonical, other)
    ]
    assert fingerprint(drawn[0]) == pytest.approx(fingerprint(crystal), rel=1e-6, abs=1e-6)
    assert [[(o.element, o.letter) for o in description.orbits] for description in drawn] == [
        [(o.element, o.letter) for o in drawn[0].orbits]
    ] * 3


def test_each_kind_of_augmentation_gives_other_descriptions():
    crystal = random_crystal(62, 5, 4)
    generator = random.Random(0)
    counts = {
        varied: len({repr(arranged(crystal, generator, varied)) for _ in range(60)})
        for varied in VARIED
    }
    assert counts["none"] == 1 and counts["setting"] > 1 and counts["representative"] > 1
    assert counts["both"] > max(counts["setting"], counts["representative"]) - 5


def test_orbits_are_sorted_by_electronegativity_then_letter():
    crystal = random_crystal(62, 12, 4)
    for generator in (None, random.Random(1)):
        orbits = arranged(crystal, generator).orbits
        ranks = [(ELECTRONEGATIVITY_ORDER[o.element], o.letter) for o in orbits]
        assert ranks == sorted(ranks)
    assert len(ELECTRONEGATIVITY_ORDER) == 120  # 118 elements, each once, and two masks
    assert list(ELECTRONEGATIVITY_ORDER)[-2:] == [HIDDEN, MASKED]


def test_the_normaliser_of_every_group():
    """Each element maps the group upon itself, keeps every cell's metric, and is a new coset."""

    def affine(linear, shift):
        """Operations as rows of whole numbers, translations in 24ths modulo 1."""
        linear = np.rint(linear).astype(int).reshape(-1, 9)
        shift = np.rint(shift * 24).astype(int).reshape(-1, 3) % 24
        return {tuple(row) for row in np.hstack([linear, shift]).tolist()}

    generator = np.random.default_rng(0)
    for number in range(1, 231):
        rotations, translations = operations(number)
        members = affine(rotations, translations)
        polar = list(polar_axes(number))
        lattice = [
            float(generator.uniform(70, 110) if name in ("alpha", "beta", "gamma") else 5 + k)
            for k, name in enumerate(free_lattice_parameters(number))
        ]
        basis = cell_vectors(*conventional_parameters(number, lattice))
        metric = basis @ basis.T
        cosets = set()
        settings_of_group = normaliser(number)
        assert np.allclose(settings_of_group[0][0], np.eye(3))
        for linear, shift in settings_of_group:
            assert np.allclose(linear.T @ metric @ linear, metric), number
            turned = linear @ rotations @ np.linalg.inv(linear)
            moved = translations @ linear.T + shift - turned @ shift
            assert affine(turned, moved) == members, number
            moved = rotations @ shift + translations
            moved[:, polar] = 0.0
            images = affine(rotations @ linear, moved)
            assert not cosets & images, number
            cosets |= images
    # International Tables A, Section 15.2: index of the group in the Euclidean normaliser of
    # its highest-symmetric metric where the metric has no freedom.
    assert {n: len(normaliser(n)) for n in (195, 216, 225, 227, 229, 230)} == {
        195: 8,
        216: 8,
        225: 2,
        227: 2,
        229: 1,
        230: 1,
    }


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


def test_masks_are_species_of_their_own():
    """Part of an element's sites masked lowers the group by itself; all of them do not."""
    perovskite = SymmetricCrystal(
        221, (3.9,), (Orbit("Sr", "a", ()), Orbit("Ti", "b", ()), Orbit("O", "c", ()))
    )
    plain = plain_crystal(perovskite)
    species = list(plain.species)
    whole = symmetric_crystal(
        replace(plain, species=tuple(MASKED if symbol == "O" else symbol for symbol in species))
    )
    assert whole.spacegroup_number == 221
    assert [o.element for o in whole.orbits] == ["Sr", "Ti", MASKED]
    species[species.index("O")] = MASKED
    part = symmetric_crystal(replace(plain, species=tuple(species)))
    assert part.spacegroup_number == 123
    assert [o.element for o in part.orbits] == ["Sr", "Ti", "O", MASKED]


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


FLAWED = {
    "the crystal has no atoms": PlainCrystal((4.0,) * 3, (90.0,) * 3, (), ()),
    "'Xx' is not an element": PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Xx",), ((0.0,) * 3,)),
    "not a finite number": PlainCrystal(
        (4.0,) * 3, (90.0,) * 3, ("Na",), ((0.0, float("nan"), 0.0),)
    ),
    "enclose no volume": PlainCrystal((4.0,) * 3, (10.0, 10.0, 90.0), ("Na",), ((0.0,) * 3,)),
    "no space group is found": PlainCrystal(
        (4.0,) * 3, (90.0,) * 3, ("Na", "Na"), ((0.0,) * 3, (0.0, 0.0, 0.001))
    ),
}


@pytest.mark.parametrize("said", FLAWED)
def test_what_is_no_crystal_has_no_symmetry(said):
    with pytest.raises(SymmetryError, match=said):
        symmetric_crystal(FLAWED[said])


def test_unknown_groups_are_refused():
    for call in (crystal_system, free_lattice_parameters):
        with pytest.raises(SymmetryError, match="there is no space group 231"):
            call(231)


def test_moyopy_says_nothing_of_its_tries():
    """A doubled cell has less symmetry than its crystal, of which moyopy would warn."""
    quiet = (
        "from crystal_llm.crystal.symmetric import symmetric_crystal\n"
        "from crystal_llm.types import PlainCrystal\n"
        "import logging\n"
        "sites = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.5))\n"
        "print(symmetric_crystal(PlainCrystal((4, 4, 8), (90,) * 3, ('Po',) * 2, sites)))\n"
    )
    loud = quiet.replace("sites =", "logging.getLogger('moyo').setLevel('WARNING')\nsites =")
    said = []
    for script in (quiet, loud):
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        assert "spacegroup_number=221" in done.stdout
        said.append(done.stderr)
    assert said[0] == ""
    assert "Omitted" in said[1]  # so that the silence says something
