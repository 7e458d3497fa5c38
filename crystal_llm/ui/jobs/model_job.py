"""A job that makes a model, on the Models page: its head, and what it is about."""

from __future__ import annotations

import streamlit as st

from crystal_llm.errors import CrystalLLMError, JobError
from crystal_llm.jobs.fine_tune_order import FineTuneOrder
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.ui.generate.carry import go_if_carried
from crystal_llm.ui.generate.replay import offer_replay
from crystal_llm.ui.jobs.fine_tuning import show_fine_tuning
from crystal_llm.ui.jobs.improvement import show_round
from crystal_llm.ui.jobs.panel import job_caption, show_log, show_progress, show_stop_retry
from crystal_llm.ui.services import job_queue, order_of
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_address import clear_address

POLL_SECONDS = 2.0


def show_model_job(job_id: str) -> None:
    """Draws a job that fine-tunes or improves a model.

    Raises:
        JobError: There is no such job, or it is another kind of job.
    """
    queue = job_queue()
    job, order = queue.job(job_id), order_of(job_id)
    if not isinstance(order, FineTuneOrder | ImproveOrder):
        raise JobError(f"job {job_id} makes no model; its crystals are on the Jobs page")
    if refused := st.session_state.pop("job-refused", None):
        st.error(as_markdown(refused))
    st.button(
        "All models", icon=":material/arrow_back:", type="tertiary", key="tune-leave",
        on_click=clear_address,
    )  # fmt: skip
    st.title(as_markdown(order.name), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_stop_retry(job, queue, key="tune-job", done=st.rerun)
        with st.popover("Log", icon=":material/terminal:", key="tune-log"):
            show_log(job, queue)
        if isinstance(order, ImproveOrder):
            with st.container(width="content"):
                offer_replay(order, f"crystal-llm-{job.id}", key="tune-replay")
    st.fragment(_follow, run_every=POLL_SECONDS if job.open else None)(job_id, job.open)


def _follow(job_id: str, was_open: bool) -> None:
    go_if_carried()
    queue, order = job_queue(), order_of(job_id)
    try:
        job = queue.job(job_id)
        if job.open != was_open:
            st.rerun()
        st.caption(job_caption(job))
        show_progress(job, queue)
        if isinstance(order, ImproveOrder):
            show_round(job, order, queue)
        else:
            show_fine_tuning(job, queue)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
