"""``crystal-llm order``: ordered versions of a disordered structure file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import check_new, write_json_lines
from crystal_llm.errors import RequestError, StructureFileError

if TYPE_CHECKING:
    from crystal_llm.crystal.ordering import OrderedVersion

DESCRIPTION = """\
Ordered versions of a disordered crystal (CIF or pymatgen's JSON): in the smallest supercell that
has its shares, arrangements that symmetry makes alike counted once, the lowest Ewald energy of
point charges first, oxidation states guessed from the composition. The energy tells which are
worth relaxing; it is no stability. The output has one candidate a line, as `crystal-llm generate`
writes them, for `relax`, `judge` and `hull`."""

MOST = 100


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``order``."""
    parser = commands.add_parser(
        "order",
        help="ordered versions of a disordered crystal",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("structure", type=Path, metavar="IN.cif", help="*.cif or *.json (pymatgen)")
    parser.add_argument("--n", type=int, default=6, metavar="N", help="at most so many; default 6")
    parser.add_argument("--out", type=Path, help="JSON Lines file to write")
    parser.add_argument("--replace", action="store_true", help="replace OUT if it exists")
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Orders a crystal.

    Raises:
        CrystalLLMError: The file cannot be read or ordered.
    """
    from crystal_llm.cli.structure_inputs import StructureInput
    from crystal_llm.io.limited_parsing import ParsingProcess
    from crystal_llm.io.structure_file import read_source

    if not 1 <= arguments.n <= MOST:
        raise RequestError(f"--n {arguments.n}: must be from 1 to {MOST}")
    if arguments.out is not None:
        check_new(arguments.out, replace=arguments.replace)
    path = arguments.structure
    try:
        with ParsingProcess() as process:
            ordering = process.order(read_source(path), arguments.n)
    except StructureFileError as error:
        raise StructureFileError(f"{path}: {error}") from error
    for remark in ordering.remarks:
        tell(f"{path.name}: {remark}")
    if ordering.oxidation_states is None:
        tell(f"{path.name}: no oxidation states balance {ordering.formula}: not ranked by energy")
    ids = [f"{path.stem}-{place}" for place in range(1, len(ordering.versions) + 1)]
    if arguments.out is not None:
        rows = zip(ids, ordering.versions, strict=True)
        write_json_lines(
            arguments.out,
            (StructureInput(name, version.crystal).record() for name, version in rows),
        )
    lines = [f"{path.name}: {ordering.formula}", "id  formula  atoms  space group  Ewald, eV/atom"]
    for name, version in zip(ids, ordering.versions, strict=True):
        ewald = version.ewald_ev_per_atom
        energy = "–" if ewald is None else f"{ewald:.4f}"
        lines.append(
            f"{name}  {version.formula}  {len(version.crystal.species)}  "
            f"{version.spacegroup_number or '–'}  {energy}"
        )
    data = {
        "formula": ordering.formula,
        "oxidation_states": ordering.oxidation_states,
        "remarks": list(ordering.remarks),
        "versions": [
            _record(name, version) for name, version in zip(ids, ordering.versions, strict=True)
        ],
        "out": None if arguments.out is None else str(arguments.out),
    }
    return Report(tuple(lines), data)


def _record(name: str, version: OrderedVersion) -> dict[str, Any]:
    return {
        "id": name,
        "formula": version.formula,
        "atoms": len(version.crystal.species),
        "spacegroup_number": version.spacegroup_number,
        "ewald_ev_per_atom": version.ewald_ev_per_atom,
    }
