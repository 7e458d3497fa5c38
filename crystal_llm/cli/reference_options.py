"""Which known phases the shell's candidates are placed among."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.cli.command import tell
from crystal_llm.errors import RequestError

if TYPE_CHECKING:
    from crystal_llm.dataset.known_structures import KnownStructures
    from crystal_llm.stability.demanded_reference import DemandedReference
    from crystal_llm.stability.references.reference import Reference


def add_reference_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what says which hull."""
    parser.add_argument(
        "--reference",
        type=Path,
        metavar="FILE",
        help="reference phases (default: the shipped ones of the potential)",
    )
    parser.add_argument(
        "--across-potentials",
        action="store_true",
        help="allow a reference of another potential, of the same theory and correction",
    )


def reference_for(args: argparse.Namespace) -> Reference:
    """The reference that was named, or the shipped one of the potential.

    Raises:
        RequestError: None was named and none is shipped.
        PotentialError: There is no such potential; names those there are.
        StabilityError: It cannot be read.
    """
    from crystal_llm.potentials.loading import potential_card, potential_names
    from crystal_llm.settings import settings
    from crystal_llm.stability.references.reference_catalogue import default_reference
    from crystal_llm.stability.references.reference_file import read_reference

    path = args.reference or default_reference(settings().models, args.potential)
    if args.potential not in potential_names() and args.reference is None:
        potential_card(args.potential)  # says which there are
    if path is None:
        raise RequestError(
            f"no reference phases of {args.potential} are shipped: make some with `crystal-llm "
            f"reference build --structures … --potential {args.potential}`, or name a file with "
            "--reference"
        )
    return read_reference(path)


@dataclass(frozen=True, slots=True)
class JudgingPhases:
    """The known phases that crystals are placed among.

    Attributes:
        reference: Of a file; None where the potential has none.
        demanded: Computes those of a crystal's chemical system then.
    """

    reference: Reference | None
    demanded: DemandedReference | None


def judging_phases(
    potential: str, path: Path | None, structures: KnownStructures | None
) -> JudgingPhases:
    """The reference that was named or ships with a potential, else phases by chemical system.

    Args:
        potential: Its name.
        path: The reference that was named; None for the shipped one.
        structures: The known structures; None where there is no table of them.

    Raises:
        PotentialError: There is no such potential; names those there are.
        StabilityError: The reference cannot be read.
    """
    from crystal_llm.settings import settings
    from crystal_llm.stability.demanded_reference import demanded_reference
    from crystal_llm.stability.references.reference_catalogue import default_reference
    from crystal_llm.stability.references.reference_file import read_reference

    path = path or default_reference(settings().models, potential)
    if path is not None:
        return JudgingPhases(read_reference(path), None)
    if structures is None:
        tell(f"no reference phases of {potential} are shipped or named: no energy above hull")
        return JudgingPhases(None, None)
    demanded = demanded_reference(potential, structures, settings().home)
    tell(
        f"no reference phases of {potential} are shipped: those of each crystal's chemical system "
        "are computed once, which takes minutes for many systems, and kept"
    )
    return JudgingPhases(None, demanded)
