"""Guesses copy what the crystal said before; they need not be right."""

import pytest

from crystal_llm.generation.prompt_lookup import likely_continuation

HEAD = "5.0 5.0 5.0\n90 90 90\nNa\n0.12 0.34 0.56\n"


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("", ""),
        ("5.0 5.0 5.0\n90 90 90\n", ""),
        (HEAD, "Na\n0.12 0.34 0.56"),
        (HEAD + "Na\n0.", "12 0.34 0.56\nNa\n0.12 0.34 0.56"),
        (HEAD + "Na\n0.12 0.3", "4 0.56\nNa\n0.12 0.34 0.56"),
        (HEAD + "Na\n0.62 0.3", "4 0.56\nNa\n0.12 0.34 0.56"),
        (HEAD + "Na\n0.3", "4 0.34 0.56\nNa\n0.12 0.34 0.56"),
        (HEAD + "Na\n0.9", ""),
        (HEAD + "Na\n0.99 0.99 0.99", "\nNa\n0.12 0.34 0.56"),
    ],
)
def test_a_crystal_repeats_itself(text, guess):
    assert likely_continuation(text) == guess
