"""POSCAR as VASP reads it: rows G1 to G9 of the table of cases."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_cases import atoms, read_case, read_text

from crystal_llm.crystal.conversion import structure
from crystal_llm.errors import StructureFileError

HEAD = "NaCl\n1.0\n0.0 2.82 2.82\n2.82 0.0 2.82\n2.82 2.82 0.0\n"
TAIL = "Direct\n0 0 0\n0.5 0.5 0.5\n"


def distance(reading):
    return structure(reading.crystal).get_distance(0, 1)


def test_a_negative_scale_is_the_volume():
    reading = read_case("pos_cart_negscale.vasp")
    assert structure(reading.crystal).volume == pytest.approx(44.851)
    assert reading.crystal.fractional_coordinates[1] == pytest.approx((0.5, 0.5, 0.5))
    assert distance(reading) == pytest.approx(2.82, abs=1e-3)


def test_three_scale_factors():
    assert structure(read_case("pos_3scale.vasp").crystal).volume == pytest.approx(44.85, abs=0.01)


def test_comments_after_an_exclamation_mark():
    assert atoms(read_case("pos_comment_elements.vasp")) == "Na1 Cl1"


def test_names_and_counts_that_differ_are_refused():
    with pytest.raises(StructureFileError, match="line 7: has 2 counts for 3 elements"):
        read_case("pos_names_mismatch.vasp")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "Na Cl\n1 1\nSelective dynamics\nDirect\n0 0 0 T T F\n0.5 0.5 0.5 F F F\n",
        HEAD.replace("1.0", "-44.851536", 1) + "Na Cl\n1 1\n" + TAIL,
        HEAD + "Na Cl\n1 1\nCartesian\n0 0 0\n2.82 2.82 2.82\n",
        HEAD + "Na Cl\n1 1\nK\n0 0 0\n2.82 2.82 2.82\n",
        HEAD + "Na Cl\n1 1\n" + TAIL + "\n0.1 0.1 0.1\n0.2 0.2 0.2\n",
        (HEAD + "Na Cl\n1 1\n" + TAIL).replace(" ", "\t"),
        (HEAD + "Na Cl\n1 1\n" + TAIL).replace("\n", "\r\n"),
        HEAD + "Na_pv Cl_h\n1 1\n" + TAIL,
        HEAD + "Na/1f2e3d4c Cl_h/0a1b2c\n1 1\n" + TAIL,
        HEAD.replace("NaCl", "") + "Na Cl\n1 1\n" + TAIL,
        HEAD.replace("NaCl", "7") + "Na Cl\n1 1\n" + TAIL,
    ],
)
def test_what_vasp_reads_is_read(text):
    reading = read_text(text, "poscar")
    assert atoms(reading) == "Na1 Cl1"
    assert distance(reading) == pytest.approx(2.82)


def test_a_repeated_element_keeps_its_places():
    text = HEAD + "Na Cl Na\n1 1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n0.25 0.25 0.25\n"
    assert read_text(text, "poscar").crystal.species == ("Na", "Cl", "Na")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "1 1\n" + TAIL, "line 6: names no elements"),
        (HEAD + "X Cl\n1 1\n" + TAIL, "line 6: 'X' is not an element"),
        (HEAD + "na cl\n1 1\n" + TAIL, "line 6: 'na' is not an element"),
        (HEAD + "H.5 Cl\n1 1\n" + TAIL, "line 6: 'H.5' is not an element"),
        (HEAD + "Na Cl\n1 x\n" + TAIL, "line 7: must be the counts"),
        (HEAD + "Na Cl\n1 2\n" + TAIL, "lists 2 atoms where the counts of atoms say 3"),
        (HEAD + "Na Cl\n1 99999999\n" + TAIL, "line 7: the cell has 100000000 atoms"),
        (HEAD + "Na\n2\nDirect\n0 0 0\n0 0 0\n", "one atom written twice"),
        (HEAD + "Na Cl\n1 1\nDirect\n0 0 0\n0.5 a 0.5\n", "line 10: must be 3 numbers"),
        (
            "x\n-44.851\n0 2 2\n2 7 2\n2 2 0\nNa Cl\n1 1\nCartesian\n0 0 0\n2 2 2\n",
            "line 3: the lattice vectors are left-handed",
        ),
        (HEAD.replace("1.0", "0", 1) + "Na Cl\n1 1\n" + TAIL, "line 2: a scale factor"),
        (HEAD.replace("1.0", "1 1", 1) + "Na Cl\n1 1\n" + TAIL, "line 2: must be one scale"),
        (HEAD.replace("1.0", "nan", 1) + "Na Cl\n1 1\n" + TAIL, "line 2: must be one scale"),
        (HEAD, "fewer lines"),
    ],
)
def test_what_is_no_poscar_is_refused_with_its_line(text, said):
    with pytest.raises(StructureFileError) as caught:
        read_text(text, "poscar")
    assert said in str(caught.value)


@given(
    st.lists(st.floats(-3, 3), min_size=9, max_size=9),
    st.floats(0.5, 2.0),
    st.booleans(),
)
def test_ase_reads_the_same_distances(numbers, scale, cartesian):
    from ase.io.vasp import read_vasp

    matrix = np.array(numbers).reshape(3, 3) + np.eye(3) * 8
    rows = "\n".join(" ".join(f"{value:.8f}" for value in row) for row in matrix)
    place = "2.0 2.1 2.2" if cartesian else "0.31 0.42 0.53"
    kind = "Cartesian" if cartesian else "Direct"
    text = f"x\n{scale:.6f}\n{rows}\nNa Cl\n1 1\n{kind}\n0 0 0\n{place}\n"
    atoms_ = read_vasp(io.StringIO(text))
    ours = structure(read_text(text, "poscar").crystal)
    assert ours.get_distance(0, 1) == pytest.approx(atoms_.get_distance(0, 1, mic=True), abs=1e-5)
