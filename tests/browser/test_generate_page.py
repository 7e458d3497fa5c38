"""The Generate page in real Chromium, from an empty home, with the real model."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

from crystal_llm.settings import PACKAGE_ROOT

pytestmark = [pytest.mark.browser, pytest.mark.model]

ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
PATIENCE_MS = 180_000


@pytest.fixture(scope="module")
def server(tmp_path_factory, base_folder):
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"CRYSTAL_LLM_HOME": str(home), "CRYSTAL_LLM_BASE": str(base_folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
        cwd=PACKAGE_ROOT,
        env=environment,
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
    yield url, process, home
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        yield started
        started.close()


@pytest.fixture
def page(browser, server):
    opened = browser.new_page(viewport={"width": 1440, "height": 1000})
    opened.set_default_timeout(PATIENCE_MS)
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console", lambda message: faults.append(message.text) if message.type == "error" else None
    )
    opened.goto(server[0])
    yield opened
    assert faults == []
    opened.close()


def test_one_click_gives_crystals_that_survive_a_reload(page, server):
    page.get_by_role("button", name="NaCl, rock salt").click()
    expect(page.get_by_text("Done · 4 of 4 written · 4 of 4 parsed")).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(page.get_by_role("heading", name="NaCl · candidate 0-0")).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(page.locator(".js-plotly-plot")).to_be_visible(timeout=PATIENCE_MS)
    expect(page).to_have_url(re.compile(r"\?run=\d{8}-\d{6}-[0-9a-f]{6}$"))
    with page.expect_download() as downloading:
        page.get_by_role("button", name="CIF").click()
    assert "_cell_length_a" in Path(downloading.value.path()).read_text()
    page.reload()
    expect(page.get_by_text("Done · 4 of 4 written")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="NaCl · candidate 0-0")).to_be_visible(
        timeout=PATIENCE_MS
    )
    maps = Path(f"/proc/{server[1].pid}/maps").read_text()
    assert "libtorch" not in maps, "the web process loaded torch"


def test_a_run_can_be_stopped_and_keeps_what_it_wrote(page):
    page.get_by_label("Crystals", exact=True).fill("1000")
    page.get_by_role("button", name="Write crystals").click()
    expect(page.get_by_text(re.compile(r"Writing … · [1-9]\d* of 1000"))).to_be_visible(
        timeout=PATIENCE_MS
    )
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("Stopped; what was written is kept"))).to_be_visible(
        timeout=PATIENCE_MS
    )


def test_bad_input_is_explained_beside_the_form(page):
    page.get_by_label("Formula", exact=True).fill("NaXx")
    page.get_by_role("button", name="Write crystals").click()
    expect(page.get_by_text("not a chemical formula")).to_be_visible(timeout=PATIENCE_MS)


def test_no_run_is_left_behind(server):
    """Ended runs leave no process; nothing else of ours still writes."""
    home = str(server[2])
    for _ in range(100):
        left = [p for p in psutil.process_iter(["cmdline"]) if home in str(p.info["cmdline"])]
        if not left:
            return
        time.sleep(0.1)
    raise AssertionError(left)
