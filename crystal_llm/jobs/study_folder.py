"""A study done in a folder, without a queue: the job's own code and tables, one process.

What is done lies in the folder's database by batches, so the same call goes on after a stop or
a kill as a worker would.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crystal_llm import __version__
from crystal_llm.errors import EvaluationError
from crystal_llm.io.record_json import to_plain
from crystal_llm.jobs.bench import bench_of, judge_files
from crystal_llm.jobs.handlers import Work
from crystal_llm.jobs.orders import order_json, read_order
from crystal_llm.jobs.record import (
    JobRecord,
    JobStopped,
    ended_batches,
    stored_results,
    write_stages,
)
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.jobs.tables import JOBS
from crystal_llm.library.database import Database, make_tables, open_database
from crystal_llm.library.entry import LOCAL_USER
from crystal_llm.library.offered_models import OfferedModels
from crystal_llm.library.own_models import OwnModels
from crystal_llm.library.store import Library
from crystal_llm.relaxation.pool import RelaxationPool
from crystal_llm.settings import Settings
from crystal_llm.studies.grid_crystals import StudyCrystal, study_crystal
from crystal_llm.studies.grid_file import StudyRecord

if TYPE_CHECKING:
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.jobs.order import Judge
    from crystal_llm.judging import JudgingResources
    from crystal_llm.language_model.loading import LoadedModel

DATABASE = "study.sqlite"
_JOB = "study"


def run_study(
    order: StudyOrder,
    folder: Path,
    configured: Settings,
    *,
    tell: Callable[[str], None] = lambda line: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[StudyRecord, bool]:
    """Does a study, or goes on with it.

    Args:
        order: The study.
        folder: Where it lies; it is made where it is not there.
        configured: Where models and references are.
        tell: Takes lines of the study's log.
        progress: Called with the crystals done and their number.
        should_stop: Asked between tokens and relaxations.

    Returns:
        What it found, and whether it is whole.

    Raises:
        EvaluationError: The folder holds another study, or cannot be used.
        CrystalLLMError: The study cannot be done; says why.
    """
    order = order.with_model(configured)
    database = _opened(folder)
    _ask(database, order, folder)
    job = _ToldRecord(database, tell, progress, order.count)
    job.begin()
    means = _Means(database, configured, should_stop, job)
    try:
        Work(job, means, lambda name, done: done()).run()
        finished = job.end()
    except JobStopped:
        finished = False
    finally:
        means.close()
    return read_study_folder(folder), finished


def read_study_folder(folder: Path) -> StudyRecord:
    """What a study in a folder has found so far.

    Raises:
        EvaluationError: There is none.
    """
    if not (folder / DATABASE).is_file():
        raise EvaluationError(f"{folder}: holds no study ({DATABASE})")
    database = _opened(folder)
    order = JobRecord(database, _JOB, _JOB, "").order()
    if not isinstance(order, StudyOrder):
        raise EvaluationError(f"{folder / DATABASE}: holds a job of another kind")
    results = stored_results(database, _JOB)
    return study_record(
        order,
        [study_crystal(result.candidate) for result in results],
        ended_batches(database, _JOB),
    )


def study_record(
    order: StudyOrder, crystals: Sequence[StudyCrystal], ended: Collection[str]
) -> StudyRecord:
    """A study's order with what it found."""
    written: dict[int, int] = {}
    for crystal in crystals:
        cell = crystal.index // order.study.crystals
        written[cell] = written.get(cell, 0) + 1
    return StudyRecord(
        order.study,
        tuple(crystals),
        to_plain(order.judge),
        order.given_up(ended, written),
        order.batch_size,
        version=__version__,
        refine=None if order.refine is None else to_plain(order.refine),
    )


def _opened(folder: Path) -> Database:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(f"{folder}: cannot be made ({error.strerror or error})") from error
    database = open_database(f"sqlite:///{folder / DATABASE}")
    make_tables(database)
    return database


def _ask(database: Database, order: StudyOrder, folder: Path) -> None:
    """Makes the study's row, or finds it there with the same order."""
    here = JOBS.c.id == _JOB
    with database.transaction() as connection:
        stored = connection.scalar(sa.select(JOBS.c.order_json).where(here))
        if stored is None:
            row = {
                "id": _JOB, "owner": LOCAL_USER, "kind": order.kind, "title": order.title,
                "order_json": order_json(order), "attempt": 1, "workflow_id": _JOB,
                "created_unix_s": time.time(),
            }  # fmt: skip
            connection.execute(sa.insert(JOBS).values(**row))
            write_stages(connection, _JOB, order)
        elif read_order(json.loads(stored)) != order:
            raise EvaluationError(
                f"{folder}: holds another study, or one of other weights; name a new folder"
            )
        connection.execute(sa.update(JOBS).where(here).values(ended_unix_s=None, failure=None))


class _ToldRecord(JobRecord):
    """A job's rows whose writer is told how far it is."""

    def __init__(
        self,
        database: Database,
        tell: Callable[[str], None],
        progress: Callable[[int, int], None],
        total: int,
    ) -> None:
        super().__init__(database, _JOB, _JOB, f"{os.getpid()}")
        self._tell, self._on_progress, self._total = tell, progress, total
        self._done = 0

    def batch_ended(self, batch: str) -> bool:
        """As of every job; what was done before counts."""
        ended = super().batch_ended(batch)
        if ended:
            self._count(batch)
        return ended

    def end_batch(self, batch: str) -> None:
        """As of every job."""
        super().end_batch(batch)
        self._count(batch)

    def log(self, line: str) -> None:
        """As of every job."""
        super().log(line)
        if "given up" in line or "loaded" in line:
            self._tell(line)

    def _count(self, batch: str) -> None:
        first, _, last = batch.partition("-")
        self._done += int(last) - int(first)
        self._on_progress(self._done, self._total)


class _Means:
    """What a study in a folder is lent."""

    def __init__(
        self,
        database: Database,
        configured: Settings,
        should_stop: Callable[[], bool],
        job: JobRecord,
    ) -> None:
        self.writing = threading.Lock()
        self._database, self.configured = database, configured
        self._should_stop, self._job = should_stop, job
        self._pool = RelaxationPool()
        self._bench: JudgingResources | None = None
        self._ended = False

    def model(self, name: str | None, quantisation: str | None, job: JobRecord) -> LoadedModel:
        """A language model, loaded once."""
        from crystal_llm.language_model.loading import load_model

        return load_model(name, quantisation=quantisation, configured=self.configured)

    def flow(self, name: str) -> LoadedFlow:
        """A network that refines crystals; loaded once."""
        from crystal_llm.flow.card import load_flow

        return load_flow(name, self.configured)

    def bench(self, judge: Judge) -> JudgingResources:
        """What crystals are judged with, read once."""
        if self._bench is None:
            files = judge_files(judge, self.configured)
            self._bench = bench_of(judge, files, self.configured, self._pool)
        return self._bench

    def library(self, owner: str) -> Library:
        """The library in the folder's database."""
        return Library(self._database, owner)

    def own_models(self, owner: str) -> OwnModels:
        """An owner's fine-tuned models, with their files in the home folder."""
        return OwnModels(self._database, self.configured.home / "models", owner)

    def offered_models(self, owner: str) -> OfferedModels:
        """The models that an owner was offered."""
        return OfferedModels(self._database, owner)

    def rest_if_stopping(self) -> None:
        """Ends the job where it was told to stop; it sees that at its next look."""
        if self._should_stop() and not self._ended:
            self._ended = True
            self._job.end()

    def close(self) -> None:
        """Ends the processes that relax."""
        self._pool.close()
        if self._bench is not None and self._bench.cache is not None:
            self._bench.cache.close()
