"""`crystal-llm explore` from a config to its files, and on after a second call."""

import json

import pandas as pd
import pytest
from compact_model import write_tiny_card

from crystal_llm.cli.main import main
from crystal_llm.settings import settings
from crystal_llm.studies.grid_file import read_study_file

CONFIG = """
models = ["tiny"]
temperatures = [0.7, 1.0]
top_p = [0.9]
crystals = 4
round = 2
max_atoms = 6
known = "none"
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    models = tmp_path / "models"
    models.mkdir()
    write_tiny_card(models)
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(models))
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    (tmp_path / "study.toml").write_text(CONFIG)
    yield tmp_path
    settings.cache_clear()


def test_a_study_writes_its_files_and_goes_on(here, capsys):
    command = ["explore", "--config", str(here / "study.toml"), "--out", str(here / "run")]
    shipped = here / "models" / "study-tiny.parquet"
    figure = here / "study.svg"
    assert main([*command, "--figure", str(figure), "--publish", str(shipped), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["finished"] and len(report["cells"]) == 2
    record = read_study_file(here / "run" / "study.parquet")
    assert len(record.crystals) == 8 and record.made_on and "explore" in record.command
    assert str(here) not in record.command
    assert read_study_file(shipped) == record
    assert len(pd.read_csv(here / "run" / "cells.csv")) == 2
    assert "<svg" in figure.read_text()

    # The replay file asks for the same study, which is there already.
    replay = ["explore", "--config", str(here / "run" / "study.yaml"), "--out", str(here / "run")]
    assert main(replay) == 0
    assert "4 of 4 crystals" in capsys.readouterr().out
    assert read_study_file(here / "run" / "study.parquet").crystals == record.crystals


@pytest.mark.parametrize(
    ("config", "said", "message"),
    [
        (CONFIG.replace("[0.7, 1.0]", "[]"), [], "the grid is empty"),
        (CONFIG.replace("0.7", "-1"), [], "τ = -1: above 0"),
        (CONFIG.replace("crystals = 4", "crystals = 10_000_000"), [], "from 1 to 10,000"),
        (CONFIG.replace('"tiny"', '"nobody"'), [], "nobody"),
        (CONFIG, ["--figure", "a.docx"], "name a figure"),
        (CONFIG, ["--out", "study.toml"], "is a file"),
    ],
)
def test_bad_input_is_one_line(here, capsys, monkeypatch, config, said, message):
    monkeypatch.chdir(here)
    (here / "study.toml").write_text(config)
    assert main(["explore", "--config", "study.toml", "--out", "run", *said]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("crystal-llm: ") and message in error
