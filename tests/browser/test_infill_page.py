"""The Infill page in real Chromium, with the real model, web server and worker."""

import re

import pytest
from app_processes import PATIENCE_MS, VIEWS, page_without_faults
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.model]

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def page(browser, app, app_worker):
    with page_without_faults(browser, f"{app.url}/infill") as opened:
        expect(opened.get_by_role("heading", name="Infill")).to_be_visible()
        yield opened


def press(page, name, **said):
    page.get_by_role("button", name=name, **said).first.click()


def click_atom(page, element):
    page.wait_for_function(f"() => ({VIEWS})().some((view) => view.frames > 0)")
    atoms = page.evaluate(f"() => ({VIEWS})()[0].clickable()")
    atom = next(atom for atom in atoms if atom["element"] == element)
    page.locator(".stage").first.click(position={"x": atom["x"], "y": atom["y"]})


def click_element(page, symbol):
    """Clicks an element in the periodic table of the answer."""
    table = page.get_by_role("grid", name="Probability of each element")
    table.get_by_text(symbol, exact=True).click()


def tick_first(page, shown):
    """Ticks the first candidate; once more where the table was moved under the click."""
    for _ in range(2):
        page.get_by_test_id("stDataFrame").last.click(position={"x": 16, "y": 35 + 17})
        try:
            expect(page.get_by_text(shown)).to_be_visible(timeout=40_000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"twice ticked, and {shown!r} is not there")


def test_from_the_gallery_to_the_hull_and_back_along_the_chain(page):
    press(page, "NaCl", exact=True)
    expect(page.get_by_role("heading", name="NaCl")).to_be_visible()

    # A wrong pick is explained where it was made.
    press(page, "Mask", exact=True)
    expect(page.get_by_text("no site is masked: pick at least one atom")).to_be_visible()
    click_atom(page, "Cl")
    expect(page.get_by_text("1 atom chosen: 1 Cl")).to_be_visible()
    press(page, "Mask", exact=True)
    expect(page).to_have_url(re.compile(r"mask=1"))

    # Bars, the periodic table, and the temperature without another call of the model.
    expect(page.get_by_role("heading", name="What the model would put there")).to_be_visible()
    expect(page.get_by_role("list", name="The likeliest elements")).to_be_visible()
    expect(page.get_by_text("Read once, orbit by orbit")).to_be_visible()
    page.reload()
    expect(page.get_by_role("list", name="The likeliest elements")).to_be_visible()
    # Elements can be taken once they are weighed.
    expect(page.get_by_text("Weighed by CHGNet")).to_be_visible()

    # Two that are sure to relax quickly, whatever the model likes best.
    pills = page.locator(".st-key-infill-take-box").get_by_test_id("stButtonGroup")
    taken = pills.get_by_role("button").first.inner_text().partition(" ")[0]
    click_element(page, taken)
    expect(page.get_by_role("button", name="Relax 1 candidate")).to_be_visible()
    others = page.get_by_role("textbox", name="Other elements")
    others.fill("Po")
    others.press("Enter")
    expect(page.get_by_text("Polonium (Po) cannot be taken")).to_be_visible()
    second = "Br" if taken != "Br" else "I"
    others.fill(second)
    others.press("Enter")
    press(page, "Relax 2 candidates")
    expect(page).to_have_url(re.compile(r"job=\d{8}-"))
    expect(page.get_by_role("heading", name="Candidates")).to_be_visible()
    expect(page.get_by_role("button", name="On the hull", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    candidates = page.url

    # Each on the hull of its chemical system.
    press(page, "On the hull", exact=True)
    page.get_by_role("button", name=re.compile(rf"{second}.* · 1 crystal")).click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page).to_have_url(re.compile(rf"candidates=.*{second}%3A"))
    page.goto(candidates)
    expect(page.get_by_role("heading", name="Candidates")).to_be_visible()
    expect(page.get_by_role("button", name="On the hull", exact=True).first).to_be_visible()

    # On with one, and back.
    tick_first(page, "Before: NaCl")
    press(page, "Go on with")
    expect(page).to_have_url(re.compile(r"entry=\d{8}-.*-relaxed"))
    page.reload()
    press(page, "Undo")
    expect(page).to_have_url(re.compile(r"entry=\d{8}-[0-9a-f-]+[0-9]&"))
    press(page, "Undo")
    expect(page.get_by_role("heading", name="NaCl")).to_be_visible()
    expect(page).to_have_url(re.compile("tip="))

    # The library shows the chain.
    press(page, "Steps")
    expect(page.locator("[class*=st-key-infill-step-]")).to_have_count(5)
    press(page, "In the library")
    expect(page.get_by_role("tab", name="Provenance")).to_be_visible()
    page.get_by_role("tab", name="Provenance").click()
    expect(page.get_by_text("atoms chosen by the model").first).to_be_visible()
    expect(page.get_by_text("relaxed", exact=True).first).to_be_visible()


def test_what_goes_for_iron_in_lithium_iron_phosphate_is_a_cation(page):
    press(page, "LiFePO₄", exact=True)
    expect(page.get_by_role("heading", name="LiFePO₄")).to_be_visible()
    page.get_by_role("button", name="Choose all Fe (4)").click()
    expect(page.get_by_text("4 atoms chosen: 4 Fe")).to_be_visible()
    press(page, "Mask", exact=True)
    pills = page.locator(".st-key-infill-take-box").get_by_test_id("stButtonGroup")
    expect(pills.get_by_role("button").first).to_be_visible()
    offered = {pill.partition(" ")[0] for pill in pills.get_by_role("button").all_inner_texts()}
    assert offered & {"Fe", "Mn", "Co", "Ni"} and not offered & {"O", "F", "P", "S"}
    expect(page.get_by_text(re.compile("Charge balance excludes .*[(,] ?O[,)]"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"Similar radius excludes \d+ elements"))).to_be_visible()


def test_the_model_writes_other_atoms_in_place_of_the_masked(page):
    # Another crystal than above: the library is the same one.
    press(page, "CsCl", exact=True)
    expect(page.get_by_role("heading", name="CsCl")).to_be_visible()
    click_atom(page, "Cl")
    expect(page.get_by_text("1 atom chosen: 1 Cl")).to_be_visible()
    press(page, "Mask", exact=True)
    expect(page).to_have_url(re.compile(r"mask=1"))
    page.get_by_text("Let the model write other atoms there").click()
    only = page.get_by_role("textbox", name="Only these elements")
    for typed, shown in (("Po", "Polonium (Po) cannot be taken"), ("Br", None)):
        only.fill(typed)
        only.press("Enter")
        count = page.get_by_role("spinbutton", name="Candidates")
        count.fill("1")
        count.press("Enter")
        press(page, "Write and relax 1 candidate")
        if shown:
            expect(page.get_by_text(shown)).to_be_visible()
    expect(page).to_have_url(re.compile(r"job=\d{8}-"))
    expect(page.get_by_role("button", name="What was asked").first).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    tick_first(page, "After: CsBr")
    expect(page.get_by_text("1 of 2 atoms kept, Br added by the model")).to_be_visible()
