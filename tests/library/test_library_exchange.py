"""Crystals in and out of the library: files of every kind, and bad ones."""

import csv
import io
import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from crystal_llm.crystal.conversion import structure
from crystal_llm.crystal.reduction import spacegroup_number
from crystal_llm.energy_method import MP2020_TOTAL
from crystal_llm.errors import LibraryError, StructureFileError
from crystal_llm.io.extended_xyz import extended_xyz, read_extended_xyz
from crystal_llm.library.entry import Entry
from crystal_llm.library.exporting import (
    EXPORT_COLUMNS,
    csv_text,
    dft_zip_bytes,
    symmetrised_cif,
    write_ase_database,
    zip_bytes,
)
from crystal_llm.library.importing import NamedContent, import_files
from crystal_llm.library.store import open_library
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0, 4.1, 4.2), (60.0, 65.0, 70.0), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.4, 0.6)))


@pytest.fixture
def library(tmp_path):
    return open_library(f"sqlite:///{tmp_path / 'library.sqlite'}")


@pytest.fixture
def entries(library):
    energy = {"energy_ev_per_atom": -3.4, "method": MP2020_TOTAL}
    return [
        library.add(Entry("relaxed", SALT, energy_above_hull_ev_per_atom=0.1, **energy), "salt"),
        library.add(Entry("generated", None, failure="no text", note="=1+1"), "none"),
    ]


def same(first, second):
    return structure(first).matches(structure(second), ltol=1e-3, stol=1e-3, angle_tol=0.1)


def test_inputs_for_dft_of_one_lie_flat_and_of_many_in_folders_with_one_guide(library, entries):
    names = _names(dft_zip_bytes(entries))
    inputs = {"vasp/INCAR", "vasp/KPOINTS", "vasp/POSCAR", "vasp/POTCAR.spec", "espresso/relax.in"}
    assert names == {"README.txt", "run_atomate2.py"} | inputs
    second = library.add(Entry("uploaded", SALT), "again")
    many = _names(dft_zip_bytes([*entries, second]))
    folders = {f"NaCl-{name}/{path}" for name in ("salt", "again") for path in inputs}
    assert many == {"README.txt", "run_atomate2.py", "table.csv"} | folders
    with pytest.raises(LibraryError, match="no entry to export"):
        dft_zip_bytes(entries[1:])  # it failed before there was a crystal


def _names(content):
    return set(zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_what_is_exported_is_imported_again(library, entries):
    with zipfile.ZipFile(io.BytesIO(zip_bytes(entries))) as archive:
        names = archive.namelist()
        files = [
            NamedContent(name, archive.read(name))
            for name in names
            if name.startswith("NaCl-salt/") and name.endswith(("NaCl-P1.cif", "POSCAR", ".xyz"))
        ] + [NamedContent("x.json", archive.read("NaCl-salt/NaCl.json"))]
        about = json.loads(archive.read("NaCl-salt/about.json"))
        incar = archive.read("NaCl-salt/vasp/INCAR").decode()
        spec = archive.read("NaCl-salt/vasp/POTCAR.spec").decode().split()
    assert "ENCUT" in incar and spec == ["Na_pv", "Cl"]
    assert not [name for name in names if name.endswith("POTCAR")]
    assert "no-crystal-none/about.json" in names
    assert (about["energy_above_hull_ev_per_atom"], about["potential"]) == (0.1, "DFT")
    assert len(files) == 5  # POSCAR twice: its own and that of the VASP inputs
    report = import_files(library, files, tags=("back",))
    assert report.failures == ()
    assert all(same(entry.crystal, SALT) for entry in report.entries)
    assert {entry.origin for entry in report.entries} == {"imported"}
    assert report.entries[0].tags == ("back",)


def test_bad_files_fail_alone(library):
    good = NamedContent("good.xyz", extended_xyz(SALT).encode())
    bad = [
        NamedContent("a.cif", b"data_x\n_cell_length_a nan\n"),
        NamedContent("b.pdf", b"%PDF"),
        NamedContent("c.cif", b"\x1f\x8b\x08"),
        NamedContent("d.xyz", b"3\nwater\nO 0 0 0\nH 0 0 1\nH 0 1 0\n"),
        NamedContent("e.json", b"[" * 5000),
    ]
    report = import_files(library, [*bad, good], uploaded=True)
    assert [entry.source for entry in report.entries] == ["good.xyz"]
    assert report.entries[0].origin == "uploaded"
    assert [name for name, _ in report.failures] == [file.name for file in bad]
    reasons = dict(report.failures)
    assert "compressed" in reasons["c.cif"] and "molecule" in reasons["d.xyz"]
    assert "tells a known format" in reasons["b.pdf"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: must be the number of atoms"),
        ("99999999999\n", "line 1: must be the number of atoms"),
        ("2\n\nNa 0 0 0\n", "line 1: says 2 atoms, but has 1"),
        ('1\nLattice="1 0 0"\nNa 0 0 0\n', "line 2: the lattice must be 9 numbers"),
        ('1\nLattice="1 0 0 1 0 0 0 0 1"\nNa 0 0 0\n', "line 2: the lattice has no volume"),
        ('1\nLattice="4 0 0 0 4 0 0 0 4"\nXx 0 0 0\n', "line 3: 'Xx' is not an element"),
        ('1\nLattice="4 0 0 0 4 0 0 0 4"\nNa 0 0 nan\n', "line 3: the position must be 3 numbers"),
        ('1\nLattice="4 0 0 0 4 0 0 0 4"\nNa 0 0\n', "line 3: too few values"),
        ('1\nLattice="4 0 0 0 4 0 0 0 4" Properties=pos:R:3\n0 0 0\n', "name no species"),
        ("9" * 5000 + "\n", "line 1: must be the number of atoms"),
        (
            f'1\nLattice="4 0 0 0 4 0 0 0 4" Properties=pos:R:{"9" * 5000}\n0 0 0\n',
            "line 2: Properties cannot be read",
        ),
        ('1\nLattice="1e4 0 0 0 1e4 0 0 0 1e-8"\nNa 0 0 0\n', "the cell is 1e-08 Å thin"),
        ('2\nLattice="4 0 0 0 4 0 0 0 4"\nNa 0 0 0\nNa 0 0 4\n', "one atom written twice"),
    ],
)
def test_an_xyz_that_is_no_crystal_is_refused_by_line(text, said):
    with pytest.raises(StructureFileError, match=said):
        read_extended_xyz(text)


def test_an_xyz_with_other_columns_is_read():
    text = (
        '1\nProperties=id:I:1:species:S:1:forces:R:3:pos:R:3 Lattice="4 0 0 0 4 0 0 0 4" e=-1\n'
        "7 Fe 9 9 9 1 2 3\n"
    )
    assert read_extended_xyz(text).crystal.fractional_coordinates == ((0.25, 0.5, 0.75),)


def test_ases_own_command_reads_the_database(entries, tmp_path):
    path = tmp_path / "out.db"
    assert write_ase_database(entries, path) == 1
    table = subprocess.run(
        [sys.executable, "-m", "ase", "db", path, "energy_above_hull_ev_per_atom<0.2", "-c",
         "formula,energy,entry"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "NaCl" in table.replace("ClNa", "NaCl") and "-6.8" in table and "id:salt" in table
    with pytest.raises(LibraryError, match="exists already"):
        write_ase_database(entries, path)
    with pytest.raises(LibraryError, match="no entry to export"):
        write_ase_database([], tmp_path / "other.db")
    assert not list(tmp_path.glob("*.unfinished*"))


def test_a_table_has_every_fact_and_runs_nothing(entries):
    rows = list(csv.DictReader(io.StringIO(csv_text(entries))))
    assert tuple(rows[0]) == EXPORT_COLUMNS
    assert (rows[0]["formula"], rows[0]["energy_above_hull_ev_per_atom"]) == ("NaCl", "0.1")
    assert (rows[1]["note"], rows[1]["failure"]) == ("'=1+1", "no text")


def test_a_cif_with_the_space_group_says_so_and_is_the_same_crystal(library):
    from crystal_llm.crystal.prototypes import prototype
    from crystal_llm.io.structure_parsing import read_structure

    crystal = prototype("perovskite").crystal
    entry = library.add(Entry("imported", crystal), "p")
    with zipfile.ZipFile(io.BytesIO(zip_bytes([entry], dft=False))) as archive:
        names = [name for name in archive.namelist() if name.endswith(".cif")]
        texts = [archive.read(name).decode() for name in names]
    assert [name.partition("-p/")[2] for name in names] == [
        f"{entry.formula}-P1.cif",
        f"{entry.formula}-symmetrised-62-0.1A.cif",
    ]
    assert texts[1].startswith("# symmetrised to space group 62 with a tolerance of 0.1 Å")
    for text in texts:
        reading = read_structure(text, "cif")
        assert same(reading.crystal, crystal) and reading.remarks == ()


def test_extended_xyz_has_energy_and_forces_that_ase_reads(library):
    from ase.io import read

    forces = ((0.1, -0.2, 0.3), (-0.1, 0.2, -0.3))
    relaxed = Entry("relaxed", SALT, energy_ev_per_atom=-3.4, method=MP2020_TOTAL,
                    forces_ev_per_angstrom=forces)  # fmt: skip
    entry = library.get(library.add(relaxed).id)
    with zipfile.ZipFile(io.BytesIO(zip_bytes([entry], dft=False))) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".xyz"))
        atoms = read(io.StringIO(archive.read(name).decode()), format="extxyz")
    assert atoms.get_potential_energy() == pytest.approx(-6.8)
    assert np.allclose(atoms.get_forces(), forces)


@pytest.mark.parametrize(("tolerance", "group"), [(0.001, 99), (0.1, 221)])
def test_a_symmetrised_cif_has_the_group_within_the_tolerance_asked_for(tolerance, group):
    from crystal_llm.io.structure_parsing import read_structure

    shifted = PlainCrystal((4.12,) * 3, (90.0,) * 3, ("Cs", "Cl"), ((0.0,) * 3, (0.5, 0.5, 0.505)))
    number, text = symmetrised_cif(shifted, tolerance)
    assert number == group and spacegroup_number(read_structure(text, "cif").crystal, 1e-4) == group
    assert f"space group {group} with a tolerance of {tolerance} Å" in text.splitlines()[0]
    assert symmetrised_cif(SALT, tolerance) is None
