"""The app as real processes, and Chromium, for tests that drive pages as a user would."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from crystal_llm.settings import PACKAGE_ROOT

ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # Pages are painted without the software GPU, which only WebGL needs: it costs their time.
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
)
PATIENCE_MS = 240_000
VIEWS = """() => [...document.querySelectorAll('*')]
    .map((element) => element.shadowRoot?.querySelector('.stage')?.crystalView)
    .filter(Boolean)"""
"""The viewers of a page, for its own JavaScript."""


@contextmanager
def web(
    environment: dict[str, str], *, own_group: bool = False, script: Path | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The pages on a free port: their URL and their process.

    Args:
        environment: What differs from the test's own.
        own_group: Whether they are a process group of their own, which a test may kill.
        script: A script of Streamlit's to serve instead of the app.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = ["crystal_llm.ui.serve"] if script is None else ["streamlit", "run", str(script)]
    command = ["-m", *served, f"--server.port={port}"]
    url = f"http://127.0.0.1:{port}"
    with _process(command, environment, own_group=own_group) as process:
        for _ in range(300):
            try:
                urlopen(url, timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield url, process


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker; ended in order where it was not killed."""
    with _process(["-m", "crystal_llm.cli.main", "worker"], environment) as process:
        yield process


@contextmanager
def _process(
    arguments: list[str], environment: dict[str, str], *, own_group: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    log = Path(environment["CRYSTAL_LLM_HOME"]) / "processes.log"
    own = {name: value for name, value in os.environ.items() if name != "CRYSTAL_LLM_DATABASE"}
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PACKAGE_ROOT,
            env=own | environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            process_group=0 if own_group else None,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def launched(playwright):
    """Chromium: the machine's, or playwright's own.

    The headless shell draws pages as the whole browser does, for two thirds of its CPU time.
    """
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))


@contextmanager
def page_without_faults(browser, url, width=1440):
    """A new page at an address; on leaving, no error was in its console.

    Nothing on it moves by itself: what turns while a page waits is drawn by software.
    """
    page = browser.new_page(viewport={"width": width, "height": 1000}, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(_said(message)))
    page.goto(url)
    yield page
    assert [fault for fault in faults if fault] == []
    page.close()


def _said(message) -> str:
    # Streamlit looks for its server below the page's address first, and is told 404.
    own = "/_stcore/" in message.location.get("url", "")
    return message.text if message.type == "error" and not own else ""
