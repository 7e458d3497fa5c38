"""Crystals from files into the library: every format that the program reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crystal_llm.errors import DisorderError, LibraryError, StructureFileError
from crystal_llm.io.crystal_reading import CrystalReading, FailedReading
from crystal_llm.io.limited_parsing import ParsingProcess
from crystal_llm.io.structure_file import check_size, source_of
from crystal_llm.library.entry import MAX_NOTE_CHARACTERS, Entry, Origin
from crystal_llm.library.store import Library

MAX_FILES = 1000


@dataclass(frozen=True, slots=True)
class NamedContent:
    """A file's name and bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of files.

    Attributes:
        entries: What was put in.
        failures: Names of the others, each with the reason.
        remarks: What was repaired in reading, each with the file's name.
        disordered: Those of the failures that hold one disordered crystal, to be ordered.
    """

    entries: tuple[Entry, ...]
    failures: tuple[tuple[str, str], ...]
    remarks: tuple[tuple[str, str], ...] = ()
    disordered: tuple[NamedContent, ...] = ()


def read_content(file: NamedContent, process: ParsingProcess) -> CrystalReading:
    """The crystal that a file describes, parsed within limits.

    Args:
        file: The file; its name tells the format, or else its content.
        process: The process in which the text is parsed.

    Raises:
        StructureFileError: It describes none, or several; says why.
    """
    return process.read(source_of(Path(file.name).name, file.content))


def import_files(
    library: Library,
    files: Sequence[NamedContent],
    *,
    uploaded: bool = False,
    tags: tuple[str, ...] = (),
) -> ImportReport:
    """Puts the crystals of files into the library; a bad file stops no other.

    Args:
        library: Where to.
        files: The files.
        uploaded: Whether they came through a page rather than from this machine.
        tags: Set on every entry.

    Raises:
        LibraryError: Too many files, or the library cannot be written.
    """
    if len(files) > MAX_FILES:
        raise LibraryError(f"{len(files):,} files at once: at most {MAX_FILES:,}")
    entries: list[Entry] = []
    failures: list[tuple[str, str]] = []
    remarks: list[tuple[str, str]] = []
    disordered: list[NamedContent] = []
    origin: Origin = "uploaded" if uploaded else "imported"
    with ParsingProcess() as process:
        for file in files:
            try:
                readings = process.read_all(source_of(Path(file.name).name, file.content))
            except StructureFileError as error:
                failures.append((file.name, str(error)))
                if isinstance(error, DisorderError):
                    disordered.append(file)
                continue
            for reading in readings:
                own = file.name if reading.name is None else f"{file.name}, {reading.name}"
                if isinstance(reading, FailedReading):
                    failures.append((own, reading.reason))
                    continue
                remarks += [(own, remark) for remark in reading.remarks]
                source = Path(own).name[:200]
                entry = Entry(
                    origin, reading.crystal, source=source, tags=tags, saved=True,
                    note=reading.note[:MAX_NOTE_CHARACTERS],
                )  # fmt: skip
                entries.append(entry)
    return ImportReport(
        library.add_all(entries), tuple(failures), tuple(remarks), tuple(disordered)
    )


def read_named(path: Path) -> NamedContent:
    """A file of this machine.

    Raises:
        LibraryError: It cannot be read or is too large; the caller names it.
    """
    try:
        if path.is_file():
            check_size(path.stat().st_size)
        return NamedContent(path.name, path.read_bytes())
    except StructureFileError as error:
        raise LibraryError(str(error)) from error
    except OSError as error:
        raise LibraryError(f"cannot be read ({error.strerror})") from error
