"""Requested vs. obtained, condition by condition."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crystal_llm.evaluation.conditioning import ConditionCheck, check_conditions
from crystal_llm.evaluation.rates import Rate
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.jobs.job import JobResult
from crystal_llm.ui.jobs.results import obtained_of
from crystal_llm.ui.widgets.bars import Bar, show_bars
from crystal_llm.ui.widgets.notation import subscripted_within


def show_conditions(request: GenerationRequest, results: Sequence[JobResult]) -> None:
    """Draws how often each condition of a request was obtained.

    Args:
        request: What was asked.
        results: The crystals so far.
    """
    st.markdown(
        "**Requested vs. obtained**",
        help="The marks on a bar are the ends of Wilson's 95% interval of the share: with few "
        "crystals it is wide.",
    )
    obtained = [
        crystal
        for crystal in (obtained_of(result.candidate) for result in results)
        if crystal is not None
    ]
    checks = check_conditions(
        request.conditions,
        obtained,
        hard=sorted(request.hard),
        allowed_elements=None
        if request.allowed_elements is None
        else sorted(request.allowed_elements),
        excluded_elements=sorted(request.excluded_elements),
    )
    if not checks:
        st.caption("No conditions were set.")
        return
    show_bars([bar for check in checks for bar in _bars(check)])


def _bars(check: ConditionCheck) -> list[Bar]:
    how = "enforced by the grammar" if check.held else "stated in the prompt"
    remark = "; ".join(part for part in (how, check.counts) if part)
    remark = f"{remark[:1].upper()}{remark[1:]}."
    named = check.condition
    if named.startswith("formula "):  # a space group's numbers stay on the line
        named = subscripted_within(named)
    if not check.rates:
        return [Bar(named, "–", None, None, f"{remark} {check.remark or ''}".strip())]
    many = len(check.rates) > 1
    return [
        Bar(
            f"{named}, {rate.whole}" if many else named,
            _value(rate),
            rate.share or 0.0,
            rate.interval,
            remark if place == len(check.rates) - 1 else "",
        )
        for place, rate in enumerate(check.rates)
    ]


def _value(rate: Rate) -> str:
    if rate.share is None or rate.interval is None:
        return "none yet"
    low, high = (100 * end for end in rate.interval)
    return f"{rate.count:,} of {rate.total:,} = {100 * rate.share:.0f}% ({low:.0f} to {high:.0f}%)"
