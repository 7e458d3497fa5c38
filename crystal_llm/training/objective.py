"""The loss: the completion's tokens alone, over a head cut to the crystal alphabet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crystal_llm.training.batches import TokenisedDraw

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class BatchLoss:
    """Sums over a batch, in nats.

    Attributes:
        weighted: Differentiable sum of the weighted token losses.
        weight: Sum of the weights.
        crystal_nats: Loss of crystal tokens, and how many there were.
        infill_nats: Loss of infill tokens (element and end), and how many there were.
    """

    weighted: torch.Tensor
    weight: float
    crystal_nats: float
    crystal_tokens: int
    infill_nats: float
    infill_tokens: int


class CompletionLoss:
    """Loss of completions under a causal language model.

    Args:
        model: A transformers causal model, or a PEFT model around one.
        alphabet: Token ids of crystal text; completions hold no other.
        infill_weight: Weight of an infill token against a crystal token.

    Raises:
        WeightsError: The model makes its scores in a way that is not known here.
    """

    def __init__(self, model: Any, alphabet: Sequence[int], infill_weight: float = 1.0) -> None:
        import torch

        from crystal_llm.language_model.output_head import OutputHead

        self._head = OutputHead(model, alphabet)
        self._device = self._head.device
        self._position = torch.full((self._head.vocabulary_size,), -1, device=self._device)
        places = torch.tensor(list(alphabet), device=self._device)
        self._position[places] = torch.arange(len(alphabet), device=self._device)
        self._infill_weight = infill_weight

    def __call__(
        self, batch: Sequence[TokenisedDraw], *, full_vocabulary: bool = False
    ) -> BatchLoss:
        """The loss of a batch."""
        import torch
        import torch.nn.functional as F

        longest = max(len(draw.ids) for draw in batch)
        ids = torch.zeros((len(batch), longest), dtype=torch.long)
        attention = torch.zeros_like(ids)
        counted = torch.zeros((len(batch), longest), dtype=torch.bool)
        infill = torch.tensor([draw.is_infill for draw in batch])
        for row, draw in enumerate(batch):
            ids[row, : len(draw.ids)] = torch.tensor(draw.ids)
            attention[row, : len(draw.ids)] = 1
            # Position t predicts token t + 1.
            counted[row, draw.prompt_length - 1 : len(draw.ids) - 1] = True
        rows = counted.nonzero()[:, 0]
        targets = ids.roll(-1, dims=1)[counted].to(self._device)
        is_infill = infill[rows].to(self._device)
        hidden = self._head.body(
            input_ids=ids.to(self._device),
            attention_mask=attention.to(self._device),
            use_cache=False,
        ).last_hidden_state[counted.to(self._device)]
        if full_vocabulary:
            logits = self._head.scores(hidden)
        else:
            logits = self._head.alphabet_scores(hidden)
            targets = self._position[targets]
        losses = F.cross_entropy(logits.float(), targets, reduction="none")
        weights = torch.where(is_infill, self._infill_weight, 1.0)
        infill_nats = float(losses.detach()[is_infill].sum())
        return BatchLoss(
            weighted=(losses * weights).sum(),
            weight=float(weights.sum()),
            crystal_nats=float(losses.detach().sum()) - infill_nats,
            crystal_tokens=int((~is_infill).sum()),
            infill_nats=infill_nats,
            infill_tokens=int(is_infill.sum()),
        )
