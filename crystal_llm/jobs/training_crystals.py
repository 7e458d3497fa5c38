"""Crystals to fine-tune on: from structure files, archives of them, or entries of the library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from crystal_llm.errors import JobError, StructureFileError
from crystal_llm.generation.request import MAX_CRYSTALS
from crystal_llm.io.crystal_reading import FailedReading
from crystal_llm.io.limited_parsing import ParsingProcess
from crystal_llm.io.structure_file import check_size, file_format_of, source_of
from crystal_llm.jobs.fine_tune_order import TrainingCrystal
from crystal_llm.library.entry import Entry
from crystal_llm.library.importing import NamedContent

MAX_UNPACKED_BYTES = 300_000_000
_NO_STRUCTURE = "holds no structure file (*.cif, POSCAR*, *.xyz, …)"


@dataclass(frozen=True, slots=True)
class ReadCrystals:
    """What files hold to learn from.

    Attributes:
        crystals: The crystals, each by its file.
        failures: Names of files that gave none, each with the reason.
    """

    crystals: tuple[TrainingCrystal, ...]
    failures: tuple[tuple[str, str], ...] = ()


def crystals_of_files(
    files: Sequence[NamedContent], progress: Callable[[int, int], None] = lambda done, total: None
) -> ReadCrystals:
    """The crystals of structure files and of archives of such files; a bad one stops no other.

    Args:
        files: The files; one that is named ``*.zip`` is unpacked.
        progress: Called with the files read and their number.

    Raises:
        JobError: An archive cannot be read or is too large, or there are too many files.
    """
    crystals: list[TrainingCrystal] = []
    failures: list[tuple[str, str]] = []
    unpacked = list(_unpacked(files))
    if len(unpacked) > MAX_CRYSTALS:
        raise JobError(f"{len(unpacked):,} files: at most {MAX_CRYSTALS:,}")
    names: set[str] = set()
    with ParsingProcess() as process:
        for done, file in enumerate(unpacked, start=1):
            try:
                readings = process.read_all(source_of(PurePosixPath(file.name).name, file.content))
            except StructureFileError as error:
                failures.append((file.name, str(error)))
                readings = []
            for reading in readings:
                name = file.name if reading.name is None else f"{file.name}, {reading.name}"
                if isinstance(reading, FailedReading):
                    failures.append((name, reading.reason))
                    continue
                unique, number = name, 1
                while unique in names:
                    number += 1
                    unique = f"{name} ({number})"
                names.add(unique)
                crystals.append(TrainingCrystal(unique, reading.crystal))
            progress(done, len(unpacked))
    return ReadCrystals(tuple(crystals), tuple(failures))


def structure_files(files: Sequence[NamedContent]) -> list[NamedContent]:
    """The structure files and archives of a folder, by their names; others lie in any folder.

    Raises:
        JobError: There is none.
    """
    chosen = [
        file for file in files if _holds_structure(file.name) or file.name.lower().endswith(".zip")
    ]
    if not chosen:
        raise JobError(f"{PurePosixPath(files[0].name).parts[0]}: {_NO_STRUCTURE}")
    return chosen


def crystals_of_entries(entries: Iterable[Entry]) -> ReadCrystals:
    """The crystals of library entries with their energies above hull; those without are passed."""
    return ReadCrystals(
        tuple(
            TrainingCrystal(
                entry.id,
                entry.crystal,
                None
                if entry.energy_above_hull_ev_per_atom is None
                else max(entry.energy_above_hull_ev_per_atom, 0.0),
            )
            for entry in entries
            if entry.crystal is not None
        )
    )


def _unpacked(files: Sequence[NamedContent]) -> Iterator[NamedContent]:
    for file in files:
        if file.name.lower().endswith(".zip"):
            yield from _of_archive(file)
        else:
            yield file


def _of_archive(file: NamedContent) -> Iterator[NamedContent]:
    """The structure files of an archive; nothing of it is written anywhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            members = [
                member
                for member in archive.infolist()
                if not member.is_dir() and _holds_structure(member.filename)
            ]
            if not members:
                raise JobError(f"{file.name}: {_NO_STRUCTURE}")
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise JobError(f"{file.name}: unpacks to over {MAX_UNPACKED_BYTES / 1e6:.0f} MB")
            for member in members:
                try:
                    check_size(member.file_size)
                except StructureFileError:
                    yield NamedContent(member.filename, b"")  # named among the failures
                    continue
                with archive.open(member) as handle:
                    # No more than it said: a damaged archive cannot fill the memory.
                    yield NamedContent(member.filename, handle.read(member.file_size))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise JobError(f"{file.name}: cannot be unpacked ({error})") from error


def _holds_structure(path: str) -> bool:
    """Whether a file's name is that of a structure file; of its path nothing is hidden."""
    parts = PurePosixPath(path).parts
    return not any(part.startswith(".") for part in parts) and file_format_of(parts[-1]) is not None
