"""The Jobs page in real Chromium, with a real queue and worker; no model is loaded."""

import os
import re
from pathlib import Path

import pytest
from app_processes import PATIENCE_MS, page_without_faults, web, worker
from playwright.sync_api import expect

from crystal_llm.jobs.orders import GenerateOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.settings import read_settings

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return {"CRYSTAL_LLM_HOME": str(tmp_path_factory.mktemp("home")), "CRYSTAL_LLM_MODEL": "none"}


@pytest.fixture(scope="module")
def page(browser, environment):
    with web(environment) as (url, process):
        with page_without_faults(browser, f"{url}/jobs") as opened:
            yield opened
        maps = Path(f"/proc/{process.pid}/maps").read_text()
        assert "libtorch" not in maps, "the web process loaded torch"


def test_a_job_waits_is_stopped_is_retried_fails_and_shows_its_log(page, environment):
    expect(page.get_by_text("No jobs yet")).to_be_visible()
    queue = JobQueue(read_settings(os.environ | environment).database_url)
    job_id = queue.submit(GenerateOrder().asking(count=2, formula="NaCl", model="nobody"))
    page.reload()
    expect(page.get_by_text(re.compile("2 × NaCl, τ"))).to_be_visible()
    expect(page.get_by_text("No worker is running", exact=True)).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="Ended")).to_be_visible()
    page.goto(re.sub(r"\?.*", "", page.url) + f"?job={job_id}")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text(re.compile("waiting ·"))).to_be_visible()
    with worker(environment):
        expect(page.get_by_role("alert").get_by_text("no model card named")).to_be_visible()
        expect(page.get_by_text(re.compile("took the job"))).to_be_visible()
        expect(page.get_by_role("heading", name="Workers")).to_be_visible()
        page.get_by_role("button", name="Open results").click()
        expect(page.get_by_role("heading", name=re.compile("2 × NaCl, τ"))).to_be_visible()
        expect(page.get_by_text("The job failed")).to_be_visible()
