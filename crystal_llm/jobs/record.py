"""A job's rows: what a worker writes while it works, and what it finds of earlier work."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from crystal_llm.candidate import STEP_ORDER, Candidate, Step, StoredStep
from crystal_llm.crystal.written import Written
from crystal_llm.errors import JobError
from crystal_llm.io.record_json import RecordError, from_json, to_json
from crystal_llm.jobs.job import JobResult, LiveRelaxation
from crystal_llm.jobs.orders import Order, order_json, read_order
from crystal_llm.jobs.tables import BATCHES, CURVES, FINDINGS, JOBS, LIVE, LOG, STAGES, STEP_TABLE
from crystal_llm.library.database import Database, insert_missing, put

MAX_LINE_CHARACTERS = 4000

_STEP: Any = StoredStep


class JobStopped(BaseException):
    """The job is no longer this worker's; not an error, and nothing may take it for one."""


class JobRecord:
    """One attempt at a job by one worker; writing raises :class:`JobStopped` once it is lost.

    Args:
        database: Where the job is.
        job_id: Its name.
        workflow_id: The attempt.
        worker_id: The worker.
    """

    def __init__(self, database: Database, job_id: str, workflow_id: str, worker_id: str) -> None:
        self._database = database
        self.job_id = job_id
        self._attempt = (JOBS.c.id == job_id, JOBS.c.workflow_id == workflow_id)
        self._mine = (*self._attempt, JOBS.c.worker_id == worker_id)
        self._worker_id = worker_id
        self._clocks: dict[str, float] = {}
        self._took_at = self._progressed_at = time.monotonic()
        self._worked_before_s = 0.0

    @property
    def owner(self) -> str:
        """Who asked for it."""
        return str(self._row().owner)

    def order(self) -> Order:
        """What was asked.

        Raises:
            JobError: It cannot be read.
        """
        return read_order(json.loads(self._row().order_json))

    def store_order(self, order: Order) -> None:
        """Stores what was asked with what was left open in it and is known by now."""
        with self._writing() as connection:
            connection.execute(
                sa.update(JOBS).where(*self._mine).values(order_json=order_json(order))
            )

    def begin(self) -> None:
        """Takes the job: from now on no other worker writes results, batches or progress."""
        started = sa.func.coalesce(JOBS.c.started_unix_s, time.time())
        with self._database.transaction() as connection:
            connection.execute(
                sa.update(JOBS)
                .where(*self._attempt)
                .values(started_unix_s=started, worker_id=self._worker_id)
            )
            worked = sa.select(LIVE.c.worked_s).where(LIVE.c.job_id == self.job_id)
            self._worked_before_s = float(connection.scalar(worked) or 0.0)
        self._took_at = self._progressed_at = time.monotonic()

    def wanted(self) -> bool:
        """Whether the job is still this worker's to do: not stopped, retried or taken over."""
        chosen = sa.select(JOBS.c.id).where(*self._mine, JOBS.c.ended_unix_s.is_(None))
        with self._database.transaction() as connection:
            return connection.execute(chosen).first() is not None

    def stopped(self) -> bool:
        """Whether the job ended while it was this worker's: the user stopped it."""
        chosen = sa.select(JOBS.c.id).where(*self._mine, JOBS.c.ended_unix_s.is_not(None))
        with self._database.transaction() as connection:
            return connection.execute(chosen).first() is not None

    def end(self, failure: str | None = None) -> bool:
        """Says that the job ended.

        Returns:
            Whether it was this worker's to end: not stopped, retried or taken over.
        """
        self.beat("", ())
        with self._database.transaction() as connection:
            ended = connection.execute(
                sa.update(JOBS)
                .where(*self._mine, JOBS.c.ended_unix_s.is_(None))
                .values(ended_unix_s=time.time(), failure=failure)
            )
        return bool(ended.rowcount)

    def batch_ended(self, batch: str) -> bool:
        """Whether a batch was finished before, in this attempt or an earlier one."""
        chosen = sa.select(BATCHES.c.batch).where(
            BATCHES.c.job_id == self.job_id, BATCHES.c.batch == batch
        )
        with self._database.transaction() as connection:
            return connection.execute(chosen).first() is not None

    def end_batch(self, batch: str) -> None:
        """Says that a batch is finished."""
        row = {"job_id": self.job_id, "batch": batch, "ended_unix_s": time.time()}
        with self._writing() as connection:
            insert_missing(connection, BATCHES, {**row, "worker_id": self._worker_id})

    def write(self, steps: Iterable[tuple[int, Step]], stage: str, done: int) -> None:
        """Stores steps of crystals; done again it doubles nothing.

        A crystal that was written once stays as it is; other steps take an earlier one's place.

        Args:
            steps: Each with its crystal's index.
            stage: Name of the stage that this is progress of.
            done: Crystals done in that stage.
        """
        with self._writing() as connection:
            for index, step in steps:
                row = {
                    "job_id": self.job_id,
                    "place": index,
                    "stage": step.name,
                    "step_json": to_json(step),
                    "changed_unix_s": time.time(),
                }
                if isinstance(step, Written):
                    insert_missing(connection, STEP_TABLE, row)
                else:
                    put(connection, STEP_TABLE, row)
            self._progress(connection, stage, done)

    def results(self, places: range | None = None) -> tuple[JobResult, ...]:
        """What is stored, by place.

        Raises:
            JobError: A row is damaged.
        """
        return stored_results(self._database, self.job_id, places)

    def progress(self, stage: str, done: int, total: int | None = None) -> None:
        """Says how far a stage is; the time since the last word counts as work on it.

        Args:
            stage: The stage's name.
            done: Crystals done.
            total: How many there are to do; None where that is what it was.
        """
        with self._writing() as connection:
            self._progress(connection, stage, done)
            if total is not None:
                named = (STAGES.c.job_id == self.job_id, STAGES.c.name == stage)
                connection.execute(sa.update(STAGES).where(*named).values(total=total))

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction during which no other worker can take the job.

        Raises:
            JobStopped: It was taken over or retried. A job that the user stopped is still
                this attempt's, which may keep what it was about to write.
        """
        with self._database.transaction() as connection:
            # An update that changes nothing holds the job's row until the end, on either
            # kind of database.
            held = sa.update(JOBS).where(*self._mine).values(worker_id=self._worker_id)
            if not connection.execute(held).rowcount:
                raise JobStopped
            yield connection

    def _progress(self, connection: sa.Connection, stage: str, done: int) -> None:
        now = time.monotonic()
        worked = now - self._clocks.get(stage, now)
        self._clocks[stage] = self._progressed_at = now
        connection.execute(
            sa.update(STAGES)
            .where(STAGES.c.job_id == self.job_id, STAGES.c.name == stage)
            .values(done=done, working_s=STAGES.c.working_s + worked)
        )

    def beat(self, stage: str, relaxing: Sequence[LiveRelaxation]) -> None:
        """Says where the job is this moment.

        Args:
            stage: What is worked on; empty for nothing any more.
            relaxing: Relaxations that go on.
        """
        row = {
            "job_id": self.job_id,
            "stage": stage,
            "relaxing_json": to_json(list(relaxing)),
            **self._times(),
        }
        with self._database.transaction() as connection:
            held = sa.update(JOBS).where(*self._mine).values(worker_id=self._worker_id)
            if connection.execute(held).rowcount:
                put(connection, LIVE, row)

    def tick(self) -> None:
        """Lets the job's clock go on where the work itself says nothing: while a model loads.

        May be called from another thread.
        """
        times = self._times()
        row = {"job_id": self.job_id, "stage": "", "relaxing_json": "[]", **times}
        going = (*self._mine, JOBS.c.ended_unix_s.is_(None))
        with self._database.transaction() as connection:
            held = sa.update(JOBS).where(*going).values(worker_id=self._worker_id)
            if connection.execute(held).rowcount and not insert_missing(connection, LIVE, row):
                own = LIVE.c.job_id == self.job_id
                connection.execute(sa.update(LIVE).where(own).values(**times))

    def _times(self) -> dict[str, float]:
        now = time.monotonic()
        return {
            "worked_s": self._worked_before_s + now - self._took_at,
            "waited_s": now - self._progressed_at,
        }

    def write_curve(self, number: int, line: Mapping[str, Any]) -> None:
        """Stores a line of the learning curve; done again it doubles nothing.

        Args:
            number: Its place among the lines, from 0.
            line: The line.
        """
        row = {"job_id": self.job_id, "number": number, "line_json": json.dumps(line)}
        with self._writing() as connection:
            put(connection, CURVES, row)

    def write_finding(self, finding: Mapping[str, Any]) -> None:
        """Stores what the job came to so far, beside its crystals; takes an earlier one's place."""
        with self._writing() as connection:
            row = {"job_id": self.job_id, "finding_json": json.dumps(finding)}
            put(connection, FINDINGS, row)

    def start_clock(self, stage: str) -> None:
        """Says that work on a stage begins now: what was before does not count as work."""
        self._clocks[stage] = self._progressed_at = time.monotonic()

    def log(self, line: str) -> None:
        """Adds a line to the job's log."""
        add_log_line(self._database, self.job_id, line)

    def _row(self) -> Any:
        with self._database.transaction() as connection:
            row = connection.execute(sa.select(JOBS).where(*self._attempt)).one_or_none()
        if row is None:
            raise JobError(f"job {self.job_id!r} is gone, or was begun anew")
        return row


def ended_batches(database: Database, job_id: str) -> frozenset[str]:
    """Names of a job's batches that ended, those that were given up among them."""
    chosen = sa.select(BATCHES.c.batch).where(BATCHES.c.job_id == job_id)
    with database.transaction() as connection:
        return frozenset(connection.scalars(chosen))


def add_log_line(database: Database, job_id: str, line: str) -> None:
    """Adds a line to a job's log."""
    row = {"job_id": job_id, "at_unix_s": time.time(), "line": line[:MAX_LINE_CHARACTERS]}
    with database.transaction() as connection:
        connection.execute(sa.insert(LOG).values(**row))


def write_stages(connection: sa.Connection, job_id: str, order: Order) -> None:
    """Makes a new job's stages: those that a page shows."""
    shown = [stage for stage in order.stages if stage.caption is not None]
    for place, stage in enumerate(shown):
        row = {"job_id": job_id, "place": place, "name": stage.name, "done": 0, "working_s": 0.0}
        put(connection, STAGES, {**row, "total": order.total_of(stage)})


def stored_results(
    database: Database, job_id: str, places: range | None = None, since_unix_s: float = 0.0
) -> tuple[JobResult, ...]:
    """What is stored of a job, by place.

    Args:
        database: Where.
        job_id: The job.
        places: Only these.
        since_unix_s: Only crystals of which something changed at or after this time.

    Raises:
        JobError: A row is damaged.
    """
    chosen = sa.select(STEP_TABLE).where(STEP_TABLE.c.job_id == job_id)
    if since_unix_s:
        changed = sa.select(STEP_TABLE.c.place).where(
            STEP_TABLE.c.job_id == job_id, STEP_TABLE.c.changed_unix_s >= since_unix_s
        )
        chosen = chosen.where(STEP_TABLE.c.place.in_(changed))
    if places is not None:
        chosen = chosen.where(STEP_TABLE.c.place >= places.start, STEP_TABLE.c.place < places.stop)
    with database.transaction() as connection:
        rows = connection.execute(chosen.order_by(STEP_TABLE.c.place)).all()
    return tuple(
        _result(job_id, index, list(steps)) for index, steps in groupby(rows, lambda row: row.place)
    )


def _result(job_id: str, index: int, rows: list[Any]) -> JobResult:
    where = f"job {job_id}, crystal {index}"
    try:
        steps: list[Step] = [from_json(_STEP, row.step_json, where) for row in rows]
    except RecordError as error:
        raise JobError(f"the database is damaged: {error}; restore it from a copy") from error
    steps.sort(key=lambda step: STEP_ORDER.index(step.name))
    if not isinstance(steps[0], Written):
        raise JobError(
            f"the database is damaged: {where} lacks its beginning; restore it from a copy"
        )
    return JobResult(job_id, Candidate(tuple(steps)), max(row.changed_unix_s for row in rows))
