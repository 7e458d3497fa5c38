"""Crystals that cannot be judged or placed: each is one clear failure on its own row."""

import json
from dataclasses import replace

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.cli.main import main
from crystal_llm.crystal.conversion import plain
from crystal_llm.io.record_json import to_plain
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.relax import failed_relaxation
from crystal_llm.relaxation.relaxed_file import relaxed_record
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import write_reference

CHGNET = potential_card("chgnet").method
FACES = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
SALT = Structure(Lattice(FACES * 5.69), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
ONE_ATOM = Structure(Lattice(FACES * 5.9), ["Na"], [[0, 0, 0]])
UNKNOWN = Structure(Lattice(FACES * 4.8), ["Po"], [[0, 0, 0]])
TWICE = Structure(Lattice.cubic(4), ["Na", "Na"], [[0, 0, 0], [0, 0, 0]])
DISORDERED = Structure(Lattice.cubic(4), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
CLOSE = Structure(Lattice.cubic(5), ["Na", "Cl"], [[0, 0, 0], [0.04, 0.04, 0.04]])


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    from crystal_llm.settings import settings

    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path_factory.mktemp("home")))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def reference(tmp_path):
    rows = [("na", "Na", -1.3), ("cl", "Cl", -1.8), ("nacl", "NaCl", -3.4)]
    path = tmp_path / "salt.parquet"
    write_reference(
        build_reference(rows, ReferenceProvenance(CHGNET, "a test", "2026-01-02")), path
    )
    return path


def labelled():
    structure = SALT.copy()
    structure.add_oxidation_state_by_element({"Na": 1, "Cl": -1})
    return structure


def large(side=10):
    """400 atoms of sodium chloride with a wide lattice."""
    return SALT * (side, side, 2)


def nowhere():
    record = SALT.as_dict()
    record["sites"][0]["abc"][1] = float("nan")
    return record


def test_judge(tmp_path, reference, capfd):
    structures = {
        "salt": SALT,
        "labelled": labelled(),
        "one atom": ONE_ATOM,
        "disordered": DISORDERED,
        "unknown": UNKNOWN,
        "twice": TWICE,
        "large": large(),
        "nan": nowhere(),
        "empty": {"lattice": SALT.lattice.as_dict(), "sites": []},
        "none": None,
    }
    lines = [
        json.dumps(
            {
                "id": name,
                "text": "",
                "structure": structure.as_dict() if isinstance(structure, Structure) else structure,
                "failure": None,
            }
        )
        for name, structure in structures.items()
    ]
    source, out = tmp_path / "in.jsonl", tmp_path / "judged.jsonl"
    source.write_text("\n".join([*lines, "", "[1]", '{"id": "cut"']) + "\n")
    arguments = ["--reference", str(reference), "--processes", "1", "--fmax", "0.2", "--json"]
    assert main(["judge", str(source), "--out", str(out), *arguments]) == 0
    funnel = {
        stage["name"]: stage["count"] for stage in json.loads(capfd.readouterr().out)["funnel"]
    }
    # Polonium is a possible crystal, but no potential relaxes it.
    assert [funnel[name] for name in ("asked", "parsed", "valid", "relaxed", "unique")] == [
        12, 5, 4, 3, 2,
    ]  # fmt: skip
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in rows] == [*structures, "row 12", "row 13"]
    row_by_id = {row["id"]: row for row in rows}
    for name in ("salt", "labelled", "one atom"):
        assert row_by_id[name]["stopped"] is None
        assert row_by_id[name]["hull"]["e_above_hull_ev_per_atom"] is not None
    said = {
        "disordered": "site 0 is disordered",
        "unknown": "not trained on Po",
        "twice": "atoms too close: Na0–Na1",
        "large": "400 atoms; at most 200",
        "nan": "site 0 (Na): nan is not a number within",
        "empty": "no atoms",
        "none": "found ''",
        "row 12": "not a JSON object",
        "row 13": "not JSON",
    }
    assert {
        name: reason for name, reason in said.items() if reason in row_by_id[name]["stopped"]
    } == (said)
    assert all(row_by_id[name]["hull"] is None for name in said)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_judge_and_hull_of_an_empty_file_are_one_line(tmp_path, reference, content, capfd):
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    path.write_text(content)
    assert main(["judge", str(path), "--out", str(out), "--reference", str(reference)]) == 2
    assert main(["hull", str(path), "--reference", str(reference)]) == 2
    first, second = capfd.readouterr().err.splitlines()
    assert "holds no candidate" in first and "holds no row" in second
    assert not out.exists()


def test_hull_of_files_as_given(tmp_path, reference, capfd):
    cif = str(SALT.to(fmt="cif"))
    files = {
        "salt.cif": cif,
        "labelled.cif": str(labelled().to(fmt="cif")),
        "empty.cif": "",
        "nan.cif": cif.replace("0.50000000", "nan").replace(" 0.5 ", " nan "),
        "disordered.cif": str(DISORDERED.to(fmt="cif")),
        "unknown.vasp": str(UNKNOWN.to(fmt="poscar")),
        "twice.vasp": str(TWICE.to(fmt="poscar")),
        "close.vasp": str(CLOSE.to(fmt="poscar")),
        "huge.vasp": str(large(20).to(fmt="poscar")),
        "one.vasp": str(ONE_ATOM.to(fmt="poscar")),
    }
    assert files["nan.cif"] != cif
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    arguments = [str(tmp_path / name) for name in files]
    assert main(["hull", *arguments, "--as-given", "--reference", str(reference), "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert [row["id"] for row in report["rows"]] == list(files)
    assert report["placed"] == 3
    row_by_id = {row["id"]: row for row in report["rows"]}
    for name in ("salt.cif", "labelled.cif", "one.vasp"):
        assert row_by_id[name]["e_above_hull_ev_per_atom"] is not None
    said = {
        "empty.cif": "the file is empty",
        "nan.cif": "nan, not a number",
        "disordered.cif": "disordered",
        "unknown.vasp": "not trained on Po",
        "twice.vasp": "one atom written twice",
        "close.vasp": "site 0 (Na) and site 1 (Cl) are 0.346 Å apart",
        "huge.vasp": "1600 atoms; at most 1000",
    }
    for name, reason in said.items():
        assert row_by_id[name]["e_above_hull_ev_per_atom"] is None
        assert reason in row_by_id[name]["reason"], name


def test_hull_of_relaxed_crystals_that_a_file_garbles(tmp_path, reference, capfd):
    good = replace(
        failed_relaxation("", CHGNET, 0.1),
        relaxed=plain(SALT),
        failure=None,
        energy_ev_per_atom=-3.3,
    )
    bad = {
        "strange": replace(good, relaxed=replace(plain(SALT), species=("Xx", "Cl"))),
        "empty": replace(good, relaxed=replace(plain(SALT), species=())),
        "nan": replace(good, energy_ev_per_atom=float("nan")),
        "unsaid": replace(good, energy_ev_per_atom=None),
        "failed": failed_relaxation("atoms too close", CHGNET, 0.1),
    }
    records = [relaxed_record({}, "good", good, None)]
    for name, relaxation in bad.items():
        record = {"id": name, "text": "", "structure": None, "failure": None}
        records.append(record | {"relaxation": to_plain(relaxation), "relaxed_structure": None})
    records.append({"id": "other", "relaxation": {"relaxed": 3}})
    path = tmp_path / "relaxed.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records) + '{"id": "cut\n')
    assert main(["hull", str(path), "--reference", str(reference), "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    first, *others = report["rows"]
    assert first["e_above_hull_ev_per_atom"] == pytest.approx(0.1)
    assert report["placed"] == 1
    reasons = [row["reason"] for row in others]
    said = (
        "not elements: Xx",
        "no atoms",
        "nan, not",
        "None, not",
        "atoms too close",
        "must be an object",
    )
    for reason, expected in zip(reasons, (*said, "not JSON"), strict=True):
        assert expected in reason
