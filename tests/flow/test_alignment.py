"""Laying a target on a sample: what is planted is found, and nothing depends on its form."""

from collections import Counter
from itertools import permutations, product

import numpy as np
import pytest
from flow_crystals import KNOWN, QUARTZ, RUTILE, disturbed, moved
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.reduction import from_lattice_matrix, lattice_matrix
from crystal_llm.errors import FlowError
from crystal_llm.flow.alignment import align, align_by_index, turnings
from crystal_llm.flow.cell import niggli_cell
from crystal_llm.types import PlainCrystal

formulas = st.sampled_from(sorted(KNOWN))
seeds = st.integers(0, 2**32 - 1)
shifts = st.tuples(*[st.floats(-1, 1)] * 3)


def squared(sample, aligned):
    """Squared torus distance of two crystals atom by atom."""
    difference = np.subtract(aligned.fractional_coordinates, sample.fractional_coordinates)
    return float(np.square(difference - np.round(difference)).sum())


def turned(crystal, rotation):
    """The same crystal along other axes of its lattice."""
    places = np.array(crystal.fractional_coordinates) @ rotation.T
    matrix = np.linalg.inv(rotation).T @ lattice_matrix(crystal)
    return from_lattice_matrix(matrix, crystal.species, places)


@given(formulas, seeds)
def test_a_disturbed_crystal_finds_itself_again(formula, seed):
    random = np.random.default_rng(seed)
    target = KNOWN[formula]
    symmetries = turnings(target, target)[0]
    other = turned(target, symmetries[random.integers(len(symmetries))])
    sample = disturbed(other, random, angstrom=0.05)
    alignment = align(sample, target)
    aligned = alignment.apply(target)
    assert aligned.species == sample.species
    assert alignment.distance_squared == pytest.approx(squared(sample, aligned), abs=1e-9)
    # Every atom is as near as the disturbance left it: 5σ in each direction, in Å.
    difference = np.subtract(aligned.fractional_coordinates, sample.fractional_coordinates)
    difference -= np.round(difference)
    assert np.abs(difference @ lattice_matrix(target)).max() < 0.5
    # The translation leaves no mean.
    assert np.allclose(difference.mean(axis=0), 0.0, atol=1e-9)


@given(formulas, seeds, st.data())
def test_neither_order_nor_origin_matter(formula, seed, data):
    random = np.random.default_rng(seed)
    target = KNOWN[formula]
    sample = niggli_cell(disturbed(target, random, angstrom=0.15))
    plain = align(sample, target)
    atoms = range(len(target.species))
    order, other = data.draw(st.permutations(atoms)), data.draw(st.permutations(atoms))
    shift, another = data.draw(shifts), data.draw(shifts)
    same_sample, same_target = moved(sample, order, shift), moved(target, other, another)
    aligned = align(same_sample, same_target)
    assert aligned.distance_squared == pytest.approx(plain.distance_squared, abs=1e-6)


@given(formulas, seeds)
def test_an_aligned_target_is_the_same_crystal(formula, seed):
    from pymatgen.analysis.structure_matcher import StructureMatcher

    from crystal_llm.text.codec import structure

    target = KNOWN[formula]
    sample = niggli_cell(disturbed(target, np.random.default_rng(seed), angstrom=0.3))
    aligned = align(sample, target).apply(target)
    strict = StructureMatcher(
        ltol=1e-3, stol=1e-3, angle_tol=0.1, primitive_cell=False, scale=False
    )
    assert strict.fit(structure(target), structure(aligned))


def exhaustive(sample, target):
    """The least distance over every permutation and symmetry, each at its best translation."""
    here, there = (np.array(each.fractional_coordinates) for each in (sample, target))
    least = np.inf
    grid = [np.array(shift) for shift in product((0.0, 0.25, 0.5, 0.75), repeat=3)]
    for rotation in turnings(sample, target)[0]:
        for order in permutations(range(len(here))):
            if any(sample.species[a] != target.species[b] for a, b in enumerate(order)):
                continue
            apart = there[list(order)] @ rotation.T - here
            # The mean of wrapped differences is a minimum once the wrapping is right.
            for shift in grid:
                wrapped = apart + shift - np.round(apart + shift)
                wrapped = wrapped - wrapped.mean(axis=0)
                wrapped = wrapped - np.round(wrapped)
                least = min(least, float(np.square(wrapped - wrapped.mean(axis=0)).sum()))
    return least


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("formula", ["NaCl", "SrTiO3"])
def test_nothing_nearer_is_overlooked_near_a_target(formula, seed):
    target = KNOWN[formula]
    sample = niggli_cell(disturbed(target, np.random.default_rng(seed), angstrom=0.3))
    assert align(sample, target).distance_squared <= exhaustive(sample, target) + 1e-6


def test_index_pairs_atoms_as_they_stand():
    sample = moved(RUTILE, (2, 3, 0, 1, 5, 4), (0, 0, 0))
    alignment = align_by_index(sample, RUTILE)
    assert alignment.permutation == (2, 3, 0, 1, 4, 5)
    assert (alignment.rotation == np.eye(3)).all()
    assert alignment.distance_squared == pytest.approx(squared(sample, alignment.apply(RUTILE)))
    assert alignment.distance_squared > 0.1
    assert align(sample, RUTILE).distance_squared == pytest.approx(0.0, abs=1e-9)


def test_axes_that_rounding_exchanged_are_exchanged_back():
    target = PlainCrystal(
        (4.00, 4.02, 6.0), (90.0,) * 3, ("Na", "Cl"), ((0, 0, 0), (0.1, 0.3, 0.5))
    )
    sample = PlainCrystal(
        (3.99, 4.03, 6.0), (90.0,) * 3, ("Na", "Cl"), ((0, 0, 0), (0.3, 0.9, 0.5))
    )
    aligned = align(sample, target).apply(target)
    assert aligned.lengths_angstrom == pytest.approx((4.02, 4.00, 6.0))
    assert squared(sample, aligned) == pytest.approx(0.0, abs=1e-9)


def test_another_nearly_reduced_cell_is_found():
    # A face-centred cubic lattice has the cells (60°, 60°, 60°) and (120°, 120°, 90°): the
    # least stretching makes the second the reduced one. Here along [110], [-110] and [0-11].
    target = KNOWN["NaCl"]
    a, _, _ = target.lengths_angstrom
    sample = PlainCrystal(
        (0.98 * a, 0.99 * a, a), (119.5, 119.0, 90.0), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.01))
    )
    alignment = align(sample, target)
    aligned = alignment.apply(target)
    assert aligned.angles_degrees == pytest.approx((120.0, 120.0, 90.0))
    assert aligned.lengths_angstrom == pytest.approx((a, a, a))
    assert alignment.distance_squared == pytest.approx(0.01**2 / 2)


def test_a_chiral_crystal_is_not_laid_on_its_mirror_image():
    mirror = PlainCrystal(
        QUARTZ.lengths_angstrom,
        QUARTZ.angles_degrees,
        QUARTZ.species,
        tuple((-x % 1.0, -y % 1.0, -z % 1.0) for x, y, z in QUARTZ.fractional_coordinates),
    )
    assert align(QUARTZ, QUARTZ).distance_squared == pytest.approx(0.0, abs=1e-9)
    assert align(mirror, QUARTZ).distance_squared > 0.01


@pytest.mark.parametrize("formula", sorted(KNOWN))
def test_the_turnings_of_a_lattice_hold_its_symmetries(formula):
    crystal = KNOWN[formula]
    rotations, distances = turnings(crystal, crystal)
    assert Counter(np.round(np.linalg.det(rotations)).astype(int)) == {1: len(rotations)}
    exact = int((distances < 1e-6).sum())
    # Proper rotations of the lattice: cubic 24, tetragonal 8, hexagonal 12.
    assert exact == {"TiO2": 8, "SiO2": 12}.get(formula, 24)


def test_other_atoms_are_refused():
    with pytest.raises(FlowError, match="the same atoms"):
        align(KNOWN["NaCl"], KNOWN["MgO"])
    with pytest.raises(FlowError, match="the same atoms"):
        align_by_index(KNOWN["NaCl"], KNOWN["SrTiO3"])
