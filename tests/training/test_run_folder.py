"""A run's folder: its config is not changed under it, its metrics fit its checkpoint."""

import json
from dataclasses import dataclass

import pytest

from crystal_llm.errors import TrainingError
from crystal_llm.training.run_folder import (
    METRICS,
    append_metrics,
    drop_metrics_after,
    read_metrics,
    refuse_another_config,
    store_config,
    stored_config,
)


@dataclass(frozen=True)
class Config:
    rate: float = 0.1
    seed: int = 0
    steps: int = 10


def test_a_run_goes_on_with_its_own_config_and_another_end(tmp_path):
    run = tmp_path / "run"
    refuse_another_config(run, Config(), ["steps"])  # nothing stands there yet
    store_config(run, Config())
    store_config(run, Config(rate=0.2))  # what is stored stays
    assert stored_config(run, Config) == Config()
    refuse_another_config(run, Config(steps=99), ["steps"])
    with pytest.raises(TrainingError, match="a run with another rate, seed stands there"):
        refuse_another_config(run, Config(rate=0.2, seed=1, steps=99), ["steps"])


def test_a_setting_that_came_after_the_run_has_its_default(tmp_path):
    (tmp_path / "config.json").write_text('{"rate": 0.1, "steps": 10}')
    assert stored_config(tmp_path, Config) == Config()


def test_a_folder_without_a_run_or_with_another_is_one_line(tmp_path):
    with pytest.raises(TrainingError, match="holds no training run"):
        stored_config(tmp_path, Config)
    for text in ('{"rate": ', '{"width": 4}', '{"rate": "fast"}'):
        (tmp_path / "config.json").write_text(text)
        with pytest.raises(TrainingError, match="is damaged or of another model"):
            stored_config(tmp_path, Config)


def test_lines_after_the_checkpoint_are_forgotten(tmp_path):
    assert drop_metrics_after(tmp_path, 5) == []
    for step in range(1, 5):
        append_metrics(tmp_path, {"step": step, "loss": 1.0 / step})
    with (tmp_path / METRICS).open("a") as handle:
        handle.write('{"step": 5, "lo')
    lines = drop_metrics_after(tmp_path, 2)
    assert [line["step"] for line in lines] == [1, 2]
    assert read_metrics(tmp_path) == lines
    assert drop_metrics_after(tmp_path, -1) == []
    assert (tmp_path / METRICS).read_text() == ""


def test_metrics_that_cannot_be_read_are_one_line(tmp_path):
    with pytest.raises(TrainingError, match=r"holds no readable metrics\.jsonl"):
        read_metrics(tmp_path)
    (tmp_path / METRICS).write_text(json.dumps({"step": 1}) + "\n{")
    with pytest.raises(TrainingError, match=r"holds no readable metrics\.jsonl"):
        read_metrics(tmp_path)
