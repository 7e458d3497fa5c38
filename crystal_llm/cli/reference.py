"""``crystal-llm reference``: the reference phases of a hull."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import claim
from crystal_llm.errors import StabilityError

if TYPE_CHECKING:
    from crystal_llm.stability.references.reference import Reference
    from crystal_llm.stability.references.reference_from_table import TableReading

_BUILD_DESCRIPTION = """\
Make a reference of the Materials Project's phases within a chemical system, with the API key
from MP_API_KEY or from --api-key-file; or of a table of crystals whose energies a potential
computes (--structures, as the crystals are given; a run that was killed goes on); or of a
Parquet table with the columns material_id, formula and one of
  e_form_mp2020                  formation energies with the Materials Project's corrections
  formation_energy_ev_per_atom   other formation energies (the elements lie at 0)
  energy_ev_per_atom             total energies (the elements must be among the rows)
For the last two, say with --potential, --level-of-theory and --correction what made them.
The phase of least energy of each composition is kept."""

RELAX = """\
Relax the phases of a reference that lie on its hull or near it, under the potential that made its
energies, the smallest first; relaxed candidates are then compared with their like from the start.
(`judge` and `hull` do the same for the few phases that a candidate competes with.) Energies of
phases that were not reached stay as given. What was relaxed before is in the cache: a run that
was killed goes on."""
RELAX_WITHIN_EV_PER_ATOM = 0.02


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``reference`` with ``build`` and ``show``."""
    reference = commands.add_parser(
        "reference",
        help="reference phases of a hull",
        description="Make or show the reference phases of a convex hull.",
    )
    actions = reference.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=OneLineParser
    )
    build = actions.add_parser(
        "build",
        help="make a reference of a table or of the Materials Project",
        description=_BUILD_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sources = build.add_mutually_exclusive_group(required=True)
    sources.add_argument("--energies", type=Path, metavar="TABLE.parquet", help="the table")
    sources.add_argument(
        "--chemical-system", metavar="Li-Fe-O", help="a system of the Materials Project"
    )
    sources.add_argument(
        "--structures",
        type=Path,
        metavar="TABLE.parquet",
        help="crystals, a table as `crystal-llm data` reads it; --potential computes them",
    )
    build.add_argument("--out", type=Path, required=True, metavar="FILE", help="output file")
    build.add_argument("--replace", action="store_true", help="replace FILE if it exists")
    build.add_argument("--potential", metavar="NAME", help="what made the energies, or DFT")
    build.add_argument("--weights-sha256", metavar="HASH", help="hash of the potential's weights")
    build.add_argument("--level-of-theory", metavar="NAME", help="such as 'PBE(+U)'")
    build.add_argument("--correction", metavar="NAME", help="such as MP2020, or none")
    build.add_argument(
        "--processes", type=int, metavar="N", help="for --structures (default: one a core)"
    )
    build.add_argument("--source", metavar="TEXT", help="what --structures holds, for the record")
    build.add_argument("--api-key-file", type=Path, metavar="FILE", help="file with the API key")
    add_json_flag(build)
    build.set_defaults(run=run_build)
    relax = actions.add_parser(
        "relax",
        help="relax a reference's phases near the hull under its potential",
        description=RELAX,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    relax.add_argument("file", type=Path, metavar="FILE", help="a reference of a potential")
    relax.add_argument(
        "--structures",
        type=Path,
        metavar="TABLE.parquet",
        help="structures of its phases (default: the shipped ones)",
    )
    written = relax.add_mutually_exclusive_group(required=True)
    written.add_argument("--out", type=Path, metavar="FILE", help="output file, a whole reference")
    written.add_argument(
        "--beside",
        action="store_true",
        help="write only the relaxed energies, with a card, beside FILE, with which they are read",
    )
    relax.add_argument("--replace", action="store_true", help="replace FILE if it exists")
    relax.add_argument(
        "--within",
        type=float,
        default=RELAX_WITHIN_EV_PER_ATOM,
        metavar="E",
        help=f"eV/atom above the hull (default {RELAX_WITHIN_EV_PER_ATOM:g})",
    )
    relax.add_argument("--most", type=int, metavar="N", help="maximum number of phases")
    relax.add_argument("--seconds", type=float, metavar="S", help="approximate time limit")
    relax.add_argument(
        "--processes", type=int, metavar="N", help="processes (default: one per core)"
    )
    add_json_flag(relax)
    relax.set_defaults(run=run_relax)
    show = actions.add_parser(
        "show", help="describe a reference", description="Describe a reference."
    )
    show.add_argument("file", type=Path, metavar="FILE", help="a reference")
    add_json_flag(show)
    show.set_defaults(run=run_show)


def run_build(args: argparse.Namespace) -> Report:
    """Makes a reference and writes it.

    Raises:
        CrystalLLMError: The source cannot be used or the file not be written; nothing is
            written then.
    """
    from crystal_llm.stability.references.reference_file import write_reference

    if args.out.is_dir():
        raise StabilityError(f"{args.out}: is a folder; name a file for the reference")
    if args.out.exists() and not args.replace:
        raise StabilityError(f"{args.out}: exists already; give --replace, or another name")
    if args.out.parent.is_dir():
        claim(args.out)
    read: dict[str, int] = {}
    if args.structures is not None:
        reference = _computed(args)
    elif args.energies is None:
        reference = _fetched(args)
    else:
        reading = _reading(args)
        reference = reading.reference
        read = {"n_rows": reading.n_rows, "without_energy": reading.without_energy}
    write_reference(reference, args.out)
    if args.structures is not None:
        # Hours of computing: kept until what was made of them is on the disk.
        _journal_beside(args.out).unlink()
    lines, data = _summary(reference)
    if read:
        lines = (f"read {read['n_rows']} rows, {read['without_energy']} without energy", *lines)
    return Report(
        (*lines, f"wrote {args.out} ({args.out.stat().st_size / 1e6:.1f} MB)"),
        {"out": str(args.out), **read, **data},
    )


def _reading(args: argparse.Namespace) -> TableReading:
    from crystal_llm.stability.references.reference_from_table import reference_from_table

    return reference_from_table(
        args.energies,
        potential=args.potential,
        weights_sha256=args.weights_sha256,
        level_of_theory=args.level_of_theory,
        correction=args.correction,
    )


def _computed(args: argparse.Namespace) -> Reference:
    from crystal_llm.dataset.source_table import read_source_table
    from crystal_llm.stability.references.reference_from_structures import (
        KnownCrystal,
        compute_energies,
        reference_of,
    )
    from crystal_llm.types import PlainCrystal

    if args.potential is None:
        raise StabilityError("--structures: say with --potential what computes the energies")
    if any((args.weights_sha256, args.level_of_theory, args.correction)):
        raise StabilityError(f"the method of {args.potential} is known: name no other")
    if args.processes is not None and args.processes < 1:
        raise StabilityError(f"--processes {args.processes}: at least 1")
    reading = read_source_table(args.structures, keep_near_test=True)
    crystals = [
        KnownCrystal(crystal.material_id, crystal.content)
        for crystal in reading.crystals
        if isinstance(crystal.content, PlainCrystal)
    ]
    energies = compute_energies(
        crystals,
        args.potential,
        _journal_beside(args.out),
        processes=args.processes,
        progress=Countdown("computed"),
    )
    source = args.source or args.structures.name
    notes = f"{len(reading.failures)} rows that are no crystal" if reading.failures else ""
    return reference_of(energies, args.potential, source, notes)


def _journal_beside(out: Path) -> Path:
    return out.with_name(out.name + ".journal")


def _fetched(args: argparse.Namespace) -> Reference:
    from crystal_llm.dataset.materials_project import ENDPOINT, ENDPOINT_VARIABLE, read_api_key
    from crystal_llm.stability.references.reference_from_materials_project import fetch_reference

    if any((args.potential, args.weights_sha256, args.level_of_theory, args.correction)):
        raise StabilityError(
            "the method of the Materials Project's energies is known: name no other with "
            "--chemical-system"
        )
    key = read_api_key(os.environ, args.api_key_file)
    tell("asking the Materials Project")
    endpoint = os.environ.get(ENDPOINT_VARIABLE) or ENDPOINT
    return fetch_reference(args.chemical_system.split("-"), key, endpoint)


def run_relax(args: argparse.Namespace) -> Report:
    """Relaxes phases of a reference, the smallest first.

    Raises:
        CrystalLLMError: The reference or the structures cannot be read, or the potential of
            the reference is not here.
    """
    from crystal_llm.dataset.known_structures import KnownStructures, shipped_structures
    from crystal_llm.potentials.loading import potential_card
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.relaxation.pool import RelaxationPool
    from crystal_llm.relaxation.result import RelaxationSettings
    from crystal_llm.settings import settings
    from crystal_llm.stability.references.reference_file import read_reference, write_reference
    from crystal_llm.stability.references.relaxed_energies import write_relaxed_energies
    from crystal_llm.stability.relaxed_competitors import relax_reference, relaxing

    if args.out is not None and args.out.exists() and not args.replace:
        raise StabilityError(f"{args.out}: exists already; give --replace, or another name")
    if args.out is not None and args.out.parent.is_dir():
        claim(args.out)
    reference = read_reference(args.file)
    potential = reference.method.potential
    if potential_card(potential).method != reference.method:
        raise StabilityError(f"{args.file}: {reference.method} is not the {potential} that is here")
    here = settings()
    structures = KnownStructures(args.structures) if args.structures else shipped_structures(here)
    if structures is None:
        raise StabilityError("no known structures are shipped: name a table with --structures")
    began = time.monotonic()
    usual = RelaxationSettings()
    with (
        default_cache(here) as cache,
        # Processes that stay: one that loads the potential anew for each batch takes as long.
        RelaxationPool(args.processes) as pool,
    ):
        relaxed = relax_reference(
            reference,
            structures,
            relaxing(potential, usual, cache, pool=pool),
            within_ev_per_atom=args.within,
            most=args.most,
            progress=Countdown("relaxed"),
            should_stop=lambda: (
                args.seconds is not None and time.monotonic() - began > args.seconds
            ),
        )
    if args.beside:
        command = f"crystal-llm reference relax {args.file.name} --within {args.within:g}"
        written = write_relaxed_energies(relaxed, args.file, f"{command} --beside")
    else:
        write_reference(relaxed, args.out)
        written = args.out
    new = len(relaxed.relaxed) - len(reference.relaxed)
    lines, data = _summary(relaxed)
    return Report(
        (f"{new} phases relaxed", *lines, f"wrote {written}"),
        {"out": str(written), "newly_relaxed": new, **data},
    )


def run_show(args: argparse.Namespace) -> Report:
    """Tells what a reference holds.

    Raises:
        StabilityError: The file is no reference, or damaged.
    """
    from crystal_llm.stability.references.reference_file import read_reference

    return Report(*_summary(read_reference(args.file)))


def _summary(reference: Reference) -> tuple[tuple[str, ...], dict[str, Any]]:
    provenance, missing = reference.provenance, reference.missing_terminals
    lines = [
        f"reference {reference.reference_id} of {provenance.made_on}, from {provenance.source}",
        f"energies: {provenance.method}",
        f"{len(reference)} phases of {len(reference.elements)} elements",
    ]
    if missing:
        lines.append(f"no hull with {', '.join(missing)}: their elemental phases are missing")
    if reference.relaxed:
        lines.append(
            f"{len(reference.relaxed)} phases relaxed under {provenance.method.potential}, "
            "the others as given"
        )
    if provenance.notes:
        lines.append(provenance.notes)
    return tuple(lines), {
        "reference": reference.reference_id,
        "made_on": provenance.made_on,
        "source": provenance.source,
        "notes": provenance.notes,
        **provenance.method.as_dict(),
        "n_phases": len(reference),
        "n_relaxed": len(reference.relaxed),
        "elements": list(reference.elements),
        "missing_terminals": list(missing),
    }
