"""Symmetric text, in the compact vocabulary or in a pretrained tokenizer's tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from crystal_llm.crystal.symmetric import ELECTRONEGATIVITY_ORDER
from crystal_llm.errors import CrystalTextError, RequestError
from crystal_llm.generation.line_likelihood import summed_by_line
from crystal_llm.generation.spelled_state import SpelledState
from crystal_llm.generation.symmetric_grammar import SymmetricState
from crystal_llm.language_model.compact_vocabulary import (
    AXIS_FAMILIES,
    CompactVocabulary,
    StatedConditions,
)
from crystal_llm.language_model.spelled_vocabulary import SpelledVocabulary
from crystal_llm.language_model.vocabulary import Vocabulary
from crystal_llm.text.symmetric_prompts import symmetric_prompt
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.generation.request import GenerationRequest

_SPELLED_LATTICE_TOKENS = 40  # space group, six parameters of up to six tokens
_SPELLED_ORBIT_TOKENS = 24  # newline, element of up to three, position of up to four, coordinates


@lru_cache(maxsize=1)
def symmetric_format() -> SymmetricFormat:
    """The one format of the compact vocabulary in the process."""
    return SymmetricFormat(CompactVocabulary())


class _SymmetricText:
    """What a format of symmetric text does in any vocabulary.

    Args:
        vocabulary: Tokens of symmetric text.
    """

    name = "symmetric"
    held = frozenset(
        {"formula", "elements", "spacegroup_number", "crystal_system", "atoms", "prototype"}
    )
    guesses = False

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._tokens = vocabulary

    def beginning(self, request: GenerationRequest) -> list[int]:
        """Token ids of a given beginning; RequestError where it is no symmetric text."""
        raise NotImplementedError

    def text(self, request: GenerationRequest, tokens: Sequence[int]) -> str:
        """The symmetric text, a given beginning included."""
        return self._tokens.text_of([*self.beginning(request), *tokens])

    def guess(self, text: str) -> list[int]:
        """Nothing: what symmetric text could tell of the rest, its grammar forces already."""
        return []

    def lines(self, request: GenerationRequest, tokens: Sequence[int]) -> list[int]:
        """The line of the text that each token stands in; the end stands in the last."""
        given = self.beginning(request)
        lines = self._tokens.lines_of([*given, *tokens])[len(given) :]
        last = lines[-1] if lines else 0
        return [*lines, *[last] * (len(tokens) - len(lines))]

    def crystal(self, text: str) -> PlainCrystal:
        """The crystal that symmetric text says, in the primitive cell of its setting."""
        from crystal_llm.crystal.symmetric import plain_crystal
        from crystal_llm.text.symmetric_text import decode_symmetric

        return plain_crystal(decode_symmetric(text))

    def by_line(
        self, request: GenerationRequest, tokens: Sequence[int], values: Sequence[tuple[int, float]]
    ) -> tuple[float, ...]:
        """Sums values at places in the tokens by lines of the text."""
        lines = self.lines(request, [*tokens, self._tokens.end])
        by_line = ((lines[place], value) for place, value in values)
        return summed_by_line(by_line, lines[-1] + 1)


class SymmetricFormat(_SymmetricText):
    """Symmetric text in the compact vocabulary.

    Args:
        vocabulary: The compact vocabulary.
    """

    def __init__(self, vocabulary: CompactVocabulary) -> None:
        super().__init__(vocabulary)
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
        return [*self._prompt_ids(request), *self.beginning(request)]

    def start(self, request: GenerationRequest) -> SymmetricState:
        """The state after the beginning, before the first choice."""
        state = SymmetricState(self.vocabulary, request.symmetric_rules())
        state.take(self.beginning(request))
        return state

    def most_tokens(self, request: GenerationRequest) -> int:
        """Tokens that a crystal can take, prompt excluded."""
        return 8 + 5 * request.symmetric_rules().limits.orbits[1]

    def tokens(self, request: GenerationRequest, text: str) -> list[int]:
        """Tokens of a whole text after its given beginning, the end token last."""
        given = self.beginning(request)
        try:
            ids = self.vocabulary.ids_of(text)
        except CrystalTextError as error:
            raise RequestError(f"the text is no symmetric text: {error}") from error
        if ids[: len(given)] != given:
            raise RequestError("the text does not begin as the request has it")
        return [*ids[len(given) :], self.vocabulary.end]

    def label(self, token: int, before: int | None = None) -> tuple[str, str]:
        """What kind of thing a token says behind another, and how people read it."""
        if token == self.vocabulary.end:
            return "end", "end"
        family, _, value = self.vocabulary.names[token].partition(":")
        return family, f"0.{value}" if family in AXIS_FAMILIES else value

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

    def beginning(self, request: GenerationRequest) -> list[int]:
        """Token ids of a given beginning; RequestError where it is no symmetric text."""
        if not request.beginning:
            return []
        try:
            return self.vocabulary.ids_of(request.beginning)
        except CrystalTextError as error:
            raise RequestError(f"the fixed beginning of the crystal: {error}") from error


class SpelledFormat(_SymmetricText):
    """Symmetric text in a pretrained tokenizer's tokens, under the same grammar.

    Args:
        vocabulary: How the tokenizer spells it.
    """

    def __init__(self, vocabulary: SpelledVocabulary) -> None:
        super().__init__(vocabulary)
        self.vocabulary = vocabulary
        self._compact = symmetric_format()

    def refuse(self, request: GenerationRequest) -> None:
        """Raises RequestError where no crystal can meet the hard conditions."""
        self._compact.refuse(request)

    def prompt(self, request: GenerationRequest) -> str:
        """The prompt, as the model reads it."""
        return spelled_prompt(request)

    def opening(self, request: GenerationRequest) -> list[int]:
        """Token ids of the prompt and of a given beginning."""
        prompt = self.vocabulary.prompt_of(spelled_prompt(request))
        return [*prompt, *self.beginning(request)]

    def beginning(self, request: GenerationRequest) -> list[int]:
        """Token ids of a given beginning; RequestError where it is no symmetric text."""
        return self.vocabulary.spelled(self._compact.beginning(request))

    def start(self, request: GenerationRequest) -> SpelledState:
        """The state after the beginning, before the first choice."""
        given = self._compact.beginning(request)
        return SpelledState(self._compact.start(request), self.vocabulary, given)

    def most_tokens(self, request: GenerationRequest) -> int:
        """Tokens that a crystal can take, prompt excluded."""
        limits = request.symmetric_rules().limits
        # An orbit is an atom of the primitive cell at least.
        orbits = min(limits.orbits[1], limits.atoms[1])
        return _SPELLED_LATTICE_TOKENS + _SPELLED_ORBIT_TOKENS * orbits

    def tokens(self, request: GenerationRequest, text: str) -> list[int]:
        """Tokens of a whole text after its given beginning, the end token last."""
        given = self._compact.beginning(request)
        terminals = [*given, *self._compact.tokens(request, text)]
        return self.vocabulary.spelled(terminals)[len(self.vocabulary.spelled(given)) :]

    def label(self, token: int, before: int | None = None) -> tuple[str, str]:
        """What kind of thing a token says behind another, and how people read it."""
        return self.vocabulary.label(token, before)


def spelled_prompt(request: GenerationRequest) -> str:
    """The prompt that a pretrained model of symmetric text reads."""
    asked = request.conditions
    if asked.elements is not None:
        # As in training.
        ordered = sorted(asked.elements, key=lambda symbol: ELECTRONEGATIVITY_ORDER[symbol])
        asked = replace(asked, elements=tuple(ordered))
    return symmetric_prompt(asked)
