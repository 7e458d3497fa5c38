"""The funnel of a job: what is left after each stage, with every denominator."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crystal_llm.jobs.job import Job, JobResult
from crystal_llm.jobs.orders import Order
from crystal_llm.jobs.stages import COMPARED
from crystal_llm.judging import FunnelStage, funnel, within_name
from crystal_llm.ui.widgets.bars import Bar, show_bars

_NAMES = {
    "asked": "asked for",
    "written": "written so far",
    "parsed": "a crystal",
    "valid": "valid as written",
    "relaxed": "relaxed",
    "unique": "unique in this job",
    "novel": "novel",
    within_name(0.0): "on the hull or below",
}


def stages_of(job: Job, order: Order, results: Sequence[JobResult]) -> tuple[FunnelStage, ...]:
    """The funnel of a job's crystals so far: what filters show and bars count.

    Args:
        job: The job.
        order: What it was asked.
        results: Its crystals so far.
    """
    judge = order.judge
    stages = funnel(
        [one.candidate for one in results],
        with_known=judge is not None and judge.known is not None,
        with_compared=is_compared(job),
    )
    if judge is None:
        stages = tuple(stage for stage in stages if stage.name in ("asked", "parsed", "valid"))
    asked = FunnelStage("asked", order.count, order.count)
    if len(results) < order.count:
        return (asked, FunnelStage("written", len(results), order.count), *stages[1:])
    return (asked, *stages[1:])


def is_compared(job: Job) -> bool:
    """Whether all crystals of a job were compared with each other."""
    return any(one.name == COMPARED.name and one.done >= one.total for one in job.stages)


def show_funnel(stages: Sequence[FunnelStage], *, judged: bool) -> None:
    """Draws the funnel.

    Args:
        stages: Of :func:`stages_of`.
        judged: Whether the job judges its crystals.
    """
    asked = stages[0].count or 0
    st.markdown("**From asked to stable**", help="Every stage counts within the one before it.")
    show_bars(
        [
            Bar(
                _NAMES.get(stage.name, stage.name),
                _count(stage, place),
                (stage.count or 0) / asked if asked else 0.0,
            )
            for place, stage in enumerate(stages)
        ],
        muted=True,
    )
    if any(stage.count is None for stage in stages):
        st.caption(
            "Uniqueness is known when all crystals are there; until then what follows it counts "
            "repeated crystals too."
        )
    if not judged:
        st.caption("Not judged: relaxation and energy above hull were not asked for.")


def _count(stage: FunnelStage, place: int) -> str:
    if stage.count is None:
        return "–"
    if not place:
        return f"{stage.count:,}"
    share = f" ({100 * stage.count / stage.before:.0f}%)" if stage.before else ""
    return f"{stage.count:,} of {stage.before:,}{share}"
