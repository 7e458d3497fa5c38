"""A Llama-type decoder for the CPU: ragged batches, no padding in the linear layers.

transformers feeds a batch one token a sequence and pads the rest. A crystal's grammar
forces most tokens, so here every sequence takes its own number of tokens in a step: the
linear layers see one flat list of tokens, and only attention is padded. The weights are
the merged model's, in float32 or in int8 with one scale an output channel; activations
are then quantised a row at a time, so that no sequence depends on its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import torch
import torch.nn.functional as F

from crystal_llm.language_model.architecture import Architecture
from crystal_llm.language_model.decoder import check_length
from crystal_llm.language_model.linear_layers import FloatLinear, Int8Linear

_LOG_CHUNK = 256
_BLOCK = 64
_LEAST_QUERIES = 4
_LONGEST = 8192
"""Positions that rotations are tabled for; 400 atoms take 7,000."""


@dataclass(frozen=True)
class _Layer:
    norm_attention: torch.Tensor
    query_key_value: FloatLinear | Int8Linear
    output: FloatLinear | Int8Linear
    norm_feed_forward: torch.Tensor
    gate_up: FloatLinear | Int8Linear
    down: FloatLinear | Int8Linear


class CpuDecoder:
    """A merged Llama-type model on the CPU.

    Args:
        state: The merged model's weights by transformers' names.
        config: Its transformers config.
        alphabet: Token ids to give scores for.
        quantisation: ``none`` (float32) or ``int8``.
    """

    admits_late = True
    can_retract = True

    def __init__(
        self,
        state: Mapping[str, torch.Tensor],
        config: Any,
        alphabet: Sequence[int],
        quantisation: str,
    ) -> None:
        self.shape = Architecture.of(config)
        self.alphabet = tuple(alphabet)
        linear = Int8Linear if quantisation == "int8" else FloatLinear
        embedding = state["model.embed_tokens.weight"]
        head = state.get("lm_head.weight", embedding)
        # A tied head shares the embedding.
        self._embedding = _in_half_the_memory(embedding)
        tied = head.data_ptr() == embedding.data_ptr()
        self._head = self._embedding if tied else _in_half_the_memory(head)
        self._alphabet_head = head[list(alphabet)].double().contiguous()
        self._norm = state["model.norm.weight"].float()
        self._layers = [
            self._layer(state, f"model.layers.{index}.", linear)
            for index in range(self.shape.layers)
        ]
        half = torch.arange(0, self.shape.head_size, 2, dtype=torch.float32)
        frequencies = self.shape.rope_base ** (-half / self.shape.head_size)
        self.longest_tokens = min(int(config.max_position_embeddings), _LONGEST)
        angles = torch.arange(self.longest_tokens)[:, None, None] * frequencies
        # transformers turns the two halves of a head against each other: the rolled half
        # enters with the sign that its rotation has.
        self._cosine = torch.cat((angles.cos(), angles.cos()), dim=2)
        self._sine = torch.cat((-angles.sin(), angles.sin()), dim=2)

    @staticmethod
    def _layer(state: Mapping[str, torch.Tensor], prefix: str, linear: Any) -> _Layer:
        def weight(name: str) -> torch.Tensor:
            return state[f"{prefix}{name}.weight"]

        def joined(*names: str) -> Any:
            return linear(torch.cat([weight(name) for name in names]))

        return _Layer(
            norm_attention=weight("input_layernorm").float(),
            query_key_value=joined("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
            output=joined("self_attn.o_proj"),
            norm_feed_forward=weight("post_attention_layernorm").float(),
            gate_up=joined("mlp.gate_proj", "mlp.up_proj"),
            down=joined("mlp.down_proj"),
        )

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        linears = sum(
            part.bytes
            for layer in self._layers
            for part in (layer.query_key_value, layer.output, layer.gate_up, layer.down)
        )
        head = 0 if self._head is self._embedding else self._head.nbytes
        return int(linears + self._embedding.nbytes + head + self._alphabet_head.nbytes)

    def batch(self, rows: int, tokens: int) -> CpuBatch:
        """An empty batch for so many sequences of so many tokens, prompt included."""
        check_length(tokens, self.longest_tokens)
        return CpuBatch(self, rows, tokens)

    def scores(self, hidden: torch.Tensor) -> torch.Tensor:
        """Scores over the alphabet, shape (n, hidden) to (n, n_alphabet).

        In double precision, which costs nothing at this size: float32 products round
        otherwise for one row than for many, and a seed must give one crystal.
        """
        return F.linear(hidden.double(), self._alphabet_head)

    @torch.inference_mode()
    def log_probabilities(
        self, prompts: Sequence[Sequence[int]], completions: Sequence[Sequence[int]]
    ) -> list[torch.Tensor]:
        """Natural log-probabilities of completions over the whole vocabulary."""
        head = self._head.float()
        results = []
        for prompt, completion in zip(prompts, completions, strict=True):
            whole = [*prompt, *completion]
            check_length(len(whole), self.longest_tokens)
            hidden = CpuBatch(self, 1, len(whole)).hidden_of(whole)
            predicting = hidden[len(prompt) - 1 : len(whole) - 1]
            targets = torch.tensor(list(completion))
            logits = [
                F.linear(rows, head).log_softmax(dim=1).gather(1, wanted[:, None])[:, 0]
                for rows, wanted in zip(
                    predicting.split(_LOG_CHUNK), targets.split(_LOG_CHUNK), strict=True
                )
            ]
            results.append(torch.cat(logits))
        return results

    def forward(
        self,
        tokens: torch.Tensor,
        positions: torch.Tensor,
        rows: torch.Tensor,
        steps: torch.Tensor,
        caches: list[torch.Tensor],
        size: int,
        *,
        rivals: bool = False,
    ) -> torch.Tensor:
        """One step over a flat list of tokens.

        Args:
            tokens: Token ids, shape (n,).
            positions: Place of each in its sequence, shape (n,).
            rows: Sequence of each, shape (n,).
            steps: Place of each among its sequence's new tokens, shape (n,).
            caches: By layer (2, rows, key_value_heads, capacity, head_size), keys before
                values, written to.
            size: Sequences in the batch.
            rivals: Whether the new tokens of a sequence contend for one position, and do
                not see each other, instead of following each other.

        Returns:
            Hidden states after the last norm, shape (n, hidden).
        """
        shape = self.shape
        count, width = len(tokens), int(steps.max()) + 1
        # Whole blocks of places: sums over them then have the same order, and the same
        # rounding, whatever the length of the longest sequence.
        places = positions + steps if rivals else positions
        longest = _rounded_up(int(places.max()) + 1)
        groups = shape.key_value_heads
        grouped = shape.heads // groups
        turned = shape.heads + groups
        scale = shape.head_size**-0.5
        cosine = self._cosine[positions]
        sine = self._sine[positions]
        before = positions if rivals else places
        mask = _causal_mask(places, before, rows, steps, (size, width, longest), grouped)
        # Products of fewer rows round otherwise on some processors, and a crystal would
        # depend on what is fed beside it.
        missing = max(0, _LEAST_QUERIES - grouped * width)
        mask = F.pad(mask, (0, 0, 0, missing))
        # One token of one sequence, or as many of each: no padding, plain reshapes.
        dense = count == size * width
        hidden = self._embedding[tokens].float()
        for layer, cache in zip(self._layers, caches, strict=True):
            mixed = layer.query_key_value(hidden * layer.norm_attention, self._rms(hidden))
            mixed = mixed.view(count, turned + groups, shape.head_size)
            turning = mixed[:, :turned]
            mixed[:, :turned] = turning * cosine + turning.roll(shape.head_size // 2, 2) * sine
            cache[0, rows, :, places] = mixed[:, shape.heads : turned]
            cache[1, rows, :, places] = mixed[:, turned:]
            query = mixed[:, : shape.heads]
            if not dense:
                padded = query.new_zeros((size, width, shape.heads, shape.head_size))
                padded[rows, steps] = query
                query = padded
            # Heads that share keys stand as more queries of one head.
            query = query.reshape(size, width, groups, grouped, shape.head_size)
            query = query.permute(0, 2, 3, 1, 4).reshape(
                size, groups, grouped * width, shape.head_size
            )
            query = F.pad(query, (0, 0, 0, missing))
            # Views, not copies: a sequence's heads lie one behind the other.
            keys, values = cache[:, :size, :, :longest]
            weights = torch.matmul(query, keys.transpose(2, 3))
            weights = weights.mul_(scale).add_(mask).softmax(dim=-1)
            heard = torch.matmul(weights, values)[:, :, : grouped * width]
            heard = heard.reshape(size, groups, grouped, width, shape.head_size)
            heard = heard.permute(0, 3, 1, 2, 4).reshape(size, width, -1)
            flat = heard.view(count, -1) if dense else heard[rows, steps]
            hidden = hidden + layer.output(flat)
            gate_up = layer.gate_up(hidden * layer.norm_feed_forward, self._rms(hidden))
            gate, up = gate_up.chunk(2, dim=1)
            hidden = hidden + layer.down(F.silu(gate).mul_(up))
        return hidden * self._norm * self._rms(hidden)

    def _rms(self, hidden: torch.Tensor) -> torch.Tensor:
        """1 / root mean square of each row: the factor of RMSNorm, shape (n, 1).

        It is applied after the linear layer, which commutes with a factor of a row.
        """
        norm = torch.linalg.vector_norm(hidden, dim=1, keepdim=True)
        return norm.square_().div_(self.shape.hidden).add_(self.shape.norm_epsilon).rsqrt_()


def _in_half_the_memory(weight: torch.Tensor) -> torch.Tensor:
    """In float16 where that loses nothing, as with bases that were stored so."""
    half = weight.to(torch.float16).contiguous()
    return half if torch.equal(half.to(weight.dtype), weight) else weight.contiguous()


def _rounded_up(count: int) -> int:
    return -(-count // _BLOCK) * _BLOCK


def _causal_mask(
    places: torch.Tensor,
    before: torch.Tensor,
    rows: torch.Tensor,
    steps: torch.Tensor,
    shape: tuple[int, int, int],
    grouped: int,
) -> torch.Tensor:
    """What each query may see, shape (size, 1, grouped · width, longest): 0 or −∞.

    A token sees the places of its own sequence before ``before``, and its own; an unused
    query slot sees place 0.
    """
    size, width, longest = shape
    ends, own = torch.zeros((2, size, width), dtype=torch.long)
    ends[rows, steps], own[rows, steps] = before, places
    place = torch.arange(longest)
    unseen = (place >= ends[:, :, None]) & (place != own[:, :, None])
    mask = torch.zeros(unseen.shape).masked_fill_(unseen, float("-inf"))
    mask = mask[:, None, None].expand(size, 1, grouped, width, longest)
    return mask.reshape(size, 1, grouped * width, longest)


class CpuBatch:
    """Sequences of a :class:`CpuDecoder`; rows 0 … size - 1 of the caches are in use."""

    def __init__(self, decoder: CpuDecoder, rows: int, tokens: int) -> None:
        shape = decoder.shape
        size = (2, rows, shape.key_value_heads, _rounded_up(tokens), shape.head_size)
        self._decoder = decoder
        self._rows, self._tokens = rows, tokens
        # Zeros, not empty: unused places are multiplied by a weight of zero, which
        # would not hide a NaN. The pages are only taken when written to.
        self._caches = [torch.zeros(size) for _ in range(shape.layers)]
        self._lengths: list[int] = []
        self._prefix: _Prefix | None = None

    @property
    def size(self) -> int:
        """How many sequences are in the batch."""
        return len(self._lengths)

    @torch.inference_mode()
    def admit(self, prompt: Sequence[int], copies: int) -> torch.Tensor:
        """Appends sequences that start with a prompt, which is computed once."""
        if self.size + copies > self._rows:
            raise ValueError(f"the batch holds {self._rows} sequences")
        if self._prefix is None or self._prefix.tokens != tuple(prompt):
            self._prefix = self._compute(tuple(prompt))
        length = len(prompt)
        for cache, prefix in zip(self._caches, self._prefix.caches, strict=True):
            cache[:, self.size : self.size + copies, :, :length] = prefix[:, :, :, :length]
        self._lengths.extend([length] * copies)
        return self._prefix.scores.expand(copies, -1)

    @torch.inference_mode()
    def feed(
        self, tokens: Sequence[Sequence[int]], after: Sequence[Sequence[int]] | None = None
    ) -> torch.Tensor:
        """Appends at least one token to every sequence."""
        hidden = self._step(tokens)
        wanted = after or [[len(new) - 1] for new in tokens]
        starts = accumulate((len(new) for new in tokens), initial=0)
        places = [
            start + place for start, places in zip(starts, wanted, strict=False) for place in places
        ]
        return self._decoder.scores(hidden[places])

    @torch.inference_mode()
    def peek(self, tokens: Sequence[int]) -> torch.Tensor:
        """Scores after each of some tokens, were it the next of every sequence."""
        count = len(tokens)
        if not self.size or not count:
            raise ValueError("there is no sequence, or no token, to look at")
        if max(self._lengths) + count > self._tokens:
            raise ValueError(f"the tokens would pass the batch's {self._tokens}")
        rows = torch.arange(self.size).repeat_interleave(count)
        hidden = self._decoder.forward(
            torch.tensor(list(tokens)).repeat(self.size),
            torch.tensor(self._lengths)[rows],
            rows,
            torch.arange(count).repeat(self.size),
            self._caches,
            self.size,
            rivals=True,
        )
        return self._decoder.scores(hidden).unflatten(0, (self.size, count)).transpose(0, 1)

    def retract(self, row: int, count: int) -> None:
        """Takes a sequence's last tokens back; their places are written over later."""
        self._lengths[row] -= count

    def release(self, row: int) -> None:
        """Takes a sequence out; the last sequence of the batch moves to its place."""
        last = self.size - 1
        length = self._lengths[last]
        if row != last:
            for cache in self._caches:
                cache[:, row, :, :length] = cache[:, last, :, :length]
            self._lengths[row] = length
        self._lengths.pop()

    @torch.inference_mode()
    def hidden_of(self, tokens: Sequence[int]) -> torch.Tensor:
        """Hidden states of a new sequence read at once, shape (n, hidden)."""
        self._lengths.append(0)
        return self._step([tokens])

    def _step(self, tokens: Sequence[Sequence[int]]) -> torch.Tensor:
        if len(tokens) != self.size or not all(tokens):
            raise ValueError("every sequence of the batch takes at least one token")
        flat = torch.tensor([token for new in tokens for token in new])
        rows = torch.tensor([row for row, new in enumerate(tokens) for _ in new])
        steps = torch.tensor([step for new in tokens for step in range(len(new))])
        positions = torch.tensor(self._lengths)[rows] + steps
        lengths = [held + len(new) for held, new in zip(self._lengths, tokens, strict=True)]
        if max(lengths) > self._tokens:
            raise ValueError(f"a sequence would pass the batch's {self._tokens} tokens")
        self._lengths = lengths
        return self._decoder.forward(flat, positions, rows, steps, self._caches, self.size)

    def _compute(self, prompt: tuple[int, ...]) -> _Prefix:
        alone = CpuBatch(self._decoder, 1, len(prompt))
        hidden = alone.hidden_of(prompt)
        return _Prefix(prompt, alone._caches, self._decoder.scores(hidden[-1:]))


@dataclass(frozen=True)
class _Prefix:
    """A computed prompt: caches by layer, (2, 1, key_value_heads, n, head_size); scores."""

    tokens: tuple[int, ...]
    caches: list[torch.Tensor]
    scores: torch.Tensor
