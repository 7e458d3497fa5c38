"""Files that a command writes: refused before the work, and there whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crystal_llm.errors import RequestError


def check_writable(path: Path) -> None:
    """Refuses an output path that cannot be written, before any work is done.

    Raises:
        RequestError: The folder is missing, or the path is a folder.
    """
    if path.is_dir():
        raise RequestError(f"{path}: is a folder; name a file")
    if not path.parent.is_dir():
        raise RequestError(f"{path.parent}: no such folder; make it first")
    if not os.access(path.parent, os.W_OK):
        raise RequestError(f"{path.parent}: cannot be written to")


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


def write_json_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Writes JSON Lines under another name and renames them when they are whole.

    Raises:
        RequestError: They cannot be written; the output is then as it was.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as handle:
            handle.writelines(json.dumps(record) + "\n" for record in records)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise RequestError(f"{path}: cannot be written ({error.strerror or error})") from error
