"""A training run learns, can be killed at any moment, and ends in a network with its card."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from flow_crystals import SHORT_RUN
from safetensors.torch import load_file

from crystal_llm.errors import FlowError, TrainingError
from crystal_llm.flow.batches import read_pair_sets
from crystal_llm.flow.card import load_flow
from crystal_llm.flow.disturbance import Disturbance
from crystal_llm.flow.path import conditional_path
from crystal_llm.flow.training import (
    computes_bfloat16,
    coordinates_weight,
    exponential_average,
    flow_learning_rate,
    scales_of,
    share_done,
    train_flow,
)
from crystal_llm.training.run_folder import METRICS, read_metrics


def weights(run):
    return load_file(str(run / "flow.safetensors"))


def same(first, other):
    return first.keys() == other.keys() and all(
        torch.equal(first[name], other[name]) for name in first
    )


def validations(run):
    return [line for line in read_metrics(run) if "validation" in line]


def test_the_loss_falls_and_atoms_come_nearer(finished_run):
    first, *_, last = (line["validation"] for line in validations(finished_run))
    assert last["loss"] < 0.9 * first["loss"]
    assert first["distance_after_angstrom"] == pytest.approx(first["distance_before_angstrom"])
    assert last["coordinates_loss"] < 0.9 * first["coordinates_loss"]
    assert last["distance_after_angstrom"] < 0.985 * last["distance_before_angstrom"]
    assert last["length_after_angstrom"] < 0.9 * last["length_before_angstrom"]


def test_validations_come_at_intervals_and_at_the_end(finished_run):
    assert [line["step"] for line in validations(finished_run)] == [0, 60, 120, 160]


def test_the_run_ends_in_a_network_with_its_card(finished_run):
    flow = load_flow(str(finished_run / "flow.toml"))
    assert flow.card.base_distribution == "language-model"
    assert flow.card.elements[:3] == ("Li", "O", "F")
    assert flow.card.training["steps"] == 160
    assert "validation pairs" in flow.card.training["losses"]
    assert (finished_run / "flow.safetensors").stat().st_size < 100_000


def test_a_stopped_run_goes_on_as_if_nothing_had_been(pairs, finished_run, tmp_path, one_thread):
    for stop_after in (7, 40):  # before and after the first epoch's end
        asked = iter([False] * stop_after + [True] * 1000)
        progress = train_flow(pairs, tmp_path, SHORT_RUN, should_stop=asked.__next__)
        assert progress.step <= 47
    train_flow(pairs, tmp_path, SHORT_RUN)
    assert same(weights(tmp_path), weights(finished_run))
    ours, theirs = ([line["step"] for line in validations(run)] for run in (tmp_path, finished_run))
    assert set(theirs) <= set(ours)


def test_a_killed_run_goes_on_from_its_checkpoint(pairs, finished_run, tmp_path):
    run = tmp_path / "run"
    code = (
        "import os, signal, sys, torch\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "torch.set_num_threads(1)\n"
        "from flow_crystals import SHORT_RUN\n"
        "from crystal_llm.flow.training import train_flow\n"
        "config = replace(SHORT_RUN, checkpoint_every_minutes=0.0)\n"
        "steps = iter(range(1000))\n"
        "def stop():\n"
        "    if next(steps) == 31:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "train_flow(Path(sys.argv[1]), Path(sys.argv[2]), config, should_stop=stop)\n"
    )
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
    }
    died = subprocess.run([sys.executable, "-c", code, pairs, run], env=environment)
    assert died.returncode == -signal.SIGKILL
    with (run / METRICS).open("a") as handle:
        handle.write('{"step": 33, "los')
    assert len(list((run / "checkpoints").glob("step-*"))) == 2
    config = replace(SHORT_RUN, checkpoint_every_minutes=0.0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    train_flow(pairs, run, config)
    torch.set_num_threads(threads)
    assert same(weights(run), weights(finished_run))


def test_another_config_is_refused_and_a_later_end_is_not(pairs, tmp_path):
    short = replace(SHORT_RUN, total_steps=3)
    train_flow(pairs, tmp_path, short)
    before = weights(tmp_path)
    for other in (replace(short, learning_rate=1e-4), replace(short, pairing="index")):
        with pytest.raises(TrainingError, match="a run with another"):
            train_flow(pairs, tmp_path, other)
    assert same(weights(tmp_path), before)
    assert train_flow(pairs, tmp_path, replace(short, total_steps=5)).step == 5


def test_a_damaged_checkpoint_is_named(pairs, tmp_path):
    train_flow(pairs, tmp_path, replace(SHORT_RUN, total_steps=3))
    state = tmp_path / "checkpoints" / "step-00000003" / "state.safetensors"
    state.write_bytes(state.read_bytes()[:100])
    with pytest.raises(TrainingError, match="step-00000003: is damaged"):
        train_flow(pairs, tmp_path, replace(SHORT_RUN, total_steps=5))


@pytest.mark.skipif(not computes_bfloat16(), reason="the processor does not compute in bfloat16")
def test_bfloat16_learns_too(pairs, tmp_path):
    train_flow(pairs, tmp_path, replace(SHORT_RUN, precision="auto"))
    first, *_, last = (line["validation"]["loss"] for line in validations(tmp_path))
    assert last < 0.9 * first
    assert load_flow(str(tmp_path / "flow.toml")).card.training["precision"] == "bfloat16"


def test_no_pairs_leave_no_run(tmp_path):
    with pytest.raises(FlowError, match="holds no pairs"):
        train_flow(tmp_path / "pairs", tmp_path / "run", SHORT_RUN)
    assert not (tmp_path / "run").exists()


def test_inputs_and_outputs_are_measured_in_the_pairs_own_spread(pairs):
    train, _ = read_pair_sets(pairs, "aligned")
    scales = scales_of(train)
    squares, lattices = [], []
    for batch in train.groups():
        _, velocity = conditional_path(
            batch.sample, batch.target, batch.atoms, torch.zeros(len(batch.species))
        )
        squares.append(velocity.coordinates[batch.atoms].square().flatten())
        lattices.append(velocity.lattice)
    assert scales.coordinates_velocity == pytest.approx(
        float(torch.cat(squares).mean().sqrt()), rel=1e-4
    )
    spread = torch.cat(lattices).std(0, correction=0)
    assert list(scales.lattice_velocity[:3]) == pytest.approx(spread[:3].tolist(), rel=1e-3)


def test_coordinates_weigh_as_much_as_lattices_if_so_asked(pairs, tmp_path):
    assert coordinates_weight(replace(SHORT_RUN, coordinates_weight=7.0), None) == 7.0
    auto = replace(SHORT_RUN, coordinates_weight="auto", total_steps=1)
    train_flow(pairs, tmp_path, auto)
    weight = load_flow(str(tmp_path / "flow.toml")).card.training["coordinates_weight"]
    train, _ = read_pair_sets(pairs, "aligned")
    squares, components = 0.0, 0
    for batch in train.groups():
        time = torch.zeros(len(batch.species))
        _, still = conditional_path(batch.sample, batch.target, batch.atoms, time)
        squares += float(still.coordinates.square().sum())
        components += 3 * int(batch.atoms.sum())
    # Of nothing that moves, as the lattice's part is 1 in units of its spread.
    assert weight * squares / components == pytest.approx(1.0, abs=0.01)


def test_samples_drawn_anew_teach_and_repeat_after_a_stop(pairs, tmp_path, one_thread):
    anew = replace(SHORT_RUN, disturbed_share=0.5)
    train_flow(pairs, tmp_path / "whole", anew)
    first, *_, last = (line["validation"] for line in validations(tmp_path / "whole"))
    assert last["loss"] < 0.9 * first["loss"]
    asked = iter([False] * 30 + [True] * 1000)
    train_flow(pairs, tmp_path / "stopped", anew, should_stop=asked.__next__)
    train_flow(pairs, tmp_path / "stopped", anew)
    assert same(weights(tmp_path / "stopped"), weights(tmp_path / "whole"))


def test_all_that_is_drawn_anew_repeats_after_a_stop(pairs, tmp_path, one_thread):
    disturbance = Disturbance(shear=0.02, strong_share=0.2, symmetric_share=0.7)
    shape = replace(SHORT_RUN.shape, directions=4)
    anew = replace(
        SHORT_RUN, shape=shape, disturbed_share=0.8, disturbance=disturbance, turned_axes=True
    )
    train_flow(pairs, tmp_path / "whole", anew)
    first, *_, last = (line["validation"] for line in validations(tmp_path / "whole"))
    assert last["loss"] < first["loss"]
    asked = iter([False] * 30 + [True] * 1000)
    train_flow(pairs, tmp_path / "stopped", anew, should_stop=asked.__next__)
    train_flow(pairs, tmp_path / "stopped", anew)
    assert same(weights(tmp_path / "stopped"), weights(tmp_path / "whole"))
    assert load_flow(str(tmp_path / "whole" / "flow.toml")).network.shape.directions == 4


def test_the_rate_is_constant_and_then_falls():
    config = replace(SHORT_RUN, learning_rate=1.0, warmup_steps=10, decay_share=0.2)
    assert flow_learning_rate(config, 0, 0.0) == pytest.approx(0.1)
    assert flow_learning_rate(config, 9, 0.1) == flow_learning_rate(config, 500, 0.79) == 1.0
    assert flow_learning_rate(config, 500, 0.9) == pytest.approx(0.5)
    assert flow_learning_rate(config, 500, 1.0) == pytest.approx(0.01)
    assert flow_learning_rate(replace(config, decay_share=0.0), 500, 1.0) == 1.0


def test_a_run_ends_by_steps_or_by_minutes():
    config = replace(SHORT_RUN, total_steps=100, total_minutes=10.0)
    assert share_done(config, 50, 2.0) == 0.5
    assert share_done(config, 10, 9.0) == 0.9


def test_a_young_average_forgets_its_beginning():
    average = [torch.zeros(3)]
    for step in range(200):
        exponential_average(0.999)(average, [torch.ones(3)], torch.tensor(step))
    assert bool((average[0] > 0.99).all())
