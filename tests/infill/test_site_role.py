"""Cations stand among anions: what a site is for is read off its neighbours."""

import pytest

from crystal_llm.crystal.prototypes import prototype
from crystal_llm.infill.filters import Constraints, verdicts
from crystal_llm.infill.site_role import site_role
from crystal_llm.types import PlainCrystal


def sites(crystal, element):
    return [site for site, symbol in enumerate(crystal.species) if symbol == element]


@pytest.mark.parametrize(
    ("name", "element", "kind"),
    [
        ("olivine", "Fe", "cation"), ("olivine", "P", "cation"), ("olivine", "O", "anion"),
        ("cubic-perovskite", "Sr", "cation"), ("fluorite", "F", "anion"),
        ("rock-salt", "Na", "cation"), ("rock-salt", "Cl", "anion"),
    ],
)  # fmt: skip
def test_roles_of_known_structures(name, element, kind):
    crystal = prototype(name).crystal
    assert site_role(crystal, sites(crystal, element)).kind == kind


def test_oxygen_is_no_cation_for_iron_beside_oxygen_and_lead_is_one_for_strontium():
    olivine, perovskite = prototype("olivine").crystal, prototype("cubic-perovskite").crystal
    asked = Constraints(radius_tolerance_angstrom=None)
    verdict_of = verdicts(olivine, sites(olivine, "Fe"), ["O", "F", "Mn", "Co"], asked)
    assert [name for name, verdict in verdict_of.items() if not verdict.removed] == ["Mn", "Co"]
    assert "O is the anion beside it" in verdict_of["O"].charge.reason
    assert "F would be no cation beside O" in verdict_of["F"].charge.reason
    verdict_of = verdicts(
        olivine, sites(olivine, "Fe"), ["O"], Constraints(None, charge_balance=False)
    )
    assert not verdict_of["O"].removed
    assert not verdicts(perovskite, sites(perovskite, "Sr"), ["Pb"], asked)["Pb"].removed
    anions = verdicts(perovskite, sites(perovskite, "O"), ["S", "Mg"], asked)
    assert not anions["S"].removed
    assert anions["Mg"].removed


def test_nothing_is_said_where_it_cannot_be_told(rock_salt):
    alloy = PlainCrystal(
        rock_salt.lengths_angstrom, rock_salt.angles_degrees, ("Cu",) * 8,
        rock_salt.fractional_coordinates,
    )  # fmt: skip
    assert site_role(alloy, [0]) is None
    assert site_role(rock_salt, [0, 4]) is None  # of both kinds
