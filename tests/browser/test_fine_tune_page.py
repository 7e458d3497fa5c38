"""A model fine-tuned on a zip of crystals in real Chromium: the curve grows, Generate offers it."""

import io
import itertools
import re
import zipfile

import pytest
from app_processes import PATIENCE_MS, page_without_faults
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE_MS)
METALS, LAST = ("Ti", "Zr", "Hf", "Nb", "V"), ("Sn", "Sb", "Bi", "In")
MIDDLE = ("Ni", "Co")
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"


def half_heuslers():
    """A zip of half-Heuslers with about the right lattices, and a file that is none."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (x, y, z) in enumerate(itertools.product(METALS, MIDDLE, LAST)):
            half = 2.9 + 0.005 * place
            archive.writestr(
                f"{x}{y}{z}.vasp",
                f"{x} {y} {z}\n1.0\n0 {half} {half}\n{half} 0 {half}\n{half} {half} 0\n"
                f"{x} {y} {z}\n1 1 1\nDirect\n0 0 0\n0.25 0.25 0.25\n0.5 0.5 0.5\n",
            )
        archive.writestr("bad.cif", "data_x\nno crystal\n")
    return packed.getvalue()


# Counts how often the page's script has run since.
COUNT_RUNS = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  window.runs = 0;
  new MutationObserver(() => {
    if (app.getAttribute('data-test-script-state') === 'running') window.runs += 1;
  }).observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
}"""


def type_name_and_minutes(page, name, minutes):
    """Types both without waiting for the page to be drawn in between."""
    page.evaluate(COUNT_RUNS)
    page.get_by_role("textbox", name="Name of the new model").fill(name)
    page.keyboard.press("Tab")
    field = page.get_by_role("spinbutton", name="At most (min)")
    field.fill(minutes)
    page.wait_for_function("() => window.runs > 0")  # for the name
    page.locator(DRAWN).wait_for()
    field.press("Tab")
    page.locator(DRAWN).wait_for()
    expect(field).to_have_value(minutes)


def give_half_heuslers(page):
    page.get_by_text("Fine-tune on my crystals").click()
    page.locator(".st-key-tune-files-Files-or-a-zip input[type=file]").set_input_files(
        {"name": "mine.zip", "mimeType": "application/zip", "buffer": half_heuslers()}
    )
    expect(page.get_by_text("40 crystals to learn from")).to_be_visible()


def test_minutes_typed_while_the_page_is_drawn_for_the_name_are_kept(browser, app):
    with page_without_faults(browser, f"{app.url}/models") as page:
        give_half_heuslers(page)
        type_name_and_minutes(page, "half-Heuslers typed", "3")
        expect(page.get_by_role("textbox", name="Name of the new model")).to_have_value(
            "half-Heuslers typed"
        )


@pytest.mark.model
@pytest.mark.long
@pytest.mark.parametrize("width", [1440, 400], ids=["wide", "narrow"])
def test_a_zip_becomes_a_model_that_generate_and_infill_offer(browser, app, app_worker, width):
    name = f"half-Heuslers {width}"
    with page_without_faults(browser, f"{app.url}/models", width) as page:
        give_half_heuslers(page)
        expect(page.get_by_text("1 file could not be read")).to_be_visible()
        type_name_and_minutes(page, name, "1")
        page.get_by_role("button", name="Fine-tune", exact=True).click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        expect(page.locator(".st-key-tune-curve .js-plotly-plot")).to_be_visible()
        address = page.url
        page.reload()
        expect(page.get_by_role("button", name="Generate with it")).to_be_visible()
        expect(page.get_by_text("nats per crystal").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Generate with it").click()
        expect(page.get_by_role("heading", name="Generate", exact=True)).to_be_visible()
        expect(page.get_by_role("combobox", name=re.compile("Model")).first).to_have_value(
            re.compile(name)
        )
        page.goto(address)
        page.get_by_role("button", name="Infill with it").click()
        expect(page.get_by_role("heading", name="Infill", exact=True)).to_be_visible()
