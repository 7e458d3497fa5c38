"""The newest jobs in short, to come back to."""

from __future__ import annotations

import streamlit as st

from crystal_llm.jobs.job import Job
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.ui.jobs.panel import STATE_ICONS
from crystal_llm.ui.widgets.notation import moment_text, title_text
from crystal_llm.ui.widgets.page_paths import EXPLORE_PAGE, MODELS_PAGE

MAX_RECENT = 6


def show_recent(queue: JobQueue) -> None:
    """Draws the newest jobs, each to be opened; nothing where there are none.

    Raises:
        JobError: The database cannot be used.
    """
    jobs = queue.jobs(MAX_RECENT)
    if not jobs:
        return
    with st.container(gap="xxsmall"):
        st.markdown("**Recent jobs**")
        for job in jobs:
            _row(job)


def _row(job: Job) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"recent-row-{job.id}"
    ):
        if st.button(
            title_text(job.title), icon=STATE_ICONS[job.state], type="tertiary",
            key=f"recent-{job.id}", help="Open its crystals.",
        ):  # fmt: skip
            if job.kind == "study":
                st.switch_page(EXPLORE_PAGE, query_params={"study": job.id})
            if job.kind in ("fine-tune", "improve"):
                st.switch_page(MODELS_PAGE, query_params={"job": job.id})
            st.query_params.from_dict({"job": job.id})
            st.rerun()
        st.caption(f"{job.state} · {moment_text(job.created_unix_s)}", width="content")
