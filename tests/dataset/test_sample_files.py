import csv
import json
import zipfile

import pytest
from ase import Atoms
from ase.db import connect
from ase.io import write as ase_write
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry

from crystal_llm.dataset.sample_files import read_samples
from crystal_llm.errors import CrystalLLMError, EvaluationError
from crystal_llm.evaluation.validity import judge_plain

SALT = Structure(Lattice.cubic(3.5), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
SALT_CIF = SALT.to(fmt="cif")
BROKEN_CIF = SALT_CIF.replace("0.50000000", "nan", 1)
JARVIS = {
    "lattice_mat": [[0, 2.8, 2.8], [2.8, 0, 2.8], [2.8, 2.8, 0]],
    "coords": [[0, 0, 0], [0.5, 0.5, 0.5]],
    "elements": ["Na", "Cl"],
    "cartesian": False,
}


def formulas(samples):
    return [
        (sample.name, None if sample.crystal is None else "".join(sample.crystal.species))
        for sample in samples
    ]


def test_a_folder_of_cifs_with_a_broken_one(tmp_path):
    folder = tmp_path / "set"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.cif").write_text(SALT_CIF)
    (folder / "b.cif").write_text(BROKEN_CIF)
    (folder / "deeper" / "c.vasp").write_text(SALT.to(fmt="poscar"))
    (folder / "notes.txt").write_text("no crystal")
    samples = read_samples([folder])
    assert formulas(samples) == [("a.cif", "NaCl"), ("b.cif", None), ("deeper/c.vasp", "NaCl")]
    assert samples[1].failure and "nan" in samples[1].failure.lower()
    assert samples[0].crystal.lengths_angstrom == pytest.approx((3.5, 3.5, 3.5))


def test_a_zip_of_cifs(tmp_path):
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one/a.cif", SALT_CIF)
        archive.writestr("one/b.cif", BROKEN_CIF)
        archive.writestr("__MACOSX/one/._a.cif", "rubbish")
        archive.writestr("readme.txt", "no crystal")
        archive.writestr("bomb.cif", "0" * 30_000_000)
    samples = read_samples([path])
    assert formulas(samples) == [("one/a.cif", "NaCl"), ("one/b.cif", None), ("bomb.cif", None)]
    assert "larger than 1 MB" in samples[2].failure


def test_a_damaged_entry_costs_itself(tmp_path):
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.cif", SALT_CIF)
        archive.writestr("b.cif", SALT_CIF)
    content = bytearray(path.read_bytes())
    place = content.index(b"_cell_length_a")
    content[place : place + 5] = b"XXXXX"
    path.write_bytes(content)
    samples = read_samples([path])
    assert formulas(samples) == [("a.cif", None), ("b.cif", "NaCl")]
    assert "cannot be unpacked" in samples[0].failure


def test_a_csv_with_a_cif_column(tmp_path):
    path = tmp_path / "set.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["material_id", "cif", "e"])
        writer.writerow(["mine-1", SALT_CIF, 0.1])
        writer.writerow(["", BROKEN_CIF, 0.2])
        writer.writerow(["mine-3", "", 0.3])
    samples = read_samples([path])
    assert formulas(samples) == [("mine-1", "NaCl"), ("row 2", None), ("mine-3", None)]
    assert "empty" in samples[2].failure


def test_a_table_without_a_cif_column_is_refused(tmp_path):
    path = tmp_path / "set.csv"
    path.write_text("id,structure\n1,x\n")
    with pytest.raises(EvaluationError, match=r"no column 'cif'.*id, structure"):
        read_samples([path])


def test_parquet_with_cifs_and_a_table_of_crystals(tmp_path):
    import pandas as pd

    cifs = tmp_path / "cifs.parquet"
    pd.DataFrame({"cif": [SALT_CIF, BROKEN_CIF], "n": [1, 2]}).to_parquet(cifs)
    assert formulas(read_samples([cifs])) == [("row 1", "NaCl"), ("row 2", None)]
    table = tmp_path / "table.parquet"
    columns = {"material_id": ["mp-1", "mp-2"], "a": [3.5, 3.5], "b": [3.5, 3.5], "c": [3.5, 3.5]}
    columns |= {name: [90.0, 90.0] for name in ("alpha", "beta", "gamma")}
    columns |= {
        "species": [["Na", "Cl"], ["Na", "Cl"]],
        "frac_coords": [[0, 0, 0, 0.5, 0.5, 0.5], [0.0, 0, float("nan"), 0.5, 0.5, 0.5]],
        "near_test": [True, False],
    }
    pd.DataFrame(columns).to_parquet(table)
    # The row near a test crystal is a sample like any other; NaN costs its row.
    assert formulas(read_samples([table])) == [("mp-1", "NaCl"), ("mp-2", None)]


def test_frames_of_extended_xyz(tmp_path):
    path = tmp_path / "set.extxyz"
    frames = [
        Atoms("NaCl", scaled_positions=[(0, 0, 0), (0.5, 0.5, 0.5)], cell=[3.5] * 3, pbc=True),
        Atoms("Cs2", scaled_positions=[(0, 0, 0), (0.5, 0.5, 0.5)], cell=[6.0] * 3, pbc=True),
    ]
    ase_write(path, frames, format="extxyz")
    molecule = "2\nno lattice\nH 0 0 0\nH 0 0 0.74\n"
    path.write_text(path.read_text() + molecule + "2\ncut off\nH 0 0 0\n")
    samples = read_samples([path])
    assert formulas(samples) == [
        ("frame 1", "NaCl"), ("frame 2", "CsCs"), ("frame 3", None), ("frame 4", None)
    ]  # fmt: skip
    assert "Lattice" in samples[2].failure


def test_frames_after_a_broken_count_are_not_guessed(tmp_path):
    path = tmp_path / "set.xyz"
    path.write_text("two\nx\nH 0 0 0\n2\nx\n")
    (sample,) = read_samples([path])
    assert "'two' is not a number of atoms" in sample.failure


def test_pymatgen_json_one_many_entries_and_by_name(tmp_path):
    salt, entry = SALT.as_dict(), ComputedStructureEntry(SALT, -7.0, entry_id="mp-7").as_dict()
    for name, said, expected in (
        ("one", salt, [("one.json", "NaCl")]),
        ("list", [salt, entry, 3], [("entry 1", "NaCl"), ("mp-7", "NaCl"), ("entry 3", None)]),
        ("named", {"x": salt, "y": entry}, [("x", "NaCl"), ("y", "NaCl")]),
        ("wrapped", {"structures": [salt]}, [("entry 1", "NaCl")]),
        ("jarvis", JARVIS, [("jarvis.json", "NaCl")]),
        ("atoms", [JARVIS, {"auid": "x"}], [("entry 1", "NaCl"), ("entry 2", None)]),
        ("answer", {"data": [{"id": "a", "structure": salt}] * 2}, [("a", "NaCl"), ("a", "NaCl")]),
    ):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(said, default=str))
        assert formulas(read_samples([path])) == expected


def test_an_ase_database_and_what_was_repaired(tmp_path):
    path = tmp_path / "set.db"
    with connect(path) as database:
        database.write(Atoms("NaCl", positions=[(0, 0, 0), (1.75,) * 3], cell=[3.5] * 3, pbc=True))
        database.write(Atoms("H2", positions=[(0, 0, 0), (0, 0, 0.74)]))
    first, second = read_samples([path])
    assert formulas([first])[0][1] == "NaCl" and second.crystal is None and second.failure
    assert first.name.startswith("set.db: ") and first.name != second.name
    # As a language model writes a CIF: name and cell right, one operation listed, one atom.
    one_operation = "".join(
        f"{line}\n"
        for line in (
            "data_NaCl", "_symmetry_space_group_name_H-M 'Fm-3m'", "_cell_length_a 5.64",
            "_cell_length_b 5.64", "_cell_length_c 5.64", "_cell_angle_alpha 90",
            "_cell_angle_beta 90", "_cell_angle_gamma 90", "_chemical_formula_sum 'Na4 Cl4'",
            "_cell_formula_units_Z 4", "loop_", "_symmetry_equiv_pos_as_xyz", "'x, y, z'", "loop_",
            "_atom_site_type_symbol", "_atom_site_fract_x", "_atom_site_fract_y",
            "_atom_site_fract_z", "Na 0 0 0", "Cl 0.5 0.5 0.5",
        )
    )  # fmt: skip
    cif = tmp_path / "a.cif"
    cif.write_text(one_operation)
    (sample,) = read_samples([cif])
    assert len(sample.crystal.species) == 8 and sample.remarks


def test_candidates_and_several_files_in_order(tmp_path):
    lines = tmp_path / "out.jsonl"
    records = [
        {"id": "7-0", "text": "", "structure": SALT.as_dict(), "failure": None},
        {"id": "7-1", "text": "3.5", "structure": None, "failure": "no atom follows"},
    ]
    lines.write_text("".join(json.dumps(record, default=str) + "\n" for record in records))
    cif = tmp_path / "a.cif"
    cif.write_text(SALT_CIF)
    samples = read_samples([lines, cif])
    assert formulas(samples) == [("7-0", "NaCl"), ("7-1", None), ("a.cif", "NaCl")]
    assert samples[1].row == 2 and samples[1].failure == "no atom follows"
    assert samples[2].source == cif


def test_close_atoms_are_a_sample_in_every_format(tmp_path):
    close = Structure(Lattice.cubic(4.5), ["Na", "Cl"], [[0, 0, 0], [0.09, 0, 0]])
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a.cif").write_text(close.to(fmt="cif"))
    (folder / "b.vasp").write_text(close.to(fmt="poscar"))
    with connect(folder / "c.db") as database:
        database.write(close.to_ase_atoms())
        database.write(SALT.to_ase_atoms())
    (folder / "d.cif").write_text(close.to(fmt="cif") + SALT_CIF.replace("data_NaCl", "data_x"))
    frames = tmp_path / "set.extxyz"
    ase_write(frames, close.to_ase_atoms(), format="extxyz")
    entries = tmp_path / "set.json"
    entries.write_text(json.dumps([close.as_dict()], default=str))
    table = tmp_path / "set.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([["cif"], [close.to(fmt="cif")]])
    lines = tmp_path / "set.jsonl"
    record = {"id": "1", "text": "", "structure": close.as_dict(), "failure": None}
    lines.write_text(json.dumps(record, default=str) + "\n")
    samples = read_samples([folder, frames, entries, table, lines])
    assert [formulas([sample])[0][1] for sample in samples] == ["NaCl"] * 10
    near = [judge_plain(sample.crystal).structural for sample in samples]
    assert near == [False, False, False, True, False, True, False, False, False, False]
    assert all(judge_plain(sample.crystal).compositional for sample in samples)
    assert "Na0 and Cl1 are 0.405 Å apart" in samples[0].remarks[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.docx", b"x", "tells a known kind"),
        ("x.zip", b"not a zip", "zip archive"),
        ("x.json", b"{", "line 1: not JSON: "),
        ("x.json", b'{"a":\n[1,}', "line 2: not JSON: "),
        ("x.json", b'{"auid": "aflow:7"}', "an AFLOW entry"),
        ("x.json", b"{}", "neither a pymatgen Structure"),
        ("x.parquet", b"nothing", "Parquet"),
        ("x.csv", b"cif\n\xff\xfe", "UTF-8 CSV"),
        ("x.xyz", b"", "holds no crystal"),
    ],
)
def test_files_that_are_none_of_it(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CrystalLLMError, match=message) as caught:
        read_samples([path])
    assert str(path) in str(caught.value)


def test_what_is_not_there(tmp_path):
    with pytest.raises(EvaluationError, match="no such file or folder"):
        read_samples([tmp_path / "none"])
    with pytest.raises(EvaluationError, match="holds no crystal"):
        read_samples([tmp_path])
