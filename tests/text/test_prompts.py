"""The prompts are an interface: every character of them was learned."""

import pytest

from crystal_llm.errors import CrystalTextError
from crystal_llm.text import generation_prompt, infill_prompt
from crystal_llm.text.prompts import masked_text
from crystal_llm.types import Conditions, PlainCrystal

OPENING = "Below is a description of a bulk material. "
CLOSING = (
    "Generate a description of the lengths and angles of the lattice vectors and then the "
    "element type and coordinates for each atom within the lattice:\n"
)
CARBIDE = PlainCrystal(
    (4.0, 4.0, 4.0),
    (90.0, 90.0, 90.0),
    ("Ca", "C", "Cl", "C"),
    ((0, 0, 0), (0.5, 0, 0), (0, 0.5, 0), (0, 0, 0.5)),
)


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (Conditions(), ""),
        (Conditions(formula="Na2ZnO2"), "The chemical formula is Na2ZnO2. "),
        (Conditions(elements=("Na", "Zn", "O")), "The elements are Na, Zn, O. "),
        (Conditions(spacegroup_number=12), "The spacegroup number is 12. "),
        (
            Conditions(energy_above_hull_ev_per_atom=0.011),
            "The energy above the convex hull is 0.011. ",
        ),
        (
            Conditions(formation_energy_ev_per_atom=-1.63749),
            "The formation energy per atom is -1.6375. ",
        ),
        (Conditions(band_gap_ev=0.21331), "The band gap is 0.2133. "),
        (
            Conditions(energy_above_hull_ev_per_atom=-0.0),
            "The energy above the convex hull is 0.0. ",
        ),
        (
            Conditions(formula="NaCl", spacegroup_number=225, band_gap_ev=5),
            "The chemical formula is NaCl. The spacegroup number is 225. The band gap is 5.0. ",
        ),
    ],
)
def test_generation_prompts_are_quoted_exactly(conditions, said):
    assert generation_prompt(conditions) == OPENING + said + CLOSING


def test_no_conditions_is_the_free_prompt():
    assert generation_prompt() == OPENING + CLOSING


def test_the_infill_prompt_is_quoted_exactly():
    assert infill_prompt(CARBIDE, [0]) == (
        "Below is a partial description of a bulk material where one element has been replaced "
        'with the string "[MASK]":\n'
        "4.0 4.0 4.0\n90 90 90\n[MASK]\n0.00 0.00 0.00\nC\n0.50 0.00 0.00\n"
        "Cl\n0.00 0.50 0.00\nC\n0.00 0.00 0.50\n"
        "Generate an element that could replace [MASK] in the bulk material:\n"
    )


def test_masking_carbon_leaves_calcium_and_chlorine_whole():
    lines = masked_text(CARBIDE, [1, 3]).split("\n")
    assert lines[2::2] == ["Ca", "[MASK]", "Cl", "[MASK]"]


@pytest.mark.parametrize("sites", [[], [4], [-1]])
def test_impossible_masks_are_refused(sites):
    with pytest.raises(CrystalTextError):
        infill_prompt(CARBIDE, sites)
