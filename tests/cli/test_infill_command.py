"""``infill``, ``complete`` and ``infill-benchmark`` from the shell."""

import json
import math

import pytest

from crystal_llm.cli import infill as infill_command
from crystal_llm.cli.main import main
from crystal_llm.crystal.conversion import structure
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.settings import ADAPTED_MODEL, settings
from crystal_llm.types import PlainCrystal

PEROVSKITE = PlainCrystal(
    (3.91, 3.91, 3.91),
    (90.0, 90.0, 90.0),
    ("Sr", "Ti", "O", "O", "O"),
    ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.0, 0.5, 0.5)),
)


@pytest.fixture
def cif(tmp_path):
    path = tmp_path / "in.cif"
    path.write_text(structure(PEROVSKITE).to(fmt="cif"), encoding="utf-8")
    return path


@pytest.fixture
def tiny(tiny_models, monkeypatch):
    """The commands run with a tiny model instead of the shipped one."""
    from crystal_llm.language_model import loading

    monkeypatch.setattr(loading, "load_model", lambda *_, **__: tiny_models["float32"])
    monkeypatch.setenv("CRYSTAL_LLM_MODEL", ADAPTED_MODEL)
    settings.cache_clear()
    yield
    settings.cache_clear()


def answer(arguments, capfd):
    assert main(arguments) == 0
    return json.loads(capfd.readouterr().out)


def test_one_element_is_asked_jointly(cif, tiny, capfd):
    report = answer(["infill", str(cif), "--sites=2-4", "--translations=2", "--json"], capfd)
    assert (report["order"], report["sites"], report["replaced"]) == ("joint", [2, 3, 4], ["O"] * 3)
    elements = report["elements"]
    assert len(elements) == 89
    assert sum(element["probability"] for element in elements) == pytest.approx(1.0)
    assert [element["probability"] for element in elements] == sorted(
        (element["probability"] for element in elements), reverse=True
    )
    (oxygen,) = [element for element in elements if element["element"] == "O"]
    assert not oxygen["removed"]
    assert oxygen["charge"]["kind"] == oxygen["radius"]["kind"] == "passes"
    assert 0.0 < report["origin_dependence"]["mean_total_variation"] < 1.0


def test_a_reader_gets_element_probability_spread_and_verdicts(cif, tiny, capfd):
    asked = ["infill", str(cif), "--sites=0", "--top=4", "--excluded=Ba"]
    assert main([*asked, "--no-weigh"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "sites 0 (Sr) masked: one element at all of them, τ = 1"
    assert lines[1].split() == ["element", "probability", "spread", "verdicts"]
    assert len(lines) == 8
    assert all("charge: " in line and "radius: " in line for line in lines[2:6])
    assert "listed 1" in lines[6]
    assert lines[7].startswith("4 origins: total variation")
    assert main(["infill", str(cif), "--sites=0", "--top=3", "--kept-only"]) == 0
    assert "removed;" not in capfd.readouterr().out


def test_the_likeliest_elements_are_weighed_unless_told_otherwise(cif, tiny, capfd):
    asked = ["infill", str(cif), "--sites=0", "--translations=1"]
    both = answer([*asked, "--json"], capfd)["elements"]
    alone = answer([*asked, "--json", "--no-weigh"], capfd)["elements"]
    above = {row["element"]: row["energy_above_hull_ev_per_atom"] for row in both}
    assert sum(value is not None for value in above.values()) == 30
    assert {row["energy_above_hull_ev_per_atom"] for row in alone} == {None}
    assert {row["element"] for row in alone[:30]} == {name for name in above if above[name]}
    model = {row["element"]: row["probability"] for row in alone}
    first, second = both[0], both[1]
    odds = model[first["element"]] / model[second["element"]]
    prices = [max(row["energy_above_hull_ev_per_atom"], 0.0) for row in (first, second)]
    expected = odds * math.exp((prices[1] - prices[0]) / 0.015)
    assert first["probability"] / second["probability"] == pytest.approx(expected)
    assert main(asked) == 0
    assert capfd.readouterr().out.splitlines()[1].split()[3] == "eV/atom"


def test_different_elements_go_one_by_one_or_in_all_orders(cif, tiny, capfd):
    usual = ["infill", str(cif), "--sites=0,1", "--translations=1", "--json"]
    single = answer(usual, capfd)
    assert (single["order"], single["orders"]) == ("one-by-one", [["Sr", "Ti"]])
    assert [group["sites"] for group in single["groups"]] == [[0], [1]]
    every = answer([*usual, "--order=all"], capfd)
    assert sorted(every["orders"]) == [["Sr", "Ti"], ["Ti", "Sr"]]
    together = answer([*usual, "--order=joint"], capfd)
    assert together["replaced"] == ["Sr", "Ti"]
    assert main(usual[:-1]) == 0
    assert "order: Sr, then Ti" in capfd.readouterr().out


def test_part_of_an_element_is_told(cif, tiny, capfd):
    assert main(["infill", str(cif), "--sites=2", "--translations=1"]) == 0
    assert "O stays at 2 more sites" in capfd.readouterr().err


WRONG = [
    (["--sites", ""], "no site is masked"),
    (["--sites", "0-4"], "all 5 sites are masked"),
    (["--sites", "5"], "0 to 4"),
    (["--sites=-1"], "such as 0,3 or 0-3"),
    (["--sites", "a"], "such as 0,3 or 0-3"),
    (["--sites", "3-1"], "not one of sites"),
    (["--sites", "0", "--temperature", "0"], "above 0"),
    (["--sites", "0", "--translations", "0"], "from 1 to"),
    (["--sites", "0", "--top", "0"], "at least 1"),
    (["--sites", "0", "--radius-tolerance", "-1"], "above 0"),
    (["--sites", "0", "--allowed", "Po"], "no model here can write"),
    (["--sites", "0", "--excluded", "Qq"], "not an element"),
    (["--sites", "0", "--allowed", "Li", "--excluded", "Li"], "allow at least one"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=lambda value: str(value)[:40])
def test_wrong_picks_are_one_line(cif, tiny, monkeypatch, arguments, said, capfd):
    monkeypatch.setattr(infill_command, "read_structure_argument", lambda path: PEROVSKITE)
    assert main(["infill", str(cif), *arguments]) == 2
    one_line(capfd, said)


def one_line(capfd, said):
    lines = [
        line
        for line in capfd.readouterr().err.splitlines()
        if line.strip() and "loaded in" not in line
    ]
    assert len(lines) == 1
    assert lines[0].startswith("crystal-llm: ")
    assert said in lines[0]


def test_files_that_are_no_ordered_crystal_are_one_line(cif, tmp_path, capfd):
    text = cif.read_text(encoding="utf-8")
    strange = tmp_path / "strange.cif"
    strange.write_text(text.replace("Sr", "Ra"), encoding="utf-8")
    assert main(["infill", str(strange), "--sites=1"]) == 2
    one_line(capfd, "site 0 (Ra)")
    lines = text.splitlines()
    half = [
        line[: line.rindex(" ")] + " 0.5" if line.strip().startswith("Sr  ") else line
        for line in lines
    ]
    disordered = tmp_path / "disordered.cif"
    disordered.write_text("\n".join(half), encoding="utf-8")
    assert main(["infill", str(disordered), "--sites=0"]) == 2
    one_line(capfd, "disordered.cif")
    assert main(["infill", str(tmp_path / "no.cif"), "--sites=0"]) == 2
    one_line(capfd, "no such file")


def test_a_crystal_is_completed(cif, tiny, tmp_path, capfd):
    out = tmp_path / "out.jsonl"
    arguments = ["complete", str(cif), "--keep=0-1", "--n=3", "--atoms=5", "--elements=O"]
    report = answer([*arguments, "--temperature=2", f"--out={out}", "--json"], capfd)
    assert (report["asked"], report["written"], report["kept"]) == (3, 3, 2)
    for line in out.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        assert record["added"] == ["O"] * 3
        assert record["kept"] == 2
        assert [site["label"] for site in record["structure"]["sites"]] == [
            "Sr",
            "Ti",
            "O",
            "O",
            "O",
        ]
        assert record["structure"]["lattice"]["a"] == pytest.approx(3.91)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--keep=9"], "0 to 4"),
        (["--keep=x"], "such as 0,3 or 0-3"),
        (["--keep=0-4", "--max-atoms=5"], "none can be added"),
        (["--keep=0", "--elements=Qq"], "not an element"),
        (["--keep=0", "--n=0"], "from 1 to"),
    ],
)
def test_impossible_completions_are_one_line(cif, tiny, tmp_path, arguments, said, capfd):
    assert main(["complete", str(cif), f"--out={tmp_path / 'o.jsonl'}", *arguments]) == 2
    one_line(capfd, said)
    assert not (tmp_path / "o.jsonl").exists()


@pytest.fixture
def table(tmp_path):
    rows = [
        CrystalRow(f"id-{place}", "SrTiO3", PEROVSKITE, 221, None, 0.0, None, split)
        for place, split in enumerate(["train", "test", "test", "test"])
    ]
    path = tmp_path / "table.parquet"
    write_table(rows, path)
    return path


def test_the_benchmark_prints_a_table_and_goes_on_from_its_records(table, tiny, tmp_path, capfd):
    records, figure = tmp_path / "r.jsonl", tmp_path / "f.html"
    arguments = ["infill-benchmark", str(table), "--n=3", f"--records={records}", "--json"]
    first = answer([*arguments, f"--figure={figure}"], capfd)["accuracy"]
    assert first["crystals"] == 3
    assert figure.stat().st_size > 1000
    lines = records.read_text(encoding="utf-8").splitlines(keepends=True)
    assert len(lines) == 4
    # Killed in the midst of its second line.
    records.write_text("".join(lines[:2]) + lines[2][:20], encoding="utf-8")
    again = answer(arguments, capfd)["accuracy"]
    assert again["guessers"] == first["guessers"]
    assert main([*arguments[:-1], "--seed=1"]) == 2
    assert "another run" in capfd.readouterr().err
    assert main(["infill-benchmark", str(table), "--n=2"]) == 0
    assert "| most frequent element |" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--n=0"], "one of them above"),
        (["--figure=f.gif"], "name a figure"),
        (["--temperatures=0"], "above 0"),
        (["--mutations=2", "--reference=no.parquet"], "no such reference"),
    ],
)
def test_an_impossible_benchmark_is_one_line(table, tiny, arguments, said, capfd):
    assert main(["infill-benchmark", str(table), *arguments]) == 2
    one_line(capfd, said)


def test_a_model_of_symmetric_text_answers_the_same_commands(
    cif, table, compact_model, tmp_path, capfd
):
    model = f"--model={compact_model.card.path}"
    report = answer(["infill", str(cif), "--sites=2-4", model, "--json"], capfd)
    assert sum(element["probability"] for element in report["elements"]) == pytest.approx(1.0)
    assert report["translations"] is None
    assert main(["infill", str(cif), "--sites=2", model]) == 0
    output = capfd.readouterr()
    assert output.out.splitlines()[-1].startswith(
        "read by orbits: no origin to average over; tiny/"
    )
    assert "stays at" not in output.err, "the network learned masks on part of an element"
    out = tmp_path / "out.jsonl"
    arguments = ["complete", str(cif), "--keep=0-1", "--n=2", "--atoms=5", f"--out={out}", model]
    assert answer([*arguments, "--json"], capfd)["written"] == 2
    for line in out.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        assert record["text"].startswith("221\n3.9\nSr 1")
        assert [site["label"] for site in record["structure"]["sites"]][:2] == ["Sr", "Ti"]
    again = ["--atoms=3", f"--out={out}", "--replace", model]
    assert main(["complete", str(cif), "--keep=0", *again]) == 2
    one_line(capfd, "no orbits of space group 221 beside the kept ones make 3 atoms")
    assert main(["infill-benchmark", str(table), "--n=2", model]) == 0
    assert "read by orbits; tiny/" in capfd.readouterr().out


@pytest.mark.model
def test_the_shipped_model_answers(cif, base_folder, monkeypatch, capfd):
    monkeypatch.setenv("CRYSTAL_LLM_BASE", str(base_folder))
    settings.cache_clear()
    try:
        model = f"--model={ADAPTED_MODEL}"
        asked = ["infill", str(cif), "--sites=2-4", "--translations=2", "--json", model]
        report = answer(asked, capfd)
    finally:
        settings.cache_clear()
    assert sum(element["probability"] for element in report["elements"]) == pytest.approx(1.0)
    assert report["model"].startswith("smollm2-135m/int8/")
