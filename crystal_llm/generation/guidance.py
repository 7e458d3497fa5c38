"""Classifier-free guidance: conditions that count for more than the model gives them.

Every crystal is read twice, with the prompt and with the prompt that says nothing, and the
scores are unconditional + w (conditional - unconditional) (Ho and Salimans 2022; for language
models Sanchez et al. 2023). w = 1 is the model as it is, w = 0 forgets the conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crystal_llm.language_model.decoder import DecodingBatch

if TYPE_CHECKING:
    import torch

STRENGTHS = (0.0, 10.0)
"""Least and greatest w."""


class GuidedBatch:
    """Two batches that are fed alike, and give mixed scores.

    Args:
        conditional: Sequences that start with the prompt.
        unconditional: The same crystals after a prompt that says nothing.
        opening: That prompt, and what is given of the crystal.
        strength: w.
    """

    def __init__(
        self,
        conditional: DecodingBatch,
        unconditional: DecodingBatch,
        opening: Sequence[int],
        strength: float,
    ) -> None:
        self._conditional, self._unconditional = conditional, unconditional
        self._opening, self._strength = list(opening), strength

    @property
    def size(self) -> int:
        """How many sequences are in the batch."""
        return self._conditional.size

    def admit(self, prompt: Sequence[int], copies: int) -> torch.Tensor:
        """Appends sequences that start with a prompt; mixed scores of the next token."""
        conditional = self._conditional.admit(prompt, copies)
        return self._mixed(conditional, self._unconditional.admit(self._opening, copies))

    def feed(
        self, tokens: Sequence[Sequence[int]], after: Sequence[Sequence[int]] | None = None
    ) -> torch.Tensor:
        """Appends tokens to every sequence; mixed scores after the last, or after some."""
        conditional = self._conditional.feed(tokens, after)
        return self._mixed(conditional, self._unconditional.feed(tokens, after))

    def peek(self, tokens: Sequence[int]) -> torch.Tensor:
        """Mixed scores after each of some tokens, were it the next of every sequence."""
        return self._mixed(self._conditional.peek(tokens), self._unconditional.peek(tokens))

    def retract(self, row: int, count: int) -> None:
        """Takes a sequence's last tokens back."""
        self._conditional.retract(row, count)
        self._unconditional.retract(row, count)

    def release(self, row: int) -> None:
        """Takes a sequence out; the last sequence of the batch moves to its place."""
        self._conditional.release(row)
        self._unconditional.release(row)

    def _mixed(self, conditional: torch.Tensor, untold: torch.Tensor) -> torch.Tensor:
        conditional, untold = conditional.double().log_softmax(-1), untold.double().log_softmax(-1)
        return untold + self._strength * (conditional - untold)
