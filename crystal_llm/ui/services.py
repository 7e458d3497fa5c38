"""What the pages talk to: the queue and the library, opened once a database."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from crystal_llm.jobs.job import WorkerState
from crystal_llm.jobs.orders import Order
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.language_model.card import card_names, own_models_folder
from crystal_llm.library.offered_models import OfferedModels
from crystal_llm.library.own_models import OwnModels, is_own
from crystal_llm.library.saved_searches import SavedSearches
from crystal_llm.library.store import Library, open_library
from crystal_llm.settings import KEPT_WORKERS, settings
from crystal_llm.stability.references.reference import Reference
from crystal_llm.stability.references.reference_file import read_reference
from crystal_llm.ui import identity

RESTART_SECONDS = 60.0
"""How long a worker that is started again by itself may be away before the page says that none is
running."""

WORKER_COMMAND = "crystal-llm worker"


def job_queue() -> JobQueue:
    """The queue of the settings' database, with the jobs of this session's user.

    Raises:
        JobError: The database cannot be used.
        SettingsError: The user has not signed in.
    """
    queue: JobQueue = _job_queue(settings().database_url)
    return queue.of(identity.current_user())


def crystal_library() -> Library:
    """The library of the settings' database, with the entries of this session's user.

    Raises:
        LibraryError: The database cannot be used.
        SettingsError: The user has not signed in.
    """
    return open_library(settings().database_url, identity.current_user())


def own_models() -> OwnModels:
    """The fine-tuned models of this session's user.

    Raises:
        LibraryError: The database cannot be used.
        SettingsError: The user has not signed in.
    """
    database = open_jobs_database(settings().database_url)
    return OwnModels(database, own_models_folder(), identity.current_user())


def offered_models() -> OfferedModels:
    """The models that this session's user was offered.

    Raises:
        LibraryError: The database cannot be used.
        SettingsError: The user has not signed in.
    """
    return OfferedModels(open_jobs_database(settings().database_url), identity.current_user())


def saved_searches() -> SavedSearches:
    """The saved searches of this session's user.

    Raises:
        LibraryError: The database cannot be used.
        SettingsError: The user has not signed in.
    """
    return SavedSearches(open_jobs_database(settings().database_url), identity.current_user())


def model_names() -> list[str]:
    """Names of the models that this session's user can choose: shipped ones, then their own.

    Raises:
        LibraryError: The database cannot be used.
    """
    return [*card_names(settings().models), *(model.id for model in own_models().all())]


def model_label(name: str) -> str:
    """What a model is called in a list: a fine-tuned one by the name that its user gave it."""
    if not is_own(name):
        return name
    return next((model.title for model in own_models().all() if model.id == name), name)


def order_of(job_id: str) -> Order:
    """What a job was asked to do; an order never changes, so it is read once.

    Raises:
        JobError: There is no such job.
    """
    order: Order = _order(settings().database_url, identity.current_user(), job_id)
    return order


def living_workers(queue: JobQueue) -> tuple[WorkerState, ...]:
    """The workers that are alive."""
    return tuple(worker for worker in queue.workers() if worker.alive)


def wake_model() -> None:
    """Has the worker load its model while the reader still chooses: once a session.

    Raises:
        LibraryError: The database does not answer.
    """
    if st.session_state.setdefault("model-woken", False):
        return
    st.session_state["model-woken"] = True
    queue = job_queue()
    alive = living_workers(queue)
    if alive and not any(worker.model_loads for worker in alive):
        queue.questions.wake()


@dataclass
class _Missing:
    """Since when no worker is alive, on the monotonic clock; None while one is."""

    since: float | None = None


@st.cache_resource(max_entries=4, show_spinner=False)
def _missing_workers(url: str) -> _Missing:
    return _Missing()


def warn_without_worker(queue: JobQueue) -> bool:
    """Says plainly that no worker is alive, and how to start one.

    Returns:
        Whether one is alive.
    """
    if living_workers(queue):
        _missing_workers(settings().database_url).since = None
        return True
    if worker_starts(queue):
        st.caption(":material/hourglass_top: The worker is starting; jobs go on by themselves.")
        return False
    st.warning(
        "**No worker is running**, so jobs wait. `make app` starts one with the pages; beside "
        f"running pages, start one with `{WORKER_COMMAND}` (same CRYSTAL_LLM_HOME).",
        icon=":material/hourglass_disabled:",
    )
    return False


def worker_starts(queue: JobQueue) -> bool:
    """Whether none is alive because one that the app keeps is starting, first or again."""
    missing = _missing_workers(settings().database_url)
    if living_workers(queue):
        missing.since = None
        return False
    if missing.since is None:
        missing.since = time.monotonic()
    workers = int(os.environ.get(KEPT_WORKERS) or 0)
    return workers > 0 and time.monotonic() - missing.since < RESTART_SECONDS


@st.cache_resource(max_entries=4, show_spinner=False)
def _job_queue(url: str) -> JobQueue:
    return JobQueue(url)


@st.cache_resource(max_entries=64, show_spinner=False)
def _order(url: str, owner: str, job_id: str) -> Order:
    queue: JobQueue = _job_queue(url)
    return queue.of(owner).order(job_id)


@st.cache_resource(max_entries=4, show_spinner="Reading the reference …")
def load_reference(path: str, _changed: float, reference_id: str) -> Reference:
    """A reference, kept between runs under its path and id."""
    return read_reference(Path(path))
