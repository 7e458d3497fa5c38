import random
from dataclasses import replace

import pandas as pd
import pytest
from hull_rows import CHGNET, FORMATION_TABLE, provenance, random_rows
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.energy_method import MP2020_FORMATION, MP2020_TOTAL
from crystal_llm.errors import StabilityError
from crystal_llm.stability.hull import (
    ON_HULL_EV_PER_ATOM,
    PhaseEnergy,
    decomposition,
    energies_above_hull,
    energy_above_hull,
    formation_energy,
    hull_position,
)
from crystal_llm.stability.references.reference import build_reference


def phase_diagram(rows, elements):
    entries = []
    for identity, formula, energy in rows:
        composition = Composition(formula)
        if {element.symbol for element in composition} <= set(elements):
            total = energy * composition.num_atoms
            entries.append(PDEntry(composition, total, name=identity))
    return PhaseDiagram(entries)


def agrees(diagram, composition, energy, result):
    entry = PDEntry(Composition(composition), energy * sum(composition.values()))
    expected = diagram.get_e_above_hull(entry, allow_negative=True)
    assert result.energy_above_hull_ev_per_atom == pytest.approx(expected, abs=1e-6)
    # Where several mixtures have the energy of the hull, any of them is right.
    parts = result.decomposition
    mixed = sum(part.fraction * part.energy_ev_per_atom for part in parts)
    assert energy - mixed == pytest.approx(expected, abs=1e-6)
    assert sum(part.fraction for part in parts) == pytest.approx(1)
    atoms = {}
    for part in parts:
        for element, share in Composition(part.formula).fractional_composition.items():
            atoms[element.symbol] = atoms.get(element.symbol, 0) + part.fraction * share
    total = sum(composition.values())
    assert atoms == pytest.approx({s: n / total for s, n in composition.items()}, abs=1e-7)


def random_composition(rng, elements):
    return {symbol: rng.randint(1, 9) for symbol in rng.sample(elements, rng.randint(1, 4))}


def test_pymatgen_agrees_on_random_phases(rows, reference):
    rng = random.Random(0)
    diagram = phase_diagram(rows, reference.elements)
    asked = [
        PhaseEnergy(random_composition(rng, list(reference.elements)), rng.uniform(-6, 0))
        for _ in range(150)
    ]
    for phase, result in zip(asked, energies_above_hull(asked, CHGNET, reference), strict=True):
        agrees(diagram, phase.composition, phase.energy_ev_per_atom, result)


@pytest.mark.shared
@pytest.mark.skipif(not FORMATION_TABLE.exists(), reason="the shared data folder is absent")
def test_pymatgen_agrees_on_known_phases():
    table = pd.read_parquet(FORMATION_TABLE).sample(20_000, random_state=0)
    rows = list(zip(table["material_id"], table["formula"], table["e_form_mp2020"], strict=True))
    reference = build_reference(rows, provenance(MP2020_FORMATION))
    rng = random.Random(1)
    known = [set(phase.composition) for phase in reference]
    systems = [sorted(elements) for elements in known if 2 <= len(elements) <= 4]
    for elements in rng.sample(systems, 25):
        places = reference.chemical_system(elements).phases.tolist()
        phases = [reference.phase(place) for place in places]
        diagram = phase_diagram(
            [(phase.material_id, phase.composition, phase.energy_ev_per_atom) for phase in phases],
            elements,
        )
        for _ in range(4):
            composition = {symbol: rng.randint(1, 9) for symbol in elements}
            result = energy_above_hull(PhaseEnergy(composition, -1.0), MP2020_FORMATION, reference)
            agrees(diagram, composition, -1.0, result)
            assert result.n_reference_phases == len(phases)


def test_a_phase_on_the_hull_lies_at_zero_and_a_new_one_below_it(rows, reference):
    stable = phase_diagram(rows, reference.elements).stable_entries
    names = {entry.name for entry in stable}
    assert len(names) > 10
    for phase in reference:
        above = energy_above_hull(
            PhaseEnergy(phase.composition, phase.energy_ev_per_atom), CHGNET, reference
        )
        if phase.material_id in names:
            assert above.energy_above_hull_ev_per_atom == pytest.approx(0, abs=1e-9)
            (part,) = above.decomposition
            assert (part.material_id, part.formula) == (phase.material_id, phase.formula)
            assert part.fraction == pytest.approx(1)
            lower = PhaseEnergy(phase.composition, phase.energy_ev_per_atom - 0.1)
            below = energy_above_hull(lower, CHGNET, reference)
            assert below.energy_above_hull_ev_per_atom == pytest.approx(-0.1)
        else:
            assert above.energy_above_hull_ev_per_atom > 1e-9


def test_a_decomposition_reckoned_by_hand(lithium_oxides):
    # Li2FeO3 has a third of its atoms in Li2O and two thirds in LiFeO2.
    result = energy_above_hull(PhaseEnergy("Li3FeO3", -1.9), MP2020_FORMATION, lithium_oxides)
    parts = {part.formula: part for part in result.decomposition}
    assert parts["LiFeO2"].fraction == pytest.approx(4 / 7)
    assert parts["Li2O"].fraction == pytest.approx(3 / 7)
    assert parts["Li2O"].material_id == "mp-1"
    assert result.energy_above_hull_ev_per_atom == pytest.approx(-1.9 + (4 * 1.9 + 3 * 2.0) / 7)
    assert [part.formula for part in result.decomposition] == ["LiFeO2", "Li2O"]
    energy, same = decomposition("Li3FeO3", lithium_oxides)
    assert same == result.decomposition
    assert energy == pytest.approx(-1.9 - result.energy_above_hull_ev_per_atom)


def test_an_element_lies_on_its_terminal(lithium_oxides):
    result = energy_above_hull(PhaseEnergy("Fe", 0.25), MP2020_FORMATION, lithium_oxides)
    assert result.energy_above_hull_ev_per_atom == pytest.approx(0.25)
    assert [part.material_id for part in result.decomposition] == ["elemental-Fe"]
    assert result.n_reference_phases == 1


@given(seed=st.integers(0, 10_000), scale=st.floats(1e-3, 1e3))
def test_the_scale_of_a_composition_changes_nothing(reference, seed, scale):
    composition = random_composition(random.Random(seed), list(reference.elements))
    scaled = {symbol: amount * scale for symbol, amount in composition.items()}
    first, other = energies_above_hull(
        [PhaseEnergy(composition, -3.0), PhaseEnergy(scaled, -3.0)], CHGNET, reference
    )
    assert other.energy_above_hull_ev_per_atom == pytest.approx(
        first.energy_above_hull_ev_per_atom, abs=1e-9
    )


@given(seed=st.integers(0, 10_000), height=st.floats(1e-6, 5))
def test_an_unstable_reference_phase_changes_nothing(rows, reference, seed, height):
    rng = random.Random(seed)
    new = random_composition(rng, list(reference.elements))
    energy, _ = decomposition(new, reference)
    more = build_reference([*rows, ("new", new, energy + height)], provenance())
    asked = [PhaseEnergy(random_composition(rng, list(reference.elements)), -3.0)]
    (before,) = energies_above_hull(asked, CHGNET, reference)
    (after,) = energies_above_hull(asked, CHGNET, more)
    assert after.energy_above_hull_ev_per_atom == pytest.approx(
        before.energy_above_hull_ev_per_atom, abs=1e-9
    )


def test_the_order_of_reference_phases_changes_nothing(rows, reference):
    shuffled = random.Random(0).sample(rows, len(rows))
    again = build_reference(shuffled, provenance())
    asked = [PhaseEnergy("LiFePO4", -6.0), PhaseEnergy("Na2FeO3", -5.0)]
    assert energies_above_hull(asked, CHGNET, reference) == energies_above_hull(
        asked, CHGNET, again
    )


def test_twenty_elements_are_one_question():
    elements = list(ELEMENTS[:20])
    reference = build_reference(random_rows(elements, 2000), provenance())
    composition = {symbol: 1 + number % 3 for number, symbol in enumerate(elements)}
    result = energy_above_hull(PhaseEnergy(composition, -4.0), CHGNET, reference)
    assert result.energy_above_hull_ev_per_atom is not None
    assert result.n_reference_phases == len(reference)
    assert 1 <= len(result.decomposition) <= 20


def test_a_missing_terminal_takes_the_value_and_leaves_the_row(rows, reference):
    without = build_reference([row for row in rows if row[1] != "Na"], provenance())
    asked = [
        PhaseEnergy("NaFeO2", -5.0),
        PhaseEnergy("LiFeO2", -5.0),
        PhaseEnergy("NaCl", -4.0),
    ]
    sodium, lithium, salt = energies_above_hull(asked, CHGNET, without)
    assert sodium.energy_above_hull_ev_per_atom is None
    assert sodium.missing_terminals == ("Na",)
    assert "no elemental phase of Na" in sodium.reason
    assert sodium.decomposition == ()
    assert sodium.n_reference_phases > 3
    assert lithium.reason is None
    assert lithium.energy_above_hull_ev_per_atom == pytest.approx(
        energy_above_hull(asked[1], CHGNET, reference).energy_above_hull_ev_per_atom
    )
    assert salt.missing_terminals == ("Na", "Cl")
    with pytest.raises(StabilityError, match="no elemental phase of Na"):
        decomposition("NaFeO2", without)


def test_a_result_says_which_hull_it_is_of(reference):
    result = energy_above_hull(PhaseEnergy("LiFePO4", -6.0), CHGNET, reference)
    assert result.method == result.reference_method == CHGNET
    assert result.reference_id == reference.reference_id
    assert result.reference_made_on == "2026-01-02"
    said = result.as_dict()
    assert said["e_above_hull_ev_per_atom"] == result.energy_above_hull_ev_per_atom
    assert said["potential"] == said["reference_potential"] == "CHGNet 0.3.0"
    assert said["correction"] == "MP2020"
    assert said["reference"] == reference.reference_id
    assert {"material_id", "formula", "fraction", "energy_ev_per_atom", "relaxed"} == set(
        said["decomposition"][0]
    )


def test_energies_of_another_method_are_refused_or_named(rows, reference):
    asked = [PhaseEnergy("LiFePO4", -6.0)]
    with pytest.raises(StabilityError, match="do not compare"):
        energies_above_hull(asked, MP2020_TOTAL, reference)
    (named,) = energies_above_hull(asked, MP2020_TOTAL, reference, across_potentials=True)
    assert (named.method.potential, named.reference_method.potential) == ("DFT", "CHGNet 0.3.0")
    assert named.as_dict()["reference_potential"] == "CHGNet 0.3.0"
    for other in (MP2020_FORMATION, replace(CHGNET, correction="none")):
        with pytest.raises(StabilityError, match="do not compare"):
            energies_above_hull(asked, other, reference, across_potentials=True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (PhaseEnergy("LiFePO4", float("nan")), "energy is nan"),
        (PhaseEnergy("LiFePO4", float("-inf")), "energy is -inf"),
        (PhaseEnergy("Lithium", -1.0), "not a"),
        (PhaseEnergy({}, -1.0), "no atoms"),
    ],
)
def test_what_is_no_phase_is_one_error(reference, wrong, said):
    with pytest.raises(StabilityError, match=said):
        energy_above_hull(wrong, CHGNET, reference)


@pytest.mark.parametrize("offset", [0.9e-5, -0.9e-5, 0.0])
def test_a_phase_within_noise_of_the_hull_lies_on_it(lithium_oxides, offset):
    phase = PhaseEnergy("Li2O", -2.0 + offset)
    above = energy_above_hull(phase, MP2020_FORMATION, lithium_oxides)
    assert above.energy_above_hull_ev_per_atom == 0.0
    assert hull_position(offset) == "on the hull"


@given(st.floats(-0.5, 0.5))
def test_no_phase_off_the_hull_reads_as_at_zero(above):
    position = hull_position(above)
    if abs(above) <= ON_HULL_EV_PER_ATOM:
        assert position == "on the hull"
    else:
        number, _, side = position.partition(" eV/atom ")
        assert float(number) > 0
        assert side == ("above the hull" if above > 0 else "below all known phases")


def test_formation_energy_is_taken_from_the_elements_of_the_reference(reference):
    lone = {p.formula: p.energy_ev_per_atom for p in reference if len(p.composition) == 1}
    elements = (2 * lone["Li"] + lone["O2"]) / 3
    assert formation_energy("Li2O", -5.0, CHGNET, reference) == pytest.approx(-5.0 - elements)
    assert formation_energy("KCl", -5.0, CHGNET, reference) is None
    with pytest.raises(StabilityError, match="compare"):
        formation_energy("Li2O", -5.0, MP2020_FORMATION, reference)
