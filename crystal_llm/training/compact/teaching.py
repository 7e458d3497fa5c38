"""Larger networks as teachers: a small one learns their probabilities beside the data.

A crystal that is drawn a hundred times is learned by heart; what several networks, trained with
more dropout than the small one can bear, hold to be likely there says more than the one token
that follows. Source: G. Hinton et al., arXiv 1503.02531, at temperature 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.language_model.network import WEIGHTS, frozen_network

if TYPE_CHECKING:
    import torch


class Teachers:
    """Frozen networks, each of its own size.

    Args:
        folders: Of each the weights and ``network.json``.
        share: Share of the loss that comes from them; the rest is the data's.
        device: Where they compute.
        vocabulary_size: How many tokens each must know.

    Raises:
        WeightsError: A folder holds no network of this vocabulary.
    """

    def __init__(
        self, folders: Sequence[Path], share: float, device: str, vocabulary_size: int
    ) -> None:
        self.share = share
        self._networks = [frozen_network(folder, device, vocabulary_size) for folder in folders]

    def probabilities(self, ids: torch.Tensor) -> torch.Tensor:
        """The mean of their probabilities of every next token, shape (rows, length, tokens)."""
        import torch

        with torch.no_grad():
            each = [network(input_ids=ids).logits.float().softmax(-1) for network in self._networks]
            return torch.stack(each).mean(dim=0)


def teacher_hashes(folders: Sequence[Path]) -> tuple[str, ...]:
    """Hashes of the weights of teachers, which a run keeps.

    Raises:
        WeightsError: A folder has no weights.
    """
    return tuple(sha256_of(folder / WEIGHTS) for folder in folders)
