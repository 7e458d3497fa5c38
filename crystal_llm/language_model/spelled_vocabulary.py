"""Symmetric crystal text in a pretrained tokenizer's tokens.

A terminal is a token of the compact vocabulary: a value of a family. Each is spelled with the
separator that its place asks for, so that no spelling in a place begins another ::

    225⏎ | 5. | 6 | ⏎Na␣ | 4a | ⏎Cl␣ | 4b | end
    62⏎ | 10. | 3 | ␣6. | 0 | ␣4. | 7 | ⏎Fe␣ | 4c | ␣0.28 | ␣0.97 | end
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.wyckoff import LETTERS, wyckoff_positions
from crystal_llm.errors import TokenizerError
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.spelling import SpellingTrie
from crystal_llm.language_model.tokenizer import completion_ids, symbol_tokens
from crystal_llm.language_model.tokenizer_vocabulary import TokenizerVocabulary
from crystal_llm.text.alphabet import DIGITS, NEWLINE, SPACE
from crystal_llm.text.symmetric_prompts import symmetric_prompt
from crystal_llm.types import TextKind


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where in the text a terminal stands, as far as its spelling depends on it.

    Attributes:
        spacegroup_number: The crystal's; 0 before it is written.
        begins_line: Whether a lattice parameter is the first of its line.
    """

    spacegroup_number: int = 0
    begins_line: bool = True

    def after(self, family: str, value: str) -> TextPlace:
        """The place behind a terminal."""
        if family == "spacegroup":
            return TextPlace(int(value))
        return TextPlace(self.spacegroup_number, False)


class SpelledVocabulary(TokenizerVocabulary):
    """How a tokenizer spells the terminals of symmetric text.

    Args:
        tokenizer: transformers' tokenizer.

    Attributes:
        terminals: The compact vocabulary, whose tokens the grammar yields.
        alphabet: Every token that symmetric text can hold, the end included, in order.

    Raises:
        TokenizerError: It cuts symmetric text elsewhere than at its symbols.
    """

    def __init__(self, tokenizer: Any) -> None:
        super().__init__(tokenizer)
        self.terminals = CompactVocabulary()
        self._ids = dict(self.symbols.ids)
        for letter in LETTERS:
            self._ids[letter] = self._letter_ids(letter)
        self.alphabet = tuple(
            sorted({token for ids in self._ids.values() for token in ids} | {self.end})
        )
        self._digits = frozenset(self._ids[digit][0] for digit in DIGITS)
        self._trie = lru_cache(maxsize=1024)(self._new_trie)
        self._check_text()

    @property
    def free_prompt(self) -> str:
        """The prompt without conditions."""
        return symmetric_prompt()

    def spell(self, terminal: int, place: TextPlace) -> tuple[int, ...]:
        """Token ids of a terminal, the separators that belong to it included."""
        if terminal == self.terminals.end:
            return (self.end,)
        family, _, value = self.terminals.names[terminal].partition(":")
        before = "" if place.begins_line else SPACE
        symbols: tuple[str, ...]
        match family:
            case "spacegroup":
                symbols = (*value, NEWLINE)
            case "whole":
                symbols = (*before, *value, ".")
            case "tenth":
                symbols = (value,)
            case "angle":
                symbols = (*before, *value)
            case "element":
                symbols = (NEWLINE, value, SPACE)
            case "letter":
                position = wyckoff_positions(place.spacegroup_number)[value]
                symbols = (*str(position.multiplicity), value)
            case _:
                symbols = (SPACE, "0", ".", *value)
        return tuple(token for symbol in symbols for token in self._ids[symbol])

    def trie(self, family: str, place: TextPlace) -> SpellingTrie:
        """The spellings of a family's terminals, by their names; the end is among the elements'."""
        number = place.spacegroup_number if family == "letter" else 0
        return self._trie(family, TextPlace(number, place.begins_line))

    def spelled(self, terminals: Sequence[int]) -> list[int]:
        """Token ids of terminals from the first on."""
        ids: list[int] = []
        place = TextPlace()
        for terminal in terminals:
            ids += self.spell(terminal, place)
            place = place.after(*self.family_and_value(terminal))
        return ids

    def family_and_value(self, terminal: int) -> tuple[str, str]:
        """What a terminal says; the end is among the elements, in whose place it stands."""
        if terminal == self.terminals.end:
            return "element", "<end>"
        family, _, value = self.terminals.names[terminal].partition(":")
        return family, value

    def ids_of(self, text: str) -> list[int]:
        """The ids of symmetric text, or of its first lines.

        Raises:
            CrystalTextError: The text breaks the format.
        """
        return self.spelled(self.terminals.ids_of(text))

    def label(self, token: int, before: int | None = None) -> tuple[str, str]:
        """What kind of thing a token says behind another, and how people read it."""
        kind, word = super().label(token, before)
        return ("letter" if before in self._digits and word in LETTERS else kind), word

    def _new_trie(self, family: str, place: TextPlace) -> SpellingTrie:
        names = self.terminals.names
        possible = list(self.terminals.family_range(family))
        if family == "letter":
            held = wyckoff_positions(place.spacegroup_number)
            possible = [token for token in possible if self.terminals.value(token) in held]
        if family == "element":
            possible = [*possible[: len(ELEMENTS)], self.terminals.end]
        return SpellingTrie({names[token]: self.spell(token, place) for token in possible})

    def _letter_ids(self, letter: str) -> tuple[int, ...]:
        """A Wyckoff letter between a multiplicity and a coordinate."""
        prompt = symmetric_prompt()
        text = f"62\n5.7 6.1 4.7\nNa 4{letter} 0.25"
        before, after = text[: text.index(letter, 17)], text[text.index(letter, 17) + 1 :]
        head = completion_ids(self._tokenizer, prompt, before)[1]
        upto = completion_ids(self._tokenizer, prompt, before + letter)[1]
        whole = completion_ids(self._tokenizer, prompt, text)[1]
        if upto[: len(head)] != head or whole[: len(upto)] != upto or len(upto) != len(head) + 1:
            raise TokenizerError(
                f"the Wyckoff letter {letter!r} is not one token between {before[-1]!r} and "
                f"{after[:1]!r}: this tokenizer cannot carry symmetric text"
            )
        return tuple(upto[len(head) :])

    def _check_text(self) -> None:
        """Every element and every family in one text must be cut exactly at the symbols."""
        lines = ["1", "5.7 12.3 8.1 90 80 120"]
        lines += [f"{symbol} 1a 0.05 0.28 0.93" for symbol in ELEMENTS]
        text = "\n".join(lines)
        if completion_ids(self._tokenizer, symmetric_prompt(), text)[1] != self.ids_of(text):
            raise TokenizerError("the tokenizer cuts symmetric text elsewhere than at its symbols")


def written_alphabet(tokenizer: Any, text: TextKind) -> tuple[int, ...]:
    """Every token that crystals in a text can hold, the end included, in order.

    Raises:
        TokenizerError: The tokenizer cannot carry that text.
    """
    if text == "symmetric":
        return SpelledVocabulary(tokenizer).alphabet
    return symbol_tokens(tokenizer).alphabet
