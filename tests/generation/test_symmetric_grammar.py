"""The grammar of symmetric text: whatever it lets be written decodes and meets the conditions."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal, crystal_system, plain_crystal
from crystal_llm.errors import RequestError
from crystal_llm.generation.clearance import Spacing
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.symmetric_format import symmetric_format
from crystal_llm.generation.symmetric_grammar import Prototype, SymmetricState
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.text.symmetric_text import decode_symmetric
from crystal_llm.types import Conditions

VOCABULARY = CompactVocabulary()
PEROVSKITE = SymmetricCrystal(
    221, (3.9,), (Orbit("Sr", "a", ()), Orbit("Ti", "b", ()), Orbit("O", "c", ()))
)


def walk(request, seed, *, ending=0.5):
    """A random legal path through the grammar; the crystal, or None where atoms found no room."""
    state = symmetric_format().start(request)
    generator = random.Random(seed)
    tokens = list(VOCABULARY.ids_of(request.beginning)) if request.beginning else []
    while not state.ended:
        legal = [int(token) for token in state.legal()]
        if state.failure is not None:
            return None
        assert legal, "a dead end that is no failure"
        token = generator.choice(legal)
        if VOCABULARY.end in legal and generator.random() < ending:
            token = VOCABULARY.end
        state.advance(token)
        tokens.append(token)
    return decode_symmetric(VOCABULARY.text_of(tokens))


def counts_of(crystal):
    return Counter(plain_crystal(crystal).species)


@pytest.mark.parametrize("number", range(1, 231))
def test_every_group_can_be_written_and_held(number):
    asked = Conditions(spacegroup_number=number)
    request = GenerationRequest(1, asked, hard=frozenset({"spacegroup_number"}), max_atoms=100)
    crystal = walk(request, number)
    assert crystal.spacegroup_number == number
    assert 1 <= sum(counts_of(crystal).values()) <= 100


@pytest.mark.parametrize("number", range(1, 231, 7))
def test_a_hard_formula_never_runs_into_a_dead_end(number):
    asked = Conditions(formula="Ca3AlO4", spacegroup_number=number)
    request = GenerationRequest(
        1, asked, hard=frozenset({"formula", "spacegroup_number"}), max_atoms=64
    )
    for seed in range(5):
        crystal = walk(request, seed)
        counts = counts_of(crystal)
        assert counts["Ca"] == 3 * counts["Al"] and counts["O"] == 4 * counts["Al"]
        assert set(counts) == {"Ca", "Al", "O"}


def test_an_impossible_combination_is_refused_before_the_job():
    asked = Conditions(formula="Na2Cl", spacegroup_number=225)
    with pytest.raises(RequestError, match="multiplicities"):
        GenerationRequest(1, asked, hard=frozenset({"formula", "spacegroup_number"}), max_atoms=2)


@given(
    st.sampled_from(["triclinic", "monoclinic", "tetragonal", "trigonal", "cubic"]),
    st.integers(1, 12),
    st.integers(0, 8),
    st.integers(0, 10_000),
)
def test_system_and_sizes_hold(system, least, more, seed):
    request = GenerationRequest(
        1,
        Conditions(crystal_system=system),
        hard=frozenset({"crystal_system"}),
        min_atoms=least,
        max_atoms=least + more + 1,
        orbits_range=(1, 8),
    )
    crystal = walk(request, seed)
    assert crystal_system(crystal.spacegroup_number) == system
    assert least <= sum(counts_of(crystal).values()) <= least + more + 1
    assert len(crystal.orbits) <= 8


@given(st.sampled_from(range(2, 40, 3)), st.integers(0, 1000))
def test_an_exact_number_of_atoms_and_all_elements_hold(atoms, seed):
    request = GenerationRequest(
        1,
        Conditions(elements=("Li", "O"), atoms=atoms),
        hard=frozenset({"elements", "atoms"}),
        max_atoms=40,
    )
    counts = counts_of(walk(request, seed))
    assert set(counts) == {"Li", "O"} and sum(counts.values()) == atoms


@pytest.mark.parametrize("seed", range(20))
def test_a_prototype_keeps_group_and_positions(seed):
    prototype = Prototype.of(PEROVSKITE)
    crystal = walk(GenerationRequest(1, prototype=prototype), seed)
    assert Prototype.of(crystal) == prototype
    assert len({orbit.element for orbit in crystal.orbits}) == 3


@pytest.mark.parametrize("seed", range(10))
def test_a_prototype_with_a_formula_gives_each_element_its_positions(seed):
    asked = Conditions(formula="BaZrO3")
    request = GenerationRequest(
        1, asked, hard=frozenset({"formula"}), prototype=Prototype.of(PEROVSKITE)
    )
    crystal = walk(request, seed)
    assert {orbit.element for orbit in crystal.orbits if orbit.letter in "cd"} == {"O"}


def test_a_prototype_that_the_formula_cannot_fill_is_refused():
    with pytest.raises(RequestError, match="prototype 221"):
        GenerationRequest(
            1,
            Conditions(formula="BaO"),
            hard=frozenset({"formula"}),
            prototype=Prototype.of(PEROVSKITE),
        )


def test_atoms_are_kept_apart():
    from crystal_llm.crystal.conversion import structure

    request = GenerationRequest(1, min_distance_angstrom=0.5, min_radii_share=0.7, max_atoms=30)
    walks = [walk(request, seed, ending=0.3) for seed in range(12)]
    crystals = [crystal for crystal in walks if crystal is not None]
    assert len(crystals) >= 6  # the others had no room: such a crystal is begun anew
    spacing = Spacing(0.5, 0.7)
    for crystal in crystals:
        whole = structure(plain_crystal(crystal))
        for site in whole:
            for neighbour in whole.get_neighbors(site, 4.0):
                least = spacing.least_angstrom(site.specie.symbol, [neighbour.specie.symbol])[0]
                assert neighbour.nn_distance >= least - 1e-6


def test_a_fixed_position_is_taken_once():
    state = SymmetricState(VOCABULARY, GenerationRequest(1, max_atoms=50).symmetric_rules())
    start = VOCABULARY.ids_of("225\n5.6\nNa 4a")
    state.take(start)
    state.take([VOCABULARY.token("element", "Cl")])
    names = {VOCABULARY.names[int(token)] for token in state.legal()}
    assert "letter:a" not in names and "letter:b" in names


@pytest.mark.parametrize(
    ("beginning", "orbits"), [("225\n5.6", "5.6"), ("62", "62"), ("221\n3.9\nSr 1a", "Sr 1a")]
)
def test_a_beginning_is_kept(beginning, orbits):
    request = GenerationRequest(1, beginning=beginning, max_atoms=30)
    state = symmetric_format().start(request)
    assert not state.ended
    assert orbits in symmetric_format().text(request, [])


@pytest.mark.parametrize(
    ("beginning", "reason"),
    [
        ("221\n3.9\nSr 1a\nTi 1a", "line 4: position 1a has no freedom and is taken already"),
        ("221\n3.9\nSr 3c", "Wyckoff position c here breaks the conditions, or is occupied"),
        ("99\n4.0 150.0\nNa 1a 0.00", "a cell edge of 150 Å; the model writes 1 to 120 Å"),
        ("2\n4.0 4.0 9.0 90 90 29", "a cell angle of 29°; the model writes 30 to 150°"),
    ],
)
def test_a_beginning_that_breaks_the_conditions_is_refused_in_words(beginning, reason):
    prototype = Prototype(221, ("a", "b")) if beginning.startswith("221") else None
    request = GenerationRequest(1, beginning=beginning, prototype=prototype)
    with pytest.raises(RequestError) as refused:
        symmetric_format().start(request)
    assert str(refused.value) == f"the fixed beginning of the crystal: {reason}"


def test_legal_tokens_are_arrays_of_known_tokens():
    state = symmetric_format().start(GenerationRequest(1))
    legal = state.legal()
    assert isinstance(legal, np.ndarray) and len(legal) == 230
