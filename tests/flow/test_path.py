"""The conditional path: two atoms by hand, and what holds for any."""

import torch

from crystal_llm.flow.manifold import torus_exp, torus_log, without_mean
from crystal_llm.flow.path import PathState, conditional_path

BOTH = torch.tensor([[True, True]])


def lattice(*values):
    return torch.tensor([values], dtype=torch.float64)


def places(*values):
    return torch.tensor([values], dtype=torch.float64)


def test_two_atoms_by_hand():
    # Along x: 0.9 → 0.1 is +0.2 through the face, 0.3 → 0.4 is +0.1; their mean 0.15 is the
    # origin's, so the atoms move by +0.05 and -0.05.
    sample = PathState(places([0.9, 0.0, 0.5], [0.3, 0.0, 0.5]), lattice(4, 4, 4, 0, 0, 0))
    target = PathState(places([0.1, 0.0, 0.5], [0.4, 0.0, 0.5]), lattice(5, 4, 3, 1, 0, -1))
    time = torch.tensor([0.5], dtype=torch.float64)
    place, velocity = conditional_path(sample, target, BOTH, time)
    assert torch.allclose(velocity.coordinates, places([0.05, 0, 0], [-0.05, 0, 0]))
    assert torch.allclose(velocity.lattice, lattice(1, 0, -1, 1, 0, -1))
    assert torch.allclose(place.coordinates, places([0.925, 0, 0.5], [0.275, 0, 0.5]))
    assert torch.allclose(place.lattice, lattice(4.5, 4, 3.5, 0.5, 0, -0.5))


def test_the_path_ends_in_the_target_but_for_its_origin():
    generator = torch.Generator().manual_seed(1)
    atoms = torch.ones(5, 6, dtype=torch.bool)
    begin = PathState(
        torch.rand(5, 6, 3, generator=generator), torch.randn(5, 6, generator=generator)
    )
    drift = without_mean(0.2 * torch.randn(5, 6, 3, generator=generator), atoms).clamp(-0.4, 0.4)
    end = PathState(torus_exp(begin.coordinates, drift), torch.randn(5, 6, generator=generator))
    reached, _ = conditional_path(begin, end, atoms, torch.ones(5))
    left = without_mean(torus_log(reached.coordinates, end.coordinates), atoms)
    assert torch.allclose(left, torch.zeros_like(left), atol=1e-5)
    assert torch.allclose(reached.lattice, end.lattice, atol=1e-6)
    start, _ = conditional_path(begin, end, atoms, torch.zeros(5))
    assert torch.allclose(start.coordinates, begin.coordinates)
    assert torch.equal(start.lattice, begin.lattice)
