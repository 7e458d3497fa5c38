"""Rates and means with their denominators and their uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many.

    Attributes:
        count: How many have the property.
        total: Out of how many.
        whole: What the total counts, such as ``parsed``: no rate stands without it.
    """

    count: int
    total: int
    whole: str

    @property
    def share(self) -> float | None:
        """Count over total, 0 to 1; None where the total is 0."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95% score interval of the share; None where the total is 0.

        Source: E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927). Unlike the normal one it
        stays within 0 to 1 and is honest at 0 of n.
        """
        if not self.total:
            return None
        from scipy.stats import binomtest

        interval = binomtest(self.count, self.total).proportion_ci(method="wilson")
        return float(interval.low), float(interval.high)

    def __str__(self) -> str:
        if self.share is None or self.interval is None:
            return f"{self.count} of {self.total} {self.whole}"
        low, high = self.interval
        return (
            f"{self.count} of {self.total} {self.whole} = {100 * self.share:.1f}% "
            f"({100 * low:.1f} to {100 * high:.1f}%)"
        )


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, or another number, over crystals, with a 95% interval.

    Attributes:
        value: The number.
        low: Lower end: bootstrap over crystals, percentiles (seeded).
        high: Upper end.
        total: How many crystals.
    """

    value: float
    low: float
    high: float
    total: int


def mean_with_interval(values: Sequence[float]) -> Mean:
    """A mean with its bootstrap interval."""
    array = np.asarray(values, dtype=float)
    picks = np.random.default_rng(0).integers(0, len(array), size=(_RESAMPLES, len(array)))
    low, high = np.percentile(array[picks].mean(axis=1), [2.5, 97.5])
    return Mean(float(array.mean()), float(low), float(high), len(array))
