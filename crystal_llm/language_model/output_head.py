"""A causal model's own scores from its hidden states, of all tokens or of a few.

Between hidden state and score stands more than a matrix: a bias (Phi), a scale (Cohere,
Granite), a soft cap (Gemma). What a model does there that is not known here is noticed, by
comparing with its own forward pass, and refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import torch

from crystal_llm.errors import WeightsError

_PROBE_TOKENS = 16
_TOLERANCE = 0.02
"""Largest difference to the model's own scores, relative to the largest of them: bfloat16 has
eight bits."""


_Rows: TypeAlias = tuple[torch.Tensor, torch.Tensor | None]


class OutputHead:
    """The last layer of a causal model of transformers.

    Args:
        model: The model, or a PEFT model around one.
        alphabet: Token ids that :meth:`alphabet_scores` is about.
        frozen: Whether the weights will not change, so that the alphabet's are taken once.

    Attributes:
        body: What makes hidden states of tokens.

    Raises:
        WeightsError: The model makes its scores in a way that is not known here.
    """

    def __init__(self, model: Any, alphabet: Sequence[int], *, frozen: bool = False) -> None:
        causal = model.get_base_model() if hasattr(model, "get_base_model") else model
        self.body = causal.get_decoder()
        self._head = causal.get_output_embeddings()
        config = causal.config.get_text_config()
        self._scale = float(getattr(config, "logit_scale", None) or 1.0)
        self._scale /= float(getattr(config, "logits_scaling", None) or 1.0)
        self._cap = getattr(config, "final_logit_softcapping", None)
        # An adapter around the head, or packed weights: rows of it are not to be had.
        self._plain = type(self._head) is torch.nn.Linear
        self._alphabet = torch.tensor(list(alphabet), device=self.device)
        self._frozen: _Rows | None = None
        if frozen and self._plain:
            with torch.no_grad():
                self._frozen = self._rows(torch.float32)
        self._check(causal)

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        device: torch.device = next(self._head.parameters()).device
        return device

    @property
    def vocabulary_size(self) -> int:
        """How many tokens have a score."""
        return int(self._head.weight.shape[0])

    def scores(self, hidden: torch.Tensor) -> torch.Tensor:
        """Scores of all tokens before softmax, shape (..., n_vocabulary)."""
        return self._finished(self._head(hidden))

    def alphabet_scores(self, hidden: torch.Tensor) -> torch.Tensor:
        """Scores of the alphabet before softmax, shape (..., n_alphabet).

        In float32 where the weights are frozen; otherwise as the hidden states are.
        """
        if not self._plain:
            return self._finished(self._head(hidden)[..., self._alphabet])
        weight, bias = self._frozen or self._rows(hidden.dtype)
        return self._finished(torch.nn.functional.linear(hidden.to(weight.dtype), weight, bias))

    def _rows(self, dtype: torch.dtype) -> _Rows:
        """Weights and bias of the alphabet."""
        bias = self._head.bias
        weight = self._head.weight[self._alphabet].to(dtype)
        return weight, None if bias is None else bias[self._alphabet].to(dtype)

    def _finished(self, scores: torch.Tensor) -> torch.Tensor:
        if self._scale != 1.0:
            scores = scores * self._scale
        if self._cap is not None:
            scores = torch.tanh(scores / self._cap) * self._cap
        return scores

    @torch.no_grad()
    def _check(self, causal: Any) -> None:
        training = causal.training
        causal.eval()  # without dropout
        try:
            probe = self._alphabet[None, :_PROBE_TOKENS]
            own = causal(input_ids=probe, use_cache=False).logits.float()
            hidden = self.body(input_ids=probe, use_cache=False).last_hidden_state
            differences = (
                self.scores(hidden).float() - own,
                self.alphabet_scores(hidden).float() - own[..., self._alphabet],
            )
        finally:
            causal.train(training)
        largest = max(float(difference.abs().max()) for difference in differences)
        if not largest <= _TOLERANCE * float(own.abs().max()):
            raise WeightsError(
                f"{causal.config.model_type!r} models make their scores in a way that is not "
                "known here; use another base model"
            )
