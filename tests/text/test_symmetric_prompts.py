"""The prompts of symmetric text, held to every character that the shipped adapter learned."""

import pytest

from crystal_llm.crystal.symmetric import MASKED, Orbit, SymmetricCrystal
from crystal_llm.text.symmetric_prompts import symmetric_infill_prompt, symmetric_prompt
from crystal_llm.types import Conditions

OPENING = "Below is a description of a bulk material. "
CLOSING = (
    "Generate its space group number, its free lattice parameters and then the element type, "
    "Wyckoff position and free coordinates for each orbit:\n"
)


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (Conditions(), ""),
        (Conditions(crystal_system="cubic"), "The crystal system is cubic. "),
        (
            Conditions(
                formula="NaCl",
                elements=("Na", "Cl"),
                spacegroup_number=225,
                energy_above_hull_ev_per_atom=0.03,
                formation_energy_ev_per_atom=-2.1,
                band_gap_ev=5.0,
                crystal_system="cubic",
                atoms=2,
            ),
            "The chemical formula is NaCl. The elements are Na, Cl. The spacegroup number is 225. "
            "The energy above the convex hull is 0.03. The formation energy per atom is -2.1. "
            "The band gap is 5.0. The crystal system is cubic. "
            "The number of atoms in the primitive cell is 2. ",
        ),
    ],
)
def test_what_is_said_stands_between_opening_and_closing(conditions, said):
    assert symmetric_prompt(conditions) == OPENING + said + CLOSING


def test_a_mask_stands_in_the_orbits_line():
    salt = SymmetricCrystal(225, (5.6,), (Orbit(MASKED, "a", ()), Orbit("Cl", "b", ())))
    assert symmetric_infill_prompt(salt) == (
        "Below is a partial symmetric description of a bulk material where one element has been "
        'replaced with the string "[MASK]":\n225\n5.6\n[MASK] 4a\nCl 4b\n'
        "Generate an element that could replace [MASK] in the bulk material:\n"
    )
