"""``crystal-llm library``: the stored crystals from the shell."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import check_new
from crystal_llm.cli.structure_inputs import refuse_lone_failure
from crystal_llm.cli.worker import add_database_flag, database_url
from crystal_llm.crystal.elements import symbol_words
from crystal_llm.errors import RequestError
from crystal_llm.library.entry import ORIGINS

if TYPE_CHECKING:
    from crystal_llm.library.entry import Entry
    from crystal_llm.library.store import Library

_KINDS = {".zip": "a zip", ".db": "an ASE database", ".csv": "a table"}


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``library``."""
    parser = commands.add_parser(
        "library",
        help="find, export, import and delete stored crystals",
        description="The library: crystals from jobs, and saved or imported ones.",
    )
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    listing = parts.add_parser("list", help="find entries, newest first")
    _add_search(listing, limit=200)
    listing.set_defaults(run=run_list)
    showing = parts.add_parser("show", help="one entry and where it comes from")
    showing.add_argument("entry", metavar="ENTRY")
    showing.set_defaults(run=run_show)
    exporting = parts.add_parser("export", help="write entries: FILE.zip, FILE.db (ASE), FILE.csv")
    exporting.add_argument(
        "entries", nargs="*", metavar="ENTRY", help="default: what the search options find"
    )
    exporting.add_argument("--out", type=Path, required=True, metavar="FILE")
    exporting.add_argument("--replace", action="store_true", help="replace FILE if it exists")
    exporting.add_argument(
        "--no-dft",
        "--no-vasp",
        dest="no_dft",
        action="store_true",
        help="leave out inputs for VASP, Quantum ESPRESSO and atomate2",
    )
    _add_search(exporting, limit=None)
    exporting.set_defaults(run=run_export)
    importing = parts.add_parser(
        "import", help="import CIF, POSCAR, extended XYZ, JSON files, ASE databases"
    )
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument("--tag", action="append", default=[], metavar="TAG")
    importing.set_defaults(run=run_import)
    deleting = parts.add_parser("delete", help="delete entries; can be undone")
    deleting.add_argument("entries", nargs="+", metavar="ENTRY")
    deleting.set_defaults(run=run_delete)
    undoing = parts.add_parser("undo", help="bring back what was deleted")
    undoing.add_argument("deletion", nargs="?", metavar="DELETION", help="default: the latest")
    undoing.set_defaults(run=run_undo)
    for part in (listing, showing, exporting, importing, deleting, undoing):
        add_database_flag(part)
        add_json_flag(part)


def run_list(arguments: argparse.Namespace) -> Report:
    """Lists what a search finds.

    Raises:
        LibraryError: The library cannot be read, or an impossible search.
    """
    matches = _found(_library(arguments), arguments)
    lines = [_line(entry) for entry in matches.entries]
    lines.append(f"{len(matches.entries)} of {matches.total} entries")
    data = {"total": matches.total, "entries": [_plain(entry) for entry in matches.entries]}
    return Report(tuple(lines), data)


def run_show(arguments: argparse.Namespace) -> Report:
    """Shows an entry and its provenance.

    Raises:
        LibraryError: There is no such entry.
    """
    from crystal_llm.io.record_json import to_plain

    chain = _library(arguments).provenance(arguments.entry)
    facts = _plain(chain.entry)
    lines = [f"{name}: {value}" for name, value in facts.items() if value not in (None, "")]
    for name, entries in (("from", chain.ancestors), ("made of it", chain.descendants)):
        lines += [f"{name}: {_line(entry)}" for entry in entries]
    data = facts | {
        "crystal": to_plain(chain.entry.crystal),
        "ancestors": [ancestor.id for ancestor in chain.ancestors],
        "descendants": [descendant.id for descendant in chain.descendants],
    }
    return Report(tuple(lines), data)


def run_export(arguments: argparse.Namespace) -> Report:
    """Writes entries to a file.

    Raises:
        LibraryError: There is no such entry, or the file exists.
        RequestError: The file's name tells no kind, or it cannot be written.
    """
    from crystal_llm.library.exporting import csv_text, write_ase_database, zip_bytes

    out, kind = arguments.out, arguments.out.suffix.lower()
    if kind not in _KINDS:
        raise RequestError(f"{out}: name it *.zip, *.db (for `ase db`) or *.csv")
    check_new(out, replace=arguments.replace)
    library = _library(arguments)
    entries = [library.get(name) for name in arguments.entries]
    total = len(entries)
    if not arguments.entries:
        matches = _found(library, arguments)
        entries, total = list(matches.entries), matches.total
    if kind == ".db":
        written = write_ase_database(entries, out, replace=arguments.replace)
    else:
        text = csv_text(entries).encode() if kind == ".csv" else b""
        content = text or zip_bytes(entries, dft=not arguments.no_dft)
        try:
            out.write_bytes(content)
        except OSError as error:
            raise RequestError(f"{out}: cannot be written ({error.strerror})") from error
        written = len(entries)
    said = f"{out}: {_KINDS[kind]} of {written} of {total} entries"
    return Report((said,), {"out": str(out), "written": written, "entries": total})


def run_import(arguments: argparse.Namespace) -> Report:
    """Puts files into the library; exit code 1 where one of several cannot be read.

    Raises:
        LibraryError: The library cannot be written.
    """
    from crystal_llm.errors import LibraryError
    from crystal_llm.library.importing import import_files, read_named

    library, files, failures = _library(arguments), [], []
    for path in arguments.files:
        try:
            files.append(read_named(path))
        except LibraryError as error:
            failures.append((path.name, str(error)))
    report = import_files(library, files, tags=tuple(arguments.tag))
    failures += report.failures
    if not report.entries:
        refuse_lone_failure(arguments.files, [reason for _, reason in failures])
    for name, remark in report.remarks:
        tell(f"{name}: {remark}")
    for name, reason in failures:
        tell(f"{name}: {reason}")
    lines = [_line(entry) for entry in report.entries]
    lines.append(
        f"{_counted(len(report.entries), 'crystal')} of {_counted(len(arguments.files), 'file')}"
    )
    data = {
        "entries": [entry.id for entry in report.entries],
        "failures": [{"file": name, "reason": reason} for name, reason in failures],
        "remarks": [{"file": name, "remark": remark} for name, remark in report.remarks],
    }
    return Report(tuple(lines), data, exit_code=1 if failures else 0)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def run_delete(arguments: argparse.Namespace) -> Report:
    """Deletes entries.

    Raises:
        LibraryError: One is not there.
    """
    deletion = _library(arguments).delete(arguments.entries)
    said = f"{len(deletion.entry_ids)} deleted; undo: crystal-llm library undo {deletion.id}"
    return Report((said,), {"deletion": deletion.id, "entries": list(deletion.entry_ids)})


def run_undo(arguments: argparse.Namespace) -> Report:
    """Brings back what was deleted.

    Raises:
        LibraryError: Nothing was deleted, or it is back already.
    """
    from crystal_llm.errors import LibraryError

    library = _library(arguments)
    latest = [deletion.id for deletion in library.deletions(1)]
    if arguments.deletion is None and not latest:
        raise LibraryError("nothing is deleted, so there is nothing to undo")
    entries = library.undo(arguments.deletion or latest[0])
    lines = tuple(_line(entry) for entry in entries)
    return Report(lines, {"entries": [entry.id for entry in entries]})


def _add_search(parser: OneLineParser, *, limit: int | None) -> None:
    parser.add_argument("--formula", help="such as NaCl")
    parser.add_argument(
        "--elements", type=symbol_words, default=(), metavar="Li,O", help="all occur"
    )
    parser.add_argument("--only", type=symbol_words, metavar="Li,Fe,O", help="no others occur")
    parser.add_argument("--e-above-hull", type=float, metavar="EV", help="at most, eV/atom")
    parser.add_argument("--tag", action="append", default=[], metavar="TAG")
    parser.add_argument(
        "--origin",
        choices=ORIGINS,
    )
    parser.add_argument("--job", metavar="JOB")
    parser.add_argument("--saved", action="store_true", help="only what was saved")
    parser.add_argument(
        "--lowest-first", action="store_true", help="by energy above hull; else the newest first"
    )
    parser.add_argument("--text", metavar="WORDS", help="in the note, the source or the id")
    default = "all" if limit is None else str(limit)
    parser.add_argument("--limit", type=int, default=limit, metavar="N", help=f"default {default}")


def _found(library: Library, arguments: argparse.Namespace) -> Any:
    from crystal_llm.library.entry import Search

    return library.search(
        Search(
            formula=arguments.formula,
            elements=arguments.elements,
            only_elements=arguments.only,
            energy_above_hull_max_ev_per_atom=arguments.e_above_hull,
            tags=tuple(arguments.tag),
            origin=arguments.origin,
            job_id=arguments.job,
            saved=True if arguments.saved else None,
            text=arguments.text,
            lowest_first=arguments.lowest_first,
            limit=arguments.limit,
        )
    )


def _library(arguments: argparse.Namespace) -> Library:
    from crystal_llm.library.store import open_library

    return open_library(database_url(arguments))


def _plain(entry: Entry) -> dict[str, Any]:
    from crystal_llm.library.exporting import facts_of

    return facts_of(entry)


def _line(entry: Entry) -> str:
    above = entry.energy_above_hull_ev_per_atom
    parts = [entry.id, entry.title, entry.origin]
    parts += [f"space group {entry.spacegroup_number}"] if entry.spacegroup_number else []
    parts += [f"{above:z.3f} eV/atom above hull"] if above is not None else []
    parts += [f"tags {', '.join(entry.tags)}"] if entry.tags else []
    parts += [f"failed: {entry.failure}"] if entry.failure else []
    return "  ".join(parts)
