"""The texts that crystals are written in, behind one interface for the engine.

*Coordinate text* is the paper's (every site with its coordinates), spelled by a pretrained
tokenizer; *symmetric text* (orbits of a space group) is spelled by the compact vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from crystal_llm.errors import CrystalTextError, RequestError
from crystal_llm.generation.line_likelihood import summed_by_line
from crystal_llm.generation.prompt_lookup import likely_continuation
from crystal_llm.generation.token_mask import TokenState
from crystal_llm.language_model.compact_vocabulary import (
    AXIS_FAMILIES,
    CompactVocabulary,
    StatedConditions,
)
from crystal_llm.language_model.tokenizer import completion_ids, split_symbols
from crystal_llm.text.alphabet import NEWLINE
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.generation.request import GenerationRequest
    from crystal_llm.generation.symmetric_grammar import SymmetricState
    from crystal_llm.language_model.loading import LoadedModel

_LATTICE_TOKENS = 27  # three lengths of four tokens, three angles of three, what follows each
_TOKENS_PER_ATOM = 19  # an element of up to three tokens, sixteen for its coordinates
_GUESSED_TOKENS = 12


class WritingState(Protocol):
    """A crystal that is being written token by token."""

    @property
    def ended(self) -> bool:
        """Whether the crystal is complete and ended."""

    @property
    def failure(self) -> str | None:
        """Why it cannot be completed, None while it can."""

    def copy(self) -> WritingState:
        """A state that goes on by itself."""

    def legal(self) -> Sequence[int] | NDArray[np.intp]:
        """Token ids that may come next; none after the end or a failure."""

    def advance(self, token: int) -> None:
        """Takes the next token, which must be legal."""

    def forced(self) -> list[int]:
        """Takes every token that has no alternative, the end token excepted."""


class TextFormat(Protocol):
    """How one model writes crystals.

    Attributes:
        name: ``coordinate`` or ``symmetric``.
        held: Conditions that its grammar can hold.
        guesses: Whether a likely continuation can be guessed.
    """

    name: str
    held: frozenset[str]
    guesses: bool

    def refuse(self, request: GenerationRequest) -> None:
        """Raises RequestError where a request asks for what the text cannot hold."""

    def prompt(self, request: GenerationRequest) -> str:
        """The prompt in readable form."""

    def opening(self, request: GenerationRequest) -> list[int]:
        """Token ids of the prompt and of a given beginning."""

    def start(self, request: GenerationRequest) -> WritingState:
        """The state after the beginning, before the first choice."""

    def most_tokens(self, request: GenerationRequest) -> int:
        """Tokens that a crystal can take, prompt excluded."""

    def text(self, request: GenerationRequest, tokens: Sequence[int]) -> str:
        """The crystal's text, a given beginning included."""

    def guess(self, text: str) -> list[int]:
        """Tokens that are likely to follow a beginning."""

    def tokens(self, request: GenerationRequest, text: str) -> list[int]:
        """Tokens of a whole text after its given beginning, the end token last.

        Raises:
            RequestError: It is no such text, or begins otherwise.
        """

    def lines(self, request: GenerationRequest, tokens: Sequence[int]) -> list[int]:
        """The line of the text that each token stands in; the end stands in the last."""

    def label(self, token: int) -> tuple[str, str]:
        """What kind of thing a token says, and how people read it."""

    def crystal(self, text: str) -> PlainCrystal:
        """The crystal that a text says; CrystalTextError where it says none."""

    def by_line(
        self, request: GenerationRequest, tokens: Sequence[int], values: Sequence[tuple[int, float]]
    ) -> tuple[float, ...]:
        """Sums values at places in the tokens by lines of the text."""


def text_format_of(model: LoadedModel) -> TextFormat:
    """The format that a model writes."""
    if model.vocabulary is not None:
        return symmetric_format()
    return CoordinateFormat(model.tokenizer, model.symbols)


@lru_cache(maxsize=1)
def symmetric_format() -> SymmetricFormat:
    """The one symmetric format of the process."""
    return SymmetricFormat(CompactVocabulary())


class CoordinateFormat:
    """The paper's crystal string in a pretrained tokenizer's tokens.

    Args:
        tokenizer: transformers' tokenizer.
        symbols: How it writes the symbols of crystal text.
    """

    name = "coordinate"
    held = frozenset({"formula", "elements"})
    guesses = True

    def __init__(self, tokenizer: Any, symbols: Any) -> None:
        self._tokenizer, self._symbols = tokenizer, symbols

    def refuse(self, request: GenerationRequest) -> None:
        """Raises RequestError where a request asks for what the text cannot hold."""
        barred = sorted(request.hard - self.held)
        if barred:
            raise RequestError(
                f"hard {', '.join(barred)}: a model of coordinate text can hold "
                f"{' and '.join(sorted(self.held))} alone; choose a model of symmetric text"
            )
        for name, value in (("prototype", request.prototype), ("orbits", request.orbits_range)):
            if value is not None:
                raise RequestError(f"{name}: only a model of symmetric text can hold it")

    def prompt(self, request: GenerationRequest) -> str:
        """The prompt, as the model reads it."""
        return request.prompt

    def opening(self, request: GenerationRequest) -> list[int]:
        """Token ids of the prompt and of a given beginning."""
        if not request.beginning:
            return list(self._tokenizer(request.prompt)["input_ids"])
        prompt, given = completion_ids(self._tokenizer, request.prompt, request.beginning)
        return [*prompt, *given]

    def start(self, request: GenerationRequest) -> WritingState:
        """The state after the beginning, before the first choice."""
        return TokenState(request.start(), self._symbols)

    def most_tokens(self, request: GenerationRequest) -> int:
        """Tokens that a crystal can take, prompt excluded."""
        return _LATTICE_TOKENS + _TOKENS_PER_ATOM * request.max_atoms + 2 * _GUESSED_TOKENS

    def text(self, request: GenerationRequest, tokens: Sequence[int]) -> str:
        """The crystal string, a given beginning included."""
        written = self._tokenizer.decode(list(tokens), clean_up_tokenization_spaces=False)
        return f"{request.beginning}{written}"

    def guess(self, text: str) -> list[int]:
        """Tokens that are likely to follow a beginning."""
        symbols = split_symbols(likely_continuation(text))
        return [token for symbol in symbols for token in self._symbols.ids[symbol]]

    def tokens(self, request: GenerationRequest, text: str) -> list[int]:
        """Tokens of a whole text after its given beginning, the end token last."""
        if not text.startswith(request.beginning):
            raise RequestError("the text does not begin as the request has it")
        ids = completion_ids(self._tokenizer, request.prompt, text)[1]
        given = completion_ids(self._tokenizer, request.prompt, request.beginning)[1]
        return [*ids[len(given) :], int(self._symbols.end)]

    def lines(self, request: GenerationRequest, tokens: Sequence[int]) -> list[int]:
        """The line of the text that each token stands in; the end stands in the last."""
        (newline,) = self._symbols.ids[NEWLINE]
        given = request.beginning.count(NEWLINE)
        # A newline ends its own line, so it counts for the tokens after it.
        return list(accumulate((token == newline for token in tokens), initial=given))[:-1]

    def label(self, token: int) -> tuple[str, str]:
        """What kind of thing a token says, and how people read it."""
        if token == self._symbols.end:
            return "end", "end"
        word = str(self._tokenizer.decode([token], clean_up_tokenization_spaces=False))
        if word.strip(" \n.").isdigit():
            return "digit", word
        if word[:1].isalpha():
            return "element", word
        return "separator", repr(word.replace(NEWLINE, "↵"))[1:-1]

    def crystal(self, text: str) -> PlainCrystal:
        """The crystal that a crystal string says."""
        from crystal_llm.text.codec import decode_plain

        return decode_plain(text)

    def by_line(
        self, request: GenerationRequest, tokens: Sequence[int], values: Sequence[tuple[int, float]]
    ) -> tuple[float, ...]:
        """Sums values at places in the tokens by lines of the text."""
        before = self.lines(request, [*tokens, self._symbols.end])
        lines = ((before[place], value) for place, value in values)
        return summed_by_line(lines, self.text(request, tokens).count(NEWLINE) + 1)


class SymmetricFormat:
    """Symmetric text in the compact vocabulary.

    Args:
        vocabulary: The compact vocabulary.
    """

    name = "symmetric"
    held = frozenset(
        {"formula", "elements", "spacegroup_number", "crystal_system", "atoms", "prototype"}
    )
    guesses = False

    def __init__(self, vocabulary: CompactVocabulary) -> None:
        self.vocabulary = vocabulary

    def refuse(self, request: GenerationRequest) -> None:
        """Raises RequestError where no crystal can meet the hard conditions."""
        rules = request.symmetric_rules()
        if not rules.possible_spacegroups():
            raise RequestError(request.impossible())
        if request.beginning:
            self.start(request)

    def prompt(self, request: GenerationRequest) -> str:
        """The prompt in readable form: one condition a line."""
        return self.vocabulary.readable(self._prompt_ids(request))

    def opening(self, request: GenerationRequest) -> list[int]:
        """Token ids of the prompt and of a given beginning."""
        return [*self._prompt_ids(request), *self._given(request)]

    def start(self, request: GenerationRequest) -> SymmetricState:
        """The state after the beginning, before the first choice."""
        from crystal_llm.generation.symmetric_grammar import SymmetricState

        state = SymmetricState(self.vocabulary, request.symmetric_rules())
        state.take(self._given(request))
        return state

    def most_tokens(self, request: GenerationRequest) -> int:
        """Tokens that a crystal can take, prompt excluded."""
        return 8 + 5 * request.symmetric_rules().limits.orbits[1]

    def text(self, request: GenerationRequest, tokens: Sequence[int]) -> str:
        """The symmetric text, a given beginning included."""
        return self.vocabulary.text_of([*self._given(request), *tokens])

    def guess(self, text: str) -> list[int]:
        """Nothing: one token a value leaves nothing to guess."""
        return []

    def tokens(self, request: GenerationRequest, text: str) -> list[int]:
        """Tokens of a whole text after its given beginning, the end token last."""
        given = self._given(request)
        try:
            ids = self.vocabulary.ids_of(text)
        except CrystalTextError as error:
            raise RequestError(f"the text is no symmetric text: {error}") from error
        if ids[: len(given)] != given:
            raise RequestError("the text does not begin as the request has it")
        return [*ids[len(given) :], self.vocabulary.end]

    def lines(self, request: GenerationRequest, tokens: Sequence[int]) -> list[int]:
        """The line of the text that each token stands in; the end stands in the last."""
        given = self._given(request)
        lines = self.vocabulary.lines_of([*given, *tokens])[len(given) :]
        last = lines[-1] if lines else 0
        return [*lines, *[last] * (len(tokens) - len(lines))]

    def label(self, token: int) -> tuple[str, str]:
        """What kind of thing a token says, and how people read it."""
        if token == self.vocabulary.end:
            return "end", "end"
        family, _, value = self.vocabulary.names[token].partition(":")
        return family, f"0.{value}" if family in AXIS_FAMILIES else value

    def crystal(self, text: str) -> PlainCrystal:
        """The crystal that symmetric text says, in the primitive cell of its setting."""
        from crystal_llm.crystal.symmetric import plain_crystal
        from crystal_llm.text.symmetric_text import decode_symmetric

        return plain_crystal(decode_symmetric(text))

    def by_line(
        self, request: GenerationRequest, tokens: Sequence[int], values: Sequence[tuple[int, float]]
    ) -> tuple[float, ...]:
        """Sums values at places in the tokens by lines of the text."""
        lines = self.lines(request, [*tokens, self.vocabulary.end])
        by_line = ((lines[place], value) for place, value in values)
        return summed_by_line(by_line, lines[-1] + 1)

    def _prompt_ids(self, request: GenerationRequest) -> list[int]:
        asked = request.conditions
        formula = None
        if asked.formula is not None:
            from crystal_llm.generation.request import requested_formula_unit

            formula = tuple(requested_formula_unit(asked.formula).items())
        stated = StatedConditions(
            energy_above_hull_ev_per_atom=asked.energy_above_hull_ev_per_atom,
            formula=formula,
            elements=asked.elements,
            crystal_system=asked.crystal_system,
            spacegroup_number=asked.spacegroup_number,
            atoms=asked.atoms,
            band_gap_ev=asked.band_gap_ev,
            formation_energy_ev_per_atom=asked.formation_energy_ev_per_atom,
        )
        task = "complete" if len(request.beginning.split("\n")) > 2 else "write"
        return self.vocabulary.prompt(task, stated)

    def _given(self, request: GenerationRequest) -> list[int]:
        if not request.beginning:
            return []
        try:
            return self.vocabulary.ids_of(request.beginning)
        except CrystalTextError as error:
            raise RequestError(f"the fixed beginning of the crystal: {error}") from error


__all__ = ["CoordinateFormat", "SymmetricFormat", "TextFormat", "WritingState", "text_format_of"]
