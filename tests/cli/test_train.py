"""Training and its curves from the shell."""

import json

import pytest

from crystal_llm.cli.main import main
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.types import PlainCrystal

HALITE = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.parquet"
    write_table(
        [
            CrystalRow(split, "NaCl", HALITE, 225, -2.0, 0.0, 5.0, split)
            for split in ("train", "val", "test")
        ],
        path,
    )
    return path


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("rank = 2\ntokens_per_step = 300\ntokens_per_microbatch = 300\n")
    return path


@pytest.mark.model
def test_a_run_ends_with_an_adapter_and_is_drawn(tiny_base, table, config, tmp_path, capfd):
    run = tmp_path / "run"
    arguments = ["train", str(run), f"--config={config}", f"--table={table}"]
    arguments += [f"--base-folder={tiny_base}", "--validation-crystals=1", "--json"]
    assert main([*arguments, "--total-tokens=900"]) == 0
    said = capfd.readouterr()
    report = json.loads(said.out)
    assert report["tokens"] >= 900
    assert (run / "adapter" / "adapter_model.safetensors").is_file()
    assert "validation, nats a token" in said.err
    figure = tmp_path / "curves.png"
    assert main(["train", str(run), f"--plot={figure}"]) == 0
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_trained_is_one_line_and_leaves_nothing(table, config, tmp_path, capfd):
    run = tmp_path / "run"
    given = [f"--config={config}", f"--table={table}", "--total-tokens=300"]
    for arguments, said in (
        ([str(run)], "needs --config and --table"),
        ([str(run), *given, "--base-folder=/nowhere"], "holds no safetensors"),
        ([str(run), *given, "--total-tokens=0", "--base-folder=/nowhere"], "above 0"),
        ([str(run), f"--config={table}", f"--table={table}"], "not TOML"),
        ([str(run), "--plot=curves.png"], "holds no readable metrics"),
        ([str(run), "--plot=/nowhere/curves.png"], "/nowhere"),
        ([str(table), *given], "is a file; RUN is the folder of a run"),
        ([str(run), *given, "--threads=-2"], "--threads -2: at least 1"),
        ([str(run), *given, "--validation-crystals=-1"], "--validation-crystals -1: at least 0"),
    ):
        assert main(["train", *arguments]) == 2
        lines = capfd.readouterr().err.strip().splitlines()
        assert len(lines) == 1
        assert said in lines[0]
    assert not run.exists()
