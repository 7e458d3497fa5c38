"""Relaxing many crystals of which only those near the hull count.

Most of the time goes into crystals that end far from the hull: they take the most steps. So each
is looked at after a few steps, and gone on with only if it may still come within reach. What a
glance costs in good crystals and saves in time is measured in ``docs/training.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crystal_llm.candidate import Candidate, Relaxed
from crystal_llm.relaxation.continued import continued

if TYPE_CHECKING:
    from crystal_llm.judging import JudgingResources
    from crystal_llm.relaxation.result import RelaxationResult


@dataclass(frozen=True, slots=True)
class Glance:
    """When a relaxation is looked at, and what it must have come to.

    Attributes:
        steps: Steps of the optimizer before it.
        reach_ev_per_atom: Energy above hull beyond which a crystal is given up.
    """

    steps: int
    reach_ev_per_atom: float

    def gives_up(self, candidate: Candidate) -> bool:
        """Whether a crystal that was looked at is out of reach."""
        above = candidate.energy_above_hull_ev_per_atom
        return not candidate.relaxed and above is not None and above > self.reach_ev_per_atom


CHOICE_GLANCE = Glance(steps=5, reach_ev_per_atom=0.4)
"""For what a round of self-improvement learns from: what has to fall so far is nothing that a model
should write."""

TRIAL_GLANCE = Glance(steps=20, reach_ev_per_atom=0.5)
"""For its trial, where every good crystal counts."""


def judge_at_a_glance(
    candidates: Sequence[Candidate],
    bench: JudgingResources,
    glance: Glance,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Candidate]:
    """Relaxes candidates and places them on the hull; those out of reach are given up.

    One that is given up keeps the crystal and the energy that it had, not converged. What was
    relaxed to its end before (the cache has it) is not looked at. The phases that candidates
    compete with stay as given.

    Args:
        candidates: Valid ones, with a crystal each. Their indexes differ.
        bench: What they are judged with.
        glance: When they are looked at.
        progress: Called with those that have ended and their number.
        should_stop: Asked between relaxations; those not begun are not given then.

    Yields:
        The candidates, as they end.

    Raises:
        PotentialError: No such potential, or it cannot be loaded.
        StabilityError: The reference is of another method.
    """
    from crystal_llm.judging import placed, relaxed

    done = 0

    def ended(candidate: Candidate) -> Candidate:
        nonlocal done
        done += 1
        progress(done, len(candidates))
        return candidate

    cached = _cached(candidates, bench)
    for place, result in cached.items():
        yield ended(placed(candidates[place].after(Relaxed(result)), bench))
    new = [candidate for place, candidate in enumerate(candidates) if place not in cached]
    steps = min(glance.steps, bench.settings.max_steps)
    quick = replace(bench, settings=replace(bench.settings, max_steps=steps))
    goes_on: dict[int, Candidate] = {}
    for begun in relaxed(new, quick, should_stop=should_stop):
        candidate = placed(begun, bench)
        may_move = candidate.relaxed_crystal is not None and steps < bench.settings.max_steps
        if candidate.relaxed or not may_move or glance.gives_up(candidate):
            yield ended(candidate)
        else:
            goes_on[candidate.index] = candidate
    for further in relaxed(list(goes_on.values()), bench, should_stop=should_stop):
        first = goes_on[further.index]
        start, before, after = first.unrelaxed_crystal, first.relaxation, further.relaxation
        assert start is not None and before is not None and after is not None
        yield ended(placed(further.after(Relaxed(continued(start, before, after))), bench))


def _cached(
    candidates: Sequence[Candidate], bench: JudgingResources
) -> dict[int, RelaxationResult]:
    """Whole relaxations of candidates that were done before, by their places."""
    from crystal_llm.relaxation.batch import card_of
    from crystal_llm.relaxation.cache import cached_relaxations

    if bench.cache is None:
        return {}
    method = card_of(bench.potential).method
    crystals = [candidate.crystal for candidate in candidates if candidate.crystal is not None]
    return cached_relaxations(crystals, bench.settings, method, bench.cache)
