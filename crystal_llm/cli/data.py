"""``crystal-llm data``: makes the table of known crystals that a model is trained on."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import claim
from crystal_llm.dataset.row_building import BuiltRows, Failure, SourceReading, build_rows
from crystal_llm.dataset.symmetric_table import MAX_TABLE_ORBITS, SymmetricRows, symmetric_rows
from crystal_llm.errors import RequestError, TableError

DEFAULT_MAX_ATOMS = 20
SHOWN_FAILURES = 20

DESCRIPTION = """\
Make a table of known crystals, which `crystal-llm train` learns from and `crystal-llm score`
compares with. Every crystal is written as its Niggli-reduced primitive cell; its space group is
found by spglib (0.1 Å) and its split drawn from its reduced formula (90% train, 5% val, 5% test)
where the source does not say them. What cannot be read is named with the reason. Beside OUT
stands OUT-symmetric: the same crystals by their symmetry, which the compact model learns from;
crystals of more atoms are in it if they have at most 20 orbits."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``data`` and its three sources."""
    data = commands.add_parser(
        "data",
        help="make a table of known crystals",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sources = data.add_subparsers(
        dest="source", required=True, metavar="SOURCE", parser_class=OneLineParser
    )
    folder = sources.add_parser(
        "folder",
        help="structure files in a folder and its subfolders",
        description="Read CIF (*.cif), VASP (*.vasp, *.poscar, POSCAR*, CONTCAR*; with element "
        "names), extended XYZ (*.xyz), pymatgen JSON (*.json) and ASE database (*.db) files. "
        "Disordered crystals are refused.",
    )
    folder.add_argument("folder", type=Path, metavar="DIR", help="where the files are")
    folder.add_argument(
        "--properties",
        type=Path,
        metavar="CSV",
        help="table with the column 'file' (path within DIR) and any of "
        "formation_energy_ev_per_atom, energy_above_hull_ev_per_atom, band_gap_ev, split",
    )
    table = sources.add_parser(
        "table",
        help="a Parquet table of crystals",
        description="Read a Parquet table in this program's layout, or with the columns "
        "material_id, a, b, c, alpha, beta, gamma, species, frac_coords and optionally "
        "spacegroup_number, formation_energy_per_atom, e_above_hull, band_gap, split, near_test "
        "(rows with near_test are left out).",
    )
    table.add_argument("table", type=Path, metavar="IN.parquet", help="the table to read")
    known = sources.add_parser(
        "known-structures",
        help="a file of known structures, of a Parquet table",
        description="Read such a table (rows with near_test are kept, and marked) and write its "
        "crystals, of any size, in symmetric form, to be found by formula, chemical system and "
        "prototype. models/known-structures.parquet is such a file.",
    )
    known.add_argument("table", type=Path, metavar="IN.parquet", help="the table to read")
    known.add_argument("--out", type=Path, required=True, metavar="OUT.parquet")
    known.add_argument("--replace", action="store_true", help="replace OUT if it exists")
    add_json_flag(known)
    known.set_defaults(run=run_known)
    _register_materials_project(sources)
    for source in ("folder", "table", "materials-project"):
        _add_common(sources.choices[source])
        sources.choices[source].set_defaults(run=run)


def _register_materials_project(sources: argparse._SubParsersAction[OneLineParser]) -> None:
    project = sources.add_parser(
        "materials-project",
        help="the Materials Project, with your own API key",
        description="Fetch from the Materials Project. The API key is read from MP_API_KEY or "
        "from --api-key-file, never from the command line.",
    )
    project.add_argument(
        "--elements", type=_names, metavar="Li,Fe,O", help="elements that each crystal contains"
    )
    project.add_argument(
        "--chemical-system",
        type=_names,
        metavar="Li-Fe-O[,Li-O]",
        help="chemical systems: crystals of exactly these elements",
    )
    project.add_argument(
        "--energy-above-hull",
        type=float,
        nargs=2,
        metavar=("MIN", "MAX"),
        help="range of the energy above the convex hull, eV/atom",
    )
    project.add_argument(
        "--max-sites",
        type=_count,
        metavar="N",
        help="largest cell to fetch (default: twice --max-atoms, since some stored cells are "
        "not primitive)",
    )
    project.add_argument(
        "--with-gnome",
        action="store_true",
        help="also GNoME materials (licence CC BY-NC: no commercial use)",
    )
    project.add_argument("--api-key-file", type=Path, metavar="FILE", help="file with the API key")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, metavar="OUT.parquet", help="the table to write"
    )
    parser.add_argument("--replace", action="store_true", help="replace OUT if it exists")
    parser.add_argument(
        "--max-atoms",
        type=_count,
        default=DEFAULT_MAX_ATOMS,
        metavar="N",
        help="largest primitive cell, in atoms (default: %(default)s)",
    )
    add_json_flag(parser)


def run(args: argparse.Namespace) -> Report:
    """Reads a source and writes the table.

    Raises:
        CrystalLLMError: Nothing can be read, kept or written; no table is written then.
    """
    _check_out(args.out, args.replace)
    symmetric_out = args.out.with_name(f"{args.out.stem}-symmetric{args.out.suffix}")
    _check_out(symmetric_out, args.replace)
    reading = _read(args)
    tell(f"{len(reading.crystals)} crystals to read")
    built = build_rows(reading.crystals, args.max_atoms, progress=Countdown("read"))
    failures = (*reading.failures, *built.failures)
    read = len(reading.crystals) + len(reading.failures)
    if not built.rows:
        raise TableError(
            f"none of {read} crystals can be kept, so {args.out} is not written: "
            f"{len(built.large)} have more than {args.max_atoms} atoms, {len(failures)} failed"
            + (f", such as {failures[0].material_id}: {failures[0].reason}" if failures else "")
        )
    symmetric = symmetric_rows([*built.rows, *built.large], progress=Countdown("made symmetric"))
    _write(built, symmetric, args.out, symmetric_out)
    report = _report(args.out, args.max_atoms, read, reading, built, failures)
    return _with_symmetric(report, symmetric, symmetric_out, len(built.large))


def run_known(args: argparse.Namespace) -> Report:
    """Writes a file of known structures.

    Raises:
        CrystalLLMError: Nothing can be read or written; no file is written then.
    """
    from crystal_llm.dataset.known_structures import known_rows, write_known_structures
    from crystal_llm.dataset.source_table import read_source_table

    _check_out(args.out, args.replace)
    reading = read_source_table(args.table, keep_near_test=True)
    rows, unconverted = known_rows(reading.crystals, Countdown("made symmetric"))
    failures = [*reading.failures, *unconverted]
    if not rows:
        raise TableError(f"{args.table}: holds no crystal; {args.out} is not written")
    try:
        write_known_structures(rows, args.out, f"{len(rows)} structures of {args.table.name}")
    except OSError as error:
        raise TableError(f"{args.out}: cannot be written ({error.strerror or error})") from error
    lines = [
        f"kept {len(rows)}, failed {len(failures)}",
        *(
            f"failed: {failure.material_id}: {failure.reason}"
            for failure in failures[:SHOWN_FAILURES]
        ),
        f"wrote {args.out}",
    ]
    failed = [
        {"material_id": failure.material_id, "reason": failure.reason} for failure in failures
    ]
    return Report(tuple(lines), {"out": str(args.out), "kept": len(rows), "failed": failed})


def _read(args: argparse.Namespace) -> SourceReading:
    if args.source == "folder":
        from crystal_llm.dataset.structure_folder import read_structure_folder

        return read_structure_folder(args.folder, args.properties)
    if args.source == "table":
        from crystal_llm.dataset.source_table import read_source_table

        return read_source_table(args.table)
    from crystal_llm.dataset.materials_project import (
        ENDPOINT,
        ENDPOINT_VARIABLE,
        MaterialsQuery,
        fetch_materials,
        read_api_key,
    )

    energies = args.energy_above_hull
    query = MaterialsQuery(
        elements=args.elements,
        chemical_systems=args.chemical_system,
        energy_above_hull_ev_per_atom=None if energies is None else (energies[0], energies[1]),
        max_sites=args.max_sites or 2 * args.max_atoms,
        with_gnome=args.with_gnome,
    )
    key = read_api_key(os.environ, args.api_key_file)
    tell("asking the Materials Project")
    return fetch_materials(query, key, os.environ.get(ENDPOINT_VARIABLE) or ENDPOINT)


def _check_out(out: Path, replace: bool) -> None:
    """Refuses before the work what would fail after it."""
    if out.is_dir():
        raise RequestError(f"{out}: is a folder; name a file for the table")
    if out.exists() and not replace:
        raise RequestError(f"{out}: exists already; give --replace, or another name")
    parent = out.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise RequestError(f"{out}: cannot be written there ({parent})")
    if out.parent.is_dir():
        claim(out)


def _write(built: BuiltRows, symmetric: SymmetricRows, out: Path, symmetric_out: Path) -> None:
    from crystal_llm.dataset.symmetric_table import write_symmetric_table
    from crystal_llm.dataset.table import write_table

    try:
        if symmetric.rows:
            write_symmetric_table(symmetric.rows, symmetric_out)
        else:
            symmetric_out.unlink(missing_ok=True)  # of another table, which is being replaced
        write_table(list(built.rows), out)
    except OSError as error:
        raise TableError(f"{out}: cannot be written ({error.strerror or error})") from error


def _with_symmetric(report: Report, symmetric: SymmetricRows, out: Path, large: int) -> Report:
    failed = symmetric.failures
    lines = [
        f"in symmetric form {len(symmetric.rows)} (cells of any size: {large} are larger), more "
        f"than {MAX_TABLE_ORBITS} orbits {symmetric.too_many_orbits}, without one {len(failed)}",
        *(
            f"without symmetric form: {failure.material_id}: {failure.reason}"
            for failure in failed[:SHOWN_FAILURES]
        ),
    ]
    if len(failed) > SHOWN_FAILURES:
        lines.append(f"… and {len(failed) - SHOWN_FAILURES} more; --json names all")
    if symmetric.rows:
        lines.append(f"wrote {out}")
    data = {
        "out": str(out) if symmetric.rows else None,
        "kept": len(symmetric.rows),
        "max_orbits": MAX_TABLE_ORBITS,
        "too_many_orbits": symmetric.too_many_orbits,
        "failed": [
            {"material_id": failure.material_id, "reason": failure.reason} for failure in failed
        ],
    }
    return Report((*report.lines, *lines), report.data | {"symmetric": data})


def _report(
    out: Path,
    max_atoms: int,
    read: int,
    reading: SourceReading,
    built: BuiltRows,
    failures: tuple[Failure, ...],
) -> Report:
    splits = {
        split: sum(row.split == split for row in built.rows) for split in ("train", "val", "test")
    }
    divided = ", ".join(f"{split} {count}" for split, count in splits.items())
    lines = [
        f"read {read}, kept {len(built.rows)} ({divided}), "
        f"too large (more than {max_atoms} atoms) {len(built.large)}, failed {len(failures)}",
        *(f"left out {count}: {reason}" for reason, count in reading.left_out.items()),
        *(
            f"failed: {failure.material_id}: {failure.reason}"
            for failure in failures[:SHOWN_FAILURES]
        ),
    ]
    if len(failures) > SHOWN_FAILURES:
        lines.append(f"… and {len(failures) - SHOWN_FAILURES} more failures; --json names all")
    lines += [f"{name}: {remark}" for name, remark in built.remarks[:SHOWN_FAILURES]]
    if len(built.remarks) > SHOWN_FAILURES:
        lines.append(f"… and {len(built.remarks) - SHOWN_FAILURES} more remarks; --json names all")
    lines.append(f"wrote {out}")
    data: dict[str, Any] = {
        "out": str(out),
        "read": read,
        "kept": len(built.rows),
        "splits": splits,
        "max_atoms": max_atoms,
        "too_large": len(built.large),
        "left_out": reading.left_out,
        "failed": [
            {"material_id": failure.material_id, "reason": failure.reason} for failure in failures
        ],
        "remarks": [{"material_id": name, "remark": remark} for name, remark in built.remarks],
    }
    return Report(tuple(lines), data)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise argparse.ArgumentTypeError("name at least one, separated by commas")
    return names


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
