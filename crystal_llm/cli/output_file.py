"""Files that a command writes: refused before the work, and there whole or not at all.

A command claims its output for as long as it works. A second one that would write the same
file is refused at once, and what appeared there meanwhile is never overwritten unasked.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crystal_llm.errors import RequestError

_CLAIMS: dict[Path, int] = {}
"""Open lock files by their paths; the system lets go of them when the process ends."""


def check_writable(path: Path) -> None:
    """Refuses an output path that cannot be written, before any work is done, and claims it.

    Raises:
        RequestError: The folder is missing, the path is a folder, or another command writes it.
    """
    if path.is_dir():
        raise RequestError(f"{path}: is a folder; name a file")
    if not path.parent.is_dir():
        raise RequestError(f"{path.parent}: no such folder; make it first")
    if not os.access(path.parent, os.W_OK):
        raise RequestError(f"{path.parent}: cannot be written to")
    claim(path)


def check_new(path: Path, *, replace: bool) -> None:
    """Refuses an output path that cannot be written or is taken, before any work is done.

    Args:
        path: The output.
        replace: Whether a file that is there may be replaced.

    Raises:
        RequestError: As for :func:`check_writable`, or there is such a file.
    """
    check_writable(path)
    if path.exists() and not replace:
        raise RequestError(f"{path}: exists already; give --replace, or another name")


def release_claims() -> None:
    """Lets go of every output that this process claimed."""
    while _CLAIMS:
        lock, handle = _CLAIMS.popitem()
        lock.unlink(missing_ok=True)
        os.close(handle)


def claim(path: Path) -> None:
    """Claims an output for this process, until :func:`release_claims` or its end.

    Raises:
        RequestError: Another command writes it.
    """
    lock = _lock_of(path)
    if lock in _CLAIMS:
        return
    try:
        handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise RequestError(f"{path}: cannot be written ({error.strerror or error})") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise RequestError(
            f"{path}: another command is writing it; wait for its end, or give another name"
        ) from error
    except OSError:
        pass  # a file system without locks
    # Whoever held it before may have removed the file between our opening and locking it.
    if not lock.exists() or lock.stat().st_ino != os.fstat(handle).st_ino:
        os.close(handle)
        claim(path)
        return
    _CLAIMS[lock] = handle


def _lock_of(path: Path) -> Path:
    # Not beside the output: a command that ends badly leaves nothing there.
    folder = Path(tempfile.gettempdir()) / f"crystal-llm-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise RequestError(f"{folder}: cannot be made ({error.strerror or error})") from error
    named = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape"))
    return folder / f"{named.hexdigest()[:32]}.lock"


def write_json_lines(
    path: Path, records: Iterable[Mapping[str, Any]], *, replace: bool = True
) -> None:
    """Writes JSON Lines under another name and renames them when they are whole.

    Args:
        path: The output.
        records: One a line.
        replace: Whether a file that is there by now may be replaced.

    Raises:
        RequestError: They cannot be written, or there is such a file by now; the output is
            then as it was, and in the latter case the result lies beside it.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as handle:
            handle.writelines(json.dumps(record) + "\n" for record in records)
        if replace:
            unfinished.replace(path)
        else:
            _rename_new(unfinished, path)
    except FileExistsError as error:
        raise RequestError(
            f"{path}: was written by something else meanwhile; the result is in {unfinished}"
        ) from error
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise RequestError(f"{path}: cannot be written ({error.strerror or error})") from error


def _rename_new(source: Path, path: Path) -> None:
    """Renames a file unless there is one of the new name."""
    with contextlib.suppress(PermissionError, NotImplementedError):
        # A link is refused where there is such a file; a rename would replace it.
        path.hardlink_to(source)
        source.unlink()
        return
    if path.exists():
        raise FileExistsError(path)
    source.rename(path)
