"""Hashes of weights: a file is loaded only when it is the one that was meant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from crystal_llm.errors import WeightsError


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hex.

    Raises:
        WeightsError: The file is missing or unreadable.
    """
    try:
        status = path.stat()
        return _sha256(str(path), status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise WeightsError(
            f"{path}: cannot be read ({error.strerror}); restore the file"
        ) from error


def check_files(folder: Path, expected: Mapping[str, str]) -> None:
    """Checks the files of a folder against their hashes.

    Args:
        folder: Where the files are.
        expected: sha256 in hex by file name.

    Raises:
        WeightsError: A file is missing or is another; names it.
    """
    for name, wanted in expected.items():
        digest = sha256_of(folder / name)
        if digest != wanted:
            raise WeightsError(
                f"{folder / name}: sha256 is {digest[:12]}…, expected {wanted[:12]}…; the file "
                "is damaged, half-written or another one: restore it, or update its model card"
            )


@lru_cache(maxsize=64)
def _sha256(path: str, _size: int, _modified_ns: int) -> str:
    # Size and time are in the key, so a file that changes is read again.
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
