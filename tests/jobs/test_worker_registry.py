"""Who counts as alive: after a step of the clock, after a silence, and in another container."""

import os
import subprocess
import sys
import time

import psutil
import pytest
import sqlalchemy as sa

from crystal_llm.jobs import worker_registry
from crystal_llm.jobs.tables import WORKERS, open_jobs_database
from crystal_llm.jobs.worker_registry import SILENT_SECONDS, Registration, WorkerRegistry


@pytest.fixture
def database(tmp_path):
    return open_jobs_database(f"sqlite:///{tmp_path / 'jobs.sqlite'}")


@pytest.fixture
def child():
    """A process that ends when it is told to."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def later(monkeypatch):
    """Moves the registry's monotonic clock."""
    clock = [time.monotonic()]
    monkeypatch.setattr(worker_registry.time, "monotonic", lambda: clock[0])

    def move(seconds):
        clock[0] += seconds

    return move


def test_a_step_of_the_clock_kills_no_worker_of_this_machine(database, monkeypatch):
    Registration(database, "w", os.getpid()).beat()
    if hasattr(psutil, "_pslinux"):
        boot = psutil.boot_time()
        monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: boot + 3600.0)
    now = time.time()
    monkeypatch.setattr(worker_registry.time, "time", lambda: now + 3600.0)
    (worker,) = WorkerRegistry(database).workers()
    assert worker.alive
    assert (worker.id, worker.pid) == ("w", os.getpid())


def test_a_worker_that_was_taken_for_dead_comes_back_with_what_it_counted(database):
    registration, registry = Registration(database, "w", os.getpid()), WorkerRegistry(database)
    registration.beat()
    registration.model_loaded()
    registration.job_done()
    registry.forget("w")
    assert registry.workers() == ()
    registration.beat()
    (worker,) = registry.workers()
    assert (worker.alive, worker.model_loads, worker.jobs_done) == (True, 1, 1)


def test_a_worker_that_left_does_not_come_back(database):
    registration, registry = Registration(database, "w", os.getpid()), WorkerRegistry(database)
    registration.beat()
    registration.leave()
    registration.job_done()  # of a job that came to rest late
    assert registry.workers() == ()


def test_a_container_with_our_hosts_name_is_judged_by_its_signs(
    database, monkeypatch, child, later
):
    with monkeypatch.context() as there:
        there.setattr(worker_registry, "process_namespace", lambda: "another pid:[1]")
        registration = Registration(database, "w", child.pid)
        registration.beat()
    # What ends here is another process, of the same number.
    child.kill()
    child.wait()
    registry = WorkerRegistry(database)
    assert registry.workers()[0].alive
    later(SILENT_SECONDS - 1)
    registration.beat()
    assert registry.workers()[0].alive
    later(SILENT_SECONDS - 1)
    assert registry.workers()[0].alive
    later(2)
    assert not registry.workers()[0].alive
    registration.beat()
    assert registry.workers()[0].alive


def test_a_process_that_is_gone_is_dead_at_once(database, child):
    Registration(database, "w", child.pid).beat()
    assert WorkerRegistry(database).workers()[0].alive
    child.kill()
    child.wait()
    assert not WorkerRegistry(database).workers()[0].alive


def test_a_row_of_the_first_release_counts_by_its_signs(database):
    row = {
        "id": "old", "host": os.uname().nodename, "pid": os.getpid(), "process_start": 1.7e9,
        "started_unix_s": time.time(), "beats": 3, "beat_unix_s": time.time(),
        "model_loads": 0, "jobs_done": 0,
    }  # fmt: skip
    with database.transaction() as connection:
        connection.execute(sa.insert(WORKERS).values(**row))
    (worker,) = WorkerRegistry(database).workers()
    assert (worker.alive, worker.host) == (True, os.uname().nodename)
