"""The Hull page in real Chromium: click, pictures, reload."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from app_processes import PATIENCE_MS, page_without_faults, web
from playwright.sync_api import expect

from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import write_reference
from crystal_llm.theme import DARK, LIGHT
from crystal_llm.ui.hull.drawing import NARROW_HEIGHT_PX

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE_MS)
CHART = "document.querySelector('.st-key-hull-chart .js-plotly-plot')"
"""The chart; the component beside it sets ``keepsView`` once it listens to it."""
HEIGHT = f"{CHART}?._fullLayout?.height"
HOLDS = "gd => gd._fullData.some((trace) => (trace.customdata || []).includes('lifeo2'))"
ROWS = [
    ("li", "Li", 0.0),
    ("fe", "Fe", 0.0),
    ("o", "O2", 0.0),
    ("li2o", "Li2O", -2.0),
    ("fe2o3", "Fe2O3", -1.7),
    ("lifeo2", "LiFeO2", -1.95),
    ("li3feo3", "Li3FeO3", -1.9),
    # As crowded as iron and oxygen are.
    *(
        (formula, formula, energy)
        for formula, energy in {
            "Co": 0.0,
            "CoO": -1.48,
            "Co2O3": -1.63,
            "Co3O4": -1.61,
            "CoO2": -1.29,
            "Co4O5": -1.56,
            "Co5O7": -1.56,
            "Co5O8": -1.52,
            "Co7O8": -1.53,
            "Co8O9": -1.52,
        }.items()
    ),
]
LABELS = """() => [...document.querySelectorAll('.st-key-hull-chart .textpoint text')].map(text => {
    const { left, top, right, bottom } = text.getBoundingClientRect()
    return [text.textContent.replace(/\\W/g, ''), left, top + 2, right, bottom - 2]
})"""
"""What is written in the drawing, with its box; that of a line is higher than its letters."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    reference = build_reference(ROWS, ReferenceProvenance(MP2020_FORMATION, "a test", "2026-01-31"))
    write_reference(reference, home / "references" / "dft.parquet")
    with web({"CRYSTAL_LLM_HOME": str(home), "CRYSTAL_LLM_MODELS": str(home)}) as served:
        yield served


@pytest.fixture(scope="module")
def page(browser, server):
    """The page as it is without a system: opened once, for the tests that follow each other."""
    with page_without_faults(browser, f"{server[0]}/hull") as opened:
        expect(opened.locator(".st-key-hull-chart .js-plotly-plot")).to_be_visible()
        yield opened


def test_figure_and_captions_follow_when_the_browser_goes_over_to_dark(page):
    caption = page.get_by_test_id("stCaptionContainer").first
    for scheme, colours in (("dark", DARK), ("light", LIGHT)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            f"(colour) => {CHART}?._fullLayout?.title?.font?.color === colour", arg=colours.caption
        )
        red, green, blue = (int(colours.caption[at : at + 2], 16) for at in (1, 3, 5))
        expect(caption).to_have_css("color", f"rgb({red}, {green}, {blue})")


def test_on_a_phone_no_name_lies_upon_another(browser, server):
    with page_without_faults(browser, f"{server[0]}/hull?system=Co-O", width=400) as phone:
        phone.wait_for_function(f"() => {CHART}?._fullLayout?.height === {NARROW_HEIGHT_PX}")
        labels = phone.evaluate(LABELS)
        assert {"Co", "O", "CoO"} < {label[0] for label in labels}
        for first, other in combinations(labels, 2):
            (_, left, top, right, bottom), (_, *edges) = first, other
            apart = right <= edges[0] or edges[2] <= left or bottom <= edges[1] or edges[3] <= top
            assert apart, f"{first[0]} lies upon {other[0]}"


def test_a_phone_draws_no_wide_hull_first(browser, server):
    phone = browser.new_page(
        viewport={"width": 400, "height": 1000},
        user_agent="Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
    )
    phone.set_default_timeout(PATIENCE_MS)
    # Of every chart the height with which it was drawn.
    phone.add_init_script(f"window.seen = []; setInterval(() => seen.push({HEIGHT}), 20)")
    phone.goto(f"{server[0]}/hull?system=Co-O")
    phone.wait_for_function(f"() => {CHART}?.keepsView")
    assert phone.evaluate("[...new Set(seen.filter(Boolean))]") == [NARROW_HEIGHT_PX]
    phone.close()


def test_a_click_shows_the_phase_and_a_reload_the_same_system(page, server):
    page.get_by_role("button", name="Li-Fe-O").click()
    expect(page).to_have_url(re.compile("system=Li-Fe-O"))
    chart = page.locator(".st-key-hull-chart .js-plotly-plot")
    expect(chart).to_be_visible()
    page.wait_for_function(f"() => {{ const gd = {CHART}; return gd?.keepsView && ({HOLDS})(gd) }}")
    # The point of LiFeO2, where Plotly's own axes say that it is.
    place = chart.evaluate(
        """gd => { const l = gd._fullLayout, box = gd.getBoundingClientRect()
        for (const t of gd._fullData) { const i = (t.customdata || []).indexOf('lifeo2')
          if (i >= 0) return [box.left + l._size.l + l.xaxis.l2p(t.x[i]),
                              box.top + l._size.t + l.yaxis.l2p(t.y[i])] } }"""
    )
    page.mouse.move(*place)
    page.wait_for_function(f"() => {CHART}?._hoverdata?.length")
    page.mouse.click(*place)
    expect(page.get_by_role("heading", name="LiFeO₂ · lifeo2")).to_be_visible()
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as downloading:
            page.get_by_role("button", name=kind, exact=True).click()
        picture = Path(downloading.value.path()).read_bytes()
        assert picture.startswith(begins)
        # A picture cannot use the page's web font; a legend measured in it would be cut.
        assert kind == "PNG" or b"Arial" in picture
    with page.expect_download() as downloading:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert "LiFeO2" in Path(downloading.value.path()).read_text()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="HTML", exact=True).click()
    assert "plotly" in Path(downloading.value.path()).read_text()
    page.reload()
    expect(page.get_by_role("textbox", name="Chemical system or formula")).to_have_value("Li-Fe-O")
    assert "libtorch" not in Path(f"/proc/{server[1].pid}/maps").read_text()


def test_a_turned_hull_stays_turned_when_the_threshold_is_moved(browser, server):
    with page_without_faults(browser, f"{server[0]}/hull?system=Li-Fe-O") as page:
        page.get_by_text("3D", exact=True).click()
        chart = page.locator(".st-key-hull-chart .js-plotly-plot")
        page.wait_for_function(f"() => {CHART}?._fullLayout?.scene && {CHART}.keepsView")
        turned = {"x": 0.3, "y": -1.9, "z": 0.9}
        chart.evaluate(
            "(gd, eye) => { gd.old = true; return Plotly.relayout(gd, {'scene.camera.eye': eye}) }",
            turned,
        )
        slider = page.get_by_role("slider").first
        slider.focus()
        page.keyboard.press("Home")  # Li3FeO3 is no longer drawn
        page.wait_for_function(
            """(wanted) => {
              const gd = document.querySelector('.st-key-hull-chart .js-plotly-plot')
              const eye = gd?._fullLayout?.scene?.camera?.eye
              return eye && !gd.old && Math.abs(eye.x - wanted.x) < 0.01
                && Math.abs(eye.y - wanted.y) < 0.01
            }""",
            arg=turned,
        )


POINT = """(gd, name) => { const l = gd._fullLayout, box = gd.getBoundingClientRect()
  for (const t of gd._fullData) { const i = (t.customdata || []).indexOf(name)
    if (i >= 0) return [box.left + l._size.l + l.xaxis.l2p(t.x[i]),
                        box.top + l._size.t + l.yaxis.l2p(t.y[i])] } }"""
"""Where a phase is drawn, by Plotly's own axes."""
NAMES = "gd._fullData.flatMap((t) => /text/.test(t.mode || '') ? t.text : []).filter(Boolean)"
"""The names that a chart writes beside its points; those of corners always stand."""


def drawn(page, condition):
    """Waits until the chart that listens to clicks fulfils a condition."""
    page.wait_for_function(f"() => {{ const gd = {CHART}; return gd?.keepsView && {condition} }}")


def test_a_candidate_lies_on_top_and_names_are_switched_off(browser, app):
    # The shipped reference's own Li2O, a little higher, as a candidate of the same method.
    address = f"{app.url}/hull?system=Li-O&candidates=mine:Li2O:-4.9269"
    with page_without_faults(browser, address) as page:
        drawn(page, "gd._fullData.some((t) => (t.customdata || []).includes('mine'))")
        chart = page.locator(".st-key-hull-chart .js-plotly-plot")
        place = chart.evaluate(POINT, "mp-1960")
        page.mouse.move(*place)
        page.wait_for_function(f"() => {CHART}?._hoverdata?.length")
        page.mouse.click(*place)
        expect(page.get_by_role("heading", name="Li₂O · mine, candidate")).to_be_visible()
        expect(page.get_by_text("The stable phase of this composition is mp-1960")).to_be_visible()
        page.mouse.click(*place)  # again: the phase below
        expect(page.get_by_role("heading", name="Li₂O · mp-1960")).to_be_visible()
        expect(page.get_by_text("Nearest stable phases in composition:")).to_be_visible()
        expect(page.locator("canvas").first).to_be_visible()

        drawn(page, f"{NAMES}.length > 2")
        page.get_by_text("Labels", exact=True).click()
        drawn(page, f"{NAMES}.length === 2")


def test_heat_gases_and_chemical_potentials_are_told(browser, app):
    with page_without_faults(browser, f"{app.url}/hull?system=Li-O") as page:
        drawn(page, f"{NAMES}.length > 2")
        page.get_by_role("radiogroup", name="Height").get_by_text("Above hull").click()
        drawn(page, "/above hull/i.test(gd._fullLayout.yaxis.title.text)")

        page.get_by_role("slider", name="Temperature (K)").press("End")
        expect(page.get_by_text("2000", exact=True).first).to_be_visible()
        pressure = page.get_by_role("spinbutton", name=re.compile("p\\(O₂\\)"))
        pressure.fill("-5")
        pressure.press("Enter")
        expect(page.get_by_text(re.compile("Against 1 bar: −.* eV per atom of O"))).to_be_visible()
        expect(page).to_have_url(re.compile("temperature=2000"))

        page.get_by_role("tab", name="Chemical potentials").click()
        expect(page.get_by_text(re.compile("is stable at Δμ"))).to_be_visible()
        expect(page.locator(".st-key-hull-potentials .js-plotly-plot")).to_be_visible()
