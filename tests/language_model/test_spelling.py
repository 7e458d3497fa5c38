"""Terminals and their tokens: every spelling is reached, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.language_model.spelling import SpellingStep, SpellingTrie

CARBON = SpellingTrie({"C": (1,), "Cd": (1, 2), "Cs": (1, 3), "O": (4,), "Os": (5,)})


def test_a_spelling_that_begins_another_may_end_or_go_on():
    assert CARBON.step(("C", "Cd", "Cs", "O"), ()) == SpellingStep(frozenset({1, 4}), None)
    assert CARBON.step(("C", "Cd", "Cs", "O"), (1,)) == SpellingStep(frozenset({2, 3}), "C")
    assert CARBON.step(("Cd", "O"), (1,)) == SpellingStep(frozenset({2}), None)
    assert CARBON.step(("C", "O"), (1,)) == SpellingStep(frozenset(), "C")
    assert CARBON.step(("Os",), (4,)) == SpellingStep(frozenset(), None)


def test_spellings_part_where_more_than_one_goes_on():
    assert CARBON.branches(("C", "Cd", "Cs", "O")) == ((), (1,))
    assert CARBON.branches(("Cd", "O")) == ((),)
    assert CARBON.branches(("C",)) == ((),)


@pytest.mark.parametrize("spelled", [{"C": ()}, {"C": (1,), "N": (1,)}])
def test_terminals_need_tokens_of_their_own(spelled):
    with pytest.raises(ValueError, match="tokens of its own"):
        SpellingTrie(spelled)


@given(
    st.sets(st.tuples(*[st.integers(0, 2)] * 1) | st.tuples(*[st.integers(0, 2)] * 3), min_size=1)
)
def test_walking_the_trie_gives_back_exactly_the_spellings(spellings):
    names = {f"t{number}": ids for number, ids in enumerate(sorted(spellings))}
    trie = SpellingTrie(names)
    reached, open_beginnings = {}, [()]
    while open_beginnings:
        beginning = open_beginnings.pop()
        step = trie.step(list(names), beginning)
        if step.whole is not None:
            reached[step.whole] = beginning
        open_beginnings.extend((*beginning, token) for token in step.tokens)
    assert reached == names
