"""Waiting for a worker's answer to a question of the page."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.infill_requests import AnyAnswer, InfillAnswer, Questions
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.ui.services import job_queue, living_workers, warn_without_worker
from crystal_llm.ui.widgets.notation import as_markdown

_LOOK_SECONDS = 0.05
ROUND_SECONDS = 0.6
"""How long a run of a fragment looks for the answer: a look costs a thousandth of a run, which
would take the processor from the model."""

LONG_SECONDS = 6.0
"""After so long a reader wants to know what is being waited for."""

MAX_HELD_ANSWERS = 48
_ANSWERS = "worker-answers"


def known_answer(questions: Questions, kind: type[AnyAnswer], question_id: str) -> AnyAnswer | None:
    """An answer that has come; a whole one is read from the database once a session.

    Raises:
        JobError: There is no such question, or the answer is damaged.
    """
    answers: dict[str, AnyAnswer] = st.session_state.setdefault(_ANSWERS, {})
    if question_id not in answers:
        answer = questions.answer_as(kind, question_id)
        if answer is None or (isinstance(answer, InfillAnswer) and not answer.whole):
            return answer
        answers[question_id] = answer
        while len(answers) > MAX_HELD_ANSWERS:
            del answers[next(iter(answers))]
    return answers[question_id]


def forget_answer(question_id: str) -> None:
    """Lets an answer be read anew, after its question was asked again."""
    st.session_state.get(_ANSWERS, {}).pop(question_id, None)


def awaited_answer(kind: type[AnyAnswer], question_id: str) -> AnyAnswer | None:
    """An answer, waited for a round in this run of the page: what goes on with it is drawn once.

    Later than that it is a fragment that waits, and that runs the page again.

    Raises:
        JobError: There is no such question, or the answer is damaged.
    """
    queue = job_queue()

    def known() -> AnyAnswer | None:
        return known_answer(queue.questions, kind, question_id)

    # Taken in every run, waiting or not: fields that stand lower would move by one place, and the
    # browser would make them anew, without what is being typed.
    place = st.empty()
    if (answer := known()) is not None:
        return answer
    with place.container():
        draw_wait(queue, question_id)
    if comes(lambda: known() is not None):
        place.empty()
        return known()
    with place.container():
        _wait_on(kind, question_id)
    return None


@st.fragment(run_every=ROUND_SECONDS)
def _wait_on(kind: type[AnyAnswer], question_id: str) -> None:
    queue = job_queue()
    try:
        draw_wait(queue, question_id)
        if comes(lambda: known_answer(queue.questions, kind, question_id) is not None):
            st.rerun()
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


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
        time.sleep(_LOOK_SECONDS)
    return True
