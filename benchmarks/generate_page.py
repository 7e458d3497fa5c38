"""From the click on *Generate* to the first crystal, in real Chromium: wall time.

    python benchmarks/generate_page.py [--repeats 5] [--best-of 12]

A web server and a worker of its own are started on an empty home. The Generate page is opened as it
stands, how many are written for each is set, and *Generate* is clicked; the first, for which the
worker loads its model, is not counted. Printed, as one JSON object with the machine's load
(``os.getloadavg()``, 1 minute): ``first_crystal_s``, seconds from the click until the first crystal
stands in the table of results, median and worst. Relaxations and places on the hull follow, and are
stopped before the next click.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time

from infill_page import DRAWN, PATIENCE_MS, app, median
from playwright.sync_api import Browser, Page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--best-of", type=int, default=12, help="written for each (12)")
    options = parser.parse_args()
    with app() as (browser, url, _, _):
        turns = [generated(browser, url, options.best_of) for _ in range(options.repeats + 1)]
    counted = turns[1:]
    print(
        json.dumps(
            {
                "what": "generate",
                "best_of": options.best_of,
                "first_crystal_s": median(counted),
                "worst_first_crystal_s": round(max(counted), 2),
                "load": round(os.getloadavg()[0], 1),
            }
        )
    )


def generated(browser: Browser, url: str, best_of: int) -> float:
    """Seconds from the click to the first crystal in the table."""
    page: Page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{url}/generate")
    page.get_by_role("button", name="Generate", exact=True).wait_for()
    page.locator(DRAWN).wait_for()
    field = page.get_by_role("spinbutton", name="Best of")
    field.fill(str(best_of))
    field.press("Enter")
    page.locator(DRAWN).wait_for()
    page.wait_for_timeout(2000)
    began = time.perf_counter()
    page.get_by_role("button", name="Generate", exact=True).click()
    # Before it there is an empty table of another name.
    page.get_by_role("region", name="Crystals of the job").wait_for()
    seconds = time.perf_counter() - began
    page.get_by_role("button", name=re.compile("^Stop")).first.click()
    page.get_by_text(re.compile("stopped|finished")).first.wait_for()
    page.wait_for_timeout(3000)
    page.close()
    return seconds


if __name__ == "__main__":
    main()
