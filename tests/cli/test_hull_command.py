import json
from dataclasses import replace

import pytest
from relaxed_salts import relaxation_to

from crystal_llm.cli import hull
from crystal_llm.cli.command import OneLineParser
from crystal_llm.energy_method import MP2020_FORMATION, EnergyMethod
from crystal_llm.errors import CrystalLLMError, PotentialError, RequestError, StabilityError
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.relaxed_file import relaxed_record
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import write_reference
from crystal_llm.types import PlainCrystal

METHOD = EnergyMethod("CHGNet", "ab" * 32, "PBE(+U)", "MP2020", "total")


@pytest.fixture
def reference(tmp_path):
    rows = [("a", "Li", -1.9), ("b", "O2", -4.9), ("c", "Li2O", -4.8), ("d", "FeO", -6.0)]
    path = tmp_path / "hull.parquet"
    write_reference(
        build_reference(rows, ReferenceProvenance(METHOD, "a test", "2026-01-02")), path
    )
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
    assert report.lines[0] == "Li2O2: 0.1250 eV/atom above the hull"
    assert "0.75 Li2O (c) + 0.25 O2 (b)" in report.lines[1]
    assert report.data["reference"] in report.lines[-1]
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
    with pytest.raises(StabilityError, match=r"do not compare.*'chgnet' and 'CHGNet'"):
        run(*asked, "--potential", "chgnet")
    with pytest.raises(PotentialError, match="'M3GNot' is unknown"):
        run(*asked, "--potential", "M3GNot", "--across-potentials")
    assert run(*asked, "--potential", "CHGNet").data["e_above_hull_ev_per_atom"] == 0


def test_across_potentials_the_answer_names_both(reference):
    asked = ("--formula", "Li2O", "--energy", -4.8, "--reference", reference)
    report = run(*asked, "--potential", "chgnet", "--across-potentials")
    assert (report.data["potential"], report.data["reference_potential"]) == ("chgnet", "CHGNet")
    assert report.data["weights_sha256"] == CHGNET.weights_sha256


def test_across_potentials_the_rest_must_be_the_same(tmp_path):
    path = tmp_path / "formation.parquet"
    rows = [("li", "Li", 0.0), ("o", "O2", 0.0)]
    write_reference(
        build_reference(rows, ReferenceProvenance(MP2020_FORMATION, "a test", "2026-01-02")), path
    )
    asked = ("--formula", "Li2O", "--energy", -4.8, "--reference", path)
    with pytest.raises(StabilityError, match="energy kind"):
        run(*asked, "--potential", "chgnet", "--across-potentials")


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


CHGNET = potential_card("chgnet").method
SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5)))
SALT_CIF = """data_salt
_cell_length_a 4.0
_cell_length_b 4.0
_cell_length_c 4.0
_cell_angle_alpha 60
_cell_angle_beta 60
_cell_angle_gamma 60
_symmetry_space_group_name_H-M 'P 1'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Na1 Na 0 0 0
Cl1 Cl 0.5 0.5 0.5
"""


@pytest.fixture
def salt_reference(tmp_path):
    rows = [("na", "Na", -1.3), ("cl", "Cl", -1.8), ("k", "K", -1.1), ("nacl", "NaCl", -3.4)]
    path = tmp_path / "salt.parquet"
    write_reference(
        build_reference(rows, ReferenceProvenance(CHGNET, "a test", "2026-01-02")), path
    )
    return path


def relaxed_result(energy):
    return relaxation_to(SALT, (energy,))


def test_relaxed_crystals_are_placed_and_failed_ones_stay(tmp_path, salt_reference):
    path = tmp_path / "relaxed.jsonl"
    records = [
        relaxed_record({}, "good", relaxed_result(-3.3), None),
        relaxed_record({}, "bad", None, "line 3: not an element"),
        relaxed_record({}, "early", replace(relaxed_result(-3.3), converged=False), None),
        {"id": "raw", "text": "", "structure": None, "failure": None},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    report = run(path, "--reference", salt_reference)
    good, bad, early, raw = report.data["rows"]
    assert good["e_above_hull_ev_per_atom"] == pytest.approx(0.1)
    assert (good["id"], good["potential"]) == ("good", "chgnet")
    assert (bad["e_above_hull_ev_per_atom"], bad["reason"]) == (None, "line 3: not an element")
    assert "crystal-llm relax" in raw["reason"]
    assert [record["converged"] for record in (good, bad, early, raw)] == [True, None, False, None]
    (remark,) = [line for line in report.lines if "not converged" in line]
    assert remark == "early: NaCl: 0.1000 eV/atom above the hull, relaxation not converged"
    assert report.lines[-1] == "2 of 4 placed"


def test_a_structure_file_is_evaluated_as_given(tmp_path, salt_reference):
    (tmp_path / "salt.cif").write_text(SALT_CIF)
    (tmp_path / "broken.cif").write_text("data_x\n")
    files = (tmp_path / "salt.cif", tmp_path / "broken.cif")
    report = run(*files, "--as-given", "--reference", salt_reference)
    rows = {row["id"]: row for row in report.data["rows"]}
    # CHGNet gives relaxed rock salt -3.668 eV/atom; this cell is its own within 1%.
    assert rows["salt.cif"]["energy_ev_per_atom"] == pytest.approx(-3.668, abs=0.01)
    assert rows["broken.cif"]["e_above_hull_ev_per_atom"] is None


def test_a_structure_file_is_relaxed_first(tmp_path, salt_reference):
    (tmp_path / "salt.cif").write_text(SALT_CIF.replace("4.0", "4.2"))
    arguments = ("--reference", salt_reference, "--no-cache", "--processes", 1)
    report = run(tmp_path / "salt.cif", *arguments)
    assert report.data["rows"][0]["energy_ev_per_atom"] == pytest.approx(-3.668, abs=0.005)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a structure file"),
        (("in.cif", "--formula", "NaCl"), "either files, or"),
        (("--formula", "NaCl"), "either files, or"),
        (("missing.cif",), "no such file"),
        (("missing.xlsx",), "no such file"),
        (("table.xlsx",), "no known format"),
    ],
)
def test_what_is_asked_must_be_whole(salt_reference, arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.xlsx").write_text("Na,Cl")
    with pytest.raises(RequestError, match=message):
        run(*arguments, "--reference", salt_reference)


def test_without_a_shipped_reference_the_way_to_make_one_is_told(tmp_path):
    with pytest.raises(CrystalLLMError, match="reference build"):
        run("--formula", "NaCl", "--energy", -3, "--potential", "sevennet-0")


def test_an_unknown_potential_is_answered_with_those_there_are():
    with pytest.raises(PotentialError, match="'chgnot' is unknown: use one of chgnet, "):
        run("--formula", "NaCl", "--energy", -3, "--potential", "chgnot")


def test_of_mixed_potentials_what_compares_is_placed(tmp_path, salt_reference):
    other = replace(relaxed_result(-3.2), method=replace(CHGNET, potential="other"))
    path = tmp_path / "mixed.jsonl"
    records = [
        relaxed_record({}, "own", relaxed_result(-3.3), None),
        relaxed_record({}, "other", other, None),
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    report = run(path, "--reference", salt_reference)
    own, foreign = report.data["rows"]
    assert own["e_above_hull_ev_per_atom"] == pytest.approx(0.1)
    assert foreign["e_above_hull_ev_per_atom"] is None
    assert "add --across-potentials" in foreign["reason"]
    both = run(path, "--reference", salt_reference, "--across-potentials").data["rows"]
    assert [row["reference_potential"] for row in both] == ["chgnet", "chgnet"]


def test_what_does_not_compare_is_refused_before_anything_is_relaxed(
    tmp_path, reference, monkeypatch
):
    (tmp_path / "salt.cif").write_text(SALT_CIF)
    monkeypatch.setattr(hull, "_phases", lambda args: pytest.fail("relaxed"))
    with pytest.raises(StabilityError, match="add --across-potentials"):
        run(tmp_path / "salt.cif", "--reference", reference)
