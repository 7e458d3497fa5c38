"""Coordinate text in a pretrained tokenizer's tokens: CrystalLLM's crystal string."""

from __future__ import annotations

from functools import cached_property

from crystal_llm.language_model.spelling import SpellingTrie
from crystal_llm.language_model.tokenizer import completion_ids
from crystal_llm.language_model.tokenizer_vocabulary import TokenizerVocabulary
from crystal_llm.text.alphabet import END
from crystal_llm.text.prompts import generation_prompt


class CoordinateVocabulary(TokenizerVocabulary):
    """How a tokenizer spells the terminals of coordinate text: digits, separators, elements.

    Arguments, attributes and errors are those of its base.
    """

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

    def spell(self, terminal: str) -> tuple[int, ...]:
        """Token ids of a terminal."""
        return self.trie.spell(terminal)

    def ids_of(self, text: str) -> list[int]:
        """The ids of what follows a prompt: a crystal string, its beginning, or any other text.

        Raises:
            TokenizerError: The tokenizer merges the prompt's end with it.
        """
        return completion_ids(self._tokenizer, self.free_prompt, text)[1]
