"""Batches: every pair once an epoch, few shapes, and the same from any place on."""

import numpy as np
import pytest
import torch
from flow_crystals import KNOWN, disturbed

from crystal_llm.errors import FlowError
from crystal_llm.flow.batches import PairPosition, PairSet, read_pair_sets, sites_of
from crystal_llm.flow.manifold import metric_tensor


def pair_set(count=50):
    random = np.random.default_rng(0)
    pairs = []
    for _ in range(count):
        target = KNOWN[random.choice(sorted(KNOWN))]
        sample = disturbed(target, random)
        pairs.append((sample, sample))
    return PairSet.of(pairs)


def test_an_epoch_has_every_pair_once_in_batches_of_one_shape_a_size():
    pairs = pair_set()
    shapes, crystals = set(), 0
    for sites, places in pairs.batches(seed=0, epoch=0, size=8):
        batch = pairs.batch(sites, places, 8)
        shapes.add(tuple(batch.species.shape))
        crystals += int(batch.atoms.any(1).sum())
        assert bool(torch.isfinite(batch.sample.lattice).all())
    assert crystals == 50
    assert shapes == {(8, 2), (8, 6), (8, 10)}


def test_a_stream_can_be_entered_anywhere():
    pairs = pair_set()
    stream = pairs.stream(3, 8, PairPosition())
    seen = [next(stream) for _ in range(30)]
    assert seen[-1][1].epoch >= 2
    for at in (1, 7, 20):
        again = pairs.stream(3, 8, seen[at][1])
        for expected, position in seen[at + 1 : at + 5]:
            batch, after = next(again)
            assert after == position
            assert torch.equal(batch.species, expected.species)
            assert torch.equal(batch.sample.coordinates, expected.sample.coordinates)


def test_epochs_differ():
    pairs = pair_set()
    first, second = (pairs.batches(0, epoch, 8) for epoch in (0, 1))
    assert any(not np.array_equal(a[1], b[1]) for a, b in zip(first, second, strict=True))


def test_some_of_a_set_are_of_it():
    pairs = pair_set()
    some = pairs.some(12, seed=0)
    assert some.size == 12
    assert set(some.elements()) <= set(pairs.elements())
    assert pairs.some(500, seed=0).size == 50


def test_pairing_by_index_is_farther(pairs):
    apart = {}
    for pairing in ("aligned", "index"):
        train, _ = read_pair_sets(pairs, pairing)
        total = 0.0
        for batch in train.groups():
            difference = batch.target.coordinates - batch.sample.coordinates
            total += float((difference - difference.round()).square().sum())
        apart[pairing] = total
    assert apart["aligned"] < 0.1 * apart["index"]


def test_far_pairs_can_be_left_out(pairs):
    near, _ = read_pair_sets(pairs, "aligned", 0.45)
    everything, _ = read_pair_sets(pairs, "aligned")
    assert 0 < near.size < everything.size
    for batch in near.groups():
        difference = batch.target.coordinates - batch.sample.coordinates
        difference -= difference.round()
        squares = (difference @ metric_tensor(batch.target.lattice) * difference).sum((1, 2))
        assert bool(((squares / batch.atoms.sum(1)).sqrt() <= 0.4501).all())


def test_sites():
    assert [sites_of(atoms) for atoms in (1, 2, 3, 20, 21)] == [2, 2, 4, 20, 21]


def test_nothing_to_train_on():
    with pytest.raises(FlowError, match="no pairs"):
        next(PairSet.of([]).stream(0, 8, PairPosition()))
