"""A network in other units says what it said."""

from dataclasses import replace

import pytest
import torch
from flow_crystals import SHORT_RUN

from crystal_llm.errors import FlowError, TrainingError
from crystal_llm.flow.batches import read_pair_sets
from crystal_llm.flow.card import load_flow
from crystal_llm.flow.network import Scales
from crystal_llm.flow.path import conditional_path
from crystal_llm.flow.remeasured import remeasured
from crystal_llm.flow.training import train_flow
from crystal_llm.training.run_folder import read_metrics

OTHER = Scales(
    [4.0, 5.0, 6.0, 0.1, -0.2, 0.3],
    [1.0, 1.5, 2.0, 0.5, 0.6, 0.7],
    0.21,
    [0.4, 0.5, 0.6, 0.9, 1.1, 1.2],
)


def test_the_same_velocities_in_other_units(finished_run, pairs):
    network = load_flow(str(finished_run / "flow.toml")).network
    batch = next(read_pair_sets(pairs, "aligned")[0].groups())
    moment = torch.linspace(0.0, 1.0, len(batch.species))
    place, _ = conditional_path(batch.sample, batch.target, batch.atoms, moment)
    said = network(batch.species, batch.atoms, place, moment)
    other = remeasured(network, OTHER)
    again = other(batch.species, batch.atoms, place, moment)
    assert said.coordinates.abs().max() > 1e-3
    assert torch.allclose(again.coordinates, said.coordinates, atol=1e-6)
    assert torch.allclose(again.lattice, said.lattice, rtol=1e-4, atol=1e-4)
    assert other.lattice_mean.tolist() == pytest.approx(OTHER.lattice_mean)
    assert float(other.coordinates_velocity) == pytest.approx(0.21)
    assert all(parameter.requires_grad for parameter in other.parameters())
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_a_run_begins_with_what_another_learned(finished_run, pairs, tmp_path, one_thread):
    flow = load_flow(str(finished_run / "flow.toml"))
    config = replace(
        SHORT_RUN, shape=flow.network.shape, starts_from=flow.identity, total_steps=20, seed=5
    )
    train_flow(pairs, tmp_path / "on", config, start=flow.network)
    first, last = (line for line in read_metrics(tmp_path / "on") if "validation" in line)
    *_, before = (line for line in read_metrics(finished_run) if "validation" in line)
    assert first["step"] == 0
    nearer = before["validation"]["distance_after_angstrom"]
    assert first["validation"]["distance_after_angstrom"] == pytest.approx(nearer, rel=0.02)
    assert last["step"] == 20
    made = load_flow(str(tmp_path / "on" / "flow.toml"))
    assert made.card.training["started_from"] == flow.identity

    with pytest.raises(TrainingError, match="another starts_from"):
        train_flow(pairs, tmp_path / "on", replace(config, starts_from=""))
    with pytest.raises(FlowError, match="--continue-network"):
        train_flow(pairs, tmp_path / "alone", config)
