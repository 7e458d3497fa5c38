"""``crystal-llm hull``: the energy above the convex hull of a composition."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag
from crystal_llm.errors import StabilityError

if TYPE_CHECKING:
    from crystal_llm.stability.hull import HullResult
    from crystal_llm.stability.reference import Reference

DESCRIPTION = """\
Place a phase on the convex hull of reference phases. Its energy must be of the method that
made the reference's energies (potential, correction, total or formation energy): see it with
`crystal-llm reference show`. The answer names that method."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``hull``."""
    parser = commands.add_parser(
        "hull",
        help="energy above the convex hull",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--formula", required=True, help="what the phase consists of: LiFePO4")
    parser.add_argument(
        "--energy", type=float, required=True, metavar="E", help="its energy, eV/atom"
    )
    parser.add_argument(
        "--potential", metavar="NAME", help="what made the energy; refused if not the reference's"
    )
    parser.add_argument(
        "--reference",
        type=Path,
        required=True,
        metavar="FILE",
        help="reference phases, as `crystal-llm reference build` makes them",
    )
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Report:
    """Places one phase.

    Raises:
        StabilityError: The reference cannot be read, the formula or energy cannot be used,
            or the energy is of another potential.
    """
    from crystal_llm.stability.hull import PhaseEnergy, energy_above_hull
    from crystal_llm.stability.reference_file import read_reference

    reference = read_reference(args.reference)
    if args.potential not in (None, reference.method.potential):
        raise StabilityError(
            f"the energy is of {args.potential}, the reference {args.reference} of "
            f"{reference.method.potential}: energies of two potentials do not compare; use a "
            "reference of the same potential"
        )
    result = energy_above_hull(PhaseEnergy(args.formula, args.energy), reference.method, reference)
    return Report(_lines(result, reference), result.as_dict())


def _lines(result: HullResult, reference: Reference) -> tuple[str, ...]:
    above = result.energy_above_hull_ev_per_atom
    if above is None:
        lines = [f"{result.formula}: no energy above hull: {result.reason}"]
    else:
        where = "below all known phases" if above < 0 else "above the hull"
        mixture = " + ".join(
            f"{part.fraction:.4g} {part.formula} ({part.material_id})"
            for part in result.decomposition
        )
        lines = [
            f"{result.formula}: {above:.4f} eV/atom, {where}",
            f"stable there (fractions of atoms): {mixture}",
        ]
    lines.append(
        f"taken as a {result.method.energy_kind} energy by {result.method.potential}: "
        f"{result.energy_ev_per_atom:g} eV/atom"
    )
    lines.append(
        f"reference {result.reference_id} of {result.reference_made_on}: "
        f"{result.reference_method}; {result.n_reference_phases} of {len(reference)} phases lie "
        "within the chemical system"
    )
    return tuple(lines)
