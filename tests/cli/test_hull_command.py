import json

import pytest

from crystal_llm.cli import hull
from crystal_llm.cli.command import OneLineParser
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import CrystalLLMError, StabilityError
from crystal_llm.stability.reference import Provenance, build_reference
from crystal_llm.stability.reference_file import write_reference

METHOD = EnergyMethod("CHGNet", "ab" * 32, "PBE(+U)", "MP2020", "total")


@pytest.fixture
def reference(tmp_path):
    rows = [("a", "Li", -1.9), ("b", "O2", -4.9), ("c", "Li2O", -4.8), ("d", "FeO", -6.0)]
    path = tmp_path / "hull.parquet"
    write_reference(build_reference(rows, Provenance(METHOD, "a test", "2026-01-02")), path)
    return path


def run(*arguments):
    root = OneLineParser(prog="crystal-llm")
    hull.register(root.add_subparsers(parser_class=OneLineParser))
    parsed = root.parse_args(["hull", *map(str, arguments)])
    return parsed.run(parsed)


def test_a_phase_is_placed(reference):
    report = run("--formula", "Li2O2", "--energy", -4.7, "--reference", reference)
    assert report.data["e_above_hull_ev_per_atom"] == pytest.approx(-4.7 + 0.75 * 4.8 + 0.25 * 4.9)
    assert [part["material_id"] for part in report.data["decomposition"]] == ["c", "b"]
    assert (report.data["potential"], report.data["n_reference_phases"]) == ("CHGNet", 3)
    assert report.lines[0] == "Li2O2: 0.1250 eV/atom, above the hull"
    assert "0.75 Li2O (c) + 0.25 O2 (b)" in report.lines[1]
    assert report.data["reference"] in report.lines[3]
    json.dumps(report.data)


def test_a_phase_below_all_that_is_known(reference):
    report = run("--formula", "LiO2", "--energy", -6, "--reference", reference)
    assert report.data["e_above_hull_ev_per_atom"] < 0
    assert "below all known phases" in report.lines[0]


def test_without_a_terminal_there_is_a_reason(reference):
    report = run("--formula", "FeO", "--energy", -6, "--reference", reference)
    assert report.data["e_above_hull_ev_per_atom"] is None
    assert report.data["missing_terminals"] == ["Fe"]
    assert "no elemental phase of Fe" in report.lines[0]
    assert report.exit_code == 0


def test_an_energy_of_another_potential_is_refused(reference):
    asked = ("--formula", "Li2O", "--energy", -4.8, "--reference", reference)
    with pytest.raises(StabilityError, match=r"M3GNet.*do not compare"):
        run(*asked, "--potential", "M3GNet")
    assert run(*asked, "--potential", "CHGNet").data["e_above_hull_ev_per_atom"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"--formula": "Lithium"},
        {"--energy": "low"},
        {"--energy": "nan"},
        {"--reference": "missing"},
    ],
)
def test_bad_input_is_one_error(reference, change):
    asked = {"--formula": "Li2O", "--energy": -4.8, "--reference": reference} | change
    with pytest.raises(CrystalLLMError):
        run(*(word for pair in asked.items() for word in pair))
