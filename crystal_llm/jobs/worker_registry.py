"""Which workers live: each gives signs of life, and all look after those that stopped.

A worker on the same machine is alive while its process is. Of one elsewhere only the
count of its signs is looked at, not their times, since clocks of two machines differ.
"""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa

from crystal_llm.io.process_start import process_started
from crystal_llm.jobs.job import WorkerState
from crystal_llm.jobs.tables import WORKERS
from crystal_llm.library.database import Database

BEAT_SECONDS = 2.0
SILENT_SECONDS = 30.0
"""A worker elsewhere that gave no sign for so long is taken for dead."""


class Watch:
    """Remembers when each worker was last heard of.

    Args:
        database: Where workers give their signs.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heard: dict[str, tuple[int, float]] = {}

    def workers(self) -> tuple[WorkerState, ...]:
        """All workers that have not left in order, the newest first."""
        chosen = sa.select(WORKERS).order_by(WORKERS.c.started_unix_s.desc())
        with self._database.transaction() as connection:
            rows = connection.execute(chosen).all()
        return tuple(self._state(row) for row in rows)

    def forget(self, worker_id: str) -> None:
        """Takes a worker off the list."""
        with self._database.transaction() as connection:
            connection.execute(sa.delete(WORKERS).where(WORKERS.c.id == worker_id))

    def _state(self, row: Any) -> WorkerState:
        return WorkerState(
            id=row.id,
            host=row.host,
            pid=row.pid,
            alive=self._alive(row),
            started_unix_s=row.started_unix_s,
            model_loads=row.model_loads,
            jobs_done=row.jobs_done,
        )

    def _alive(self, row: Any) -> bool:
        if row.host == host_name():
            return bool(process_started(row.pid) == row.process_started_unix_s)
        now = time.monotonic()
        beats, since = self._heard.get(row.id, (None, now))
        if beats is None:
            # Never heard of: its own clock is all there is to go by at first.
            silence = time.time() - row.beat_unix_s
            since = now - (silence if silence > SILENT_SECONDS else 0.0)
        elif beats != row.beats:
            since = now
        self._heard[row.id] = (row.beats, since)
        return now - since <= SILENT_SECONDS


class Heart:
    """A worker's own row.

    Args:
        database: Where.
        worker_id: The worker.
    """

    def __init__(self, database: Database, worker_id: str) -> None:
        self._database = database
        self._worker_id = worker_id

    def start(self, pid: int) -> None:
        """Puts the worker on the list."""
        now = time.time()
        row = {
            "id": self._worker_id,
            "host": host_name(),
            "pid": pid,
            "process_started_unix_s": process_started(pid),
            "started_unix_s": now,
            "beats": 0,
            "beat_unix_s": now,
            "model_loads": 0,
            "jobs_done": 0,
        }
        with self._database.transaction() as connection:
            connection.execute(sa.insert(WORKERS).values(**row))

    def beat(self) -> None:
        """Gives a sign of life."""
        self._add(beats=WORKERS.c.beats + 1, beat_unix_s=time.time())

    def model_loaded(self) -> None:
        """Counts a language model that was loaded."""
        self._add(model_loads=WORKERS.c.model_loads + 1)

    def job_done(self) -> None:
        """Counts a job that ended."""
        self._add(jobs_done=WORKERS.c.jobs_done + 1)

    def stop(self) -> None:
        """Takes the worker off the list: what it had begun is others' now."""
        Watch(self._database).forget(self._worker_id)

    def _add(self, **values: Any) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                sa.update(WORKERS).where(WORKERS.c.id == self._worker_id).values(**values)
            )


def host_name() -> str:
    """The machine's name, as workers tell each other apart."""
    import socket

    return socket.gethostname()
