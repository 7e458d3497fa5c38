"""Fine-tuning of the compact model on a scientist's own crystals, by their likelihood.

A tenth of the compositions is held out, and training ends when it is no longer written better
(:mod:`crystal_llm.training.compact.lora_run`).
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.errors import TrainingError
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary, stated_formula
from crystal_llm.training.checkpoint import StreamPosition
from crystal_llm.training.compact.batches import SequenceStream, has_tokens
from crystal_llm.training.compact.config import CompactConfig
from crystal_llm.training.compact.lora_run import (
    FineTuned,
    FineTuning,
    is_fine_tuned,
    run_config,
    train_matrices,
)
from crystal_llm.training.compact.network import batch_loss
from crystal_llm.training.compact.validation import CompactValidation, CompactValidator

if TYPE_CHECKING:
    import torch

_Formula = tuple[tuple[str, int], ...]

FEWEST = 20


def fine_tune(
    rows: Sequence[SymmetricRow],
    base: Path,
    out: Path,
    settings: FineTuning,
    *,
    beside: Sequence[SymmetricRow] = (),
    elements_of_base: frozenset[str] | None = None,
    stopped: Callable[[], bool] = lambda: False,
    report: Callable[[dict[str, Any]], None] = lambda record: None,
) -> FineTuned:
    """Fine-tunes a compact model and writes the merged weights, ready for a card.

    Args:
        rows: The crystals; their ``split`` is not looked at.
        base: As of :func:`crystal_llm.training.compact.lora_run.train_matrices`.
        out: As there.
        settings: As there.
        beside: Crystals that the base has learned already, mixed in so that it does not forget
            them. None is held out: the base knows them by heart, so that whatever is learned
            would seem a loss. Those of a composition that is held out are left out.
        elements_of_base: Elements that the base has seen; None: not known.
        stopped: As there.
        report: As there.

    Raises:
        TrainingError: Fewer than twenty crystals or two compositions, an element that the base
            never saw; and as there.
    """
    if is_fine_tuned(out):
        raise TrainingError(f"{out}: a fine-tuned model stands there already; name another folder")
    vocabulary = CompactVocabulary()
    _refuse_unknown_elements(rows, elements_of_base)
    crystals = [row for row in rows if has_tokens(row, vocabulary)]
    split = held_out(crystals, settings)
    out_of_it = {stated_formula(row.crystal) for row in split if row.split == "val"}
    split += [
        replace(row, split="train", near_test=False)
        for row in beside
        if has_tokens(row, vocabulary) and stated_formula(row.crystal) not in out_of_it
    ]
    return train_matrices(
        _lesson(split, vocabulary, run_config(base, settings)),
        base,
        out,
        settings,
        {"crystals_sha256": hashlib.sha256(repr(split).encode()).hexdigest()},
        stopped=stopped,
        report=report,
    )


def held_out_compositions(
    compositions: Iterable[_Formula], settings: FineTuning, generator: random.Random
) -> frozenset[_Formula]:
    """The share of the compositions that is held out, at least one, drawn."""
    drawn = sorted(compositions)
    generator.shuffle(drawn)
    return frozenset(drawn[: max(1, round(settings.held_out_share * len(drawn)))])


def held_out(rows: Sequence[SymmetricRow], settings: FineTuning) -> list[SymmetricRow]:
    """Splits crystals by composition, so that none held out has a twin in training.

    Returns:
        The rows with ``split`` set to ``train`` or ``val`` and their energies completed.

    Raises:
        TrainingError: Too few crystals or compositions.
    """
    if len(rows) < FEWEST:
        raise TrainingError(
            f"{len(rows)} crystals are too few to learn from: at least {FEWEST}, better hundreds"
        )
    compositions = {stated_formula(row.crystal) for row in rows}
    if len(compositions) < 2:
        raise TrainingError(
            "all crystals have one composition, so none can be held out; add others"
        )
    chosen = held_out_compositions(compositions, settings, random.Random(settings.seed))
    assumed = settings.assumed_energy_ev_per_atom
    return [
        replace(
            row,
            split="val" if stated_formula(row.crystal) in chosen else "train",
            near_test=False,
            energy_above_hull_ev_per_atom=(
                assumed
                if row.energy_above_hull_ev_per_atom is None
                else row.energy_above_hull_ev_per_atom
            ),
        )
        for row in rows
    ]


def _lesson(
    rows: Sequence[SymmetricRow], vocabulary: CompactVocabulary, config: CompactConfig
) -> Likelihood:
    source = SequenceStream(rows, vocabulary, config)
    validator = validator_of(rows, vocabulary, config)
    return Likelihood(source, validator, config, max(len(source.wide), 250))


class Likelihood:
    """What fine-tuning learns: to write some crystals, so that others like them get likelier.

    Args:
        source: Draws the crystals.
        validator: Judges on those held out.
        config: The run.
        stride: Draws from one validation to the next.
    """

    def __init__(
        self,
        source: SequenceStream,
        validator: CompactValidator,
        config: CompactConfig,
        stride: int,
    ) -> None:
        self._source, self._validator, self._config = source, validator, config
        self.trained, self.held_out = len(source.wide), validator.crystals
        self.stride = stride

    def batches(self, position: StreamPosition) -> Iterator[tuple[Any, int, StreamPosition]]:
        """Sequences with their padded length."""
        for sequences, length, following in self._source.batches(position):
            yield (sequences, length), len(sequences), following

    def loss(self, network: Any, batch: Any) -> torch.Tensor:
        """Nats a token."""
        sequences, length = batch
        return batch_loss(network, sequences, length, self._config.tokens_per_step)

    def validation(self, network: Any) -> CompactValidation:
        """Nats of the crystals held out."""
        return self._validator(network, self._config.precision)


def validator_of(
    rows: Sequence[SymmetricRow], vocabulary: CompactVocabulary, config: CompactConfig
) -> CompactValidator:
    """Judges a network on the crystals that are held out.

    Raises:
        TrainingError: None of them has at most 20 atoms.
    """
    validator = CompactValidator(rows, vocabulary, count=256, max_orbits=config.max_orbits)
    if validator.crystals == 0:
        raise TrainingError("no crystal that was held out has at most 20 atoms; add smaller cells")
    return validator


def _refuse_unknown_elements(
    rows: Sequence[SymmetricRow], elements_of_base: frozenset[str] | None
) -> None:
    if elements_of_base is None:
        return
    for row in rows:
        unseen = sorted({orbit.element for orbit in row.crystal.orbits} - elements_of_base)
        if unseen:
            raise TrainingError(
                f"{row.material_id}: holds {unseen[0]}, which the base model has never seen; "
                "leave such crystals out"
            )
