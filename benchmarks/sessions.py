"""How the pages bear many users at once: 20 tabs of Chromium and 50 sessions beside them.

    python benchmarks/sessions.py URL [--tabs 20] [--sessions 50] [--rounds 2]

URL is a running app (``make app``); its home should hold some crystals and jobs. All begin at the
same moment, spread evenly over the pages. Printed, one JSON object a line, with the machine's load
(``os.getloadavg()``, 1 minute):

- ``sessions``: WebSocket connections that speak Streamlit's own protocol, as browsers do. Seconds
  from the connection to the end of the page's script, in the first round (everything is drawn for
  the first time) and in the later ones (the page is asked for again): median and worst, by page.
- ``tabs``: seconds from the address to the page's heading, and to the end of its script.

Ends with exit code 1 if a script raised, a connection was lost, or a page showed an error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

import websockets
from playwright.async_api import Browser, async_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PAGES = ("", "infill", "explore", "hull", "library", "jobs", "models")
PATIENCE_S = 900.0
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"

Times = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url", help="a running app, such as http://localhost:8501")
    parser.add_argument("--tabs", type=int, default=20)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    faults = asyncio.run(_load(options.url.rstrip("/"), options))
    for fault in faults[:20]:
        print(f"fault: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


async def _load(url: str, options: argparse.Namespace) -> list[str]:
    faults: list[str] = []
    first, later, headings, wholes = (defaultdict(list) for _ in range(4))
    async with async_playwright() as playwright:
        path = Path("/usr/bin/chromium")
        browser = await playwright.chromium.launch(
            executable_path=path if path.exists() else None, args=list(CHROMIUM)
        )
        await asyncio.gather(
            *(
                _session(url, PAGES[number % len(PAGES)], options.rounds, first, later, faults)
                for number in range(options.sessions)
            ),
            *(
                _tab(browser, url, PAGES[number % len(PAGES)], headings, wholes, faults)
                for number in range(options.tabs)
            ),
        )
        await browser.close()
    for name, times in (("first", first), ("later", later)):
        _tell("sessions", times, round=name, asked=options.sessions)
    for name, times in (("heading", headings), ("whole", wholes)):
        _tell("tabs", times, until=name, asked=options.tabs)
    return faults


async def _session(
    url: str, page: str, rounds: int, first: Times, later: Times, faults: list[str]
) -> None:
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    try:
        began = time.perf_counter()
        async with websockets.connect(
            address, subprotocols=["streamlit"], origin=url, max_size=None, open_timeout=PATIENCE_S,
            ping_timeout=None,
        ) as socket:  # fmt: skip
            for number in range(rounds):
                message = BackMsg()
                message.rerun_script.page_name = page
                message.rerun_script.query_string = ""
                await socket.send(message.SerializeToString())
                await asyncio.wait_for(_finished(socket, page, faults), PATIENCE_S)
                (later if number else first)[page or "generate"].append(time.perf_counter() - began)
                began = time.perf_counter()
    except (OSError, TimeoutError, websockets.WebSocketException) as error:
        faults.append(f"session on {page or 'generate'}: {type(error).__name__}: {error}")


async def _finished(socket: websockets.ClientConnection, page: str, faults: list[str]) -> None:
    """Reads what the server draws until the page's script has ended."""
    while True:
        message = ForwardMsg.FromString(await socket.recv())  # type: ignore[arg-type]
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception":
            faults.append(f"session on {page or 'generate'}: {element.exception.message}")
        kind = message.WhichOneof("type")
        if (
            kind == "script_finished"
            and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        ):
            return


async def _tab(
    browser: Browser, url: str, page: str, headings: Times, wholes: Times, faults: list[str]
) -> None:
    tab = await browser.new_page()
    tab.set_default_timeout(PATIENCE_S * 1000)
    tab.on("pageerror", lambda error: faults.append(f"tab on {page or 'generate'}: {error}"))
    began = time.perf_counter()
    try:
        await tab.goto(f"{url}/{page}")
        await tab.get_by_role("heading", level=1).filter(visible=True).first.wait_for()
        headings[page or "generate"].append(time.perf_counter() - began)
        await tab.locator(DRAWN).wait_for()
        wholes[page or "generate"].append(time.perf_counter() - began)
        if await tab.get_by_test_id("stException").count():
            faults.append(f"tab on {page or 'generate'}: shows an exception")
    except Exception as error:  # playwright raises many kinds
        faults.append(f"tab on {page or 'generate'}: {str(error)[:200]}")
    await tab.close()


def _tell(what: str, times: Times, **facts: object) -> None:
    every = [seconds for found in times.values() for seconds in found]
    line = {
        "what": what,
        **facts,
        "ended": len(every),
        "median_s": round(statistics.median(every), 2) if every else None,
        "worst_s": round(max(every), 2) if every else None,
        "medians_s": {page: round(statistics.median(found), 2) for page, found in times.items()},
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
