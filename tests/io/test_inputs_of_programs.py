"""Inputs as databases, programs, language models and hands write them, devised in November 2026.

Each was read by gemmi, ASE or pymatgen too, or worked out by hand; where they take what no
crystal is, it is refused here, or asked about.
"""

import json

import numpy as np
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

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import StructureFileError
from crystal_llm.io.crystal_check import close_remarks, nearest_by_radii
from crystal_llm.io.structure_file import decode_content, source_of
from crystal_llm.io.structure_parsing import read_structure, read_structures
from crystal_llm.types import PlainCrystal

HEAD = cif().split("loop_")[0]
ATOMS = "loop_\n" + "".join(f"_atom_site_{name}\n" for name in FULL.split())
TRIGONAL = "4.54 4.54 11.8 90 90 120"


def named(symbol):
    return f"_symmetry_space_group_name_H-M '{symbol}'\n"


def operations(*triplets):
    return "loop_\n_symmetry_equiv_pos_as_xyz\n" + "".join(f"'{triplet}'\n" for triplet in triplets)


@pytest.mark.parametrize(
    ("symbol", "said"),
    [
        *(("TM", "thulium or any transition metal"), ("TM1", "thulium or any transition metal")),
        *(("AM", "americium or any alkali metal"), ("Xx", "not an element"), ("Q1", "no one elem")),
        *(("CG1", "not an element"), ("Cval", "not an element"), ("□", "not an element")),
        *(("Fe(III)", "a group of atoms or a mixed"), ("FeIII", "a group of atoms or a mixed")),
        *(("Fe3+T", "a mixed site"), ("O-II", "a group of atoms"), ("18O", "not an element")),
        *(("UO2", "a group of atoms"), ("H3O", "a group of atoms"), ("Fe@Ni", "a mixed site")),
        *(("Fe_x0.5", "not an element"), ("[Fe]", "not an element"), ("0", "not an element")),
    ],
)
def test_a_type_symbol_that_programs_write_for_no_element(symbol, said):
    refused(cif(f"A1 '{symbol}' 0 0 0\nBr1 Br 0.5 0.5 0.5"), said)


def test_classes_of_elements_are_elements_where_the_formula_says_so():
    stated = FACE_CENTRED + "_chemical_formula_sum 'Tm Br'\n"
    assert atoms(read_text(cif("A1 TM 0 0 0\nBr1 Br 0.5 0.5 0.5", stated))) == "Tm4 Br4"
    assert atoms(read_text(cif("A1 Tm 0 0 0\nBr1 Br 0.5 0.5 0.5"))) == "Tm4 Br4"


@pytest.mark.parametrize(
    "label",
    ["Al(Si)", "Al1(Si1)", "Mg(Fe)", "OCo", "SiT1", "O1-H1", "US1", "KCL", "HOH", "DO1"],
)
def test_a_label_of_a_mixed_site_or_a_group(label):
    refused(cif(f"{label} 0 0 0\nBr1 0.5 0.5 0.5", columns=LABELS), "a mixed site")


@pytest.mark.parametrize(
    ("label", "element"),
    [
        *(("O(1)", "O"), ("Na(2A)", "Na"), ("H(O1)", "H"), ("H(Na1)", "H"), ("BI(1)", "Bi")),
        *(("'Na 1'", "Na"), ("S1'", "S"), ("Na#1", "Na"), ("C60", "C"), ("YB1", "Yb")),
    ],
)
def test_a_label_of_one_element(label, element):
    text = cif(f"{label} 0 0 0\nBr1 0.5 0.5 0.5", columns=LABELS)
    assert atoms(read_text(text)) == f"{element}4 Br4"


@pytest.mark.parametrize(
    ("sites", "symbol", "cell", "read", "origin"),
    [
        (
            "Fe1 Fe 0 0.5 0.096\nO1 O 0 0 0.952\nCl1 Cl 0 0 0.330",
            "P m m n", "3.780 3.302 7.917 90 90 90", "Fe2 O2 Cl2", "P m m n:1",
        ),
        (
            "Fe1 Fe 0.25 0.75 0.096\nO1 O 0.25 0.25 0.952\nCl1 Cl 0.25 0.25 0.330",
            "P m m n", "3.780 3.302 7.917 90 90 90", "Fe2 O2 Cl2", "P m m n:2",
        ),
        (
            "Pb1 Pb 0 0.5 0.2385\nO1 O 0 0 0",
            "P 4/n m m", "3.96 3.96 5.01 90 90 90", "Pb2 O2", "P 4/n m m:1",
        ),
        (
            "Pb1 Pb 0.25 0.25 0.2385\nO1 O 0.75 0.25 0",
            "P 4/n m m", "3.96 3.96 5.01 90 90 90", "Pb2 O2", "P 4/n m m:2",
        ),
        (
            "Ti1 Ti 0 0 0\nO1 O 0 0 0.2081",
            "I 41/a m d", "3.785 3.785 9.514 90 90 90", "Ti4 O8", "I 41/a m d:1",
        ),
        (
            "Ti1 Ti 0 0.25 0.375\nO1 O 0 0.25 0.1669",
            "I 41/a m d", "3.785 3.785 9.514 90 90 90", "Ti4 O8", "I 41/a m d:2",
        ),
        (
            "Ti1 Ti 0 0.75 0.125\nO1 O 0 0.75 0.3331",
            "I 41/a m d", "3.785 3.785 9.514 90 90 90", "Ti4 O8", "I 41/a m d:2",
        ),
        (
            "Mg1 Mg 0 0 0\nAl1 Al 0.625 0.625 0.625\nO1 O 0.387 0.387 0.387",
            "F d -3 m", "8.08 8.08 8.08 90 90 90", "Mg8 Al16 O32", "F d -3 m:1",
        ),
        (
            "Mg1 Mg 0.125 0.125 0.125\nAl1 Al 0.5 0.5 0.5\nO1 O 0.2624 0.2624 0.2624",
            "F d -3 m", "8.08 8.08 8.08 90 90 90", "Mg8 Al16 O32", "F d -3 m:2",
        ),
    ],
)  # fmt: skip
def test_the_origin_that_a_symbol_leaves_open(sites, symbol, cell, read, origin):
    reading = read_text(cif(sites, named(symbol), cell))
    assert atoms(reading) == read
    assert reading.remarks == (f"read in the setting {origin}, which alone fits",)


@pytest.mark.parametrize(
    ("sites", "symbol", "cell"),
    [
        (
            "Zr1 Zr 0 0 0\nSi1 Si 0 0 0.5\nO1 O 0 0.184 0.32",
            "I 41/a m d",
            "6.607 6.607 5.982 90 90 90",
        ),
        ("Cu1 Cu 0.25 0.25 0.25\nO1 O 0 0 0", "P n 3 m", "4.27 4.27 4.27 90 90 90"),
        ("C1 C 0 0 0", "F d -3 m", "3.567 3.567 3.567 90 90 90"),
        ("Bi1 Bi 0.1 0.2 0.3", "P 3 2", "9 9 9 90 90 120"),
        ("Bi1 Bi 0.1 0.2 0.3", "P 4 2", "9 9 10 90 90 90"),
    ],
)
def test_a_symbol_that_makes_several_crystals(sites, symbol, cell):
    refused(cif(sites, named(symbol), cell), "the symmetry can be meant in")


def test_the_number_tells_what_a_blank_in_a_symbol_means():
    for number, expected in ((145, "Bi3"), (149, "Bi6"), (150, "Bi6")):
        symmetry = named("P 3 2") + f"_symmetry_Int_Tables_number {number}\n"
        assert atoms(read_text(cif("Bi1 Bi 0.1 0.2 0.3", symmetry, "9 9 9 90 90 120"))) == expected


def test_shifts_rounded_to_three_digits_are_thirds():
    turns = ("x,y,z", "-y,x-y,z", "-x+y,-x,z", "-x,-y,-z", "y,-x+y,-z", "x-y,x,-z", "y,x,-z")
    turns += ("x-y,-y,-z", "-x,-x+y,-z", "-y,-x,z", "-x+y,y,z", "x,x-y,z")
    shifts = (("0", "0", "0"), ("0.667", "0.333", "0.333"), ("0.333", "0.667", "0.667"))
    listed = [
        ",".join(f"{part}+{shift}" for part, shift in zip(turn.split(","), moved, strict=True))
        for moved in shifts
        for turn in turns
    ]
    reading = read_text(cif("Bi1 Bi 0 0 0.234", operations(*listed), TRIGONAL))
    assert (atoms(reading), reading.remarks) == ("Bi6", ())
    refused(
        cif("Bi1 Bi 0 0 0.234", named("R -3 m") + operations(*turns), TRIGONAL),
        "R -3 m:H with 6 atoms, or the listed operations with 2 atoms",
    )


@pytest.mark.parametrize(
    ("symmetry", "said"),
    [
        (operations("x; y; z", "-x; -y; -z"), "'x; y; z' cannot be read"),
        (operations("h,k,l", "-h,-k,-l"), "'h,k,l' cannot be read"),
        (operations("x1,x2,x3"), "'x1,x2,x3' cannot be read"),
        (operations("x,y,z", "x,x,z"), "'x,x,z' cannot be read"),
        (named("O_h^5"), "not a known space group"),
        (named("cF8"), "not a known space group"),
        (named("cubic"), "not a known space group"),
        (
            "loop_\n_space_group_symop_ssg_operation_algebraic\nx1,x2,x3,x4\n",
            "a modulated structure is not read",
        ),
        (FACE_CENTRED + "loop_\n_cell_subsystem_code\n1\n2\n", "a composite structure is not read"),
    ],
)
def test_symmetry_that_is_none(symmetry, said):
    refused(cif(symmetry=symmetry), said)


def test_symmetry_in_another_block_than_the_atoms():
    text = "data_global\n" + FACE_CENTRED + cif(symmetry="")
    refused(text, "the atoms' data block states no symmetry, and data_global does")
    assert atoms(read_text(text.replace("data_x", ""))) == "Na4 Cl4"
    refused(cif(symmetry=FACE_CENTRED, cell="3.99 3.99 3.99 60 60 60"), "do not keep the cell")


@pytest.mark.parametrize(
    ("column", "values", "symmetry", "said"),
    [
        ("Wyckoff_symbol", "4a 4b", P1, "Na1 has 1 image(s) in the cell, but"),
        ("Wyckoff_label", "8c 4b", FACE_CENTRED, "Na1 has 4 image(s) in the cell, but"),
        ("site_symmetry_order", "1 1", FACE_CENTRED, "Na1 has 4 image(s) by 192 symmetry op"),
    ],
)
def test_what_a_site_says_of_its_multiplicity(column, values, symmetry, said):
    first, second = values.split()
    sites = f"Na1 Na 0 0 0 {first}\nCl1 Cl 0.5 0.5 0.5 {second}"
    refused(cif(sites, symmetry, columns=f"{FULL} {column}"), said)
    right = "4a 4b" if "Wyckoff" in column else "48 48"
    first, second = right.split()
    sites = f"Na1 Na 0 0 0 {first}\nCl1 Cl 0.5 0.5 0.5 {second}"
    assert atoms(read_text(cif(sites, columns=f"{FULL} {column}"))) == "Na4 Cl4"


def test_numbers_of_atoms_in_the_cell():
    def read(sodium, symmetry=FACE_CENTRED):
        types = f"_atom_type_symbol\n_atom_type_number_in_cell\nNa1+ {sodium}\nCl1- 4\n"
        return read_text(cif(symmetry=symmetry) + "loop_\n" + types)

    assert atoms(read(4)) == atoms(read("?")) == "Na4 Cl4"
    said = "the atoms of the cell, Na1 Cl1, are not those of _atom_type_number_in_cell, Na4 Cl4"
    with pytest.raises(StructureFileError, match=said):
        read(4, P1)
    with pytest.raises(StructureFileError, match="Na8 Cl4"):
        read(8)


def test_operations_of_another_group_than_the_name():
    screw = ["x,y,z", "-y,x-y,z", "-x+y,-x,z", "-x,-y,z+1/2", "y,-x+y,z+1/2", "x-y,x,z+1/2"]
    symmetry = named("P 63/m") + "_chemical_formula_sum Bi\n_cell_formula_units_Z 6\n"
    reading = read_text(cif("Bi1 Bi .1 .3 .1", symmetry + operations(*screw), "7 7 5 90 90 120"))
    assert atoms(reading) == "Bi6"
    assert reading.remarks == (
        "its name and its symmetry operations differ: read by the operations, which alone fit",
    )


def test_a_wyckoff_letter_of_another_multiplicity():
    def read(first, second, columns=FULL + " Wyckoff_symbol", symmetry=FACE_CENTRED):
        sites = f"Na1 Na 0 0 0 {first}\nCl1 Cl 0.5 0.5 0.5 {second}"
        return read_text(cif(sites, symmetry, columns=columns)).remarks

    assert read("a", "b") == read("b", "a") == read("?", ".") == ()
    assert read("a", "c") == (
        "by F m -3 m Cl1 has 4, and its Wyckoff letter c has 8 atoms there: are its coordinates "
        "right?",
    )
    assert "its Wyckoff letter z is no position there" in read("a", "z")[0]
    # A whole cell may have the letters of the group that it was made of.
    assert read("a", "b", symmetry=P1) == ()
    # The order of the site's symmetry, as SHELXL wrote it, is no Wyckoff symbol.
    columns = FULL + " symmetry_multiplicity"
    assert read("48", "48", columns) == ()
    refused(
        cif("Na1 Na 0 0 0 48a\nCl1 Cl 0.5 0.5 0.5 48b", columns=FULL + " Wyckoff_symbol"), "48a"
    )


def test_wyckoff_letters_in_other_settings():
    columns = FULL + " Wyckoff_symbol"
    bismuth = cif("Bi1 Bi 0 0 0.234 c", named("R -3 m"), TRIGONAL, columns)
    rhombohedral = cif(
        "Bi1 Bi 0.234 0.234 0.234 c", named("R -3 m :R"), "4.75 4.75 4.75 57.2 57.2 57.2", columns
    )
    assert read_text(bismuth).remarks == read_text(rhombohedral).remarks == ()


def test_a_wyckoff_letter_of_another_site_symmetry():
    def read(copper, lead):
        sites = f"Cu1 Cu {copper}\nPb1 Pb {lead}"
        columns = FULL + " Wyckoff_symbol"
        text = cif(sites, named("P 4/n m m :2"), "4.4 4.4 6.1 90 90 90", columns)
        return read_text(text).remarks

    assert read("0.75 0.25 0 a", "0.25 0.25 0.3 c") == ()
    # The origin exchanges a and b, which are alike.
    assert read("0.75 0.25 0 b", "0.25 0.25 0.3 c") == ()
    assert read("0.75 0.25 0 c", "0.25 0.25 0.3 a") == (
        "by P 4/n m m:2 Cu1 has another site symmetry than its Wyckoff letter c; Pb1 has another "
        "site symmetry than its Wyckoff letter a: are its coordinates right?",
    )
    assert read("0.75 0.25 0 a", "0.75 0.25 0.5 a") == (
        "by P 4/n m m:2 Pb1 and Cu1 have the one position of the Wyckoff letter a: are its "
        "coordinates right?",
    )


def test_a_measured_density_that_the_atoms_do_not_have():
    refused(cif(symmetry=P1 + "_exptl_crystal_density_meas 2.16\n"), "0.54 g/cm³, but _exptl_cryst")
    assert atoms(read_text(cif(symmetry=FACE_CENTRED + "_exptl_crystal_density_meas 1.9\n")))


def test_angstroms_where_fractions_are_asked_for():
    sites = "Na1 Na 0 0 0\nCl1 Cl 2.82 2.82 2.82"
    refused(cif(sites), "coordinates up to 2.82 cells away: _atom_site_fract_x, _y and _z are frac")
    (remark,) = read_text(cif(sites, P1)).remarks
    assert remark == "coordinates up to 2.82 cells away, taken into the cell: are they Cartesian?"
    (remark,) = read_text(json.dumps(structure_json({"abc": [2.82] * 3})), "json").remarks
    assert remark.startswith("coordinates ('abc') up to 2.82 cells away")
    assert read_text(cif("Na1 Na -0.5 1.5 0\nCl1 Cl 0.5 0.5 0.5", P1)).remarks == ()


def test_fractions_where_angstroms_are_asked_for():
    reading = read_text(xyz(sites="Na 0 0 0\nCl 0.5 0.5 0.5"), "xyz")
    assert reading.remarks == (
        "site 0 (Na) and 1 (Cl) are 0.87 Å apart, nearer than in known crystals: are cell, "
        "symmetry and coordinates right?",
    )
    near = PlainCrystal((2.0, 9.0, 9.0), (90.0,) * 3, ("Cs",), ((0.0,) * 3,))
    assert close_remarks(near)[0].startswith("site 0 (Cs) and its image are 2.00 Å apart")


def test_of_several_pairs_the_one_that_is_too_near_for_its_elements_is_told():
    water = PlainCrystal(
        (9.0,) * 3,
        (90.0,) * 3,
        ("O", "H", "Cs", "Cs"),
        ((0.0, 0.0, 0.0), (0.1, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.75)),
    )
    first, second, distance = nearest_by_radii(
        lattice_matrix(water), water.species, np.array(water.fractional_coordinates)
    )
    assert (first, second, round(distance, 2)) == (2, 3, 2.25)


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u3000"])
def test_characters_that_nobody_sees(mark):
    assert atoms(read_text(cif(f"Na1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.5{mark}"))) == "Na4 Cl4"
    assert atoms(read_text(poscar(sites=f"0 0 0{mark}\n0.5 0.5 0.5"), "poscar")) == "Na1 Cl1"


def test_a_file_in_the_encoding_of_a_windows_editor():
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        mark = "" if encoding == "utf-16" else "\ufeff"
        source = source_of("a.cif", (mark + cif()).encode(encoding))
        assert atoms(read_structure(source.text, source.format)) == "Na4 Cl4"
    with pytest.raises(StructureFileError, match="neither UTF-8 nor UTF-16 text"):
        decode_content(cif().encode("utf-32"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (cif() + "_publ_text\n;\n hello\n", "line 18: the text that begins here has no end"),
        (cif("Na1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.").rstrip(), "0.000 Å apart"),
        (HEAD + ATOMS + SALT + "\nloop_\n_atom_site_label\n_atom_site_occupancy\nCl1 1\nNa1 1\n",
         "_atom_site_label is given twice with different values"),
        (HEAD + ATOMS + SALT + "\nloop_\n_atom_site.label\n_atom_site.fract_x\nNa1 0\nCl1 0.25\n",
         "_atom_site.fract_x is given twice with different values"),
        (HEAD + ATOMS + "Na1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.5#x\n", "is 0.5#x, not a number"),
        (cif("Na1 Na 0 0 0 10.0208\nCl1 Cl 0.5 0.5 0.5 1", columns=FULL + " occupancy"),
         "Na1 has the occupancy 10.0208"),
        (cif("Na1 Na 0 0 0 0.0208\nCl1 Cl 0.5 0.5 0.5 1", columns=FULL + " occupancy"),
         "disordered (Na:0.0208)"),
        (cif("Na1 Na 0 0 0 -1\nCl1 Cl 0.5 0.5 0.5 .", columns=FULL + " disorder_group"),
         "disordered (group -1)"),
    ],
)  # fmt: skip
def test_a_cif_that_is_cut_off_or_says_two_things(text, said):
    refused(text, said)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ATOMS + "Na1 Na 0 0 0 # sodium\n# between\nCl1 Cl 0.5 0.5 0.5 #x\n",
        HEAD + ATOMS + "Na1 Na 0 0\n0 Cl1 Cl 0.5\n0.5 0.5\n",
        HEAD + ATOMS + SALT + "\nsave_x\n_cell_length_a 9\nsave_\n",
        cif().replace("data_x", "data_"),
        cif().replace("\n", "\n    "),
        cif(SALT.replace("0.5", "'0.5'")).replace("5.64", "564E-2"),
        cif(
            "Na1 Na+ 0 0 0 0.5\nNa2 Na 0 0 0 0.5\nCl1 Cl 0.5 0.5 0.5 1", columns=FULL + " occupancy"
        ),
    ],
)
def test_a_cif_as_the_standard_allows_it(text):
    assert atoms(read_text(text)) == "Na4 Cl4"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (poscar(mode="crystal"), "line 8: must say Direct or Cartesian"),
        (poscar(mode="Reduced coordinates"), "line 8: must say Direct or Cartesian"),
        (poscar(sites="1 0 0 0\n2 0.5 0.5 0.5"), "line 9: the atoms are numbered"),
        (poscar(sites="0 0 0 Na=0.5,K=0.5\n0.5 0.5 0.5 Cl"), "line 9: a site has shares of elem"),
        (poscar(scale="1.889726 bohr"), "line 2: lengths in bohr are not read"),
        (poscar(cell="9 0 0\n0 9 0 Bohr\n0 0 9"), "line 4: lengths in Bohr are not read"),
        (poscar(names="H.5 Cl"), "line 6: 'H.5' is not an element"),
        (poscar(names="H1.25 Cl"), "line 6: 'H1.25' is not an element"),
        (poscar(names="Na4 Cl4"), "line 6: 'Na4' is not an element"),
        (poscar(counts="2*1"), "line 7: must be the counts of atoms"),
        (poscar(counts="1 1 2"), "line 7: has 3 counts for 2 elements"),
        (poscar(sites="0.00000E+00-0.50000E+00 0\n0.5 0.5 0.5"), "line 9: must be 3 numbers"),
        (poscar(sites="0 0 ********\n0.5 0.5 0.5"), "line 9: must be 3 numbers"),
    ],
)
def test_a_poscar_that_is_none(text, said):
    refused(text, said, "poscar")


@pytest.mark.parametrize("mode", ["Cart", "cartesian", "C", "K", "Karthesian", "Carthesian"])
def test_the_words_for_cartesian(mode):
    reading = read_text(poscar(mode=mode, sites="0 0 0\n2.82 2.82 2.82"), "poscar")
    assert reading.crystal.fractional_coordinates[1] == pytest.approx((0.5,) * 3)
    assert reading.remarks == ()


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("units=bohr", "line 2: lengths in bohr are not read"),
        ('unit="Bohr"', "line 2: lengths in Bohr are not read"),
        ('boundary="p p f"', "line 2: a slab, a wire or a molecule"),
        ("periodic=F", "line 2: a slab, a wire or a molecule"),
        (
            'occupancy="_JSON {\\"0\\": {\\"Na\\": 0.5, \\"K\\": 0.5}}"',
            "says that sites are shared",
        ),
        ("pbc=T", "line 2: pbc must be three of T and F"),
        ('pbc="[True, True, False]"', "line 2: a slab or a wire"),
    ],
)
def test_an_extended_xyz_of_another_meaning(head, said):
    refused(xyz(head), said, "xyz")


@pytest.mark.parametrize(
    "head",
    [
        "units=angstrom",
        'boundary="p p p"',
        "periodic=T",
        'pbc="[True, True, True]"',
        'occupancy="_JSON {\\"0\\": {\\"Na\\": 1.0}}"',
        'Origin="1 1 1"',
        'Super_Lattice="1 0 0 0 1 0 0 0 1"',
    ],
)
def test_an_extended_xyz_of_the_usual_meaning(head):
    assert atoms(read_text(xyz(head), "xyz")) == "Na1 Cl1"


@pytest.mark.parametrize("before", ["energy=-3.4.", "energy=-3.4−", "original.", 'a="b"'])
@pytest.mark.parametrize("key", ["Lattice", "Properties", "pbc"])
def test_a_key_that_is_part_of_another_word(before, key):
    text = xyz('pbc="T T T" Properties=species:S:1:pos:R:3')
    assert atoms(read_text(text, "xyz")) == "Na1 Cl1"
    refused(text.replace(key, before + key), f"line 2: put a blank before {key}=", "xyz")


def test_frames_are_crystals_where_several_are_taken():
    bad = xyz(sites="Na 0 0 0\nQq 1 1 1")
    first, second, third = read_structures(xyz() + "\n" + bad + xyz(), "xyz")
    assert (first.name, second.name, third.name) == ("frame 1", "frame 2", "frame 3")
    assert first.crystal == third.crystal == read_text(xyz(), "xyz").crystal
    assert second.reason == "'Qq' is not an element"


def test_a_name_that_stands_twice_in_a_json():
    text = json.dumps(structure_json())
    other = json.dumps(structure_json(lattice={"matrix": [[9, 0, 0], [0, 9, 0], [0, 0, 9]]}))
    refused(text[:-1] + ", " + other[1:], "'lattice' stands twice with different values", "json")
    assert atoms(read_text(text[:-1] + ", " + text[1:], "json")) == "Na1 Cl1"


def test_one_operation_listed_beside_the_name_and_all_atoms():
    sites = "Fe1 Fe 0 0 0\nFe2 Fe 0.5 0.5 0.5"
    text = cif(sites, named("I m -3 m") + IDENTITY, "2.87 2.87 2.87 90 90 90")
    assert atoms(read_text(text)) == "Fe2"
