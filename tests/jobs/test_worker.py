"""Jobs in real processes: one load, killed and gone on, stopped, retried, two workers."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from waiting import until

from crystal_llm.errors import JobError
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import BATCHES, open_jobs_database
from crystal_llm.jobs.worker import _give_way
from crystal_llm.library.entry import Search
from crystal_llm.library.store import open_library

pytestmark = pytest.mark.model


def order(count=4, seed=0, **said):
    said = {"max_atoms": 4, "min_distance_angstrom": 0.5, "batch_size": 2, **said}
    return GenerateOrder().asking(count=count, seed=seed, **said)


def ended_batches(url, job):
    """Which batches ended, and under which worker."""
    chosen = sa.select(BATCHES.c.batch, BATCHES.c.worker_id).where(BATCHES.c.job_id == job)
    with open_jobs_database(url).transaction() as connection:
        return dict(connection.execute(chosen).tuples().all())


def wait(queue, job):
    return queue.wait(job, seconds=300)


def texts(queue, job, first=None):
    """Its texts by place; of a job stopped in mid-batch, which may have a gap, the first ones."""
    results = [
        result for result in queue.results(job) if first is None or result.candidate.index < first
    ]
    assert [result.candidate.index for result in results] == list(range(len(results))), (
        "missing or doubled"
    )
    return [result.candidate.written.text for result in results]


def test_one_worker_loads_the_model_once_stops_retries_and_fails_alone(queue, workers):
    # Queued before any worker has ever run.
    three = [queue.submit(order(seed=seed)) for seed in (0, 1, 0)]
    assert [job.state for job in queue.jobs()] == ["waiting"] * 3
    assert queue.workers() == ()
    workers.start_by_command()
    assert [wait(queue, job).state for job in three] == ["finished"] * 3
    (worker,) = queue.workers()
    assert (worker.alive, worker.model_loads, worker.jobs_done) == (True, 1, 3)
    assert workers.log().count("loaded in") == 1
    assert [line.line for job in three for line in queue.log(job)].count("finished") == 3
    assert texts(queue, three[0]) == texts(queue, three[2]) != texts(queue, three[1])
    first = queue.job(three[0])
    assert (first.stages[0].done, first.stages[0].total, first.time_left_s) == (4, 4, None)
    assert first.created_unix_s < first.started_unix_s < first.ended_unix_s
    page = open_library(workers.url).search(Search(job_id=three[0]))
    assert page.total == 4
    assert {entry.prompt for entry in page.entries} == {
        queue.results(three[0])[0].candidate.written.prompt
    }

    # A job that cannot be done says why, and harms no other.
    broken = wait(queue, queue.submit(order(model="nobody")))
    assert (broken.state, broken.attempt) == ("failed", 1)
    assert "nobody" in broken.failure
    again = wait(queue, queue.retry(broken.id).id)
    assert (again.state, again.attempt) == ("failed", 2)

    # Stopped in mid-job it keeps what it has; retried it repeats none of it.
    job = queue.submit(order(count=200))
    until(lambda: len(ended_batches(workers.url, job)) >= 2)
    half = queue.job(job)
    assert half.worker_alive and half.open and half.time_left_s > 0
    assert queue.stop(job).state == "stopped"
    behind = queue.submit(order(seed=5))
    assert wait(queue, behind).state == "finished", "the worker did not let go of the stopped job"
    batches = ended_batches(workers.url, job)
    assert 2 <= len(batches) < 100
    with pytest.raises(JobError, match="cannot be stopped: it is stopped"):
        queue.stop(job)
    before = texts(queue, job, first=2 * len(batches))
    assert queue.retry(job).attempt == 2
    until(lambda: len(ended_batches(workers.url, job)) > len(batches))
    queue.stop(job)
    assert texts(queue, job, first=len(before)) == before
    with pytest.raises(JobError, match="cannot be retried: it is finished"):
        queue.retry(behind)


def test_another_worker_goes_on_after_the_last_finished_batch(queue, workers):
    """Whether the one before was killed or told to end."""
    job = queue.submit(order(count=40, seed=3))
    done = {}
    for number in (signal.SIGKILL, signal.SIGTERM):
        worker = workers.start()
        until(lambda: len(ended_batches(workers.url, job)) >= len(done) + 2)  # noqa: B023
        worker.send_signal(number)
        worker.wait(30)
        left = queue.job(job)
        assert (left.state, left.worker_alive) == ("running", False)
        batches = ended_batches(workers.url, job)
        assert done.items() <= batches.items(), "a finished batch was done again"
        assert len(batches) < 20, "the job was over before it could be ended"
        done = batches
    workers.start()
    ended = wait(queue, job)
    assert (ended.state, ended.attempt) == ("finished", 1)
    batches = ended_batches(workers.url, job)
    assert len(batches) == 20
    assert done.items() <= batches.items(), "a finished batch was done again"
    assert len(set(batches.values())) == 3
    resumed = texts(queue, job)
    # Crystal i depends on the seed and on i alone: nothing was skipped or drawn anew.
    whole = queue.submit(order(count=40, seed=3, batch_size=40))
    wait(queue, whole)
    assert resumed == texts(queue, whole)
    assert open_library(workers.url).search(Search(job_id=job, limit=200)).total == 40


def test_two_workers_on_postgresql_share_the_work_and_take_over(postgresql_workers):
    queue = JobQueue(postgresql_workers.url)
    first, two = postgresql_workers.start(), postgresql_workers.start()
    until(lambda: len([each for each in queue.workers() if each.alive]) == 2)
    jobs = [queue.submit(order(count=40, seed=seed)) for seed in (3, 4)]
    until(lambda: all(len(ended_batches(postgresql_workers.url, job)) >= 1 for job in jobs))
    assert len({queue.job(job).worker_id for job in jobs}) == 2
    first.send_signal(signal.SIGKILL)
    first.wait()
    for job in jobs:
        assert wait(queue, job).state == "finished"
        assert len(texts(queue, job)) == 40
    finishers = [set(ended_batches(postgresql_workers.url, job).values()) for job in jobs]
    assert sorted(map(len, finishers)) == [1, 2]
    two.send_signal(signal.SIGTERM)
    assert two.wait(30) == 0
    assert not [each for each in queue.workers() if each.alive]


@pytest.mark.skipif(sys.platform != "linux", reason="a thread's priority is Linux's")
def test_a_thread_that_gives_way_takes_its_own_threads_with_it_and_no_other():
    def own() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def started() -> int:
        with ThreadPoolExecutor(1) as inner:
            return inner.submit(own).result()

    before = own()
    with ThreadPoolExecutor(1, initializer=_give_way) as aside:
        assert aside.submit(own).result() == max(before, 10)
        assert aside.submit(started).result() == max(before, 10)
    assert own() == before
    assert started() == before
