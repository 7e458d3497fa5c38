"""A folder of structure files as a source of crystals, with what a table says of them."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crystal_llm.dataset.row_building import SPLITS, Failure, SourceCrystal, SourceReading
from crystal_llm.errors import StructureFileError, TableError
from crystal_llm.io.crystal_reading import FailedReading
from crystal_llm.io.limited_parsing import ParsingProcess
from crystal_llm.io.structure_file import file_format_of, holds_several, read_source

NUMBERS = (
    "formation_energy_ev_per_atom",
    "energy_above_hull_ev_per_atom",
    "band_gap_ev",
)
PROPERTY_COLUMNS = ("file", *NUMBERS, "split")


@dataclass(frozen=True, slots=True)
class StatedProperties:
    """What a property table says of one file; None where a cell is empty."""

    formation_energy_ev_per_atom: float | None = None
    energy_above_hull_ev_per_atom: float | None = None
    band_gap_ev: float | None = None
    split: str | None = None


def read_structure_folder(folder: Path, properties: Path | None = None) -> SourceReading:
    """Every structure file in a folder and its subfolders, not yet parsed.

    Files are known by their names (``*.cif``, ``*.vasp``, ``POSCAR*``, ``*.xyz``, ``*.json``, …);
    the rest are counted as left out. A crystal's id is its path within the folder; of a
    file with several its row, block or frame stands behind that.

    Args:
        folder: Where the files are.
        properties: A CSV file with the columns :data:`PROPERTY_COLUMNS`.

    Raises:
        TableError: No such folder, no structure file in it, or unusable properties.
    """
    if not folder.is_dir():
        raise TableError(f"{folder}: no such folder")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    known = [path for path in files if file_format_of(path.name) is not None]
    crystals, failures = _opened(folder, known)
    if not known:
        raise TableError(
            f"{folder}: holds no structure file; they are named *.cif, *.vasp, *.poscar, "
            "POSCAR*, CONTCAR*, *.xyz, *.json or *.db"
        )
    if properties is not None:
        stated = read_properties(properties)
        strangers = stated.keys() - {crystal.material_id for crystal in crystals}
        if strangers:
            raise TableError(
                f"{properties}: names {len(strangers)} file(s) that are not in {folder}, such as "
                f"{min(strangers)!r}; give paths as seen from that folder"
            )
        crystals = [
            replace(crystal, **_known(stated.get(crystal.material_id))) for crystal in crystals
        ]
    others = len(files) - len(known)
    return SourceReading(
        tuple(crystals),
        tuple(failures),
        left_out={"not a structure file by its name": others} if others else {},
    )


def _opened(folder: Path, files: Sequence[Path]) -> tuple[list[SourceCrystal], list[Failure]]:
    """A crystal a file, not yet parsed; of a file with several each by its row, block or frame."""
    crystals: list[SourceCrystal] = []
    failures: list[Failure] = []
    with ParsingProcess() as process:
        for path in files:
            identity = path.relative_to(folder).as_posix()
            try:
                source = read_source(path)
                if not holds_several(source):
                    crystals.append(SourceCrystal(identity, path))
                    continue
                readings = process.read_all(source)
            except StructureFileError as error:
                failures.append(Failure(identity, str(error)))
                continue
            for reading in readings:
                name = identity if reading.name is None else f"{identity}, {reading.name}"
                if isinstance(reading, FailedReading):
                    failures.append(Failure(name, reading.reason))
                else:
                    crystals.append(SourceCrystal(name, reading.crystal, remarks=reading.remarks))
    return crystals, failures


def read_properties(path: Path) -> dict[str, StatedProperties]:
    """What a CSV table says of structure files, by file name.

    Raises:
        TableError: It cannot be read, has other columns, or a cell that is not a number.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            columns = reader.fieldnames or []
            strange = [name for name in columns if name not in PROPERTY_COLUMNS]
            if "file" not in columns or strange or len(columns) < 2:
                raise TableError(
                    f"{path}: has the columns {', '.join(columns) or '(none)'}; it must have "
                    f"'file' and any of {', '.join(PROPERTY_COLUMNS[1:])}"
                )
            stated: dict[str, StatedProperties] = {}
            for record in reader:
                location = f"{path}, line {reader.line_num}"
                name = (record["file"] or "").strip().removeprefix("./")
                if not name or None in record:
                    raise TableError(f"{location}: no file name, or more cells than columns")
                if name in stated:
                    raise TableError(f"{location}: names {name!r} a second time")
                stated[name] = StatedProperties(
                    **{column: _number(record.get(column), column, location) for column in NUMBERS},
                    split=_split(record.get("split"), location),
                )
            return stated
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path}: not a UTF-8 CSV table ({error})") from error


def _known(stated: StatedProperties | None) -> dict[str, Any]:
    if stated is None:
        return {}
    return {name: getattr(stated, name) for name in PROPERTY_COLUMNS[1:]}


def _number(cell: str | None, column: str, location: str) -> float | None:
    if cell is None or not cell.strip():
        return None
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise TableError(
            f"{location}: {column} is {cell!r}, not a number; leave it empty if unknown"
        )
    return value


def _split(cell: str | None, location: str) -> str | None:
    if cell is None or not cell.strip():
        return None
    if cell.strip() not in SPLITS:
        raise TableError(
            f"{location}: split is {cell!r}; use {', '.join(SPLITS)} or leave it empty"
        )
    return cell.strip()
