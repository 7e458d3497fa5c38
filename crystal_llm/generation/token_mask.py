"""The grammar spelled in a tokenizer's tokens.

Digits, points, spaces and newlines are one token each; an element is one or more, so
that the elements that may come form a small trie. Only the spelling that the tokenizer
itself uses is legal, since it is the only one that the model was trained on.
"""

from __future__ import annotations

from crystal_llm.generation.grammar import END, CrystalState
from crystal_llm.language_model.tokenizer import SymbolTokens


class TokenState:
    """A crystal that is being written token by token.

    Args:
        state: Where the crystal stands.
        tokens: How the tokenizer writes the symbols.
    """

    __slots__ = ("_spelled", "_state", "_tokens")

    def __init__(self, state: CrystalState, tokens: SymbolTokens) -> None:
        self._state = state
        self._tokens = tokens
        self._spelled: tuple[int, ...] = ()  # tokens of an element that is not whole yet

    def copy(self) -> TokenState:
        """A state that goes on by itself."""
        other = TokenState(self._state.copy(), self._tokens)
        other._spelled = self._spelled
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
        if not self._state.awaits_element:
            return tuple(sorted(self._token_of(symbol) for symbol in self._state.symbols()))
        legal = set()
        depth = len(self._spelled)
        for symbol in self._state.symbols():
            ids = self._tokens.ids[symbol]
            if ids[:depth] != self._spelled:
                continue
            # A whole element that begins another (C in Cd) may be followed by its newline.
            legal.add(ids[depth] if len(ids) > depth else self._token_of("\n"))
        return tuple(sorted(legal))

    def advance(self, token: int) -> None:
        """Takes the next token, which must be legal."""
        if not self._state.awaits_element:
            self._state.advance(self._symbol_of(token))
            return
        if self._spelled and token == self._token_of("\n"):
            self._take_element(self._spelled)
            self._state.advance("\n")
            return
        self._spelled = (*self._spelled, token)
        longer = [
            ids
            for symbol in self._state.symbols()
            if (ids := self._tokens.ids[symbol])[: len(self._spelled)] == self._spelled
        ]
        if longer == [self._spelled]:
            self._take_element(self._spelled)

    def forced(self) -> list[int]:
        """Takes every token that has no alternative, the end token excepted.

        Returns:
            The tokens taken, in order; at the end of it a choice or the end is next.
        """
        taken = []
        while len(legal := self.legal()) == 1:
            if legal[0] == self._tokens.end:
                self.advance(legal[0])
                break
            self.advance(legal[0])
            taken.append(legal[0])
        return taken

    def _take_element(self, ids: tuple[int, ...]) -> None:
        symbol = next(s for s in self._state.symbols() if self._tokens.ids[s] == ids)
        self._spelled = ()
        self._state.advance(symbol)

    def _token_of(self, symbol: str) -> int:
        return self._tokens.end if symbol == END else self._tokens.ids[symbol][0]

    def _symbol_of(self, token: int) -> str:
        for symbol in self._state.symbols():
            if self._token_of(symbol) == token:
                return symbol
        raise ValueError(f"token {token} is not legal here; legal are {self.legal()}")
