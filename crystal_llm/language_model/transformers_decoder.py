"""Any causal model of transformers as a decoder: NF4, CUDA, other architectures.

Sequences take different numbers of tokens in a step; transformers wants a rectangle, so
new tokens are padded on the left and the padding is masked out for good. Sequences join
only at the start of a batch: a late prompt would pad all the others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import torch

from crystal_llm.language_model.decoder import check_length
from crystal_llm.language_model.output_head import OutputHead


class TransformersDecoder:
    """A causal model of transformers, merged or with its adapter.

    Args:
        model: The model, in evaluation mode.
        alphabet: Token ids to give scores for.

    Raises:
        WeightsError: The model makes its scores in a way that is not known here.
    """

    admits_late = False
    can_retract = False

    def __init__(self, model: Any, alphabet: Sequence[int]) -> None:
        self.alphabet = tuple(alphabet)
        self._head = OutputHead(model, alphabet, frozen=True)
        self.body = self._head.body
        config = self.body.config.get_text_config()
        self.longest_tokens = int(getattr(config, "max_position_embeddings", None) or sys.maxsize)
        self._model = model

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self._head.device

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        return int(self._model.get_memory_footprint())

    def batch(self, rows: int, tokens: int) -> TransformersBatch:
        """An empty batch; transformers' cache grows by itself."""
        check_length(tokens, self.longest_tokens)
        return TransformersBatch(self)

    def scores(self, hidden: torch.Tensor) -> torch.Tensor:
        """Scores over the alphabet, on the CPU, where the grammar is."""
        return self._head.alphabet_scores(hidden).float().cpu()

    @torch.inference_mode()
    def log_probabilities(
        self, prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]]
    ) -> list[torch.Tensor]:
        """Natural log-probabilities of completions over the whole vocabulary."""
        results = []
        for prompt, completion in zip(prompts, completions, strict=True):
            check_length(len(prompt) + len(completion), self.longest_tokens)
            whole = torch.tensor([[*prompt, *completion]], device=self.device)
            hidden = self.body(input_ids=whole, use_cache=False).last_hidden_state[0]
            scores = self._head.scores(hidden[len(prompt) - 1 : -1]).float().log_softmax(dim=1)
            targets = torch.tensor(list(completion), device=self.device)[:, None]
            results.append(scores.gather(1, targets)[:, 0].cpu())
        return results


class TransformersBatch:
    """Sequences of a :class:`TransformersDecoder`."""

    def __init__(self, decoder: TransformersDecoder) -> None:
        self._decoder = decoder
        self._cache: Any = None
        self._seen = torch.zeros((0, 0), dtype=torch.long)
        self._lengths: list[int] = []

    @property
    def size(self) -> int:
        """How many sequences are in the batch."""
        return len(self._lengths)

    @torch.inference_mode()
    def admit(self, prompt: Sequence[int], copies: int) -> torch.Tensor:
        """Starts the batch: the prompt is computed once and its cache repeated."""
        from transformers import DynamicCache

        if self.size:
            raise ValueError("sequences join a transformers batch only at its start")
        self._cache = DynamicCache(config=self._decoder.body.config)
        self._seen = torch.zeros((1, 0), dtype=torch.long)
        self._lengths = [0]
        scores = self.feed([prompt])
        self._cache.batch_repeat_interleave(copies)
        self._seen = self._seen.repeat(copies, 1)
        self._lengths = self._lengths * copies
        return scores.expand(copies, -1)

    @torch.inference_mode()
    def feed(
        self, tokens: Sequence[Sequence[int]], after: Sequence[Sequence[int]] | None = None
    ) -> torch.Tensor:
        """Appends at least one token to every sequence."""
        if after is not None:
            raise ValueError("a transformers batch gives scores after the last token alone")
        if len(tokens) != self.size or not all(tokens):
            raise ValueError("every sequence of the batch takes at least one token")
        width = max(len(new) for new in tokens)
        ids = torch.zeros((self.size, width), dtype=torch.long)
        seen = torch.zeros_like(ids)
        positions = torch.zeros_like(ids)
        for row, new in enumerate(tokens):
            ids[row, width - len(new) :] = torch.tensor(list(new))
            seen[row, width - len(new) :] = 1
            start = self._lengths[row]
            positions[row, width - len(new) :] = torch.arange(start, start + len(new))
            self._lengths[row] += len(new)
        self._seen = torch.cat((self._seen, seen), dim=1)
        device = self._decoder.device
        output = self._decoder.body(
            input_ids=ids.to(device),
            attention_mask=self._seen.to(device),
            position_ids=positions.to(device),
            past_key_values=self._cache,
            use_cache=True,
        )
        return self._decoder.scores(output.last_hidden_state[:, -1])

    def peek(self, tokens: Sequence[int]) -> torch.Tensor:
        """Is not possible: the cache is one rectangle."""
        raise ValueError("a transformers batch cannot take tokens back")

    def retract(self, row: int, count: int) -> None:
        """Is not possible: the cache is one rectangle."""
        raise ValueError("a transformers batch cannot take tokens back")

    def release(self, row: int) -> None:
        """Takes a sequence out; the last sequence of the batch moves to its place."""
        rows = list(range(self.size))
        rows[row] = rows[-1]
        rows.pop()
        self._seen = self._seen[rows]
        self._lengths = [self._lengths[index] for index in rows]
        if rows:
            self._cache.batch_select_indices(torch.tensor(rows, device=self._decoder.device))
