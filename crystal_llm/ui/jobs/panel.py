"""A job's heading: what it does, how far it is, stop and retry, and what it left."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.io.record_json import from_plain
from crystal_llm.jobs.job import Job
from crystal_llm.jobs.order import OrderKind
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.stages import COMPETED, RELAXED, TRAINED, UNTIMED
from crystal_llm.studies.improvement import ImprovementResult
from crystal_llm.ui.jobs.live import show_relaxing
from crystal_llm.ui.services import order_of, warn_without_worker
from crystal_llm.ui.widgets.bars import Bar, show_bars
from crystal_llm.ui.widgets.notation import as_markdown, duration_text, moment_text

JOB_KINDS: dict[OrderKind, str] = {
    "generate": "generation",
    "relax": "relaxation",
    "judge": "relaxation and hull",
    "infill-relax": "infill",
    "complete": "completion",
    "study": "study",
    "fine-tune": "fine-tuning",
    "improve": "self-improvement",
}
STATE_ICONS = {
    "waiting": ":material/schedule:",
    "running": ":material/progress_activity:",
    "finished": ":material/check_circle:",
    "stopped": ":material/stop_circle:",
    "failed": ":material/error:",
}


def job_caption(job: Job) -> str:
    """One line of facts: state, kind, age, how long it took."""
    parts = [f"{STATE_ICONS[job.state]} {job.state}", JOB_KINDS[job.kind]]
    parts.append(f"submitted {moment_text(job.created_unix_s)} UTC")
    if (took := seconds_worked(job)) is not None:
        parts.append(f"{duration_text(took)} {'so far' if job.open else 'in all'}")
    if job.attempt > 1:
        parts.append(f"attempt {job.attempt}")
    parts.append(job.id)
    return " · ".join(parts)


def show_progress(job: Job, queue: JobQueue, *, warn: bool = True) -> None:
    """Draws how far an open job is, or why an ended one has no more to show.

    Args:
        job: The job.
        queue: Where it is.
        warn: Say so where no worker is alive.
    """
    if job.open:
        if not warn or not warn_without_worker(queue):
            pass
        elif job.worker_alive is False:
            st.info("The worker that had this job died; another goes on with it in a moment.")
        elif job.state == "waiting":
            busy = queue.jobs(1, states=("running",))
            st.info(
                "Waiting for a worker: the one that is running is busy with an earlier job."
                if busy
                else "Waiting for a worker to take it."
            )
    if job.failure is not None:
        st.error(f"The job failed: {as_markdown(job.failure)}")
        if not is_final(job, queue):
            st.caption("Retry goes on after the last batch that ended; nothing is done twice.")
    if job.state != "finished":
        show_bars([_bar(job, place) for place, stage in enumerate(job.stages) if stage.total])
    if job.state == "running" and job.stage == COMPETED.name:
        st.caption(
            "The known phases that these crystals compete with are relaxed with the same "
            "potential, so that the energies compare; those above hull may still move a little."
        )
    judge = order_of(job.id).judge if job.relaxing else None
    show_relaxing(job, None if judge is None else judge.relaxation)
    if job.state == "running" and (said := _says_nothing_yet(job)):
        st.caption(said)


def show_stop_retry(job: Job, queue: JobQueue, *, key: str, done: Callable[[], None]) -> None:
    """Draws the button that stops an open job or retries a stopped or failed one.

    Args:
        job: The job.
        queue: Where it is.
        key: Unique among the elements of a page.
        done: Called after the click.
    """
    name = None
    if job.open:
        name, icon, act = "Stop", ":material/stop:", queue.stop
        help_text = "What it has found is kept; Retry goes on with it."
    elif job.state in ("stopped", "failed") and not is_final(job, queue):
        name, icon, act = "Retry", ":material/play_arrow:", queue.retry
        help_text = "Goes on after the last batch that ended."
    if name and st.button(name, icon=icon, key=f"{key}-{name}", help=help_text):
        try:
            act(job.id)
        except CrystalLLMError as error:
            st.session_state["job-refused"] = str(error)
        done()


def is_final(job: Job, queue: JobQueue) -> bool:
    """Whether a failed job would fail again: a round with too few crystals to learn from."""
    if job.kind != "improve" or job.state != "failed":
        return False
    finding = queue.finding(job.id)
    return finding is not None and from_plain(ImprovementResult, finding).has_too_few


def show_log(job: Job, queue: JobQueue) -> None:
    """Draws the end of a job's log.

    Raises:
        JobError: There is no such job.
    """
    lines = [f"{clock_text(entry.at_unix_s)}  {entry.line}" for entry in queue.log(job.id)]
    height = min(48 + 24 * max(len(lines), 1), 360)
    st.code("\n".join(lines) or "nothing yet", language=None, height=height, wrap_lines=True)


def seconds_worked(job: Job) -> float | None:
    """Seconds that workers had it, as far as they said so; None before one took it."""
    if job.started_unix_s is None:
        return None
    if job.worked_s is not None:
        return job.worked_s
    end = time.time() if job.open else job.ended_unix_s
    return None if end is None else max(end - job.started_unix_s, 0.0)


def clock_text(unix_s: float) -> str:
    """A moment to the second, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(unix_s))


def _says_nothing_yet(job: Job) -> str | None:
    """What a running job is at while no bar moves: what it works with is loading."""
    if not job.stages[0].done:
        return "The model is loading, or is at its first crystal."
    under_way = next((stage for stage in job.stages if stage.name == job.stage), None)
    if job.stage != RELAXED.name or job.relaxing or under_way is None or under_way.done:
        return None
    return "The potential is loading."


def _bar(job: Job, place: int) -> Bar:
    stage = job.stages[place]
    value = f"{stage.done:,} of {stage.total:,}"
    left = job.stage_time_left_s(place)
    if job.state == "running" and stage.name not in UNTIMED and stage.done < stage.total:
        if left:
            how = "at most" if stage.name == TRAINED.name else "about"
            value += f" · {how} {duration_text(left)} left"
        elif left is None and stage.done and stage.name == job.stage:
            value += " · this one takes longer"
    captions = {stage.name: stage.caption for stage in order_of(job.id).stages}
    return Bar(
        captions.get(stage.name) or stage.name,
        value,
        stage.done / stage.total if stage.total else 0.0,
    )
