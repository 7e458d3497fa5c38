"""Cells that can be reduced, and those that cannot."""

import math

import pytest
from flow_crystals import KNOWN

from crystal_llm.errors import FlowError
from crystal_llm.flow.cell import niggli_cell, refined_cell
from crystal_llm.types import PlainCrystal

ANGLES_OF_NO_CELL = PlainCrystal((3.0,) * 3, (60.0, 60.0, 130.0), ("Na",), ((0.0,) * 3,))


def test_a_cubic_cell_becomes_primitive():
    from pymatgen.core import Lattice, Structure

    from crystal_llm.text.codec import plain

    whole = Structure.from_spacegroup(
        225, Lattice.cubic(5.69), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    reduced = refined_cell(plain(whole))
    assert sorted(reduced.species) == ["Cl", "Na"]
    assert reduced.lengths_angstrom == pytest.approx(KNOWN["NaCl"].lengths_angstrom)
    conventional = niggli_cell(plain(whole))
    assert len(conventional.species) == 8


@pytest.mark.parametrize("reduce", [refined_cell, niggli_cell])
@pytest.mark.parametrize(
    ("crystal", "said"),
    [
        (ANGLES_OF_NO_CELL, "no volume"),
        (PlainCrystal((3.0, 0.0, 3.0), (90.0,) * 3, ("Na",), ((0.0,) * 3,)), "no volume"),
        (PlainCrystal((3.0,) * 3, (90.0,) * 3, (), ()), "no atoms"),
        (PlainCrystal((3.0,) * 3, (90.0,) * 3, ("Na",), ((0.0, math.nan, 0.0),)), "finite"),
        (PlainCrystal((3.0, math.inf, 3.0), (90.0,) * 3, ("Na",), ((0.0,) * 3,)), "finite"),
        (PlainCrystal((3.0,) * 3, (60.0, 60.0, 119.9999999), ("Na",), ((0.0,) * 3,)), "no volume"),
    ],
)
def test_what_cannot_be_reduced_is_refused(reduce, crystal, said):
    with pytest.raises(FlowError, match=said):
        reduce(crystal)
