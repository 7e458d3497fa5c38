"""Checkpoints are whole or absent, and restore a run exactly."""

import json
from dataclasses import dataclass, field

import pytest
import torch

from crystal_llm.errors import TrainingError
from crystal_llm.training.adapter import trainable_parameters
from crystal_llm.training.checkpoint import (
    StreamPosition,
    TrainedState,
    load_checkpoint,
    save_checkpoint,
)


@dataclass(frozen=True, slots=True)
class Progress:
    step: int = 0
    minutes: float = 0.0
    position: StreamPosition = field(default_factory=StreamPosition)


class Run:
    """A small model whose first layer is frozen, its optimisers and the weights' average."""

    def __init__(self, width=3, *, with_average=False):
        torch.manual_seed(0)
        self.model = torch.nn.Sequential(torch.nn.Linear(4, width), torch.nn.Linear(width, 1))
        self.model[0].requires_grad_(False)
        weights = trainable_parameters(self.model)
        average = {name: value.detach().clone() for name, value in weights.items()}
        self.state = TrainedState(
            weights,
            [
                torch.optim.AdamW([weights["1.weight"]], lr=0.1),
                torch.optim.SGD([weights["1.bias"]], lr=0.1, momentum=0.9),
            ],
            average if with_average else {},
        )

    def train(self, steps):
        for step in range(steps):
            for optimizer in self.state.optimizers:
                optimizer.zero_grad()
            self.model(torch.full((2, 4), float(step + 1))).square().sum().backward()
            for optimizer in self.state.optimizers:
                optimizer.step()
            for name, value in self.state.average.items():
                value.lerp_(self.state.weights[name].detach(), 0.5)

    def tensors(self):
        return [*self.state.weights.values(), *self.state.average.values()]


@pytest.mark.parametrize("with_average", [False, True])
def test_a_restored_run_goes_on_as_if_it_had_not_stopped(tmp_path, with_average):
    run = Run(with_average=with_average)
    run.train(5)
    progress = Progress(5, 0.5, StreamPosition(1, 7))
    save_checkpoint(tmp_path, run.state, progress)
    run.train(3)

    restored = Run(with_average=with_average)
    assert load_checkpoint(tmp_path, restored.state, Progress) == progress
    restored.train(3)
    for value, other in zip(run.tensors(), restored.tensors(), strict=True):
        assert torch.equal(value, other)


def test_the_frozen_base_is_not_stored(tmp_path):
    from safetensors.torch import load_file

    folder = save_checkpoint(tmp_path, Run().state, Progress(step=1))
    names = {name.partition("/")[2] for name in load_file(str(folder / "state.safetensors"))}
    assert names == {"1.weight", "1.bias"}


def test_without_a_checkpoint_a_run_starts_anew(tmp_path):
    assert load_checkpoint(tmp_path, Run().state, Progress) is None


def test_what_a_kill_left_unfinished_is_not_taken(tmp_path):
    state = Run().state
    save_checkpoint(tmp_path, state, Progress(step=8))
    half = tmp_path / "checkpoints" / "step-00000009.unfinished"
    half.mkdir()
    (half / "state.safetensors").write_bytes(b"half")
    assert load_checkpoint(tmp_path, state, Progress) == Progress(step=8)
    # The run comes to the same step again, and the rest of the kill is gone.
    save_checkpoint(tmp_path, state, Progress(step=9))
    assert load_checkpoint(tmp_path, state, Progress) == Progress(step=9)
    assert not half.exists()


def test_a_removal_that_was_cut_off_leaves_no_checkpoint_to_go_on_from(tmp_path):
    run = Run()
    run.train(1)
    save_checkpoint(tmp_path, run.state, Progress(step=1))
    newest = save_checkpoint(tmp_path, run.state, Progress(step=2))
    (newest / "progress.json").unlink()
    assert load_checkpoint(tmp_path, run.state, Progress).step == 1
    assert save_checkpoint(tmp_path, run.state, Progress(step=2)) == newest
    assert load_checkpoint(tmp_path, run.state, Progress).step == 2


def test_a_checkpoint_that_stands_is_not_written_again(tmp_path):
    run = Run()
    run.train(1)
    folder = save_checkpoint(tmp_path, run.state, Progress(step=1))
    before = (folder / "state.safetensors").stat().st_mtime_ns
    assert save_checkpoint(tmp_path, run.state, Progress(step=1)) == folder
    assert (folder / "state.safetensors").stat().st_mtime_ns == before


def test_the_newest_two_are_kept(tmp_path):
    for step in (2, 9, 10, 100):
        save_checkpoint(tmp_path, Run().state, Progress(step=step))
    names = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert names == ["step-00000010", "step-00000100"]


def test_checkpoints_of_earlier_versions_are_read(tmp_path):
    """Of the compact model: another name and a ``place``; of the flow: a wider number."""
    run = Run()
    run.train(2)
    compact = save_checkpoint(tmp_path / "compact", run.state, Progress(step=7))
    (compact / "progress.json").unlink()
    stand = {"step": 7, "minutes": 2.5, "place": {"pool": 3, "batch": 4}}
    (compact / "stand.json").write_text(json.dumps(stand))
    restored = load_checkpoint(tmp_path / "compact", Run().state, Progress)
    assert restored == Progress(7, 2.5, StreamPosition(3, 4))

    flow = save_checkpoint(tmp_path / "flow", run.state, Progress(step=20))
    flow.rename(flow.with_name("step-000000020"))
    assert load_checkpoint(tmp_path / "flow", Run().state, Progress).step == 20
    save_checkpoint(tmp_path / "flow", run.state, Progress(step=30))
    assert load_checkpoint(tmp_path / "flow", Run().state, Progress).step == 30


@pytest.mark.parametrize(
    ("saved", "loaded"),
    [(Run(), Run(width=5)), (Run(), Run(with_average=True)), (Run(with_average=True), Run())],
    ids=["another width", "no average", "an average too many"],
)
def test_a_checkpoint_of_another_network_is_refused(tmp_path, saved, loaded):
    save_checkpoint(tmp_path, saved.state, Progress(step=1))
    before = [value.detach().clone() for value in loaded.tensors()]
    with pytest.raises(TrainingError, match="step-00000001: holds another network"):
        load_checkpoint(tmp_path, loaded.state, Progress)
    for value, earlier in zip(loaded.tensors(), before, strict=True):
        assert torch.equal(value, earlier)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("state.safetensors", b"half"),
        ("progress.json", b'{"step": '),
        ("progress.json", b"[]"),
        ("progress.json", b'{"step": 2, "epochs": 1}'),
    ],
)
def test_a_damaged_checkpoint_is_one_line_that_names_it(tmp_path, name, content):
    state = Run().state
    save_checkpoint(tmp_path, state, Progress(step=1))
    newest = save_checkpoint(tmp_path, state, Progress(step=2))
    (newest / name).write_bytes(content)
    with pytest.raises(TrainingError, match=r"is damaged .*; remove that folder") as caught:
        load_checkpoint(tmp_path, state, Progress)
    assert str(caught.value).startswith(str(newest))
    assert "\n" not in str(caught.value)
