import math

import pytest
from hull_rows import CHGNET

from crystal_llm.energy_method import MP2020_FORMATION, EnergyMethod
from crystal_llm.stability.competing import competing_phases, reaction
from crystal_llm.stability.hull import decomposition
from crystal_llm.stability.hull_candidates import (
    MAX_HULL_CANDIDATES,
    candidates_from,
    candidates_of_text,
    candidates_text,
    left_out_of_text,
    place_candidates,
)
from crystal_llm.stability.known_phases import known_phases


def test_each_candidate_is_placed_or_refused_alone(lithium_oxides):
    rows = [
        ("a", "Li2O", -1.9, MP2020_FORMATION),
        ("a", "LiXx", -1.0, MP2020_FORMATION),
        ("", "LiFeO2", None, MP2020_FORMATION),
        ("", "", None, MP2020_FORMATION),
        ("other", "Li2O", -5.0, CHGNET),
        ("nan", "Li2O", math.nan, MP2020_FORMATION),
    ]
    candidates = candidates_from(rows)
    assert [candidate.name for candidate in candidates] == ["a", "a (2)", "LiFeO2", "other", "nan"]
    placement = place_candidates(candidates, lithium_oxides)
    assert [candidate.name for candidate in placement.placed] == ["a"]
    assert len(placement.refused) == 4
    assert "not a chemical formula" in placement.refused[0]
    assert "the energy is nan" in placement.refused[1]
    assert "do not compare" in placement.refused[2]


def test_another_potential_is_compared_only_when_asked(lithium_oxides):
    other = EnergyMethod("CHGNet", "ab" * 32, "PBE(+U)", "MP2020", "formation")
    candidates = candidates_from([("mine", "Li2O", -1.9, other)])
    assert "ask for the comparison" in place_candidates(candidates, lithium_oxides).refused[0]
    placement = place_candidates(candidates, lithium_oxides, across_potentials=True)
    assert placement.results[0].method == other


def test_rows_come_back_from_a_url():
    rows = [("my; oxide", "Li2O", -1.95), ("b", "Fe2O3", -1.5)]
    assert candidates_of_text(candidates_text(rows)) == [("my  oxide", "Li2O", -1.95), rows[1]]
    assert candidates_of_text("a:b;c:d:e;;x:Li2O:-1") == [("x", "Li2O", -1.0)]


def test_a_reaction_is_balanced(lithium_oxides):
    _, parts = decomposition("Li3FeO3", lithium_oxides)
    assert reaction("Li3FeO3", parts) in ("Li3FeO3 → Li2O + LiFeO2", "Li3FeO3 → LiFeO2 + Li2O")


def test_competing_phases_are_the_nearest(lithium_oxides):
    near = competing_phases("Li3FeO3", lithium_oxides)
    distances = [neighbour.distance for neighbour in near]
    assert distances == sorted(distances)
    assert near[0].distance == pytest.approx(distances[0])


def test_a_known_phase_on_the_hull_is_on_it_through_a_url(reference):
    formulas = {"Li2O", "LiO2"} | {
        phase.formula for phase in known_phases(("Li", "O"), reference).phases
    }
    for formula in formulas:
        energy, _ = decomposition(formula, reference)
        ((name, read, value),) = candidates_of_text(candidates_text([("x", formula, energy)]))
        placed = place_candidates(
            candidates_from([(name, read, value, reference.method)]), reference
        )
        assert placed.results[0].energy_above_hull_ev_per_atom == 0.0


def test_what_a_link_holds_beyond_the_most_is_counted():
    rows = [(f"#{number}", "Li2O", -1.9) for number in range(MAX_HULL_CANDIDATES + 5)]
    text = candidates_text(rows)
    assert len(candidates_of_text(text)) == MAX_HULL_CANDIDATES
    (sentence,) = left_out_of_text(text)
    assert "first 200 of 205 phases" in sentence
    # The page that made the link had cut it already, and counted.
    cut = candidates_text(rows[:MAX_HULL_CANDIDATES])
    assert left_out_of_text(cut) == ()
    (sentence,) = left_out_of_text(cut, 1250)
    assert "first 200 of 1,250 phases" in sentence


def test_what_of_a_link_cannot_be_read_is_counted():
    (sentence,) = left_out_of_text("#1:Li2O:-1.9;#2:Li2O;#3:Li2O:low;")
    assert sentence.startswith("2 of the 3 phases in the address cannot be read")
    assert left_out_of_text("") == ()
