"""The swap table and the verdicts, against chemistry that is known."""

from dataclasses import replace

import pytest

from crystal_llm.crystal.ionic_radii import ion, ionic_radii_angstrom
from crystal_llm.crystal.swap_table import closest_shared_state, swap_table
from crystal_llm.errors import InfillError
from crystal_llm.infill.filters import Constraints, supply, verdicts


def test_the_table_is_the_papers_rule():
    from pymatgen.core import Element

    table = swap_table(0.1)
    for first in ("Na", "Fe", "O", "Ti", "Cs"):
        for second in ("K", "Co", "S", "Zr", "Ag", "F"):
            one, other = Element(first).ionic_radii, Element(second).ionic_radii
            fits = any(
                abs(one[state] - other[state]) < 0.1 - 1e-9 for state in one if state in other
            )
            assert (second in table[first]) == (fits and first != second), (first, second)


def test_the_table_is_symmetric_and_grows_with_the_tolerance():
    narrow, wide = swap_table(0.05), swap_table(0.2)
    for first, entries in narrow.items():
        assert first not in entries
        assert set(entries) <= set(wide[first])
        assert all(first in narrow[second] for second in entries)
    assert "Co" in swap_table(0.1)["Fe"]
    assert swap_table(0.1)["Xe"] == () or ionic_radii_angstrom("Xe")
    with pytest.raises(InfillError, match="above 0"):
        swap_table(0.0)


def test_shared_states():
    found = closest_shared_state("Na", "K")
    assert (found.state, found.difference_angstrom) == (1, 0.36)
    assert closest_shared_state("Na", "O") is None
    assert ion("Fe", 3) == "Fe³⁺"
    assert ion("Cl", -1) == "Cl⁻"


def test_verdicts_say_what_and_why(rock_salt):
    found = verdicts(rock_salt, range(4), ["Na", "K", "Cu", "Ca", "O", "He", "Ag"])
    assert found["Na"].radius.kind == "passes"
    assert found["Na"].charge.kind == "passes"
    assert not found["Na"].removed
    assert found["K"].radius.kind == "removes"
    assert "0.360 Å apart, not less than 0.1 Å" in found["K"].radius.reason
    assert found["K"].charge.kind == "passes"
    assert "shares no oxidation state" in found["O"].radius.reason
    assert "no ionic radius of He" in found["He"].radius.reason
    assert found["He"].charge.kind == "removes"
    assert found["He"].reasons == (found["He"].radius.reason, found["He"].charge.reason)


def test_charge_is_of_the_whole_crystal(rock_salt, perovskite):
    assert verdicts(perovskite, [0], ["Ba"])["Ba"].charge.kind == "passes"
    fluoride = replace(rock_salt, species=("Na",) * 4 + ("F",) * 4)
    found = verdicts(fluoride, range(4), ["K", "La"])
    assert found["K"].charge.kind == "passes"
    assert found["La"].charge.kind == "removes"
    assert "LaF" in found["La"].charge.reason
    free = verdicts(fluoride, range(4), ["La"], Constraints(charge_balance=False))
    assert free["La"].charge.kind == "does not apply"
    assert "not asked to remove" in free["La"].charge.reason


def test_intermetallics_are_said_to_be_so(rock_salt):
    alloy = replace(rock_salt, species=("Cu",) * 4 + ("Au",) * 4)
    found = verdicts(alloy, range(4), ["Ag", "Au", "O"])
    assert "intermetallic" in found["Ag"].charge.reason
    assert found["Ag"].charge.kind == "does not apply"
    assert "single element" in found["Au"].charge.reason


def test_lists_supply_and_radioactivity(rock_salt):
    asked = Constraints(
        radius_tolerance_angstrom=None,
        excluded=frozenset({"Ag"}),
        min_crustal_abundance_mg_per_kg=1.0,
        max_hhi_production=5000,
        radioactive=False,
    )
    found = verdicts(rock_salt, range(4), ["K", "Ag", "Rh", "Tc", "Ru"], asked)
    assert "does not apply" in {found["K"].radius.kind}
    assert not found["K"].removed
    assert found["Ag"].listed.reason == "Ag is excluded"
    assert "less than 1" in found["Rh"].supply.reason
    assert found["Tc"].radioactivity.kind == "removes"
    assert found["Ru"].supply.kind == "unknown"
    only = verdicts(rock_salt, [0], ["K"], Constraints(allowed=frozenset({"Li"})))
    assert "not among the allowed" in only["K"].listed.reason
    assert supply("Na").crustal_abundance_mg_per_kg == 23600.0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"radius_tolerance_angstrom": -1.0}, "above 0"),
        ({"allowed": frozenset({"Qq"})}, "not an element"),
        ({"allowed": frozenset({"Po"})}, "no model"),
        ({"allowed": frozenset({"Li"}), "excluded": frozenset({"Li"})}, "allow at least one"),
        ({"max_hhi_production": -1.0}, "at least 0"),
    ],
)
def test_impossible_constraints_are_refused(options, said):
    with pytest.raises(InfillError, match=said):
        Constraints(**options)
