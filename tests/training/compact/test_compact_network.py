"""The compact network's own parts: dropout, and updates where the CPU has no bfloat16."""

import pytest
import torch

from crystal_llm.training.compact import network as parts
from crystal_llm.training.compact.config import CompactConfig, CompactShape
from crystal_llm.training.compact.network import add_dropout, optimisers, random_network, updating

SHAPE = CompactShape(layers=2, hidden=32, heads=2, feed_forward=48, context=64)
IDS = torch.arange(24).reshape(2, 12) + 20


def network():
    return random_network(SHAPE, 64, seed=0)


def after_a_step(monkeypatch, *, has_bfloat16):
    """Weights after one update, and how often a tensor was made bfloat16."""
    made = []
    to_bfloat16 = torch.Tensor.bfloat16
    monkeypatch.setattr(parts, "has_bfloat16", lambda device: has_bfloat16)
    trained = network()
    trained(input_ids=IDS, labels=IDS).loss.backward()

    class Counted(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            made.extend([1] * (function is to_bfloat16))
            return function(*args, **(kwargs or {}))

    with Counted(), updating():
        for optimiser in optimisers(trained, CompactConfig(network=SHAPE)):
            optimiser.step()
    return dict(trained.named_parameters()), len(made)


def test_updates_are_the_same_without_bfloat16(monkeypatch):
    here, made = after_a_step(monkeypatch, has_bfloat16=True)
    elsewhere, none = after_a_step(monkeypatch, has_bfloat16=False)
    assert made > 0 and none == 0
    before = dict(network().named_parameters())
    for name, value in here.items():
        change, other = value - before[name], elsewhere[name] - before[name]
        assert change.norm() > 0
        assert (change - other).norm() < 0.2 * change.norm(), name  # eight bits, ten products


def test_dropout_acts_in_training_alone_and_repeats_with_its_seed():
    plain, thinned = network(), network()
    add_dropout(thinned, 0.3)
    assert torch.equal(plain.eval()(IDS).logits, thinned.eval()(IDS).logits)
    thinned.train()
    logits = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        logits.append(thinned(IDS).logits)
    assert torch.equal(logits[0], logits[1]) and not torch.allclose(logits[0], logits[2])


def test_no_dropout_leaves_the_network_as_it_is():
    thinned = network()
    add_dropout(thinned, 0.0)
    assert torch.equal(thinned.train()(IDS).logits, network().train()(IDS).logits)


def test_what_is_dropped_is_made_up_for_in_the_mean():
    thinned = network().train()
    layer = thinned.model.layers[0].mlp.down_proj
    given = torch.randn(4096, SHAPE.feed_forward, generator=torch.Generator().manual_seed(0))
    plain = layer(given)
    add_dropout(thinned, 0.3)
    torch.manual_seed(0)
    dropped = layer(given)
    assert (dropped == 0).float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert torch.allclose(dropped[dropped != 0], (plain / 0.7)[dropped != 0])
