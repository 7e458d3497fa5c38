"""How long an order will take, by what this machine has done."""

import pytest
import sqlalchemy as sa

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.pace import seconds_needed, stage_paces
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord
from crystal_llm.jobs.tables import STAGES, open_jobs_database


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


def did(url, order, **seconds):
    """A job whose stages took so many seconds of work."""
    queue = JobQueue(url)
    job_id = queue.submit(order)
    database = open_jobs_database(url)
    record = JobRecord(database, job_id, f"{job_id}.1", "a-worker")
    record.begin()
    for stage, worked in seconds.items():
        record.progress(stage, order.count)
        with database.transaction() as connection:
            connection.execute(
                sa.update(STAGES)
                .where(STAGES.c.job_id == job_id, STAGES.c.name == stage)
                .values(working_s=worked)
            )


def test_paces_are_those_of_jobs_that_worked_alike(url):
    judged = GenerateOrder(model="m", judge=Judge("p")).asking(count=10)
    database = open_jobs_database(url)
    assert stage_paces(database, "m", "p") == {}
    assert seconds_needed(judged, {}) is None
    for worked in (1.0, 2.0, 30.0):
        did(url, judged, written=worked, relaxed=10 * worked)
    did(url, GenerateOrder(model="other").asking(count=10), written=1000.0)
    did(url, GenerateOrder(model="m").asking(count=1), written=500.0)  # loads the model, no more
    paces = stage_paces(database, "m", "p")
    assert (paces["written"], paces["relaxed"]) == pytest.approx((0.2, 2.0))
    assert seconds_needed(judged.asking(count=100), paces) == pytest.approx(220.0)
    assert "relaxed" not in stage_paces(database, "m", None)
    # Six for each one take six times as long to write, and no longer to relax.
    assert seconds_needed(judged.asking(count=100, best_of=6), paces) == pytest.approx(320.0)
    did(url, judged.asking(best_of=4), written=40.0, relaxed=20.0)
    assert stage_paces(database, "m", "p")["written"] == pytest.approx(0.6)  # of 0.1, 0.2, 1, 3
    alone = GenerateOrder(model="m").asking(count=5)
    assert seconds_needed(alone, stage_paces(database, "m", None)) == pytest.approx(3.0)


def test_a_short_job_tells_no_speed_because_it_mostly_loaded_the_model(url):
    did(url, GenerateOrder(model="m").asking(count=6), written=8.5)
    database = open_jobs_database(url)
    assert stage_paces(database, "m", None, least_s=60.0) == {}
    did(url, GenerateOrder(model="m").asking(count=400), written=100.0)
    assert stage_paces(database, "m", None, least_s=60.0) == {"written": pytest.approx(0.25)}
