"""From the pick to the bars on the Infill page, in real Chromium: wall time and CPU time.

    python benchmarks/infill_page.py [--repeats 5] [--sites Y]

A web server and a worker of its own are started on an empty home. Yttrium aluminium garnet in its
conventional cell of 160 atoms (four orbits) is opened, all atoms of an element are chosen by the
legend, and *Mask* is clicked two seconds later; the compact model is asked when they are chosen,
and what it reads then is not counted. Each repeat has another lattice constant, so that no stored
answer and no cached symmetry serves; the first, for which the model is loaded, is not counted.
Printed, as one JSON object with the machine's load (``os.getloadavg()``, 1 minute):

- ``bars_s``: seconds from the click on *Mask* until ranked bars and periodic table stand, and
  ``all_s`` until the page's script has ended, too; medians, and ``worst_bars_s``.
- ``cpu_s``: seconds of CPU from the click until a second after that end, by web server, worker,
  and Chromium's renderer and other processes; medians. They depend little on what else the
  machine does.
- ``runs``: how often the page's script or a part of it ran.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal, plain_crystal
from crystal_llm.library.entry import Entry
from crystal_llm.library.store import open_library
from crystal_llm.settings import settings

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_MS = 240_000
CHROMIUM = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
)
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"
# Set before the click: seconds after it at which bars stand, and at which all does.
WATCH = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const state = () => app.getAttribute('data-test-script-state');
  window.runs = 0;
  new MutationObserver(() => { if (state() === 'running') window.runs += 1; })
    .observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
  window.answered = new Promise((done) => {
    const chart = document.getElementsByClassName('st-key-infill-chart');
    const drawn = () => [...(chart[0]?.querySelectorAll('*') ?? [])]
      .some((element) => element.shadowRoot?.querySelector('.bars li'));
    document.addEventListener('click', () => {
      const began = performance.now();
      let bars = 0;
      const look = () => {
        if (!bars && drawn()) bars = performance.now() - began;
        if (bars && state() === 'notRunning')
          return done([bars / 1000, (performance.now() - began) / 1000]);
        setTimeout(look, 20);
      };
      look();
    }, { capture: true, once: true });
  });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--sites", default="Y", help="the element that is masked: Y, Al or O")
    options = parser.parse_args()
    with app() as (browser, url, server, worker):
        processes = Processes(browser, server, worker)
        turns = [
            clicked(browser, url, 12.0 + 0.01 * turn, options.sites, processes)
            for turn in range(options.repeats + 1)
        ][1:]
    bars, wholes, runs, costs = zip(*turns, strict=True)
    print(
        json.dumps(
            {
                "what": "infill",
                "atoms": 160,
                "masked": options.sites,
                "bars_s": median(bars),
                "worst_bars_s": round(max(bars), 2),
                "all_s": median(wholes),
                "cpu_s": {name: median([cost[name] for cost in costs]) for name in costs[0]},
                "runs": statistics.median(runs),
                "load": round(os.getloadavg()[0], 1),
            }
        )
    )


class Processes:
    """The CPU time of what takes part in an answer."""

    def __init__(self, browser: Browser, server: int, worker: int) -> None:
        self._session: CDPSession = browser.new_browser_cdp_session()
        self._own = {"web": psutil.Process(server), "worker": psutil.Process(worker)}

    def seconds(self) -> dict[str, float]:
        """CPU seconds by process; children count with their parent."""
        taken = {name: family_seconds(process) for name, process in self._own.items()}
        renderer = other = 0.0
        for process in self._session.send("SystemInfo.getProcessInfo")["processInfo"]:
            if process["type"] == "renderer":
                renderer += process["cpuTime"]
            else:
                other += process["cpuTime"]
        return taken | {"renderer": renderer, "other Chromium": other}


def family_seconds(process: psutil.Process) -> float:
    """CPU seconds of a process and of its children, alive or not."""
    family = (process, *process.children(recursive=True))
    return sum(sum(member.cpu_times()[:4]) for member in family)


def clicked(
    browser: Browser, url: str, lattice_constant: float, element: str, processes: Processes
) -> tuple[float, float, int, dict[str, float]]:
    """Seconds until the bars and until all is drawn, runs of the script, CPU seconds."""
    garnet = plain_crystal(
        SymmetricCrystal(
            230,
            (lattice_constant,),
            (
                Orbit("Y", "c", ()),
                Orbit("Al", "a", ()),
                Orbit("Al", "d", ()),
                Orbit("O", "h", (0.97, 0.05, 0.15)),
            ),
        ),
        primitive=False,
    )
    count = garnet.species.count(element)
    entry = open_library(settings().database_url).add(Entry("imported", garnet, source="benchmark"))
    page: Page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/infill?entry={entry.id}")
    page.get_by_role("button", name=f"Choose all {element} ({count})").click()
    page.get_by_text(f"{count} atoms chosen").wait_for()
    page.locator(DRAWN).wait_for()
    page.wait_for_timeout(2000)
    mask = page.get_by_role("button", name="Mask", exact=True)
    page.evaluate(WATCH)
    before = processes.seconds()
    mask.click()
    bars, whole = page.evaluate("window.answered")
    page.wait_for_timeout(1000)
    after = processes.seconds()
    runs = page.evaluate("window.runs")
    page.get_by_text("Weighed by").wait_for()  # the next question would wait for it
    page.close()
    return bars, whole, runs, {name: after[name] - before[name] for name in after}


@contextmanager
def app() -> Iterator[tuple[Browser, str, int, int]]:
    """Chromium, the pages' address, and the ids of a web server and a worker on an empty home."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["CRYSTAL_LLM_HOME"] = home
        with (
            web() as (url, server),
            started("crystal_llm.cli.main", "worker") as worker,
            sync_playwright() as playwright,
        ):
            path = Path("/usr/bin/chromium")
            browser = playwright.chromium.launch(
                executable_path=path if path.exists() else None, args=list(CHROMIUM)
            )
            yield browser, url, server, worker
            browser.close()


@contextmanager
def web() -> Iterator[tuple[str, int]]:
    """The pages on a free port: their address and their process's id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with started("crystal_llm.ui.serve", f"--server.port={port}") as server:
        for _ in range(600):
            try:
                urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url, server


@contextmanager
def started(module: str, *arguments: str) -> Iterator[int]:
    """A process of this Python's, ended in order: its id."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def median(values: object) -> float:
    return round(statistics.median(values), 2)  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
