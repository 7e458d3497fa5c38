"""Takes the pictures of pages that README and docs show; a page that looks as it did keeps its own.

    python docs/screenshots.py URL [--job ID] [--crystal N] [--only NAME ...]

URL is a running app with a worker. What the pictures show is made there as a user would make
it: the first worked example of the Generate page is run (``--job`` names a finished one to
show instead), its crystals and a structure of the Infill page's gallery are in the library
then, and the model is asked for its titanium. On two idle cores all of it takes about ten
minutes. ``--only`` takes some of the pictures, such as ``hull-3d results``. A picture is
replaced only where its page has changed to the eye, because git keeps every one for ever.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
WIDTH_PX, HEIGHT_PX = 1440, 900
TALLEST_PX = 2000
"""What lies further down a page is left out of its picture."""

COLOURS = 160
"""In a picture: its file is a third as large as with all, and looks the same."""

CHANGED_SHARE = 0.002
"""Of the pixels that must differ for a page to have changed to the eye."""

CHROMIUM = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # The 3D pictures alone go through the drawing by software; pages are painted without it.
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
)
PATIENCE_MS = 240_000
JOB_PATIENCE_MS = 900_000
STILL_TRIES = 25


@dataclass(frozen=True)
class Shown:
    """A page to be taken.

    Attributes:
        name: What its picture is called.
        place: Gives its address below that of the app; what it shows is made then.
        ready: What must be seen of it first, besides its heading: a CSS selector.
        scheme: Colours of the page.
        click: What is clicked first: a CSS selector.
    """

    name: str
    place: Callable[[], str]
    ready: str = "h1"
    scheme: Literal["light", "dark"] = "light"
    click: str = ""


def main() -> None:
    """Takes every picture that is asked for, and names each fault of the browser's console."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", help="a running app, such as http://localhost:8501")
    parser.add_argument("--job", help="a finished, judged job to show; else an example is run")
    parser.add_argument("--crystal", type=int, default=1, help="which of the job's to open")
    parser.add_argument("--only", nargs="+", help="take these pages alone", default=[])
    parser.add_argument("--images", type=Path, default=IMAGES, help="where pictures go")
    options = parser.parse_args()
    url = options.url.rstrip("/")
    options.images.mkdir(exist_ok=True, parents=True)
    with sync_playwright() as playwright:
        path = Path("/usr/bin/chromium")
        browser = playwright.chromium.launch(
            executable_path=path if path.exists() else None, args=list(CHROMIUM)
        )
        pages = list(_pages(browser, url, options.job, options.crystal))
        unknown = set(options.only) - {one.name for one in pages}
        if unknown:
            sys.exit(f"no such page: {', '.join(sorted(unknown))}")
        faults: list[str] = []
        for shown in pages:
            if options.only and shown.name not in options.only:
                continue
            target = options.images / f"{shown.name}.png"
            faults += _take(browser, url, shown, target)
            print(f"{target.name} {target.stat().st_size // 1024} kB", flush=True)
        browser.close()
    for fault in dict.fromkeys(faults):
        print(f"fault in the console: {fault}", file=sys.stderr)


def _pages(browser: Browser, url: str, job: str | None, number: int) -> Iterable[Shown]:
    @cache
    def judged() -> str:
        return job or _judged_job(browser, url)

    def compared() -> str:
        _ = judged()  # its crystals are in the library then
        return f"/library?compare={','.join(_entries(browser, url)[:3])}"

    form = ".st-key-tune-form summary"
    return (
        Shown("generate", lambda: "/"),
        Shown("results", lambda: f"/?job={judged()}", "[data-testid=stDataFrame]"),
        Shown("crystal", lambda: f"/?job={judged()}&crystal={number}", "canvas", "dark"),
        Shown("hull", lambda: "/hull?system=Li-Fe-O", ".js-plotly-plot"),
        Shown("hull-3d", lambda: "/hull?system=Li-Fe-O&view=3D", ".js-plotly-plot", "dark"),
        Shown("infill", lambda: _ask_model(browser, url), ".st-key-infill-take-box"),
        Shown("fine-tune", lambda: "/models", form, click=form),
        Shown("library-compare", compared, "canvas"),
    )


def _take(browser: Browser, url: str, shown: Shown, target: Path) -> list[str]:
    """Takes one picture; gives what the console complained about."""
    page = browser.new_page(
        viewport={"width": WIDTH_PX, "height": HEIGHT_PX}, color_scheme=shown.scheme
    )
    page.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{target.name}: {error}"))
    page.goto(url + shown.place())
    page.get_by_role("heading", level=1).filter(visible=True).first.wait_for()
    page.locator(shown.ready).filter(visible=True).first.wait_for()
    if shown.click:
        page.locator(shown.click).first.click()
    _settled(page)
    # Streamlit scrolls inside the page; a tall window shows it whole.
    content = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    height = min(max(HEIGHT_PX, content), TALLEST_PX)
    page.set_viewport_size({"width": WIDTH_PX, "height": height})
    page.mouse.move(2, 2)
    _save(_settled(page), target)
    page.close()
    return faults


def _settled(page: Page) -> bytes:
    """A picture of a page on which nothing moves any more."""
    running = "[data-testid=stApp][data-test-script-state=running]"
    before = b""
    for _ in range(STILL_TRIES):
        page.wait_for_timeout(700)
        now = page.screenshot(animations="disabled", caret="hide")
        if now == before and not page.locator(running).count():
            break
        before = now
    return now


def _save(picture: bytes, target: Path) -> None:
    """Writes a picture with few colours, small, unless the old one looks the same."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    few = whole.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    if not target.is_file() or _changed(Image.open(target), few):
        few.save(target, optimize=True)


def _changed(before: Image.Image, after: Image.Image) -> bool:
    if before.size != after.size:
        return True
    difference = ImageChops.difference(before.convert("L"), after.convert("L"))
    unlike = sum(difference.histogram()[32:])
    return unlike > CHANGED_SHARE * after.width * after.height


def _judged_job(browser: Browser, url: str) -> str:
    """Runs the first worked example to its end; gives its job's id."""
    with _opened(browser, url) as page:
        page.get_by_role("button", name="NaCl, rock salt").click()
        page.get_by_text("finished · generation").first.wait_for(timeout=JOB_PATIENCE_MS)
        return page.url.partition("job=")[2].partition("&")[0]


def _entries(browser: Browser, url: str) -> list[str]:
    """Ids of relaxed crystals of the library, the newest first; the first one is saved."""
    with _opened(browser, f"{url}/library?lib-view=Cards&lib-origin=relaxed") as page:
        cards = page.locator("[class*=st-key-lib-open-]")
        cards.first.wait_for()
        classes = [card.get_attribute("class") or "" for card in cards.all()]
    found = [one[1] for name in classes if (one := re.search(r"st-key-lib-open-(\S+)", name))]
    entries = list(dict.fromkeys(found))
    if len(entries) < 2:
        sys.exit("the library holds fewer than two relaxed crystals: let an example run to its end")
    with _opened(browser, f"{url}/library?entry={entries[0]}") as page:
        if page.get_by_role("button", name="Save", exact=True).count():
            page.get_by_role("button", name="Save", exact=True).click()
            page.get_by_role("button", name="Saved", exact=True).wait_for()
    return entries


def _ask_model(browser: Browser, url: str) -> str:
    """The address of the infill page with an answer: SrTiO3 without its titanium."""
    with _opened(browser, f"{url}/infill") as page:
        page.locator(".st-key-infill-gallery-cubic-perovskite button:visible").click()
        page.wait_for_url(re.compile("entry="))
        place = page.url.removeprefix(url)
        place += "&mask=1"
        page.goto(url + place)
        page.locator(".odds .bars").filter(visible=True).first.wait_for()
    return place


@contextmanager
def _opened(browser: Browser, address: str) -> Iterator[Page]:
    """A page for the time of a ``with``, past its heading."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.get_by_role("heading", level=1).filter(visible=True).first.wait_for()
    yield page
    page.close()


if __name__ == "__main__":
    main()
