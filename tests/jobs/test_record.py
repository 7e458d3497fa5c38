"""A worker that lost its job writes nothing into it any more."""

import pytest

from crystal_llm.crystal.written import Written
from crystal_llm.jobs.given_orders import JudgeOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord, JobStopped
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.1, 4.1, 4.1), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
ORDER = JudgeOrder((Written("a", SALT), Written("b", SALT)), Judge(reference=None))

WRITES = {
    "crystals": lambda record: record.write([(0, Written("late", SALT))], "written", 2),
    "no step": lambda record: record.write([], "relaxed", 2),
    "progress": lambda record: record.progress("written", 2),
    "the end of a batch": lambda record: record.end_batch("0-2"),
}


@pytest.fixture
def queue(tmp_path):
    return JobQueue(f"sqlite:///{tmp_path / 'jobs.sqlite'}")


@pytest.fixture
def record(queue, tmp_path):
    """Makes the record of a worker at an attempt at one job."""
    job = queue.submit(ORDER)
    database = open_jobs_database(f"sqlite:///{tmp_path / 'jobs.sqlite'}")

    def of(worker, attempt=1):
        record = JobRecord(database, job, f"{job}.{attempt}", worker)
        record.begin()
        return record

    return of


@pytest.mark.parametrize("kind", WRITES)
@pytest.mark.parametrize("lost", ["taken over", "retried"])
def test_a_worker_that_lost_the_job_writes_nothing(queue, record, kind, lost):
    first = record("first")
    if lost == "taken over":
        second = record("second")
    else:
        queue.stop(first.job_id)
        queue.retry(first.job_id)
        second = record("second", attempt=2)
    with pytest.raises(JobStopped):
        WRITES[kind](first)
    assert first.end("a failure of the one that lost it") is False
    assert second.results() == ()
    assert not second.batch_ended("0-2")
    job = queue.job(first.job_id)
    assert (job.stages[0].done, job.failure, job.worker_id) == (0, None, "second")
    WRITES[kind](second)


def test_what_was_under_way_when_the_user_stopped_a_job_is_kept(queue, record):
    first = record("first")
    queue.stop(first.job_id)
    first.write([(0, Written("a", SALT))], "written", 1)
    assert len(queue.results(first.job_id)) == 1
    assert first.end() is False
