"""What every subcommand is made of."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any, NoReturn

from crystal_llm.errors import RequestError

PROGRESS_SECONDS = 10.0


@dataclass(frozen=True)
class Report:
    """What a command says when it is done.

    Attributes:
        lines: For a reader.
        data: The same for a program (``--json``), one JSON object.
        exit_code: 0 unless the work itself failed.
    """

    lines: tuple[str, ...]
    data: dict[str, Any] = field(default_factory=dict)
    exit_code: int = 0

    def show(self, *, as_json: bool) -> None:
        """Prints the report on standard output."""
        if as_json:
            print(json.dumps(self.data, ensure_ascii=False))
        else:
            print("\n".join(self.lines))


class OneLineParser(argparse.ArgumentParser):
    """An argument parser that answers bad input with one line."""

    def error(self, message: str) -> NoReturn:
        """Says what was wrong and ends with exit code 2."""
        raise RequestError(f"{message} (see `{self.prog} --help`)")


def add_json_flag(parser: argparse.ArgumentParser) -> None:
    """Every subcommand answers in JSON when asked."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


class Countdown:
    """Says how far a long work is, every few seconds, and how long it still takes."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._began: tuple[float, int] | None = None
        self._next = time.monotonic() + PROGRESS_SECONDS

    def __call__(self, done: int, total: int) -> None:
        """Tells the number done, at most every ten seconds."""
        now = time.monotonic()
        # What a journal or a cache held was done in no time, and says nothing of the rest.
        began = self._began = self._began or (now, done)
        if now < self._next:
            return
        self._next = now + PROGRESS_SECONDS
        since = done - began[1]
        left = (total - done) * (now - began[0]) / max(since, 1)
        # Before anything was done since, nothing is known of the rest.
        rest = f", about {_duration(left)} left" if since else ""
        tell(f"{done} of {total} {self._what}{rest}")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def tell(message: str) -> None:
    """Progress and summaries go to standard error; results to standard output."""
    print(message, file=sys.stderr, flush=True)
