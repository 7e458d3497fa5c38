"""Along other axes a crystal is the same, and the way from its sample to it too."""

import numpy as np
import torch
from flow_crystals import KNOWN

from crystal_llm.flow.batches import PairSet
from crystal_llm.flow.disturbance import disturbed
from crystal_llm.flow.manifold import metric_tensor, torus_log
from crystal_llm.flow.turned_axes import turned


def distances(state, atoms):
    """Of the atoms from each other along the straight ways of the torus, and the volume."""
    metric = metric_tensor(state.lattice)
    apart = state.coordinates[:, None] - state.coordinates[:, :, None]
    apart = apart - apart.round()
    squares = torch.einsum("cijx,cxy,cijy->cij", apart, metric, apart)
    both = atoms[:, None] & atoms[:, :, None]
    return (squares * both).sum((1, 2)), torch.linalg.det(metric)


def test_crystals_and_ways_are_the_same_along_other_axes():
    random = np.random.default_rng(0)
    pairs = [(disturbed(KNOWN["SiO2"], random), KNOWN["SiO2"]) for _ in range(60)]
    (batch,) = PairSet.of(pairs).groups()
    sample, target = turned(batch.sample, batch.target, torch.Generator().manual_seed(2))
    for before, after in ((batch.sample, sample), (batch.target, target)):
        for given, said in zip(
            distances(before, batch.atoms), distances(after, batch.atoms), strict=True
        ):
            assert torch.allclose(said, given, rtol=1e-3)
    ways = [
        torus_log(first.coordinates, last.coordinates).abs().sort(-1).values
        for first, last in ((batch.sample, batch.target), (sample, target))
    ]
    assert torch.allclose(ways[0], ways[1], atol=1e-5)
    assert not torch.allclose(sample.lattice, batch.sample.lattice, atol=0.1)
    angles = sample.lattice[:, 3:]
    assert (angles[:, 2].abs() > 1).any() and (angles[:, 0].abs() > 1).any()
