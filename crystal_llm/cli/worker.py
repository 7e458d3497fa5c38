"""``crystal-llm worker``: takes jobs from the queue and does them."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag, tell
from crystal_llm.errors import RequestError


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``worker``."""
    parser = commands.add_parser(
        "worker",
        help="run queued jobs",
        description="Take jobs from the queue and do them until stopped (Ctrl-C or SIGTERM). "
        "Any number of workers may run, with PostgreSQL on several machines too.",
    )
    parser.add_argument(
        "--concurrency", type=int, default=1, metavar="N", help="jobs at once (default 1)"
    )
    add_database_flag(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def add_database_flag(parser: OneLineParser) -> None:
    """Lets another database than the settings' be named."""
    parser.add_argument(
        "--database",
        metavar="URL",
        help="sqlite:///FILE or postgresql://… (default: CRYSTAL_LLM_DATABASE, or a file in "
        "the home folder)",
    )


def database_url(arguments: argparse.Namespace) -> str:
    """The database that was named, or the settings' own.

    Raises:
        SettingsError: The URL is none.
    """
    from crystal_llm.settings import read_settings

    named = {"CRYSTAL_LLM_DATABASE": arguments.database} if arguments.database else {}
    return read_settings(os.environ | named).database_url


def run(arguments: argparse.Namespace) -> Report:
    """Works until stopped.

    Raises:
        JobError: The database cannot be used.
        RequestError: Not a number of jobs.
    """
    from crystal_llm.jobs.worker import run_worker
    from crystal_llm.settings import settings

    if not 1 <= arguments.concurrency <= 64:
        raise RequestError(f"concurrency = {arguments.concurrency}: from 1 to 64")
    configured = replace(settings(), database=database_url(arguments))
    run_worker(configured, arguments.concurrency, tell)
    return Report(())
