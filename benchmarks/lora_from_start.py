"""What LoRA still gains where all weights have learned: the compact model, gone on from its start.

    python benchmarks/lora_from_start.py /tmp/lora --minutes 10

Low-rank matrices of rank 16 in every linear layer of the shipped network learn the crystals that
it was trained on, of any energy, and are judged on the same 512 validation crystals as the runs of
``benchmarks/pretraining.json``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from crystal_llm.dataset.symmetric_table import read_symmetric_table
from crystal_llm.language_model.card import find_card
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.settings import settings
from crystal_llm.training.compact.batches import SequenceStream
from crystal_llm.training.compact.fine_tuning import Likelihood
from crystal_llm.training.compact.lora_run import (
    FineTuning,
    NothingLearnedError,
    run_config,
    train_matrices,
)
from crystal_llm.training.compact.validation import CompactValidator

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
    vocabulary, config = CompactVocabulary(), run_config(card.network.folder, how)
    rows = read_symmetric_table(settings().models / "known-structures.parquet")
    lesson = Likelihood(
        SequenceStream(rows, vocabulary, config),
        CompactValidator(rows, vocabulary, count=512, max_orbits=config.max_orbits),
        config,
        STRIDE,
    )
    try:
        tuned = train_matrices(
            lesson, card.network.folder, arguments.out, how, {"table": "known structures"},
            report=_print,
        )  # fmt: skip
    except NothingLearnedError as error:
        print(error)
    else:
        print(f"{tuned.draws:,} draws, {tuned.minutes:.1f} min: {tuned.before} -> {tuned.after}")


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
