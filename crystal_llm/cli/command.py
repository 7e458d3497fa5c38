"""What every subcommand is made of."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

from crystal_llm.errors import RequestError


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


class Subcommand(Protocol):
    """A module of this folder that serves one subcommand."""

    def register(self, commands: argparse._SubParsersAction[OneLineParser]) -> None:
        """Adds the subcommand's parser, with ``run`` as its default."""


class OneLineParser(argparse.ArgumentParser):
    """An argument parser that answers bad input with one line."""

    def error(self, message: str) -> NoReturn:
        """Says what was wrong and ends with exit code 2."""
        raise RequestError(f"{message} (see `{self.prog} --help`)")


def add_json_flag(parser: argparse.ArgumentParser) -> None:
    """Every subcommand answers in JSON when asked."""
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def tell(message: str) -> None:
    """Progress and summaries go to standard error; results to standard output."""
    print(message, file=sys.stderr, flush=True)
