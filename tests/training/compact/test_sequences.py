"""What one sequence says, what of it counts, and that an answer is not in its question."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symmetric_cases import random_crystal

from crystal_llm.crystal.symmetric import HIDDEN, MASKED, Orbit, SymmetricCrystal
from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary, stated_formula
from crystal_llm.training.compact.config import TaskMix
from crystal_llm.training.compact.sequences import (
    LossWeights,
    draw_sequence,
    infill_sequence,
    mask_element,
    orbit_infill_prompt,
)

VOCABULARY = CompactVocabulary()
WEIGHTS = LossWeights(0.3, 5.0)
SPINEL = SymmetricCrystal(
    227, (8.1,), (Orbit("Mg", "a", ()), Orbit("Al", "d", ()), Orbit("O", "e", (0.26,)))
)
crystals = st.builds(
    lambda number, orbits, seed: random_crystal(number, orbits, seed, most_sites=96),
    st.integers(1, 230),
    st.integers(1, 8),
    st.integers(0, 2**31),
)


def row_of(crystal, energy=0.03):
    return SymmetricRow("a", "X", crystal, -1.0, energy, 2.0, "train", False)


def drawn(crystal, mix, seed):
    return draw_sequence(row_of(crystal), VOCABULARY, mix, WEIGHTS, random.Random(seed))


@given(crystals, st.integers(0, 2**31))
def test_a_written_crystal_counts_and_its_prompt_does_not(crystal, seed):
    sequence = drawn(crystal, TaskMix(infill=0.0, complete=0.3), seed)
    begin = sequence.ids.index(VOCABULARY.begin) + 1
    assert sequence.weights == [0.0] * begin + [1.0] * (len(sequence.ids) - begin)
    assert sequence.ids[-1] == VOCABULARY.end
    written = VOCABULARY.decode(sequence.ids[begin:-1])
    assert written.spacegroup_number == crystal.spacegroup_number
    assert stated_formula(written) == stated_formula(crystal)
    assert VOCABULARY.names[sequence.ids[0]] in ("<write>", "<complete>")


@given(crystals, st.integers(0, 2**31))
def test_an_infill_asks_for_what_it_does_not_say(crystal, seed):
    sequence = drawn(crystal, TaskMix(infill=1.0, complete=0.0), seed)
    begin, ask = sequence.ids.index(VOCABULARY.begin), sequence.ids.index(VOCABULARY.ask)
    given_crystal = VOCABULARY.decode(sequence.ids[begin + 1 : ask])
    answer = VOCABULARY.value(sequence.ids[ask + 1])
    assert sequence.ids[ask + 2 :] == [VOCABULARY.end]
    assert sequence.weights == [
        *[0.0] * (begin + 1),
        *[0.3] * (ask - begin),
        5.0,
        0.3,
    ]
    elements = [orbit.element for orbit in crystal.orbits]
    masked = sum(orbit.element == MASKED for orbit in given_crystal.orbits)
    left = sum(orbit.element == answer for orbit in given_crystal.orbits)
    hidden = sum(orbit.element == HIDDEN for orbit in given_crystal.orbits)
    assert masked >= 1
    assert masked + left == elements.count(answer)  # told only where a part of it is masked
    assert hidden in {0, *(elements.count(other) for other in set(elements) - {answer})}
    assert len(given_crystal.orbits) == len(crystal.orbits)


def test_all_of_an_element_masked_says_nothing_of_it():
    """Neither the element nor its number, wherever it stood in the order of the orbits."""
    for element in ("Mg", "Al", "O"):
        masked = mask_element(SPINEL, element)
        sequence = infill_sequence(masked, element, 0.0, VOCABULARY, WEIGHTS)
        prompt = orbit_infill_prompt(masked, 0.0, VOCABULARY)
        assert sequence.ids[: len(prompt)] == prompt
        assert VOCABULARY.token("element", element) not in prompt
        assert sequence.ids[len(prompt)] == VOCABULARY.token("element", element)
    orders = set()
    for seed in range(200):
        ids = drawn(SPINEL, TaskMix(infill=1.0, complete=0.0), seed).ids
        names = [VOCABULARY.names[token] for token in ids]
        orbits = [name for name in names[: names.index("<element>")] if "element:" in name]
        assert orbits[-1] == f"element:{MASKED}"  # after all others, not in its own place
        orders.add(tuple(orbits))
    assert len(orders) > 3


def test_each_kind_is_drawn_as_often_as_asked():
    mix = TaskMix()
    generator = random.Random(5)
    tasks, energies, formulas = [], 0, 0
    for _ in range(4000):
        sequence = draw_sequence(row_of(SPINEL), VOCABULARY, mix, WEIGHTS, generator)
        names = [VOCABULARY.names[token] for token in sequence.ids]
        tasks.append(names[0])
        energies += names[1] != "hull:?"
        formulas += names[0] == "<write>" and "<formula>" in names
    share = {task: tasks.count(task) / 4000 for task in set(tasks)}
    assert share["<infill>"] == pytest.approx(0.30, abs=0.03)
    assert share["<complete>"] == pytest.approx(0.08, abs=0.02)
    assert energies / 4000 == pytest.approx(0.9, abs=0.02)
    assert formulas / tasks.count("<write>") == pytest.approx(0.25 + 0.3 * 0.4, abs=0.04)


def test_an_unknown_energy_is_never_told():
    for seed in range(50):
        sequence = draw_sequence(
            row_of(SPINEL, None), VOCABULARY, TaskMix(), WEIGHTS, random.Random(seed)
        )
        assert VOCABULARY.names[sequence.ids[1]] == "hull:?"
