"""``crystal-llm order`` as a user calls it."""

import json

import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.cli.main import main


@pytest.fixture
def salt(tmp_path):
    crystal = Structure(Lattice.cubic(4.0), [{"K": 0.5, "Na": 0.5}, "Cl"], [[0] * 3, [0.5] * 3])
    path = tmp_path / "salt.cif"
    path.write_text(crystal.to(fmt="cif"), encoding="utf-8")
    return path


def test_versions_are_listed_and_written_as_candidates(salt, tmp_path, capfd):
    out = tmp_path / "ordered.jsonl"
    assert main(["order", str(salt), "--n", "2", "--out", str(out), "--json"]) == 0
    said = json.loads(capfd.readouterr().out)
    assert said["formula"] == "K0.5Na0.5Cl"
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in rows] == [version["id"] for version in said["versions"]]
    assert 1 <= len(rows) <= 2
    energies = [version["ewald_ev_per_atom"] for version in said["versions"]]
    assert energies == sorted(energies)
    assert Structure.from_dict(rows[0]["structure"]).composition.reduced_formula == "KNaCl2"
    assert main(["validate", str(out)]) == 0


def test_other_commands_name_the_remedy(salt, capfd):
    assert main(["infill", str(salt), "--sites=0"]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert "`crystal-llm order salt.cif`" in line


def test_a_number_beyond_what_is_listed_is_refused(salt, capfd):
    assert main(["order", str(salt), "--n", "0"]) == 2
    assert "must be from 1 to 100" in capfd.readouterr().err
