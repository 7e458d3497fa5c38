"""The texts that crystals are written in, behind one interface for the engine.

*Coordinate text* is the paper's (every site with its coordinates), spelled by a pretrained
tokenizer; *symmetric text* (orbits of a space group) is spelled by the compact vocabulary or by
such a tokenizer (:mod:`crystal_llm.generation.symmetric_format`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from crystal_llm.errors import RequestError
from crystal_llm.generation.line_likelihood import summed_by_line
from crystal_llm.generation.prompt_lookup import likely_continuation
from crystal_llm.generation.symmetric_format import SpelledFormat, symmetric_format
from crystal_llm.generation.token_mask import TokenState
from crystal_llm.generation.writing_state import WritingState
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.coordinate_vocabulary import CoordinateVocabulary
from crystal_llm.language_model.spelled_vocabulary import SpelledVocabulary
from crystal_llm.language_model.tokenizer import split_symbols
from crystal_llm.text.alphabet import NEWLINE
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.generation.request import GenerationRequest
    from crystal_llm.language_model.loading import LoadedModel

_LATTICE_TOKENS = 27  # three lengths of four tokens, three angles of three, what follows each
_TOKENS_PER_ATOM = 19  # an element of up to three tokens, sixteen for its coordinates
_GUESSED_TOKENS = 12


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

    def label(self, token: int, before: int | None = None) -> tuple[str, str]:
        """What kind of thing a token says behind another, and how people read it."""

    def crystal(self, text: str) -> PlainCrystal:
        """The crystal that a text says; CrystalTextError where it says none."""

    def by_line(
        self, request: GenerationRequest, tokens: Sequence[int], values: Sequence[tuple[int, float]]
    ) -> tuple[float, ...]:
        """Sums values at places in the tokens by lines of the text."""


def text_format_of(model: LoadedModel) -> TextFormat:
    """The format that a model writes."""
    match model.vocabulary:
        case SpelledVocabulary() as spelled:
            return SpelledFormat(spelled)
        case CompactVocabulary():
            return symmetric_format()
        case CoordinateVocabulary() as vocabulary:
            return CoordinateFormat(vocabulary)
    # A served model whose tokenizer is not named writes coordinate text, and none here is asked.
    return CoordinateFormat()


class CoordinateFormat:
    """The paper's crystal string in a pretrained tokenizer's tokens.

    Args:
        vocabulary: The tokens; without them only :meth:`refuse`, :meth:`prompt` and
            :meth:`crystal` serve.
    """

    name = "coordinate"
    held = frozenset({"formula", "elements"})
    guesses = True

    def __init__(self, vocabulary: CoordinateVocabulary | None = None) -> None:
        self._named = vocabulary

    @property
    def _vocabulary(self) -> CoordinateVocabulary:
        assert self._named is not None, "a served model's tokens are its server's"
        return self._named

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
        prompt = self._vocabulary.prompt_of(request.prompt)
        return [*prompt, *self._vocabulary.ids_of(request.beginning)]

    def start(self, request: GenerationRequest) -> WritingState:
        """The state after the beginning, before the first choice."""
        return TokenState(request.start(), self._vocabulary)

    def most_tokens(self, request: GenerationRequest) -> int:
        """Tokens that a crystal can take, prompt excluded."""
        return _LATTICE_TOKENS + _TOKENS_PER_ATOM * request.max_atoms + 2 * _GUESSED_TOKENS

    def text(self, request: GenerationRequest, tokens: Sequence[int]) -> str:
        """The crystal string, a given beginning included."""
        return f"{request.beginning}{self._vocabulary.text_of(tokens)}"

    def guess(self, text: str) -> list[int]:
        """Tokens that are likely to follow a beginning."""
        symbols = split_symbols(likely_continuation(text))
        return [token for symbol in symbols for token in self._vocabulary.spell(symbol)]

    def tokens(self, request: GenerationRequest, text: str) -> list[int]:
        """Tokens of a whole text after its given beginning, the end token last."""
        if not text.startswith(request.beginning):
            raise RequestError("the text does not begin as the request has it")
        ids = self._vocabulary.ids_of(text)
        return [*ids[len(self._vocabulary.ids_of(request.beginning)) :], self._vocabulary.end]

    def lines(self, request: GenerationRequest, tokens: Sequence[int]) -> list[int]:
        """The line of the text that each token stands in; the end stands in the last."""
        (newline,) = self._vocabulary.spell(NEWLINE)
        given = request.beginning.count(NEWLINE)
        # A newline ends its own line, so it counts for the tokens after it.
        return list(accumulate((token == newline for token in tokens), initial=given))[:-1]

    def label(self, token: int, before: int | None = None) -> tuple[str, str]:
        """What kind of thing a token says behind another, and how people read it."""
        return self._vocabulary.label(token, before)

    def crystal(self, text: str) -> PlainCrystal:
        """The crystal that a crystal string says."""
        from crystal_llm.text.codec import decode_plain

        return decode_plain(text)

    def by_line(
        self, request: GenerationRequest, tokens: Sequence[int], values: Sequence[tuple[int, float]]
    ) -> tuple[float, ...]:
        """Sums values at places in the tokens by lines of the text."""
        before = self.lines(request, [*tokens, self._vocabulary.end])
        lines = ((before[place], value) for place, value in values)
        return summed_by_line(lines, self.text(request, tokens).count(NEWLINE) + 1)
