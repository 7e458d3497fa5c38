"""Whatever walk the grammar allows is a crystal that meets the conditions."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.errors import CrystalTextError, RequestError
from crystal_llm.generation.composition_rules import ElementsRule, FormulaRule
from crystal_llm.generation.grammar import CrystalState, NumberField, state_after, third_angle
from crystal_llm.generation.request import GenerationRequest, fixed_atoms, fixed_lattice
from crystal_llm.text import decode_plain
from crystal_llm.types import Conditions, PlainCrystal


def walk(state, rng):
    written = []
    while not state.ended:
        options = list(state.symbols())
        assert options, f"a dead end after {''.join(written)!r}"
        written.append(rng.choice(options))
        state.advance(written[-1])
    return "".join(written)


@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_every_walk_decodes_within_the_atom_limit(rng, most):
    rule = ElementsRule(frozenset({"Li", "C", "Cd", "O"}), frozenset(), most)
    crystal = decode_plain(walk(CrystalState(rule), rng))
    assert 1 <= len(crystal.species) <= most
    assert set(crystal.species) <= {"Li", "C", "Cd", "O"}
    assert 1.0 <= min(crystal.lengths_angstrom) <= max(crystal.lengths_angstrom) <= 99.9


@given(
    st.randoms(use_true_random=False),
    st.dictionaries(st.sampled_from(["Na", "Cl", "O", "C"]), st.integers(1, 4), min_size=1),
    st.integers(0, 15),
)
def test_a_hard_formula_is_met_in_whole_units(rng, unit, spare):
    most = sum(unit.values()) + spare
    crystal = decode_plain(walk(CrystalState(FormulaRule(unit, most)), rng))
    counts = Counter(crystal.species)
    units = counts.total() // sum(unit.values())
    assert counts == {element: units * n for element, n in unit.items()}
    assert counts.total() <= most


@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_number_of_units_can_be_given(rng, units):
    rule = FormulaRule({"Ti": 1, "O": 2}, 12, units)
    crystal = decode_plain(walk(CrystalState(rule), rng))
    assert Counter(crystal.species) == {"Ti": units, "O": 2 * units}


@given(st.randoms(use_true_random=False), st.integers(3, 6))
def test_required_elements_all_occur(rng, most):
    names = frozenset({"Li", "Fe", "O"})
    crystal = decode_plain(walk(CrystalState(ElementsRule(names, names, most)), rng))
    assert set(crystal.species) == names


@pytest.mark.parametrize(("low", "high", "decimals"), [(10, 999, 1), (0, 99, 2), (1, 179, 0)])
def test_number_fields_write_exactly_their_numbers(low, high, decimals):
    field = NumberField(low, high, decimals)
    texts, open_prefixes = [], [""]
    while open_prefixes:
        prefix = open_prefixes.pop()
        if field.is_complete(prefix):
            texts.append(prefix)
        open_prefixes.extend(prefix + character for character in field.next_characters(prefix))
    wanted = [f"{value / 10**decimals:.{decimals}f}" for value in range(low, high + 1)]
    assert sorted(texts) == sorted(wanted)


def test_a_third_angle_always_exists_and_is_exactly_what_gives_the_cell_a_volume():
    cosine = np.cos(np.radians(np.arange(180)))
    alpha, beta, gamma = np.meshgrid(cosine, cosine, cosine, indexing="ij")
    # The squared volume of a cell of unit lengths.
    square = 1 + 2 * alpha * beta * gamma - alpha**2 - beta**2 - gamma**2
    encloses = square > 1e-9
    for a in range(1, 180):
        for b in range(1, 180):
            wanted = np.flatnonzero(encloses[a, b, 1:]) + 1
            field = third_angle(a, b)
            assert (field.low, field.high) == (wanted[0], wanted[-1])
            assert len(wanted) == len(field.values) > 0


@given(st.randoms(use_true_random=False))
def test_a_fixed_lattice_and_fixed_atoms_stay(rng):
    lattice = fixed_lattice((4.0, 5.0, 6.0), (90, 100, 110))
    atoms = PlainCrystal((4.0, 5.0, 6.0), (90, 100, 110), ("Na",), ((0.1, 0.2, 0.3),))
    rule = FormulaRule({"Na": 1, "Cl": 1}, 6)
    for beginning in (lattice, fixed_atoms(atoms)):
        text = beginning + walk(state_after(rule, beginning), rng)
        assert text.startswith(beginning)
        counts = Counter(decode_plain(text).species)
        assert counts["Na"] == counts["Cl"]


def test_a_beginning_that_breaks_the_conditions_is_refused():
    atoms = PlainCrystal((4.0, 5.0, 6.0), (90, 90, 90), ("K",), ((0, 0, 0),))
    with pytest.raises(CrystalTextError, match="atom 1, K, is against the conditions"):
        state_after(FormulaRule({"Na": 1}, 4), fixed_atoms(atoms))
    with pytest.raises(RequestError, match="fixed beginning"):
        GenerationRequest(
            1,
            Conditions(formula="NaCl"),
            hard=frozenset({"formula"}),
            beginning=fixed_atoms(atoms),
        )


def test_a_copy_goes_on_by_itself():
    state = GenerationRequest(1, min_distance_angstrom=0.5, max_atoms=5).start()
    rng = random.Random(0)
    for _ in range(40):
        if state.ended:
            break
        other = state.copy()
        before = list(state.symbols())
        walk(other, random.Random(1))
        assert list(state.symbols()) == before
        state.advance(rng.choice(before))
