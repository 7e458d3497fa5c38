"""``crystal-llm hull``: energies above the convex hull."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag
from crystal_llm.cli.judge import (
    add_relaxation_arguments,
    relaxation_settings,
)
from crystal_llm.cli.reference_options import add_reference_arguments, reference_for
from crystal_llm.cli.structure_inputs import (
    STRUCTURE_FILES,
    check_inputs,
    is_json_lines,
    read_inputs,
    refuse_lone_failure,
)
from crystal_llm.errors import PotentialError, RequestError, StabilityError
from crystal_llm.potentials.loading import DEFAULT_POTENTIAL, potential_card
from crystal_llm.relaxation.batch import card_of

if TYPE_CHECKING:
    from crystal_llm.energy_method import EnergyMethod
    from crystal_llm.stability.hull import HullResult, PhaseEnergy
    from crystal_llm.stability.references.reference import Reference
    from crystal_llm.types import PlainCrystal

DESCRIPTION = """\
Place phases on the convex hull of reference phases:
  crystal-llm hull IN.cif               relaxes the structure first (--as-given: takes it as it is)
  crystal-llm hull relaxed.jsonl        what `crystal-llm relax` wrote, one answer a line
  crystal-llm hull --formula LiFePO4 --energy -6.8
Energies must be of the method that made the reference's (potential, correction, total or formation
energy): see it with `crystal-llm reference show`. Every answer names that method. The known phases
that a relaxed phase competes with are relaxed under the same potential and then kept."""


@dataclass(frozen=True, slots=True)
class _Phase:
    """One phase that was asked for.

    Attributes:
        id: Its name.
        formula: What it consists of; None where it failed.
        energy_ev_per_atom: Its energy; None where it failed.
        method: What made the energy.
        failure: Why there is none.
        converged: Whether its relaxation was; None where it was not relaxed here.
        remarks: What was repaired in reading it.
        relaxed: The relaxed crystal; None where only the energy is known.
    """

    id: str
    formula: str | None = None
    energy_ev_per_atom: float | None = None
    method: EnergyMethod | None = None
    failure: str | None = None
    converged: bool | None = None
    remarks: tuple[str, ...] = ()
    relaxed: PlainCrystal | None = None

    @property
    def record(self) -> dict[str, Any]:
        """Its name, and the repairs if there were any, for a record."""
        return {"id": self.id} | ({"remarks": list(self.remarks)} if self.remarks else {})


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``hull``."""
    parser = commands.add_parser(
        "hull",
        help="energy above the convex hull",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "inputs",
        type=Path,
        nargs="*",
        metavar="IN",
        help=f"structure files ({STRUCTURE_FILES}), or relaxed *.jsonl",
    )
    parser.add_argument("--formula", help="composition, instead of a file")
    parser.add_argument("--energy", type=float, metavar="E", help="energy, eV/atom")
    parser.add_argument(
        "--as-given",
        action="store_true",
        help="relax nothing: evaluate structure files, and take known phases as the reference has "
        "them",
    )
    add_reference_arguments(parser)
    add_relaxation_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run, potential=None)


def run(args: argparse.Namespace) -> Report:
    """Places phases.

    Raises:
        CrystalLLMError: A file or the reference cannot be read, or the energies are of
            another method than the reference's.
    """
    alone = args.formula is not None or args.energy is not None
    if alone and (args.inputs or args.formula is None or args.energy is None):
        raise RequestError("give either files, or --formula and --energy together")
    if not alone and not args.inputs:
        raise RequestError("name a structure file or relaxed crystals, or --formula and --energy")
    check_inputs(args.inputs)
    named, args.potential = args.potential, args.potential or DEFAULT_POTENTIAL
    reference = reference_for(args)
    if alone:
        # A formula's energy is of the reference's method, unless another is named.
        of_reference = named in (None, reference.method.potential)
        method = reference.method if of_reference else potential_card(args.potential).method
        _check_comparable(method, reference, args)
        phases = [_Phase(args.formula, args.formula, args.energy, method)]
    else:
        if not all(map(is_json_lines, args.inputs)):
            # Before minutes are spent on relaxing.
            _check_comparable(card_of(args.potential).method, reference, args)
        phases = _phases(args)
    placed = _placed(phases, reference, args)
    if alone:
        ((_, lone),) = placed
        assert lone is not None
        return Report((*_lines(lone), *_foot(lone, reference)), lone.as_dict())
    return _report(placed, reference)


def _check_comparable(method: EnergyMethod, reference: Reference, args: argparse.Namespace) -> None:
    """Refuses a comparison that was not asked for, naming the option that asks for it.

    Raises:
        StabilityError: The methods do not compare.
    """
    from crystal_llm.energy_method import check_comparable

    try:
        check_comparable(method, reference.method, across_potentials=args.across_potentials)
    except StabilityError as error:
        message = str(error).replace("ask for the comparison by name", "add --across-potentials")
        raise StabilityError(message) from error


def _placed(
    phases: list[_Phase], reference: Reference, args: argparse.Namespace
) -> list[tuple[_Phase, HullResult | None]]:
    """Each phase with its place; without one where it failed or its energy does not compare."""
    from crystal_llm.dataset.known_structures import shipped_structures
    from crystal_llm.settings import settings
    from crystal_llm.stability.hull import PhaseEnergy, energy_above_hull
    from crystal_llm.stability.same_phase import RelaxedCrystal, place_relaxed

    asked: list[tuple[_Phase, PhaseEnergy | None]] = []
    for phase in phases:
        if phase.formula is None or phase.energy_ev_per_atom is None or phase.method is None:
            asked.append((phase, None))
            continue
        try:
            _check_comparable(phase.method, reference, args)
        except StabilityError as error:
            asked.append((replace(phase, failure=str(error)), None))
        else:
            asked.append((phase, PhaseEnergy(phase.formula, phase.energy_ev_per_atom)))
    own = [energy for phase, energy in asked if energy and phase.method == reference.method]
    among = _with_relaxed_competitors(own, reference, args)
    placed: list[tuple[_Phase, HullResult | None]] = []
    for phase, energy in asked:
        if energy is None or phase.method is None:
            placed.append((phase, None))
            continue
        across = args.across_potentials
        if phase.relaxed is None:
            result = energy_above_hull(energy, phase.method, among, across_potentials=across)
        else:
            result = place_relaxed(
                RelaxedCrystal(phase.relaxed, energy),
                phase.method,
                among,
                shipped_structures(settings()),
                across_potentials=across,
            )
        placed.append((replace(phase, failure=result.reason), result))
    return placed


def _with_relaxed_competitors(
    phases: list[PhaseEnergy], reference: Reference, args: argparse.Namespace
) -> Reference:
    """The reference with what relaxed phases compete with relaxed too."""
    from crystal_llm.dataset.known_structures import shipped_structures
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.settings import settings
    from crystal_llm.stability.relaxed_competitors import relaxing, with_relaxed_competitors

    if args.as_given:
        return reference.as_given
    try:
        own = potential_card(args.potential).method == reference.method
    except PotentialError:
        own = False  # a name that a reference gives, of a potential that is not here
    if not phases or not own:
        return reference
    with ExitStack() as stack:
        cache = None if args.no_cache else stack.enter_context(default_cache(settings()))
        relax = relaxing(
            args.potential,
            relaxation_settings(args),
            cache,
            processes=args.processes,
            progress=Countdown("competing phases relaxed"),
        )
        return with_relaxed_competitors(reference, phases, shipped_structures(settings()), relax)


def _phases(args: argparse.Namespace) -> list[_Phase]:
    """The phases of all files in their order, failed ones with their reason."""
    from crystal_llm.evaluation.validity import formula_of
    from crystal_llm.io.limited_parsing import ParsingProcess
    from crystal_llm.relaxation.relaxed_file import read_relaxed

    phases: list[_Phase] = []
    crystals: dict[int, PlainCrystal] = {}
    with ParsingProcess() as parsing:
        for path in args.inputs:
            if is_json_lines(path):
                for row in read_relaxed(path):
                    formula = None if row.crystal is None else formula_of(row.crystal.species)
                    energy, relaxation = row.energy_ev_per_atom, row.relaxation
                    converged = None if relaxation is None else relaxation.converged
                    phases.append(
                        _Phase(
                            row.id,
                            formula,
                            energy,
                            row.method,
                            row.failure,
                            converged,
                            relaxed=row.crystal,
                        )
                    )
                continue
            for given in read_inputs(path, parsing):
                if given.crystal is not None:
                    crystals[len(phases)] = given.crystal
                phases.append(_Phase(given.id, failure=given.failure, remarks=given.remarks))
    if not crystals:
        refuse_lone_failure(args.inputs, [phase.failure for phase in phases])
    if crystals:
        asked = list(crystals.values())
        placed = _as_given(asked, args) if args.as_given else _relaxed(asked, args)
        for place, phase in zip(crystals, placed, strict=True):
            phases[place] = replace(phase, id=phases[place].id, remarks=phases[place].remarks)
    return phases


def _as_given(crystals: list[PlainCrystal], args: argparse.Namespace) -> Iterator[_Phase]:
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.evaluation.validity import formula_of
    from crystal_llm.potentials.loading import load_potential
    from crystal_llm.relaxation.checks import flaw
    from crystal_llm.settings import settings

    potential = load_potential(args.potential, settings())
    for crystal in crystals:
        wrong = flaw(crystal, potential.card)
        if wrong is not None:
            yield _Phase("", failure=wrong)
            continue
        given = structure(crystal)
        try:
            raw = potential.static_energy_ev_per_atom(given)
            energy = potential.energy_ev_per_atom(given, raw)
        except PotentialError as error:
            yield _Phase("", failure=str(error))
        else:
            yield _Phase("", formula_of(crystal.species), energy, potential.card.method)


def _relaxed(crystals: list[PlainCrystal], args: argparse.Namespace) -> Iterator[_Phase]:
    from crystal_llm.evaluation.validity import formula_of
    from crystal_llm.relaxation.batch import relax_many
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.settings import settings

    with ExitStack() as stack:
        cache = None if args.no_cache else stack.enter_context(default_cache(settings()))
        results = dict(
            relax_many(
                crystals,
                args.potential,
                relaxation_settings(args),
                processes=args.processes,
                cache=cache,
                progress=Countdown("relaxed"),
            )
        )
    for place, crystal in enumerate(crystals):
        result = results[place]
        formula = None if result.relaxed is None else formula_of(crystal.species)
        energy, method = result.energy_ev_per_atom, result.method
        yield _Phase(
            "",
            formula,
            energy,
            method,
            result.failure,
            result.converged,
            relaxed=result.relaxed,
        )


def _report(placed: list[tuple[_Phase, HullResult | None]], reference: Reference) -> Report:
    lines: list[str] = []
    records: list[dict[str, Any]] = []
    for phase, result in placed:
        if result is None:
            lines.append(f"{phase.id}: no energy above hull: {phase.failure}")
            blank = {"formula": phase.formula, "e_above_hull_ev_per_atom": None}
            outcome = {"reason": phase.failure, "converged": phase.converged}
            records.append({**phase.record, **blank, **outcome})
        else:
            first, *others = _lines(result, phase.converged)
            lines += [f"{phase.id}: {first}", *others]
            records.append({**phase.record, **result.as_dict(), "converged": phase.converged})
    placed_count = sum(record["e_above_hull_ev_per_atom"] is not None for record in records)
    known = next((result for _, result in placed if result is not None), None)
    if known is not None:
        lines.append(_reference_line(reference))
    lines.append(f"{placed_count} of {len(placed)} placed")
    return Report(tuple(lines), {"placed": placed_count, "rows": records}, int(not placed_count))


def _lines(result: HullResult, converged: bool | None = None) -> list[str]:
    from crystal_llm.stability.hull import hull_position

    above = result.energy_above_hull_ev_per_atom
    if above is None:
        return [f"{result.formula}: no energy above hull: {result.reason}"]
    mixture = " + ".join(
        f"{part.fraction:.4g} {part.formula} ({part.material_id}{', relaxed' * part.relaxed})"
        for part in result.decomposition
    )
    return [
        f"{result.formula}: {hull_position(above)}"
        + (f", as the known phase {result.known_phase}" if result.known_phase else "")
        + (", relaxation not converged" if converged is False else ""),
        f"stable there (fractions of atoms): {mixture}",
        f"{result.n_reference_phases} reference phases within its chemical system",
    ]


def _foot(result: HullResult, reference: Reference) -> list[str]:
    return [
        f"taken as a {result.method.energy_kind} energy by {result.method.potential}: "
        f"{result.energy_ev_per_atom:g} eV/atom",
        _reference_line(reference),
    ]


def _reference_line(reference: Reference) -> str:
    return (
        f"reference {reference.reference_id} of {reference.provenance.made_on}: "
        f"{reference.method}; {len(reference)} phases"
    )
