"""Entry point of ``crystal-llm``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import warnings
from collections.abc import Sequence

from crystal_llm import __version__
from crystal_llm.cli.command import OneLineParser, Report, tell
from crystal_llm.cli.output_file import release_claims
from crystal_llm.errors import CrystalLLMError

SUBCOMMANDS = (
    "generate",
    "validate",
    "score",
    "infill",
    "complete",
    "refine",
    "infill-benchmark",
    "relax",
    "order",
    "judge",
    "evaluate",
    "ipt",
    "conditioning",
    "explore",
    "improve",
    "report",
    "models",
    "data",
    "train",
    "flow",
    "hull",
    "reference",
    "jobs",
    "worker",
    "library",
    "users",
    "app",
)
"""In the order in which ``--help`` lists them; each is a module of this folder, its dashes
underscores there."""


def parser() -> OneLineParser:
    """The whole command line."""
    root = OneLineParser(
        prog="crystal-llm",
        description="Design inorganic crystals with a language model.",
        epilog="`crystal-llm COMMAND --help` tells more of one command.",
    )
    root.add_argument("--version", action="version", version=f"crystal-llm {__version__}")
    commands = root.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=OneLineParser
    )
    for name in SUBCOMMANDS:
        module = name.replace("-", "_")
        importlib.import_module(f"crystal_llm.cli.{module}").register(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one subcommand; bad input becomes one line on standard error.

    Returns:
        0 when done, 1 when the work failed, 2 on bad input, 130 on Ctrl-C.
    """
    # A thread of torch spins 0.1 ms for its next work and then sleeps. By default it spins so
    # long that two processes on two cores hold each other up; one that sleeps at once takes
    # twice as long alone, since waking it costs more than most of a step's work.
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")
    if not sys.warnoptions:
        # What libraries warn of is not the user's to mend; our own remarks go through tell().
        warnings.simplefilter("ignore")
    try:
        parsed: argparse.Namespace = parser().parse_args(arguments)
        report: Report = parsed.run(parsed)
    except CrystalLLMError as error:
        tell(f"crystal-llm: {' '.join(str(error).split())}")
        return 2
    except KeyboardInterrupt:
        tell("crystal-llm: stopped")
        return 130
    finally:
        release_claims()
    try:
        report.show(as_json=parsed.json)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
