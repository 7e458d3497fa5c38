"""The format of a pasted text, by its looks."""

import pytest

from crystal_llm.io.recognition import crystal_of_text, format_of_text

POSCAR = "NaCl\n1.0\n3.9 0 0\n0 3.9 0\n0 0 3.9\nNa Cl\n1 1\ndirect\n0 0 0\n0.5 0.5 0.5\n"
XYZ = '2\nLattice="4 0 0 0 4 0 0 0 4"\nNa 0 0 0\nCl 2 2 2\n'
WRITTEN = "3.9 3.9 3.9\n90 90 90\nNa\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50"


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("data_x\n_cell_length_a 4\n", "CIF"),
        ("# comment\n_cell_length_a 4\n", "CIF"),
        ('  {"lattice": {}}', "JSON"),
        (POSCAR, "POSCAR"),
        (XYZ, "extended XYZ"),
        ("hello", None),
        ("", None),
        (WRITTEN, None),
    ],
)
def test_formats_are_told_by_their_looks(text, format):
    assert format_of_text(text) == format


def test_a_models_own_text_is_a_crystal():
    assert crystal_of_text(f"\n {WRITTEN} \n").species == ("Na", "Cl")
    assert crystal_of_text("NaCl") is None


def test_blank_lines_cost_no_more_than_other_text():
    # With the square of their number it would not end while anybody waits.
    assert format_of_text("x" + "\n" * 1_000_000 + "y") is None
    assert format_of_text("x" + "\n" * 1_000_000 + "\t loop_ \r\n") == "CIF"
