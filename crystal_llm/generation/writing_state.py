"""A crystal that is being written token by token, whatever its text and tokens are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


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


def take_forced(state: WritingState) -> list[int]:
    """Takes every token that has no alternative, the end token excepted.

    Returns:
        The tokens taken, in order; at the end of it a choice or the end is next.
    """
    tokens: list[int] = []
    while len(legal := state.legal()) == 1:
        token = int(legal[0])
        state.advance(token)
        if state.ended:
            break
        tokens.append(token)
    return tokens
