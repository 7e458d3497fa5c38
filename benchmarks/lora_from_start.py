"""What LoRA still gains where all weights have learned: the compact model, gone on from its start.

    python benchmarks/lora_from_start.py /tmp/lora --minutes 10

Low-rank matrices of rank 16 in every linear layer of the shipped network learn the crystals that
it was trained on, of any energy, and are judged on the same 512 validation crystals as the runs of
``benchmarks/pretraining.json``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.dataset.symmetric_table import read_symmetric_table
from crystal_llm.language_model.card import find_card
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.settings import settings
from crystal_llm.training.compact.batches import SequenceStream
from crystal_llm.training.compact.lora_run import (
    FineTuning,
    NothingLearnedError,
    run_config,
    train_matrices,
)
from crystal_llm.training.compact.network import batch_loss
from crystal_llm.training.compact.validation import CompactValidator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crystal_llm.training.checkpoint import StreamPosition
    from crystal_llm.training.compact.validation import CompactValidation

STRIDE = 4000


def main() -> None:
    """Trains, and prints each validation."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder of the run")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=3e-4)
    arguments = parser.parse_args()
    card = find_card("compact", settings().models)
    assert card.network is not None
    how = FineTuning(rate=arguments.rate, minutes=arguments.minutes)
    lesson = _WholeTable(settings().models / "known-structures.parquet", card.network.folder, how)
    try:
        tuned = train_matrices(
            lesson, card.network.folder, arguments.out, how, {"table": "known structures"},
            report=_print,
        )  # fmt: skip
    except NothingLearnedError as error:
        print(error)
    else:
        print(f"{tuned.draws:,} draws, {tuned.minutes:.1f} min: {tuned.before} -> {tuned.after}")


class _WholeTable:
    """A :class:`crystal_llm.training.compact.lora_run.Lesson` on a table's own splits."""

    stride = STRIDE

    def __init__(self, table: Path, base: Path, how: FineTuning) -> None:
        vocabulary, self._config = CompactVocabulary(), run_config(base, how)
        rows = read_symmetric_table(table)
        self._source = SequenceStream(rows, vocabulary, self._config)
        self._validator = CompactValidator(
            rows, vocabulary, count=512, max_orbits=self._config.max_orbits, varied="both"
        )
        self.trained, self.held_out = len(self._source.wide), self._validator.crystals

    def batches(self, position: StreamPosition) -> Iterator[tuple[Any, int, StreamPosition]]:
        """Sequences with their padded length."""
        for sequences, length, following in self._source.batches(position):
            yield (sequences, length), len(sequences), following

    def loss(self, network: Any, batch: Any) -> Any:
        """Nats a token."""
        sequences, length = batch
        return batch_loss(network, sequences, length, self._config.tokens_per_step)

    def validation(self, network: Any) -> CompactValidation:
        """Nats of the validation crystals."""
        return self._validator(network, self._config.precision)


def _print(line: dict[str, Any]) -> None:
    if "validation" in line:
        said = line["validation"]
        print(
            f"{line.get('crystals', 0):,} draws, {line.get('minutes', 0.0):.1f} min: "
            f"{said['free_nats']:.2f} nats free, {said['formula_nats']:.2f} with the formula",
            flush=True,
        )


if __name__ == "__main__":
    main()
