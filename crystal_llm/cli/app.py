"""``crystal-llm app``: web and worker together."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag, tell
from crystal_llm.errors import RequestError, SettingsError
from crystal_llm.settings import KEPT_WORKERS, LOCALHOST, PACKAGE_ROOT

_GRACE_SECONDS = 30.0
"""How long a child that is told to stop may take; a worker itself waits up to 20 s."""

CALM_SECONDS = 30.0
"""A worker that lived so long did not die of its start: the next one starts at once."""

_LONGEST_PAUSE_SECONDS = 30.0


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``app``."""
    parser = commands.add_parser(
        "app",
        help="start the pages and a worker, and stop both",
        description="Start the web pages and a worker beside them. Ctrl-C or SIGTERM stops "
        "both; a worker that dies is started again; when the web ends, so does the worker.",
    )
    parser.add_argument("--port", type=int, default=8501, metavar="N", help="default 8501")
    parser.add_argument(
        "--host", default=LOCALHOST, metavar="ADDRESS",
        help="address to listen on (default: this machine alone; 0.0.0.0 for all)",
    )  # fmt: skip
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="default 1; 0 for the web alone"
    )
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Runs both until told to stop or the web ends.

    Raises:
        RequestError: An impossible port or number of workers.
        SettingsError: The app's files are not beside the package.
    """
    if not 0 <= arguments.workers <= 16:
        raise RequestError(f"workers = {arguments.workers}: from 0 to 16")
    if not 1 <= arguments.port <= 65_535:
        raise RequestError(f"port = {arguments.port}: from 1 to 65535")
    page = PACKAGE_ROOT / "app.py"
    if not page.is_file():
        raise SettingsError(f"{page}: no such file; start the app from a checkout of the project")
    web = [sys.executable, "-m", "crystal_llm.ui.serve", "--server.port", str(arguments.port)]
    web.append(f"--server.address={arguments.host}")
    if arguments.host not in _OWN_ADDRESSES and not _sign_in_configured():
        tell(
            f"listens on {arguments.host} without sign-in: whoever reaches port {arguments.port} "
            "uses it as the one local user; docs/deploy.md says how users sign in"
        )
    worker = [sys.executable, "-m", "crystal_llm.cli.main", "worker"]
    return Report((), exit_code=supervise(web, [worker] * arguments.workers))


def supervise(web: Sequence[str], workers: Sequence[Sequence[str]]) -> int:
    """Runs a web server and workers until told to stop or the web ends.

    Args:
        web: The web's command.
        workers: The workers' commands.

    Returns:
        0 when told to stop, else the web's exit code.
    """
    stop: list[int] = []
    before = {number: signal.signal(number, lambda n, _: stop.append(n)) for number in _SIGNALS}
    children: list[_Child] = []
    try:
        environment = {KEPT_WORKERS: str(len(workers))}
        children = [
            _Child("web", web, environment),
            *(_Child("worker", command) for command in workers),
        ]
        while not stop and children[0].process.poll() is None:
            for child in children[1:]:
                child.keep_alive()
            time.sleep(0.2)
        return 0 if stop else int(children[0].process.returncode or 0)
    finally:
        _end(children)
        for number, handler in before.items():
            signal.signal(number, handler)


_OWN_ADDRESSES = (LOCALHOST, "127.0.0.1", "::1")


def _sign_in_configured() -> bool:
    """Whether one of Streamlit's usual files of secrets has an ``[auth]``."""
    for folder in (Path.home(), Path.cwd(), PACKAGE_ROOT):
        try:
            text = (folder / ".streamlit" / "secrets.toml").read_text(encoding="utf-8")
            if "auth" in tomllib.loads(text):
                return True
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
    return False


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Child:
    def __init__(
        self, name: str, command: Sequence[str], more: Mapping[str, str] | None = None
    ) -> None:
        self.name, self._command, self._more = name, command, dict(more or {})
        self._pause_s = 1.0
        self._next: float | None = None
        self._start()

    def _start(self) -> None:
        # A session of its own: Ctrl-C reaches this process alone, which then tells both.
        self.process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=_environment() | self._more,
        )
        self._started = time.monotonic()

    def keep_alive(self) -> None:
        """Starts the process again if it died, later each time if it dies at its start."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self._next is None:
            calm = now - self._started > CALM_SECONDS
            self._pause_s = 1.0 if calm else min(2 * self._pause_s, _LONGEST_PAUSE_SECONDS)
            self._next = now + self._pause_s
            tell(
                f"the {self.name} ended (code {self.process.returncode}); "
                f"starts again in {self._pause_s:.0f} s"
            )
        if now >= self._next:
            self._next = None
            self._start()


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONUNBUFFERED": "1"}


def _end(children: Sequence[_Child]) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    end = time.monotonic() + _GRACE_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            tell(f"the {child.name} does not stop: killed")
            child.process.kill()
            child.process.wait()
