"""Every page in Chromium by keyboard, under axe-core in both themes, and on a phone."""

from pathlib import Path

import axe_playwright_python
import pytest
from app_processes import PATIENCE_MS
from playwright.sync_api import expect

from crystal_llm.library.entry import Entry
from crystal_llm.library.store import open_library
from crystal_llm.types import PlainCrystal

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE_MS)
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"
SALT = PlainCrystal((4.1,) * 3, (90.0,) * 3, ("Cs", "Cl"), ((0.0,) * 3, (0.5,) * 3))
PAGES = ("", "infill", "explore", "hull?system=Li-Fe-O", "library", "jobs", "models", "crystal")
SETTLED = """() => new Promise((done) => {
  let changed = performance.now();
  const observer = new MutationObserver(() => { changed = performance.now(); });
  observer.observe(document.body,
    {subtree: true, childList: true, attributes: true, characterData: true});
  const look = () => {
    const fading = document.getAnimations().some((animation) =>
      animation.playState === 'running' && isFinite(animation.effect.getComputedTiming().endTime));
    if (!fading && performance.now() - changed > 500) { observer.disconnect(); done(true); }
    else { setTimeout(look, 50); }
  };
  look();
})"""
"""Waits until nothing has changed for half a second and nothing fades in any more."""
UNLABELLED = """() => [...document.querySelectorAll('button, a[href], input, textarea, summary')]
  .filter(element => element.offsetParent !== null && element.type !== 'file')
  .filter(element => !(element.textContent.trim() || element.getAttribute('aria-label')
    || element.getAttribute('aria-labelledby') || element.getAttribute('title')
    || element.labels?.length))
  .map(element => element.outerHTML.slice(0, 200))"""

CUT_OFF = """() => [...document.querySelectorAll('[role=radiogroup]')]
  .filter(group => group.scrollWidth > group.clientWidth)
  .map(group => group.textContent)"""
"""Choices of which the last stands beyond the edge."""


@pytest.fixture(scope="module")
def entry(app):
    """A crystal in the library, so that its page can be looked at."""
    url = f"sqlite:///{app.environment['CRYSTAL_LLM_HOME']}/crystal-llm.sqlite"
    return open_library(url).add(Entry("uploaded", SALT, source="salt.cif")).id


def opened(browser, app, entry, name, theme):
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, color_scheme=theme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{app.url}/library?entry={entry}" if name == "crystal" else f"{app.url}/{name}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    expect(page.get_by_role("link", name="Skip to the main button")).to_be_attached()
    page.locator(DRAWN).wait_for()
    # What is about to be drawn anew stands dimmed, and a dimmed text has too little contrast.
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.evaluate(SETTLED)
    return page


def faults(page):
    """What axe finds on a page, a line a rule.

    Left out is the table that Streamlit's grid keeps within its canvas for screen readers: the
    column of its own check boxes has no heading there, and takes none.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("() => axe.run({exclude: [['canvas']]}, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {len(violation['nodes'])} × {violation['nodes'][0]['html'][:200]}"
        for violation in result["violations"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_clean_under_axe_by_keyboard_and_on_a_phone(browser, app, entry, name):
    page = opened(browser, app, entry, name, "light")
    assert faults(page) == []
    assert page.evaluate(UNLABELLED) == []
    assert page.evaluate(CUT_OFF) == []
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the main button")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    focused = "() => document.activeElement.closest('[data-testid=stMain]') !== null"
    assert page.evaluate(focused)
    primary = page.get_by_test_id("stBaseButton-primary").filter(visible=True)
    if primary.count() and primary.first.is_enabled():
        expect(primary.first).to_be_focused()
    page.set_viewport_size({"width": 400, "height": 1000})
    page.evaluate(SETTLED)
    wide, seen = page.get_by_test_id("stMain").evaluate("m => [m.scrollWidth, m.clientWidth]")
    assert wide == seen, "on a phone the page is wider than the screen"
    assert page.evaluate(CUT_OFF) == []
    page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_the_dark_theme(browser, app, entry, name):
    page = opened(browser, app, entry, name, "dark")
    assert faults(page) == []
    page.context.close()
