"""The equivalent descriptions of one crystal."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from symmetric_cases import (
    are_the_same,
    fingerprint,
    random_crystal,
)

from crystal_llm.crystal.descriptions import VARIED, arranged, normaliser, shuffled
from crystal_llm.crystal.symmetric import (
    ELECTRONEGATIVITY_ORDER,
    HIDDEN,
    MASKED,
    cell_vectors,
    conventional_parameters,
    free_lattice_parameters,
    plain_crystal,
)
from crystal_llm.crystal.wyckoff import (
    operations,
    polar_axes,
    wyckoff_positions,
)

GROUPS = st.integers(1, 230)
SEEDS = st.integers(0, 2**31)


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
