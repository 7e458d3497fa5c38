"""The grammar spelled in a tokenizer's tokens.

The grammar yields terminals (a digit, a newline, an element, the end), a trie spells them. Only
the spelling that the tokenizer itself uses is legal, since it is the only one that the model was
trained on.
"""

from __future__ import annotations

from crystal_llm.generation.grammar import CrystalState
from crystal_llm.language_model.coordinate_vocabulary import CoordinateVocabulary


class TokenState:
    """A crystal that is being written token by token.

    Args:
        state: Where the crystal stands.
        vocabulary: How the tokenizer spells them.
    """

    __slots__ = ("_beginning", "_spelling", "_state")

    def __init__(self, state: CrystalState, vocabulary: CoordinateVocabulary) -> None:
        self._state = state
        self._spelling = vocabulary.trie
        self._beginning: tuple[int, ...] = ()  # tokens of a terminal that may go on

    def copy(self) -> TokenState:
        """A state that goes on by itself."""
        other = TokenState.__new__(TokenState)
        other._state, other._spelling = self._state.copy(), self._spelling
        other._beginning = self._beginning
        return other

    @property
    def ended(self) -> bool:
        """Whether the crystal is complete and ended."""
        return self._state.ended

    @property
    def failure(self) -> str | None:
        """None: every beginning of coordinate text can be completed."""
        return None

    def legal(self) -> tuple[int, ...]:
        """Token ids that may come next, in ascending order."""
        if self._state.ended:
            return ()
        step = self._spelling.step(self._state.symbols(), self._beginning)
        tokens = step.tokens
        if step.whole is not None:
            # What was spelled so far may also be all (C, not Cd): then what follows it may come.
            tokens |= self._spelling.step(self._after(step.whole).symbols(), ()).tokens
        return tuple(sorted(tokens))

    def advance(self, token: int) -> None:
        """Takes the next token, which must be legal."""
        step = self._spelling.step(self._state.symbols(), self._beginning)
        if token not in step.tokens:
            if step.whole is None or token not in self.legal():
                raise ValueError(f"token {token} is not legal here; legal are {self.legal()}")
            self._take(step.whole)
            self.advance(token)
            return
        self._beginning = (*self._beginning, token)
        longer = self._spelling.step(self._state.symbols(), self._beginning)
        if longer.whole is not None and not longer.tokens:
            self._take(longer.whole)

    def _take(self, terminal: str) -> None:
        self._beginning = ()
        self._state.advance(terminal)

    def _after(self, terminal: str) -> CrystalState:
        state = self._state.copy()
        state.advance(terminal)
        return state
