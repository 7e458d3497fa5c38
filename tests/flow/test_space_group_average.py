"""Averages over a space group: what they leave alone, and what they make of the rest."""

import numpy as np
import pytest
from flow_crystals import KNOWN, moved
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import FlowError
from crystal_llm.flow.space_group_average import (
    SpaceGroupOperations,
    average_over,
    found_operations,
)
from crystal_llm.types import PlainCrystal

formulas = st.sampled_from(sorted(KNOWN))


@given(formulas, st.integers(0, 2**32 - 1))
def test_an_averaged_velocity_is_the_same_under_every_operation(formula, seed):
    crystal = KNOWN[formula]
    operations = found_operations(crystal)
    _, average = average_over(crystal, operations)
    velocity = np.random.default_rng(seed).normal(size=3 * len(crystal.species))
    averaged = average.coordinates @ velocity
    places = np.array(crystal.fractional_coordinates)
    by_atom = averaged.reshape(-1, 3)
    for rotation, translation in zip(operations.rotations, operations.translations, strict=True):
        images = places @ rotation.T + translation
        apart = images[:, None] - places[None]
        onto = np.square(apart - np.round(apart)).sum(-1).argmin(axis=1)
        assert np.allclose(by_atom[onto], by_atom @ rotation.T, atol=1e-9)
    assert np.allclose(average.coordinates @ averaged, averaged, atol=1e-9)  # a projection


@given(formulas)
def test_the_lattices_own_metric_is_left_as_it_is(formula):
    crystal = KNOWN[formula]
    _, average = average_over(crystal, found_operations(crystal))
    matrix = lattice_matrix(crystal)
    metric = matrix @ matrix.T
    assert np.allclose(average.metric @ metric.ravel(), metric.ravel(), atol=1e-3)
    disturbed = metric + np.diag([0.3, -0.2, 0.1])
    averaged = (average.metric @ disturbed.ravel()).reshape(3, 3)
    for rotation in found_operations(crystal).rotations:
        assert np.allclose(rotation.T @ averaged @ rotation, averaged, atol=1e-9)


def test_rock_salt_may_only_breathe():
    _, average = average_over(KNOWN["NaCl"], found_operations(KNOWN["NaCl"]))
    assert np.allclose(average.coordinates, 0.0, atol=1e-12)
    assert np.linalg.matrix_rank(average.metric, tol=1e-6) == 1


def test_rutile_keeps_one_coordinate_and_two_lengths():
    _, average = average_over(KNOWN["TiO2"], found_operations(KNOWN["TiO2"]))
    assert np.linalg.matrix_rank(average.coordinates, tol=1e-6) == 1
    assert np.linalg.matrix_rank(average.metric, tol=1e-6) == 2


def test_atoms_a_little_off_are_moved_to_where_the_group_has_them():
    crystal = KNOWN["TiO2"]
    places = [list(place) for place in crystal.fractional_coordinates]
    places[2][1] += 0.004
    near = PlainCrystal(
        crystal.lengths_angstrom,
        crystal.angles_degrees,
        crystal.species,
        tuple(map(tuple, places)),
    )
    exact, _ = average_over(near, found_operations(crystal))
    again, _ = average_over(exact, found_operations(crystal), tolerance_angstrom=1e-9)
    assert np.allclose(again.fractional_coordinates, exact.fractional_coordinates)


def test_operations_of_another_crystal_are_refused():
    operations = found_operations(KNOWN["TiO2"])
    with pytest.raises(FlowError, match="does not take the crystal to itself"):
        average_over(moved(KNOWN["TiO2"], range(6), (0.1, 0.0, 0.0)), operations)
    screw = SpaceGroupOperations(np.eye(3, dtype=int)[None], np.array([[0.0, 0.0, 0.5]]))
    with pytest.raises(FlowError, match="does not take the crystal to itself"):
        average_over(KNOWN["SrTiO3"], screw)
