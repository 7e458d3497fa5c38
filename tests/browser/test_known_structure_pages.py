"""Known structures in a home that was empty: on the hull, in 3D, as a start for Infill."""

import re

import pytest
from app_processes import PATIENCE_MS, page_without_faults
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)


def test_a_polymorph_is_seen_beside_the_hull_and_opened_on_infill(browser, app):
    with page_without_faults(browser, f"{app.url}/hull?system=TiO2") as page:
        expect(page.get_by_role("heading", name=re.compile("TiO₂ · mp-"))).to_be_visible()
        polymorphs = page.get_by_role("combobox", name=re.compile("Known structures"))
        polymorphs.click()
        page.get_by_role("option", name=re.compile(r"P4₂.mnm \(136\)")).first.click()
        expect(page.get_by_role("group", name="Crystal Ti2O4")).to_be_visible()
        # A click while the page is still being drawn would meet the button that goes.
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        expect(page.locator('[data-stale="true"]')).to_have_count(0)
        page.get_by_role("button", name="Start Infill from it").click()
        expect(page).to_have_url(re.compile(r"infill.*entry="))
        expect(page.get_by_text(re.compile("TiO2 mp-.*Materials Project"))).to_be_visible()
        expect(page.get_by_text(re.compile(r"space group P4₂.mnm \(136\)"))).to_be_visible()


def test_one_is_found_by_its_id_to_begin_from(browser, app):
    with page_without_faults(browser, f"{app.url}/infill") as page:
        page.get_by_role("radio", name="Known").click()
        field = page.get_by_role("textbox", name="Known structure")
        for name, said in (("mp-99999999", "No known structure is called"), ("mp-22862", None)):
            field.fill(name)
            field.press("Enter")
            if said:
                expect(page.get_by_text(said)).to_be_visible()
        page.get_by_role("button", name="Open NaCl").click()
        expect(page.get_by_text("NaCl mp-22862, Materials Project")).to_be_visible()
