"""Relaxations under way, as the page shows them."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from ui_jobs import fill

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.job import LiveRelaxation
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.relaxation.result import RelaxationStep
from crystal_llm.settings import settings

pytestmark = pytest.mark.usefixtures("empty_home")

STEPS = (RelaxationStep(0, -3.0, 0.4), RelaxationStep(3, -3.25, 0.1))


def draw(job):
    from crystal_llm.ui.jobs.live import show_relaxing

    show_relaxing(job)


def test_a_relaxation_is_shown_with_its_step_energy_and_force():
    url = settings().database_url
    job = JobQueue(url).job(fill(url, GenerateOrder().asking(count=1)))
    shown = AppTest.from_function(draw, kwargs={"job": job}).run()
    assert not shown.get("html")
    job = replace(job, relaxing=(LiveRelaxation(1, "LiFePO4", STEPS),))
    shown = AppTest.from_function(draw, kwargs={"job": job}).run()
    assert not shown.exception
    (body,) = [one.proto.body for one in shown.get("html")]
    assert "Relaxing #2 LiFePO₄: step 3" in body
    assert "energy −0.250 eV/atom" in body and "largest force 0.100 eV/Å" in body
    assert body.count("data:image/svg+xml;base64,") == 2
