"""The Jobs page in real Chromium: a job that fails says why, and its results open."""

import os
import re

import pytest
from app_processes import PATIENCE_MS, page_without_faults
from playwright.sync_api import expect

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.settings import read_settings

pytestmark = [pytest.mark.browser, pytest.mark.model]
expect.set_options(timeout=PATIENCE_MS)


def test_a_job_that_fails_shows_its_log_and_its_results(browser, app, app_worker):
    queue = JobQueue(read_settings(os.environ | app.environment).database_url)
    job = queue.submit(GenerateOrder().asking(count=2, formula="KBr", model="nobody"))
    with page_without_faults(browser, f"{app.url}/jobs?job={job}") as page:
        expect(page.get_by_role("heading", name="Ended")).to_be_visible()
        expect(page.get_by_text(re.compile("2 .*KBr")).first).to_be_visible()
        expect(page.get_by_role("alert").get_by_text("no model card named")).to_be_visible()
        expect(page.get_by_text(re.compile("took the job"))).to_be_visible()
        expect(page.get_by_role("heading", name="Workers")).to_be_visible()
        page.get_by_role("button", name="Open results").click()
        expect(page.get_by_role("heading", name=re.compile("2 .*KBr"))).to_be_visible()
        expect(page.get_by_text("The job failed")).to_be_visible()


def test_what_is_said_of_a_recent_job_stands_right_below_a_long_title(browser, app):
    queue = JobQueue(read_settings(os.environ | app.environment).database_url)
    long = "Li2 Fe2 Mn2 Co2 P4 O16"
    job = queue.submit(GenerateOrder().asking(count=8, formula=long, model="nobody"))
    queue.stop(job)
    with page_without_faults(browser, app.url, 800) as page:
        row = page.locator(f".st-key-recent-row-{job}").filter(visible=True)
        title = row.get_by_role("button").bounding_box()
        said = row.get_by_test_id("stCaptionContainer").bounding_box()
        assert said["y"] >= title["y"] + title["height"] - 1, "it fits beside the title"
        assert said["y"] - (title["y"] + title["height"]) < 8
