"""The Library page in real Chromium, from an empty home."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest
from app_processes import ARGUMENTS
from playwright.sync_api import expect, sync_playwright

from crystal_llm.settings import PACKAGE_ROOT

pytestmark = pytest.mark.browser

PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)
GOOD = """data_CsCl
_cell_length_a 4.12
_cell_length_b 4.12
_cell_length_c 4.12
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Cs1 Cs 0 0 0
Cl1 Cl 0.5 0.5 0.5
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
        cwd=PACKAGE_ROOT,
        env=os.environ | {"CRYSTAL_LLM_HOME": str(home)},
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


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        yield started
        started.close()


@pytest.fixture(params=[1440, 400], ids=["wide", "narrow"])
def page(request, browser, server):
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    opened.set_default_timeout(PATIENCE_MS)
    faults = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(said(message)))
    # The router has to run once before an address below it is known.
    opened.goto(server[0])
    expect(opened.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE_MS)
    opened.goto(f"{server[0]}/library")
    expect(opened.get_by_role("heading", name="Library")).to_be_visible(timeout=PATIENCE_MS)
    yield opened
    assert [fault for fault in faults if fault] == []
    opened.close()


def said(message):
    # Streamlit looks for its server below the page's address first, and is told 404.
    streamlits_own = "/_stcore/" in message.location.get("url", "")
    return message.text if message.type == "error" and not streamlits_own else None


def test_import_open_tag_delete_undo_and_export(page, server, tmp_path):
    page.get_by_role("button", name="Import").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").first.set_input_files(
        [
            {"name": "good.cif", "mimeType": "text/plain", "buffer": GOOD.encode()},
            {"name": "bad.cif", "mimeType": "text/plain", "buffer": b"data_x\nno crystal\n"},
        ]
    )
    dialog.get_by_role("button", name="Import 2 files").click()
    expect(dialog.get_by_text("1 crystal imported: CsCl")).to_be_visible()
    expect(dialog.get_by_text("bad.cif: no CIF data block")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_text("Cards", exact=True).click()
    expect(page.get_by_alt_text("Sketch of CsCl").first).to_be_visible()
    # At 400 px Streamlit keeps a hidden twin of each button.
    page.locator("[class*=st-key-lib-open-] button:visible").first.click()
    expect(page.get_by_role("heading", name="CsCl")).to_be_visible()
    expect(page).to_have_url(re.compile(r"entry=[0-9a-f]+"))
    expect(page.locator("canvas").first).to_be_visible()

    page.get_by_role("textbox", name="Note").fill("a salt")
    page.get_by_role("textbox", name="Note").press("Control+Enter")
    expect(page.get_by_text("Note saved")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("a salt")

    page.get_by_role("tab", name="Powder pattern").click()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    page.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="All as zip").click()
    saved = tmp_path / "all.zip"
    downloading.value.save_as(saved)
    names = " ".join(zipfile.ZipFile(saved).namelist())
    assert all(one in names for one in (".cif", "POSCAR", ".xyz", ".json", "vasp/INCAR"))
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("CsCl deleted")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 brought back")).to_be_visible()
    page.get_by_text("Cards", exact=True).click()
    expect(page.get_by_alt_text("Sketch of CsCl").first).to_be_visible()

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Table as CSV").click()
    assert "CsCl" in Path(downloading.value.path()).read_text()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    maps = Path(f"/proc/{server[1].pid}/maps").read_text()
    assert "libtorch" not in maps, "the web process loaded torch"
