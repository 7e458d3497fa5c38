"""Fingerprints made before, by the exact crystal: one SQLite file in the home folder.

A set of test crystals is fingerprinted once, whoever is compared with it. A key holds every
number of the crystal to its last bit and the versions of the packages that make the
numbers.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.fingerprints import (
    COMPOSITION_FEATURES,
    STRUCTURE_FEATURES,
    Fingerprint,
    fingerprint_versions,
)
from crystal_llm.types import PlainCrystal

FINGERPRINTS_FILE = "fingerprints.sqlite"

FINGERPRINT_VERSION = 1
"""Part of every key: to be raised when the same crystal no longer gives the same numbers."""

_BUSY_SECONDS = 30.0

_APPLICATION_ID = 0x43524C46  # "CRLF", in the header of the file
_TABLE = (
    "CREATE TABLE IF NOT EXISTS fingerprint "
    "(key TEXT PRIMARY KEY, structure BLOB, composition BLOB NOT NULL, failure TEXT) "
    "WITHOUT ROWID"
)
_KEYS_AT_ONCE = 500


def fingerprint_key(crystal: PlainCrystal) -> str:
    """What a fingerprint is kept under: a hash of all that decides it."""
    from crystal_llm.io.parsing_process import crystal_record

    said = {
        "version": FINGERPRINT_VERSION,
        "packages": fingerprint_versions(),
        "crystal": crystal_record(crystal),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


class FingerprintCache:
    """An open cache; a context manager.

    Attributes:
        path: Its file.
    """

    def __init__(self, path: Path) -> None:
        """Opens a cache, and makes it where there is no file.

        Raises:
            EvaluationError: The file is damaged, another program's, or lies on a network
                file system, where SQLite loses data.
        """
        from crystal_llm.io.file_system import network_file_system

        self.path = path
        network = network_file_system(path)
        if network is not None:
            raise EvaluationError(
                f"{path}: lies on a network file system ({network}), where the cache of "
                "fingerprints would be damaged; set CRYSTAL_LLM_HOME to a local folder"
            )
        with self._errors_of_the_cache():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
            (owner,) = self._connection.execute("PRAGMA application_id").fetchone()
            tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if owner != _APPLICATION_ID and (owner or tables):
                self._connection.close()
                raise EvaluationError(f"{path}: is another program's database; move it away")
            with self._connection:
                self._connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                self._connection.execute(_TABLE)

    def __enter__(self) -> FingerprintCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def known(self, keys: Sequence[str]) -> dict[str, Fingerprint]:
        """The fingerprints that are there, by key.

        Raises:
            EvaluationError: The file is damaged.
        """
        fingerprints: dict[str, Fingerprint] = {}
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            part = keys[start : start + _KEYS_AT_ONCE]
            marks = ",".join("?" * len(part))
            with self._errors_of_the_cache():
                rows = self._connection.execute(
                    "SELECT key, structure, composition, failure FROM fingerprint "
                    f"WHERE key IN ({marks})",
                    part,
                ).fetchall()
            fingerprints |= {key: _fingerprint(*values) for key, *values in rows}
        return fingerprints

    def keep(self, made: Sequence[tuple[str, Fingerprint]]) -> None:
        """Keeps fingerprints, each under its key.

        Raises:
            EvaluationError: They cannot be written.
        """
        rows = [
            (
                key,
                None
                if fingerprint.structure is None
                else fingerprint.structure.astype("<f8").tobytes(),
                fingerprint.composition.astype("<f8").tobytes(),
                fingerprint.failure,
            )
            for key, fingerprint in made
        ]
        with self._errors_of_the_cache(), self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO fingerprint VALUES (?, ?, ?, ?)", rows
            )

    @contextmanager
    def _errors_of_the_cache(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise EvaluationError(
                f"{self.path}: the cache of fingerprints cannot be used ({error}); delete it to "
                "begin anew"
            ) from error


def _fingerprint(structure: bytes | None, composition: bytes, failure: str | None) -> Fingerprint:
    features = np.frombuffer(composition, dtype="<f8")
    local_order = None if structure is None else np.frombuffer(structure, dtype="<f8")
    if features.shape != (COMPOSITION_FEATURES,) or (
        local_order is not None and local_order.shape != (STRUCTURE_FEATURES,)
    ):
        raise EvaluationError("the cache of fingerprints is damaged: delete it to begin anew")
    return Fingerprint(local_order, features, failure)
