"""The Jobs page's logic, by Streamlit's own AppTest."""

import os
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from ui_jobs import fill
from ui_pages import open_page

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.job import LiveRelaxation
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.jobs.worker_registry import Registration
from crystal_llm.relaxation.result import RelaxationStep
from crystal_llm.settings import settings
from crystal_llm.ui.jobs.job import may_change

pytestmark = pytest.mark.usefixtures("empty_home")


def page(**query):
    return open_page("jobs.py", **query)


def draw_progress(job):
    from crystal_llm.ui.jobs.panel import show_progress
    from crystal_llm.ui.services import job_queue

    show_progress(job, job_queue())


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


def test_a_ticked_job_stays_ticked_while_others_end_and_after_a_reload(queue):
    first = fill(settings().database_url, GenerateOrder().asking(count=2))
    shown = page()
    table = shown.dataframe[0]
    shown.session_state[table.key] = {"selection": {"rows": [0], "cells": []}}
    shown.run()
    assert button(shown, f"jobs-{first}-Retry")
    second = fill(settings().database_url, GenerateOrder().asking(count=3))
    shown.run()
    assert shown.dataframe[0].key != table.key
    assert not shown.exception and button(shown, f"jobs-{first}-Retry")
    assert "".join(shown.query_params["job"]) == first
    running = queue.submit(GenerateOrder().asking(count=1))
    later = page(job=running)
    assert not [button.key for button in later.button if button.key.endswith("-Retry")]
    queue.stop(running)
    later.run()
    assert not later.exception and button(later, f"jobs-{running}-Retry")
    assert second in [job.id for job in queue.jobs()]


def test_a_click_on_an_ended_job_opens_it(queue, monkeypatch):
    job_id = fill(settings().database_url, GenerateOrder().asking(count=2))
    opened = []
    monkeypatch.setattr(
        "streamlit.switch_page", lambda to, query_params: opened.append(query_params)
    )
    shown = page()
    cells = {"selection": {"rows": [], "cells": [(0, "job")]}}
    shown.session_state[shown.dataframe[0].key] = cells
    shown.run()
    assert not shown.exception and opened[0] == {"job": job_id}


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


def test_the_list_of_workers_waits_for_one_that_starts_as_well(queue, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_KEPT_WORKERS", "1")
    said = [caption.value for caption in page().caption]
    assert any("The worker is starting" in caption for caption in said)
    assert not any("make app" in caption for caption in said)
    monkeypatch.setattr("crystal_llm.ui.services.RESTART_SECONDS", -1.0)
    assert any("`make app` starts one" in caption.value for caption in page().caption)


def test_a_waiting_job_blames_an_earlier_one_only_where_there_is_one(queue):
    Registration(open_jobs_database(settings().database_url), "me", os.getpid()).beat()
    waiting = queue.job(queue.submit(GenerateOrder().asking(count=1)))
    shown = AppTest.from_function(draw_progress, kwargs={"job": waiting}).run()
    assert [info.value for info in shown.info] == ["Waiting for a worker to take it."]


def test_a_potential_that_loads_is_said_to(queue):
    job_id = fill(settings().database_url, GenerateOrder(judge=Judge()).asking(count=1), end=False)
    job = queue.job(job_id)
    stages = tuple(replace(stage, done=int(stage.name == "written")) for stage in job.stages)
    running = replace(job, state="running", stages=stages, stage="relaxed")
    live = LiveRelaxation(0, "NaCl", (RelaxationStep(0, -3.0, 0.4),))

    def said(job):
        shown = AppTest.from_function(draw_progress, kwargs={"job": job}).run()
        return [caption.value for caption in shown.caption]

    assert said(running) == ["The potential is loading."]
    assert said(replace(running, relaxing=(live,))) == []


def test_the_page_of_a_stopped_job_waits_for_what_is_still_compared(queue):
    stopped = queue.job(fill(settings().database_url, GenerateOrder().asking(count=2)))
    assert stopped.state == "stopped" and may_change(stopped)
    assert not may_change(replace(stopped, ended_unix_s=stopped.ended_unix_s - 61.0))
    assert not may_change(replace(stopped, state="finished"))
    assert may_change(replace(stopped, state="running", ended_unix_s=None))
