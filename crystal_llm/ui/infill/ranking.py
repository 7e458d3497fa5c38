"""Candidates in order: by what the model thinks, by energy above hull, and by both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crystal_llm.infill.completion import added_text
from crystal_llm.jobs.job import JobResult


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its ranks, from 1; None where it has none.

    Attributes:
        row: The candidate.
        name: The elements that were put in, or what a completion added.
        probability: Of the elements that were put in, as the model gave it at τ = 1.
        log_likelihood_per_atom: Of an added atom's text, natural logarithm; None where
            nothing was added.
        by_model: Rank by that probability or likelihood. Both kinds are ranked apart: a
            probability of an element and one of a text cannot be compared.
        by_hull: Rank by energy above hull.
        both: Mean of the two.
    """

    row: JobResult
    name: str
    probability: float | None
    log_likelihood_per_atom: float | None
    by_model: int | None
    by_hull: int | None

    @property
    def both(self) -> float | None:
        """Mean of the two ranks."""
        if self.by_model is None or self.by_hull is None:
            return None
        return (self.by_model + self.by_hull) / 2


ORDERS: dict[str, Callable[[Ranked], float | None]] = {
    "Model": lambda rank: rank.by_model,
    "Hull": lambda rank: rank.by_hull,
    "Both": lambda rank: rank.both,
}
"""What candidates are ordered by; those without a rank come last."""


def ranking(
    rows: Sequence[JobResult], order: str = "Both", kept_atoms: Mapping[str, int] | None = None
) -> list[Ranked]:
    """Candidates in one of :data:`ORDERS`; equal values share a rank.

    Args:
        rows: The candidates.
        order: What they are ordered by.
        kept_atoms: How many atoms each completion kept, by the id of its entry.
    """
    kept_atoms = kept_atoms or {}
    likely = [row.candidate.written.probability for row in rows]
    written = [_per_added_atom(row, kept_atoms.get(row.entry_id)) for row in rows]
    infilled = _ranks([None if likelihood is None else -likelihood for likelihood in likely])
    completed = _ranks([None if likelihood is None else -likelihood for likelihood in written])
    hulls = _ranks([row.candidate.energy_above_hull_ev_per_atom for row in rows])
    ranked = [
        Ranked(
            row=row,
            name=_name(row, kept_atoms.get(row.entry_id)),
            probability=likely[place],
            log_likelihood_per_atom=written[place],
            by_model=infilled[place] or completed[place],
            by_hull=hulls[place],
        )
        for place, row in enumerate(rows)
    ]
    value = ORDERS.get(order, ORDERS["Both"])
    return sorted(
        ranked,
        key=lambda rank: (value(rank) is None, value(rank) or 0.0, rank.by_hull or len(rows) + 1),
    )


def _name(row: JobResult, kept_atoms: int | None) -> str:
    crystal = row.candidate.written.crystal
    if kept_atoms is None or crystal is None:
        return row.candidate.id
    return f"+ {added_text(crystal.species[kept_atoms:])}"


def _per_added_atom(row: JobResult, kept_atoms: int | None) -> float | None:
    written = row.candidate.written
    if kept_atoms is None or written.crystal is None or written.log_likelihood is None:
        return None
    return written.log_likelihood / max(len(written.crystal.species) - kept_atoms, 1)


def _ranks(values: Sequence[float | None]) -> list[int | None]:
    """Ranks from 1 of values, the smallest first."""
    ordered = sorted(value for value in values if value is not None)
    return [None if value is None else ordered.index(value) + 1 for value in values]
