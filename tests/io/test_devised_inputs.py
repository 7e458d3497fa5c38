"""Inputs devised beside the public table, of the same kinds: each is read right or refused.

The table's rows lie in ``cases``; these are their brothers. A refusal is pinned by the words
that tell the reader what to mend.
"""

import json
import math

import pytest
from devised_texts import (
    FACE_CENTRED,
    FULL,
    IDENTITY,
    LABELS,
    P1,
    SALT,
    cif,
    poscar,
    refused,
    structure_json,
    xyz,
)
from reading_cases import atoms, read_text

from crystal_llm.io.recognition import unfenced
from crystal_llm.io.structure_file import source_of
from crystal_llm.io.structure_parsing import read_structure


@pytest.mark.parametrize(
    ("symbol", "said"),
    [
        *(("ND4", "a group of N and H"), ("ND4+", "a group of N and H"), ("CD3", "of C and H")),
        *(("NH3", "a group of N and H"), ("PO4", "of P and O"), ("BD4", "a group of atoms")),
        *(("Na0.98", "a share of a site"), ("CL0.9", "a share of a site")),
        *(("Fe_Ni", "a mixed site"), ("Fe/Ni", "a mixed site"), ("NbTa", "a mixed site")),
        *(("Bq", "not an element"), ("Me", "not an element"), ("13C", "not an element")),
        *(("VA", "a vacancy"), ("Vac1", "a vacancy"), ("Ln1", "no one element")),
    ],
)
def test_a_type_symbol_that_is_no_element(symbol, said):
    refused(cif(f"A1 {symbol} 0 0 0\nCl1 Cl 0.5 0.5 0.5"), said)


@pytest.mark.parametrize(
    ("symbol", "element"),
    [
        ("ND3+", "Nd"),
        ("CD2+", "Cd"),
        ("CD", "Cd"),
        ("Fe2.5+", "Fe"),
        ("Si_sv", "Si"),
        ("Fe*", "Fe"),
    ],
)
def test_a_type_symbol_that_looks_like_a_group_and_is_none(symbol, element):
    text = cif(f"A1 {symbol} 0 0 0\nBr1 Br 0.5 0.5 0.5")
    assert atoms(read_text(text)) == f"{element}4 Br4"


def test_the_formula_tells_neodymium_from_ammonium():
    sites = "A1 ND4 0 0 0\nBr1 Br 0.5 0.5 0.5"
    stated = FACE_CENTRED + "_chemical_formula_sum 'Nd Br'\n"
    assert atoms(read_text(cif(sites, stated))) == "Nd4 Br4"
    refused(
        cif(sites, FACE_CENTRED + "_chemical_formula_sum 'N H4 Br'\n"), "'ND4' is not an element"
    )


@pytest.mark.parametrize(
    "label",
    [
        *("Si/Al1", "Si,Al", "Si-Al", "Al1Si1", "Mg1Fe1", "Fe+Ni", "Fe_Ni", "O-H", "Na/K", "Na:K"),
        *("Na;K", "'Na K'", "Na1.K1", "Na1-K1", "Ti1Nb1", "Na1K1", "O1Si"),
    ],
)
def test_the_label_of_a_mixed_site(label):
    refused(cif(f"{label} 0 0 0\nBr1 0.5 0.5 0.5", columns=LABELS), "mixed site")


@pytest.mark.parametrize(
    ("label", "element"),
    [
        *(
            ("O1W", "O"),
            ("H1A", "H"),
            ("C1B2", "C"),
            ("Na_1", "Na"),
            ("Na+1", "Na"),
            ("Cu1O", "Cu"),
        ),
        *(("H_a", "H"), ("O1W2", "O"), ("Fe2+a", "Fe"), ("Ni1*", "Ni"), ("O-2", "O")),
    ],
)
def test_the_label_of_one_element_with_a_suffix(label, element):
    text = cif(f"{label} 0 0 0\nBr1 0.5 0.5 0.5", columns=LABELS)
    assert atoms(read_text(text)) == f"{element}4 Br4"


def test_a_name_that_is_not_in_the_tables_beside_the_identity_is_no_p1():
    unknown = "_symmetry_space_group_name_H-M 'Qm-3m'\n"
    refused(cif(symmetry=unknown + IDENTITY), "'Qm-3m', which is not a known space group, and the")
    inversion = unknown + "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,-y,-z'\n"
    reading = read_text(cif(symmetry=inversion))
    assert reading.remarks == ("'Qm-3m' is not a known space group: read by the operations listed",)


def test_of_two_groups_that_a_file_names_the_one_taken_is_said():
    both = FACE_CENTRED + "_symmetry_Int_Tables_number 229\n"
    reading = read_text(cif(symmetry=both))
    assert atoms(reading) == "Na4 Cl4"
    assert reading.remarks == ("names F m -3 m and I m -3 m, which differ: read as F m -3 m",)


@pytest.mark.parametrize(
    ("symmetry", "said"),
    [
        (FACE_CENTRED + "_symmetry_Int_Tables_number 221\n", "can be meant in 2 ways"),
        (FACE_CENTRED + "_symmetry_space_group_name_Hall '-P 4 2 3'\n", "can be meant in 2 ways"),
        (P1 + "_symmetry_Int_Tables_number 225\n" + IDENTITY, "can be meant in 2 ways"),
        (P1 + "_cell_formula_units_Z 4\n_chemical_formula_sum NaCl\n", "with Z = 4"),
        (
            "_space_group_IT_number 225\n_symmetry_Int_Tables_number 221\n",
            "_space_group_IT_number 225 and _symmetry_Int_Tables_number 221",
        ),
        (
            IDENTITY + "loop_\n_space_group_symop_operation_xyz\nx,y,z\n-x,-y,-z\n",
            "lists its symmetry operations twice, 2 and 1 that differ",
        ),
        ("_symmetry_Int_Tables_number 300\n", "_symmetry_Int_Tables_number is '300'"),
        (P1 + "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n2x,y,z\n", "'2x,y,z' cannot be read"),
        ("loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,z+1/4\n", "not all of a group"),
    ],
)
def test_symmetry_that_contradicts_itself(symmetry, said):
    refused(cif(symmetry=symmetry), said)


def test_all_atoms_listed_beside_a_name_that_stayed_behind():
    shifts = ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))
    sites = "\n".join(
        f"{symbol}{n} {symbol} {x + first} {y + first} {z + first}"
        for symbol, first in (("Na", 0.0), ("Cl", 0.5))
        for n, (x, y, z) in enumerate(shifts)
    )
    assert atoms(read_text(cif(sites, FACE_CENTRED + IDENTITY))) == "Na4 Cl4"


@pytest.mark.parametrize(
    ("sites", "said"),
    [
        ("Na1 Na ½ 0 0\nCl1 Cl 0.5 0.5 0.5", "line 15: '½' is no number"),
        ("Na1 Na ٠.٢٥ 0 0\nCl1 Cl 0.5 0.5 0.5", "is no number or name that a CIF can hold"),
        ("Na1 Na 1/3 0 0\nCl1 Cl 0.5 0.5 0.5", "is 1/3, not a number"),
        ("Na1 Na 0,25 0 0\nCl1 Cl 0.5 0.5 0.5", "is 0,25, not a number"),
        ("Na1 Na nan 0 0\nCl1 Cl 0.5 0.5 0.5", "is nan, not a number"),
        ("Na1 Na 0 0 0\nCl1 Cl 0.5 0.5", "line 16: has 4 values"),
    ],
)
def test_values_that_are_none(sites, said):
    refused(cif(sites), said)


def test_the_share_of_a_site_at_the_bound_of_rounding():
    sites = "Na1 Na 0 0 0 {}\nCl1 Cl 0.5 0.5 0.5 1"
    columns = FULL + " occupancy"
    assert atoms(read_text(cif(sites.format("0.999999"), columns=columns))) == "Na4 Cl4"
    refused(cif(sites.format("0.9999"), columns=columns), "disordered (Na:0.9999)")
    refused(cif(sites.format("1.0001"), columns=columns), "occupancy 1.0001")


def test_a_multiplicity_that_is_no_number():
    sites = "Na1 Na 0 0 0 a\nCl1 Cl 0.5 0.5 0.5 4"
    refused(cif(sites, columns=FULL + " symmetry_multiplicity"), "symmetry_multiplicity is a, not")


@pytest.mark.parametrize(
    ("text", "format"),
    [(cif(cell="564 564 564 90 90 90"), "cif"), (poscar(scale="100"), "poscar")],
)
def test_lengths_in_picometres(text, format):
    refused(text, "far less than that of any crystal: are the lengths in Å?", format)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (cif().replace("data_x\n", ""), "write a line such as data_crystal first"),
        (
            cif().replace("'F m -3 m'", "F m -3 m"),
            "line 8: _symmetry_space_group_name_H-M has more",
        ),
        (cif(columns="label type_symbol Cartn_x Cartn_y Cartn_z"), "Cartesian coordinates only"),
        (cif().replace("_cell_length_b 5.64", "_cell_length_b"), "_cell_length_b has no value"),
        (cif() + "_cell_length_a 5.65\n", "given twice with different values"),
        ("Here is rock salt:\n" + cif(), "line 1: text stands before data_x: remove it"),
        (cif() + "This structure is rock salt.\n", "'structure' is not an element"),
        (cif(sites=SALT.replace("0.5", "1/2")), "is 1/2, not a number"),
        (cif(cell="5.64Å 5.64 5.64 90 90 90"), "line 2: not readable as CIF"),
        (cif(cell="5.64 5.64 5.64 1.5708 1.5708 1.5708"), "do not keep the cell"),
        (cif(sites=SALT.replace("Na1 Na", "Na1 11")), "type symbol '11' is not an element"),
        (cif(sites=SALT + "\nBq1 Bq 0.2 0.2 0.2"), "type symbol 'Bq' is not an element"),
        (cif() + "_atom_site_occupancy 0.5\n", "occupancy has 1 value(s) for 2 atoms"),
        (cif() + "loop_\n_atom_site_disorder_group\n1\n2\n3\n", "has 3 value(s) for 2 atoms"),
        (
            cif(sites="Na1 0 0 0\nCl1 0.5 0.5 0.5", columns=LABELS) + "_atom_site_type_symbol K\n",
            "line 16: _atom_site_type_symbol has 1 value(s) for 2 atoms",
        ),
        (cif(sites="Ow1 Ow 0 0 0"), "type symbol 'Ow' is not an element"),
    ],
)
def test_syntax_that_is_broken_is_told_with_what_to_do(text, said):
    refused(text, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (poscar(names="Fe_Ni Cl"), "'Fe_Ni' names two elements"),
        (
            poscar(sites="0 0 0 Cl\n0.5 0.5 0.5 Na"),
            "line 9: names Cl where the counts of atoms say Na",
        ),
        (
            poscar(sites="0 0 0 Cl 5.0\n0.5 0.5 0.5 Na -5.0"),
            "line 9: names Cl where the counts of atoms say Na",
        ),
        (poscar(sites="0 0 0\n0.5 0.5 0.5\n0.2 0.2 0.2"), "lists more atoms than the counts"),
        (poscar(names="Na0.5K0.5 Cl"), "not an element"),
        (poscar(names="NH4 Cl"), "'NH4' is not an element"),
        (poscar(scale="1 1"), "must be one scale factor, or three"),
        (poscar(scale="1 1 1 1"), "must be one scale factor, or three"),
        (poscar(mode="Angstrom", sites="0 0 0\n1.5 1.5 1.5"), "line 8: must say Direct or Cartes"),
        (poscar(mode="Bohr"), "line 8: must say Direct or Cartesian"),
        (
            poscar(mode="Direct configuration=     1")
            + "Direct configuration=     2\n0 0 0\n0.5 0.5 0.51\n",
            "line 11: holds several frames (XDATCAR)",
        ),
    ],
)
def test_a_poscar_that_contradicts_itself(text, said):
    refused(text, said, "poscar")


def test_a_poscar_as_people_write_it():
    for text in (
        poscar(sites="0 0 0 Na\n0.5 0.5 0.5 Cl"),
        poscar(sites="0 0 0 Na1\n0.5 0.5 0.5 Cl1"),
        poscar(sites="0 0 0 T T T\n0.5 0.5 0.5 F F F"),
        poscar(sites="0 0 0 Na 5.0\n0.5 0.5 0.5 Cl 0.0"),
        poscar(names="Na_pv Cl_GW", sites="0 0 0\n0.5 0.5 0.5\n\n0 0 0\n0 0 0"),
    ):
        reading = read_text(text, "poscar")
        assert (atoms(reading), reading.remarks) == ("Na1 Cl1", ())
    for text in (
        # Fortran's exponents, AFLOW's mode, the grid of a CHGCAR, a CONTCAR of molecular dynamics.
        poscar(
            scale="1.0d0", cell="5.64D0 0 0\n0 5.64d+0 0\n0 0 5.64", sites="0 0 0\n5d-1 .5d0 0.5"
        ),
        poscar(mode="Direct(2) [A1B1]", sites="0 0 0 Na\n0.5 0.5 0.5 Cl"),
        poscar() + "\n 2 2 2\n 1.0 2.0 3.0 4.0 5.0\n 6.0 7.0 8.0\n",
        poscar() + "Lattice velocities and vectors\n1\n0 0 0\n0 0 0\n0 0 0\n5 0 0\n0 5 0\n0 0 5\n",
        poscar(names="Na Cl K", counts="1 1 0"),
    ):
        reading = read_text(text, "poscar")
        assert atoms(reading) == "Na1 Cl1"
        assert reading.crystal.fractional_coordinates[1] == pytest.approx((0.5,) * 3)
    signed = read_text(poscar(sites="−0.25 0 0\n0.5 0.5 0.5"), "poscar")
    assert signed.crystal.fractional_coordinates[0][0] == pytest.approx(0.75)


def test_angstroms_below_the_word_direct_are_asked_about():
    reading = read_text(poscar(sites="0 0 0\n2.82 2.82 2.82"), "poscar")
    assert "are they Cartesian?" in reading.remarks[0]
    cartesian = read_text(poscar(mode="Cartesian", sites="0 0 0\n2.82 2.82 2.82"), "poscar")
    assert cartesian.remarks == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            xyz("Properties=species:S:1:pos:R:3:occupancy:R:1", "Na 0 0 0 0.5\nCl 2.8 2.8 2.8 1"),
            "line 3: the occupancy is 0.5",
        ),
        (
            xyz("Properties=species:S:1:pos:R:3:occupancy:R:1", "Na 0 0 0\nCl 2.8 2.8 2.8 1"),
            "line 3: the occupancy is missing",
        ),
        (
            xyz("Properties=species:S:1:pos:R:3:forces:R:3", "Na 0 0 0 1 2 3\nCl 2.8 2.8 2. 1 2"),
            "line 4: has 6 values where Properties say 7",
        ),
        (
            xyz(sites="Na 0 nan 0\nCl 2.8 2.8 2.8"),
            "line 3: the position must be 3 numbers in Å, at most 10,000",
        ),
        (
            xyz().replace("5.64 0 0 0", "5.64 0 0"),
            "line 2: the lattice must be 9 numbers in Å, at most 10,000",
        ),
        (xyz('Lattice="9 0 0 0 9 0 0 0 9"'), "gives Lattice more than once"),
        (
            xyz("Properties=species:S:1:pos:R:3:species:S:1", "Na 0 0 0 K\nCl 2.8 2.8 2.8 Br"),
            "Properties name species twice",
        ),
        (xyz('pbc="T T F"'), "a slab or a wire"),
        (
            xyz("Properties=species:S:1:pos:R:3:Z:I:1", "Na 0 0 0 19\nCl 2.8 2.8 2.8 17"),
            "line 3: names Na, and the atomic number 19 of another element",
        ),
        (
            xyz().replace('"5.64 0 0 0 5.64 0 0 0 5.64"', "[[5.64,0,0],[0,5.64,0],[0,0,5.64]]"),
            'line 2: Lattice must be nine numbers in quotes: Lattice="…"',
        ),
        (xyz(sites="NA 0 0 0\nCL 2.8 2.8 2.8"), "'NA' is not an element"),
    ],
)
def test_an_extended_xyz_that_says_more_than_a_crystal(text, said):
    refused(text, said, "xyz")


def test_an_extended_xyz_as_people_write_it():
    whole = xyz("Properties=species:S:1:pos:R:3:occupancy:R:1", "Na −1 0 0 1.0\nCl 1.8 2.8 2.8 1")
    reading = read_text(whole, "xyz")
    assert atoms(reading) == "Na1 Cl1"
    assert reading.crystal.fractional_coordinates[0][0] == pytest.approx(1 - 1 / 5.64)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (
            structure_json({"abc": [math.nan, 0, 0]}),
            "site 0: nan is not a number within ±1,000,000",
        ),
        (structure_json({"xyz": [1, 1, 1]}), "site 0: 'abc' and 'xyz' are 1.73 Å apart"),
        (structure_json(lattice={"a": 9.0}), "has a = 9 Å, but its matrix 5.64 Å"),
        (structure_json(lattice={"gamma": 60}), "has gamma = 60 °, but its matrix 90 °"),
        (structure_json(lattice={"volume": 999.0}), "has volume = 999 Å³, but its matrix 179.4 Å³"),
        (structure_json({"species": [{"element": "Na", "occu": "1"}]}), "('occu') is not a number"),
        ([structure_json(), structure_json()], "holds 2 crystals: give a file with one of them"),
        ({"sites": structure_json()["sites"]}, "a molecule"),
        (structure_json(lattice={"pbc": [True, True, False]}), "wire or slab"),
    ],
)
def test_a_record_that_contradicts_itself(record, said):
    refused(json.dumps(record), said, "json")


def test_a_record_that_says_the_same_twice():
    record = structure_json(
        {"xyz": [5.64, 0, 0], "label": "Na1"}, {"a": 5.64, "b": 5.64, "c": 5.64}
    )
    assert atoms(read_text(json.dumps(record), "json")) == "Na1 Cl1"


def test_the_whole_cell_below_the_name_of_its_group():
    sites = "\n".join(
        f"{symbol}{n} {symbol} {x + first} {y + first} {z + first}"
        for symbol, first in (("Na", 0.0), ("Cl", 0.5))
        for n, (x, y, z) in enumerate(((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)))
    )
    refused(cif(sites), "is an image of Na0 in F m -3 m: list one of them, or name P 1 above")
    refused(cif(SALT + "\nNa2 Na 0 0 1"), "Na1 and Na2 are 0.000 Å apart: one atom written twice?")


@pytest.mark.parametrize(
    "symmetry",
    [
        "_symmetry_equiv_pos_as_xyz\n;\nx,y,z\n-x,-y,-z\n;\n",
        "_symmetry_Int_Tables_number 0\n_symmetry_space_group_name_H-M 'P -1'\n",
        "loop_\n_symmetry_equiv_pos_as_xyz\n'x, y, z'\n'-1*x, -1*y, -1*z'\n",
        "_symmetry_space_group_name_H-M 'P -1          '\n_symmetry_Int_Tables_number ?\n",
        "_symmetry_space_group_name_H-M 2\n",
        "loop_\n_space_group_symop_operation_xyz\n'x, y, z'\n'-x, -y, -z'\n"
        "loop_\n_symmetry_equiv_pos_as_xyz\n-x,-y,-z\nx,y,z\n",
        "_space_group_IT_number 2\n_symmetry_Int_Tables_number 2\n",
    ],
)
def test_symmetry_as_programs_write_it(symmetry):
    assert atoms(read_text(cif("Fe1 Fe 0.1 0.2 0.3", symmetry))) == "Fe2"


@pytest.mark.parametrize(("text", "ending"), [(cif(), "cif"), (poscar(), "vasp"), (xyz(), "xyz")])
def test_a_file_between_the_fences_of_a_chat(text, ending):
    fenced = f"Here it is:\n\n```{ending}\n{text}```\nAnything else?\n"
    for name in (f"a.{ending}", "answer.txt"):
        for ends in ("\n", "\r\n"):
            source = source_of(name, fenced.replace("\n", ends).encode())
            assert set(read_structure(source.text, source.format).crystal.species) == {"Na", "Cl"}
    two = f"```\n{text}```\nor\n```\n{text}```\n"
    assert unfenced(two) == two


def test_labels_of_other_elements_are_told():
    reading = read_text(cif("Na1 N 0 0 0\nCl1 Cl 0.5 0.5 0.5"))
    assert atoms(reading) == "N4 Cl4"
    assert reading.remarks == ("by their type symbols Na1 is N: the labels name other elements",)
    for sites in ("D1 H 0 0 0\nO1 O2- 0.5 0.5 0.5", "M1 Fe 0 0 0\nO1W O 0.5 0.5 0.5"):
        assert read_text(cif(sites)).remarks == ()
