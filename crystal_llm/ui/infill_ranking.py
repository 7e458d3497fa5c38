"""Candidates in order: by what the model thinks, by energy above hull, and by both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crystal_llm.ui.job_results import ResultRow


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its ranks, from 1; None where it has none.

    Attributes:
        row: The candidate.
        name: The elements that were put in.
        probability: Of these, as the model gave it at τ = 1.
        by_model: Rank by that probability.
        by_hull: Rank by energy above hull.
        both: Mean of the two.
    """

    row: ResultRow
    name: str
    probability: float | None
    by_model: int | None
    by_hull: int | None

    @property
    def both(self) -> float | None:
        """Mean of the two ranks."""
        if self.by_model is None or self.by_hull is None:
            return None
        return (self.by_model + self.by_hull) / 2


ORDERS: dict[str, Callable[[Ranked], float | None]] = {
    "Model": lambda one: one.by_model,
    "Hull": lambda one: one.by_hull,
    "Both": lambda one: one.both,
}
"""What candidates are ordered by; those without a rank come last."""


def ranking(rows: Sequence[ResultRow], order: str = "Both") -> list[Ranked]:
    """Candidates in one of :data:`ORDERS`; equal values share a rank."""
    likely = [row.result.written.probability for row in rows]
    above = [row.energy_above_hull_ev_per_atom for row in rows]
    models = _ranks([None if one is None else -one for one in likely])
    hulls = _ranks(above)
    ranked = [
        Ranked(row, row.result.written.id, probability, by_model, by_hull)
        for row, probability, by_model, by_hull in zip(rows, likely, models, hulls, strict=True)
    ]
    value = ORDERS.get(order, ORDERS["Both"])
    return sorted(
        ranked,
        key=lambda one: (value(one) is None, value(one) or 0.0, one.by_hull or len(rows) + 1),
    )


def _ranks(values: Sequence[float | None]) -> list[int | None]:
    """Ranks from 1 of values, the smallest first."""
    ordered = sorted(value for value in values if value is not None)
    return [None if value is None else ordered.index(value) + 1 for value in values]
