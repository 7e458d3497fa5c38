"""Frozen dataclasses out of TOML files: cards and configs, as strict as stored records."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from crystal_llm.errors import CrystalLLMError
from crystal_llm.io.record_json import RecordError, from_json

_T = TypeVar("_T")


def read_toml(
    kind: type[_T],
    path: Path,
    error_kind: type[CrystalLLMError],
    overrides: Mapping[str, Any] | None = None,
) -> _T:
    """The dataclass that a TOML file describes.

    Args:
        kind: The dataclass; see :func:`crystal_llm.io.record_json.from_plain`.
        path: The file.
        error_kind: Error of whatever is wrong; a refusal of the dataclass itself is taken for
            one if it is of this kind.
        overrides: Top-level values that stand over the file's; None leaves the file's.

    Raises:
        CrystalLLMError: Of ``error_kind``: not a file, not TOML, an unknown or missing key, a
            value of another kind or out of range. One line that names the file and the key.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise error_kind(f"{path}: cannot be read ({error.strerror or error})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise error_kind(f"{path}: not TOML ({error})") from error
    values |= {name: value for name, value in (overrides or {}).items() if value is not None}
    try:
        return from_json(kind, json.dumps(values, default=str))  # a date is a text
    except RecordError as error:
        said = str(error).removeprefix("the whole ").replace("must be an object", "must be a table")
        raise error_kind(f"{path}: {said}") from error
    except error_kind as error:
        raise error_kind(f"{path}: {error}") from error
