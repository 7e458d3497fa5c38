"""One reader for all doors of the shell: rows F1, F2, H5, M2 and those of the kinds before."""

import json
from pathlib import Path

import pytest
from ase import Atoms
from ase.db import connect

from crystal_llm.cli.main import main
from crystal_llm.cli.structure_inputs import (
    check_inputs,
    read_candidate_rows,
    read_structure_argument,
)
from crystal_llm.dataset.table import read_table
from crystal_llm.errors import CrystalLLMError, RequestError, StructureFileError
from crystal_llm.settings import settings

CASES = Path(__file__).parents[1] / "io" / "cases"

BAD = sorted(
    [
        *("vac_Va.cif", "type_BH4.cif", "type_FeNi.cif", "label_CO1.cif", "gamma60_hex.cif"),
        *("occ_neg.cif", "coord_dot.cif", "formula_Z_mismatch.cif", "dup_coords_tol.cif"),
        *("pos_names_mismatch.vasp", "mol.xyz"),
    ]
)
GOOD = {"crystallm_raw.cif": 8, "occ_dot.cif": 8, "pos_3scale.vasp": 2, "xyz_D.xyz": 2}


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path_factory.mktemp("home")))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "salts.db"
    salt = Atoms("CsCl", cell=[4.12] * 3, scaled_positions=[[0] * 3, [0.5] * 3], pbc=True)
    with connect(path) as rows:
        rows.write(salt)
        rows.write(Atoms("OH2", positions=[[0, 0, 0], [0, 0, 1], [0, 1, 0]]))
    return path


def test_sites_are_counted_in_the_files_order():
    assert read_structure_argument(CASES / "order.cif").species == ("O", "O", "Ti", "Sr", "O")


def test_a_command_that_takes_one_crystal_refuses_several(database):
    with pytest.raises(StructureFileError, match=r"salts\.db: holds 2 crystals"):
        read_structure_argument(database)


def test_repairs_are_told(capfd):
    read_structure_argument(CASES / "crystallm_raw.cif")
    assert "crystallm_raw.cif: it lists 1 symmetry operation(s)" in capfd.readouterr().err


def test_validate_takes_structure_files(capfd, database):
    assert main(["validate", str(CASES / "xyz_cols.xyz"), "--json"]) == 0
    (row,) = json.loads(capfd.readouterr().out)["rows"]
    assert (row["id"], row["formula"]) == ("xyz_cols.xyz", "CsCl")
    assert main(["validate", str(CASES / "xyz_cols.xyz")]) == 0
    assert "xyz_cols.xyz: 1 asked (crystals)" in capfd.readouterr().out
    assert main(["validate", str(database), "--json"]) == 0
    first, second = json.loads(capfd.readouterr().out)["rows"]
    assert (first["formula"], second["formula"]) == ("CsCl", None)


@pytest.mark.parametrize("command", ["judge", "validate", "refine"])
def test_a_file_that_holds_no_candidates_is_one_line(command, tmp_path, capfd):
    out = tmp_path / "out.jsonl"
    prose = tmp_path / "notes.txt"
    prose.write_text("Dear editor,\nhere is a crystal.\n")
    for path in (prose, CASES / "occ_neg.cif"):
        arguments = [command, str(path), *(["--out", str(out)] if command != "validate" else [])]
        assert main(arguments) == 2
        lines = capfd.readouterr().err.splitlines()
        assert len(lines) == 1 and path.name in lines[0]
        assert not out.exists()


def test_relax_says_why_a_file_has_no_crystal(tmp_path, capfd):
    files = [str(CASES / name) for name in ("occ_neg.cif", "mol.xyz")]
    assert main(["relax", *files, f"--out={tmp_path / 'relaxed.jsonl'}"]) == 1
    first, second, counts = capfd.readouterr().err.splitlines()
    assert first.startswith("occ_neg.cif: line 17: Na1 has the occupancy -1")
    assert second.startswith("mol.xyz: line 2: a molecule")
    assert counts.startswith("asked 2, crystals 0 of 2")


def test_candidates_of_a_structure_file_have_its_name_and_repairs():
    rows, lines = read_candidate_rows(CASES / "calc_dummy.cif")
    assert [row.id for row in rows] == ["calc_dummy.cif"]
    assert lines is not None and lines[0]["remarks"] == ["C1 is a dummy atom: left out"]


def test_a_file_of_any_name_is_told_by_its_content(tmp_path):
    path = tmp_path / "run-7.out"
    path.write_bytes((CASES / "pos_3scale.vasp").read_bytes())
    check_inputs([path])
    assert read_structure_argument(path).species == ("Na", "Cl")
    path.write_text("Dear editor")
    with pytest.raises(RequestError, match="the name tells no known format"):
        check_inputs([path])


def test_data_leaves_no_misread_crystal_in_a_table(tmp_path, capfd, database):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in (*BAD, *GOOD):
        (folder / name).write_bytes((CASES / name).read_bytes())
    (folder / "salts.db").write_bytes(database.read_bytes())
    out = tmp_path / "out.parquet"
    assert main(["data", "folder", str(folder), "--out", str(out), "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    failed = [failure["material_id"] for failure in report["failed"]]
    assert sorted(failed) == sorted([*BAD, "salts.db, row 2"])
    material_ids = [row.material_id for row in read_table(out)]
    assert sorted(material_ids) == sorted([*GOOD, "salts.db, row 1"])
    assert {remark["material_id"] for remark in report["remarks"]} == {"crystallm_raw.cif"}


def test_data_tells_what_it_repaired_and_what_it_asks(tmp_path, capfd):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "raw.cif").write_bytes((CASES / "crystallm_raw.cif").read_bytes())
    near = (CASES / "xyz_cols.xyz").read_text().replace("2.06", "0.5")
    (folder / "two.xyz").write_text(near + near)
    assert main(["data", "folder", str(folder), "--out", str(tmp_path / "out.parquet")]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert any(line.startswith("raw.cif: it lists 1 symmetry operation(s)") for line in lines)
    asked = (
        "two.xyz, frame 2: site 0 (Cs) and 1 (Cl) are 0.87 Å apart, nearer than in known crystals"
    )
    assert any(line.startswith(asked) for line in lines)


def test_library_import_takes_every_format_and_keeps_the_repairs(tmp_path, capfd, database):
    files = [*(str(CASES / name) for name in (*GOOD, "json_cse.json")), str(database)]
    url = f"sqlite:///{tmp_path / 'library.sqlite'}"
    arguments = ["library", "import", *files, "--database", url, "--json"]
    assert main(arguments) == 1  # the molecule of the database
    report = json.loads(capfd.readouterr().out)
    assert len(report["entries"]) == len(GOOD) + 2
    assert [failure["file"] for failure in report["failures"]] == ["salts.db, row 2"]
    assert {remark["file"] for remark in report["remarks"]} == {"crystallm_raw.cif"}
    assert main(["library", "list", "--database", url, "--text", "restored by name", "--json"]) == 0
    (entry,) = json.loads(capfd.readouterr().out)["entries"]
    assert (entry["formula"], entry["source"]) == ("NaCl", "crystallm_raw.cif")


def test_an_import_counts_crystals_and_files(tmp_path, capfd):
    two = tmp_path / "two.cif"
    two.write_text("".join((CASES / name).read_text() for name in ("occ_dot.cif", "order.cif")))
    url = f"sqlite:///{tmp_path / 'library.sqlite'}"
    assert main(["library", "import", str(two), "--database", url]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "2 crystals of 1 file"


@pytest.mark.parametrize("name", BAD)
def test_every_bad_file_is_one_error_for_every_door(name):
    with pytest.raises(CrystalLLMError, match=name):
        read_structure_argument(CASES / name)
    with pytest.raises(CrystalLLMError, match=name):
        read_candidate_rows(CASES / name)


def test_a_group_by_its_symbol():
    from crystal_llm.cli.generate import _spacegroup

    assert {_spacegroup(text) for text in ("166", "R-3m", "R -3 m", "R -3 m :R", "R-3m H")} == {166}
