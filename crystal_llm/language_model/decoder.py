"""What an engine needs of a language model: tokens in, scores of the alphabet out.

Two kinds serve it, and one contract test holds both to it:
:mod:`~crystal_llm.language_model.cpu_decoder` (Llama-type models on a CPU, in float32 or
int8) and :mod:`~crystal_llm.language_model.transformers_decoder` (any causal model of
transformers, on any device, NF4 included).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from crystal_llm.errors import RequestError

if TYPE_CHECKING:
    import torch


def check_length(tokens: int, longest: int) -> None:
    """Refuses a sequence that is longer than a model's context.

    Raises:
        RequestError: It is.
    """
    if tokens > longest:
        raise RequestError(
            f"prompt and crystal may take {tokens:,} tokens, and the model's context holds "
            f"{longest:,}: allow fewer atoms, or choose a model with a longer context"
        )


class DecodingBatch(Protocol):
    """Sequences that are being written, each with its own attention cache."""

    @property
    def size(self) -> int:
        """How many sequences are in the batch."""

    def admit(self, prompt: Sequence[int], copies: int) -> torch.Tensor:
        """Appends sequences that start with a prompt.

        Args:
            prompt: Token ids, at least one.
            copies: How many sequences to append.

        Returns:
            Scores of the next token, shape (copies, n_alphabet), before softmax.
        """

    def feed(
        self, tokens: Sequence[Sequence[int]], after: Sequence[Sequence[int]] | None = None
    ) -> torch.Tensor:
        """Appends at least one token to every sequence, in the batch's order.

        Args:
            tokens: New tokens of each sequence.
            after: For each sequence, places among its new tokens to give scores after;
                None means after its last. Only where the decoder can retract.

        Returns:
            Scores, sequence by sequence, shape (n_places, n_alphabet).
        """

    def peek(self, tokens: Sequence[int]) -> torch.Tensor:
        """Scores after each of some tokens, were it the next of every sequence.

        Nothing is appended, but the batch needs room for them. Only where the decoder can
        retract.

        Returns:
            Shape (n_tokens, n_sequences, n_alphabet).
        """

    def retract(self, row: int, count: int) -> None:
        """Takes a sequence's last tokens back, where the decoder can retract."""

    def release(self, row: int) -> None:
        """Takes a sequence out; the last sequence of the batch moves to its place."""


class Decoder(Protocol):
    """A loaded language model."""

    @property
    def alphabet(self) -> tuple[int, ...]:
        """Token ids that scores are given for, in the order of the scores."""

    @property
    def admits_late(self) -> bool:
        """Whether sequences can join a batch that others are being written in."""

    @property
    def can_retract(self) -> bool:
        """Whether tokens can be taken back."""

    @property
    def longest_tokens(self) -> int:
        """The most tokens of a sequence, prompt included: the model's context length."""

    def batch(self, rows: int, tokens: int) -> DecodingBatch:
        """An empty batch for so many sequences of so many tokens, prompt included.

        Raises:
            RequestError: The model cannot read so many tokens.
        """

    def log_probabilities(
        self, prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]]
    ) -> list[torch.Tensor]:
        """Natural log-probabilities of completions over the whole vocabulary.

        Returns:
            One float32 tensor a completion, shape (n_tokens,).

        Raises:
            RequestError: The model cannot read so many tokens.
        """

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
