"""A stream of batches that can be entered at any place again.

Draws come in pools; a pool is sorted by length and cut into batches of like lengths, so
that little is padded, and the batches are shuffled. Pool ``i`` depends on the seed and
on ``i`` alone: a run that was killed goes on with exactly the batches it would have had.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import TrainingError
from crystal_llm.language_model.tokenizer import completion_ids
from crystal_llm.training.checkpoint import StreamPosition, batches_from
from crystal_llm.training.config import TrainingConfig
from crystal_llm.training.drawing import draws_of
from crystal_llm.training.prompt_sampling import STABLE_EV_PER_ATOM, Draw

POOL = 512
_TRIES = 100


@dataclass(frozen=True, slots=True)
class TokenisedDraw:
    """Token ids of a draw; the loss counts those from ``prompt_length`` on."""

    ids: tuple[int, ...]
    prompt_length: int
    is_infill: bool


class BatchStream:
    """Batches of tokenised draws from a table's training rows."""

    def __init__(
        self,
        rows: Sequence[CrystalRow] | Sequence[SymmetricRow],
        tokenizer: Any,
        config: TrainingConfig,
    ) -> None:
        self._draws = draws_of(config.text)
        train = [
            row
            for row in rows
            if self._draws.is_drawn(row, config.max_orbits)
            and self._draws.atoms(row) <= config.max_atoms
        ]
        self._stable = [row for row in train if is_stable(row)]
        self._wide = [row for row in train if not is_stable(row)]
        if not self._stable and not self._wide:
            raise TrainingError("the table has no training rows within max_atoms")
        self._tokenizer = tokenizer
        self._config = config

    def batches(
        self, start: StreamPosition
    ) -> Iterator[tuple[list[TokenisedDraw], StreamPosition]]:
        """Endless batches from a place on, each with the place after it."""
        return batches_from(start, self._pool)

    def _draw(self, source: Sequence[Any], rng: random.Random) -> Draw:
        """The kind is drawn before the crystal, so that generation sees sizes as they are."""
        mix, draws = self._config.mix, self._draws
        if rng.random() >= mix.infill:
            return draws.generation(rng.choice(source), mix, rng)
        for _ in range(_TRIES):
            row = rng.choice(source)
            if draws.atoms(row) <= mix.infill_max_atoms:
                return draws.infill(row, rng)
        return draws.generation(row, mix, rng)

    def _pool(self, index: int) -> list[list[TokenisedDraw]]:
        rng = random.Random(f"{self._config.seed}/{index}")
        draws = []
        for _ in range(POOL):
            wide = rng.random() < self._config.wide_share
            source = (self._wide or self._stable) if wide else (self._stable or self._wide)
            draws.append(self._draw(source, rng))
        batches = cut_batches(tokenise(draws, self._tokenizer), self._config.tokens_per_microbatch)
        rng.shuffle(batches)
        return batches


def is_stable(row: CrystalRow | SymmetricRow) -> bool:
    """Whether a row belongs to the stable set (within 0.1 eV/atom of the hull)."""
    energy = row.energy_above_hull_ev_per_atom
    return energy is not None and energy <= STABLE_EV_PER_ATOM


def tokenise(draws: Sequence[Draw], tokenizer: Any) -> list[TokenisedDraw]:
    """Token ids of draws, the end token after each completion."""
    tokenised = []
    for draw in draws:
        asked, answered = completion_ids(tokenizer, draw.prompt, draw.completion)
        ids = (*asked, *answered, tokenizer.eos_token_id)
        tokenised.append(TokenisedDraw(ids, len(asked), draw.is_infill))
    return tokenised


def cut_batches(draws: Sequence[TokenisedDraw], padded_tokens: int) -> list[list[TokenisedDraw]]:
    """Cuts draws, sorted by length, into batches of at most so many padded tokens.

    A draw longer than the limit makes a batch of its own.
    """
    batches: list[list[TokenisedDraw]] = []
    batch: list[TokenisedDraw] = []
    for draw in sorted(draws, key=lambda item: len(item.ids)):
        if batch and len(draw.ids) * (len(batch) + 1) > padded_tokens:
            batches.append(batch)
            batch = []
        batch.append(draw)
    if batch:
        batches.append(batch)
    return batches
