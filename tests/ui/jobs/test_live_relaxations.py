"""Relaxations under way, as the page shows them."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from ui_jobs import fill

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.job import LiveRelaxation
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.relaxation.result import RelaxationSettings, RelaxationStep
from crystal_llm.settings import settings
from crystal_llm.ui.jobs.live import most_seconds_left

pytestmark = pytest.mark.usefixtures("empty_home")

STEPS = (RelaxationStep(0, -3.0, 0.4), RelaxationStep(3, -3.25, 0.1))


def draw(job):
    from crystal_llm.relaxation.result import RelaxationSettings
    from crystal_llm.ui.jobs.live import show_relaxing

    show_relaxing(job, RelaxationSettings(max_steps=43))


def draw_progress(job):
    from crystal_llm.ui.jobs.panel import show_progress
    from crystal_llm.ui.services import job_queue

    show_progress(job, job_queue(), warn=False)


def test_a_relaxation_is_shown_with_its_step_energy_and_force():
    url = settings().database_url
    job = JobQueue(url).job(fill(url, GenerateOrder().asking(count=1)))
    shown = AppTest.from_function(draw, kwargs={"job": job}).run()
    assert not shown.get("html")
    job = replace(job, relaxing=(LiveRelaxation(1, "LiFePO4", STEPS),), waited_s=2.0)
    shown = AppTest.from_function(draw, kwargs={"job": job}).run()
    assert not shown.exception
    (body,) = [element.proto.body for element in shown.get("html")]
    # 2 s for 4 evaluations, and 40 steps to go at most.
    assert "Relaxing #2 LiFePO₄: step 3 of at most 43, at most 20 s left" in body
    assert "energy −0.250 eV/atom" in body
    assert "largest force 0.100 eV/Å (log), ends at 0.05" in body
    assert body.count("data:image/svg+xml;base64,") == 2


def test_an_energy_that_hardly_fell_is_no_minus_zero():
    url = settings().database_url
    job = JobQueue(url).job(fill(url, GenerateOrder().asking(count=1)))
    steps = (STEPS[0], RelaxationStep(1, -3.0001, 0.3))
    job = replace(job, relaxing=(LiveRelaxation(1, "NaCl", steps),), waited_s=2.0)
    shown = AppTest.from_function(draw, kwargs={"job": job}).run()
    (body,) = [element.proto.body for element in shown.get("html")]
    assert "energy +0.000 eV/atom" in body


def test_a_known_phase_that_is_relaxed_too_is_named_and_the_reason_is_told():
    url = settings().database_url
    job = JobQueue(url).job(fill(url, GenerateOrder(judge=Judge()).asking(count=1), end=False))
    live = LiveRelaxation(None, "FePO4", STEPS)
    job = replace(job, state="running", stage="placed", relaxing=(live,), waited_s=2.0)
    shown = AppTest.from_function(draw_progress, kwargs={"job": job}).run()
    before = " ".join(element.proto.body for element in shown.get("html"))
    assert "Competing phases" not in before, "before their number is known there is no bar of 0"
    counted = [
        replace(stage, done=3, total=7) if stage.name == "competitors" else stage
        for stage in job.stages
    ]
    job = replace(job, stages=tuple(counted))
    shown = AppTest.from_function(draw_progress, kwargs={"job": job}).run()
    assert not shown.exception
    bodies = " ".join(element.proto.body for element in shown.get("html"))
    # How long the phases before it took counts in "waited", so it has no time left of its own.
    assert "Relaxing known FePO₄: step 3 of at most 500<" in bodies
    assert "Competing phases relaxed" in bodies and "3 of 7<" in bodies
    assert "The known phases that these crystals compete with" in shown.caption[0].value


def test_the_time_left_counts_down_to_the_limit_of_a_crystal():
    asked = RelaxationSettings(max_steps=500, time_limit_s=300.0)
    assert most_seconds_left(1, 5.0, asked) is None
    # At a steady pace of a second a step the limit of 300 s comes first.
    left = [most_seconds_left(step, float(step), asked) for step in (10, 100, 290, 310)]
    assert left == [290.0, 200.0, 10.0, 0.0]
    assert most_seconds_left(499, 50.0, asked) == 0.1
