"""Files of structures beside files of JSON Lines, as commands take them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crystal_llm.errors import RequestError

_LINES_SUFFIX = ".jsonl"


def is_json_lines(path: Path) -> bool:
    """Whether a file holds a crystal a line, not one structure."""
    return path.suffix.lower() == _LINES_SUFFIX


def check_inputs(paths: Sequence[Path]) -> None:
    """Refuses inputs that cannot be read, before any work is done.

    Raises:
        RequestError: A file is missing, or its name tells no format.
    """
    from crystal_llm.io.structure_file import format_of

    for path in paths:
        if not is_json_lines(path) and format_of(path.name) is None:
            raise RequestError(
                f"{path}: the name tells no known format; name it *.jsonl, *.cif, *.vasp, POSCAR* "
                "or *.json"
            )
        if not path.is_file():
            raise RequestError(f"{path}: no such file")
