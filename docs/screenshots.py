"""Takes the pictures of docs/images: each page, wide and narrow, light and dark.

    python docs/screenshots.py URL [JOB]

URL is a running app with a worker. JOB is the id of a finished, judged job to show; without
one the first worked example of the Generate page is run, which takes a minute or two.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
SIZES = {"wide": (1440, 900), "narrow": (400, 800)}
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


JOB_PATIENCE_MS = 900_000


def main(url: str, job: str | None) -> None:
    """Takes every picture."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = "/usr/bin/chromium"
        browser = playwright.chromium.launch(
            executable_path=path if Path(path).exists() else None, args=list(CHROMIUM)
        )
        job = job or judged_job(browser, url)
        pages = {
            "generate": "/",
            "results": f"/?job={job}",
            "cards": f"/?job={job}&res-view=Cards",
            "crystal": f"/?job={job}&crystal=1",
            "jobs": f"/jobs?job={job}",
            "models": "/models",
        }
        for name, place in pages.items():
            for size, (width, height) in SIZES.items():
                for scheme in ("light", "dark"):
                    page = browser.new_page(
                        viewport={"width": width, "height": height}, color_scheme=scheme
                    )
                    page.goto(url + place)
                    page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
                    page.wait_for_timeout(6000)
                    # Streamlit scrolls inside the page; a tall window shows it whole.
                    content = page.evaluate(
                        "document.querySelector('[data-testid=stMain]').scrollHeight"
                    )
                    page.set_viewport_size({"width": width, "height": max(height, content)})
                    page.wait_for_timeout(2500)
                    page.screenshot(path=IMAGES / f"{name}-{size}-{scheme}.png")
                    page.close()
        browser.close()


def judged_job(browser: Browser, url: str) -> str:
    """Runs the first worked example to its end; gives its job's id."""
    page = browser.new_page()
    page.goto(url)
    page.get_by_role("button", name="NaCl, rock salt").click(timeout=60_000)
    page.get_by_text("finished ·").wait_for(timeout=JOB_PATIENCE_MS)
    job = page.url.partition("job=")[2].partition("&")[0]
    page.close()
    return job


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2] if len(sys.argv) > 2 else None)
