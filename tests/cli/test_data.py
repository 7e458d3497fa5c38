import json
import sys
from pathlib import Path

import pytest

from crystal_llm.cli import data
from crystal_llm.cli.command import OneLineParser
from crystal_llm.dataset.symmetric_table import read_symmetric_table
from crystal_llm.dataset.table import read_table
from crystal_llm.errors import CrystalLLMError, MaterialsProjectError, RequestError, TableError

# The stub server lies beside the tests of crystal_llm.io.
sys.path.append(str(Path(__file__).parents[1] / "dataset"))
from materials_project_stub import KEY, materials_project

POSCAR = "comment\n1.0\n4 0 0\n0 4 0\n0 0 4\nCs Cl\n1 1\ndirect\n0 0 0\n0.5 0.5 0.5\n"


def run(*arguments):
    root = OneLineParser(prog="crystal-llm")
    data.register(root.add_subparsers(parser_class=OneLineParser))
    parsed = root.parse_args(["data", *map(str, arguments)])
    return parsed.run(parsed)


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "crystals"
    inside.mkdir()
    (inside / "POSCAR").write_text(POSCAR)
    (inside / "broken.cif").write_text("data_x")
    return inside


def test_a_folder_becomes_a_table_and_the_report_counts_everything(folder, tmp_path):
    (tmp_path / "known.csv").write_text("file,energy_above_hull_ev_per_atom\nPOSCAR,0.25\n")
    out = tmp_path / "deeper" / "table.parquet"
    report = run("folder", folder, "--out", out, "--properties", tmp_path / "known.csv")
    (row,) = read_table(out)
    assert (row.material_id, row.formula, row.spacegroup_number) == ("POSCAR", "CsCl", 221)
    assert row.energy_above_hull_ev_per_atom == 0.25
    assert report.exit_code == 0
    assert (report.data["read"], report.data["kept"], report.data["too_large"]) == (2, 1, 0)
    assert [failure["material_id"] for failure in report.data["failed"]] == ["broken.cif"]
    assert report.lines[0].startswith("read 2, kept 1 (train 1, val 0, test 0)")
    assert any(line.startswith("failed: broken.cif: no CIF data block") for line in report.lines)
    json.dumps(report.data)


def test_a_table_is_made_of_a_table(folder, tmp_path):
    run("folder", folder, "--out", tmp_path / "one.parquet")
    run("table", tmp_path / "one.parquet", "--out", tmp_path / "two.parquet")
    assert read_table(tmp_path / "one.parquet") == read_table(tmp_path / "two.parquet")


def test_the_symmetric_form_stands_beside_the_table(folder, tmp_path):
    """Larger cells are in it, so that a garnet can be learned from."""
    cell = "2x1x1\n1.0\n4 0 0\n0 4 0\n0 0 4.2\nTi O\n1 2\ndirect\n0 0 0\n0.5 0 0.5\n0 0.5 0.5\n"
    (folder / "POSCAR-large").write_text(cell)
    upon = POSCAR.replace("0.5 0.5 0.5", "0.2 0.1 0")
    (folder / "P1.vasp").write_text(upon)
    out = tmp_path / "table.parquet"
    report = run("folder", folder, "--out", out, "--max-atoms", 2)
    assert {row.material_id for row in read_table(out)} == {"POSCAR", "P1.vasp"}
    rows = {
        row.material_id: row for row in read_symmetric_table(tmp_path / "table-symmetric.parquet")
    }
    assert set(rows) == {"POSCAR", "P1.vasp", "POSCAR-large"}
    assert rows["POSCAR"].crystal.spacegroup_number == 221
    assert rows["POSCAR-large"].crystal.spacegroup_number == 123
    assert report.data["symmetric"] == {
        "out": str(tmp_path / "table-symmetric.parquet"),
        "kept": 3,
        "max_orbits": 20,
        "too_many_orbits": 0,
        "failed": [],
    }
    assert "in symmetric form 3 (cells of any size: 1 are larger)" in "\n".join(report.lines)
    with pytest.raises(RequestError, match=r"table-symmetric\.parquet: exists already"):
        out.unlink()
        run("folder", folder, "--out", out)
    assert not out.exists()


def test_known_structures_are_made_of_a_table_with_those_near_test(tmp_path, capsys):
    import pandas as pd

    from crystal_llm.dataset.known_structures import KnownStructures

    cell = {"a": 4.1, "b": 4.1, "c": 4.1, "alpha": 90.0, "beta": 90.0, "gamma": 90.0}
    sites = {"species": ["Cs", "Cl"], "frac_coords": [0.0, 0.0, 0.0, 0.5, 0.5, 0.5]}
    rows = [
        {"material_id": name, **cell, **sites, "e_above_hull": 0.01, "near_test": near}
        for name, near in (("a", False), ("b", True))
    ]
    rows.append(rows[0] | {"material_id": "c", "frac_coords": [0.0] * 6, "species": ["Cs", "Cs"]})
    pd.DataFrame(rows).to_parquet(tmp_path / "source.parquet")
    out = tmp_path / "known.parquet"
    report = run("known-structures", tmp_path / "source.parquet", "--out", out)
    assert report.data["kept"] == 2
    assert [failure["material_id"] for failure in report.data["failed"]] == ["c"]
    structures = KnownStructures(out).by_formula("ClCs")
    assert [(known.material_id, known.near_test) for known in structures] == [
        ("a", False),
        ("b", True),
    ]
    assert structures[0].prototype == "221 a b"
    with pytest.raises(RequestError, match="--replace"):
        run("known-structures", tmp_path / "source.parquet", "--out", out)


def test_nothing_is_overwritten_unless_asked(folder, tmp_path):
    out = tmp_path / "table.parquet"
    out.write_text("precious")
    with pytest.raises(RequestError, match="--replace"):
        run("folder", folder, "--out", out)
    assert out.read_text() == "precious"
    run("folder", folder, "--out", out, "--replace")
    assert len(read_table(out)) == 1


def test_without_a_row_no_table_is_written(folder, tmp_path):
    out = tmp_path / "table.parquet"
    with pytest.raises(TableError, match=r"none of 2 .* 1 have more than 1 atoms, 1 failed"):
        run("folder", folder, "--out", out, "--max-atoms", 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crystals"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["folder"],
        ["folder", "missing", "--out", "x.parquet"],
        ["folder", ".", "--out", "."],
        ["folder", ".", "--out", "x.parquet", "--max-atoms", "0"],
        ["table", "missing.parquet", "--out", "x.parquet"],
        ["materials-project", "--out", "x.parquet"],
        ["materials-project", "--elements", ",", "--out", "x.parquet"],
        ["materials-project", "--elements", "Li", "--out", "x.parquet"],
        ["materials-project", "--elements", "Li", "--api-key", KEY, "--out", "x.parquet"],
    ],
)
def test_bad_input_is_one_error_and_leaves_nothing(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MP_API_KEY", raising=False)
    with pytest.raises(CrystalLLMError) as caught:
        run(*arguments)
    assert str(caught.value)
    assert not list(tmp_path.iterdir())


def test_the_materials_project_becomes_a_table(tmp_path, monkeypatch):
    out = tmp_path / "table.parquet"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("MP_API_KEY", KEY)
    with materials_project() as stub:
        monkeypatch.setenv("MP_API_ENDPOINT", stub.endpoint)
        report = run("materials-project", "--chemical-system", "Sr-Ti-O,O-Li", "--out", out)
    assert {row.material_id for row in read_table(out)} == {"mp-1", "mp-2"}
    assert report.data["kept"] == 2
    assert KEY not in json.dumps(report.data)


def test_a_refused_key_leaves_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("MP_API_KEY", "z" * 32)
    with materials_project(refusal=403) as stub:
        monkeypatch.setenv("MP_API_ENDPOINT", stub.endpoint)
        with pytest.raises(MaterialsProjectError, match="refused"):
            run("materials-project", "--elements", "Li", "--out", tmp_path / "table.parquet")
    assert not list(tmp_path.iterdir())
    assert "zzzz" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("source", [[], ["folder"], ["table"], ["materials-project"]])
def test_help_is_given(source, capsys):
    with pytest.raises(SystemExit) as ended:
        run(*source, "--help")
    assert ended.value.code == 0
    assert "usage: crystal-llm data" in capsys.readouterr().out
