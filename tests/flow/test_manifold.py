"""The torus and the lattice's six numbers."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import FlowError
from crystal_llm.flow.manifold import (
    coordinates_of_metric,
    lattice_coordinates,
    lattice_parameters,
    metric_tensor,
    torus_exp,
    torus_log,
    without_mean,
)
from crystal_llm.types import PlainCrystal

place = st.floats(0.0, 1.0, exclude_max=True)
velocity = st.floats(-0.49, 0.49)
length = st.floats(0.5, 60.0)
angle = st.floats(60.0, 120.0)


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


@given(place, place)
def test_log_leads_from_a_place_to_its_goal(begin, end):
    reached = torus_exp(tensor(begin), torus_log(tensor(begin), tensor(end)))
    apart = abs(float(reached) - end)
    assert min(apart, 1 - apart) < 1e-12
    assert 0.0 <= float(reached) < 1.0


@given(place, velocity)
def test_log_undoes_exp(begin, speed):
    back = torus_log(tensor(begin), torus_exp(tensor(begin), tensor(speed)))
    assert float(back) == pytest.approx(speed, abs=1e-12)


@given(place, place)
def test_log_is_never_longer_than_half_a_turn(begin, end):
    assert abs(float(torus_log(tensor(begin), tensor(end)))) <= 0.5 + 1e-12


def test_exp_never_says_one():
    place = torch.tensor([0.0, 0.25], dtype=torch.float32)
    reached = torus_exp(place, torch.tensor([-1e-12, -0.25 - 1e-12], dtype=torch.float32))
    assert reached.tolist() == [0.0, 0.0]


def test_velocities_lose_their_mean_over_the_atoms_alone():
    velocities = torch.randn((3, 4, 3), generator=torch.Generator().manual_seed(0))
    atoms = torch.tensor([[True] * 4, [True, True, False, False], [False] * 4])
    free = without_mean(velocities, atoms)
    assert torch.allclose(free.sum(1), torch.zeros(3, 3), atol=1e-6)
    assert not free[~atoms].any()
    assert torch.allclose(free[1, 0] - free[1, 1], velocities[1, 0] - velocities[1, 1])


@given(st.tuples(length, length, length), st.tuples(angle, angle, angle))
def test_a_lattice_comes_back_from_its_six_numbers(lengths, angles):
    numbers = lattice_coordinates(tensor(*lengths), tensor(*angles))
    assert bool(torch.isfinite(numbers).all())
    back_lengths, back_angles = lattice_parameters(numbers)
    assert back_lengths.tolist() == pytest.approx(list(lengths))
    assert back_angles.tolist() == pytest.approx(list(angles), abs=1e-6)


@given(st.lists(st.floats(-50, 50), min_size=3, max_size=3))
def test_no_number_leads_an_angle_out_of_its_range(logits):
    _, angles = lattice_parameters(tensor(1.0, 1.0, 1.0, *logits))
    assert all(59.9 <= value <= 120.1 for value in angles.tolist())


@pytest.mark.parametrize(("angle", "read"), [(59.6, 59.96), (60.0, 60.0), (120.4, 120.04)])
def test_an_angle_that_rounding_moved_out_is_moved_to_the_end(angle, read):
    _, back = lattice_parameters(lattice_coordinates(tensor(3.0, 3.0, 3.0), tensor(90, angle, 90)))
    assert back.tolist() == pytest.approx([90, read, 90], abs=1e-3)


@pytest.mark.parametrize(
    ("lengths", "angles", "said"),
    [
        ((3, 3, 3), (90, 59.4, 90), "not Niggli-reduced"),
        ((3, 3, 3), (90, 90, 120.6), "not Niggli-reduced"),
        ((3, 3, 3), (90, 90, math.nan), "not Niggli-reduced"),
        ((3, 0, 3), (90, 90, 90), "not above 0"),
        ((3, math.nan, 3), (90, 90, 90), "not above 0"),
    ],
)
def test_what_is_no_niggli_cell_is_refused(lengths, angles, said):
    with pytest.raises(FlowError, match=said):
        lattice_coordinates(tensor(*lengths), tensor(*angles))


@given(st.tuples(length, length, length), st.tuples(*[st.floats(61.0, 110.0)] * 3))
def test_the_metric_tensor_is_that_of_the_lattice_vectors(lengths, angles):
    numbers = lattice_coordinates(tensor(*lengths), tensor(*angles))
    vectors = lattice_matrix(PlainCrystal(lengths, angles, (), ()))
    metric = metric_tensor(numbers)
    assert np.allclose(metric.numpy(), vectors @ vectors.T, rtol=1e-6, atol=1e-6)
    assert torch.allclose(coordinates_of_metric(metric), numbers, atol=1e-5)
