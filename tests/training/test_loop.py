"""A training run learns, can be killed at any moment, and ends in an adapter."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from textbook_crystals import SHORT_RUN

from crystal_llm.dataset.table import write_table
from crystal_llm.errors import TableError, TrainingError
from crystal_llm.training.loop import adapter_learning_rate, train_adapter
from crystal_llm.training.run_folder import read_metrics

pytestmark = pytest.mark.model


def steps(run):
    return [line for line in read_metrics(run) if "loss" in line]


def validations(run):
    return [line for line in read_metrics(run) if "validation" in line]


def test_the_loss_goes_down(finished_run):
    losses = [line["loss"] for line in steps(finished_run)]
    assert len(losses) > 20
    assert sum(losses[-5:]) / 5 < 0.8 * sum(losses[:5]) / 5
    first, *_, last = (line["validation"]["free"] for line in validations(finished_run))
    assert last < 0.8 * first


def test_the_metrics_tell_each_step_once_and_in_order(finished_run):
    lines = steps(finished_run)
    assert [line["step"] for line in lines] == list(range(1, len(lines) + 1))
    tokens = [line["tokens"] for line in lines]
    assert tokens == sorted(set(tokens))
    # The run ends with the first step that reaches the limit.
    assert tokens[-2] < SHORT_RUN.total_tokens <= tokens[-1]


def test_validations_come_at_the_start_at_intervals_and_at_the_end(finished_run):
    tokens = [line["tokens"] for line in validations(finished_run)]
    assert tokens[0] == 0
    assert tokens[-1] == steps(finished_run)[-1]["tokens"]
    assert len(tokens) == len(set(tokens))
    every = SHORT_RUN.validate_every_tokens
    assert all(after - before >= every for before, after in pairwise(tokens[:-1]))
    assert len(tokens) >= 4


def test_the_learning_rate_warms_up_and_follows_a_cosine():
    config = replace(
        SHORT_RUN, learning_rate=1.0, warmup_tokens=1000, final_learning_rate_share=0.1
    )
    assert adapter_learning_rate(config, 499, 0.0) == pytest.approx(0.5)
    assert adapter_learning_rate(config, 2000, 0.0) == pytest.approx(1.0)
    assert adapter_learning_rate(config, 2000, 0.5) == pytest.approx(0.55)
    assert adapter_learning_rate(config, 2000, 1.0) == pytest.approx(0.1)
    assert adapter_learning_rate(config, 2000, 1.2) == pytest.approx(0.1)


def test_a_finished_run_called_again_changes_nothing(finished_run, tiny_base, table, one_thread):
    metrics = read_metrics(finished_run)
    weights = load_file(finished_run / "adapter" / "adapter_model.safetensors")
    train_adapter(tiny_base, table, finished_run, SHORT_RUN)
    assert read_metrics(finished_run) == metrics
    again = load_file(finished_run / "adapter" / "adapter_model.safetensors")
    assert all(torch.equal(value, again[name]) for name, value in weights.items())


KILLED = """
import os, signal, sys
from pathlib import Path
import torch
sys.path.insert(0, sys.argv[1])
from textbook_crystals import SHORT_RUN
from crystal_llm.training import checkpoint
from crystal_llm.training.loop import train_adapter

torch.set_num_threads(1)
real, calls = os.fsync, []

def killed_in_the_seventh_checkpoint(handle):
    calls.append(handle)
    if len(calls) == 2 * 7 - 1:
        os.kill(os.getpid(), signal.SIGKILL)
    real(handle)

checkpoint.os.fsync = killed_in_the_seventh_checkpoint
train_adapter(*map(Path, sys.argv[2:5]), SHORT_RUN)
"""


def test_a_run_that_was_killed_ends_with_the_same_weights(
    finished_run, tiny_base, table, tmp_path, one_thread
):
    run = tmp_path / "killed"
    folder = Path(__file__).parent
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, folder, tiny_base, table, run],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert [line["step"] for line in steps(run)] == [1, 2, 3, 4, 5, 6, 7]
    left = sorted(path.name for path in (run / "checkpoints").iterdir())
    assert left == ["step-00000005", "step-00000006", "step-00000007.unfinished"]
    # The kill may come in the middle of a line as well.
    with (run / "metrics.jsonl").open("a", encoding="utf-8") as handle:
        handle.write('{"step": 8, "tok')

    train_adapter(tiny_base, table, run, SHORT_RUN)
    counts = Counter(line["step"] for line in steps(run))
    assert set(counts.values()) == {1}
    for name in ("step", "tokens", "learning_rate"):
        assert [line[name] for line in steps(run)] == [line[name] for line in steps(finished_run)]
    assert [line["tokens"] for line in validations(run)] == [
        line["tokens"] for line in validations(finished_run)
    ]
    whole = load_file(finished_run / "adapter" / "adapter_model.safetensors")
    resumed = load_file(run / "adapter" / "adapter_model.safetensors")
    assert whole.keys() == resumed.keys()
    for name, value in whole.items():
        torch.testing.assert_close(resumed[name], value, atol=5e-4, rtol=1e-3)


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"rank": 4}, "rank"), ({"learning_rate": 0.5, "seed": 9}, "learning_rate, seed")],
)
def test_another_config_in_the_same_folder_is_refused(
    changed, named, finished_run, tiny_base, table
):
    before = (finished_run / "config.json").read_text()
    with pytest.raises(TrainingError, match=f"another {named} stands there"):
        train_adapter(tiny_base, table, finished_run, replace(SHORT_RUN, **changed))
    assert (finished_run / "config.json").read_text() == before


def test_the_end_of_a_run_may_be_moved(tiny_base, table, tmp_path, one_thread):
    short = replace(SHORT_RUN, total_tokens=1000)
    first = train_adapter(tiny_base, table, tmp_path / "run", short, validation_crystals=1)
    longer = replace(short, total_tokens=2000)
    second = train_adapter(tiny_base, table, tmp_path / "run", longer, validation_crystals=1)
    assert first.tokens < 2000 <= second.tokens
    assert [line["step"] for line in steps(tmp_path / "run")] == list(range(1, second.step + 1))


def test_a_run_from_before_a_setting_was_there_goes_on(tiny_base, table, tmp_path, one_thread):
    short = replace(SHORT_RUN, total_tokens=1000)
    run = tmp_path / "run"
    first = train_adapter(tiny_base, table, run, short, validation_crystals=1)
    stored = json.loads((run / "config.json").read_text())
    del stored["full_precision_layers"]
    (run / "config.json").write_text(json.dumps(stored))
    second = train_adapter(
        tiny_base, table, run, replace(short, total_tokens=1500), validation_crystals=1
    )
    assert second.step > first.step
    other = replace(short, full_precision_layers=("down_proj",))
    with pytest.raises(TrainingError, match="another full_precision_layers"):
        train_adapter(tiny_base, table, run, other)


def test_a_run_that_cannot_start_leaves_nothing(tiny_base, table, rows, tmp_path):
    with pytest.raises(TableError):
        train_adapter(tiny_base, tmp_path / "missing.parquet", tmp_path / "run", SHORT_RUN)
    held_out = tmp_path / "held-out.parquet"
    write_table([row for row in rows if row.split != "train"], held_out)
    with pytest.raises(TrainingError, match="no training rows"):
        train_adapter(tiny_base, held_out, tmp_path / "run", SHORT_RUN)
    assert not (tmp_path / "run").exists()


def test_a_table_without_validation_rows_trains_unjudged(tiny_base, rows, tmp_path, one_thread):
    path = tmp_path / "train-only.parquet"
    write_table([row for row in rows if row.split == "train"], path)
    run = tmp_path / "run"
    train_adapter(tiny_base, path, run, replace(SHORT_RUN, total_tokens=500))
    assert len(steps(run)) == len(read_metrics(run)) >= 1


def test_a_run_can_go_on_from_an_adapter(finished_run, tiny_base, table, tmp_path, one_thread):
    run = tmp_path / "further"
    config = replace(SHORT_RUN, total_tokens=500)
    train_adapter(tiny_base, table, run, config, initial_adapter=finished_run / "adapter")
    start = validations(run)[0]["validation"]["free"]
    ended = validations(finished_run)[-1]["validation"]["free"]
    assert start == pytest.approx(ended, rel=1e-2)
