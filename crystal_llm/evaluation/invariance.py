"""Increase in perplexity under translation (IPT): how far a model is from translation invariance.

Source: CrystalLLM (arXiv 2402.04379), Section 5 and Appendix B.5: of each test crystal 20
translations, drawn uniformly per fractional coordinate; the mean perplexity over them less
the least, over the mean. A model whose likelihood knows no origin has 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.rates import Mean, mean_with_interval


@dataclass(frozen=True, slots=True)
class TranslationPerplexity:
    """One crystal's perplexity in several places.

    Attributes:
        name: The crystal's.
        perplexities: One a translation.
    """

    name: str
    perplexities: tuple[float, ...]

    @property
    def increase(self) -> float:
        """Mean less least perplexity, in units of the perplexity."""
        return float(np.mean(self.perplexities) - min(self.perplexities))

    @property
    def normalised_increase(self) -> float:
        """The same over the mean perplexity: what is averaged over crystals."""
        return self.increase / float(np.mean(self.perplexities))


@dataclass(frozen=True, slots=True)
class TranslationInvariance:
    """A model's IPT.

    Attributes:
        normalised: Mean of the normalised increases: the paper's figure.
        increase: Mean of the increases, not normalised.
        perplexity: Mean perplexity over crystals and translations.
        by_rank: Perplexity over its crystal's mean, translations sorted from the least;
            means over the crystals, for a plot.
    """

    normalised: Mean
    increase: Mean
    perplexity: Mean
    by_rank: tuple[float, ...]


def translation_invariance(crystals: Sequence[TranslationPerplexity]) -> TranslationInvariance:
    """A model's IPT from the perplexities of test crystals.

    Args:
        crystals: Each with as many translations.

    Raises:
        EvaluationError: There are none, they differ in number, or one is not a number.
    """
    numbers = {len(crystal.perplexities) for crystal in crystals}
    if len(numbers) != 1 or numbers == {0}:
        raise EvaluationError("IPT needs crystals, each with the same number of translations")
    table = np.array([crystal.perplexities for crystal in crystals], dtype=float)
    if not (np.isfinite(table).all() and (table > 0).all()):
        raise EvaluationError("a perplexity is not a number above 0")
    sorted_shares = np.sort(table / table.mean(axis=1, keepdims=True), axis=1)
    return TranslationInvariance(
        mean_with_interval([crystal.normalised_increase for crystal in crystals]),
        mean_with_interval([crystal.increase for crystal in crystals]),
        mean_with_interval(table.mean(axis=1).tolist()),
        tuple(float(value) for value in sorted_shares.mean(axis=0)),
    )
