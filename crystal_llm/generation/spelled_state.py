"""The grammar of symmetric text spelled in a pretrained tokenizer's tokens.

The grammar yields terminals of the compact vocabulary (a value of a field, the end); each is
spelled in one token or several, and only the tokenizer's own spelling is legal.
"""

from __future__ import annotations

from collections.abc import Sequence

from crystal_llm.generation.symmetric_grammar import SymmetricState
from crystal_llm.language_model.spelled_vocabulary import SpelledVocabulary, TextPlace
from crystal_llm.language_model.spelling import SpellingTrie


class SpelledState:
    """A crystal of symmetric text that is being written token by token.

    Args:
        state: Where the crystal stands, a given beginning taken.
        vocabulary: Spells its terminals.
        given: The terminals of that beginning.
    """

    __slots__ = ("_beginning", "_place", "_possible", "_state", "_vocabulary")

    def __init__(
        self, state: SymmetricState, vocabulary: SpelledVocabulary, given: Sequence[int] = ()
    ) -> None:
        self._state, self._vocabulary = state, vocabulary
        self._place = TextPlace()
        for terminal in given:
            self._place = self._place.after(*vocabulary.family_and_value(terminal))
        self._beginning: tuple[int, ...] = ()  # tokens of a terminal that goes on
        self._possible: tuple[SpellingTrie, dict[str, int]] | None = None

    def copy(self) -> SpelledState:
        """A state that goes on by itself."""
        other = SpelledState.__new__(SpelledState)
        other._state, other._vocabulary = self._state.copy(), self._vocabulary
        other._place, other._beginning = self._place, self._beginning
        other._possible = self._possible
        return other

    @property
    def ended(self) -> bool:
        """Whether the crystal is complete and ended."""
        return self._state.ended

    @property
    def failure(self) -> str | None:
        """Why it cannot be completed (no room left), None while it can."""
        return self._state.failure

    def legal(self) -> tuple[int, ...]:
        """Token ids that may come next, in ascending order; none after the end or a failure."""
        trie, terminals = self._terminals()
        if not terminals:
            return ()
        return tuple(sorted(trie.step(terminals, self._beginning).tokens))

    def advance(self, token: int) -> None:
        """Takes the next token, which must be legal."""
        trie, terminals = self._terminals()
        step = trie.step(terminals, (*self._beginning, token))
        if step.whole is None:
            if not step.tokens:
                raise ValueError(f"token {token} is not legal here; legal are {self.legal()}")
            self._beginning = (*self._beginning, token)
            return
        terminal = terminals[step.whole]
        self._place = self._place.after(*self._vocabulary.family_and_value(terminal))
        self._state.advance(terminal)
        self._beginning, self._possible = (), None

    def _terminals(self) -> tuple[SpellingTrie, dict[str, int]]:
        """How the terminals that may stand here are spelled, and each by its name."""
        if self._possible is None:
            vocabulary = self._vocabulary
            terminals = [int(terminal) for terminal in self._state.legal()]
            family = vocabulary.family_and_value(terminals[0])[0] if terminals else "element"
            names = {vocabulary.terminals.names[terminal]: terminal for terminal in terminals}
            self._possible = vocabulary.trie(family, self._place), names
        return self._possible
