"""The JSON Lines that ``crystal-llm generate`` writes: one candidate a line.

Every line of the file is a row, whole or failed: rates need the failures. Structures are
read by hand, since pymatgen's own decoder imports whatever module the file names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS, isotope_free
from crystal_llm.crystal.reduction import from_lattice_matrix
from crystal_llm.crystal.written import Written
from crystal_llm.errors import CandidatesFileError, CrystalTextError
from crystal_llm.io.crystal_check import FULL_OCCUPANCY_TOLERANCE
from crystal_llm.text.codec import decode_plain
from crystal_llm.types import MAX_WRITTEN_ATOMS, PlainCrystal

KEYS = ("id", "text", "structure", "failure")
"""What every line must have; others (``prompt``, ``seed``, …) are not looked at."""

MAX_LINE_BYTES = 1_000_000

_LARGEST_NUMBER = 1_000_000
_KNOWN = frozenset(ELEMENTS)
_SHOWN_CHARACTERS = 60


class _RowError(Exception):
    """A line that holds no candidate or no crystal; the message is the reason."""


def read_candidates(path: Path) -> list[Written]:
    """Reads candidates; what is wrong with one line stays with its row.

    Empty lines are passed over. Where a line has no structure but its text is a whole
    crystal string, that crystal is taken. A crystal's index is its line's, from 0; its id is
    ``row N`` where the line gives none.

    Args:
        path: JSON Lines, one object a line with the keys of :data:`KEYS`.

    Raises:
        CandidatesFileError: The file is missing, cannot be read or holds no line.
    """
    rows = [_row(number, line) for number, line in _lines(path)]
    if not rows:
        raise CandidatesFileError(
            f"{path}: holds no candidate; write some with `crystal-llm generate --out {path}`"
        )
    return rows


def candidate_line(written: Written) -> dict[str, Any]:
    """What a line says of a crystal that a model wrote, before JSON."""
    structure = written.structure()
    return {
        "id": written.id,
        "text": written.text,
        "structure": None if structure is None else structure.as_dict(),
        "failure": written.failure,
        "log_likelihood": written.log_likelihood,
        "line_log_likelihoods": written.line_log_likelihoods,
        "prompt": written.prompt,
        "seed": written.seed,
        "model": written.model,
        "wall_s": written.wall_s,
        "redrawn": written.redrawn,
        "chosen_from": written.chosen_from,
        "energy_above_hull_written_ev_per_atom": written.energy_above_hull_written_ev_per_atom,
    }


def said_of(path: Path, rows: Sequence[Written]) -> Iterator[dict[str, Any]]:
    """All that the lines of rows say, read once more; empty where one is no JSON object.

    So that whoever works on the crystals for hours need not hold the rest of the file.

    Args:
        path: The file that the rows were read from.
        rows: All of its rows, in its order.

    Raises:
        CandidatesFileError: The file cannot be read, or has other lines by now.
    """
    lines = _lines(path)
    for row in rows:
        number, line = next(lines, (0, b""))
        if number != row.index + 1:
            raise CandidatesFileError(
                f"{path}: was changed while its candidates were worked on; start again"
            )
        yield _said(line)


def _said(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if path.is_dir():
        raise CandidatesFileError(f"{path}: is a folder; name a JSON Lines file")
    if not path.exists():
        raise CandidatesFileError(
            f"{path}: no such file; write one with `crystal-llm generate --out {path}`"
        )
    try:
        with path.open("rb") as handle:
            for number, line in enumerate(handle, start=1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise CandidatesFileError(f"{path}: cannot be read ({error.strerror or error})") from error


def _row(number: int, line: bytes) -> Written:
    identity, text = f"row {number}", ""
    try:
        record = _record(line)
        if isinstance(record.get("id"), str):
            identity = record["id"]
        if isinstance(record.get("text"), str):
            text = record["text"]
        _check_record(record)
        crystal = _crystal(record)
    except _RowError as reason:
        return Written(identity, None, str(reason), number - 1, text=text)
    return Written(identity, crystal, None, number - 1, text=text)


def _record(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE_BYTES:
        raise _RowError(f"the line is longer than {MAX_LINE_BYTES:,} bytes")
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _RowError(f"not UTF-8 text (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise _RowError(f"not JSON: {error.msg} (column {error.colno})") from error
    except (RecursionError, ValueError) as error:  # nested or a number too long to be read
        raise _RowError("not JSON: nested too deeply, or a number too long") from error
    if not isinstance(record, dict):
        raise _RowError(f"not a JSON object but {_kind(record)}")
    return record


def _check_record(record: dict[str, Any]) -> None:
    missing = [key for key in KEYS if key not in record]
    if missing:
        raise _RowError(f"lacks the key(s) {', '.join(missing)}")
    for key in ("id", "text"):
        if not isinstance(record[key], str):
            raise _RowError(f"{key!r} is {_kind(record[key])}, not a string")
    if not isinstance(record["failure"], str | None):
        raise _RowError(f"'failure' is {_kind(record['failure'])}, neither a string nor null")
    if not isinstance(record["structure"], dict | None):
        raise _RowError(f"'structure' is {_kind(record['structure'])}, neither an object nor null")


def _crystal(record: dict[str, Any]) -> PlainCrystal:
    if record["structure"] is not None:
        return _from_dict(record["structure"])
    try:
        crystal = decode_plain(record["text"])
    except CrystalTextError as error:
        raise _RowError(record["failure"] or str(error)) from error
    _check_size(len(crystal.species))
    return crystal


def _from_dict(record: dict[str, Any]) -> PlainCrystal:
    """The crystal of a ``Structure.as_dict()``; labels of the sites fall away."""
    lattice, sites = record.get("lattice"), record.get("sites")
    if not isinstance(lattice, dict) or not isinstance(sites, list):
        raise _RowError("'structure' is not a pymatgen Structure: lacks 'lattice' or 'sites'")
    if not sites:
        raise _RowError("the structure has no atoms")
    _check_size(len(sites))
    vectors = lattice.get("matrix")
    if not isinstance(vectors, list) or len(vectors) != 3:
        raise _RowError("the lattice is not three vectors")
    matrix = np.array([_vector(vector, f"lattice vector {n}") for n, vector in enumerate(vectors)])
    if not np.linalg.norm(matrix, axis=1).all():
        raise _RowError("a lattice vector has no length")
    species = [_element(site, index) for index, site in enumerate(sites)]
    positions = [
        _vector(site.get("abc"), f"site {index} ({species[index]})")
        for index, site in enumerate(sites)
    ]
    return from_lattice_matrix(matrix, species, np.array(positions))


def _element(site: Any, index: int) -> str:
    occupants = site.get("species") if isinstance(site, dict) else None
    if not isinstance(occupants, list) or not all(
        isinstance(occupant, dict) for occupant in occupants
    ):
        raise _RowError(f"site {index} names no element")
    share = occupants[0].get("occu", 1) if len(occupants) == 1 else None
    if not isinstance(share, int | float) or not abs(share - 1) <= FULL_OCCUPANCY_TOLERANCE:
        raise _RowError(f"site {index} is disordered: each site has one element")
    symbol = occupants[0].get("element")
    symbol = isotope_free(symbol) if isinstance(symbol, str) else symbol
    if not isinstance(symbol, str) or symbol not in _KNOWN:
        raise _RowError(f"site {index}: {_shown(symbol)} is not an element")
    return symbol


def _vector(values: Any, place: str) -> list[float]:
    if not isinstance(values, list) or len(values) != 3:
        raise _RowError(f"{place}: not three numbers")
    for value in values:
        # To Python a truth value is a number.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _RowError(f"{place}: {_shown(value)} is not a number")
        # NaN fails this too.
        if not abs(value) <= _LARGEST_NUMBER:
            raise _RowError(f"{place}: {_shown(value)} is not a number within ±{_LARGEST_NUMBER:,}")
    return [float(value) for value in values]


def _check_size(atoms: int) -> None:
    if atoms > MAX_WRITTEN_ATOMS:
        raise _RowError(f"the cell has {atoms} atoms; at most {MAX_WRITTEN_ATOMS} are read")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a truth value"}
    return "null" if value is None else names.get(type(value), "a number")


def _shown(value: Any) -> str:
    if not isinstance(value, str | int | float):
        return _kind(value)
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
