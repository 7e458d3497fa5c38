"""The compact model from the shell: trained, resumed, decayed, drawn, and made a card."""

import itertools
import json
import tomllib
from types import SimpleNamespace

import pytest
from symmetric_cases import random_crystal

from crystal_llm.cli.main import main
from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table

CONFIG = """
tokens_per_step = 192
warmup_steps = 2
validate_every_steps = 10
precision = "float32"
[network]
layers = 1
hidden = 16
heads = 2
feed_forward = 24
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.parquet"
    rows = []
    for number in range(1, 40):
        crystal = random_crystal(number, 3, number, most_sites=40)
        split = "val" if number % 5 == 0 else "train"
        rows.append(SymmetricRow(f"r{number}", "X", crystal, None, 0.0, None, split, False))
    write_symmetric_table(rows, path)
    return path


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


def test_a_run_is_trained_decayed_drawn_and_loaded(table, config, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr("crystal_llm.training.compact.batches._POOL", 64)
    # A clock that a busy machine cannot hurry.
    ticks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: next(ticks) / 100)
    monkeypatch.setattr("crystal_llm.training.compact.loop.time", clock)
    run, branch, models = tmp_path / "run", tmp_path / "branch", tmp_path / "models"
    common = [f"--table={table}", "--validation-crystals=4", "--threads=1", "--json"]
    first = ["train", str(run), f"--config={config}", *common, "--total-minutes=0.02"]
    assert main(first) == 0
    said = capfd.readouterr()
    steps = json.loads(said.out)["steps"]
    assert steps > 0
    assert "validation, nats a crystal: free" in said.err
    # The run knows its config; a call again goes on.
    assert main(["train", str(run), *common, "--total-minutes=0.04"]) == 0
    assert json.loads(capfd.readouterr().out)["steps"] > steps
    decayed = ["train", str(run), *common, "--decay-minutes=0.01", f"--out={branch}"]
    assert main(decayed) == 0
    assert json.loads(capfd.readouterr().out)["weights"] == str(branch)
    for suffix in ("png", "html"):
        figure = tmp_path / f"curves.{suffix}"
        assert main(["train", str(run), f"--beside={branch}", f"--plot={figure}"]) == 0
        assert figure.stat().st_size > 10_000
    add = ["models", "add", str(branch), "--name=mine", f"--into={models}"]
    assert main([*add, "--licence=CC-BY-4.0"]) == 0
    card = tomllib.loads((models / "mine.toml").read_text())
    assert card["network"]["licence"] == "CC-BY-4.0"
    assert card["training"]["validation"]["crystals"] == 4
    weights = models / "mine" / "model.safetensors"
    good = weights.read_bytes()
    weights.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    capfd.readouterr()
    assert main(["models", f"--model={models / 'mine.toml'}"]) == 2
    assert "sha256 is" in capfd.readouterr().err
    weights.write_bytes(good)
    assert main(["models", f"--model={models / 'mine.toml'}", "--json"]) == 0
    (entry,) = json.loads(capfd.readouterr().out)["models"]
    assert entry["base"] == "random weights"


def test_what_cannot_be_trained_is_one_line_and_leaves_nothing(table, config, tmp_path, capfd):
    run, out = tmp_path / "run", tmp_path / "out"
    given = [f"--config={config}", f"--table={table}"]
    bad = tmp_path / "bad.toml"
    bad.write_text("[network]\nlayers = 0\n")
    cells = tmp_path / "cells.parquet"
    import pandas as pd

    pd.DataFrame({"material_id": ["a"]}).to_parquet(cells)
    for arguments, said in (
        ([str(run), f"--config={config}"], "needs --table"),
        ([str(run), f"--config={config}", f"--table={cells}"], "no symmetric form"),
        ([str(run), f"--config={config}", "--table=/nowhere"], "no such table"),
        ([str(run), f"--config={bad}", f"--table={table}"], "layers must be at least 1"),
        ([str(run), *given, "--total-minutes=0"], "must be above 0"),
        ([str(run), *given, "--total-tokens=5"], "--total-tokens is for adapters"),
        ([str(run), *given, "--device=cuda"], "torch sees no GPU"),
        ([str(run), *given, "--device=tpu"], "no device"),
        ([str(run), *given, "--teacher=smollm2-135m"], "has no network of its own"),
        ([str(run), *given, "--start=smollm2-135m"], "has no network of its own"),
        ([str(run), *given, "--start=nobody"], "nobody"),
        ([str(run), *given, "--decay-minutes=1"], "go together"),
        ([str(run), *given, f"--out={out}"], "go together"),
        ([str(run), *given, "--decay-minutes=1", f"--out={out}"], "drop --config"),
        ([str(run), f"--table={table}", "--decay-minutes=1", f"--out={out}"], "no training run"),
        ([str(run), f"--table={table}", "--decay-minutes=1", f"--out={table}"], "is a file"),
        ([str(table), *given], "is a file; RUN is the folder of a run"),
    ):
        assert main(["train", *arguments]) == 2, arguments
        lines = capfd.readouterr().err.strip().splitlines()
        assert len(lines) == 1
        assert said in lines[0]
    assert not run.exists()
    assert not out.exists()


@pytest.fixture
def own_table(tmp_path):
    """Two dozen rock salts as `crystal-llm data` writes them; the command is given the first."""
    rows = [
        SymmetricRow(
            f"{metal}{halide}",
            "X",
            SymmetricCrystal(225, (5.5,), orbits),
            None,
            None,
            None,
            "val",
            False,
        )
        for metal in ("Li", "Na", "K", "Rb", "Cs", "Ag")
        for halide in ("F", "Cl", "Br", "I")
        for orbits in [(Orbit(metal, "a", ()), Orbit(halide, "b", ()))]
    ]
    write_symmetric_table(rows, tmp_path / "mine-symmetric.parquet")
    path = tmp_path / "mine.parquet"
    path.write_bytes(b"")
    return path


@pytest.mark.long
def test_the_shipped_model_is_fine_tuned_on_a_table_of_ones_own(own_table, tmp_path, capfd):
    run, models = tmp_path / "run", tmp_path / "models"
    command = ["train", str(run), "--base=compact", f"--table={own_table}"]
    assert main([*command, "--threads=1", "--total-minutes=0.3", "--json"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert said["after"]["free_nats"] < said["before"]["free_nats"]
    assert main(["models", "add", str(run), "--name=mine", f"--into={models}"]) == 0
    assert main(["models", f"--model={models / 'mine.toml'}"]) == 0
    capfd.readouterr()
    assert main(command) == 2
    assert "stands there already" in capfd.readouterr().err


def test_a_base_that_cannot_be_fine_tuned_so_is_one_line(own_table, tmp_path, capfd):
    command = ["train", str(tmp_path / "run"), "--base=compact", f"--table={own_table}"]
    for arguments, said in (
        (["train", str(tmp_path / "b"), "--base=compact"], "needs --table"),
        ([*command, "--base=smollm2-135m"], "has no network of its own"),
        ([*command, "--decay-minutes=1"], "does not go with --base"),
    ):
        assert main(arguments) == 2
        assert said in capfd.readouterr().err
        assert not (tmp_path / "run").exists()


def test_a_folder_that_is_no_network_makes_no_card(tmp_path, capfd):
    import numpy as np
    from safetensors.numpy import save_file

    folder, models = tmp_path / "network", tmp_path / "models"
    folder.mkdir()
    add = ["models", "add", str(folder), "--name=mine", f"--into={models}"]

    def refused(said, *more):
        assert main([*add, *more]) == 2
        (line,) = capfd.readouterr().err.strip().splitlines()
        assert said in line
        assert not models.exists()

    refused("give --base-folder or --base-hub")
    (folder / "network.json").write_text('{"vocab_size": 7}')
    refused("has no model.safetensors")
    (folder / "model.safetensors").write_bytes(b"x" * 50)
    refused("not a network of this package")
    save_file({"model.embed_tokens.weight": np.zeros((7, 4), "f2")}, folder / "model.safetensors")
    refused("a vocabulary of 7 tokens")
    refused("--base-hub is for adapters", "--base-hub=a/b")
