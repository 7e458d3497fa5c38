"""``crystal-llm users``: who owns what, and its way from one user to another."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag
from crystal_llm.cli.worker import add_database_flag, database_url
from crystal_llm.library.entry import LOCAL_USER

if TYPE_CHECKING:
    from crystal_llm.jobs.users import Belongings


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``users``."""
    parser = commands.add_parser(
        "users",
        help="who owns what; hand it over to a user who signs in",
        description="The users of a database. Whoever may read it may use this command.",
    )
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    listing = parts.add_parser("list", help="everybody who has something, and how much")
    listing.set_defaults(run=run_list)
    handing = parts.add_parser(
        "hand-over",
        help="give all that a user has to another",
        description="Give jobs, library, fine-tuned models and saved searches of one user to "
        "another, such as those made before sign-in was configured to the first who signed in. "
        "Sign in on the pages and press your name there: it shows what you are called here.",
    )
    handing.add_argument("taker", metavar="USER", help="ISSUER#SUBJECT, in quotes")
    handing.add_argument(
        "--from", dest="giver", default=LOCAL_USER, metavar="USER", help=f"default {LOCAL_USER}"
    )
    handing.set_defaults(run=run_hand_over)
    for part in (listing, handing):
        add_database_flag(part)
        add_json_flag(part)


def run_list(arguments: argparse.Namespace) -> Report:
    """Lists users.

    Raises:
        LibraryError: The database cannot be used.
    """
    from crystal_llm.jobs.users import all_belongings

    users = all_belongings(database_url(arguments))
    lines = tuple(f"{user.user}  {_counted(user)}" for user in users) or ("nobody has anything",)
    return Report(lines, {"users": [asdict(user) for user in users]})


def run_hand_over(arguments: argparse.Namespace) -> Report:
    """Gives all that a user has to another.

    Raises:
        JobError: The taker is no user, or a job of the giver has not ended.
        LibraryError: The database cannot be used.
    """
    from crystal_llm.jobs.users import hand_over

    given = hand_over(database_url(arguments), arguments.taker, arguments.giver)
    said = f"{_counted(given)} of {arguments.giver} now belong to {given.user}"
    return Report((said,), {"from": arguments.giver, **asdict(given)})


def _counted(user: Belongings) -> str:
    counts = {"jobs": user.jobs, "entries": user.entries, "models": user.models,
              "searches": user.searches}  # fmt: skip
    return ", ".join(f"{number:,} {name}" for name, number in counts.items())
