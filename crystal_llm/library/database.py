"""The database that jobs and library share: SQLite by default, PostgreSQL by URL.

Several processes use it at once. SQLite runs with its rollback journal and synchronous
FULL: its write-ahead log can be corrupted before 3.51.3, and does not survive a network
file system at all.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crystal_llm.errors import LibraryError
from crystal_llm.io.file_system import network_file_system
from crystal_llm.library.migrations import MIGRATIONS

SCHEMA_VERSION = 2
BUSY_TIMEOUT_MS = 30_000

METADATA = sa.MetaData()
"""The tables of this package; other rooms declare theirs on it."""

SCHEMA = sa.Table(
    "crystal_llm_schema",
    METADATA,
    sa.Column("application", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)

_APPLICATION = "crystal-llm"
_SQLITE_HEADER = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Database:
    """An open database.

    Attributes:
        url: Its URL, as the user gives it.
        engine: SQLAlchemy's engine.
    """

    url: str
    engine: sa.Engine = field(repr=False)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A transaction, kept when the block ends and taken back when it raises.

        Raises:
            LibraryError: The database does not answer, is locked or is damaged.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except sa.exc.DatabaseError as error:
            # Its other kinds are faults of ours, not of the database.
            if type(error) not in (sa.exc.OperationalError, sa.exc.DatabaseError):
                raise
            raise LibraryError(f"{self.shown}: {_reason(error)}") from error

    @property
    def shown(self) -> str:
        """Its URL without the password."""
        return sa.make_url(self.url).render_as_string(hide_password=True)


_open: dict[str, Database] = {}
_lock = threading.Lock()


def open_database(url: str) -> Database:
    """The database of a URL; the same object at every call.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://…``. A SQLite file that does not exist
            is made, with its folder.

    Raises:
        LibraryError: The file is not ours, newer than this program, damaged, or lies on a
            network file system; or the server does not answer.
    """
    with _lock:
        if url not in _open:
            _open[url] = _opened(url)
        return _open[url]


def _opened(url: str) -> Database:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise LibraryError("the database's URL is none: use sqlite:///FILE") from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        path = Path(parsed.database or "")
        if not parsed.database:
            raise LibraryError("the database's URL names no file: use sqlite:///FILE")
        _check_file(path)
        engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        sa.event.listen(engine, "connect", _prepare_sqlite)
    elif kind == "postgresql":
        engine = sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10},
        )
    else:
        raise LibraryError(f"the database's URL is of {kind}: use sqlite:///FILE or postgresql://…")
    database = Database(url, engine)
    make_tables(database)
    return database


def _prepare_sqlite(connection: Any, _: object) -> None:
    # A transaction that begins by reading could not wait for its turn to write.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise LibraryError(f"{path}: is a folder; name a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beginning = b""
        if path.exists():
            with path.open("rb") as file:
                beginning = file.read(len(_SQLITE_HEADER))
    except OSError as error:
        raise LibraryError(f"{path}: cannot be used ({error.strerror})") from error
    if beginning and beginning != _SQLITE_HEADER:
        raise LibraryError(
            f"{path}: is not a SQLite database; nothing was changed; name another file"
        )
    kind = network_file_system(path)
    if kind is not None:
        raise LibraryError(
            f"{path}: lies on a network file system ({kind}), where SQLite loses data; choose a "
            "local folder (CRYSTAL_LLM_HOME) or PostgreSQL (CRYSTAL_LLM_DATABASE)"
        )


def make_tables(database: Database) -> None:
    """Makes the tables that are missing, and checks whose the others are.

    Those of an earlier release are brought to this one's form, all or nothing.

    Raises:
        LibraryError: The database is another program's, or of a later version of this one.
    """
    with database.transaction() as connection:
        _lock_schema(connection)
        present = set(sa.inspect(connection).get_table_names())
        if SCHEMA.name in present:
            _bring_up(connection, database)
        elif connection.dialect.name == "sqlite" and present and "dbos_migrations" not in present:
            raise LibraryError(
                f"{database.shown}: is a database of another program (tables "
                f"{', '.join(sorted(present)[:3])}); nothing was changed; name another file"
            )
        METADATA.create_all(connection)
        if SCHEMA.name not in present:
            connection.execute(
                sa.insert(SCHEMA).values(application=_APPLICATION, version=SCHEMA_VERSION)
            )


def _lock_schema(connection: sa.Connection) -> None:
    # One process at a time makes tables, until its transaction ends.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7302581)"))


def _bring_up(connection: sa.Connection, database: Database) -> None:
    ours = SCHEMA.c.application == _APPLICATION
    version = connection.scalar(sa.select(SCHEMA.c.version).where(ours))
    if version is None or not 1 <= version <= SCHEMA_VERSION:
        raise LibraryError(
            f"{database.shown}: is of schema {version}, this program reads 1 to {SCHEMA_VERSION}; "
            "nothing was changed; install the program that wrote it, or name another database"
        )
    for following in range(version + 1, SCHEMA_VERSION + 1):
        MIGRATIONS[following](connection)
        connection.execute(sa.update(SCHEMA).where(ours).values(version=following))


def insert_missing(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Inserts a row unless one with its key is there.

    Returns:
        Whether it was inserted.
    """
    if connection.dialect.name == "sqlite":
        done = connection.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    else:
        done = connection.execute(
            postgresql.insert(table).values(**values).on_conflict_do_nothing()
        )
    return bool(done.rowcount)


def put(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> None:
    """Inserts a row, or gives the row with its key these values."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in values.items() if name not in keys}
    if connection.dialect.name == "sqlite":
        row = sqlite.insert(table).values(**values)
        connection.execute(row.on_conflict_do_update(index_elements=keys, set_=changed))
    else:
        line = postgresql.insert(table).values(**values)
        connection.execute(line.on_conflict_do_update(index_elements=keys, set_=changed))


def _reason(error: sa.exc.DBAPIError) -> str:
    reason = " ".join(str(error.orig).split())
    if "locked" in reason:
        return "another process holds the database; try again"
    if "malformed" in reason or "not a database" in reason:
        return f"the file is damaged ({reason}); nothing was deleted; restore it from a copy"
    return f"the database does not answer ({reason}); is it running, and the URL right?"
