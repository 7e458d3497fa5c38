"""Runs: exact to the batch after a kill, refused where they mislead, branched without harm."""

import hashlib
import json
from dataclasses import replace

import pytest

from crystal_llm.errors import TrainingError, WeightsError
from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.language_model.network import WEIGHTS
from crystal_llm.training.compact.config import CompactConfig, CompactShape
from crystal_llm.training.compact.loop import RunLimits, decay, train_network
from crystal_llm.training.run_folder import stored_config

pytestmark = pytest.mark.usefixtures("one_thread", "small_pools")


class Killed(BaseException):
    """Like a kill: no handler of the loop may catch it."""


def steps(count, *, kill=False):
    """RunLimits that end a call after so many steps, politely or not."""
    asked = iter(range(count + 1))

    def stopped():
        if next(asked) < count:
            return False
        if kill:
            raise Killed
        return True

    return RunLimits(stopped=stopped)


def run_for(limits, run, table, config):
    return train_network(table, run, config, limits, validation_crystals=4)


def newest(run):
    return sorted((run / "checkpoints").glob("step-????????"))[-1]


def state(run):
    from safetensors.torch import load_file

    return load_file(str(newest(run) / "state.safetensors"))


def digest(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def whole_run(symmetric_table, short_run, tmp_path_factory, one_thread):
    run = tmp_path_factory.mktemp("compact") / "whole"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crystal_llm.training.compact.batches._POOL", 64)
        run_for(steps(41), run, symmetric_table, short_run)
    return run


def test_a_killed_run_ends_with_the_weights_of_one_that_was_not(
    whole_run, symmetric_table, short_run, tmp_path
):
    import torch

    run = tmp_path / "killed"
    rare = replace(short_run, checkpoint_every_minutes=1e6)
    run_for(steps(7), run, symmetric_table, rare)
    # Killed 20 steps after its checkpoint, twice; then half a line and half a checkpoint.
    for _ in range(2):
        with pytest.raises(Killed):
            run_for(steps(20, kill=True), run, symmetric_table, rare)
    assert newest(run).name == "step-00000007"
    with (run / "metrics.jsonl").open("a") as handle:
        handle.write('{"step": 27, "cryst')
    (run / "checkpoints" / "step-00000027.unfinished").mkdir()
    run_for(steps(34), run, symmetric_table, rare)
    first, second = state(whole_run), state(run)
    assert set(first) == set(second)
    assert {key.split("/")[0] for key in first} == {
        *("weight", "average", "momentum_buffer", "exp_avg", "exp_avg_sq", "step")
    }
    for name, value in first.items():
        assert torch.equal(value, second[name]), name
    stands = [json.loads((newest(r) / "progress.json").read_text()) for r in (whole_run, run)]
    for stand in stands:
        assert stand.pop("minutes") > 0
    assert stands[0] == stands[1]
    assert stands[0]["step"] == 41
    assert stands[0]["position"]["pool"] >= 2
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    trained = [line["step"] for line in lines if "loss" in line]
    assert trained == sorted(set(trained)) == [20, 40]


def test_only_the_newest_two_checkpoints_are_kept(whole_run):
    checkpoints = sorted(path.name for path in (whole_run / "checkpoints").iterdir())
    assert checkpoints == ["step-00000040", "step-00000041"]


def test_training_learns(whole_run):
    lines = [json.loads(line) for line in (whole_run / "metrics.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    assert losses[-1] < losses[0]
    (judged,) = [line["validation"] for line in lines if "validation" in line]
    assert judged["crystals"] == 4
    assert 0.0 <= judged["infill_first"] <= judged["infill_in_ten"] <= 1.0


def test_a_damaged_checkpoint_is_one_line_that_names_it(
    whole_run, symmetric_table, short_run, tmp_path
):
    import shutil

    for number, (name, content) in enumerate(
        {
            "state.safetensors": (newest(whole_run) / "state.safetensors").read_bytes()[:5000],
            "progress.json": b'{"step": ',
        }.items()
    ):
        run = tmp_path / str(number)
        shutil.copytree(whole_run, run)
        (newest(run) / name).write_bytes(content)
        before = digest(run)
        with pytest.raises(TrainingError, match="is damaged") as caught:
            run_for(steps(1), run, symmetric_table, short_run)
        assert str(newest(run)) in str(caught.value)
        assert "remove that folder" in str(caught.value)
        assert digest(run) == before
        shutil.rmtree(newest(run))
        assert run_for(steps(1), run, symmetric_table, short_run).step == 41


def test_another_config_is_refused(whole_run, symmetric_table, short_run):
    before = digest(whole_run)
    other = replace(short_run, network=replace(short_run.network, layers=2), seed=9)
    with pytest.raises(TrainingError, match="a run with another network, seed stands there"):
        run_for(steps(1), whole_run, symmetric_table, other)
    assert digest(whole_run) == before
    assert stored_config(whole_run, CompactConfig) == short_run


def test_a_branch_leaves_the_run_as_it_is(
    whole_run, symmetric_table, short_run, tmp_path, steady_clock
):
    from safetensors.torch import load_file

    from crystal_llm.language_model.network import check_network

    before = digest(whole_run)
    out = tmp_path / "branch"
    stand = decay(symmetric_table, whole_run, out, 0.02, validation_crystals=4)
    assert digest(whole_run) == before
    assert stand.step > 41
    assert not (out / "checkpoints").exists()
    check_network(out)
    weights = load_file(str(out / WEIGHTS))
    assert {str(value.dtype) for value in weights.values()} == {"torch.float16"}
    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    rates = [line["rate_share"] for line in lines if "rate_share" in line]
    assert rates == sorted(rates, reverse=True)
    assert all(0.0 <= rate < 1.0 for rate in rates)
    with pytest.raises(TrainingError, match="a branch stands there already"):
        decay(symmetric_table, whole_run, out, 0.01)
    with pytest.raises(TrainingError, match="is a branch that was decayed"):
        run_for(steps(1), out, symmetric_table, short_run)


def test_a_run_that_begins_with_weights(whole_run, symmetric_table, short_run, tmp_path):
    import torch
    from safetensors.torch import load_file

    branch, run = tmp_path / "branch", tmp_path / "run"
    decay(symmetric_table, whole_run, branch, 0.001, validation_crystals=4)
    begin = load_file(str(branch / WEIGHTS))
    train_network(symmetric_table, run, short_run, steps(0), start=branch, validation_crystals=4)
    for name, value in state(run).items():
        if name.startswith("weight/"):
            assert torch.equal(value.half(), begin[name.removeprefix("weight/")]), name
    # It goes on without the weights that it began with, and refuses to begin with others.
    assert run_for(steps(2), run, symmetric_table, stored_config(run, CompactConfig)).step == 2
    with pytest.raises(TrainingError, match="another start_sha256"):
        run_for(steps(1), run, symmetric_table, short_run)
    small = replace(short_run, network=CompactShape(1, 32, 2, 32))
    with pytest.raises(TrainingError, match="not weights that this run can begin with"):
        train_network(symmetric_table, tmp_path / "small", small, steps(1), start=branch)
    assert not (tmp_path / "small").exists()


def test_a_run_under_teachers_names_the_same_ones_whenever_it_goes_on(
    whole_run, symmetric_table, short_run, tmp_path
):
    teacher, run = tmp_path / "teacher", tmp_path / "run"
    decay(symmetric_table, whole_run, teacher, 0.001, validation_crystals=4)

    def go_on(count, teachers, folder=run):
        return train_network(
            symmetric_table, folder, config, steps(count), teachers=teachers, validation_crystals=4
        )

    config = short_run
    assert go_on(2, [teacher, teacher]).step == 2
    config = stored_config(run, CompactConfig)
    assert config.teachers_sha256 == (sha256_of(teacher / WEIGHTS),) * 2
    assert go_on(1, [teacher, teacher]).step == 3
    for others in ([], [teacher]):
        with pytest.raises(TrainingError, match="learns from 2 teachers"):
            go_on(1, others)
    with pytest.raises(WeightsError, match="cannot be read"):
        go_on(1, [tmp_path / "nowhere"], tmp_path / "other")
    with pytest.raises(TrainingError, match="learns from 2 teachers"):
        decay(symmetric_table, run, tmp_path / "branch", 0.001)


@pytest.mark.long
def test_a_compiled_network_computes_the_same(compact_network):
    import copy

    import torch

    from crystal_llm.training.compact.network import compile_network, uncompiled

    ids = torch.arange(24).reshape(2, 12)
    compiled = copy.deepcopy(compact_network)
    compile_network(compiled)
    with torch.inference_mode():
        expected = compact_network(input_ids=ids).logits
        torch.testing.assert_close(compiled(input_ids=ids).logits, expected, rtol=1e-4, atol=1e-4)
        with uncompiled():
            torch.testing.assert_close(compiled(input_ids=ids).logits, expected)


def test_what_cannot_be_decayed(whole_run, symmetric_table, tmp_path):
    for minutes in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(TrainingError, match="give it a time above 0"):
            decay(symmetric_table, whole_run, tmp_path / "out", minutes)
    with pytest.raises(TrainingError, match="holds no training run"):
        decay(symmetric_table, tmp_path / "none", tmp_path / "out", 1.0)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "config.json").write_text("{")
    with pytest.raises(TrainingError, match="is damaged"):
        decay(symmetric_table, tmp_path / "bad", tmp_path / "out", 1.0)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "config.json").write_bytes((whole_run / "config.json").read_bytes())
    with pytest.raises(TrainingError, match="has no checkpoint to branch from"):
        decay(symmetric_table, tmp_path / "new", tmp_path / "out", 1.0)
    assert not (tmp_path / "out").exists()


def test_a_run_ends_with_its_total_minutes(whole_run, symmetric_table, short_run):
    before = stored_config(whole_run, CompactConfig)
    stand = run_for(RunLimits(total_minutes=1e-9), whole_run, symmetric_table, short_run)
    assert stand.step == 41
    assert stored_config(whole_run, CompactConfig) == before


def test_shapes_that_cannot_be():
    with pytest.raises(TrainingError, match="at least 1"):
        CompactShape(layers=0)
