import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from crystal_llm.cli import reference
from crystal_llm.cli.command import OneLineParser
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.errors import CrystalLLMError, MaterialsProjectError, StabilityError
from crystal_llm.potentials.loading import potential_card
from crystal_llm.stability.references import reference_file
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import read_reference, write_reference
from crystal_llm.types import PlainCrystal

# The stub server lies beside the tests of crystal_llm.stability.
sys.path.append(str(Path(__file__).parents[1] / "stability"))
from thermo_stub import KEY, thermo_server


def run(*arguments):
    root = OneLineParser(prog="crystal-llm")
    reference.register(root.add_subparsers(parser_class=OneLineParser))
    parsed = root.parse_args(["reference", *map(str, arguments)])
    return parsed.run(parsed)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "energies.parquet"
    rows = {"material_id": ["mp-1", "mp-2"], "formula": ["Li2O", "Fe2O3"]}
    pd.DataFrame(rows | {"e_form_mp2020": [-2.0, -1.5]}).to_parquet(path)
    return path


def test_a_reference_is_built_and_shown(table, tmp_path):
    out = tmp_path / "deeper" / "hull.parquet"
    built = run("build", "--energies", table, "--out", out)
    assert built.data["reference"] == read_reference(out).reference_id
    assert (built.data["n_rows"], built.data["n_phases"]) == (2, 5)
    shown = run("show", out)
    assert shown.data.items() <= built.data.items()
    assert shown.data["energy_kind"] == "formation"
    assert shown.lines[1] == "energies: DFT, PBE(+U), correction MP2020, formation energies"
    assert shown.lines[2] == "5 phases of 3 elements"
    json.dumps(built.data)


def test_total_energies_need_their_method(table, tmp_path):
    frame = pd.read_parquet(table).rename(columns={"e_form_mp2020": "energy_ev_per_atom"})
    frame.to_parquet(table)
    out = tmp_path / "hull.parquet"
    with pytest.raises(StabilityError, match="how its energies came about"):
        run("build", "--energies", table, "--out", out)
    said = ("--potential", "M3GNet", "--level-of-theory", "PBE(+U)", "--correction", "none")
    report = run("build", "--energies", table, "--out", out, *said, "--weights-sha256", "ab12")
    assert report.data["missing_terminals"] == ["Li", "O", "Fe"]
    assert any("no hull with Li, O, Fe" in line for line in report.lines)
    assert read_reference(out).method.weights_sha256 == "ab12"


def test_nothing_is_overwritten_unless_asked(table, tmp_path):
    out = tmp_path / "hull.parquet"
    out.write_text("precious")
    with pytest.raises(StabilityError, match="--replace"):
        run("build", "--energies", table, "--out", out)
    assert out.read_text() == "precious"
    run("build", "--energies", table, "--out", out, "--replace")
    assert len(read_reference(out)) == 5


def test_a_reference_is_built_of_the_materials_project(tmp_path, monkeypatch):
    out = tmp_path / "hull.parquet"
    asked = ("build", "--chemical-system", "Li-O", "--out", out)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("MP_API_KEY", raising=False)
    with pytest.raises(MaterialsProjectError, match="MP_API_KEY"):
        run(*asked)
    monkeypatch.setenv("MP_API_KEY", KEY)
    with pytest.raises(StabilityError, match="is known"):
        run(*asked, "--potential", "CHGNet")
    with thermo_server() as server:
        monkeypatch.setenv("MP_API_ENDPOINT", server.endpoint)
        report = run(*asked)
    assert (report.data["n_phases"], report.data["energy_kind"]) == (3, "total")
    assert len(read_reference(out)) == 3
    assert KEY not in json.dumps(report.data)


def test_energies_outlast_a_reference_that_cannot_be_written(tmp_path, monkeypatch):
    crystals, out = tmp_path / "crystals.parquet", tmp_path / "hull.parquet"
    cell = {name: [4.0] for name in "abc"} | {name: [60.0] for name in ("alpha", "beta", "gamma")}
    sites = {"species": [["Na", "Cl"]], "frac_coords": [[0.0] * 3 + [0.5] * 3]}
    pd.DataFrame({"material_id": ["salt"]} | cell | sites).to_parquet(crystals)
    asked = ("build", "--structures", crystals, "--potential", "chgnet", "--out", out)
    journal = tmp_path / "hull.parquet.journal"

    def full(*_):
        raise StabilityError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(reference_file, "write_reference", full)
        with pytest.raises(StabilityError, match="no space left"):
            run(*asked, "--processes", 1)
    assert '"salt"' in journal.read_text()
    assert run(*asked, "--processes", 1).data["n_phases"] == 1
    assert out.exists()
    assert not journal.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["build"],
        ["build", "--energies", "missing.parquet", "--out", "hull.parquet"],
        ["build", "--energies", "missing.parquet", "--out", "."],
        ["show"],
        ["show", "missing.parquet"],
    ],
)
def test_bad_input_is_one_error_and_leaves_nothing(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CrystalLLMError) as caught:
        run(*arguments)
    assert str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_reference_is_relaxed_only_by_the_potential_that_made_it(table, tmp_path):
    run("build", "--energies", table, "--out", tmp_path / "dft.parquet")
    with pytest.raises(CrystalLLMError, match="DFT"):
        run("relax", tmp_path / "dft.parquet", "--out", tmp_path / "relaxed.parquet")
    assert not (tmp_path / "relaxed.parquet").exists()


def test_a_relaxed_reference_is_written_with_what_it_holds(tmp_path):
    salt = PlainCrystal((3.8, 3.8, 3.8), (60.0,) * 3, ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
    rows = [("nacl", "NaCl", -3.667), ("na", "Na", -1.3), ("cl", "Cl", -1.8)]
    method = potential_card("chgnet").method
    given = build_reference(rows, ReferenceProvenance(method, "a test", "2026-01-02"))
    write_reference(given, tmp_path / "given.parquet")
    known = [CrystalRow("nacl", "NaCl", salt, 225, None, 0.0, None, "train")]
    write_table(known, tmp_path / "known.parquet")
    asked = ("relax", tmp_path / "given.parquet", "--structures", tmp_path / "known.parquet")
    report = run(*asked, "--out", tmp_path / "relaxed.parquet", "--processes", 1)
    assert (report.data["newly_relaxed"], report.data["n_relaxed"]) == (1, 1)
    relaxed = read_reference(tmp_path / "relaxed.parquet")
    (phase,) = relaxed.relaxed.values()
    # CHGNet gives relaxed rock salt -3.668 eV/atom.
    assert phase.energy_ev_per_atom == pytest.approx(-3.668, abs=0.003)
    assert relaxed.reference_id == given.reference_id
    with pytest.raises(StabilityError, match="--replace"):
        run(*asked, "--out", tmp_path / "relaxed.parquet")
