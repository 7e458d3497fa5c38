"""The queue without a worker: who sees what, what is refused, and what it costs to import."""

import subprocess
import sys
from dataclasses import replace

import pytest
import sqlalchemy as sa

from crystal_llm.errors import JobError, RequestError
from crystal_llm.jobs import queue as queue_module
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.job import StageProgress
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import JOBS
from crystal_llm.language_model.card import find_card
from crystal_llm.settings import settings


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'new' / 'jobs.sqlite'}"


def test_a_job_waits_is_stopped_and_waits_again(url):
    queue = JobQueue(url)
    job = queue.job(queue.submit(GenerateOrder(judge=Judge()).asking(count=3, formula="NaCl")))
    assert (job.state, job.kind, job.title) == ("waiting", "generate", "3 × NaCl, τ 0.7")
    assert [(stage.name, stage.done, stage.total) for stage in job.stages] == [
        *(("written", 0, 3), ("relaxed", 0, 3), ("competitors", 0, 0), ("compared", 0, 3)),
    ]
    assert (job.attempt, job.owner, job.worker_alive, job.fraction_done) == (1, "local", None, 0)
    asked = GenerateOrder(judge=Judge()).asking(count=3, formula="NaCl")
    assert queue.order(job.id) == asked.with_model(settings())
    assert queue.stop(job.id).state == "stopped"
    assert queue.retry(job.id).state == "waiting"
    assert [entry.line for entry in queue.log(job.id)] == [
        "stopped by the user",
        "attempt 2 asked for",
    ]
    assert queue.results(job.id) == ()
    assert [job.id for job in JobQueue(url).jobs(states=("waiting",))] == [job.id]
    assert queue.jobs(states=("failed",)) == ()


def test_jobs_of_a_state_are_found_behind_newer_ones(url, monkeypatch):
    monkeypatch.setattr(queue_module, "_JOBS_AT_ONCE", 2)
    queue = JobQueue(url)
    stopped = [queue.submit(GenerateOrder()) for _ in range(2)]
    for job in stopped:
        queue.stop(job)
    newer = [queue.submit(GenerateOrder()) for _ in range(5)]
    assert [job.id for job in queue.jobs(2, ("stopped",))] == stopped[::-1]
    assert [job.id for job in queue.jobs(1, ("stopped",))] == stopped[1:]
    both = queue.jobs(10, ("waiting", "stopped"))
    assert [job.id for job in both] == [*newer[::-1], *stopped[::-1]]
    assert len(queue.jobs(3)) == 3


def test_a_job_that_fails_while_it_is_read_has_its_reason(url, monkeypatch):
    """A worker writes the reason and then ends: between the reading of row and workflow."""
    queue = JobQueue(url)
    job = queue.submit(GenerateOrder())
    list_workflows = queue._client.list_workflows

    def ended_meanwhile(**asked):
        (workflow,) = list_workflows(**asked)
        with queue._database.transaction() as connection:
            connection.execute(sa.update(JOBS).values(failure="no weights"))
        workflow.status = "ERROR"
        return [workflow]

    monkeypatch.setattr(queue._client, "list_workflows", ended_meanwhile)
    failed = queue.job(job)
    assert (failed.state, failed.failure) == ("failed", "no weights")


def test_another_users_jobs_are_not_there(url):
    mine, theirs = JobQueue(url, "ada"), JobQueue(url, "bob")
    job = mine.submit(GenerateOrder())
    assert theirs.jobs() == ()
    for ask in (theirs.job, theirs.order, theirs.results, theirs.log, theirs.stop, theirs.retry):
        with pytest.raises(JobError, match=f"there is no job '{job}'"):
            ask(job)
    assert mine.job(job).state == "waiting"


def test_an_impossible_order_leaves_nothing(url):
    queue = JobQueue(url)
    with pytest.raises(RequestError, match="not a chemical formula"):
        queue.submit(GenerateOrder().asking(formula="Xx"))
    assert queue.jobs() == ()


def test_the_time_left_follows_from_the_pace():
    assert StageProgress("written", 5, 20, 10.0).time_left_s == 30.0
    assert StageProgress("written", 0, 20, 0.0).time_left_s is None
    assert StageProgress("written", 20, 20, 9.0).time_left_s == 0.0


def test_a_foreign_database_is_refused(tmp_path):
    (tmp_path / "letter.sqlite").write_text("Dear Ada, this is no database at all.")
    with pytest.raises(JobError, match="is not a SQLite database; nothing was changed"):
        JobQueue(f"sqlite:///{tmp_path / 'letter.sqlite'}")
    with pytest.raises(JobError, match="does not answer"):
        JobQueue("postgresql://nobody:secret@127.0.0.1:1/none")


def test_the_web_process_never_loads_torch():
    code = (
        "import sys; from crystal_llm.jobs.queue import JobQueue;"
        "from crystal_llm.library.store import open_library;"
        "assert 'dbos' not in sys.modules, 'dbos is for the first use';"
        "from crystal_llm.jobs.orders import GenerateOrder;"
        "import tempfile; queue = JobQueue(f'sqlite:///{tempfile.mkdtemp()}/q');"
        "queue.submit(GenerateOrder().asking(formula='NaCl')); queue.jobs();"
        "assert not {'torch', 'transformers', 'streamlit', 'ase'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_order_is_stored_with_the_model_and_the_hash_of_its_weights(url):
    queue = JobQueue(url)
    stored = queue.order(queue.submit(GenerateOrder()))
    card = find_card(settings().model, settings().models)
    assert (stored.model, stored.weights_sha256) == (card.name, card.weights_sha256)
    assert len(stored.weights_sha256) == 64
    # Asked for again it is the same order, whatever model is the usual one by then.
    other = replace(settings(), model="other")
    assert stored.with_model(other) == stored
    # A model that only the worker has is named without a hash.
    away = queue.order(queue.submit(GenerateOrder(model="elsewhere")))
    assert (away.model, away.weights_sha256) == ("elsewhere", None)
