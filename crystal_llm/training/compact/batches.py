"""Batches that can be entered anywhere: pool *i* depends on the seed and on *i* alone.

Lengths are padded to a few values and every batch of a length has the same number of rows,
since oneDNN builds a kernel for every new shape; rows that are missing are filled with padding
that counts nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise

from crystal_llm.dataset.symmetric_table import SymmetricRow, is_trained_on
from crystal_llm.errors import CrystalTextError, TrainingError
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.training.batches import is_stable
from crystal_llm.training.checkpoint import StreamPosition, batches_from
from crystal_llm.training.compact.config import CompactConfig
from crystal_llm.training.compact.sequences import (
    LossWeights,
    TrainingSequence,
    draw_sequence,
)

LENGTHS = (16, 24, 32, 40, 48, 56, 64, 80, 96, 128, 192)
_POOL = 16_384


class SequenceStream:
    """The batches of a run.

    Args:
        rows: A table; only its ``train`` rows that are not ``near_test`` are drawn.
        vocabulary: Spells them.
        config: The run.

    Raises:
        TrainingError: No row can be drawn; of a batch: all crystals are too long.
    """

    def __init__(
        self, rows: Sequence[SymmetricRow], vocabulary: CompactVocabulary, config: CompactConfig
    ) -> None:
        drawable = [
            row
            for row in rows
            if is_trained_on(row, config.max_orbits) and has_tokens(row, vocabulary)
        ]
        self.stable = [row for row in drawable if is_stable(row)]
        self.wide = drawable
        if not drawable:
            raise TrainingError("the table holds no crystal to train on")
        self._vocabulary = vocabulary
        self._config = config

    def batches(
        self, position: StreamPosition
    ) -> Iterator[tuple[list[TrainingSequence], int, StreamPosition]]:
        """Batches from a position on: sequences, padded length, the position after."""
        for (sequences, length), following in batches_from(position, self._pool):
            yield sequences, length, following

    def _pool(self, number: int) -> list[tuple[list[TrainingSequence], int]]:
        config = self._config
        generator = random.Random(f"{config.seed}/{number}")
        weights = LossWeights(config.given_weight, config.element_weight)
        groups: dict[int, list[TrainingSequence]] = {length: [] for length in LENGTHS}
        for _ in range(_POOL):
            is_wide = not self.stable or generator.random() < config.wide_share
            row = generator.choice(self.wide if is_wide else self.stable)
            sequence = draw_sequence(
                row,
                self._vocabulary,
                config.mix,
                weights,
                generator,
                varied=config.augmentation,
            )
            length = padded_length(len(sequence.ids))
            if length is not None:
                groups[length].append(sequence)
        batches = []
        for length, sequences in groups.items():
            rows = rows_of(length, config.tokens_per_step)
            for start, end in pairwise([*range(0, len(sequences), rows), len(sequences)]):
                batches.append((sequences[start:end], length))
        if not batches:
            raise TrainingError(f"every crystal of the table takes more than {LENGTHS[-1]} tokens")
        generator.shuffle(batches)
        return batches


def padded_length(length: int) -> int | None:
    """The length that a sequence is padded to; None where it is too long."""
    return next((padded for padded in LENGTHS if length <= padded), None)


def rows_of(length: int, tokens: int) -> int:
    """Rows of every batch of a padded length."""
    return max(1, tokens // length)


def has_tokens(row: SymmetricRow, vocabulary: CompactVocabulary) -> bool:
    """Whether a crystal's lengths and angles are among those that the vocabulary can say."""
    try:
        vocabulary.encode_lattice(row.crystal)
    except CrystalTextError:
        return False
    return True
