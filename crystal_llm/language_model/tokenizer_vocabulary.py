"""What a pretrained tokenizer makes of a crystal's text, whichever text it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import Any

from crystal_llm.language_model.tokenizer import symbol_tokens
from crystal_llm.text.alphabet import NEWLINE


class TokenizerVocabulary:
    """The part of a vocabulary that hangs on the tokenizer alone.

    Args:
        tokenizer: transformers' tokenizer.

    Attributes:
        symbols: Its tokens for digits, separators and elements.
        end: The token that ends a crystal.

    Raises:
        TokenizerError: It cuts crystal text elsewhere than at its symbols.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.symbols = symbol_tokens(tokenizer)
        self.end = self.symbols.end
        self._newlines_in = lru_cache(maxsize=None)(self._count_newlines)

    def prompt_of(self, text: str) -> list[int]:
        """Token ids of a prompt."""
        return list(self._tokenizer(text)["input_ids"])

    def text_of(self, ids: Sequence[int]) -> str:
        """The text that ids say, as far as they go; the end is left out."""
        said = [token for token in ids if token != self.end]
        return str(self._tokenizer.decode(said, clean_up_tokenization_spaces=False))

    def lines_of(self, ids: Sequence[int]) -> list[int]:
        """The line of the text that each id stands in; the end has none."""
        said = takewhile(lambda token: token != self.end, ids)
        # A newline ends its own line.
        return list(accumulate(map(self._newlines_in, said), initial=0))[:-1]

    def label(self, token: int, before: int | None = None) -> tuple[str, str]:
        """What kind of thing a token says behind another, and how people read it."""
        if token == self.end:
            return "end", "end"
        word = self.text_of([token])
        if word.strip(" \n.").isdigit():
            return "digit", word
        if word[:1].isalpha():
            return "element", word
        return "separator", repr(word.replace(NEWLINE, "↵"))[1:-1]

    def _count_newlines(self, token: int) -> int:
        return self.text_of([token]).count(NEWLINE)
