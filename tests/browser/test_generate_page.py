"""The Generate page in real Chromium, with the real model and worker."""

import os
import re
import time

import pytest
from app_processes import PATIENCE_MS, page_without_faults
from playwright.sync_api import expect

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.orders import order_yaml
from crystal_llm.settings import ADAPTED_MODEL

pytestmark = [pytest.mark.browser, pytest.mark.model]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def first_job(app, app_worker, browser):
    """The example's job, done."""
    with page_without_faults(browser, app.url) as page:
        page.get_by_role("button", name="NaCl, rock salt").click()
        expect(page).to_have_url(re.compile(r"\?job=\d{8}-\d{6}-[0-9a-f]{6}$"))
        expect(page.get_by_text("4 shown")).to_be_visible()
        expect(page.get_by_text(re.compile("finished ·"))).to_be_visible()
        return page.url


def test_results_are_there_with_funnel_and_rates_and_a_row_opens_its_crystal(browser, first_job):
    with page_without_faults(browser, first_job) as page:
        expect(page.get_by_role("heading", name=re.compile("4 .*NaCl"))).to_be_visible()
        expect(page.get_by_text("4 of 4 = 100% (51 to 100%)").first).to_be_visible()
        # In a home that was empty all of it is compared with the known structures.
        for stage, counted in (("unique in this job", "of 4"), ("novel", "of"), ("S.U.N.", "of 4")):
            name = page.get_by_text(stage, exact=True)
            bar = page.locator(".bars .said").filter(has=name)
            expect(bar).to_contain_text(re.compile(rf"\d {counted} ?\d*"))
        table = page.get_by_test_id("stDataFrame")
        expect(table).to_be_visible()
        page.set_viewport_size({"width": 400, "height": 1000})
        expect(table).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.set_viewport_size({"width": 1440, "height": 1000})
        # The table is a canvas: its first row lies below the header, right of the ticks.
        table.click(position={"x": 160, "y": 68})
        expect(page).to_have_url(re.compile(r"crystal=\d"))
        expect(page.get_by_role("heading", name="NaCl", exact=True)).to_be_visible()
        expect(page.get_by_text("mp-22862").first).to_be_visible()


def test_a_crystal_is_opened_saved_and_found_again(browser, first_job):
    with page_without_faults(browser, first_job) as page:
        page.get_by_text("Cards", exact=True).click()
        expect(page.get_by_alt_text("Sketch of NaCl").first).to_be_visible()
        page.locator(".st-key-res-cards-open-1 button").first.click()
        expect(page.get_by_role("heading", name="NaCl", exact=True)).to_be_visible()
        expect(page).to_have_url(re.compile("crystal=1"))
        expect(page.locator("canvas").first).to_be_visible()
        page.get_by_test_id("stPopoverButton").filter(has_text="Save").click()
        page.get_by_role("textbox", name="Note").fill("a salt from the model")
        page.get_by_role("button", name="Save to the library").click()
        expect(page.get_by_text("Saved to the library.")).to_be_visible()
        expect(page.get_by_role("textbox", name="Note")).to_have_count(0)  # the menu has closed
        page.reload()
        expect(page.get_by_role("heading", name="NaCl", exact=True)).to_be_visible()
        expect(page.locator("canvas").first).to_be_visible()
        page.get_by_role("link", name="Library").click()
        expect(page.get_by_role("heading", name="Library")).to_be_visible()
        page.get_by_role("textbox", name="Search").fill("a salt from the model")
        page.keyboard.press("Enter")
        expect(page.get_by_text(re.compile("^1 crystal$"))).to_be_visible()


def test_crystals_are_placed_on_the_hull(browser, first_job):
    with page_without_faults(browser, first_job) as page:
        page.get_by_role("button", name="On the hull", exact=True).click()
        expect(page.get_by_role("heading", name="Hull")).to_be_visible()
        expect(page).to_have_url(re.compile("candidates="))


def test_an_order_is_repeated_from_its_replay_file(browser, app, first_job, tmp_path):
    with page_without_faults(browser, first_job) as page:
        page.get_by_test_id("stPopoverButton").filter(has_text="What was asked").click()
        expect(page.get_by_test_id("stCode").filter(has_text="formula: Na 1 Cl 1")).to_be_visible()
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Replay file").click()
        replay = tmp_path / "replay.yaml"
        downloading.value.save_as(replay)
        page.goto(app.url)
        page.get_by_text("Fill the form from a replay file").click()
        page.locator("input[type=file]").set_input_files(replay)
        expect(page.get_by_text("The form says what")).to_be_visible()
        expect(page.get_by_label("Formula", exact=True)).to_have_value("NaCl")
        expect(page.get_by_test_id("stCode").filter(has_text="formula: Na 1 Cl 1")).to_be_visible()


@pytest.mark.long
def test_a_job_is_stopped_on_the_jobs_page_and_retried_where_its_results_are(
    browser, app, app_worker, tmp_path
):
    replay = tmp_path / "many.yaml"
    replay.write_text(
        order_yaml(GenerateOrder(model=ADAPTED_MODEL).asking(count=32, max_atoms=2, batch_size=4))
    )
    with page_without_faults(browser, app.url) as page:
        page.get_by_text("Fill the form from a replay file").click()
        page.locator("input[type=file]").set_input_files(replay)
        expect(page.get_by_text("The form says what")).to_be_visible()
        page.get_by_role("button", name="Generate", exact=True).click()
        expect(page.get_by_text(re.compile(r"^[1-9]\d* shown"))).to_be_visible()
        job = page.url.rpartition("job=")[2]
        with page_without_faults(browser, f"{app.url}/jobs?job={job}") as second:
            second.get_by_role("button", name="Stop").first.click()
            expect(second.get_by_text(re.compile("stopped ·"))).to_be_visible()
        expect(page.get_by_text(re.compile("stopped ·"))).to_be_visible()
        shown_count = int(page.get_by_text(re.compile(r"^\d+ shown")).inner_text().split()[0])
        assert 0 < shown_count < 32
        page.get_by_role("button", name="Retry").click()
        expect(page.get_by_text(re.compile("running ·"))).to_be_visible()
        expect(page.get_by_text(re.compile("attempt 2"))).to_be_visible()
        expect(page.get_by_text(re.compile("finished ·"))).to_be_visible()
        expect(page.get_by_text("32 shown")).to_be_visible()


def test_prompt_and_button_stay_in_view_while_the_form_is_filled(browser, app):
    with page_without_faults(browser, app.url) as page:
        button = page.get_by_role("button", name="Generate", exact=True)
        expect(button).to_be_enabled()
        expect(page.get_by_text("No formula is given: the model chooses")).to_be_visible()
        page.get_by_label("Formula", exact=True).fill("MgO")
        page.keyboard.press("Enter")
        expect(page.get_by_text("No formula is given")).to_have_count(0)
        prompt = page.get_by_test_id("stCode").filter(has_text="formula: Mg 1 O 1")
        main = page.get_by_test_id("stMain")
        for width, said in ((1440, prompt), (400, page.locator(".st-key-gen-bar-says"))):
            page.set_viewport_size({"width": width, "height": 800})
            for place in ("0", "element.scrollHeight"):
                main.evaluate(f"element => element.scrollTo(0, {place})")
                expect(button).to_be_in_viewport(ratio=1)
            expect(said).to_be_in_viewport()
        expect(
            page.get_by_text(re.compile("judging by recent jobs here|once a similar job"))
        ).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_bad_input_is_explained_in_one_sentence(browser, app):
    with page_without_faults(browser, app.url) as page:
        page.get_by_label("Formula", exact=True).fill("NaXx")
        page.keyboard.press("Enter")
        expect(page.get_by_text("not a chemical formula")).to_be_visible()
        expect(page.get_by_role("button", name="Generate", exact=True)).to_be_disabled()
        page.get_by_text("Fill the form from a replay file").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "bad.yaml", "mimeType": "text/plain", "buffer": b"kind: nothing\n"}
        )
        expect(page.get_by_text("an order is an object whose kind is one of")).to_be_visible()
        page.goto(f"{app.url}/?job=nobody")
        expect(page.get_by_text("there is no job")).to_be_visible()


def test_pages_switch_within_a_second(browser, first_job):
    with page_without_faults(browser, first_job) as page:
        expect(page.get_by_test_id("stDataFrame")).to_be_visible()
        took = []
        for _ in range(3):  # the best of them: the machine may be busy otherwise
            page.get_by_role("link", name="Jobs").click()
            expect(page.get_by_role("heading", name="Workers")).to_be_visible()
            started = time.monotonic()
            page.get_by_role("link", name="Generate").click()
            expect(page.get_by_role("heading", name="Generate")).to_be_visible()
            took.append(time.monotonic() - started)
        # A second on a machine that does nothing else.
        crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert min(took) < 1.0 * crowd, (took, crowd)
