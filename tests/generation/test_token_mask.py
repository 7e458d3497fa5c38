"""The grammar in tokens: only the tokenizer's own spelling is legal."""

import random

import pytest

from crystal_llm.crystal.elements import ELEMENTS, TRAINED_ELEMENTS
from crystal_llm.generation.composition_rules import ElementsRule
from crystal_llm.generation.grammar import CrystalState
from crystal_llm.generation.token_mask import TokenState
from crystal_llm.generation.writing_state import take_forced
from crystal_llm.text import decode_plain

pytestmark = pytest.mark.model


def start(vocabulary, elements=TRAINED_ELEMENTS, most=6):
    return TokenState(
        CrystalState(ElementsRule(frozenset(elements), frozenset(), most)), vocabulary
    )


def test_random_walks_decode_and_are_spelled_as_the_tokenizer_spells_them(vocabulary, tokenizer):
    rng = random.Random(0)
    for _ in range(60):
        state, tokens = start(vocabulary), []
        while not state.ended:
            tokens.append(rng.choice(state.legal()))
            state.advance(tokens[-1])
        assert tokens.pop() == vocabulary.end
        text = tokenizer.decode(tokens)
        decode_plain(text)
        assert tokenizer(text)["input_ids"] == tokens


def test_every_element_can_be_written(vocabulary):
    lattice = "5.0 5.0 5.0\n90 90 90\n"
    for element in ELEMENTS:
        state = TokenState(
            CrystalState(ElementsRule(frozenset(ELEMENTS), frozenset(), 2)), vocabulary
        )
        for character in lattice:
            state.advance(vocabulary.spell(character)[0])
        for token in (*vocabulary.spell(element), vocabulary.spell("\n")[0]):
            assert token in state.legal()
            state.advance(token)
        assert state.legal() == (vocabulary.spell("0")[0],)


def test_tokens_without_an_alternative_are_taken_together(vocabulary, tokenizer):
    state = start(vocabulary, ["Mg"], 1)
    for character in "5.0 5.0 5.0\n90 90 90\n":
        state.advance(vocabulary.spell(character)[0])
    assert tokenizer.decode(take_forced(state)) == "Mg\n0."
    for token in tokenizer("25")["input_ids"]:
        state.advance(token)
    assert tokenizer.decode(take_forced(state)) == " 0."
    for token in tokenizer("00 0.00")["input_ids"]:
        state.advance(token)
    assert take_forced(state) == []
    assert state.ended


def test_an_illegal_token_is_refused(vocabulary):
    with pytest.raises(ValueError, match="not legal"):
        start(vocabulary).advance(vocabulary.spell("\n")[0])


@pytest.mark.parametrize(
    "elements",
    [
        ("C", "Cd", "Ce"),
        ("M",),
        ("Mg", "Mn", "Mo"),
        ("N", "Na", "Nb", "Nd", "Ni"),
        TRAINED_ELEMENTS,
    ],
    ids=lambda elements: " ".join(elements[:5]),
)
def test_only_the_tokens_of_the_elements_that_are_left_are_legal(elements, vocabulary):
    allowed = [element for element in ELEMENTS if element in elements or element[0] in elements]
    spellings = {vocabulary.spell(element) for element in allowed}
    newline = vocabulary.spell("\n")[0]
    prefixes = {ids[:depth] for ids in spellings for depth in range(len(ids) + 1)}
    for prefix in prefixes:
        state = start(vocabulary, allowed, 1)
        for character in "5.0 5.0 5.0\n90 90 90\n":
            state.advance(vocabulary.spell(character)[0])
        for token in prefix:
            state.advance(token)
        depth = len(prefix)
        longer = {ids for ids in spellings if len(ids) > depth and ids[:depth] == prefix}
        wanted = {ids[depth] for ids in longer} | ({newline} if prefix in spellings else set())
        assert set(state.legal()) == wanted


def test_a_copy_goes_on_by_itself(vocabulary):
    rng = random.Random(1)
    state = start(vocabulary)
    while not state.ended:
        before = state.legal()
        other = state.copy()
        while not other.ended:
            other.advance(rng.choice(other.legal()))
        assert state.legal() == before
        state.advance(rng.choice(before))
