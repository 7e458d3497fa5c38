"""Which workers live: each gives signs of life, and all look after those that stopped.

A worker whose process number counts here is alive while its process is. Of one elsewhere
(another machine, another container) only the count of its signs is looked at, not their
times, since clocks of two machines differ.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import sqlalchemy as sa

from crystal_llm.io.process_identity import process_namespace, process_start
from crystal_llm.jobs.job import WorkerState
from crystal_llm.jobs.tables import WORKERS
from crystal_llm.library.database import Database, put

BEAT_SECONDS = 2.0
SILENT_SECONDS = 30.0
"""A worker elsewhere that gave no sign for so long is taken for dead."""


class WorkerRegistry:
    """All workers, and when each was last heard of.

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
        """Takes a worker off the list; one that lives after all comes back with its next sign."""
        with self._database.transaction() as connection:
            connection.execute(sa.delete(WORKERS).where(WORKERS.c.id == worker_id))

    def _state(self, row: Any) -> WorkerState:
        return WorkerState(
            id=row.id,
            host=row.host.partition(" ")[0],
            pid=row.pid,
            alive=self._alive(row),
            started_unix_s=row.started_unix_s,
            model_loads=row.model_loads,
            jobs_done=row.jobs_done,
        )

    def _alive(self, row: Any) -> bool:
        if row.host == _host():
            return bool(process_start(row.pid) == row.process_start)
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


class Registration:
    """A worker's own row, put whole at every sign of life: taken for dead, it comes back.

    Args:
        database: Where.
        worker_id: The worker.
        pid: Its process, in this namespace.
    """

    def __init__(self, database: Database, worker_id: str, pid: int) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._left = False
        now = time.time()
        self._id = worker_id
        self._row: dict[str, Any] = {
            "id": worker_id,
            "host": _host(),
            "pid": pid,
            "process_start": process_start(pid),
            "started_unix_s": now,
            "beats": 0,
            "beat_unix_s": now,
            "model_loads": 0,
            "jobs_done": 0,
        }

    def beat(self) -> None:
        """Gives a sign of life; the first puts the worker on the list."""
        self._sign()

    def model_loaded(self) -> None:
        """Counts a language model that was loaded."""
        self._sign(model_loads=1)

    def job_done(self) -> None:
        """Counts a job that ended."""
        self._sign(jobs_done=1)

    def leave(self) -> None:
        """Takes the worker off the list for good: what it had begun is others' now."""
        with self._lock:
            self._left = True
            WorkerRegistry(self._database).forget(self._id)

    def _sign(self, **counted: int) -> None:
        with self._lock:
            if self._left:
                return
            for name, more in counted.items():
                self._row[name] += more
            self._row["beats"] += 1
            self._row["beat_unix_s"] = time.time()
            with self._database.transaction() as connection:
                put(connection, WORKERS, self._row)


def _host() -> str:
    """The host's name, for people, and what its process numbers count within."""
    return f"{socket.gethostname()} {process_namespace()}"
