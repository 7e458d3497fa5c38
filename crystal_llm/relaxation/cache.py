"""Relaxations done before, by the exact input: one SQLite file that processes share.

Two processes that want the same relaxation at the same moment both do it: the results
agree, and that costs less than knowing which of the two has died.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import RelaxationCacheError
from crystal_llm.io.file_system import network_file_system
from crystal_llm.io.parsing_process import crystal_record
from crystal_llm.io.record_json import RecordError, from_plain, to_plain
from crystal_llm.relaxation.result import RelaxationResult, RelaxationSettings
from crystal_llm.settings import Settings
from crystal_llm.types import PlainCrystal

RELAXATIONS_FILE = "relaxations.sqlite"

RELAXER_VERSION = 3
"""Part of every key: to be raised when the same input no longer gives the same result."""

_BUSY_SECONDS = 30.0

_APPLICATION_ID = 0x43524C58  # "CRLX", in the header of the file
_SCHEMA_VERSION = 2
_READ_VERSIONS = (1, 2)  # the first also had a table of claims, which is left alone
_HEADER = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_TABLE = (
    "CREATE TABLE relaxation (key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, result TEXT NOT NULL) "
    "WITHOUT ROWID"
)


def cache_key(crystal: PlainCrystal, settings: RelaxationSettings, method: EnergyMethod) -> str:
    """What a relaxation is kept under: a hash of all that decides its result.

    Every number counts to its last bit. The time limit is left out: whatever ended within
    one is the same under another, and what did not is never kept.

    Args:
        crystal: The crystal that is relaxed.
        settings: How far.
        method: Name and weights of the potential among others.
    """
    said = {
        "relaxer": RELAXER_VERSION,
        "crystal": crystal_record(crystal),
        "settings": {k: v for k, v in to_plain(settings).items() if k != "time_limit_s"},
        "method": method.as_dict(),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def default_cache(settings: Settings) -> RelaxationCache:
    """The cache of the home folder.

    Raises:
        RelaxationCacheError: It cannot be used.
    """
    return RelaxationCache(settings.home / RELAXATIONS_FILE)


class RelaxationCache:
    """An open cache; a context manager. Threads may share it.

    Attributes:
        path: Its file.
    """

    def __init__(self, path: Path) -> None:
        """Opens a cache, and makes it where there is no file.

        Raises:
            RelaxationCacheError: The file is damaged, another program's, of another
                version, or lies on a network file system. Nothing is changed then.
        """
        self.path = path
        self._lock = threading.RLock()
        _check_file(path)
        with self._errors_of_the_cache():
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        try:
            with self._errors_of_the_cache():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> RelaxationCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    def get(self, key: str) -> RelaxationResult | None:
        """The result under a key, marked as cached; None where there is none.

        Raises:
            RelaxationCacheError: The file is damaged.
        """
        with self._lock, self._errors_of_the_cache():
            row = self._connection.execute(
                "SELECT sha256, result FROM relaxation WHERE key = ?", (key,)
            ).fetchone()
        if row is None:
            return None
        digest, text = row
        if digest != _digest(key, text):
            raise self._damaged(f"the entry {key[:12]} has another hash")
        try:
            return replace(from_plain(RelaxationResult, json.loads(text)), cached=True)
        except (RecordError, ValueError) as error:
            raise self._damaged(f"the entry {key[:12]}: {error}") from error

    def put(self, key: str, result: RelaxationResult) -> None:
        """Keeps a result, if it is repeatable.

        Raises:
            RelaxationCacheError: The file cannot be used.
        """
        if not result.repeatable:
            return
        text = json.dumps(to_plain(replace(result, cached=False)))
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO relaxation VALUES (?, ?, ?)",
                (key, _digest(key, text), text),
            )

    def __len__(self) -> int:
        with self._lock, self._errors_of_the_cache():
            row = self._connection.execute("SELECT count(*) FROM relaxation").fetchone()
        return int(row[0])

    def _prepare(self) -> None:
        """Makes or checks the tables.

        Raises:
            RelaxationCacheError: They are not ours.
        """
        connection = self._connection
        # Before SQLite 3.51.3 the write-ahead log can be corrupted by two processes.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA synchronous=FULL")
        with self._transaction():
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
            if not tables and application == 0:
                connection.execute(_TABLE)
                connection.execute(f"PRAGMA application_id={_APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version={_SCHEMA_VERSION}")
                return
        if application != _APPLICATION_ID:
            raise _foreign(self.path)
        if version not in _READ_VERSIONS:
            raise RelaxationCacheError(
                f"{self.path}: is of version {version}, this program reads up to "
                f"{_SCHEMA_VERSION}; nothing was changed; move it away, or use the program that "
                "wrote it"
            )
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise self._damaged(str(verdict))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._errors_of_the_cache():
            # Not deferred: a transaction that begins by reading could not wait to write.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                # A commit that is refused leaves the transaction open: it ends as any other.
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors_of_the_cache(self) -> Iterator[None]:
        """Turns SQLite's errors into ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise RelaxationCacheError(
                    f"{self.path}: another process holds it for more than {_BUSY_SECONDS:g} s; "
                    "try again"
                ) from error
            raise RelaxationCacheError(f"{self.path}: cannot be used ({error})") from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, what: str) -> RelaxationCacheError:
        return RelaxationCacheError(
            f"{self.path}: is damaged ({' '.join(what.split())}); nothing was deleted; move it "
            "away and a new one is begun, or go without (--no-cache)"
        )


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise RelaxationCacheError(f"{path}: is a folder; a cache is a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beginning = b""
        if path.exists():
            with path.open("rb") as file:
                beginning = file.read(_HEADER_BYTES)
    except OSError as error:
        raise RelaxationCacheError(f"{path}: cannot be used ({error.strerror or error})") from error
    # Read by hand: SQLite itself would write to a database in another journal mode.
    if beginning and (not beginning.startswith(_HEADER) or len(beginning) < _HEADER_BYTES):
        raise RelaxationCacheError(
            f"{path}: is damaged or no SQLite database; nothing was deleted; move it away and a "
            "new one is begun, or go without (--no-cache)"
        )
    if beginning and int.from_bytes(beginning[68:72], "big") != _APPLICATION_ID:
        raise _foreign(path)
    kind = network_file_system(path)
    if kind is not None:
        raise RelaxationCacheError(
            f"{path}: lies on a network file system ({kind}), where SQLite loses data; set "
            "CRYSTAL_LLM_HOME to a local folder"
        )


def _foreign(path: Path) -> RelaxationCacheError:
    return RelaxationCacheError(
        f"{path}: is a database of another program; nothing was changed; move it away, or set "
        "CRYSTAL_LLM_HOME to another folder"
    )


def _digest(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}\n{text}".encode()).hexdigest()


def cached_relaxations(
    crystals: Sequence[PlainCrystal],
    settings: RelaxationSettings,
    method: EnergyMethod,
    cache: RelaxationCache,
) -> dict[int, RelaxationResult]:
    """The results that a cache has of some crystals, by their places; nothing is relaxed.

    Args:
        crystals: The crystals.
        settings: How far they are relaxed.
        method: Of the potential.
        cache: Relaxations done before.

    Raises:
        RelaxationCacheError: The cache cannot be used.
    """
    results = (cache.get(cache_key(crystal, settings, method)) for crystal in crystals)
    return {place: result for place, result in enumerate(results) if result is not None}
