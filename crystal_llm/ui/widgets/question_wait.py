"""Waiting for a worker's answer to a question of the page."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from crystal_llm.jobs.queue import JobQueue
from crystal_llm.ui.services import living_workers, warn_without_worker

LOOK_SECONDS = 0.05
ROUND_SECONDS = 0.6
"""How long a run of a fragment looks for the answer: a look costs a thousandth of a run, which
would take the processor from the model."""

LONG_SECONDS = 6.0
"""After so long a reader wants to know what is being waited for."""


def draw_wait(queue: JobQueue, question_id: str) -> None:
    """Draws how far the answer is, or that there is no worker to give one.

    Raises:
        JobError: The database cannot be used.
    """
    waited = queue.questions.asked_seconds_ago(question_id)
    if waited < 1.0 or living_workers(queue):
        st.progress(min(waited / (waited + 3.0), 0.97), text="The model reads the crystal …")
        if waited > LONG_SECONDS:
            st.caption(
                "The first question to a worker waits until the model is loaded, and a busy "
                "machine takes longer. The answer appears here by itself."
            )
    else:
        warn_without_worker(queue)
        st.caption("The question waits, too, and is answered as soon as there is one.")


def comes(is_there: Callable[[], bool]) -> bool:
    """Whether an answer is there, or comes within a round of looking for it."""
    end = time.monotonic() + ROUND_SECONDS
    while not is_there():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_SECONDS)
    return True
