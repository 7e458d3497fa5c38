"""Validation losses: what the model makes of crystals that it never trained on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crystal_llm.dataset.table import CrystalRow
from crystal_llm.text.codec import encode_plain
from crystal_llm.text.prompts import generation_prompt
from crystal_llm.training.batches import TokenisedDraw, cut_batches, is_stable, tokenise
from crystal_llm.training.objective import CompletionLoss
from crystal_llm.training.prompt_sampling import Draw, PromptMix, draw_prompt, known_conditions
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
    """

    free: float
    formula: float
    conditioned: float
    infill: float
    crystals: int


@dataclass(frozen=True)
class ValidationSet:
    """The same draws at every validation, batched by length."""

    kinds: dict[str, list[list[TokenisedDraw]]]
    crystals: int

    def __call__(self, loss: CompletionLoss, *, full_vocabulary: bool = False) -> ValidationLoss:
        """Judges a model."""
        import torch

        losses: dict[str, float] = {}
        with torch.inference_mode():
            for kind, batches in self.kinds.items():
                results = [loss(batch, full_vocabulary=full_vocabulary) for batch in batches]
                nats = sum(result.crystal_nats + result.infill_nats for result in results)
                losses[kind] = nats / sum(
                    result.crystal_tokens + result.infill_tokens for result in results
                )
        return ValidationLoss(**losses, crystals=self.crystals)


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
    batches = {
        kind: cut_batches(tokenise(items, tokenizer), padded_tokens)
        for kind, items in draws.items()
    }
    return ValidationSet(batches, len(chosen))
