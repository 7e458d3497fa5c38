"""The funnel of a job: what is left after each stage, with every denominator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from crystal_llm.funnel import SUN, FunnelStage, funnel, within_name
from crystal_llm.jobs.job import JobResult
from crystal_llm.jobs.orders import Order
from crystal_llm.ui.widgets.bars import Bar, show_bars

_NAMES = {
    "asked": "requested",
    "written": "written so far",
    "parsed": "valid text",
    "valid": "valid as written",
    "unique": "unique in this job",
    within_name(0.0): "on the hull or below",
    SUN: "S.U.N.",
}
_REMARKS = {
    "valid": "Neutral by common oxidation states, no atoms closer than 0.5 Å. Metals often fail; "
    "nothing below depends on it.",
    "novel": "Counts those that are none of the known structures.",
    SUN: "Stable (relaxed, on the hull or below), unique and novel, of all requested.",
}


def stages_of(order: Order, results: Sequence[JobResult]) -> tuple[FunnelStage, ...]:
    """The funnel of a job's crystals so far: what filters show and bars count.

    Args:
        order: What the job was asked.
        results: Its crystals so far.
    """
    judge = order.judge
    stages = funnel(
        [result.candidate for result in results],
        with_known=judge is not None and judge.known is not None,
    )
    if judge is None:
        stages = tuple(stage for stage in stages if stage.name in ("asked", "parsed", "valid"))
    elif judge.reference is None:
        hull = (within_name(0.1), within_name(0.0), SUN)
        stages = tuple(stage for stage in stages if stage.name not in hull)
    if not results:  # none of nothing is no zero
        stages = tuple(replace(stage, count=None) for stage in stages)
    if order.given:  # no model wrote them
        stages = tuple(stage for stage in stages if stage.name != "parsed")
    asked = FunnelStage("asked", order.count, order.count)
    if len(results) < order.count:
        written = FunnelStage("written", len(results), order.count, "asked")
        return (asked, written, *stages[1:])
    return (asked, *stages[1:])


def show_funnel(stages: Sequence[FunnelStage], *, judged: bool, ended: bool = True) -> None:
    """Draws the funnel.

    Args:
        stages: Of :func:`stages_of`.
        judged: Whether the job judges its crystals.
        ended: Whether the job does nothing more by itself.
    """
    asked = stages[0].count or 0
    st.markdown(
        "**From requested to stable**",
        help="Each share is of the crystals that were checked for it: "
        "relaxed, unique and the energies above hull within the stage before. What is still to be "
        "checked counts neither way.",
    )
    show_bars(
        [
            Bar(
                _NAMES.get(stage.name, stage.name),
                counted_text(stage),
                (stage.count or 0) / asked if asked else 0.0,
                remark=remark_text(stage, ended=ended),
            )
            for stage in stages
        ],
        muted=True,
    )
    if any(stage.name == "unique" and not stage.before for stage in stages) and not ended:
        st.caption(
            "Uniqueness and novelty are known when all crystals are there; until then what "
            "follows counts repeated crystals too."
        )
    if not judged:
        st.caption("Not judged: relaxation and energy above hull were not requested.")


def counted_text(stage: FunnelStage) -> str:
    """How many of how many: ``3 of 8 (38%)``; ``–`` where none was checked, ``0`` of none left."""
    if stage.count is None or (stage.pending and not stage.before):
        return "–"
    if not stage.within or not stage.before:
        return f"{stage.count:,}"
    return f"{stage.count:,} of {stage.before:,} ({100 * stage.count / stage.before:.0f}%)"


def remark_text(stage: FunnelStage, *, ended: bool) -> str:
    """What a stage means, and how many are pending; empty where there is nothing to say.

    Args:
        stage: The stage.
        ended: Whether the job does nothing more by itself.
    """
    remarks = [_REMARKS[stage.name]] if stage.name in _REMARKS and stage.before else []
    if stage.pending and stage.before:
        missing, waiting = ("was", "is") if stage.pending == 1 else ("were", "are")
        verb = f"{missing} not" if ended else f"{waiting} still to be"
        remarks.append(f"{stage.pending:,} {verb} checked.")
    return " ".join(remarks)
