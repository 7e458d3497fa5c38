"""How quick the pages are, measured in real Chromium as their user sees them.

    python benchmarks/pages.py URL [--repeats 7] [--only hull infill]

URL is a running app (``make app``). Printed, one JSON object a line, with the machine's load
(``os.getloadavg()``, 1 minute) beside each, since another program on the machine lengthens all:

- ``first page``: a web server of its own is started on an empty home; seconds from its first
  answer on the port until the first page's heading is seen, in a browser that was open already.
- ``switch``: milliseconds from the click on a page's name until its heading is seen, and until
  the server has drawn all of it; medians over the repeats, after one round that is not counted.
- ``hull``: milliseconds after the threshold's slider is moved by a key from one end to the
  other until Plotly has drawn the chart anew, in the ternary and in the quaternary system of
  which the shipped reference knows most phases. Streamlit's slider waits about 0.2 s for
  further keys, and the quaternary's chart is WebGL, drawn by software here.
- ``recompute``: milliseconds of the page's whole script after such a change (Streamlit's
  AppTest, without a browser), there and in a system of eight elements with over 800 phases.
- ``infill``: milliseconds from the change of a question about the 4 Ca of CaTiO3, and about its
  4 Ca and then its 4 Ti (20 atoms, the gallery's perovskite; a new seed of the origins, so that
  no stored answer serves) until bars and periodic table of the first look stand, and until those
  of all four origins do.
- ``viewer``: frames a second while a crystal of 200 atoms turns for four seconds, drawn by
  software (SwiftShader), on the viewers' own test page: as wide as the page, and as wide as
  the app's pages have it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "models" / "reference-chgnet.parquet"
VIEWER_PAGE = ROOT / "tests" / "browser" / "viewer_app.py"
CHROMIUM = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
# As Chromium sets itself up where there is no GPU; the flags above paint pages by WebGL's means.
PAINTED_WITHOUT_GPU = ("--disable-gpu-rasterization", "--disable-gpu-compositing")
MANY = "Co-F-Fe-Li-Mg-Mn-O-V"
STAGES = ("first", "switch", "hull", "infill", "viewer")
PATIENCE_MS = 120_000
PAGES = ("Generate", "Infill", "Hull", "Library", "Jobs", "Models")
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"
# Streamlit puts a new chart in place of one whose figure has changed.
DRAWN_ANEW = """(old) => new Promise((done) => {
  const look = () => {
    const chart = document.querySelector('.st-key-hull-chart .js-plotly-plot');
    if (chart && chart !== old && chart.calcdata) return requestAnimationFrame(done);
    requestAnimationFrame(look);
  };
  look();
})"""
# Times at which the former answer is gone, a first look stands, and the whole answer does.
ANSWERED = """() => new Promise((done) => {
  const began = performance.now(), times = [];
  const wanted = [
    (told) => !told.includes('averaged over'),
    (told, charts) => charts > 0 && /first look|averaged over/.test(told),
    (told, charts) => charts > 0 && told.includes('averaged over'),
  ];
  const look = () => {
    const told = document.querySelector('[data-testid=stMain]').textContent;
    const charts = document.querySelectorAll('[class*=st-key-infill-chart]').length;
    while (times.length < 3 && wanted[times.length](told, charts))
      times.push(performance.now() - began);
    if (times.length == 3) return done(times);
    setTimeout(look, 20);
  };
  look();
})"""
VIEWS = """() => [...document.querySelectorAll('*')]
    .map((element) => element.shadowRoot?.querySelector('.stage')?.crystalView)
    .filter(Boolean)"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", help="a running app, such as http://localhost:8501")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", nargs="+", default=STAGES, choices=STAGES)
    options = parser.parse_args()
    url = options.url.rstrip("/")
    with sync_playwright() as playwright:
        path = Path("/usr/bin/chromium")
        flags = CHROMIUM[:-1] + PAINTED_WITHOUT_GPU if options.only == ["infill"] else CHROMIUM
        browser = playwright.chromium.launch(
            executable_path=path if path.exists() else None, args=list(flags)
        )
        if "first" in options.only:
            first_page(browser)
        if "switch" in options.only:
            switches(browser, url, options.repeats)
        if "hull" in options.only:
            systems = [largest_system(3), largest_system(4)]
            for system in systems:
                hull(browser, url, system, options.repeats)
            for system in (*systems, MANY):
                recompute(system, options.repeats)
        if "infill" in options.only:
            infill(browser, url, options.repeats)
        if "viewer" in options.only:
            viewer(browser)
        browser.close()


def first_page(browser: Browser) -> None:
    page = browser.new_page()
    with (
        tempfile.TemporaryDirectory() as home,
        served("crystal_llm.ui.serve", CRYSTAL_LLM_HOME=home) as url,
    ):
        began = time.perf_counter()
        page.goto(url)
        seen(page, "Generate")
        shown = time.perf_counter() - began
        page.locator(DRAWN).wait_for()
        tell("first page", heading_s=round(shown, 2), all_s=round(time.perf_counter() - began, 2))
        page.close()


def switches(browser: Browser, url: str, repeats: int) -> None:
    page = opened(browser, url, "Generate")
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in PAGES}
    for turn in range(repeats + 1):
        for name in (*PAGES[1:], PAGES[0]):
            began = time.perf_counter()
            page.get_by_role("link", name=name).filter(visible=True).first.click()
            seen(page, name)
            heading = time.perf_counter() - began
            page.locator(DRAWN).wait_for()
            if turn:
                times[name].append((heading, time.perf_counter() - began))
    for name, found in times.items():
        headings, wholes = zip(*found, strict=True)
        tell(
            "switch",
            to=name,
            heading_ms=ms(headings),
            all_ms=ms(wholes),
            worst_ms=ms([max(wholes)]),
        )
    page.close()


def hull(browser: Browser, url: str, system: str, repeats: int) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/hull?system={system}")
    chart = page.locator(".st-key-hull-chart .js-plotly-plot")
    chart.wait_for()
    page.locator(DRAWN).wait_for()
    page.wait_for_timeout(4000)
    slider = page.get_by_role("slider").first
    slider.focus()
    wholes = []
    for turn in range(repeats + 1):
        chart.evaluate(f"gd => {{ window.drawn = ({DRAWN_ANEW})(gd) }}")
        began = time.perf_counter()
        page.keyboard.press("End" if turn % 2 else "Home")
        page.evaluate("window.drawn")
        whole = time.perf_counter() - began
        page.locator(DRAWN).wait_for()
        page.wait_for_timeout(1500)
        if turn:
            wholes.append(whole)
    phases = page.get_by_text("known phases").first.inner_text()
    tell("hull", system=system, phases=phases, all_ms=ms(wholes))
    page.close()


def recompute(system: str, repeats: int) -> None:
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(ROOT / "pages" / "hull.py"), default_timeout=PATIENCE_MS / 1000)
    page.query_params["system"] = system
    page.run()
    times = []
    for turn in range(2 * repeats):
        page.slider[0].set_value(0.5 if turn % 2 else 0.0)
        began = time.perf_counter()
        page.run()
        times.append(time.perf_counter() - began)
    phases = next(one.value for one in page.markdown if "known phases" in one.value)
    tell("recompute", phases=phases, script_ms=ms(times), worst_ms=ms([max(times)]))


def infill(browser: Browser, url: str, repeats: int) -> None:
    page = opened(browser, f"{url}/infill", "Infill")
    page.get_by_role("button", name="CaTiO₃", exact=True).click()
    seen(page, "CaTiO₃")
    page.locator(DRAWN).wait_for()
    entry = page.url
    for masked in ("0,1,2,3", "0,1,2,3,4,5,6,7"):
        page.goto(f"{entry}&mask={masked}")
        page.get_by_text("averaged over").wait_for()
        seed = page.get_by_label("Seed of the origins")
        looks, wholes = [], []
        for turn in range(repeats + 1):
            page.locator(DRAWN).wait_for()
            page.get_by_role("button", name="How it is asked").click()
            seed.fill(str(random.randrange(10_000)))
            page.evaluate(f"() => {{ window.answered = ({ANSWERED})() }}")
            page.keyboard.press("Enter")
            _, look, whole = page.evaluate("window.answered")
            if turn:
                looks.append(look / 1000)
                wholes.append(whole / 1000)
            page.keyboard.press("Escape")
            page.wait_for_timeout(1000)
        tell(
            "infill",
            atoms=20,
            masked=masked,
            look_ms=ms(looks),
            worst_ms=ms([max(looks)]),
            all_ms=ms(wholes),
        )
    page.close()


def viewer(browser: Browser) -> None:
    with served("streamlit", "run", str(VIEWER_PAGE)) as url:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{url}/?page=large")
        page.wait_for_function(f"() => ({VIEWS})().some((view) => view.frames > 0)")
        page.wait_for_timeout(3000)
        for width in ("100%", "700px"):
            frames, seconds, across = page.evaluate(
                f"""(width) => new Promise((done) => {{
                  const view = ({VIEWS})()[0];
                  view.stage.style.width = width;
                  let first = 0, began = 0;
                  const step = () => {{
                    const passed = performance.now() - began;
                    if (passed > 4000)
                      return done([view.frames - first, passed / 1000, view.stage.clientWidth]);
                    view.turn(0.02, 0.003);
                    requestAnimationFrame(step);
                  }};
                  setTimeout(() => {{
                    first = view.frames, began = performance.now();
                    step();
                  }}, 1000);
                }})""",
                width,
            )
            tell(
                "viewer",
                atoms=200,
                width_px=across,
                frames_per_second=round(frames / seconds, 1),
            )
        page.close()


def largest_system(n_elements: int) -> str:
    """The chemical system of so many elements with most phases, those within it included."""
    from ase.data import chemical_symbols as symbols

    from crystal_llm.stability.references.reference_file import read_reference

    reference = read_reference(REFERENCE)
    ends = reference.offsets.tolist()
    numbers = reference.atomic_numbers.tolist()
    counts = Counter(
        frozenset(symbols[number] for number in numbers[first:last])
        for first, last in itertools.pairwise(ends)
    )
    missing = set(reference.missing_terminals)

    def within(system: frozenset[str]) -> int:
        return sum(
            counts[frozenset(part)]
            for size in range(1, n_elements + 1)
            for part in itertools.combinations(system, size)
        )

    systems = [one for one in counts if len(one) == n_elements and not one & missing]
    return "-".join(sorted(max(systems, key=lambda one: (within(one), sorted(one)))))


def opened(browser: Browser, url: str, heading: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    seen(page, heading)
    page.locator(DRAWN).wait_for()
    return page


def seen(page: Page, heading: str) -> None:
    page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()


@contextmanager
def served(module: str, *arguments: str, **environment: str) -> Iterator[str]:
    """A server on a free port, from its first answer on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments, "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def ms(seconds: object) -> int:
    return round(1000 * statistics.median(seconds))  # type: ignore[call-overload]


def tell(what: str, **found: object) -> None:
    print(json.dumps({"what": what, **found, "load": round(os.getloadavg()[0], 1)}), flush=True)


if __name__ == "__main__":
    main()
