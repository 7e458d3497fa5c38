"""The funnel of a job: what is left after each stage, with every denominator."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crystal_llm.jobs.stages import judged_of
from crystal_llm.judging import FunnelStage, funnel
from crystal_llm.ui.jobs.results import ResultRow
from crystal_llm.ui.widgets.bars import Bar, show_bars

_NAMES = {
    "asked": "asked for",
    "written": "written so far",
    "parsed": "a crystal",
    "valid": "valid as written",
    "relaxed": "relaxed",
    "unique": "unique in this job",
    "novel": "novel",
    "at most 0 eV/atom above hull": "on the hull or below",
}


def show_funnel(
    rows: Sequence[ResultRow], asked: int, *, judged: bool, with_known: bool, compared: bool
) -> None:
    """Draws the funnel.

    Args:
        rows: The crystals so far.
        asked: How many were asked for.
        judged: Whether the job judges them.
        with_known: Whether it compares them with known crystals.
        compared: Whether it has done so.
    """
    st.markdown("**From asked to stable**", help="Every stage counts within the one before it.")
    show_bars(
        [
            Bar(
                _NAMES.get(stage.name, stage.name),
                _count(stage, place),
                stage.count / asked if asked else 0.0,
            )
            for place, stage in enumerate(_stages(rows, asked, judged, with_known))
        ],
        muted=True,
    )
    if judged and not compared and rows:
        st.caption("Uniqueness is known when all crystals are there; what follows it counts then.")
    if not judged:
        st.caption("Not judged: relaxation and energy above hull were not asked for.")


def _stages(
    rows: Sequence[ResultRow], asked: int, judged: bool, with_known: bool
) -> list[FunnelStage]:
    stages = [FunnelStage("asked", asked, asked)]
    if len(rows) < asked:
        stages.append(FunnelStage("written", len(rows), asked))
    if judged:
        return (
            stages
            + list(funnel([judged_of(row.result) for row in rows], with_known=with_known))[1:]
        )
    parsed = [row for row in rows if row.formula is not None]
    valid = sum(bool(row.valid) for row in parsed)
    return [
        *stages,
        FunnelStage("parsed", len(parsed), len(rows)),
        FunnelStage("valid", valid, len(parsed)),
    ]


def _count(stage: FunnelStage, place: int) -> str:
    if not place:
        return f"{stage.count:,}"
    share = f" ({100 * stage.count / stage.before:.0f}%)" if stage.before else ""
    return f"{stage.count:,} of {stage.before:,}{share}"
