"""Extended XYZ, pymatgen's JSON and ASE's database: rows E6, G10 and H1 to H8 of the table."""

import base64
import json

import pytest
from ase import Atoms
from ase.db import connect
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry
from reading_cases import atoms, read_case, read_text

from crystal_llm.errors import StructureFileError
from crystal_llm.io.crystal_reading import FailedReading
from crystal_llm.io.recognition import format_of_text
from crystal_llm.io.structure_parsing import read_structures

XYZ = '2\nLattice="4.12 0 0 0 4.12 0 0 0 4.12" {}\n{}'
CAESIUM_CHLORIDE = "Cs 0 0 0\nCl 2.06 2.06 2.06\n"
SALT = Structure(Lattice.cubic(4.12), ["Cs", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])


def test_a_molecule_is_refused():
    with pytest.raises(StructureFileError, match="a molecule"):
        read_case("mol.xyz")
    with pytest.raises(StructureFileError, match="a slab or a wire"):
        read_text(XYZ.format('pbc="T T F"', CAESIUM_CHLORIDE), "xyz")
    with pytest.raises(StructureFileError, match="a plain XYZ file is a molecule"):
        read_text("1\nwater\nO 0 0 0\n", "xyz")


def test_deuterium_is_hydrogen_everywhere():
    assert atoms(read_case("xyz_D.xyz")) == "Li1 H1"
    record = SALT.as_dict()
    record["sites"][1]["species"] = [{"element": "D", "occu": 1}]
    assert atoms(read_text(json.dumps(record), "json")) == "Cs1 H1"
    poscar = "x\n1\n4 0 0\n0 4 0\n0 0 4\nLi D\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n"
    assert atoms(read_text(poscar, "poscar")) == "Li1 H1"


def test_several_frames_are_refused():
    text = XYZ.format("", CAESIUM_CHLORIDE)
    with pytest.raises(StructureFileError, match="line 5: holds several frames"):
        read_text(text + text, "xyz")


@pytest.mark.parametrize(
    "text",
    [
        XYZ.format("", CAESIUM_CHLORIDE),
        XYZ.format("", CAESIUM_CHLORIDE).replace("\n", "\r\n"),
        XYZ.format('energy=-3.4 pbc="T T T" config="a b"', CAESIUM_CHLORIDE),
        XYZ.format(
            "Properties=species:S:1:pos:R:3:forces:R:3",
            "Cs 0 0 0 1 2 3\nCl 2.06 2.06 2.06 4 5 6\n",
        ),
    ],
)
def test_extended_xyz_is_read(text):
    reading = read_text(text, "xyz")
    assert atoms(reading) == "Cs1 Cl1"
    assert reading.crystal.fractional_coordinates[1] == pytest.approx((0.5, 0.5, 0.5))


def test_other_columns_are_read():
    assert read_case("xyz_cols.xyz").crystal.fractional_coordinates[1] == pytest.approx((0.5,) * 3)
    with pytest.raises(StructureFileError, match="no species"):
        read_text(XYZ.format("Properties=Z:I:1:pos:R:3", "55 0 0 0\n17 2 2 2\n"), "xyz")


def test_an_entry_with_a_structure_is_read():
    assert atoms(read_case("json_cse.json")) == "Na1 Cl1"
    entry = ComputedStructureEntry(SALT, -6.8).as_dict()
    assert atoms(read_text(json.dumps(entry, default=str), "json")) == "Cs1 Cl1"


def test_a_lattice_by_lengths_and_angles_is_read():
    record = {"lattice": {"a": 4.12, "b": 4.12, "c": 4.12, "alpha": 90, "beta": 90, "gamma": 90}}
    record["sites"] = [{"species": [{"element": "Cs"}], "abc": [0, 0, 0]}]
    record["sites"].append({"species": [{"element": "Cl"}], "xyz": [2.06, 2.06, 2.06]})
    reading = read_text(json.dumps(record), "json")
    assert reading.crystal.lengths_angstrom == pytest.approx((4.12,) * 3)
    assert reading.crystal.fractional_coordinates[1] == pytest.approx((0.5,) * 3)


def test_charge_spin_and_moments_fall_away():
    structure = SALT.copy(site_properties={"magmom": [5.0, 0.0]})
    structure.set_charge(0)
    structure.add_oxidation_state_by_element({"Cs": 1, "Cl": -1})
    assert atoms(read_text(json.dumps(structure.as_dict()), "json")) == "Cs1 Cl1"


def test_an_occupancy_that_was_rounded_is_a_whole_one():
    record = SALT.as_dict()
    record["sites"][0]["species"][0]["occu"] = 0.9999999999
    assert atoms(read_text(json.dumps(record), "json")) == "Cs1 Cl1"


@pytest.mark.parametrize("share", [0.999, 1.01])
def test_another_occupancy_is_disorder(share):
    record = SALT.as_dict()
    record["sites"][0]["species"][0]["occu"] = share
    with pytest.raises(StructureFileError, match="site 0 is disordered"):
        read_text(json.dumps(record), "json")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda record: record["lattice"].pop("matrix") and record["lattice"].pop("a"), "lacks a"),
        (lambda record: record["sites"][0].pop("abc") and record["sites"][0].pop("xyz"), "neither"),
        (lambda record: record["lattice"].update(pbc=[True, True, False]), "pbc has a false"),
        (lambda record: record.update(sites=[]), "lists no atoms"),
        (lambda record: record.update(sites={}), "not a list of sites"),
        (lambda record: record["sites"][0]["species"][0].update(element="Ln"), "not an element"),
        (lambda record: record["sites"][0].update(abc=[0, 0, True]), "not a number"),
    ],
)
def test_json_that_is_no_crystal_is_refused(change, said):
    record = SALT.as_dict()
    change(record)
    with pytest.raises(StructureFileError, match=said):
        read_text(json.dumps(record), "json")


def database(path, *rows):
    with connect(path) as rows_of:
        for row in rows:
            rows_of.write(row)
    return base64.b64encode(path.read_bytes()).decode()


def test_an_ase_database_is_read_row_by_row(tmp_path):
    salt = Atoms("CsCl", cell=[4.12] * 3, scaled_positions=[[0] * 3, [0.5] * 3], pbc=True)
    water = Atoms("OH2", positions=[[0, 0, 0], [0, 0, 1], [0, 1, 0]])
    text = database(tmp_path / "a.db", salt, water, salt)
    first, second, third = read_structures(text, "ase")
    assert (first.name, atoms(first), atoms(third)) == ("row 1", "Cs1 Cl1", "Cs1 Cl1")
    assert first.crystal.fractional_coordinates[1] == pytest.approx((0.5,) * 3)
    assert isinstance(second, FailedReading) and "molecule" in second.reason
    with pytest.raises(StructureFileError, match="holds 3 crystals"):
        read_text(text, "ase")
    assert atoms(read_text(database(tmp_path / "b.db", salt), "ase")) == "Cs1 Cl1"


@pytest.mark.parametrize("content", [b"x", b"SQLite format 3\x00" + b"\xff" * 4000])
def test_what_is_no_database_is_refused(content):
    with pytest.raises(StructureFileError, match="not an ASE database"):
        read_structures(base64.b64encode(content).decode(), "ase")


POSCAR = "{}\n1.0\n3.9 0 0\n0 3.9 0\n0 0 3.9\nNa Cl\n1 1\ndirect\n0 0 0\n0.5 0.5 0.5\n"


@pytest.mark.parametrize("comment", ["NaCl", "7", "{Fe} bcc", "data_x", "", "2"])
def test_a_poscar_is_told_by_its_content_not_by_its_comment(comment):
    assert format_of_text(POSCAR.format(comment)) == "POSCAR"


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("\ufeff" + json.dumps(SALT.as_dict()), "JSON"),
        ("\n\n" + XYZ.format("", CAESIUM_CHLORIDE), "extended XYZ"),
        (XYZ.format("Properties=pos:R:3:species:S:1", "0 0 0 Cs\n2 2 2 Cl\n"), "extended XYZ"),
        ("7 apples", None),
    ],
)
def test_other_formats_are_told_by_their_content(text, format):
    assert format_of_text(text) == format
