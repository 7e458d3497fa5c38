"""Searches of the library that a user keeps by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from crystal_llm.errors import LibraryError
from crystal_llm.io.record_json import RecordError, from_json, to_json
from crystal_llm.library.database import METADATA, Database, put
from crystal_llm.library.entry import LOCAL_USER, Search

MAX_NAME_CHARACTERS = 60

SEARCHES = sa.Table(
    "crystal_llm_searches",
    METADATA,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("search_json", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search with its name.

    Attributes:
        name: What its user calls it.
        search: What is looked for, of all pages.
        address: The same as the page's address says it.
    """

    name: str
    search: Search
    address: str = ""


class SavedSearches:
    """The searches of one owner.

    Args:
        database: Where they are.
        owner: Whose.
    """

    def __init__(self, database: Database, owner: str = LOCAL_USER) -> None:
        self._database, self._owner = database, owner

    def all(self) -> tuple[SavedSearch, ...]:
        """The searches by name.

        Raises:
            LibraryError: The database does not answer, or is damaged.
        """
        chosen = sa.select(SEARCHES).where(SEARCHES.c.owner == self._owner)
        with self._database.transaction() as connection:
            rows = connection.execute(chosen.order_by(SEARCHES.c.name)).all()
        try:
            return tuple(
                SavedSearch(row.name, from_json(Search, row.search_json, row.name), row.address)
                for row in rows
            )
        except RecordError as error:
            raise LibraryError(f"a saved search cannot be read: {error}") from error

    def save(self, saved: SavedSearch) -> None:
        """Keeps a search; one of the same name gives way.

        Raises:
            LibraryError: It cannot be called that.
        """
        name = saved.name.strip()
        if not name or len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
            raise LibraryError(
                f"name {name[:MAX_NAME_CHARACTERS]!r}: use 1 to {MAX_NAME_CHARACTERS} characters"
            )
        row = {
            "owner": self._owner,
            "name": name,
            "search_json": to_json(replace(saved.search, limit=None, offset=0)),
            "address": saved.address,
        }
        with self._database.transaction() as connection:
            put(connection, SEARCHES, row)

    def forget(self, name: str) -> None:
        """Keeps a search no longer."""
        with self._database.transaction() as connection:
            connection.execute(
                sa.delete(SEARCHES).where(SEARCHES.c.owner == self._owner, SEARCHES.c.name == name)
            )
