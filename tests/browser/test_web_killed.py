"""The web process is killed in mid-job: the worker goes on, and nothing is lost."""

import os
import re
import signal

import pytest
import sqlalchemy as sa
from app_processes import PATIENCE_MS, page_without_faults, web, worker
from playwright.sync_api import expect
from waiting import until

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.orders import order_yaml
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import BATCHES, open_jobs_database
from crystal_llm.library.entry import Search
from crystal_llm.library.store import open_library

pytestmark = [pytest.mark.browser, pytest.mark.model]
expect.set_options(timeout=PATIENCE_MS)

COUNT = 80


@pytest.fixture
def environment(tmp_path, tiny_base):
    """An empty home and a model that loads in a moment."""
    (tmp_path / "tiny.toml").write_text(
        f'quantisation = "none"\n[base]\nname = "Tiny"\nfolder = "{tiny_base}"\n'
    )
    return {
        "CRYSTAL_LLM_HOME": str(tmp_path),
        "CRYSTAL_LLM_DATABASE": f"sqlite:///{tmp_path / 'jobs.sqlite'}",
        "CRYSTAL_LLM_MODELS": str(tmp_path),
        "CRYSTAL_LLM_MODEL": "tiny",
        "CRYSTAL_LLM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def ended_batches(url, job):
    """Which batches ended, and under which worker."""
    chosen = sa.select(BATCHES.c.batch, BATCHES.c.worker_id).where(BATCHES.c.job_id == job)
    with open_jobs_database(url).transaction() as connection:
        return dict(connection.execute(chosen).tuples().all())


def test_a_killed_web_loses_nothing_and_the_worker_goes_on(browser, environment, tmp_path):
    database = environment["CRYSTAL_LLM_DATABASE"]
    replay = tmp_path / "order.yaml"
    order = GenerateOrder().asking(
        count=COUNT, max_atoms=4, min_distance_angstrom=0.5, batch_size=2, seed=3
    )
    replay.write_text(order_yaml(order))
    with worker(environment) as working:
        with web(environment, own_group=True) as (url, serving):
            page = browser.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto(url)
            page.get_by_text("Fill the form from a replay file").click()
            page.locator("input[type=file]").set_input_files(replay)
            expect(page.get_by_text("The form says what")).to_be_visible()
            page.get_by_role("button", name="Generate", exact=True).click()
            expect(page).to_have_url(re.compile(r"\?job="))
            job = page.url.rpartition("job=")[2]
            until(lambda: len(ended_batches(database, job)) >= 2)
            os.killpg(serving.pid, signal.SIGKILL)
            serving.wait()
            page.close()
        queue = JobQueue(database)
        killed_at = ended_batches(database, job)
        assert queue.job(job).state == "running", "the job was over before the web was killed"
        # With no web at all the worker goes on.
        until(lambda: len(ended_batches(database, job)) >= len(killed_at) + 2)
        assert working.poll() is None
        with web(environment) as (url, _), page_without_faults(browser, url) as page:
            page.goto(f"{url}/?job={job}")
            expect(page.get_by_role("heading", name=f"{COUNT} crystals")).to_be_visible()
            expect(page.get_by_text(re.compile("finished ·"))).to_be_visible()
            expect(page.get_by_text(f"{COUNT} shown")).to_be_visible()
    ended = queue.job(job)
    assert (ended.state, ended.attempt) == ("finished", 1)
    assert len(set(ended_batches(database, job).values())) == 1
    assert [line.line for line in queue.log(job)].count("finished") == 1
    assert [result.candidate.index for result in queue.results(job)] == list(range(COUNT))
    assert open_library(database).search(Search(job_id=job, limit=100)).total == COUNT
