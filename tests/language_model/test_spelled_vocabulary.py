"""Symmetric text in a pretrained tokenizer's tokens: exactly the tokenizer's own."""

import pytest
from symmetric_cases import random_crystal
from transformers import PreTrainedTokenizerFast

from crystal_llm.errors import TokenizerError
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.spelled_vocabulary import SpelledVocabulary, TextPlace
from crystal_llm.language_model.tokenizer import completion_ids
from crystal_llm.text.symmetric_prompts import symmetric_prompt
from crystal_llm.text.symmetric_text import encode_symmetric


@pytest.fixture(scope="module")
def vocabulary(tokenizer):
    return SpelledVocabulary(tokenizer)


@pytest.mark.parametrize("number", range(1, 231))
def test_every_text_is_cut_as_the_tokenizer_cuts_it_and_read_back(vocabulary, tokenizer, number):
    text = encode_symmetric(random_crystal(number, 5, seed=number))
    ids = vocabulary.ids_of(text)
    assert ids == completion_ids(tokenizer, symmetric_prompt(), text)[1]
    assert vocabulary.text_of([*ids, vocabulary.end]) == text
    assert {*ids, vocabulary.end} <= set(vocabulary.alphabet)


def test_first_lines_are_the_beginning_of_the_whole(vocabulary):
    whole = vocabulary.ids_of("62\n10.3 6.0 4.7\nLi 4a")
    for first in ("62", "62\n10.3 6.0 4.7"):
        ids = vocabulary.ids_of(first)
        assert whole[: len(ids)] == ids


def test_a_newline_ends_its_own_line(vocabulary):
    ids = vocabulary.ids_of("225\n5.6\nNa 4a\nCl 4b")
    lines = vocabulary.lines_of([*ids, vocabulary.end])
    assert len(lines) == len(ids)
    words = ["".join(vocabulary.text_of([token]) for token in part) for part in by(ids, lines)]
    assert words == ["225\n", "5.6\n", "Na 4a\n", "Cl 4b"]


def by(ids, lines):
    return [[t for t, at in zip(ids, lines, strict=True) if at == line] for line in range(4)]


def test_no_spelling_in_a_place_begins_another(vocabulary):
    """But for angles, of which the grammar allows 30° to 150° alone: 15 begins 150."""
    compact = CompactVocabulary()
    for family, place in (
        ("spacegroup", TextPlace()),
        ("whole", TextPlace(62, True)),
        ("whole", TextPlace(62, False)),
        ("element", TextPlace(62, False)),
        ("letter", TextPlace(47, False)),
        ("z", TextPlace(62, False)),
    ):
        trie = vocabulary.trie(family, place)
        values = list(compact.family_range(family))[: 118 if family == "element" else None]
        spelled = {trie.spell(compact.names[token]) for token in values}
        assert len(spelled) == len(values)
        assert not [ids for ids in spelled for n in range(1, len(ids)) if ids[:n] in spelled]


def test_labels_say_what_a_token_is(vocabulary):
    ids = vocabulary.ids_of("225\n5.6\nZr 24e 0.28")
    before = [None, *ids]
    assert [vocabulary.label(token, last)[0] for token, last in zip(ids, before, strict=False)] == (
        ["digit"] * 3 + ["separator", "digit", "separator", "digit", "separator"]
        + ["element"] * 2 + ["separator", "digit", "digit", "letter", "separator"]
        + ["digit", "separator", "digit", "digit"]
    )  # fmt: skip
    assert vocabulary.label(vocabulary.end) == ("end", "end")


def test_a_tokenizer_that_merges_a_position_is_refused(tokenizer):
    from tokenizers import AddedToken

    merging = PreTrainedTokenizerFast(
        tokenizer_object=type(tokenizer.backend_tokenizer).from_str(
            tokenizer.backend_tokenizer.to_str()
        ),
        eos_token=tokenizer.eos_token,
    )
    merging.add_tokens([AddedToken("4f", normalized=False)])
    with pytest.raises(TokenizerError, match="Wyckoff letter 'f'"):
        SpelledVocabulary(merging)
