"""Symmetric crystal text: exact both ways, strict about everything else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symmetric_cases import random_crystal

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal
from crystal_llm.crystal.wyckoff import wyckoff_positions
from crystal_llm.errors import CrystalTextError
from crystal_llm.text.symmetric_text import decode_symmetric, encode_symmetric

TRIPHYLITE = """62
10.3 6.0 4.7
Li 4a
Fe 4c 0.28 0.97
P 4c 0.09 0.42
O 4c 0.10 0.74
O 4c 0.46 0.21
O 8d 0.17 0.05 0.28"""


@given(st.integers(1, 230), st.integers(1, 20), st.integers(0, 2**31))
def test_text_says_the_crystal_and_nothing_else(number, orbits, seed):
    crystal = random_crystal(number, orbits, seed, most_sites=400)
    text = encode_symmetric(crystal)
    assert decode_symmetric(text) == crystal
    assert encode_symmetric(decode_symmetric(text)) == text
    assert len(text.split("\n")) == 2 + len(crystal.orbits)


def test_a_known_crystal_reads_as_it_is_written():
    crystal = decode_symmetric(TRIPHYLITE)
    assert crystal.spacegroup_number == 62
    assert crystal.lattice == (10.3, 6.0, 4.7)
    assert crystal.orbits[1] == Orbit("Fe", "c", (0.28, 0.97))
    assert encode_symmetric(crystal) == TRIPHYLITE


def test_masks_are_written_in_place_of_elements():
    text = TRIPHYLITE.replace("Fe", "[MASK]")
    assert decode_symmetric(text).orbits[1].element == "[MASK]"
    assert encode_symmetric(decode_symmetric(text)) == text


def test_numbers_are_rounded_then_wrapped():
    crystal = SymmetricCrystal(
        1, (4.04, 4.06, 10.0, 89.5, 90.49, 90.0), (Orbit("H", "a", (0.996, -0.004, 1.236)),)
    )
    assert encode_symmetric(crystal) == "1\n4.0 4.1 10.0 90 90 90\nH 1a 0.00 0.00 0.24"


@given(st.floats(-3, 3), st.floats(0.06, 150))
def test_text_rounds_as_the_vocabulary_does(value, length):
    from crystal_llm.language_model.compact_vocabulary import CompactVocabulary

    crystal = SymmetricCrystal(1, (length,) * 3 + (90.0,) * 3, (Orbit("H", "a", (value,) * 3),))
    vocabulary = CompactVocabulary()
    assert vocabulary.text_of(vocabulary.encode(crystal)) == encode_symmetric(crystal)


BAD = [
    ("", 1, "expected a space group number from 1 to 230, found ''"),
    (TRIPHYLITE.replace("62", "231", 1), 1, "expected a space group number from 1 to 230"),
    (TRIPHYLITE.replace("62", "0", 1), 1, "expected a space group number from 1 to 230"),
    (TRIPHYLITE.replace("62", "062", 1), 1, "expected a space group number from 1 to 230"),
    (TRIPHYLITE.replace("62", "²", 1), 1, "expected a space group number from 1 to 230"),
    (TRIPHYLITE.replace("62", "9" * 6000, 1), 1, "expected a space group number"),
    ("Pnma" + TRIPHYLITE[2:], 1, "expected a space group number from 1 to 230, found 'Pnma'"),
    ("62", 2, "expected the free lattice parameters a b c of space group 62"),
    ("62\n10.3 6.0 4.7", 2, "no orbit follows the lattice"),
    (TRIPHYLITE.replace("10.3 6.0 4.7", "10.3 6.0"), 2, "free lattice parameters a b c"),
    (TRIPHYLITE.replace("10.3 6.0 4.7", "10.3 6.0 4.7 90"), 2, "free lattice parameters a b c"),
    (TRIPHYLITE.replace("10.3", "10.30"), 2, "Å with one decimal"),
    (TRIPHYLITE.replace("10.3 ", "10.3  "), 2, "Å with one decimal"),
    (TRIPHYLITE.replace("6.0", "-6.0"), 2, "Å with one decimal"),
    (TRIPHYLITE.replace("6.0", "nan"), 2, "Å with one decimal"),
    (TRIPHYLITE.replace("6.0", "0.0"), 2, "a lattice parameter is zero"),
    ("225\n5.6 5.6\nNa 4a", 2, "free lattice parameters a of space group 225"),
    ("1\n4.0 4.0 4.0 10 10 90\nH 1a 0.00 0.00 0.00", 2, "enclose no volume"),
    ("2\n4.0 4.0 4.0 150 150 150\nH 1a", 2, "enclose no volume"),
    ("14\n5.0 6.0 7.0 180\nO 2a", 2, "180.0 encloses no volume"),
    ("14\n5.0 6.0 7.0 99.5\nO 2a", 2, "whole degrees"),
    (TRIPHYLITE.replace("Li 4a", "Lx 4a"), 3, "'Lx' is not an element"),
    (TRIPHYLITE.replace("Li 4a", "li 4a"), 3, "'li' is not an element"),
    (TRIPHYLITE.replace("Li 4a", ""), 3, "'' is not an element"),
    (TRIPHYLITE.replace("Li 4a", "Li"), 3, "expected a Wyckoff position such as 4c"),
    (TRIPHYLITE.replace("Li 4a", "Li a"), 3, "expected a Wyckoff position such as 4c"),
    (TRIPHYLITE.replace("Li 4a", "Li 4e"), 3, "space group 62 has no position e"),
    (TRIPHYLITE.replace("Li 4a", "Li 8a"), 3, "position a of space group 62 is 4a, not 8a"),
    (TRIPHYLITE.replace("Li 4a", "Li 4a 0.00"), 3, "position 4a takes no coordinate"),
    (TRIPHYLITE.replace("P 4c 0.09 0.42", "P 4a"), 5, "position 4a has no freedom and is taken"),
    (TRIPHYLITE.replace("0.28 0.97", "0.28"), 4, "position 4c takes x z from 0.00 to 0.99"),
    (TRIPHYLITE.replace("0.28 0.97", "0.28 0.25 0.97"), 4, "position 4c takes x z"),
    (TRIPHYLITE.replace("0.28 0.97", "0.28 1.00"), 4, "from 0.00 to 0.99"),
    (TRIPHYLITE.replace("0.28 0.97", "0.28 -0.03"), 4, "from 0.00 to 0.99"),
    (TRIPHYLITE.replace("0.28 0.97", "0.28 0.975"), 4, "from 0.00 to 0.99"),
    (TRIPHYLITE + "\n", 9, "'' is not an element"),
    (TRIPHYLITE.replace("\n", "\r\n"), 1, "expected a space group number"),
    (TRIPHYLITE + "\n" + "x" * 500, 9, "'" + "x" * 57 + "...' is not an element"),
]


@pytest.mark.parametrize(("text", "line", "said"), BAD, ids=lambda value: repr(value)[:40])
def test_every_flaw_is_one_line_with_its_number(text, line, said):
    with pytest.raises(CrystalTextError, match=re.escape(said)) as caught:
        decode_symmetric(text)
    assert caught.value.line_number == line
    assert str(caught.value).startswith(f"line {line}: ")
    assert "\n" not in str(caught.value)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text):
    try:
        crystal = decode_symmetric(text)
    except CrystalTextError:
        return
    assert encode_symmetric(crystal) == text


@given(st.integers(0, len(TRIPHYLITE) - 1), st.characters(max_codepoint=0x17F))
def test_a_letter_changed_is_read_exactly_or_refused(place, letter):
    changed = TRIPHYLITE[:place] + letter + TRIPHYLITE[place + 1 :]
    try:
        crystal = decode_symmetric(changed)
    except CrystalTextError:
        return
    assert encode_symmetric(crystal) == changed


UNWRITABLE = [
    (SymmetricCrystal(225, (5.6,), ()), "the crystal has no atoms"),
    (SymmetricCrystal(225, (float("nan"),), (Orbit("Na", "a", ()),)), "a is not a finite number"),
    (SymmetricCrystal(225, (0.04,), (Orbit("Na", "a", ()),)), "a = 0.0 cannot be written"),
    (SymmetricCrystal(225, (1000.0,), (Orbit("Na", "a", ()),)), "a = 1000.0 cannot be written"),
    (SymmetricCrystal(225, (5.6,), (Orbit("Na+", "a", ()),)), "'Na+' is not an element"),
    (
        SymmetricCrystal(225, (5.6,), (Orbit("Na", "a", ()), Orbit("Cl", "a", ()))),
        "position 4a has no freedom and is taken already",
    ),
    (
        SymmetricCrystal(2, (4.0, 4.0, 4.0, 20.0, 20.0, 90.0), (Orbit("H", "a", ()),)),
        "enclose no volume",
    ),
    (
        SymmetricCrystal(62, (5.0, 5.0, 5.0), (Orbit("H", "c", (float("inf"), 0.0)),)),
        "H 4c: a coordinate is not finite",
    ),
]


@pytest.mark.parametrize(("crystal", "said"), UNWRITABLE, ids=lambda value: str(value)[:40])
def test_what_cannot_be_said_is_refused(crystal, said):
    with pytest.raises(CrystalTextError, match=re.escape(said)):
        encode_symmetric(crystal)


def test_every_position_of_every_group_can_be_written():
    for number in range(1, 231):
        lattice = random_crystal(number, 1, 0).lattice
        orbits = tuple(
            Orbit("O", letter, (0.13, 0.27, 0.41)[: len(position.free_axes)])
            for letter, position in wyckoff_positions(number).items()
        )
        crystal = SymmetricCrystal(number, lattice, orbits)
        assert decode_symmetric(encode_symmetric(crystal)) == crystal
