"""The Explore page in real Chromium, with a real worker."""

import json
import os
import re
import sqlite3

import pytest
from app_processes import PATIENCE_MS, page_without_faults, web, worker
from compact_model import write_tiny_card
from playwright.sync_api import expect

from crystal_llm.jobs.choice_requests import ChoicesAnswer
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.settings import read_settings

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    models = tmp_path_factory.mktemp("models")
    write_tiny_card(models)
    return {
        "CRYSTAL_LLM_HOME": str(tmp_path_factory.mktemp("home")),
        "CRYSTAL_LLM_MODELS": str(models),
        "CRYSTAL_LLM_MODEL": "tiny",
        "CRYSTAL_LLM_THREADS": "1",
    }


@pytest.fixture(scope="module")
def study_page(browser, environment):
    """A page whose model writes many crystals in a moment."""
    with (
        web(environment) as (url, _),
        worker(environment),
        page_without_faults(browser, f"{url}/explore") as opened,
    ):
        yield opened


def slide(page, name, value):
    """Moves a slider as a drag does: one input event, nothing sent."""
    page.get_by_role("slider", name=name).evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')) }", value
    )


def answered(environment):
    """The choices that the page was answered with."""
    database = read_settings(os.environ | environment).database_url
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        answers = connection.execute(
            "SELECT id, answer_json FROM crystal_llm_questions "
            "WHERE answer_json IS NOT NULL ORDER BY asked_unix_s"
        ).fetchall()
    *_, question_id = (name for name, answer in answers if "choices" in json.loads(answer))
    return JobQueue(database).questions.answer_as(ChoicesAnswer, question_id)


def shares_of(choice, temperature, top_p):
    import numpy as np

    from crystal_llm.generation.sampling import nucleus

    return nucleus(np.array([choice.log_probabilities]), temperature, top_p)[0]


def entropy_bits(choice, temperature, top_p):
    import numpy as np

    shares = shares_of(choice, temperature, top_p)
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())


def test_sliders_reshape_every_choice_without_asking_the_model(browser, app, app_worker):
    with page_without_faults(browser, f"{app.url}/explore") as page:
        expect(page.locator(".reshape .chip").first).to_be_visible()
        answer = answered(app.environment)
        expect(page.locator(".reshape .chip")).to_have_count(len(answer.choices))
        page.locator(".reshape .chip").nth(0).click()
        for temperature, top_p in ((0.7, 0.9), (2.0, 1.0), (0.3, 0.5), (1.0, 0.05)):
            slide(page, "Temperature τ", temperature)
            slide(page, "Nucleus size P", top_p)
            shown = page.locator(".reshape").evaluate("(root) => root.dataset.entropy")
            assert float(shown) == pytest.approx(
                entropy_bits(answer.choices[0], temperature, top_p), abs=1e-3
            )
        expect(page.locator(".reshape")).to_have_attribute(
            "data-open", str(int((shares_of(answer.choices[0], 1.0, 0.05) > 0).sum()))
        )
        page.get_by_role("button", name="Generate with this τ and P").click()
        expect(page.get_by_role("heading", name="Generate", exact=True)).to_be_visible()
        expect(page.get_by_role("slider", name="Temperature τ")).to_have_value("1")
        page.get_by_role("link", name="Explore").click()
        expect(page.get_by_role("heading", name="Explore", exact=True)).to_be_visible()


@pytest.mark.long
def test_a_study_fills_outlives_a_reload_and_opens_its_cells(study_page):
    page = study_page
    page.get_by_role("textbox", name="Temperatures τ").fill("0.7 1.3")
    page.keyboard.press("Tab")
    expect(page.get_by_text("6 cells × 40 = 240 crystals")).to_be_visible()
    page.get_by_text("Novelty", exact=True).click()
    page.get_by_role("spinbutton", name="Crystals per cell").fill("30")
    page.keyboard.press("Tab")
    expect(page.get_by_text("6 cells × 30 = 180 crystals")).to_be_visible()
    page.get_by_role("button", name="Start the study").click()
    expect(page).to_have_url(re.compile("study="))
    study = page.url
    expect(page.get_by_text("Compared within their cells")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Study of 6 cells × 30 crystals")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.get_by_text(re.compile("finished ·"))).to_be_visible()

    points = page.locator(".js-plotly-plot").first.locator(".scatterlayer .point")
    expect(points).to_have_count(6)
    points.nth(4).click(force=True)
    expect(page.get_by_text("tiny, τ = 1.3, P = 0.9 · 30 of 30 crystals")).to_be_visible()
    page.get_by_role("button", name="Open its crystals").click()
    expect(page).to_have_url(re.compile("job=.*cell=4"))
    expect(page.get_by_text("tiny, τ = 1.3, P = 0.9")).to_be_visible()
    expect(page.get_by_text("30 shown")).to_be_visible()
    page.get_by_role("button", name="The whole study").click()
    expect(page).to_have_url(study)
    expect(points).to_have_count(6)
    points.nth(1).click(force=True)
    page.get_by_role("button", name="Generate with these settings").click()
    expect(page.get_by_role("heading", name="Generate", exact=True)).to_be_visible()
    expect(page.get_by_role("slider", name="Temperature τ")).to_have_value("0.7")
