import json
import re

import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.cli import evaluate, report
from crystal_llm.cli.command import OneLineParser
from crystal_llm.cli.main import main
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.errors import CrystalLLMError, StructureFileError
from crystal_llm.evaluation import fingerprinting
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.relaxed_file import relaxed_record
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.settings import settings
from crystal_llm.stability.demanded_reference import ON_DEMAND
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import write_reference
from crystal_llm.types import PlainCrystal

CHGNET = potential_card("chgnet").method
SALT = Structure(Lattice.cubic(3.5), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
PLAIN = PlainCrystal((3.5,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    # Processes of their own take five CPU seconds to start; their tests are test_fingerprinting's.
    monkeypatch.setattr(fingerprinting, "FINGERPRINT_PROCESSES", 0)
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "set"
    made.mkdir()
    (made / "a.cif").write_text(SALT.to(fmt="cif"))
    (made / "<script>alert(1)<!.cif").write_text("data_x\n")
    return made


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "test.parquet"
    frame = {"material_id": ["t1", "t2"], "a": [3.5, 4.2], "b": [3.5, 4.2], "c": [3.5, 4.2]}
    frame |= {name: [90.0, 90.0] for name in ("alpha", "beta", "gamma")}
    frame |= {"species": [["Na", "Cl"], ["Cs", "Cl"]], "split": ["test", "train"]}
    frame["frac_coords"] = [[0, 0, 0, 0.5, 0.5, 0.5]] * 2
    pd.DataFrame(frame).to_parquet(path)
    return path


def run(command, *arguments):
    root = OneLineParser(prog="crystal-llm")
    name = command.__name__.rpartition(".")[2]
    command.register(root.add_subparsers(parser_class=OneLineParser))
    parsed = root.parse_args([name, *map(str, arguments)])
    return parsed.run(parsed)


def test_what_cannot_be_read_is_named(tmp_path, capfd):
    bad = tmp_path / "bad.cif"
    bad.write_text("data_x\n")
    with pytest.raises(StructureFileError, match=r"bad\.cif: no CIF data block lists atoms"):
        run(evaluate, bad)
    capfd.readouterr()
    (tmp_path / "many").mkdir()
    for index in range(12):
        (tmp_path / "many" / f"{index:02}.cif").write_text("data_x\n")
    run(evaluate, tmp_path / "many")
    lines = capfd.readouterr().err.splitlines()
    assert lines[1].startswith("many, 00.cif: ") and len(lines) == 12
    assert lines[-1] == "… and 2 more, all named in a run's folder (--out)"
    # A row whose name happens to stand in the file's is named all the same.
    table = tmp_path / "set0.csv"
    table.write_text("material_id,cif\n0,data_x\n")
    run(evaluate, table)
    assert capfd.readouterr().err.splitlines()[1].startswith("set0.csv, 0: ")


def test_a_folder_is_evaluated_and_told_as_a_page(folder, table, tmp_path):
    out = tmp_path / "run"
    evaluated = run(evaluate, folder, "--test", table, "--known", table, "--out", out)
    figures = evaluated.data["figures"]
    assert figures["parsed"]["count"] == 1 and figures["parsed"]["total"] == 2
    # One row of the table is of the split test; NaCl is there, so nothing is novel.
    assert figures["test"]["coverage"]["recall"] == {
        "count": 1, "total": 1, "whole": "test crystals", "share": 1.0,
        "wilson_95_low": pytest.approx(0.2065, abs=1e-3), "wilson_95_high": pytest.approx(1.0),
    }  # fmt: skip
    assert figures["written"]["novel"]["count"] == 0
    protocol = json.loads((out / "evaluation.json").read_text())["protocol"]
    assert protocol["test"]["rows"] == "split test" and protocol["known"]["crystals"] == 2
    assert protocol["versions"]["matminer"] and protocol["relaxers"] == []
    rows = [json.loads(line) for line in (out / "crystals.jsonl").read_text().splitlines()]
    assert [row["name"] for row in rows] == ["<script>alert(1)<!.cif", "a.cif"]
    assert rows[0]["failure"] and rows[1]["formula"] == "NaCl" and rows[1]["known"] == "t1"
    assert any("coverage recall: 1 of 1 test crystals" in line for line in evaluated.lines)

    run(report, out, "--title", "Salt & co")
    page = (out / "report.html").read_text()
    assert "Salt &amp; co" in page and "coverage recall" in page
    # What a file calls itself is text on the page, and the page asks nothing of the network.
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#)", page.replace("xlink:href", "href"))
    # The papers' figures stand in their own table.
    assert page.index("Printed figures of the papers") < page.index("LLaMA-2 70B, τ 0.7")

    with pytest.raises(CrystalLLMError, match="exists already"):
        run(evaluate, folder, "--out", out)


def test_test_crystals_may_be_a_table_in_symmetric_form_and_drawn(folder, tmp_path):
    path = tmp_path / "known-structures.parquet"
    rows = [
        SymmetricRow(f"t{n}", "NaCl", symmetric_crystal(PLAIN), None, None, None, split, False)
        for n, split in enumerate(("test", "test", "test", "train"))
    ]
    write_symmetric_table(rows, path)
    evaluated = run(evaluate, folder, "--test", path, "--test-n", 2, "--no-cache")
    assert evaluated.data["figures"]["test"]["coverage"]["recall"]["count"] == 2
    assert evaluated.data["protocol"]["test"]["rows"] == "split test, drawn"
    assert evaluated.data["protocol"]["test"]["crystals"] == 2
    with pytest.raises(CrystalLLMError, match="none of its 4 rows is of the split 'val'"):
        run(evaluate, folder, "--test", path, "--test-split", "val")
    with pytest.raises(CrystalLLMError, match="--test-n 0: at least 1, with --test"):
        run(evaluate, folder, "--test", path, "--test-n", 0)


def test_relaxed_crystals_are_placed_on_the_hull_without_relaxing(tmp_path):
    reference = tmp_path / "reference.parquet"
    phases = [("na", "Na", -1.3), ("cl", "Cl", -1.8), ("nacl", "NaCl", -3.4)]
    write_reference(
        build_reference(phases, ReferenceProvenance(CHGNET, "a test", "2026-01-02")), reference
    )
    result = RelaxationResult(
        PLAIN, None, True, 7, -3.2, -3.35, (-3.2, -3.35), 0.01, 0.0, 221, 221, 0.0, False, CHGNET, 2
    )  # fmt: skip
    lines = [
        relaxed_record({"structure": SALT.as_dict()}, "0-0", result, None),
        relaxed_record({"text": "5.0"}, "0-1", None, "no atom follows"),
    ]
    path = tmp_path / "relaxed.jsonl"
    path.write_text("".join(json.dumps(line, default=str) + "\n" for line in lines))
    evaluated = run(evaluate, path, "--reference", reference)
    (potential,) = evaluated.data["figures"]["potentials"]
    assert potential["change"]["steps"]["value"] == 7
    written, relaxed = potential["stability_written"], potential["stability_relaxed"]
    assert [rate["within"]["count"] for rate in written] == [0, 0, 0]
    assert [rate["within"]["count"] for rate in relaxed] == [0, 1, 1]
    assert relaxed[2]["within"]["total"] == 2 and relaxed[2]["sun"] is None
    (relaxer,) = evaluated.data["protocol"]["relaxers"]
    assert relaxer["settings"] is None and relaxer["reference_made_on"] == "2026-01-02"


def test_a_potential_without_a_shipped_reference_gets_the_phases_of_the_chemical_system(tmp_path):
    sites = ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    rock_salt = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.8), *sites
    ).get_primitive_structure()
    (tmp_path / "salt.cif").write_text(rock_salt.to(fmt="cif"))
    evaluated = run(
        evaluate, tmp_path / "salt.cif", "--relax", "--potential", "sevennet-0", "--processes", "1"
    )
    (potential,) = evaluated.data["figures"]["potentials"]
    (relaxer,) = evaluated.data["protocol"]["relaxers"]
    assert relaxer["reference_id"] == ON_DEMAND and relaxer["competitors_relaxed"]
    assert potential["without_hull"] == 0
    # Rock salt, too large by a few per cent, relaxes to the known phase, which is on its hull.
    assert [rate["within"]["count"] for rate in potential["stability_relaxed"]] == [1, 1, 1]
    assert [rate["within"]["count"] for rate in potential["stability_written"]] == [0, 1, 1]


def test_the_page_says_why_a_relaxation_did_not_converge(tmp_path):
    stopped = RelaxationResult(
        None, "time limit of 300 s reached at step 9", False, 9, -3.2, None, (-3.2,), 0.9, None,
        221, None, None, False, CHGNET, 300,
    )  # fmt: skip
    path, out = tmp_path / "relaxed.jsonl", tmp_path / "run"
    line = relaxed_record({"structure": SALT.as_dict()}, "0-0", stopped, None)
    path.write_text(json.dumps(line, default=str) + "\n")
    evaluated = run(evaluate, path, "--out", out)
    assert evaluated.data["figures"]["potentials"][0]["change"]["converged"]["count"] == 0
    run(report, out)
    page = (out / "report.html").read_text()
    assert "Relaxations that did not converge" in page
    assert "chgnet: time limit of 300 s reached at step 9" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.cif",), "no such file"),
        (("{folder}/notes.docx",), "tells a known kind"),
        (("{table}", "--novelty-fingerprints"), "--known"),
        (("{table}", "--second-potential", "chgnet"), "--relax"),
        (("{table}", "--second-reference", "x"), "--second-potential"),
        (("{table}", "--relax", "--second-potential", "chgnet"), "the first one already"),
        (("{table}", "--relax-n", "3"), "--relax-n 3: at least 1, with --relax"),
        (("{table}", "--relax", "--relax-n", "0"), "--relax-n 0: at least 1"),
        (("{table}", "--writing-seconds", "-1"), "--writing-seconds"),
        (("{table}", "--writing-seconds", "nan"), "--writing-seconds"),
        (("{table}", "--test", "{table}", "--test-split", "val"), "none of its 2 rows"),
        (("{table}", "--test", "none.parquet"), "none.parquet"),
        (("{table}", "--known", "none.parquet"), "none.parquet"),
        (("{table}", "--protocol", "none.json"), "none.json"),
        (("{table}", "--out", "{table}"), "is a file"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    arguments, message, folder, table, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (folder / "notes.docx").write_text("x")
    places = {"folder": folder, "table": table}
    assert main(["evaluate", *(argument.format(**places) for argument in arguments)]) == 2
    error = capsys.readouterr().err
    assert message in error.splitlines()[-1] and "Traceback" not in error
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such folder"),
        ({}, "holds none of"),
        ({"evaluation.json": "{"}, "not an evaluation"),
        ({"evaluation.json": '{"protocol": {}, "figures": {}}'}, "not an evaluation"),
        ({"ipt.json": "{}"}, "damaged"),
        ({"conditioning.json": "[]"}, "damaged"),
    ],
)
def test_a_folder_that_is_no_run(content, message, tmp_path, capsys):
    run_folder = tmp_path / "run"
    if content is not None:
        run_folder.mkdir()
        for name, text in content.items():
            (run_folder / name).write_text(text)
    assert main(["report", str(run_folder)]) == 2
    assert message in capsys.readouterr().err
    assert not (run_folder / "report.html").exists()
