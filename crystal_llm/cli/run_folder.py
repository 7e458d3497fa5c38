"""The folder of a run: what `evaluate`, `ipt` and `conditioning` write and `report` reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crystal_llm.cli.output_file import claim
from crystal_llm.errors import RequestError

EVALUATION, CRYSTALS_FILE = "evaluation.json", "crystals.jsonl"
INVARIANCE, CONDITIONING = "ipt.json", "conditioning.json"
REPORT = "report.html"


def check_run_folder(folder: Path | None, name: str, *, replace: bool) -> None:
    """Refuses a folder that cannot be written to, before any work is done, and claims the file.

    Args:
        folder: The run's folder; it need not be there. None: nothing is written.
        name: What is to be written in it.
        replace: Whether one that is there may be replaced.

    Raises:
        RequestError: The folder cannot be made or written to, or holds such a file, or another
            command writes it.
    """
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise RequestError(f"{folder}: is a file; name a folder for the run")
    there = folder if folder.is_dir() else folder.absolute().parent
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise RequestError(f"{folder}: cannot be written there")
    claim(folder / name)
    if (folder / name).exists() and not replace:
        raise RequestError(f"{folder / name}: exists already; give --replace, or another folder")


def write_json(folder: Path, name: str, record: Mapping[str, Any]) -> Path:
    """Writes a file of a run, whole or not at all.

    Raises:
        RequestError: It cannot be written.
    """
    return write_text(folder, name, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def write_text(folder: Path, name: str, text: str) -> Path:
    """Writes a text of a run, whole or not at all; errors as :func:`write_json`."""
    path = folder / name
    unfinished = path.with_name(f"{name}.unfinished")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise RequestError(f"{path}: cannot be written ({error.strerror or error})") from error
    return path
