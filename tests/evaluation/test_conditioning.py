"""Requested vs. obtained."""

from crystal_llm.evaluation.conditioning import Obtained, check_conditions
from crystal_llm.evaluation.rates import Rate
from crystal_llm.types import Conditions

SALT = Obtained("NaCl", frozenset({"Na", "Cl"}), 225, True, 225, 0.0)
BENT = Obtained("NaCl", frozenset({"Na", "Cl"}), 1, True, 225, 0.35)
OTHER = Obtained("KCl", frozenset({"K", "Cl"}), 221)


def rates(checks):
    return {check.condition: [(rate.count, rate.total) for rate in check.rates] for check in checks}


def test_nothing_asked_is_nothing_checked():
    assert check_conditions(Conditions(), [SALT]) == ()


def test_formula_and_elements_are_exact():
    asked = Conditions(formula="NaCl", elements=("Na", "Cl"))
    checks = check_conditions(asked, [SALT, BENT, OTHER], hard=("formula",))
    assert rates(checks) == {"formula NaCl": [(2, 3)], "elements Na-Cl": [(2, 3)]}
    assert [check.held for check in checks] == [True, False]


def test_a_formula_may_be_asked_for_in_any_order_and_multiple():
    (check,) = check_conditions(Conditions(formula="Cl4Na4"), [SALT, OTHER])
    assert check.rates == (Rate(1, 2, "crystals"),)


def test_a_space_group_counts_as_written_and_relaxed():
    (check,) = check_conditions(Conditions(spacegroup_number=225), [SALT, BENT, OTHER])
    assert check.rates == (Rate(1, 3, "as written"), Rate(2, 2, "relaxed"))
    assert "0.1 Å" in check.counts


def test_a_space_group_without_relaxation_has_one_rate():
    (check,) = check_conditions(Conditions(spacegroup_number=221), [OTHER])
    assert check.rates == (Rate(1, 1, "as written"),)


def test_energy_counts_among_those_that_have_one():
    (check,) = check_conditions(Conditions(energy_above_hull_ev_per_atom=0.0), [SALT, BENT, OTHER])
    assert [(rate.count, rate.total) for rate in check.rates] == [(1, 2)]


def test_below_the_hull_is_what_zero_asks_for_but_not_what_more_does():
    below = Obtained("NaCl", frozenset(), energy_above_hull_ev_per_atom=-0.4)
    (stable,) = check_conditions(Conditions(energy_above_hull_ev_per_atom=0.0), [below])
    (unstable,) = check_conditions(Conditions(energy_above_hull_ev_per_atom=0.3), [below])
    assert (stable.rates[0].count, unstable.rates[0].count) == (1, 0)


def test_what_cannot_be_checked_says_so():
    asked = Conditions(energy_above_hull_ev_per_atom=0.0, band_gap_ev=1.5)
    energy, gap = check_conditions(asked, [OTHER])
    assert energy.rates == gap.rates == ()
    assert "yet" in energy.remark
    assert "Not checked" in gap.remark


def test_allowed_and_excluded_elements_are_held():
    (check,) = check_conditions(
        Conditions(), [SALT, OTHER], allowed_elements=("Na", "K", "Cl"), excluded_elements=("K",)
    )
    assert check.condition == "only Na K Cl, without K"
    assert (check.held, rates([check])) == (True, {check.condition: [(1, 2)]})


def test_an_empty_set_has_no_share():
    (check,) = check_conditions(Conditions(formula="NaCl"), [])
    assert check.rates[0].share is None
