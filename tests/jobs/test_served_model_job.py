"""A served model through the queue: its crystals are written, and a server that dies loses none."""

import json

import pytest
from server_stub import MODEL, completion_server

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.library.entry import Search
from crystal_llm.library.store import open_library

pytestmark = pytest.mark.model

TEXTS = [
    f"{length} {length} {length}\n90 90 90\nCs\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50"
    for length in ("4.0", "4.1", "4.2", "4.3", "4.4", "4.5")
]
"""One for each crystal: what was asked for twice would be seen."""


def card(models, name, server, **more):
    keys = {"url": server.endpoint, "model": MODEL, "api": "vllm", "requests": 2, "retries": 0}
    lines = ["[server]", *(f"{key} = {json.dumps(value)}" for key, value in (keys | more).items())]
    (models / f"{name}.toml").write_text("\n".join(lines))


def order(model, count=6):
    return GenerateOrder(model=model).asking(count=count, max_atoms=4, batch_size=2)


def texts(queue, job):
    return {result.candidate.index: result.candidate.written.text for result in queue.results(job)}


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def test_a_server_that_dies_in_mid_job_loses_nothing_and_a_retry_goes_on(models, workers_with):
    with completion_server(texts=TEXTS) as server:
        card(models, "hasty", server)
        card(models, "patient", server, retries=3)
        workers = workers_with(models, "hasty")
        queue = JobQueue(workers.url)
        workers.start()

        # It is away for a moment: the job goes on by itself.
        server.faults += [None, None, (503, {"error": "loading"}), "hang up"]
        whole = queue.wait(queue.submit(order("patient")), seconds=300)
        assert (whole.state, whole.attempt) == ("finished", 1)
        assert sorted(texts(queue, whole.id).values()) == TEXTS

        # It is gone for good.
        server.texts += TEXTS
        server.faults += [None, None, None, *["hang up"] * 9]
        job = queue.submit(order("hasty"))
        ended = queue.wait(job, seconds=300)
        assert ended.state == "failed"
        assert f"{server.endpoint}: the server does not answer" in ended.failure
        assert "what was written is kept" in ended.failure and "\n" not in ended.failure
        before = texts(queue, job)
        assert sorted(before.values()) == TEXTS[:3]

        # It is back: only what is missing is asked for.
        server.faults.clear()
        asked = len(server.bodies)
        assert queue.retry(job).attempt == 2
        assert queue.wait(job, seconds=300).state == "finished"
        after = texts(queue, job)
        assert sorted(after) == list(range(6)) and before.items() <= after.items()
        assert sorted(after.values()) == TEXTS
        assert len(server.bodies) - asked == 3
        stored = open_library(workers.url).search(Search(job_id=job))
        assert stored.total == 6
        assert {entry.model for entry in stored.entries} == {f"hasty/served/{MODEL}"}
        assert all(entry.crystal is not None for entry in stored.entries)


def test_a_wrong_key_nonsense_and_a_server_that_is_not_there_are_one_line_each(
    models, workers_with, monkeypatch
):
    monkeypatch.setenv("SERVED_KEY", "wrong")
    with completion_server() as gone:
        card(models, "gone", gone)
    with completion_server() as server:
        card(models, "locked", server, key_variable="SERVED_KEY")
        card(models, "keyless", server, key_variable="NO_SUCH_KEY")
        card(models, "nonsense", server)
        card(models, "stranger", server, model="nobody")
        workers = workers_with(models, "locked")
        queue = JobQueue(workers.url)
        workers.start()
        for model, faults, said in (
            ("gone", [], "the server does not answer"),
            ("keyless", [], "the environment variable NO_SUCH_KEY holds no key"),
            ("stranger", [], "serves no model 'nobody'; it serves: crystal-lora, base"),
            ("locked", [(401, {})] * 2, "the server refuses the key in SERVED_KEY"),
            ("nonsense", [(200, b"<html>")] * 2, "not of OpenAI's completions protocol"),
        ):
            server.faults[:] = faults
            ended = queue.wait(queue.submit(order(model, count=2)), seconds=300)
            assert (ended.state, texts(queue, ended.id)) == ("failed", {})
            assert said in ended.failure and "\n" not in ended.failure
            assert "wrong" not in ended.failure
        assert server.keys[0] == "Bearer wrong"
