"""Validation losses: what the model makes of crystals that it never trained on."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.text.codec import encode_plain
from crystal_llm.text.prompts import generation_prompt
from crystal_llm.text.symmetric_prompts import symmetric_infill_prompt, symmetric_prompt
from crystal_llm.text.symmetric_text import encode_symmetric
from crystal_llm.training.batches import TokenisedDraw, cut_batches, is_stable, tokenise
from crystal_llm.training.compact.validation import judged_crystals
from crystal_llm.training.config import TrainingConfig
from crystal_llm.training.objective import CompletionLoss
from crystal_llm.training.prompt_sampling import Draw, PromptMix, draw_prompt, known_conditions
from crystal_llm.training.symmetric_prompt_sampling import known_symmetric_conditions
from crystal_llm.types import Conditions


@dataclass(frozen=True, slots=True)
class ValidationLoss:
    """Losses in nats a token, each over the same crystals.

    Attributes:
        free: Crystal tokens after the prompt without conditions.
        formula: Crystal tokens after the prompt with the formula.
        conditioned: Crystal tokens after the prompt with all that is known.
        infill: The element's tokens and the end token after an infill prompt.
        crystals: How many crystals were judged.
        free_nats_a_crystal: As ``free``, but in nats a crystal, which compares tokenizers.
        formula_nats_a_crystal: As ``formula``, likewise.
    """

    free: float
    formula: float
    conditioned: float
    infill: float
    crystals: int
    free_nats_a_crystal: float
    formula_nats_a_crystal: float


@dataclass(frozen=True)
class ValidationSet:
    """The same draws at every validation, batched by length."""

    kinds: dict[str, list[list[TokenisedDraw]]]
    crystals: int

    def __call__(self, loss: CompletionLoss, *, full_vocabulary: bool = False) -> ValidationLoss:
        """Judges a model."""
        import torch

        losses: dict[str, float] = {}
        sums: dict[str, float] = {}
        with torch.inference_mode():
            for kind, batches in self.kinds.items():
                results = [loss(batch, full_vocabulary=full_vocabulary) for batch in batches]
                nats = sum(result.crystal_nats + result.infill_nats for result in results)
                sums[kind] = nats
                losses[kind] = nats / sum(
                    result.crystal_tokens + result.infill_tokens for result in results
                )
        return ValidationLoss(
            **losses,
            crystals=self.crystals,
            free_nats_a_crystal=sums["free"] / self.crystals,
            formula_nats_a_crystal=sums["formula"] / self.crystals,
        )


def judge_of(
    rows: Sequence[Any], tokenizer: Any, config: TrainingConfig, *, count: int
) -> ValidationSet:
    """The validation set of a run, in its text."""
    if config.text == "symmetric":
        return symmetric_validation_set(rows, tokenizer, count=count, max_orbits=config.max_orbits)
    return validation_set(rows, tokenizer, count=count)


def validation_set(
    rows: Sequence[CrystalRow],
    tokenizer: Any,
    *,
    count: int,
    split: str = "val",
    seed: int = 0,
    padded_tokens: int = 2048,
) -> ValidationSet:
    """Draws a validation set from a table's split: of its stable crystals, if it has any.

    Args:
        rows: The table.
        tokenizer: Of the model to be judged.
        count: Crystals to draw (all, where there are fewer).
        split: ``val`` or ``test``.
        seed: Of the draw.
        padded_tokens: Largest batch.
    """
    rng = random.Random(seed)
    in_split = [row for row in rows if row.split == split]
    # A table may know no energies at all.
    held = [row for row in in_split if is_stable(row)] or in_split
    chosen = rng.sample(held, min(count, len(held)))
    draws: dict[str, list[Draw]] = {"free": [], "formula": [], "conditioned": [], "infill": []}
    for row in chosen:
        crystal = row.crystal.translated((rng.random(), rng.random(), rng.random()))
        text = encode_plain(crystal)
        for kind, conditions in (
            ("free", Conditions()),
            ("formula", Conditions(formula=row.formula)),
            ("conditioned", known_conditions(row)),
        ):
            draws[kind].append(Draw(generation_prompt(conditions), text, is_infill=False))
        draws["infill"].append(draw_prompt(row, PromptMix(infill=1.0), rng))
    return _batched(draws, tokenizer, padded_tokens, len(chosen))


def symmetric_validation_set(
    rows: Sequence[SymmetricRow],
    tokenizer: Any,
    *,
    count: int,
    max_orbits: int,
    padded_tokens: int = 2048,
) -> ValidationSet:
    """The crystals that the compact model is judged on, in a pretrained model's text.

    Their energy above hull is told throughout, as there, so that nats a crystal compare.

    Args:
        rows: The table.
        tokenizer: Of the model to be judged.
        count: Crystals to draw (all, where there are fewer).
        max_orbits: Most orbits of a crystal judged.
        padded_tokens: Largest batch.
    """
    draws: dict[str, list[Draw]] = {"free": [], "formula": [], "conditioned": [], "infill": []}
    judged = judged_crystals(rows, CompactVocabulary(), count=count, max_orbits=max_orbits)
    for item in judged:
        energy = item.row.energy_above_hull_ev_per_atom
        text = encode_symmetric(item.crystal)
        for kind, conditions in (
            ("free", Conditions(energy_above_hull_ev_per_atom=energy)),
            ("formula", Conditions(item.row.formula, energy_above_hull_ev_per_atom=energy)),
            ("conditioned", known_symmetric_conditions(item.row)),
        ):
            draws[kind].append(Draw(symmetric_prompt(conditions), text, is_infill=False))
        draws["infill"].append(
            Draw(symmetric_infill_prompt(item.masked), item.element, is_infill=True)
        )
    return _batched(draws, tokenizer, padded_tokens, len(judged))


def _batched(
    draws: Mapping[str, Sequence[Draw]], tokenizer: Any, padded_tokens: int, crystals: int
) -> ValidationSet:
    batches = {
        kind: cut_batches(tokenise(items, tokenizer), padded_tokens)
        for kind, items in draws.items()
    }
    return ValidationSet(batches, crystals)
