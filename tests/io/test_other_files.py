"""Files that are none of those that are read, and slips of hand: each is named with what to do."""

import json

import pytest
from devised_texts import FULL, SALT, cif, poscar, refused, structure_json, xyz
from reading_cases import atoms, read_text

from crystal_llm.cli.main import main
from crystal_llm.errors import StructureFileError
from crystal_llm.io.recognition import ENDINGS
from crystal_llm.io.structure_file import source_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"<!DOCTYPE html>\n<pre>{cif()}</pre>", "a web page (HTML): download the file itself"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:ab", "a pointer of Git LFS"),
        ("{\\rtf1\\ansi " + cif() + "}", "a document in Rich Text Format"),
        ('<?xml version="1.0"?>\n<modeling>\n', "VASP's vasprun.xml: give the CONTCAR"),
        ('<?xml version="1.0"?>\n<molecule>\n', "XML: give CIF"),
    ],
)
@pytest.mark.parametrize("name", ["a.cif", "POSCAR", "a.xyz", "a.json", "unknown"])
def test_a_file_of_another_kind_whatever_it_is_called(text, said, name):
    with pytest.raises(StructureFileError) as caught:
        source_of(name, text.encode())
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("# rock salt\nlattice_vector 0 2.8 2.8\natom_frac 0 0 0 Na\n", "geometry.in of FHI-aims"),
        ("&control\n/\n&system\n/\nATOMIC_POSITIONS crystal\n", "a file of Quantum ESPRESSO"),
        ("%BLOCK LATTICE_CART\n5 0 0\n", "a .cell file of CASTEP"),
        ("CRYSTAL\nPRIMVEC\n5 0 0\n", "XSF (XCrySDen)"),
        ("TITL salt in Fm-3m\nCELL 0.71 5.6 5.6 5.6 90 90 90\nZERR 4\n", "file of SHELX"),
        ("CRYST1    5.640    5.640    5.640  90.00  90.00  90.00 P 1\n", "a PDB file"),
        ("salt\n\n8 atoms\n0 5.64 xlo xhi\n", "a file of LAMMPS"),
        (" vasp.6.3.0 20Jan22 (build)\n", "VASP's OUTCAR"),
    ],
)
def test_a_file_of_another_program(text, program):
    with pytest.raises(StructureFileError) as caught:
        source_of("unknown.txt", text.encode())
    assert f"{program}, which is not read: write it as CIF" in str(caught.value)


def test_the_shell_names_the_other_program(tmp_path, capfd):
    file = tmp_path / "geometry.in"
    file.write_text("lattice_vector 0 2.8 2.8\n")
    assert main(["relax", str(file), "--out", str(tmp_path / "a.jsonl")]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert "geometry.in of FHI-aims, which is not read" in line
    assert main(["relax", str(tmp_path / "none"), "--out", str(tmp_path / "a.jsonl")]) == 2
    assert "no such file" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (cif().replace("data_x", "data_Na Cl"), "line 1: the name of a data block has no blanks"),
        (
            cif().replace("loop_\n_atom", "_atom"),
            "line 14: _atom_site_fract_z has more than one value: write loop_ above",
        ),
        (
            cif().replace("_cell_length_a", "loop_\n_citation_id\n_citation_title\n_cell_length_a"),
            "line 2: the loop of _citation_id has no values before _cell_length_a: remove it",
        ),
    ],
)
def test_slips_in_a_cif(text, said):
    refused(text, said)


def test_characters_that_end_a_page_or_a_file_are_blanks():
    assert atoms(read_text(cif().replace("loop_", "\x0cloop_") + "\x1a")) == "Na4 Cl4"
    assert atoms(read_text(poscar() + "\x1a", "poscar")) == "Na1 Cl1"
    assert atoms(read_text(cif(SALT.replace(" ", "\x0b"), columns=FULL))) == "Na4 Cl4"


def test_two_poscars_in_one_file():
    refused(poscar() + poscar(), "line 11: a second POSCAR begins", "poscar")
    refused(poscar() + "\n" + poscar(), "line 12: a second POSCAR begins", "poscar")
    # Velocities of the lattice and of the atoms, and a grid, are none.
    for more in (
        "Lattice velocities and vectors\n1\n0 0 0\n0 0 0\n0 0 0\n5 0 0\n0 5 0\n0 0 5\n",
        "\n0.1 0 0\n0 0.1 0\n\n1\n0.5\n0 0 0\n0 0 0\n0 0 0\n",
        "\n 2 2 2\n 1 2 3\n 4 5 6\n 7 8 9\n",
    ):
        assert atoms(read_text(poscar() + more, "poscar")) == "Na1 Cl1"


def test_json_of_no_element_or_of_several_structures():
    record = structure_json()
    refused(json.dumps(structure_json({"species": []})), "site 0 names no element", "json")
    refused(json.dumps(record) + "\n" + json.dumps(record), "more than one structure", "json")
    row = {"structure": record, "relaxed_structure": record}
    assert read_text(json.dumps(row), "json").remarks == (
        "holds a structure before and after relaxation: the one before is read",
    )


CONTENTS = {"CIF": cif(), "POSCAR": poscar(), "extended XYZ": xyz()}
CONTENTS["JSON"] = json.dumps(structure_json())


@pytest.mark.parametrize("name", ["a.cif", "a.vasp", "a.xyz", "a.json"])
@pytest.mark.parametrize("kind", CONTENTS)
def test_a_file_whose_name_is_of_another_format(name, kind):
    source = source_of(name, CONTENTS[kind].encode())
    if source.format == source_of("unknown", CONTENTS[kind].encode()).format:
        assert read_text(source.text, source.format).remarks == ()
        return
    refused(
        source.text, f"but its content looks like {kind}: name it *{ENDINGS[kind]}", source.format
    )


@pytest.mark.parametrize(
    "name", ["SPOSCAR", "POSCAR-001", "a.POSCAR", "CONTCAR_relaxed", "a.poscar.vasp", "relaxed.out"]
)
def test_names_that_people_give_a_poscar(name):
    source = source_of(name, poscar().encode())
    assert atoms(read_text(source.text, source.format)) == "Na1 Cl1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"PK\x03\x04\x14\x00\x06\x00" + bytes(18) + b"\x13\x00[Content_Types].xml",
            "an office document",
        ),
        (
            b"PK\x03\x04\x14\x00" + bytes(24) + b"mimetypeapplication/vnd.oasis",
            "an office document",
        ),
        (
            b"PK\x03\x04\x14\x00\x06\x00" + bytes(18) + b"\x08\x00salt.cif",
            "compressed: unpack it first",
        ),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF: give CIF, POSCAR, extended XYZ or JSON"),
        (b"\x89PNG\r\n\x1a\n\x00", "a picture"),
        (b"\x89HDF\r\n\x1a\n\x00", "an HDF5 file"),
    ],
)
@pytest.mark.parametrize("name", ["a.cif", "table.xlsx", "unknown"])
def test_what_is_no_text_is_named(content, said, name):
    with pytest.raises(StructureFileError) as caught:
        source_of(name, content)
    assert said in str(caught.value)
