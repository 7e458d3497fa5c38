import itertools

import numpy as np
import pytest
from hull_rows import CHGNET, provenance, random_rows

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.errors import StabilityError
from crystal_llm.stability.references.reference import build_reference


def formation(rows):
    return build_reference(rows, provenance(MP2020_FORMATION))


def test_the_lowest_phase_of_each_composition_is_kept(rows, reference):
    lowest = {}
    for identity, composition, energy in rows:
        lower = build_reference([(identity, composition, energy)], provenance()).phase(0)
        held = lowest.get(lower.formula)
        if held is None or energy < held.energy_ev_per_atom:
            lowest[lower.formula] = lower
    assert {phase.formula: phase for phase in reference} == lowest
    assert len(reference) == len(lowest)


def test_the_id_is_that_of_the_phases_not_of_their_order_or_their_cells(rows, reference):
    doubled = [
        (identity, {s: 2 * n for s, n in c.items()} if isinstance(c, dict) else c, energy)
        for identity, c, energy in reversed(rows)
    ]
    assert build_reference(doubled, provenance()).reference_id == reference.reference_id
    higher = [*rows, ("t-high", "LiFeO2", 5.0), ("t-higher", "LiFeO2", 6.0)]
    one_more = build_reference(higher, provenance())
    assert one_more.reference_id != reference.reference_id
    other = build_reference(
        rows, provenance(MP2020_FORMATION.__class__(**CHGNET.as_dict() | {"weights_sha256": None}))
    )
    assert other.reference_id != reference.reference_id


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_chemical_system_holds_the_phases_within_it_and_no_others(reference, size):
    for elements in itertools.combinations(reference.elements, size):
        system = reference.chemical_system(reversed(elements))
        expected = [
            place for place, phase in enumerate(reference) if set(phase.composition) <= {*elements}
        ]
        assert sorted(system.phases.tolist()) == expected
        assert system.elements == elements
        assert system.atomic_fractions.sum(axis=0) == pytest.approx(np.ones(len(expected)))
        for column, place in enumerate(system.phases.tolist()):
            phase = reference.phase(place)
            atoms = sum(phase.composition.values())
            fractions = [phase.composition.get(symbol, 0) / atoms for symbol in elements]
            assert system.atomic_fractions[:, column] == pytest.approx(fractions)
            assert system.energies_ev_per_atom[column] == phase.energy_ev_per_atom
        for symbol, column in zip(elements, system.terminals, strict=True):
            assert reference.phase(int(system.phases[column])).formula in (symbol, f"{symbol}2")


def test_a_composition_is_known_in_any_number_of_formula_units(reference):
    for phase in list(reference)[:40]:
        doubled = {symbol: 2 * count for symbol, count in phase.composition.items()}
        assert reference.has_composition(phase.composition)
        assert reference.has_composition(doubled)
    assert not reference.has_composition(phase.composition | {"Og": 1})
    assert not reference.has_composition({"Og": 3, "Ts": 1})


def test_elements_at_both_ends_of_the_periodic_table():
    rows = [(symbol, symbol, 0.0) for symbol in ELEMENTS] + [("far", "HOg", -1.0)]
    reference = build_reference(rows, provenance())
    assert len(reference) == 119
    assert len(reference.chemical_system(["H", "Og"]).phases) == 3
    assert len(reference.chemical_system(["Gd", "Tb"]).phases) == 2  # bits 64 and 65
    assert len(reference.chemical_system(ELEMENTS).phases) == 119


def test_elements_without_phases_and_systems_of_nothing():
    reference = build_reference([("a", "LiO", -1.0), ("b", "O2", 0.0)], provenance())
    system = reference.chemical_system(["Li", "O", "Fe"])
    assert system.missing_terminals == ("Li", "Fe")
    assert reference.missing_terminals == ("Li",)
    assert reference.elements == ("Li", "O")
    assert reference.chemical_system(["Fe"]).phases.size == 0
    for wrong in ([], ["Xx"], ["Li", "lithium"]):
        with pytest.raises(StabilityError, match="element"):
            reference.chemical_system(wrong)


def test_formation_energies_have_their_terminals_at_zero():
    reference = formation([("a", "LiO", -1.0), ("b", "Li", 0.1), ("c", "Fe", 0.0), ("d", "O", 0)])
    energies = {phase.material_id: phase.energy_ev_per_atom for phase in reference}
    assert energies == {"a": -1.0, "elemental-Li": 0.0, "c": 0.0, "d": 0.0}
    assert not reference.missing_terminals


def test_total_energies_have_the_terminals_that_are_given():
    reference = build_reference([("a", "LiO", -4.0)], provenance())
    assert reference.missing_terminals == ("Li", "O")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "holds no phases"),
        ([("mp-7", "LiQ", 0.0)], "mp-7: .*not a"),
        ([("mp-7", "LiO", float("nan"))], "mp-7: the energy is nan"),
        ([("mp-7", "Li0.5O", 0.0)], "mp-7: .*whole numbers"),
        ([("mp-7", "Li", -1.9), ("a", "LiO", -4.0)], "mp-7: elemental Li .*total energies"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(rows, said):
    with pytest.raises(StabilityError, match=said):
        formation(rows)


def test_ten_thousand_phases_are_made_fast_enough_to_test_with():
    reference = build_reference(random_rows(list(ELEMENTS[:80]), 3000), provenance())
    assert len(reference) > 2500
    assert reference.chemical_system(ELEMENTS[:80]).phases.size == len(reference)
