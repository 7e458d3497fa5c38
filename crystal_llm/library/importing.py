"""Crystals from files into the library: CIF, POSCAR, extended XYZ, pymatgen's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crystal_llm.errors import LibraryError, StructureFileError
from crystal_llm.io.structure_file import (
    ParsingProcess,
    StructureText,
    check_size,
    decode_content,
    format_of,
)
from crystal_llm.library.entry import Entry, Origin
from crystal_llm.library.extended_xyz import read_extended_xyz
from crystal_llm.library.store import Library
from crystal_llm.types import PlainCrystal

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
    """

    entries: tuple[Entry, ...]
    failures: tuple[tuple[str, str], ...]


def read_crystal(file: NamedContent, process: ParsingProcess) -> PlainCrystal:
    """The crystal that a file describes, parsed within limits.

    Args:
        file: The file; its name tells the format.
        process: The process in which the text is parsed.

    Raises:
        StructureFileError: It describes none; says why.
    """
    if file.name.lower().endswith((".xyz", ".extxyz")):
        return read_extended_xyz(decode_content(file.content))
    format = format_of(Path(file.name).name)
    if format is None:
        raise StructureFileError(
            "the name tells no known format; name it *.cif, *.vasp, POSCAR*, *.xyz or *.json"
        )
    return process.parse(StructureText(decode_content(file.content), format))


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
    with ParsingProcess() as process:
        for file in files:
            try:
                crystal = read_crystal(file, process)
            except StructureFileError as error:
                failures.append((file.name, str(error)))
                continue
            origin: Origin = "uploaded" if uploaded else "imported"
            name = Path(file.name).name[:200]
            entries.append(Entry(origin, crystal, source=name, tags=tags, saved=True))
    return ImportReport(library.add_all(entries), tuple(failures))


def read_named(path: Path) -> NamedContent:
    """A file of this machine.

    Raises:
        LibraryError: It cannot be read or is too large.
    """
    try:
        if path.is_file():
            check_size(path.stat().st_size)
        return NamedContent(path.name, path.read_bytes())
    except StructureFileError as error:
        raise LibraryError(f"{path}: {error}") from error
    except OSError as error:
        raise LibraryError(f"{path}: cannot be read ({error.strerror})") from error
