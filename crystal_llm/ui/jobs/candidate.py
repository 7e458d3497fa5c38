"""One crystal of a job, opened in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.job import Job
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.stages import judged_of
from crystal_llm.library.entry import Provenance
from crystal_llm.library.store import Library
from crystal_llm.ui.crystal.detail import show_detail
from crystal_llm.ui.crystal.facts import CrystalFacts, facts_of_judged
from crystal_llm.ui.jobs.result_actions import show_actions
from crystal_llm.ui.jobs.results import ResultRow
from crystal_llm.ui.widgets.notation import as_markdown, subscripted


def show_candidate(
    number: int,
    rows: Sequence[ResultRow],
    job: Job,
    queue: JobQueue,
    library: Library,
    *,
    open_crystal: Callable[[int | None], None],
) -> None:
    """Draws one crystal.

    Args:
        number: Its place in the job, from 1.
        rows: The crystals of the job so far.
        job: The job.
        queue: Where a relaxation is asked for.
        library: Where it is saved.
        open_crystal: Called with the number of another crystal, or None for the list (a
            callback).
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "All crystals", icon=":material/arrow_back:", type="tertiary", key="res-back",
            on_click=open_crystal, args=(None,),
        )  # fmt: skip
        _step(number, rows, open_crystal)
    row = next((one for one in rows if one.number == number), None)
    if row is None:
        told = "is not written yet" if job.open else f"is none of this job's {len(rows)}"
        st.info(f"Crystal #{number} {told}.")
        return
    st.title(subscripted(row.formula), anchor=False)
    st.caption(f"crystal #{row.number} of {as_markdown(job.title)} · {job.id}")
    with st.container(horizontal=True, gap="small"):
        show_actions([row], job, queue, library, key=f"one-{job.id}-{row.number}")
    if row.reason is not None and row.crystal is not None:
        st.warning(as_markdown(row.reason))
    state = "judged" if row.result.verdict is not None else "written"
    show_detail(facts_of_row(row, library), key=f"detail-{job.id}-{row.number}-{state}")


def facts_of_row(row: ResultRow, library: Library) -> CrystalFacts:
    """All that is known of a crystal of a job."""
    written = row.result.written
    facts = facts_of_judged(judged_of(row.result))
    return replace(
        facts,
        failure=facts.failure if row.crystal is None else None,  # else said above it
        valid=row.valid,
        invalid_reason=facts.invalid_reason,
        log_likelihood=written.log_likelihood,
        atom_likelihoods=written.site_log_likelihoods,
        prompt=written.prompt,
        model=written.model,
        seed=written.seed,
        provenance=_provenance(row, library),
    )


def _provenance(row: ResultRow, library: Library) -> Provenance | None:
    try:
        return library.provenance(row.result.relaxed_entry_id or row.result.entry_id)
    except CrystalLLMError:  # its batch has not ended, so it is not there yet
        return None


def _step(
    number: int, rows: Sequence[ResultRow], open_crystal: Callable[[int | None], None]
) -> None:
    numbers = [row.number for row in rows]
    before = max((one for one in numbers if one < number), default=None)
    after = min((one for one in numbers if one > number), default=None)
    for name, icon, other in (
        ("Previous", ":material/chevron_left:", before),
        ("Next", ":material/chevron_right:", after),
    ):
        st.button(
            name, icon=icon, type="tertiary", key=f"res-{name}", disabled=other is None,
            on_click=open_crystal, args=(other,),
        )  # fmt: skip
