"""A fine-tuning job: its learning curve as it grows, and the model that it ends in."""

from __future__ import annotations

import streamlit as st

from crystal_llm.jobs.job import Job
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.ui.jobs.learning import show_learning
from crystal_llm.ui.jobs.model_use import show_uses
from crystal_llm.ui.services import own_models


def show_fine_tuning(job: Job, queue: JobQueue) -> None:
    """Draws what a fine-tuning job came to so far.

    Raises:
        JobError: There is no such job.
    """
    finished = job.state == "finished"
    drawn = show_learning(queue.curve(job.id), ended=finished, yours=True)
    if not drawn and job.state == "running":
        st.caption("The first point is the starting model itself.")
    if finished and (model := own_models().of_job(job.id)) is not None:
        show_uses(model.id)
