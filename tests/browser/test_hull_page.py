"""The Hull page in real Chromium: click, pictures, reload."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from app_processes import ARGUMENTS
from playwright.sync_api import expect, sync_playwright

from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.stability.reference import Provenance, build_reference
from crystal_llm.stability.reference_file import write_reference

pytestmark = pytest.mark.browser

PATIENCE_MS = 240_000
expect.set_options(timeout=PATIENCE_MS)
ROWS = [
    ("li", "Li", 0.0),
    ("fe", "Fe", 0.0),
    ("o", "O2", 0.0),
    ("li2o", "Li2O", -2.0),
    ("fe2o3", "Fe2O3", -1.7),
    ("lifeo2", "LiFeO2", -1.95),
    ("li3feo3", "Li3FeO3", -1.9),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    reference = build_reference(ROWS, Provenance(MP2020_FORMATION, "a test", "2026-01-31"))
    write_reference(reference, home / "references" / "dft.parquet")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
        cwd=PACKAGE_ROOT,
        env=os.environ | {"CRYSTAL_LLM_HOME": str(home), "CRYSTAL_LLM_MODELS": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urlopen(url, timeout=2).close()
            break
        except OSError:
            time.sleep(0.2)
    yield url, process
    process.terminate()
    process.wait(20)


@pytest.fixture
def page(server):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        opened = browser.new_page(viewport={"width": 1440, "height": 1000})
        opened.set_default_timeout(PATIENCE_MS)
        faults = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.goto(server[0])
        opened.get_by_role("link", name="Hull").click()
        expect(opened.locator(".js-plotly-plot")).to_be_visible()
        yield opened
        assert faults == []
        browser.close()


def test_a_click_shows_the_phase_and_a_reload_the_same_system(page, server):
    page.get_by_role("button", name="Li-Fe-O").click()
    expect(page).to_have_url(re.compile("system=Li-Fe-O"))
    chart = page.locator(".st-key-hull-chart .js-plotly-plot")
    expect(chart).to_be_visible()
    # The point of LiFeO2, where Plotly's own axes say that it is.
    place = chart.evaluate(
        """gd => { const l = gd._fullLayout, box = gd.getBoundingClientRect()
        for (const t of gd._fullData) { const i = (t.customdata || []).indexOf('lifeo2')
          if (i >= 0) return [box.left + l._size.l + l.xaxis.l2p(t.x[i]),
                              box.top + l._size.t + l.yaxis.l2p(t.y[i])] } }"""
    )
    page.wait_for_timeout(1500)
    page.mouse.move(*place)
    page.wait_for_timeout(500)
    page.mouse.click(*place)
    expect(page.get_by_role("heading", name="LiFeO₂ · lifeo2")).to_be_visible()
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as downloading:
            page.get_by_role("button", name=kind, exact=True).click()
        assert Path(downloading.value.path()).read_bytes().startswith(begins)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert "LiFeO2" in Path(downloading.value.path()).read_text()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="HTML", exact=True).click()
    assert "plotly" in Path(downloading.value.path()).read_text()
    page.reload()
    expect(page.get_by_role("textbox", name="Chemical system or formula")).to_have_value("Li-Fe-O")
    assert "libtorch" not in Path(f"/proc/{server[1].pid}/maps").read_text()


def test_a_turned_hull_stays_turned_when_the_threshold_is_moved(page):
    page.get_by_role("button", name="Li-Fe-O").click()
    page.get_by_text("3D", exact=True).click()
    chart = page.locator(".st-key-hull-chart .js-plotly-plot")
    page.wait_for_function(
        "() => document.querySelector('.st-key-hull-chart .js-plotly-plot')?._fullLayout?.scene"
    )
    page.wait_for_timeout(2500)  # the component beside it looks for charts now and then
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
