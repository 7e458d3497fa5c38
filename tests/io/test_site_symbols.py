"""Elements are symbols, not prefixes: rows A1 to A21 of the table of cases."""

import pytest
from cif_texts import cif_text
from hypothesis import given
from hypothesis import strategies as st
from reading_cases import atoms, read_case, read_text

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.errors import StructureFileError
from crystal_llm.io.site_symbols import element_of_label, element_of_type

ROCK_SALT = "A1 {} 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"
LABELS = "label fract_x fract_y fract_z occupancy"

REFUSED_FILES = {
    "vac_Va.cif": "line 18: type symbol 'Va' is a vacancy",
    "type_Vacancy.cif": "'vacancy' is a vacancy",
    "type_BH4.cif": "'BH4' can be Bh or a group of B and H",
    "type_Nh.cif": "'NH4' can be Nh or a group of N and H",
    "type_SO4.cif": "'SO4' is not an element but a group",
    "type_H2O.cif": "'H2O' is not an element but a group",
    "type_CO3.cif": "'CO3' can be Co or a group of C and O",
    "type_FeNi.cif": "'FeNi' is not an element but a group of atoms or a mixed site",
    "type_mixed_string.cif": "'Cu0.5Ni0.5' is a mixed site",
    "label_AlSi.cif": "label 'AlSi1' is not an element",
    "placeholder_Hal.cif": "'Hal' stands for no one element",
    "placeholder_Tet.cif": "label 'T1' is not an element",
    "label_only_HO1.cif": "label 'HO1' can be Ho, or H of a group",
    "label_CO1.cif": "label 'CO1' can be Co, or C of a group",
}


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_what_is_no_element_is_refused_by_name(name):
    with pytest.raises(StructureFileError) as caught:
        read_case(name)
    assert REFUSED_FILES[name] in str(caught.value)


@pytest.mark.parametrize(
    ("symbol", "said"),
    [
        ("Vac", "a vacancy"),
        ("Vc", "a vacancy"),
        ("X", "no one element"),
        ("M", "no one element"),
        ("Ln", "no one element"),
        ("RE", "rhenium or any rare earth"),
        ("T1", "not an element"),
        ("OH", "a group of atoms"),
        ("CN", "can be Cn or a group"),
        ("NO3", "can be No or a group"),
        ("Wat", "a group of atoms"),
        ("D2O", "a group of atoms"),
        ("'0.5Cu + 0.5Ni'", "a mixed site"),
        ("'(Cu,Ni)1'", "a mixed site"),
        ("Qq", "not an element"),
    ],
)
def test_groups_vacancies_mixtures_and_placeholders_are_refused(symbol, said):
    with pytest.raises(StructureFileError, match=said) as caught:
        read_text(cif_text(ROCK_SALT.format(symbol), group="F m -3 m"))
    assert caught.value.line_number is not None or "'" in symbol


@pytest.mark.parametrize(
    ("symbol", "element"),
    [
        *(("Na+1", "Na"), ("Cl-1", "Cl"), ("Fe3+", "Fe"), ("O2-", "O"), ("Cu0+", "Cu")),
        *(("D1-", "H"), ("D", "H"), ("T", "H"), ("CA", "Ca"), ("fe", "Fe"), ("Re", "Re")),
        *(("Na1", "Na"), ("Fe_a", "Fe"), ("NI2+", "Ni"), ("PB", "Pb"), ("u", "U")),
    ],
)
def test_charges_numbers_and_suffixes_fall_away(symbol, element):
    assert element_of_type(symbol) == element


def test_labels_in_capitals_are_read_where_they_can_mean_one_element():
    fluorite = "CA1 0 0 0 1\nF1 0.25 0.25 0.25 1"
    assert atoms(read_text(cif_text(fluorite, group="F m -3 m", columns=LABELS))) == "Ca4 F8"


def test_labels_of_water_are_read():
    ice = "Ow1 0 0 0 1\nHw1 0.1 0.1 0.15 1\nHw2 0.1 0.15 0.9 1"
    assert atoms(read_text(cif_text(ice, columns=LABELS))) == "O1 H2"


def test_a_label_stands_in_for_an_unknown_type_symbol():
    for unknown in "?.":
        sites = f"Na1 {unknown} 0 0 0 1\nCl1 {unknown} 0.5 0.5 0.5 1"
        assert atoms(read_text(cif_text(sites))) == "Na1 Cl1"


def test_the_formula_decides_between_two_readings_of_a_label():
    assert element_of_label("HO1", {"Mg", "O", "H"}) == "H"
    assert element_of_label("HO1", {"Ho", "Mg", "O"}) == "Ho"
    assert element_of_label("SI1", {"Si", "O"}) == "Si"
    assert element_of_type("CO", {"Co", "O"}) == "Co"
    assert element_of_label("SI1") == "Si" and element_of_label("CU2") == "Cu"
    assert element_of_type("PB1") == "Pb"
    for undecided in ("HO1", "CO1", "SN1"):
        with pytest.raises(StructureFileError, match="can be"):
            element_of_label(undecided)


@given(st.sampled_from(ELEMENTS), st.sampled_from(["", "1", "2+", "-1", "12", "_a", "3.5+"]))
def test_an_element_as_it_is_written_is_itself(element, suffix):
    assert element_of_type(f"{element}{suffix}") == element
    assert element_of_type(f"{element.lower()}{suffix}") == element


@given(st.text(max_size=8))
def test_any_text_is_an_element_or_one_error(text):
    for read in (element_of_type, element_of_label):
        try:
            assert read(text) in ELEMENTS
        except StructureFileError as error:
            assert "\n" not in str(error).replace(text, "")


@pytest.mark.parametrize(
    ("label", "formula", "element"),
    [
        *(("MgM1", "Mg Br", "Mg"), ("FeM2", "Fe Br", "Fe"), ("SiT1", "Si H Br", "Si")),
        *(("OC2", "O Br", "O"), ("OB", "O Br", "O"), ("AlVI", "Al Br", "Al"), ("KA", "K Br", "K")),
        *(("Oap", "O Br", "O"), ("OH1", "O Br", "O"), ("TiO1", "Ti Br", "Ti")),
    ],
)
def test_the_formula_tells_the_element_from_the_name_of_its_site(label, formula, element):
    assert element_of_label(label, formula.split()) == element
    with pytest.raises(StructureFileError):
        element_of_label(label)


@pytest.mark.parametrize(
    ("label", "formula"),
    [
        *(("OH1", "O H Br"), ("OB1", "O B"), ("TiO1", "Ti O"), ("AlVI", "Al V O"), ("NaK", "Na K")),
        *(
            ("Cation", "Ca C O"),
            ("Hal", "H Br"),
            ("Wat1", "W O H"),
            ("M1", "Mg Br"),
        ),
        *(("H2O1", "H O"), ("Vac1", "V O"), ("MgFe", "Mg Fe O")),
    ],
)
def test_the_formula_tells_nothing_where_it_has_both(label, formula):
    with pytest.raises(StructureFileError):
        element_of_label(label, formula.split())
