"""The newest jobs in short, to come back to."""

from __future__ import annotations

import streamlit as st

from crystal_llm.jobs.queue import JobQueue
from crystal_llm.ui.notation import as_markdown, moment_text

MAX_RECENT = 6


def show_recent(queue: JobQueue) -> None:
    """Draws links to the newest jobs; nothing where there are none.

    Raises:
        JobError: The database cannot be used.
    """
    jobs = queue.jobs(MAX_RECENT)
    if not jobs:
        return
    st.markdown("**Recent jobs**")
    lines = [
        f"- [{as_markdown(job.title)}](?job={job.id}) · {job.state} · "
        f"{moment_text(job.created_unix_s)}"
        for job in jobs
    ]
    st.markdown("\n".join(lines))
