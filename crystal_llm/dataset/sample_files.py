"""Crystals to be evaluated, as people and other programs keep them.

JSON Lines of candidates (also relaxed and judged), folders and zip archives of structure
files, CSV and Parquet tables with a column ``cif``, tables of known crystals, extended XYZ
with many frames, pymatgen JSON with one structure or many, ASE databases, single structure
files. Texts are parsed in limited processes. What cannot be read is a sample with its reason:
rates need it in their denominator. Crystals whose atoms are too close, which other readers refuse,
are samples as written, whatever their format.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

from crystal_llm.errors import (
    EvaluationError,
    ImplausibleCrystalError,
    StructureFileError,
    TableError,
)
from crystal_llm.io.candidates_file import read_candidates
from crystal_llm.io.crystal_reading import CrystalReading, FailedReading
from crystal_llm.io.json_records import structure_record, structures_in
from crystal_llm.io.limited_parsing import ParsingProcess
from crystal_llm.io.pymatgen_json import json_record
from crystal_llm.io.structure_file import (
    MAX_STRUCTURE_BYTES,
    StructureText,
    check_size,
    decode_content,
    file_format_of,
    read_source,
)
from crystal_llm.types import PlainCrystal

MAX_SAMPLES = 200_000
MAX_FILE_BYTES = 1_000_000_000
"""Of a file that holds many crystals."""

_PROCESSES = 2

NAME_COLUMNS = ("id", "material_id", "name", "file")
"""Columns and keys that may name a crystal, the first that is there."""

_LINES, _ARCHIVE, _FRAMES = (".jsonl",), (".zip",), (".xyz", ".extxyz")
_ENTRY_NAMES = ("entry_id", "material_id", "id", "name")
_ACCEPTED = (
    "*.jsonl, *.cif, *.zip, *.csv or *.parquet with a column 'cif', *.extxyz, *.json, *.db, "
    "POSCAR*, or a folder of structure files"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One crystal to be evaluated, or the reason why there is none.

    Exactly one of ``crystal`` and ``failure`` is None.

    Attributes:
        name: Its own name within its file, or its place.
        source: The file or folder that was named.
        crystal: The crystal as written.
        failure: Why there is none.
        row: 1-based line of a JSON Lines file; None for other files.
        text: The crystal string as a model wrote it, where there is one.
        remarks: What was repaired in reading it, or speaks against it.
    """

    name: str
    source: Path
    crystal: PlainCrystal | None
    failure: str | None
    row: int | None = None
    text: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unparsed:
    """A crystal before its text is parsed; ``failure`` where there is no text."""

    name: str
    content: StructureText | PlainCrystal | Path | None
    failure: str | None = None


def read_samples(
    paths: Sequence[Path],
    *,
    processes: int = _PROCESSES,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Sample]:
    """All crystals of files and folders, in their order.

    Args:
        paths: Files and folders.
        processes: Parsing processes at once.
        progress: Called with the crystals parsed and their number.

    Raises:
        CrystalLLMError: A path is missing or of no known kind, a table lacks its column, or
            a file as a whole cannot be read or holds nothing.
    """
    samples: list[Sample] = []
    for path in paths:
        if path.suffix.lower() in _LINES and not path.is_dir():
            samples += [
                Sample(row.id, path, row.crystal, row.failure, row.index + 1, row.text)
                for row in read_candidates(path)
            ]
            continue
        unparsed = _unparsed(path)
        if not unparsed:
            raise EvaluationError(f"{path}: holds no crystal; give {_ACCEPTED}")
        samples += _parsed(path, unparsed, processes, progress)
    if len(samples) > MAX_SAMPLES:
        raise EvaluationError(f"{len(samples):,} crystals: at most {MAX_SAMPLES:,} at once")
    return samples


def _parsed(
    source: Path,
    unparsed: Sequence[_Unparsed],
    processes: int,
    progress: Callable[[int, int], None],
) -> Iterator[Sample]:
    with ExitStack() as stack:
        free: Queue[ParsingProcess] = Queue()
        count = min(processes, len(unparsed))
        for _ in range(count):
            free.put(stack.enter_context(ParsingProcess()))
        threads = stack.enter_context(ThreadPoolExecutor(count))

        def parse(unparsed: _Unparsed) -> list[Sample]:
            if unparsed.content is None:
                return [Sample(unparsed.name, source, None, unparsed.failure)]
            if isinstance(unparsed.content, PlainCrystal):
                return [Sample(unparsed.name, source, unparsed.content, None)]
            process = free.get()
            try:
                text = (
                    read_source(unparsed.content)
                    if isinstance(unparsed.content, Path)
                    else unparsed.content
                )
                readings = process.read_all(text)
            except ImplausibleCrystalError as error:
                # Validity says what such a crystal is: it is one of those that were written.
                return [Sample(unparsed.name, source, error.crystal, None, remarks=(str(error),))]
            except StructureFileError as error:
                return [Sample(unparsed.name, source, None, str(error))]
            finally:
                free.put(process)
            return [_read(unparsed.name, source, reading, len(readings)) for reading in readings]

        for done, parsed in enumerate(threads.map(parse, unparsed), start=1):
            progress(done, len(unparsed))
            yield from parsed


def _read(name: str, source: Path, reading: CrystalReading | FailedReading, count: int) -> Sample:
    own = name if count == 1 else f"{name}: {reading.name}"
    if isinstance(reading, FailedReading):
        if reading.crystal is not None:
            return Sample(own, source, reading.crystal, None, remarks=(reading.reason,))
        return Sample(own, source, None, reading.reason)
    return Sample(own, source, reading.crystal, None, remarks=reading.remarks)


def _unparsed(path: Path) -> list[_Unparsed]:
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise EvaluationError(f"{path}: no such file or folder")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise EvaluationError(f"{path}: larger than {MAX_FILE_BYTES // 10**9} GB; split it")
    suffix = path.suffix.lower()
    if suffix in _ARCHIVE:
        return _archive(path)
    if suffix == ".csv":
        return _comma_separated(path)
    if suffix == ".parquet":
        return _parquet(path)
    if suffix in _FRAMES:
        return _frames(path)
    if suffix == ".json":
        return _json(path)
    if file_format_of(path.name) is None:
        try:
            read_source(path)  # by its content
        except StructureFileError as error:
            raise EvaluationError(
                f"{path}: neither its name nor its content tells a known kind; give {_ACCEPTED}"
            ) from error
    return [_Unparsed(path.name, path)]


def _folder(folder: Path) -> list[_Unparsed]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [
        _Unparsed(file.relative_to(folder).as_posix(), file)
        for file in files
        if file_format_of(file.name) is not None
    ]


def _archive(path: Path) -> list[_Unparsed]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [
                entry
                for entry in archive.infolist()
                if file_format_of(Path(entry.filename).name) is not None
                and not entry.filename.startswith("__MACOSX/")
            ]
            if len(entries) > MAX_SAMPLES:
                raise EvaluationError(f"{path}: {len(entries):,} files; at most {MAX_SAMPLES:,}")
            return [_archived(archive, entry) for entry in entries]
    except (zipfile.BadZipFile, OSError) as error:
        raise EvaluationError(f"{path}: not a readable zip archive ({error})") from error


def _archived(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> _Unparsed:
    format = file_format_of(Path(entry.filename).name)
    try:
        # No more than is allowed is unpacked, whatever the archive says of itself.
        with archive.open(entry) as file:
            content = file.read(MAX_STRUCTURE_BYTES + 1)
        return _Unparsed(entry.filename, StructureText(decode_content(content), str(format)))
    except StructureFileError as error:
        return _Unparsed(entry.filename, None, str(error))
    except Exception as error:  # zipfile and zlib raise many kinds: encrypted, damaged, …
        return _Unparsed(entry.filename, None, f"cannot be unpacked ({error})")


def _comma_separated(path: Path) -> list[_Unparsed]:
    before = csv.field_size_limit(MAX_STRUCTURE_BYTES + 1)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            column = _cif_column(path, reader.fieldnames or [])
            return [_tabled(number, record, column) for number, record in enumerate(reader, 1)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(f"{path}: not a readable UTF-8 CSV table ({error})") from error
    finally:
        csv.field_size_limit(before)


def _parquet(path: Path) -> list[_Unparsed]:
    import pyarrow.parquet

    from crystal_llm.dataset.source_table import FLAT_COLUMNS, LISTED_COLUMNS, read_source_table

    try:
        columns = list(pyarrow.parquet.read_schema(path).names)
        if set(FLAT_COLUMNS) <= set(columns) or set(LISTED_COLUMNS) <= set(columns):
            reading = read_source_table(path, keep_near_test=True)
            return [
                *(_Unparsed(crystal.material_id, crystal.content) for crystal in reading.crystals),  # type: ignore[arg-type]
                *(
                    _Unparsed(failure.material_id, None, failure.reason)
                    for failure in reading.failures
                ),
            ]
        column = _cif_column(path, columns)
        names = [name for name in NAME_COLUMNS if name in columns]
        table = pyarrow.parquet.read_table(path, columns=[column, *names]).to_pylist()
    except TableError as error:
        raise EvaluationError(str(error)) from error
    except (OSError, pyarrow.ArrowException) as error:
        raise EvaluationError(f"{path}: not a readable Parquet table ({error})") from error
    return [_tabled(number, record, column) for number, record in enumerate(table, 1)]


def _cif_column(path: Path, columns: Sequence[str]) -> str:
    column = next((name for name in columns if name.strip().lower() == "cif"), None)
    if column is None:
        shown = ", ".join(name[:20] for name in columns[:8]) or "(none)"
        raise EvaluationError(f"{path}: has no column 'cif' with a CIF text a row, only {shown}")
    return column


def _tabled(number: int, record: dict[str, Any], column: str) -> _Unparsed:
    said = next((record[key] for key in NAME_COLUMNS if record.get(key)), None)
    name = f"row {number}" if said is None else str(said)[:80]
    text = record.get(column)
    if not isinstance(text, str) or not text.strip():
        return _Unparsed(name, None, "the cell of column 'cif' is empty")
    return _text(name, text, "cif")


def _text(name: str, text: str, format: str) -> _Unparsed:
    try:
        check_size(len(text.encode("utf-8", errors="replace")))
    except StructureFileError as error:
        return _Unparsed(name, None, str(error))
    return _Unparsed(name, StructureText(text, format))


def _frames(path: Path) -> list[_Unparsed]:
    """The frames of an XYZ file: a number of atoms, a comment, so many lines."""
    lines = io.StringIO(_whole(path), newline=None)
    frames: list[_Unparsed] = []
    for first in lines:
        if not first.strip():
            continue
        name = f"frame {len(frames) + 1}"
        count = first.strip()
        if not (count.isascii() and count.isdecimal() and len(count) <= 6):
            # Where the next frame begins is lost with the number of atoms.
            reason = f"{count[:40]!r} is not a number of atoms; the rest of the file is not read"
            return [*frames, _Unparsed(name, None, reason)]
        body = [line for _, line in zip(range(int(count) + 1), lines, strict=False)]
        frames.append(_text(name, "".join([first, *body]), "xyz"))
    return frames


def _json(path: Path) -> list[_Unparsed]:
    """Structures, or entries that have one: one of them, a list, or an object by name."""
    try:
        said = json_record(_whole(path))
    except StructureFileError as error:
        raise EvaluationError(f"{path}: {error}") from error
    if _is_structure(said):
        return [_entry(path.name, said)]
    if isinstance(said, dict) and isinstance(said.get("structures"), list):
        said = said["structures"]
    if isinstance(said, list):
        return [_entry(_name_of(entry) or f"entry {n}", entry) for n, entry in enumerate(said, 1)]
    if isinstance(said, dict) and any(_is_structure(value) for value in said.values()):
        return [_entry(name[:80], value) for name, value in said.items()]
    try:
        named = structures_in(said)
        if len(named) > 1:
            return [_entry(name, entry) for name, entry in named]
        record = structure_record(named[0][1])
    except StructureFileError as error:
        raise EvaluationError(f"{path}: {error}") from error
    if _is_structure(record):
        return [_entry(path.name, record)]
    raise EvaluationError(f"{path}: holds neither a pymatgen Structure nor a list of them")


def _is_structure(said: Any) -> bool:
    return isinstance(said, dict) and ("lattice" in said or isinstance(said.get("structure"), dict))


def _name_of(said: Any) -> str | None:
    if not isinstance(said, dict):
        return None
    return next((str(said[key])[:80] for key in _ENTRY_NAMES if said.get(key)), None)


def _entry(name: str, said: Any) -> _Unparsed:
    try:
        said = structure_record(said)
    except StructureFileError as error:
        return _Unparsed(name, None, error.reason)
    if not _is_structure(said):
        return _Unparsed(name, None, "not a pymatgen Structure, nor an entry with one")
    structure = said if "lattice" in said else said["structure"]
    return _text(name, json.dumps(structure), "json")


def _whole(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror})") from error
