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
            first_radii, other = Element(first).ionic_radii, Element(second).ionic_radii
            fits = any(
                abs(first_radii[state] - other[state]) < 0.1 - 1e-9
                for state in first_radii
                if state in other
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
    state = closest_shared_state("Na", "K")
    assert (state.state, state.difference_angstrom) == (1, 0.36)
    assert closest_shared_state("Na", "O") is None
    assert ion("Fe", 3) == "Fe³⁺"
    assert ion("Cl", -1) == "Cl⁻"


def test_verdicts_say_what_and_why(rock_salt):
    verdict_of = verdicts(rock_salt, range(4), ["Na", "K", "Cu", "Ca", "O", "He", "Ag"])
    assert verdict_of["Na"].radius.kind == "passes"
    assert verdict_of["Na"].charge.kind == "passes"
    assert not verdict_of["Na"].removed
    assert verdict_of["K"].radius.kind == "removes"
    assert "0.360 Å apart, not less than 0.1 Å" in verdict_of["K"].radius.reason
    assert verdict_of["K"].charge.kind == "passes"
    assert "shares no oxidation state" in verdict_of["O"].radius.reason
    assert "no ionic radius of He" in verdict_of["He"].radius.reason
    assert verdict_of["He"].charge.kind == "removes"
    assert verdict_of["He"].reasons == (
        verdict_of["He"].radius.reason,
        verdict_of["He"].charge.reason,
    )


def test_charge_is_of_the_whole_crystal(rock_salt, perovskite):
    assert verdicts(perovskite, [0], ["Ba"])["Ba"].charge.kind == "passes"
    fluoride = replace(rock_salt, species=("Na",) * 4 + ("F",) * 4)
    verdict_of = verdicts(fluoride, range(4), ["K", "La"])
    assert verdict_of["K"].charge.kind == "passes"
    assert verdict_of["La"].charge.kind == "removes"
    assert "LaF" in verdict_of["La"].charge.reason
    free = verdicts(fluoride, range(4), ["La"], Constraints(charge_balance=False))
    assert free["La"].charge.kind == "does not apply"
    assert "not asked to remove" in free["La"].charge.reason


def test_intermetallics_are_said_to_be_so(rock_salt):
    alloy = replace(rock_salt, species=("Cu",) * 4 + ("Au",) * 4)
    verdict_of = verdicts(alloy, range(4), ["Ag", "Au", "O"])
    assert "intermetallic" in verdict_of["Ag"].charge.reason
    assert verdict_of["Ag"].charge.kind == "does not apply"
    assert "single element" in verdict_of["Au"].charge.reason


def test_lists_supply_and_radioactivity(rock_salt):
    asked = Constraints(
        radius_tolerance_angstrom=None,
        excluded=frozenset({"Ag"}),
        min_crustal_abundance_mg_per_kg=1.0,
        max_hhi_production=5000,
        radioactive=False,
    )
    verdict_of = verdicts(rock_salt, range(4), ["K", "Ag", "Rh", "Tc", "Ru"], asked)
    assert "does not apply" in {verdict_of["K"].radius.kind}
    assert not verdict_of["K"].removed
    assert verdict_of["Ag"].listed.reason == "Ag is excluded"
    assert "less than 1" in verdict_of["Rh"].supply.reason
    assert verdict_of["Tc"].radioactivity.kind == "removes"
    assert verdict_of["Ru"].supply.kind == "unknown"
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
