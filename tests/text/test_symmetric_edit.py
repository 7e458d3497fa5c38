"""Symmetric text in a person's hands."""

import pytest

from crystal_llm.errors import CrystalTextError
from crystal_llm.text.symmetric_edit import change_text, crystal_of_edited_text, text_of_crystal

BARIUM = "221\n4.0\nBa 1a\nTi 1b\nO 3c"


def test_barium_becomes_strontium(perovskite):
    crystal = crystal_of_edited_text(BARIUM.replace("Ba", "Sr") + "\n \n")
    assert sorted(crystal.species) == ["O", "O", "O", "Sr", "Ti"]
    assert crystal.lengths_angstrom == pytest.approx((4.0, 4.0, 4.0))
    assert text_of_crystal(perovskite).splitlines()[:2] == ["221", "3.9"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BARIUM.replace("221", "231"), "line 1: expected a space group number from 1 to 230"),
        (BARIUM.replace("1b", "1z"), "line 4: space group 221 has no position z"),
        (BARIUM.replace("1b", "1a"), "line 4: position 1a has no freedom and is taken already"),
        (BARIUM.replace("Ba", "Xy"), "line 3: 'Xy' is not an element"),
        (BARIUM.replace("Ba", "[MASK]"), r"line 3: \[MASK\] is no element"),
        (BARIUM.replace("4.0", "4"), "line 2: expected the free lattice parameters"),
        ("", "line 1"),
        ("O" * 30_000, "at most 20,000"),
    ],
)
def test_what_the_text_may_not_say_is_told_with_its_line(text, said):
    with pytest.raises(CrystalTextError, match=said):
        crystal_of_edited_text(text)


def test_a_change_is_told_by_its_lines():
    assert change_text(BARIUM, BARIUM.replace("Ba", "Sr")) == "symmetric text: Ba 1a → Sr 1a"
    assert change_text(BARIUM, BARIUM + "\nH 1b") == "symmetric text: H 1b added"
    assert change_text(BARIUM, BARIUM.replace("Ti 1b\n", "")) == "symmetric text: Ti 1b taken out"
    many = "225\n5.6\nNa 4a\nCl 4b"
    assert change_text(BARIUM, many).endswith("more")
