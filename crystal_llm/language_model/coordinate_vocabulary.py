"""Coordinate text in a pretrained tokenizer's tokens: CrystalLLM's crystal string."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any

from crystal_llm.language_model.spelling import SpellingTrie
from crystal_llm.language_model.tokenizer import completion_ids, symbol_tokens
from crystal_llm.text.alphabet import END, NEWLINE
from crystal_llm.text.prompts import generation_prompt


class CoordinateVocabulary:
    """How a tokenizer spells the terminals of coordinate text: digits, separators, elements.

    Args:
        tokenizer: transformers' tokenizer.

    Attributes:
        symbols: Its tokens for each terminal.

    Raises:
        TokenizerError: It cuts crystal text elsewhere than at its symbols.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.symbols = symbol_tokens(tokenizer)

    @property
    def end(self) -> int:
        """Ends a crystal."""
        return self.symbols.end

    @property
    def alphabet(self) -> tuple[int, ...]:
        """Every token that coordinate text can hold, the end included, in order."""
        return self.symbols.alphabet

    @property
    def banned(self) -> tuple[int, ...]:
        """Every other token of the tokenizer, in order."""
        return tuple(sorted(set(range(len(self._tokenizer))) - set(self.alphabet)))

    @property
    def free_prompt(self) -> str:
        """The prompt without conditions."""
        return generation_prompt()

    @cached_property
    def trie(self) -> SpellingTrie:
        """The spellings of all terminals, the end among them."""
        return SpellingTrie({**self.symbols.ids, END: (self.end,)})

    def prompt_of(self, text: str) -> list[int]:
        """Token ids of a prompt."""
        return list(self._tokenizer(text)["input_ids"])

    def spell(self, terminal: str) -> tuple[int, ...]:
        """Token ids of a terminal."""
        return self.trie.spell(terminal)

    def ids_of(self, text: str) -> list[int]:
        """The ids of what follows a prompt: a crystal string, its beginning, or any other text.

        Raises:
            TokenizerError: The tokenizer merges the prompt's end with it.
        """
        return completion_ids(self._tokenizer, self.free_prompt, text)[1]

    def text_of(self, ids: Sequence[int]) -> str:
        """The text that ids say, as far as they go; the end is left out."""
        said = [token for token in ids if token != self.end]
        return str(self._tokenizer.decode(said, clean_up_tokenization_spaces=False))

    def lines_of(self, ids: Sequence[int]) -> list[int]:
        """The line of the text that each id stands in; the end has none."""
        newlines = [self.text_of([token]).count(NEWLINE) for token in ids if token != self.end]
        return list(accumulate(newlines, initial=0))[:-1]  # a newline ends its own line

    def label(self, token: int, before: int | None = None) -> tuple[str, str]:
        """What kind of thing a token says, and how people read it."""
        if token == self.end:
            return "end", "end"
        word = self.text_of([token])
        if word.strip(" \n.").isdigit():
            return "digit", word
        if word[:1].isalpha():
            return "element", word
        return "separator", repr(word.replace(NEWLINE, "↵"))[1:-1]
