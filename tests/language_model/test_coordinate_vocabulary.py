"""Coordinate text in a pretrained tokenizer's tokens, behind the interface of every vocabulary."""

import pytest

from crystal_llm.errors import TokenizerError
from crystal_llm.language_model.tokenizer import completion_ids
from crystal_llm.text.prompts import generation_prompt

SALT = "4.0 4.0 4.0\n60 60 60\nNa\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50"


def test_a_text_is_cut_as_after_its_prompt_and_read_back(vocabulary, tokenizer):
    prompt = generation_prompt()
    ids = vocabulary.ids_of(SALT)
    assert ids == completion_ids(tokenizer, prompt, SALT)[1]
    assert vocabulary.prompt_of(prompt) == tokenizer(prompt)["input_ids"]
    assert vocabulary.text_of([*ids, vocabulary.end]) == SALT
    assert {*ids, vocabulary.end} <= set(vocabulary.alphabet)
    assert vocabulary.free_prompt == prompt


def test_a_newline_ends_its_own_line_and_the_end_has_none(vocabulary):
    ids = vocabulary.ids_of(SALT)
    lines = vocabulary.lines_of([*ids, vocabulary.end])
    assert len(lines) == len(ids)
    for number, line in enumerate(SALT.splitlines(keepends=True)):
        tokens = [token for token, at in zip(ids, lines, strict=True) if at == number]
        assert vocabulary.text_of(tokens) == line


def test_every_other_token_is_banned_of_a_server(vocabulary, tokenizer):
    banned, alphabet = vocabulary.banned, vocabulary.alphabet
    assert not set(banned) & set(alphabet)
    assert len(banned) + len(alphabet) == len(tokenizer)
    assert tokenizer("hello")["input_ids"][0] in banned


def test_what_a_token_says(vocabulary):
    said = {
        vocabulary.spell("7")[0]: ("digit", "7"),
        vocabulary.spell("\n")[0]: ("separator", "↵"),
        vocabulary.spell("Na")[0]: ("element", "Na"),
        vocabulary.end: ("end", "end"),
    }
    assert {token: vocabulary.label(token) for token in said} == said


def test_a_text_that_merges_with_the_prompt_is_refused(vocabulary):
    with pytest.raises(TokenizerError, match="merges"):
        vocabulary.ids_of("\n\n5.0")
