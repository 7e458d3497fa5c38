"""One crystal of a job, opened in full."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from crystal_llm.candidate import Candidate
from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.job import Job, JobResult
from crystal_llm.library.entry import Provenance
from crystal_llm.library.store import Library
from crystal_llm.ui.crystal.detail import show_detail
from crystal_llm.ui.crystal.facts import CrystalFacts, facts_of_candidate
from crystal_llm.ui.jobs.result_actions import show_actions
from crystal_llm.ui.jobs.second_verdict import error_of, second_verdicts
from crystal_llm.ui.services import job_queue, order_of
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, subscripted, title_text


def show_candidate(
    number: int,
    rows: Sequence[JobResult],
    job: Job,
    library: Library,
    *,
    open_crystal: Callable[[int | None], None],
) -> None:
    """Draws one crystal.

    Args:
        number: Its place in the job, from 1.
        rows: The crystals of the job so far.
        job: The job.
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
    row = next((row for row in rows if row.number == number), None)
    if row is None:
        st.info(
            f"Crystal #{number} is not written yet."
            if job.open
            else f"There is no crystal #{number}: this job has {len(rows)}."
        )
        return
    st.title(subscripted(row.candidate.formula), anchor=False)
    st.caption(f"crystal #{row.number} of {title_text(job.title)} · {job.id}")
    with st.container(horizontal=True, gap="small"):
        show_actions([row], job, library, key=f"one-{job.id}-{row.number}")
    candidate = row.candidate
    _say_second(row, job)
    if candidate.crystal is not None and (reasons := faults(candidate)):
        st.warning(as_markdown("; ".join(reasons)))
    state = candidate.steps[-1].name
    show_detail(facts_of_result(row, library), key=f"detail-{job.id}-{row.number}-{state}")


def _say_second(row: JobResult, job: Job) -> None:
    """What other potentials say of it, where they were asked."""
    if job.open or row.candidate.hull is None:
        return
    for title, energies in second_verdicts(job, order_of(job.id), job_queue()).items():
        above, error = energies.get(row.number - 1), error_of(title)
        if above is not None:
            spread = "" if error is None else f" ± {error:.3f}"
            st.markdown(
                f":material/balance: By {as_markdown(title)}: {energy_text(above)}{spread} eV/atom "
                "above hull, relaxed and placed with that potential."
            )


def facts_of_result(result: JobResult, library: Library) -> CrystalFacts:
    """All that is known of a crystal of a job."""
    facts = facts_of_candidate(result.candidate)
    provenance = _provenance(result, library)
    if result.candidate.crystal is None:
        return replace(facts, provenance=provenance)
    # What stopped it is said above it; what is left to say is the balance of charges.
    validity = result.candidate.validity
    charge = None if validity is None else validity.compositional_reason
    return replace(facts, failure=None, invalid_reason=charge, provenance=provenance)


def faults(candidate: Candidate) -> list[str]:
    """What kept a crystal back; unbalanced charges keep none back, so its facts tell of them."""
    validity = candidate.validity
    charge = None if validity is None else validity.compositional_reason
    return [reason for reason in candidate.reasons if reason != charge]


def _provenance(row: JobResult, library: Library) -> Provenance | None:
    try:
        return library.provenance(row.relaxed_entry_id or row.entry_id)
    except CrystalLLMError:  # its batch has not ended, so it is not there yet
        return None


def _step(
    number: int, rows: Sequence[JobResult], open_crystal: Callable[[int | None], None]
) -> None:
    numbers = [row.number for row in rows]
    before = max((earlier for earlier in numbers if earlier < number), default=None)
    after = min((later for later in numbers if later > number), default=None)
    for name, icon, other in (
        ("Previous", ":material/chevron_left:", before),
        ("Next", ":material/chevron_right:", after),
    ):
        st.button(
            name, icon=icon, type="tertiary", key=f"res-{name}", disabled=other is None,
            on_click=open_crystal, args=(other,),
        )  # fmt: skip
