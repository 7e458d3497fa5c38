"""The crystal string, exact to the format."""

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from crystal_llm.crystal.check import angles_make_a_cell
from crystal_llm.crystal.conversion import plain
from crystal_llm.crystal.elements import ELEMENTS, TRAINED_ELEMENTS
from crystal_llm.errors import CrystalTextError
from crystal_llm.text import decode, decode_plain, encode, encode_plain
from crystal_llm.types import PlainCrystal

TEXT = "5.7 5.7 8.1\n90 90 120\nNa\n0.00 0.25 0.73\nCl\n0.50 0.50 0.50"


def enclosing(angles):
    # Each angle may move by half a degree when it is rounded.
    alpha, beta, gamma = angles
    return all(
        angles_make_a_cell(alpha + i, beta + j, gamma + k)
        for i in (-1, 1)
        for j in (-1, 1)
        for k in (-1, 1)
    )


@st.composite
def crystals(draw):
    count = draw(st.integers(1, 30))
    coordinate = st.floats(-5, 5, allow_nan=False)
    return PlainCrystal(
        draw(st.tuples(*[st.floats(0.1, 200)] * 3)),
        draw(st.tuples(*[st.floats(2, 178)] * 3).filter(enclosing)),
        tuple(draw(st.lists(st.sampled_from(ELEMENTS), min_size=count, max_size=count))),
        tuple(
            draw(st.lists(st.tuples(*[coordinate] * 3), min_size=count, max_size=count)),
        ),
    )


@given(crystals())
def test_decode_gives_back_what_was_encoded_within_rounding(crystal):
    decoded = decode_plain(encode_plain(crystal))
    assert decoded.species == crystal.species
    np.testing.assert_allclose(decoded.lengths_angstrom, crystal.lengths_angstrom, atol=0.05 + 1e-9)
    np.testing.assert_allclose(decoded.angles_degrees, crystal.angles_degrees, atol=0.5 + 1e-9)
    apart = np.subtract(decoded.fractional_coordinates, crystal.fractional_coordinates)
    assert np.abs(apart - np.round(apart)).max() <= 0.005 + 1e-9
    assert np.max(decoded.fractional_coordinates) < 1.0
    assert encode_plain(decoded) == encode_plain(crystal)


@given(crystals())
def test_structures_keep_their_lattice_and_sites(crystal):
    text = encode_plain(crystal)
    assert encode(decode(text)) == text


@given(st.text())
def test_any_text_decodes_or_raises_the_one_error(text):
    try:
        decode_plain(text)
    except CrystalTextError as error:
        assert error.reason
        assert error.line_number is not None


@given(crystals(), st.data())
def test_a_damaged_crystal_decodes_or_raises_the_one_error(crystal, data):
    text = encode_plain(crystal)
    place = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 5))
    damaged = text[:place] + data.draw(st.text(max_size=4)) + text[place + cut :]
    with contextlib.suppress(CrystalTextError):
        assert encode_plain(decode_plain(damaged)) == damaged


def test_the_example_of_the_method_is_written_as_it_stands():
    structure = Structure(
        Lattice.hexagonal(5.7, 8.1), ["Na", "Cl"], [[0, 0.25, 0.73], [0.5, 0.5, 0.5]]
    )
    assert encode(structure) == TEXT
    assert decode(TEXT).matches(structure)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.996, "0.00"), (0.994, "0.99"), (-1e-9, "0.00"), (-0.25, "0.75"), (1.25, "0.25")],
)
def test_coordinates_are_wrapped_after_rounding(value, written):
    crystal = PlainCrystal((5, 5, 5), (90, 90, 90), ("Na",), ((value, 0.0, 0.0),))
    assert encode_plain(crystal).split("\n")[3] == f"{written} 0.00 0.00"


@pytest.mark.parametrize(("angle", "written"), [(119.99, "120"), (89.5, "90"), (90.49, "90")])
def test_angles_are_rounded_to_the_nearest_degree(angle, written):
    crystal = PlainCrystal((5, 5, 5), (90, 90, angle), ("Na",), ((0, 0, 0),))
    assert encode_plain(crystal).split("\n")[1] == f"90 90 {written}"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "three lengths"),
        (TEXT.replace("5.7 5.7", "5.7  5.7"), 1, "three lengths"),
        (TEXT.replace("8.1", "8.15"), 1, "three lengths"),
        (TEXT.replace("5.7 5.7 8.1", "0.0 5.7 8.1"), 1, "zero"),
        (TEXT.replace("120", "120.0"), 2, "three whole angles"),
        (TEXT.replace("90 90 120", "90 90 180"), 2, "enclose no volume"),
        (TEXT.replace("90 90 120", "120 120 120"), 2, "enclose no volume"),
        ("5.7 5.7 8.1\n90 90 120", 2, "no atom"),
        (TEXT.replace("Cl", "Ln"), 5, "'Ln' is not an element"),
        (TEXT.replace("Cl", "cl"), 5, "not an element"),
        (TEXT.replace("0.73", "1.00"), 4, "0.00 to 0.99"),
        (TEXT.replace("0.73", "0.733"), 4, "0.00 to 0.99"),
        (TEXT + "\n", 7, "not an element"),
        (TEXT + "\nNa", 7, "no coordinates"),
        (" " + TEXT, 1, "three lengths"),
        (TEXT.replace("0.73", "0.7\u0663"), 4, "0.00 to 0.99"),
    ],
)
def test_strict_decode_names_the_line_and_the_reason(text, line, said):
    with pytest.raises(CrystalTextError, match=said) as raised:
        decode_plain(text)
    assert raised.value.line_number == line
    assert str(raised.value).startswith(f"line {line}: ")


def test_disorder_is_refused_and_labels_fall_away():
    lattice = Lattice.cubic(4)
    with pytest.raises(CrystalTextError, match="site 0 is disordered"):
        plain(Structure(lattice, [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]]))
    labelled = Structure(lattice, ["Na+", "Cl-"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert plain(labelled).species == ("Na", "Cl")


@pytest.mark.parametrize(
    ("crystal", "said"),
    [
        (PlainCrystal((5, 5, 5), (90, 90, 90), (), ()), "no atoms"),
        (PlainCrystal((0.04, 5, 5), (90, 90, 90), ("H",), ((0, 0, 0),)), "length a"),
        (PlainCrystal((5, 5, 5), (120, 120, 119.6), ("H",), ((0, 0, 0),)), "no volume"),
        (PlainCrystal((5, 5, math.nan), (90, 90, 90), ("H",), ((0, 0, 0),)), "finite"),
        (PlainCrystal((5, 5, 5), (90, 90, 90), ("H",), ((0, 0, math.inf),)), "finite"),
        (PlainCrystal((5, 5, 5), (90, 90, 90), ("D",), ((0, 0, 0),)), "not an element"),
    ],
)
def test_what_cannot_be_written_says_why(crystal, said):
    with pytest.raises(CrystalTextError, match=said):
        encode_plain(crystal)


def test_the_model_knows_89_elements():
    assert len(TRAINED_ELEMENTS) == 89
    assert len(ELEMENTS) == len(set(ELEMENTS)) == 118
