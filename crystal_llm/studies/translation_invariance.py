"""Measures a model's IPT on test crystals; see :mod:`crystal_llm.evaluation.invariance`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.invariance import TranslationPerplexity
from crystal_llm.text.codec import decode_plain, encode_plain

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel

INVARIANCE_CRYSTALS, INVARIANCE_TRANSLATIONS = 500, 20
"""The paper's."""


def draw_test_rows(
    rows: Sequence[CrystalRow], count: int, *, max_atoms: int = 20, seed: int = 0
) -> list[CrystalRow]:
    """Test rows of a table, drawn at random.

    Args:
        rows: A training table: Niggli-reduced primitive cells.
        count: At most so many.
        max_atoms: Larger cells are left out.
        seed: Of the draw.

    Raises:
        EvaluationError: No such row, or an impossible number.
    """
    if count < 1:
        raise EvaluationError(f"n = {count}: at least 1")
    eligible = [
        row for row in rows if row.split == "test" and len(row.crystal.species) <= max_atoms
    ]
    if not eligible:
        raise EvaluationError(
            f"the table has no test row of at most {max_atoms} atoms; make one with `crystal-llm "
            "data`, whose splits hold some"
        )
    picks = np.random.default_rng(seed).permutation(len(eligible))[:count]
    return [eligible[int(pick)] for pick in picks]


def translation_perplexities(
    model: LoadedModel,
    rows: Sequence[CrystalRow],
    *,
    translations: int = INVARIANCE_TRANSLATIONS,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[TranslationPerplexity]:
    """The perplexity of each crystal in several places.

    Perplexities count the crystal string's tokens and its end, over the model's whole
    vocabulary, after the prompt without conditions.

    Args:
        model: The model.
        rows: The crystals.
        translations: How many places, uniform per fractional coordinate.
        seed: Of the translations.
        progress: Called with the crystals done and their number.
        should_stop: Asked between crystals.

    Raises:
        EvaluationError: Fewer than two translations, or a model of symmetric text.
    """
    from crystal_llm.generation.writer import score_texts

    if not 2 <= translations <= 10_000:
        raise EvaluationError(f"translations = {translations}: from 2 to 10,000")
    if model.text == "symmetric":
        raise EvaluationError(
            f"{model.card.name} writes symmetric text, whose origin the space group fixes: a "
            "crystal has the same text wherever it is moved, and IPT says nothing of the model"
        )
    for done, row in enumerate(rows):
        if should_stop():
            return
        shifts = np.random.default_rng([seed, done]).random((translations, 3))
        # As the paper's: the crystal that its string says is moved and written again.
        crystal = decode_plain(encode_plain(row.crystal))
        texts = [
            encode_plain(crystal.translated((float(x), float(y), float(z)))) for x, y, z in shifts
        ]
        scores = score_texts(model, texts)
        progress(done + 1, len(rows))
        yield TranslationPerplexity(row.material_id, tuple(score.perplexity for score in scores))
