"""The queue as web and shell use it: ask, look, stop, try again. No torch here."""

from __future__ import annotations

import copy
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crystal_llm.errors import JobError
from crystal_llm.io.record_json import from_plain
from crystal_llm.jobs.infill_requests import Questions
from crystal_llm.jobs.job import (
    Job,
    JobResult,
    JobState,
    LiveRelaxation,
    LogLine,
    StageProgress,
    WorkerState,
)
from crystal_llm.jobs.order import OrderKind
from crystal_llm.jobs.orders import Order, order_json, read_order
from crystal_llm.jobs.permission import check_models, check_order_files
from crystal_llm.jobs.record import add_log_line, ended_batches, stored_results, write_stages
from crystal_llm.jobs.tables import (
    APPLICATION,
    APPLICATION_VERSION,
    CURVES,
    FINDINGS,
    JOBS,
    LIVE,
    LOG,
    QUEUE,
    STAGES,
    WORKFLOW,
    open_jobs_database,
)
from crystal_llm.jobs.worker_registry import WorkerRegistry
from crystal_llm.language_model.card import own_models_folder
from crystal_llm.library.entry import LOCAL_USER
from crystal_llm.library.own_models import OwnModels
from crystal_llm.settings import settings

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

_JOBS_AT_ONCE = 200
_STATES: dict[str, JobState] = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
    "SUCCESS": "finished",
    "ERROR": "failed",
    "CANCELLED": "stopped",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
}
_WORKERS_DIED = (
    "every worker that took the job died (memory?); retry goes on after the last finished batch"
)


class JobQueue:
    """The jobs of one owner.

    Args:
        url: ``settings().database_url``.
        owner: Whose; others' jobs are as if they were not there.

    Raises:
        JobError: The database cannot be used.
    """

    def __init__(self, url: str, owner: str = LOCAL_USER) -> None:
        self._database = open_jobs_database(url)
        self._owner = owner
        self._client = _client(url, self._database.engine)
        self._registry = WorkerRegistry(self._database)

    def of(self, owner: str) -> JobQueue:
        """The same queue with the jobs of another owner."""
        other = copy.copy(self)
        other._owner = owner
        return other

    def check(self, order: Order) -> None:
        """Refuses an order that names what its owner may not use.

        Raises:
            JobError: A model or a file is not the owner's to name.
        """
        self._check_models(order.models)
        check_order_files(order, self._owner, settings())

    def _check_models(self, names: Sequence[str]) -> None:
        own = OwnModels(self._database, own_models_folder(), self._owner)
        check_models(names, self._owner, settings(), own)

    def submit(self, order: Order) -> str:
        """Queues an order; it is there whole or not at all.

        It is stored with the model that it is for now (:meth:`GenerateOrder.with_model`).

        Returns:
            The job's id.

        Raises:
            RequestError: The order asks for something impossible.
            JobError: It has no crystals or too many, or its model cannot hold what is asked.
        """
        self.check(order)
        order.check_for(settings())
        order = order.with_model(settings())
        job_id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        row = {
            "id": job_id,
            "owner": self._owner,
            "kind": order.kind,
            "title": order.title,
            "order_json": order_json(order),
            "attempt": 1,
            "workflow_id": f"{job_id}.1",
            "created_unix_s": time.time(),
        }
        with self._database.transaction() as connection:
            connection.execute(sa.insert(JOBS).values(**row))
            write_stages(connection, job_id, order)
            self._enqueue(connection, job_id, 1)
        return job_id

    def jobs(self, limit: int = 100, states: Sequence[JobState] = ()) -> tuple[Job, ...]:
        """The newest jobs, newest first.

        Args:
            limit: The most to give.
            states: Only these; empty for all.
        """
        chosen = _without_order().where(JOBS.c.owner == self._owner)
        newest = chosen.order_by(JOBS.c.created_unix_s.desc(), JOBS.c.id)
        if not states:
            return self._read(newest.limit(limit))
        fitting: list[Job] = []
        # A job's state is dbos's to say, so it cannot be a condition of the query.
        looked_at = 0
        while True:
            jobs = self._read(newest.limit(_JOBS_AT_ONCE).offset(looked_at))
            looked_at += len(jobs)
            fitting += [job for job in jobs if job.state in states]
            if len(fitting) >= limit or len(jobs) < _JOBS_AT_ONCE:
                return tuple(fitting[:limit])

    def job(self, job_id: str) -> Job:
        """One job as it stands.

        Raises:
            JobError: There is none of that id.
        """
        mine = (JOBS.c.id == job_id, JOBS.c.owner == self._owner)
        jobs = self._read(_without_order().where(*mine))
        if not jobs:
            raise JobError(
                f"there is no job {job_id[:40]!r}; the Jobs page and `crystal-llm jobs list` have "
                "those there are"
            )
        return jobs[0]

    def order(self, job_id: str) -> Order:
        """What a job was asked to do.

        Raises:
            JobError: There is no such job.
        """
        mine = (JOBS.c.id == job_id, JOBS.c.owner == self._owner)
        with self._database.transaction() as connection:
            stored = connection.scalar(sa.select(JOBS.c.order_json).where(*mine))
        if stored is None:
            self.job(job_id)
        return read_order(json.loads(str(stored)))

    def results(self, job_id: str, since_unix_s: float = 0.0) -> tuple[JobResult, ...]:
        """A job's crystals so far, by place.

        Args:
            job_id: The job.
            since_unix_s: Only what changed at or after this time (``changed_unix_s`` of the
                newest result that is known already).

        Raises:
            JobError: There is no such job.
        """
        self.job(job_id)
        return stored_results(self._database, job_id, since_unix_s=since_unix_s)

    def ended_batches(self, job_id: str) -> frozenset[str]:
        """Names of a job's batches that ended, those that were given up among them.

        Raises:
            JobError: There is no such job.
        """
        self.job(job_id)
        return ended_batches(self._database, job_id)

    def curve(self, job_id: str) -> tuple[dict[str, Any], ...]:
        """The learning curve of a job that trains, as far as it is.

        Raises:
            JobError: There is no such job.
        """
        self.job(job_id)
        chosen = sa.select(CURVES.c.line_json).where(CURVES.c.job_id == job_id)
        with self._database.transaction() as connection:
            lines = connection.scalars(chosen.order_by(CURVES.c.number)).all()
        return tuple(json.loads(line) for line in lines)

    def finding(self, job_id: str) -> dict[str, Any] | None:
        """What a job came to so far beside its crystals, as plain values; None where nothing.

        Raises:
            JobError: There is no such job.
        """
        self.job(job_id)
        chosen = sa.select(FINDINGS.c.finding_json).where(FINDINGS.c.job_id == job_id)
        with self._database.transaction() as connection:
            stored = connection.scalar(chosen)
        finding: dict[str, Any] | None = None if stored is None else json.loads(stored)
        return finding

    def log(self, job_id: str, last: int = 200) -> tuple[LogLine, ...]:
        """The end of a job's log.

        Raises:
            JobError: There is no such job.
        """
        self.job(job_id)
        chosen = sa.select(LOG.c.at_unix_s, LOG.c.line).where(LOG.c.job_id == job_id)
        with self._database.transaction() as connection:
            rows = connection.execute(chosen.order_by(LOG.c.number.desc()).limit(last)).all()
        return tuple(LogLine(at, line) for at, line in reversed(rows))

    def stop(self, job_id: str) -> Job:
        """Stops a job; what it has found is kept, and :meth:`retry` goes on with it.

        Raises:
            JobError: There is no such job, or it has ended.
        """
        job = self.job(job_id)
        if not job.open:
            raise JobError(f"job {job_id} cannot be stopped: it is {job.state}")
        here = (JOBS.c.id == job_id, JOBS.c.attempt == job.attempt, JOBS.c.ended_unix_s.is_(None))
        self._client.cancel_workflow(_workflow_id(job_id, job.attempt))
        with self._database.transaction() as connection:
            connection.execute(sa.update(JOBS).where(*here).values(ended_unix_s=time.time()))
        add_log_line(self._database, job_id, "stopped by the user")
        return self.job(job_id)

    def retry(self, job_id: str) -> Job:
        """Queues a stopped or failed job again; it goes on after its last finished batch.

        Raises:
            JobError: There is no such job, or it is neither stopped nor failed.
        """
        job = self.job(job_id)
        if job.state not in ("stopped", "failed"):
            raise JobError(f"job {job_id} cannot be retried: it is {job.state}")
        attempt = job.attempt + 1
        values = {
            "attempt": attempt,
            "workflow_id": _workflow_id(job_id, attempt),
            "ended_unix_s": None,
            "failure": None,
            "worker_id": None,
        }
        with self._database.transaction() as connection:
            here = (JOBS.c.id == job_id, JOBS.c.attempt == job.attempt)
            if not connection.execute(sa.update(JOBS).where(*here).values(**values)).rowcount:
                raise JobError(f"job {job_id} was retried by someone else just now")
            self._enqueue(connection, job_id, attempt)
        add_log_line(self._database, job_id, f"attempt {attempt} asked for")
        return self.job(job_id)

    def wait(self, job_id: str, seconds: float = 3600.0, poll_s: float = 0.2) -> Job:
        """A job once it has ended.

        Raises:
            JobError: There is no such job, or it takes longer.
        """
        end = time.monotonic() + seconds
        while True:
            job = self.job(job_id)
            if not job.open:
                return job
            if time.monotonic() > end:
                raise JobError(f"job {job_id} is still {job.state} after {seconds:g} s")
            time.sleep(poll_s)

    @property
    def questions(self) -> Questions:
        """What a page asks a model and waits for, beside the jobs."""
        return Questions(self._database, self._client, self._owner, self._check_models)

    def workers(self) -> tuple[WorkerState, ...]:
        """The workers; without a living one no job goes on."""
        return self._registry.workers()

    def _enqueue(self, connection: sa.Connection, job_id: str, attempt: int) -> None:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": _workflow_id(job_id, attempt),
            "app_version": APPLICATION_VERSION,
            "authenticated_user": self._owner,
        }
        self._client.enqueue_in_transaction(connection, options, job_id, attempt)

    def _read(self, chosen: sa.Select[Any]) -> tuple[Job, ...]:
        rows, states = self._rows_and_states(chosen)
        if any(_fails_without_reason(row, states) for row in rows):
            # It failed between the two readings: the worker writes the reason first.
            rows, states = self._rows_and_states(chosen)
        with self._database.transaction() as connection:
            stages: dict[str, list[StageProgress]] = {row.id: [] for row in rows}
            of_jobs = sa.select(STAGES).where(STAGES.c.job_id.in_(stages))
            for row in connection.execute(of_jobs.order_by(STAGES.c.place)):
                stages[row.job_id].append(
                    StageProgress(row.name, row.done, row.total, row.working_s)
                )
            of_live = sa.select(LIVE).where(LIVE.c.job_id.in_(stages))
            live = {row.job_id: row for row in connection.execute(of_live)}
        alive = {worker.id: worker.alive for worker in self._registry.workers()} if rows else {}
        return tuple(
            _job(row, tuple(stages[row.id]), states.get(row.workflow_id), alive, live.get(row.id))
            for row in rows
        )

    def _rows_and_states(
        self, chosen: sa.Select[Any]
    ) -> tuple[Sequence[sa.Row[Any]], dict[str, str]]:
        """Rows of the table of jobs, and then the state of the workflow of each."""
        with self._database.transaction() as connection:
            rows = connection.execute(chosen).all()
        if not rows:
            return (), {}
        workflows = self._client.list_workflows(
            workflow_ids=[row.workflow_id for row in rows], load_input=False, load_output=False
        )
        return rows, {workflow.workflow_id: workflow.status for workflow in workflows}


def _fails_without_reason(row: sa.Row[Any], states: Mapping[str, str]) -> bool:
    return states.get(row.workflow_id) == "ERROR" and row.failure is None


def _without_order() -> sa.Select[Any]:
    # An order may hold thousands of crystals.
    return sa.select(*(column for column in JOBS.c if column is not JOBS.c.order_json))


def _job(
    row: Any,
    stages: tuple[StageProgress, ...],
    status: str | None,
    alive: dict[str, bool],
    live: Any,
) -> Job:
    state = _STATES.get(status or "", "failed")
    failure = row.failure
    if state == "failed" and failure is None:
        failure = _WORKERS_DIED if status else "the queue has lost the job; retry it"
    running = state == "running" and row.worker_id is not None
    return Job(
        id=row.id,
        owner=row.owner,
        kind=_kind(row.kind),
        title=row.title,
        state=state,
        attempt=row.attempt,
        stages=stages,
        created_unix_s=row.created_unix_s,
        started_unix_s=row.started_unix_s,
        ended_unix_s=row.ended_unix_s,
        failure=failure if state == "failed" else None,
        worker_id=row.worker_id,
        worker_alive=alive.get(row.worker_id, False) if running else None,
        worked_s=None if live is None else live.worked_s,
        stage=live.stage if live is not None and running else "",
        waited_s=0.0 if live is None else live.waited_s,
        relaxing=relaxing_of(live) if live is not None and running else (),
    )


def relaxing_of(live: Any) -> tuple[LiveRelaxation, ...]:
    """The relaxations of a row of the table of jobs this moment."""
    records = json.loads(live.relaxing_json)
    return tuple(from_plain(LiveRelaxation, record, "live") for record in records)


def _kind(name: str) -> OrderKind:
    kind: OrderKind = name  # type: ignore[assignment]
    return kind


def _workflow_id(job_id: str, attempt: int) -> str:
    return f"{job_id}.{attempt}"


def _client(url: str, engine: sa.Engine) -> DBOSClient:
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    return DBOSClient(
        system_database_engine=engine,
        # dbos's own default is pickle, which a foreign row could use to run code.
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
    )
