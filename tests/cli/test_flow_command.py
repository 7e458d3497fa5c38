"""Pairs, training and refinement from the shell."""

import json
from dataclasses import replace

import pytest

from crystal_llm.cli.main import main
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.io.candidates_file import read_candidates
from crystal_llm.text.codec import encode_plain, structure
from crystal_llm.types import PlainCrystal

HALITE = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
CAESIUM = PlainCrystal((4.1,) * 3, (90.0,) * 3, ("Cs", "Cl"), ((0.0,) * 3, (0.5,) * 3))
SMALL = "[shape]\nwidth = 16\nlayers = 1\nfrequencies = 2\ndistances = 4\n"


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("flow-shell") / "table.parquet"
    write_table(
        [
            CrystalRow(f"{split}-{formula}", formula, crystal, 225, -2.0, 0.0, 5.0, split)
            for split in ("train", "val")
            for formula, crystal in (("NaCl", HALITE), ("CsCl", CAESIUM))
        ],
        path,
    )
    return path


@pytest.fixture(scope="module")
def run(table, tmp_path_factory):
    """A network trained for a moment from elements alone."""
    folder = tmp_path_factory.mktemp("flow-run")
    pairs, run = folder / "pairs", folder / "run"
    assert (
        main(["flow", "pairs", str(table), f"--out={pairs}", "--targets=40", "--base=types"]) == 0
    )
    config = folder / "flow.toml"
    config.write_text(f"batch_size = 16\nvalidate_every_steps = 10\n{SMALL}")
    arguments = ["flow", "train", str(run), f"--pairs={pairs}", f"--table={table}"]
    assert main([*arguments, f"--config={config}", "--total-steps=20"]) == 0
    return run


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def candidates(tmp_path):
    path = tmp_path / "out.jsonl"
    flat = replace(HALITE, angles_degrees=(60.0, 60.0, 119.0))
    records = [
        {"id": "0-0", "text": encode_plain(HALITE), "structure": None, "failure": None},
        {"id": "0-1", "text": "nonsense", "structure": None, "failure": "line 1: nonsense"},
        {
            "id": "0-2",
            "text": encode_plain(CAESIUM),
            "structure": structure(CAESIUM).as_dict(),
            "failure": None,
            "seed": 0,
            "relaxation": {"steps": 3},
        },
        {
            "id": "0-3",
            "text": "",
            "structure": structure(replace(HALITE, species=("Li", "F"))).as_dict(),
            "failure": None,
        },
        {"id": "0-4", "text": encode_plain(flat), "structure": None, "failure": None},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_pairs_are_drawn_gone_on_with_and_counted(table, tmp_path, capsys):
    arguments = ["flow", "pairs", str(table), f"--out={tmp_path / 'pairs'}", "--base=random"]
    assert main([*arguments, "--targets=16", "--samples-each=2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 32
    assert main([*arguments, "--targets=20", "--samples-each=2"]) == 0
    assert "40 pairs in" in capsys.readouterr().out


def test_a_run_is_drawn(run, tmp_path, capsys):
    for name in ("curves.png", "curves.html"):
        figure = tmp_path / name
        assert main(["flow", "train", str(run), f"--plot={figure}"]) == 0
        assert figure.stat().st_size > 10_000


def test_a_training_begins_with_another_network(run, table, tmp_path):
    config = tmp_path / "flow.toml"
    config.write_text("batch_size = 16\n")
    folder = tmp_path / "on"
    inputs = [f"--pairs={run.parent / 'pairs'}", f"--table={table}", f"--config={config}"]
    network = f"--continue-network={run / 'flow.toml'}"
    assert main(["flow", "train", str(folder), *inputs, network, "--total-steps=5"]) == 0
    card = (folder / "flow.toml").read_text()
    assert "width = 16" in card
    assert 'started_from = "flow/' in card


def test_structure_files_are_refined_too(run, tmp_path, capsys):
    poscar = tmp_path / "halite.vasp"
    poscar.write_text("x\n5.66\n0 .5 .5\n.5 0 .5\n.5 .5 0\nNa Cl\n1 1\nDirect\n0 0 0\n.5 .5 .5\n")
    out = tmp_path / "refined.jsonl"
    network = f"--network={run / 'flow.toml'}"
    assert main(["refine", str(poscar), "--steps=2", f"--out={out}", network]) == 0
    assert "refined 1 of 1" in capsys.readouterr().err
    (line,) = lines(out)
    assert (line["id"], line["refinement"]["steps"]) == ("halite.vasp", 2)
    assert [site["species"][0]["element"] for site in line["structure"]["sites"]] == ["Na", "Cl"]


def test_candidates_are_refined_and_failures_stay(run, candidates, tmp_path, capsys):
    out = tmp_path / "refined.jsonl"
    arguments = ["refine", str(candidates), "--steps=4", f"--out={out}"]
    arguments.append(f"--network={run / 'flow.toml'}")
    assert main([*arguments, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["asked"], report["crystals"], report["refined"], report["failed"]) == (
        5,
        4,
        3,
        1,
    )
    written = lines(out)
    assert [line["id"] for line in written] == ["0-0", "0-1", "0-2", "0-3", "0-4"]
    rows = read_candidates(out)
    assert [row.failure for row in rows] == [
        None,
        "line 1: nonsense",
        None,
        "not refined: the network never saw F, Li",
        None,
    ]
    first, _, third, fourth, _ = written
    assert first["written"]["text"] == encode_plain(HALITE)
    assert first["text"] == encode_plain(rows[0].crystal)
    assert first["refinement"]["steps"] == 4
    assert first["refinement"]["moved_angstrom"] is None  # it began with the elements alone
    assert first["refinement"]["volume_change_share"] is None
    assert third["seed"] == 0
    assert "relaxation" not in third
    assert fourth["structure"] is None
    assert fourth["written"]["structure"] is not None
    before = out.read_bytes()
    assert main(arguments) == 2
    assert "--replace" in capsys.readouterr().err
    assert out.read_bytes() == before
    assert main([*arguments, "--replace", "--seed=1"]) == 0
    assert out.read_bytes() != before


def test_a_file_without_crystals_is_not_success(run, tmp_path):
    source, out = tmp_path / "none.jsonl", tmp_path / "refined.jsonl"
    source.write_text('{"id": "a", "text": "", "structure": null, "failure": "none"}\n')
    assert main(["refine", str(source), f"--out={out}", f"--network={run / 'flow.toml'}"]) == 1
    assert lines(out)[0]["failure"] == "none"


def test_bad_input_is_one_line(run, candidates, table, tmp_path, capsys):
    out = tmp_path / "refined.jsonl"
    refine = ["refine", str(candidates), f"--out={out}", f"--network={run / 'flow.toml'}"]
    pairs = ["flow", "pairs", str(table), f"--out={tmp_path / 'pairs'}"]
    train = ["flow", "train", str(tmp_path / "run")]
    tampered = tmp_path / "flow.toml"
    tampered.write_text((run / "flow.toml").read_text())
    (tmp_path / "flow.safetensors").write_bytes((run / "flow.safetensors").read_bytes() + b"x")
    for arguments, said in (
        ([*refine, "--steps=0"], "from 1 to 1,000"),
        ([*refine, "--steps=many"], "invalid int"),
        ([*refine, "--noise=-1"], "from 0 to 1 Å"),
        ([*refine, "--annealing", "1", "2"], "annealing offset"),
        ([*refine[:-1], "--network=nowhere"], "no flow card named 'nowhere'"),
        ([*refine[:-1], f"--network={tampered}"], "sha256"),
        (["refine", "/nowhere.jsonl", *refine[2:]], "no such file"),
        ([*refine[:2], "--out=/nowhere/out.jsonl", refine[3]], "/nowhere"),
        ([*pairs, "--targets=0"], "--targets 0: from 1"),
        ([*pairs, "--targets=1", "--samples-each=0"], "--samples-each 0: from 1"),
        ([*pairs, "--targets=1", "--base=types", "--model=x"], "asks no model"),
        ([*pairs, "--targets=1", "--base=dreams"], "invalid choice"),
        (
            [*pairs[:2], "/nowhere.parquet", *pairs[3:], "--targets=1", "--base=types"],
            "no such table",
        ),
        ([*pairs, "--targets=1", "--model=nowhere"], "no model card named 'nowhere'"),
        (train, "needs --pairs"),
        ([*train, "--pairs=/nowhere", "--total-steps=1"], "holds no pairs"),
        ([*train, f"--pairs={tmp_path}"], "needs an end"),
        ([*train, "--plot=curves.png"], "holds no readable metrics"),
        ([*train[:2], str(table), "--pairs=x"], "is a file"),
        (
            [
                *train,
                f"--pairs={run.parent / 'pairs'}",
                f"--table={table}",
                "--total-steps=1",
                "--continue-network=nowhere",
            ],
            "no flow card named 'nowhere'",
        ),
    ):
        assert main(arguments) == 2, arguments
        messages = capsys.readouterr().err.strip().splitlines()
        assert len(messages) == 1, messages
        assert said in messages[0]
    assert not out.exists()
    assert not (tmp_path / "pairs").exists()
    assert not (tmp_path / "run").exists()
