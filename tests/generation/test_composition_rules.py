"""A hard composition holds however the atoms are chosen, and never runs into a dead end."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.errors import RequestError
from crystal_llm.generation.composition_rules import ElementsRule, FormulaRule

NAMES = ("Li", "Na", "C", "Cl", "Fe", "O")

units = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 5), min_size=1, max_size=4)


def walk(rule, data):
    """Atoms chosen freely among what the rule allows, until the crystal ends."""
    counts = Counter()
    while True:
        allowed = sorted(rule.elements_allowed(counts))
        may_end = rule.may_end(counts)
        assert allowed or may_end, f"a dead end after {dict(counts)}"
        if may_end and (not allowed or data.draw(st.booleans())):
            return counts
        counts[data.draw(st.sampled_from(allowed))] += 1


@given(units, st.integers(0, 25), st.data())
def test_any_walk_ends_in_whole_formula_units(unit, spare, data):
    rule = FormulaRule(unit, sum(unit.values()) + spare)
    counts = walk(rule, data)
    units = counts.total() // sum(unit.values())
    assert units >= 1
    assert counts == {element: units * n for element, n in unit.items()}
    assert counts.total() <= rule.max_atoms


@given(units, st.integers(1, 4), st.integers(0, 9), st.data())
def test_a_given_number_of_units_is_met_exactly(unit, wanted, spare, data):
    rule = FormulaRule(unit, wanted * sum(unit.values()) + spare, wanted)
    assert walk(rule, data) == {element: wanted * n for element, n in unit.items()}


@given(st.sets(st.sampled_from(NAMES), min_size=1), st.data())
def test_any_walk_stays_within_the_elements_and_names_the_required(allowed, data):
    required = data.draw(st.sets(st.sampled_from(sorted(allowed))))
    most = data.draw(st.integers(max(len(required), 1), 12))
    counts = walk(ElementsRule(frozenset(allowed), frozenset(required), most), data)
    assert required <= set(counts) <= allowed
    assert 1 <= counts.total() <= most


@given(units, st.integers(0, 12))
def test_every_number_of_units_that_fits_can_be_reached(unit, spare):
    size = sum(unit.values())
    rule = FormulaRule(unit, size + spare)
    counts = Counter()
    for reached in range(1, rule.max_atoms // size + 1):
        for element, n in unit.items():
            for _ in range(n):
                assert element in rule.elements_allowed(counts)
                assert not rule.may_end(counts) or counts.total() % size == 0
                counts[element] += 1
        assert counts.total() == reached * size
        assert rule.may_end(counts)
    assert rule.elements_allowed(counts) == frozenset()


def test_the_last_places_are_kept_for_the_elements_that_must_come():
    rule = ElementsRule(frozenset({"Li", "Fe", "O"}), frozenset({"Fe", "O"}), 3)
    assert rule.elements_allowed({}) == {"Li", "Fe", "O"}
    assert rule.elements_allowed({"Li": 1}) == {"Fe", "O"}
    assert rule.elements_allowed({"Li": 1, "O": 1}) == {"Fe"}
    assert not rule.may_end({"Li": 1, "O": 1})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ElementsRule(frozenset(), frozenset(), 5), "allow at least one"),
        (lambda: ElementsRule(frozenset({"O"}), frozenset({"Li"}), 5), "Li must occur but may not"),
        (lambda: ElementsRule(frozenset(NAMES), frozenset(NAMES), 5), "at most 5 are allowed"),
        (lambda: FormulaRule({"Na": 2, "O": 3}, 4), "1 × Na2O3 has 5 atoms; at most 4"),
        (lambda: FormulaRule({"Na": 1, "Cl": 1}, 20, 11), "11 × NaCl has 22 atoms; at most 20"),
        (lambda: FormulaRule({"Na": 1, "Cl": 1}, 20, 0), "Z = 0"),
        (lambda: FormulaRule({"Na": 1, "Cl": 1}, 20, -2), "Z = -2"),
    ],
)
def test_impossible_rules_are_refused_with_what_is_allowed(make, said):
    with pytest.raises(RequestError, match=said):
        make()
