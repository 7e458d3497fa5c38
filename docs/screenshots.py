"""Takes the pictures of docs/images: each page, wide and narrow, light and dark.

    python docs/screenshots.py URL [RUN]

URL is a running app; RUN is the id of a finished run to show on the Generate page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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


def main(url: str, run: str | None) -> None:
    """Takes every picture."""
    pages = {"generate": f"/?run={run}" if run else "/", "models": "/models"}
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = "/usr/bin/chromium"
        browser = playwright.chromium.launch(
            executable_path=path if Path(path).exists() else None, args=list(CHROMIUM)
        )
        for name, place in pages.items():
            for size, (width, height) in SIZES.items():
                for scheme in ("light", "dark"):
                    page = browser.new_page(
                        viewport={"width": width, "height": height}, color_scheme=scheme
                    )
                    page.goto(url + place)
                    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
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


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2] if len(sys.argv) > 2 else None)
