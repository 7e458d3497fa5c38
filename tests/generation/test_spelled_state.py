"""The symmetric grammar in a pretrained tokenizer's tokens, held to the compact one."""

import random

import pytest
from test_symmetric_grammar import PEROVSKITE, counts_of

from crystal_llm.crystal.symmetric import crystal_system
from crystal_llm.errors import RequestError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.symmetric_format import SpelledFormat, symmetric_format
from crystal_llm.generation.symmetric_grammar import Prototype
from crystal_llm.generation.writing_state import take_forced
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.spelled_vocabulary import SpelledVocabulary
from crystal_llm.text.symmetric_text import decode_symmetric
from crystal_llm.types import Conditions

COMPACT = CompactVocabulary()


@pytest.fixture(scope="module")
def spelled(tokenizer):
    return SpelledFormat(SpelledVocabulary(tokenizer))


def walk(text_format, request, seed):
    """A random legal path; tokens written, or None where atoms found no room."""
    state = text_format.start(request)
    generator = random.Random(seed)
    tokens = []
    while not state.ended:
        legal = state.legal()
        if state.failure is not None:
            return None
        assert legal, "a dead end that is no failure"
        token = generator.choice(legal)
        if text_format.vocabulary.end in legal:
            token = text_format.vocabulary.end
        state.advance(token)
        tokens.append(token)
    return tokens


@pytest.mark.parametrize("number", range(1, 231, 3))
def test_a_held_group_and_formula_are_written_in_any_group(spelled, number):
    asked = Conditions(formula="Ca3AlO4", spacegroup_number=number)
    request = GenerationRequest(
        1, asked, hard=frozenset({"formula", "spacegroup_number"}), max_atoms=64
    )
    text = spelled.text(request, walk(spelled, request, number))
    crystal = decode_symmetric(text)
    counts = counts_of(crystal)
    assert crystal.spacegroup_number == number
    assert set(counts) == {"Ca", "Al", "O"}
    assert counts["Ca"] == 3 * counts["Al"] and counts["O"] == 4 * counts["Al"]


@pytest.mark.parametrize("seed", range(10))
def test_exactly_what_the_compact_grammar_allows_can_be_spelled(spelled, seed):
    """Along a random path of the compact grammar: every terminal, and nothing else."""
    request = GenerationRequest(1, min_radii_share=0.7, max_atoms=20)
    vocabulary, generator = spelled.vocabulary, random.Random(seed)
    inner, outer = symmetric_format().start(request), spelled.start(request)
    terminals = []
    while not inner.ended:
        legal = [int(token) for token in inner.legal()]
        if inner.failure is not None:
            break
        before = vocabulary.spelled(terminals)
        ways = {tuple(vocabulary.spelled([*terminals, way])[len(before) :]) for way in legal}
        assert set(outer.legal()) == {way[0] for way in ways}
        chosen = generator.choice(legal)
        for token in vocabulary.spelled([*terminals, chosen])[len(before) :]:
            assert token in outer.legal()
            outer.advance(token)
        inner.advance(chosen)
        terminals.append(chosen)
    outer.legal()
    assert (outer.ended, outer.failure) == (inner.ended, inner.failure)


def test_a_prototype_a_system_and_numbers_of_atoms_are_held(spelled):
    request = GenerationRequest(
        1,
        Conditions(crystal_system="tetragonal", atoms=6),
        hard=frozenset({"crystal_system", "atoms"}),
    )
    crystal = decode_symmetric(spelled.text(request, walk(spelled, request, 1)))
    assert crystal_system(crystal.spacegroup_number) == "tetragonal"
    assert sum(counts_of(crystal).values()) == 6
    request = GenerationRequest(1, prototype=Prototype.of(PEROVSKITE))
    crystal = decode_symmetric(spelled.text(request, walk(spelled, request, 2)))
    assert Prototype.of(crystal) == Prototype.of(PEROVSKITE)


@pytest.mark.parametrize("beginning", ["221", "221\n3.9", "221\n3.9\nSr 1a\nTi 1b"])
def test_a_beginning_is_kept_and_gone_on_with(spelled, beginning):
    request = GenerationRequest(1, beginning=beginning, min_atoms=4)
    tokens = walk(spelled, request, 3)
    text = spelled.text(request, tokens)
    assert text.startswith(beginning) and len(text) > len(beginning)
    assert spelled.tokens(request, text) == tokens
    lines = spelled.lines(request, tokens)
    assert lines == sorted(lines) and lines[-1] == text.count("\n")
    assert len(spelled.by_line(request, tokens, [(0, -1.0)])) == text.count("\n") + 1


def test_forced_tokens_are_taken_together(spelled):
    request = GenerationRequest(
        1, Conditions(formula="SrTiO3"), hard=frozenset({"formula"}),
        formula_units=1, prototype=Prototype.of(PEROVSKITE),
    )  # fmt: skip
    state = spelled.start(request)
    lead = take_forced(state)
    assert spelled.text(request, lead) == "221\n"
    state.advance(state.legal()[0])
    copy = state.copy()
    assert copy.legal() == state.legal()
    copy.advance(copy.legal()[0])
    assert copy.legal() != state.legal() or take_forced(copy) != take_forced(state)


def test_an_illegal_token_and_an_impossible_request_are_refused(spelled):
    state = spelled.start(GenerationRequest(1))
    with pytest.raises(ValueError, match="not legal"):
        state.advance(spelled.vocabulary.end)
    request = GenerationRequest(1, beginning="221\n3.9\nSr 1a")
    with pytest.raises(RequestError, match="does not begin"):
        spelled.tokens(request, "221\n4.0\nSr 1a\nTi 1b")
    with pytest.raises(RequestError, match="no symmetric text"):
        spelled.tokens(request, "221\n4.0\nSr 2a")


def test_the_prompt_says_elements_in_the_order_of_training(spelled):
    request = GenerationRequest(1, Conditions(elements=("O", "Na", "Zn")))
    assert "The elements are Na, Zn, O. " in spelled.prompt(request)
    assert spelled.vocabulary.prompt_of(spelled.prompt(request)) == spelled.opening(request)


def test_room_is_kept_for_the_longest_crystal(spelled):
    request = GenerationRequest(1, max_atoms=3)
    longest = "1\n10.1 10.1 10.1 101 102 103\n" + "\n".join(["Uuo 1a 0.11 0.22 0.33"] * 3)
    longest = longest.replace("Uuo", "Og")
    tokens = [*spelled.vocabulary.ids_of(longest), spelled.vocabulary.end]
    assert len(tokens) <= spelled.most_tokens(request)
