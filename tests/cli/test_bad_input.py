"""Bad input is one line on standard error, exit code 2, and nothing half-written."""

import json

import pytest

from crystal_llm.cli.main import SUBCOMMANDS, main
from crystal_llm.settings import PACKAGE_ROOT

GENERATE = [
    (["--formula", "NaXx"], "NaXx"),
    (["--formula", "Na0.5Cl"], "whole numbers"),
    (["--formula", "NaCl", "--hard", "formula", "--max-atoms", "1"], "at most 1"),
    (["--formula", "NaCl", "--hard", "formula", "--formula-units", "11"], "at most 20"),
    (["--formula", "NaCl", "--hard", "formula", "--exclude", "Cl"], "excluded"),
    (["--elements", "Li,Qq"], "Qq"),
    (["--elements", "Li,Li"], "twice"),
    (["--elements", "Po,O"], "training data"),
    (["--hard", "elements"], "no elements condition to hold"),
    (["--hard", "spacegroup"], "there is no space group condition to hold"),
    (["--hard", "colour"], "can be hard are formula, elements, space group"),
    (["--spacegroup", "231"], "1 to 230"),
    (["--spacegroup", "x"], "is no space group"),
    (["--temperature", "0"], "above 0"),
    (["--temperature", "nan"], "above 0"),
    (["--top-p", "0"], "at most 1"),
    (["--top-p", "1.01"], "at most 1"),
    (["--n", "0"], "from 1 to"),
    (["--n", "1000000"], "from 1 to"),
    (["--max-atoms", "0"], "from 1 to"),
    (["--batch-size", "0"], "at least 1"),
    (["--seed", "-1"], "from 0"),
    (["--e-above-hull", "-1"], "from 0"),
    (["--band-gap", "nan"], "band gap"),
    (["--min-distance", "3"], "min distance"),
    (["--min-radii", "-1"], "min radii"),
    (["--formula", "PoO2"], "Po: no crystal with it was in the training data"),
    (["--e-above-hull", "much"], "--e-above-hull: invalid"),
    (
        ["--formula=Na2Cl", "--spacegroup=225", "--hard=formula,spacegroup", "--max-atoms=2"],
        "no crystal can have",
    ),
    (
        ["--model=smollm2-135m", "--spacegroup=225", "--hard=spacegroup"],
        "cannot hold space group exactly",
    ),
    (["--model", "nobody"], "there are: compact, smollm2-135m"),
]


@pytest.mark.parametrize(("arguments", "said"), GENERATE, ids=lambda value: str(value)[:40])
def test_generate_refuses_in_one_line(arguments, said, tmp_path, capfd):
    code = main(["generate", "--out", str(tmp_path / "out.jsonl"), *arguments])
    lines = [line for line in capfd.readouterr().err.splitlines() if line.strip()]
    assert code == 2
    assert len(lines) == 1
    assert lines[0].startswith("crystal-llm: ")
    assert said in lines[0]
    assert list(tmp_path.iterdir()) == []


PROTOTYPES = {
    "a letter that the group lacks": ("221\n3.9\nSr 1a\nTi 1z", "no position z"),
    "a fixed position twice": ("221\n3.9\nSr 1a\nTi 1a", "no freedom and is taken already"),
    "a group that is none": ("231\n3.9\nSr 1a", "from 1 to 230"),
    "no orbit": ("221\n3.9", "no orbit follows"),
    "no text": ("", "expected a space group number"),
    "too large a cell": (
        "221\n9.9\n" + "\n".join(f"O 48n 0.{10 + n} 0.{20 + n} 0.{40 + n}" for n in range(2)),
        "96 atoms in the primitive cell, and 1 to 20 are asked for",
    ),
    "a hundred orbits": (
        "1\n9.9 9.8 9.7 80 85 88\n"
        + "\n".join(f"O 1a 0.{n:02d} 0.{n * 7 % 100:02d} 0.{n * 3 % 100:02d}" for n in range(100)),
        "100 orbits of space group 1; a model writes at most 60",
    ),
}


@pytest.mark.parametrize("name", PROTOTYPES)
def test_a_prototype_that_cannot_be_held_is_one_line(name, tmp_path, capfd):
    text, said = PROTOTYPES[name]
    file = tmp_path / "prototype.txt"
    file.write_text(text)
    out = tmp_path / "out.jsonl"
    assert main(["generate", "--out", str(out), "--prototype", str(file)]) == 2
    lines = [line for line in capfd.readouterr().err.splitlines() if line.strip()]
    assert len(lines) == 1 and said in lines[0], lines
    assert not out.exists()
    assert main(["generate", "--out", str(out), "--prototype", str(tmp_path / "no.txt")]) == 2
    assert "cannot be read" in capfd.readouterr().err


def test_an_unwritable_place_is_refused_before_any_work(tmp_path, capfd):
    assert main(["generate", "--out", str(tmp_path / "no" / "out.jsonl")]) == 2
    assert "no such folder" in capfd.readouterr().err
    assert main(["generate", "--out", str(tmp_path)]) == 2
    assert "is a folder" in capfd.readouterr().err


def test_an_unreadable_card_is_one_line(tmp_path, capfd):
    card = tmp_path / "broken.toml"
    card.write_text("title = ", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert main(["generate", "--out", str(out), "--model", str(card)]) == 2
    assert "not TOML" in capfd.readouterr().err
    assert not out.exists()


def test_a_half_written_adapter_is_one_line(tmp_path, capfd):
    folder = tmp_path / "half"
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}", encoding="utf-8")
    (folder / "adapter_model.safetensors").write_bytes(b"half")
    card = tmp_path / "half.toml"
    card.write_text(
        '[base]\nname = "b"\nhub = "nobody/nothing"\n[adapter]\nfolder = "half"\n'
        "[adapter.sha256]\n"
        f'"adapter_config.json" = "{"0" * 64}"\n"adapter_model.safetensors" = "{"0" * 64}"\n',
        encoding="utf-8",
    )
    out = tmp_path / "out.jsonl"
    assert main(["generate", "--out", str(out), "--model", str(card)]) == 2
    said = capfd.readouterr().err
    assert "damaged, half-written or another one" in said
    assert not out.exists()


def test_no_or_unknown_command_is_one_line(capfd):
    assert main([]) == 2
    assert main(["fly"]) == 2
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "fly" in lines[1]


@pytest.mark.parametrize("command", SUBCOMMANDS)
def test_every_command_has_help_and_json(command, capfd):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    said = capfd.readouterr().out
    assert said.startswith(f"usage: crystal-llm {command}")
    if command not in (
        "data",
        "reference",
        "jobs",
        "library",
        "flow",
        "users",
    ):  # their actions have the flag, each for itself
        assert "--json" in said


def test_help_lists_every_command(capfd):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capfd.readouterr().out
    assert all(f"\n    {command}" in said for command in SUBCOMMANDS)


@pytest.mark.parametrize("content", ["", "\n", "not json\n", '{"no": "text"}\n', "[1]\n"])
def test_score_refuses_files_without_texts(content, tmp_path, capfd):
    path = tmp_path / "in.jsonl"
    path.write_text(content, encoding="utf-8")
    assert main(["score", str(path)]) == 2
    assert str(path) in capfd.readouterr().err


def test_models_add_refuses_and_leaves_nothing(tmp_path, capfd):
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    into = tmp_path / "models"
    into.mkdir()
    base = ["--base-hub", "somebody/something", "--into", str(into)]
    assert main(["models", "add", str(adapter), "--name", "mine", *base]) == 2
    assert "adapter_config.json" in capfd.readouterr().err
    assert main(["models", "add", str(adapter), "--name", "../mine", *base]) == 2
    assert list(into.iterdir()) == []


def test_models_add_writes_a_card_that_reads(tmp_path, capfd):
    from crystal_llm.language_model.card import find_card

    adapter = tmp_path / "adapter"
    adapter.mkdir()
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (adapter / name).write_text(name, encoding="utf-8")
    into = tmp_path / "models"
    into.mkdir()
    arguments = ["models", "add", str(adapter), "--name", "mine", "--base-hub", "some/model"]
    assert main([*arguments, "--quantisation", "nf4", "--into", str(into), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["card"] == str(into / "mine.toml")
    card = find_card("mine", into)
    assert (card.base.hub, card.quantisation) == ("some/model", "nf4")
    assert card.adapter is not None
    assert card.adapter.folder == into / "mine"
    assert main([*arguments, "--into", str(into)]) == 2
    assert "choose another name" in capfd.readouterr().err


def test_the_readme_names_every_command():
    text = (PACKAGE_ROOT / "README.md").read_text(encoding="utf-8")
    rows = "".join(line for line in text.splitlines() if line.startswith("| `"))
    assert [command for command in SUBCOMMANDS if f"`{command}`" not in rows] == []
