"""Checkpoints are whole or absent, and restore a run exactly."""

import pytest
import torch

from crystal_llm.errors import TrainingError
from crystal_llm.training.adapter import trainable_parameters
from crystal_llm.training.batches import StreamPosition
from crystal_llm.training.checkpoint import Progress, load_checkpoint, save_checkpoint


def small_model(width=3):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, width), torch.nn.Linear(width, 1))
    model[0].requires_grad_(False)
    return model


def adam(model):
    return torch.optim.AdamW(list(trainable_parameters(model).values()), lr=0.1)


def train(model, optimizer, steps):
    for step in range(steps):
        optimizer.zero_grad()
        model(torch.full((2, 4), float(step + 1))).square().sum().backward()
        optimizer.step()


def test_a_restored_run_goes_on_as_if_it_had_not_stopped(tmp_path):
    model = small_model()
    optimizer = adam(model)
    train(model, optimizer, 5)
    progress = Progress(5, 1234, 0.5, StreamPosition(1, 7))
    save_checkpoint(tmp_path, model, optimizer, progress)
    train(model, optimizer, 3)

    other = small_model()
    restored = adam(other)
    assert load_checkpoint(tmp_path, other, restored) == progress
    train(other, restored, 3)
    for name, value in trainable_parameters(model).items():
        assert torch.equal(value, trainable_parameters(other)[name])


def test_the_frozen_base_is_not_stored(tmp_path):
    from safetensors.torch import load_file

    model = small_model()
    folder = save_checkpoint(tmp_path, model, adam(model), Progress(step=1))
    names = {name.partition("/")[2] for name in load_file(str(folder / "state.safetensors"))}
    assert names == {"1.weight", "1.bias"}


def test_without_a_checkpoint_a_run_starts_anew(tmp_path):
    model = small_model()
    assert load_checkpoint(tmp_path, model, adam(model)) is None


def test_what_a_kill_left_unfinished_is_not_taken(tmp_path):
    model = small_model()
    save_checkpoint(tmp_path, model, adam(model), Progress(step=8))
    half = tmp_path / "checkpoints" / "step-00000009.unfinished"
    half.mkdir()
    (half / "state.safetensors").write_bytes(b"half")
    assert load_checkpoint(tmp_path, model, adam(model)) == Progress(step=8)
    # The run comes to the same step again, and the rest of the kill is gone.
    save_checkpoint(tmp_path, model, adam(model), Progress(step=9))
    assert load_checkpoint(tmp_path, model, adam(model)) == Progress(step=9)
    assert not half.exists()


def test_a_removal_that_was_cut_off_leaves_no_checkpoint_to_go_on_from(tmp_path):
    model = small_model()
    optimizer = adam(model)
    train(model, optimizer, 1)
    save_checkpoint(tmp_path, model, optimizer, Progress(step=1))
    newest = save_checkpoint(tmp_path, model, optimizer, Progress(step=2))
    (newest / "progress.json").unlink()
    assert load_checkpoint(tmp_path, model, optimizer).step == 1
    assert save_checkpoint(tmp_path, model, optimizer, Progress(step=2)) == newest
    assert load_checkpoint(tmp_path, model, optimizer).step == 2


def test_a_checkpoint_that_stands_is_not_written_again(tmp_path):
    model = small_model()
    optimizer = adam(model)
    folder = save_checkpoint(tmp_path, model, optimizer, Progress(step=1))
    before = (folder / "state.safetensors").stat().st_mtime_ns
    assert save_checkpoint(tmp_path, model, optimizer, Progress(step=1)) == folder
    assert (folder / "state.safetensors").stat().st_mtime_ns == before


def test_the_newest_two_are_kept(tmp_path):
    model = small_model()
    for step in (2, 9, 10, 100):
        save_checkpoint(tmp_path, model, adam(model), Progress(step=step))
    kept = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert kept == ["step-00000010", "step-00000100"]


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    model = small_model()
    save_checkpoint(tmp_path, model, adam(model), Progress(step=1))
    other = small_model()
    other[0].requires_grad_(True)
    with pytest.raises(TrainingError, match="holds another adapter"):
        load_checkpoint(tmp_path, other, adam(other))
