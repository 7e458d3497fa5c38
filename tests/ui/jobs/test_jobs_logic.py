"""The Jobs page's logic, by Streamlit's own AppTest."""

from dataclasses import replace

import pytest
from ui_jobs import fill
from ui_pages import open_page

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.settings import settings
from crystal_llm.ui.jobs.job import may_change

pytestmark = pytest.mark.usefixtures("empty_home")


def page(**query):
    return open_page("jobs.py", **query)


def button(shown, key):
    return next(button for button in shown.button if button.key == key)


def test_without_jobs_the_page_says_what_to_do():
    shown = page()
    assert not shown.exception
    assert "No jobs yet" in shown.info[0].value
    assert any("crystal-llm worker" in caption.value for caption in shown.caption)


def test_an_open_job_shows_its_progress_and_is_stopped_and_retried(queue):
    job_id = queue.submit(GenerateOrder().asking(count=3, formula="NaCl"))
    shown = page()
    assert not shown.exception
    assert "No worker is running" in shown.warning[0].value
    assert "0 of 3" in " ".join(element.proto.body for element in shown.get("html"))
    button(shown, f"jobs-{job_id}-Stop").click()
    shown.run()
    assert queue.job(job_id).state == "stopped"
    assert list(shown.dataframe[0].value["state"]) == ["stopped"]
    shown = page(job=job_id)
    button(shown, f"jobs-{job_id}-Retry").click()
    shown.run()
    assert queue.job(job_id).state == "waiting"


def test_the_log_of_an_ended_job_is_shown(queue):
    job_id = fill(settings().database_url, GenerateOrder().asking(count=2))
    shown = page(job=job_id)
    assert not shown.exception
    assert any("stopped by the user" in block.value for block in shown.code)


def test_a_job_of_another_owner_is_not_listed(queue):
    JobQueue(settings().database_url, "somebody").submit(GenerateOrder().asking(count=1))
    assert "No jobs yet" in page().info[0].value


def test_a_worker_that_starts_again_by_itself_is_waited_for(queue, monkeypatch):
    queue.submit(GenerateOrder().asking(count=1))
    monkeypatch.setenv("CRYSTAL_LLM_KEPT_WORKERS", "1")
    shown = page()
    assert not shown.warning
    assert any("The worker is starting" in caption.value for caption in shown.caption)
    monkeypatch.setattr("crystal_llm.ui.services.RESTART_SECONDS", -1.0)
    assert "No worker is running" in page().warning[0].value


def test_the_page_of_a_stopped_job_waits_for_what_is_still_compared(queue):
    stopped = queue.job(fill(settings().database_url, GenerateOrder().asking(count=2)))
    assert stopped.state == "stopped" and may_change(stopped)
    assert not may_change(replace(stopped, ended_unix_s=stopped.ended_unix_s - 61.0))
    assert not may_change(replace(stopped, state="finished"))
    assert may_change(replace(stopped, state="running", ended_unix_s=None))
