"""All jobs: those under way with their progress, those that ended, and the workers."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.job import JOB_STATES, Job
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.ui.generate.replay import offer_replay
from crystal_llm.ui.generate.summary import show_order
from crystal_llm.ui.jobs.panel import (
    JOB_KINDS,
    job_caption,
    seconds_worked,
    show_log,
    show_progress,
    show_stop_retry,
)
from crystal_llm.ui.services import (
    job_queue,
    order_of,
    warn_without_worker,
    worker_starts,
)
from crystal_llm.ui.widgets.notation import as_markdown, duration_text, plain_title_text, title_text
from crystal_llm.ui.widgets.page_paths import EXPLORE_PAGE, GENERATE_PAGE, MODELS_PAGE
from crystal_llm.ui.widgets.row_clicks import clicked_row
from crystal_llm.ui.widgets.row_ticks import table_key

_POLL_SECONDS = 2.0
MAX_JOBS = 200

_JOB = "job"
"""The parameter of the address that names the ticked job."""


def show_jobs() -> None:
    """Draws the jobs; looks again by itself while one is open.

    Raises:
        JobError: The database cannot be used.
    """
    queue = job_queue()
    refused = st.session_state.pop("job-refused", None)
    if refused:
        st.error(as_markdown(refused))
    follows = _may_change(queue.jobs(MAX_JOBS), queue)
    st.fragment(_follow, run_every=_POLL_SECONDS if follows else None)(follows)


def _may_change(jobs: Sequence[Job], queue: JobQueue) -> bool:
    """Whether the page may change by itself: a job is open, or a worker is starting."""
    return any(job.open for job in jobs) or worker_starts(queue)


def _follow(followed: bool) -> None:
    queue = job_queue()
    try:
        jobs = queue.jobs(MAX_JOBS)
        going = [job for job in jobs if job.open]
        if _may_change(jobs, queue) != followed:
            st.rerun()
        if going:
            warn_without_worker(queue)
        if not jobs:
            st.info(
                "**No jobs yet.** What you ask for on the Generate page, or with "
                "`crystal-llm jobs submit`, appears here.", icon=":material/inbox:",
            )  # fmt: skip
        for job in going:
            _open_job(job, queue)
        ended = [job for job in jobs if not job.open]
        if ended:
            _ended(ended, queue)
        _workers(queue)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _open_job(job: Job, queue: JobQueue) -> None:
    with st.container(border=True):
        left, right = st.columns([3, 2])
        with left:
            st.markdown(f"**{title_text(job.title)}**")
            st.caption(job_caption(job))
            with st.container(horizontal=True, gap="small"):
                _results_button(job, primary=True)
                show_stop_retry(job, queue, key=f"jobs-{job.id}", done=st.rerun)
        with right:
            show_progress(job, queue, warn=False)


def _ended(jobs: Sequence[Job], queue: JobQueue) -> None:
    st.header("Ended", anchor=False)
    states = [state for state in JOB_STATES if any(job.state == state for job in jobs)]
    if len(states) > 1:
        picked = st.pills(
            "State", states, selection_mode="multi", key="jobs-states",
            label_visibility="collapsed",
        )  # fmt: skip
        jobs = [job for job in jobs if not picked or job.state in picked]
    ids = [job.id for job in jobs]
    wanted = st.query_params.get(_JOB)
    # An address may name a job that has not ended yet.
    key = table_key("jobs-table", ids, address=_JOB if wanted is None or wanted in ids else None)
    chosen = st.dataframe(
        [_cells(job) for job in jobs],
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        height=min(38 + 35 * max(len(jobs), 1), 400),
        placeholder="–",
        column_config={
            "job": st.column_config.TextColumn(width=330),
            "done": st.column_config.ProgressColumn(
                format="percent", min_value=0.0, max_value=1.0, width="small"
            ),
            "submitted": st.column_config.DatetimeColumn(format="distance", width=124),
            "state": st.column_config.TextColumn(width="small"),
            "attempts": st.column_config.NumberColumn(width="small"),
            "failure": st.column_config.TextColumn(width=400),
        },
        alt="Jobs that ended",
    )
    place = clicked_row(chosen["selection"].get("cells", []), key, "jobs-table-opened")
    if place is not None and place < len(jobs):
        _open_results(jobs[place])
    places = [place for place in chosen["selection"]["rows"] if place < len(jobs)]
    if not places:
        st.caption("Click a row to open its results; tick it to retry it or to read its log.")
        return
    _one(jobs[places[0]], queue)


def _one(job: Job, queue: JobQueue) -> None:
    with st.container(border=True, key="jobs-one"):
        st.markdown(f"**{title_text(job.title)}**")
        st.caption(job_caption(job))
        if job.failure is not None:
            st.error(as_markdown(job.failure))
        with st.container(horizontal=True, gap="small"):
            _results_button(job, primary=job.fraction_done > 0)
            show_stop_retry(job, queue, key=f"jobs-{job.id}", done=st.rerun)
            with st.popover("What was asked", icon=":material/description:"):
                order = order_of(job.id)
                show_order(order)
                offer_replay(order, f"crystal-llm-{job.id}", key=f"jobs-replay-{job.id}")
        with st.expander("Log", expanded=job.state == "failed", icon=":material/terminal:"):
            show_log(job, queue)


def _results_button(job: Job, *, primary: bool) -> None:
    if st.button(
        "Open results",
        type="primary" if primary else "secondary",
        icon=":material/open_in_full:",
        key=f"jobs-open-{job.id}",
    ):
        _open_results(job)


def _open_results(job: Job) -> None:
    """Goes to the page of a job."""
    if job.kind == "study":
        st.switch_page(EXPLORE_PAGE, query_params={"study": job.id})
    if job.kind in ("fine-tune", "improve"):
        st.switch_page(MODELS_PAGE, query_params={"job": job.id})
    st.switch_page(GENERATE_PAGE, query_params={"job": job.id})


def _cells(job: Job) -> dict[str, object]:
    from datetime import UTC, datetime

    took = seconds_worked(job)
    return {
        "state": job.state,
        "job": plain_title_text(job.title),
        "kind": JOB_KINDS[job.kind],
        "done": round(job.fraction_done, 2),
        "submitted": datetime.fromtimestamp(job.created_unix_s, UTC),
        "took": None if took is None else duration_text(took),
        "attempts": job.attempt,
        "failure": job.failure,
    }


def _workers(queue: JobQueue) -> None:
    st.header(
        "Workers",
        anchor=False,
        help="A worker holds the models and does the jobs. Start more with `crystal-llm worker`.",
    )
    workers = queue.workers()
    if worker_starts(queue):
        st.caption(":material/hourglass_top: The worker is starting.")
        return
    if not workers:
        st.caption("No worker is running. `make app` starts one; so does `crystal-llm worker`.")
        return
    st.dataframe(
        [
            {
                "worker": worker.id,
                "alive": "yes" if worker.alive else "no",
                "host": worker.host,
                "process": worker.pid,
                "running for": duration_text(time.time() - worker.started_unix_s),
                "models loaded": worker.model_loads,
                "jobs done": worker.jobs_done,
            }
            for worker in workers
        ],
        hide_index=True,
        key="jobs-workers",
        alt="Workers",
    )
