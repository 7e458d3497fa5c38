"""How long a round of self-improvement takes."""

from __future__ import annotations

from collections.abc import Mapping

from crystal_llm.generation.usual import USUAL
from crystal_llm.jobs.stages import CHOSEN_FROM, RELAXED_FOR_CHOICE
from crystal_llm.studies.improvement import Improvement

_SECONDS_WRITTEN, _SECONDS_RELAXED = 0.05, 2.0
"""A crystal of at most 20 atoms, refined, CHGNet, one core: on a machine that has done neither."""

_SHARE_RELAXED = 0.47
"""Of those written: 2,347 of 5,000 were valid, new and written for the first time
(docs/training.md)."""

_SHARE_TRIED = 0.4
"""Likewise of a trial, at the usual temperature: 197 of 500."""

_EXAMINER_TIMES = 7.0
"""How many times as long SevenNet-0 takes for a crystal of the trial: twice for each step
(docs/potentials.md), farther to go on, and the phases that it competes with."""

_POWER_OF_ATOMS = 1.6
"""Cells of at most 10 atoms take a third of the time of those of at most 20 (docs/training.md)."""


def seconds_of_round(improvement: Improvement, paces: Mapping[str, float]) -> float:
    """Seconds that a round takes, roughly.

    Args:
        improvement: The round.
        paces: Seconds a crystal by stage, of jobs done here (:func:`crystal_llm.jobs.pace.
            stage_paces`); what is missing is taken from one core.
    """
    written = paces.get(CHOSEN_FROM.name, _SECONDS_WRITTEN)
    smaller: float = (improvement.max_atoms / USUAL.max_atoms) ** _POWER_OF_ATOMS
    relaxed = paces.get(RELAXED_FOR_CHOICE.name, _SECONDS_RELAXED) * smaller
    trials = 2 * improvement.trial
    return (
        (improvement.count + trials) * written
        + (_SHARE_RELAXED * improvement.count + _SHARE_TRIED * _EXAMINER_TIMES * trials) * relaxed
        + 60.0 * improvement.minutes
    )
