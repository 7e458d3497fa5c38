"""A job and its crystals, as they arrive."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.funnel import FunnelStage
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.job import Job, JobResult
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.orders import Order
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.ui.generate.replay import offer_replay
from crystal_llm.ui.generate.summary import show_order
from crystal_llm.ui.jobs.candidate import show_candidate
from crystal_llm.ui.jobs.conditions import show_conditions
from crystal_llm.ui.jobs.funnel import show_funnel, stages_of
from crystal_llm.ui.jobs.panel import job_caption, show_log, show_progress, show_stop_retry
from crystal_llm.ui.jobs.result_actions import show_actions
from crystal_llm.ui.jobs.result_cards import show_result_cards
from crystal_llm.ui.jobs.result_table import in_order, show_empty_table, show_result_table
from crystal_llm.ui.jobs.results import FILTERS, filtered, read_results
from crystal_llm.ui.jobs.second_verdict import second_verdicts
from crystal_llm.ui.jobs.study_cell import of_cell, rows_of_cell, say_cell
from crystal_llm.ui.services import crystal_library, job_queue, order_of
from crystal_llm.ui.widgets.notation import as_markdown, subscripted, title_text
from crystal_llm.ui.widgets.page_paths import LIBRARY_PAGE
from crystal_llm.ui.widgets.row_ticks import table_key

_POLL_SECONDS = 1.5
_FIRST_POLL_SECONDS = 0.4  # until the first crystal, which the eye waits for
_FIRST_SECONDS = 15.0
_COMPARING_SECONDS = 60.0
_VIEWS = ("Table", "Cards")
NOT_OF_JUDGING = ("All", "Valid", "Failed or invalid")


def open_crystal(number: int | None) -> None:
    """Opens a crystal of the job in the address, or the list of all."""
    if number is None:
        st.query_params.pop("crystal", None)
    else:
        st.query_params["crystal"] = str(number)


def show_job(
    job_id: str, *, leave: Callable[[], None], again: Callable[[GenerateOrder], None]
) -> None:
    """Draws a job, or the one crystal of it that the address names.

    Args:
        job_id: The job.
        leave: Goes back to the form (a callback).
        again: Takes an order into the form (a callback).

    Raises:
        JobError: There is no such job.
    """
    queue = job_queue()
    job, order = queue.job(job_id), order_of(job_id)
    if refused := st.session_state.pop("job-refused", None):
        st.error(as_markdown(refused))
    if number := st.query_params.get("crystal"):
        if not number.isdecimal():
            st.error("The address names no crystal: it ends in crystal=1, 2, 3, …")
            st.button("All crystals", on_click=open_crystal, args=(None,))
            return
        rows = read_results(queue, job)
        rows = rows_of_cell(order, rows)
        show_candidate(int(number), rows, job, crystal_library(), open_crystal=open_crystal)
        _wait_for_verdict(job, rows, int(number))
        return
    _heading(job, of_cell(order), leave, again)
    follows, awaited = may_change(job), _is_awaited(job)
    every = _FIRST_POLL_SECONDS if awaited else _POLL_SECONDS
    st.fragment(_follow, run_every=every if follows else None)(job_id, job.open, follows, awaited)


def _wait_for_verdict(job: Job, rows: tuple[JobResult, ...], number: int) -> None:
    """Looks for news of an open crystal while there may be any, and then draws it anew."""
    row = next((row for row in rows if row.number == number), None)
    if not job.open or (row is not None and row.candidate.novelty is not None):
        return
    seen = None if row is None else row.changed_unix_s

    @st.fragment(run_every=_POLL_SECONDS)
    def look() -> None:
        now = job_queue().job(job.id)
        result = {item.number: item for item in read_results(job_queue(), now)}.get(number)
        if (result and result.changed_unix_s) != seen or not now.open:
            st.rerun()

    st.caption("This job is still running; what is found of this crystal appears here.")
    look()


def _heading(
    job: Job, order: Order, leave: Callable[[], None], again: Callable[[GenerateOrder], None]
) -> None:
    st.button(
        "New crystals", icon=":material/arrow_back:", type="tertiary", key="job-leave",
        on_click=leave,
    )  # fmt: skip
    st.title(title_text(job.title), anchor=False)
    _origin(order)
    say_cell(order_of(job.id), job.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_stop_retry(job, job_queue(), key="job", done=st.rerun)
        if isinstance(order, GenerateOrder):
            st.button(
                "Change and run again", icon=":material/edit:", key="job-again",
                on_click=again, args=(order,), help="Fills the form with what was asked here.",
            )  # fmt: skip
        with st.popover("What was asked", icon=":material/description:", key="job-asked"):
            show_order(order)
            offer_replay(order, f"crystal-llm-{job.id}", key="job-replay")
        if job.state != "finished":
            with st.popover("Log", icon=":material/terminal:", key="job-log"):
                show_log(job, job_queue())


def _origin(order: Order) -> None:
    """Whence the crystals come that a job was given: the job that made them, or the entry."""
    parents = list(dict.fromkeys(crystal.parent_id for crystal in order.given if crystal.parent_id))
    if isinstance(order, CompleteOrder) and order.parent_id is not None:
        parents = [order.parent_id]
    if not parents:
        return
    try:
        entry = crystal_library().get(parents[0])
        made = None if entry.job_id is None else job_queue().job(entry.job_id)
    except CrystalLLMError:  # deleted for good, or another's
        return
    if made is not None:
        st.button(
            f"From {title_text(made.title)}", icon=":material/subdirectory_arrow_right:",
            type="tertiary", key="job-parent", on_click=st.query_params.from_dict,
            args=({"job": made.id},), help="Opens the job that made these crystals.",
        )  # fmt: skip
        return
    others = len(parents) - 1
    more = f" and {others:,} more" if others else ""
    if st.button(
        f"From {subscripted(entry.formula)}{more} in the library", type="tertiary",
        key="job-parent", icon=":material/subdirectory_arrow_right:",
        help="Opens the first of them." if others else None,
    ):  # fmt: skip
        st.switch_page(LIBRARY_PAGE, query_params={"entry": entry.id})


def may_change(job: Job) -> bool:
    """Whether a job's page may change by itself.

    When a job is stopped, its worker ends its step and then compares what there is, so that results
    still come for a while.
    """
    if job.state == "stopped" and job.ended_unix_s is not None:
        return time.time() - job.ended_unix_s < _COMPARING_SECONDS
    return job.open


def _is_awaited(job: Job) -> bool:
    """Whether a job was just begun and no crystal of it has been drawn."""
    new = job.open and time.time() - job.created_unix_s < _FIRST_SECONDS
    return new and st.session_state.get("job-drawn") != job.id


def _follow(job_id: str, was_open: bool, followed: bool, awaited: bool) -> None:
    """The part that changes while the job goes on."""
    queue = job_queue()
    try:
        job, order = queue.job(job_id), order_of(job_id)
        if (job.open, may_change(job)) != (was_open, followed) or awaited > _is_awaited(job):
            st.rerun()
        st.caption(job_caption(job))
        show_progress(job, queue)
        rows = rows_of_cell(order, read_results(queue, job))
        if rows:
            _results(rows, job, of_cell(order))
            st.session_state["job-drawn"] = job_id
        elif job.open:
            _no_results_yet()
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _no_results_yet() -> None:
    """The table before its first row: the browser fetches what draws it while the model writes."""
    crystals, _ = st.columns([3, 1], gap="medium")
    with crystals:
        show_empty_table()
        st.caption("Crystals appear here as they are written.")


def _results(rows: tuple[JobResult, ...], job: Job, order: Order) -> None:
    stages = stages_of(order, rows)
    crystals, summary = st.columns([3, 1], gap="medium")
    with crystals:
        _say_no_hull(rows, order.judge)
        _crystals(rows, job, stages, judged=order.judge is not None)
    with summary:
        if isinstance(order, GenerateOrder):
            show_conditions(order.request, rows)
        show_funnel(stages, judged=order.judge is not None, ended=not job.open)


def _crystals(
    rows: tuple[JobResult, ...], job: Job, stages: tuple[FunnelStage, ...], *, judged: bool
) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        view = st.segmented_control(
            "View", _VIEWS, default=_VIEWS[0], required=True, key="res-view", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        names = [name for name in FILTERS if judged or name in NOT_OF_JUDGING]
        name = st.pills(
            "Show", names, default=names[0], required=True, key="res-filter",
            label_visibility="collapsed",
        )  # fmt: skip
        text = st.text_input(
            "Find", key="res-find", placeholder="formula or elements", width=190,
            icon=":material/search:", label_visibility="collapsed",
        )  # fmt: skip
    shown = in_order(filtered(rows, str(name), text, stages))
    if not shown:
        st.caption("None so far." if job.open else "No crystal of this job is of this kind.")
        return
    bar = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="res-bar")
    chosen: list[JobResult] = []
    if view == "Cards":
        show_result_cards(shown, key="res-cards", open_crystal=_open_now)
    else:
        key = table_key(f"res-{job.id}", [row.number for row in shown], address="chosen")
        second = {} if job.open else second_verdicts(job, order_of(job.id), job_queue())
        chosen = show_result_table(
            shown, key=key, judged=judged, open_crystal=_open_now, second=second
        )
        st.caption(
            "Click a row to open the crystal; tick rows to save, relax, place or download them."
        )
    with bar:
        _bar(shown, chosen, job)


def _bar(shown: list[JobResult], chosen: list[JobResult], job: Job) -> None:
    counted = f"{len(chosen)} chosen" if chosen else f"{len(shown):,} shown"
    st.markdown(f"**{counted}**", width="content")
    if len(chosen) == 1 and st.button(
        "Open", type="primary", icon=":material/open_in_full:", key="res-open"
    ):
        _open_now(chosen[0].number)
    show_actions(
        chosen or shown, job, crystal_library(),
        key="res-chosen" if chosen else "res-shown",
    )  # fmt: skip


def _open_now(number: int) -> None:
    open_crystal(number)
    st.rerun()


def _say_no_hull(rows: tuple[JobResult, ...], judge: Judge | None) -> None:
    """Says why no relaxed crystal has an energy above hull, where a hull was asked for."""
    relaxed = [row.candidate for row in rows if row.candidate.relaxed]
    if judge is None or judge.reference is None or not relaxed:
        return
    if any(candidate.hull is not None for candidate in relaxed):
        return
    st.info(
        f"No energies above hull: {as_markdown(title_of(judge.potential))} has no reference for "
        "these elements. `crystal-llm reference build` makes one; the Hull page says how.",
        icon=":material/change_history:",
    )
