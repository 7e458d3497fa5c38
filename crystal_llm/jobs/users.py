"""Who owns what in a database, and its way from one user to another.

What was made before sign-in was configured belongs to the local user, whom nobody who signs in
is taken for; here it is handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import sqlalchemy as sa

from crystal_llm.errors import JobError
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import JOBS, open_jobs_database
from crystal_llm.library.entry import LOCAL_USER
from crystal_llm.library.offered_models import OFFERED_MODELS
from crystal_llm.library.own_models import MODELS
from crystal_llm.library.rows import ENTRIES
from crystal_llm.library.saved_searches import MAX_NAME_CHARACTERS, SEARCHES

_TABLES = {"jobs": JOBS, "entries": ENTRIES, "models": MODELS, "searches": SEARCHES}
"""All that is owned and counted. Models that are offered go along with their jobs, and questions
stay: their ids hold the owner, and they are asked again."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What a user has.

    Attributes:
        user: Whose: ``local``, or ``ISSUER#SUBJECT`` of somebody who signs in.
        jobs: How many jobs.
        entries: How many entries of the library, deleted ones too.
        models: How many fine-tuned models.
        searches: How many saved searches.
    """

    user: str
    jobs: int
    entries: int
    models: int
    searches: int


def all_belongings(url: str) -> tuple[Belongings, ...]:
    """What every user has who has something, by name.

    Args:
        url: ``settings().database_url``.

    Raises:
        LibraryError: The database cannot be used.
    """
    counts: dict[str, dict[str, int]] = {}
    with open_jobs_database(url).transaction() as connection:
        for name, table in _TABLES.items():
            counted = sa.select(table.c.owner, sa.func.count()).group_by(table.c.owner)
            for owner, number in connection.execute(counted):
                counts.setdefault(owner, dict.fromkeys(_TABLES, 0))[name] = number
    return tuple(Belongings(user, **counts[user]) for user in sorted(counts))


def hand_over(url: str, taker: str, giver: str = LOCAL_USER) -> Belongings:
    """Gives all that a user has to another, whole or not at all.

    A saved search whose name the other has already gets a number.

    Args:
        url: ``settings().database_url``.
        taker: Who has it afterwards.
        giver: Who has it now.

    Returns:
        What the taker was given.

    Raises:
        JobError: The taker is no user, is the giver, or a job of the giver has not ended.
        LibraryError: The database cannot be used.
    """
    issuer, _, subject = taker.partition("#")
    if taker != LOCAL_USER and not (issuer and subject):
        raise JobError(
            f"user {taker[:80]!r}: a user is called ISSUER#SUBJECT, as the pages show to whoever "
            f"has signed in, or {LOCAL_USER}"
        )
    if taker == giver:
        raise JobError(f"{giver} has it already")
    if JobQueue(url, giver).jobs(1, ("waiting", "running")):
        raise JobError(f"a job of {giver} has not ended: wait for it, or stop it, and ask again")
    with open_jobs_database(url).transaction() as connection:
        _tell_searches_apart(connection, taker, giver)
        moved = {
            name: connection.execute(
                sa.update(table).where(table.c.owner == giver).values(owner=taker)
            ).rowcount
            for name, table in _TABLES.items()
        }
        connection.execute(
            sa.update(OFFERED_MODELS).where(OFFERED_MODELS.c.owner == giver).values(owner=taker)
        )
    return Belongings(taker, **moved)


def _tell_searches_apart(connection: sa.Connection, taker: str, giver: str) -> None:
    named = sa.select(SEARCHES.c.name).order_by(SEARCHES.c.name)
    given = list(connection.scalars(named.where(SEARCHES.c.owner == giver)))
    there = set(connection.scalars(named.where(SEARCHES.c.owner == taker)))
    for name in given:
        if name not in there:
            continue
        endings = (f" ({number})" for number in count(2))
        shortened = (name[: MAX_NAME_CHARACTERS - len(ending)] + ending for ending in endings)
        free = next(other for other in shortened if other not in there and other not in given)
        there.add(free)
        connection.execute(
            sa.update(SEARCHES)
            .where(SEARCHES.c.owner == giver, SEARCHES.c.name == name)
            .values(name=free)
        )
