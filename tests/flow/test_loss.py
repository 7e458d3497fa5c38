"""The loss against equation 8 written out atom by atom."""

import pytest
import torch

from crystal_llm.flow.loss import flow_loss
from crystal_llm.flow.path import PathState


def random_states(counts, sites):
    generator = torch.Generator().manual_seed(2)
    atoms = torch.zeros(len(counts), sites, dtype=torch.bool)
    for row, count in enumerate(counts):
        atoms[row, :count] = True
    states = [
        PathState(
            torch.randn(len(counts), sites, 3, generator=generator),
            torch.randn(len(counts), 6, generator=generator),
        )
        for _ in range(2)
    ]
    return atoms, *states


def test_the_loss_is_equation_8():
    counts = [1, 3, 5]
    atoms, predicted, velocity = random_states(counts, 5)
    scale = torch.tensor([1.0, 2.0, 0.5, 1.0, 1.0, 4.0])
    loss = flow_loss(
        predicted, velocity, atoms, scale, coordinates_weight=200.0, lattice_weight=0.7
    )
    expected = 0.0
    for row, count in enumerate(counts):
        for atom in range(count):
            for axis in range(3):
                error = (
                    predicted.coordinates[row, atom, axis] - velocity.coordinates[row, atom, axis]
                )
                expected += 200.0 / (3 * count) * float(error) ** 2
        for number in range(6):
            error = (predicted.lattice[row, number] - velocity.lattice[row, number]) / scale[number]
            expected += 0.7 / 6 * float(error) ** 2
    assert float(loss.weighted) == pytest.approx(expected / len(counts), rel=1e-5)
    assert float(loss.weighted) == pytest.approx(
        200.0 * float(loss.coordinates) + 0.7 * float(loss.lattice), rel=1e-6
    )


def test_padding_does_not_count():
    atoms, predicted, velocity = random_states([2, 4], 4)
    more, long_predicted, long_velocity = random_states([2, 4, 0], 7)
    for state, filled in ((predicted, long_predicted), (velocity, long_velocity)):
        filled.coordinates[:2, :4] = state.coordinates
        filled.lattice[:2] = state.lattice
    weights = {"coordinates_weight": 3.0, "lattice_weight": 1.0}
    plain = flow_loss(predicted, velocity, atoms, torch.ones(6), **weights)
    padded = flow_loss(long_predicted, long_velocity, more, torch.ones(6), **weights)
    assert float(plain.weighted) == pytest.approx(float(padded.weighted), rel=1e-6)
