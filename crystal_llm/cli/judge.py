"""``crystal-llm judge``: from candidates to what is stable, unique and novel among them."""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import check_new, write_json_lines
from crystal_llm.cli.reference_options import add_reference_arguments, judging_phases
from crystal_llm.cli.refining import (
    add_refine_arguments,
    asked_refine,
    refine_purpose,
    refined_candidates,
    told_refinement,
)
from crystal_llm.cli.structure_inputs import STRUCTURE_FILES, read_candidate_rows
from crystal_llm.errors import CandidatesFileError, RequestError
from crystal_llm.io.candidates_file import said_of
from crystal_llm.io.journal import opened_journal
from crystal_llm.io.record_json import from_plain, to_plain
from crystal_llm.relaxation.result import OPTIMIZERS, RelaxationResult, RelaxationSettings

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate
    from crystal_llm.crystal.written import Written
    from crystal_llm.funnel import FunnelStage
    from crystal_llm.judging import JudgingResources

DESCRIPTION = """\
Take the candidates that `crystal-llm generate` wrote through validity, relaxation, energy above
hull, uniqueness and novelty. Structurally invalid ones are not relaxed; every candidate stays in
the output with the reason where it stopped. A run that was killed goes on when it is started
again with the same arguments: nothing is relaxed twice but what ran out of time or memory."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``judge``."""
    parser = commands.add_parser(
        "judge",
        help="validity, relaxation, hull and novelty of candidates",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "candidates",
        type=Path,
        metavar="OUT.jsonl",
        help=f"the candidates, or a structure file: {STRUCTURE_FILES}",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="JUDGED.jsonl", help="output file"
    )
    parser.add_argument("--replace", action="store_true", help="replace JUDGED.jsonl if it exists")
    add_reference_arguments(parser)
    parser.add_argument(
        "--known",
        type=Path,
        metavar="TABLE.parquet",
        help="known crystals, a table as `crystal-llm data` makes or reads it (every row counts, "
        "whatever its size or split; default: the 94,387 structures that are shipped)",
    )
    parser.add_argument(
        "--no-known", action="store_true", help="check uniqueness only, not novelty"
    )
    add_relaxation_arguments(parser)
    add_refine_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Report:
    """Judges a file of candidates.

    Raises:
        CrystalLLMError: The candidates, the reference or the table cannot be read, or the
            energies of the potential and of the reference do not compare.
    """
    from crystal_llm.candidate import begun
    from crystal_llm.funnel import funnel
    from crystal_llm.judging import check_bench, compared, judge

    check_new(args.out, replace=args.replace)
    refine = asked_refine(args)
    written, lines = read_candidate_rows(args.candidates)
    journal = args.out.with_name(args.out.name + ".journal")
    began = time.perf_counter()
    judged: dict[int, Candidate] = {}
    with ExitStack() as stack:
        bench = _bench(args, stack)
        check_bench(bench)
        # What a journal of other crystals or settings holds is in the cache, if there is one.
        held, note = stack.enter_context(
            opened_journal(
                journal,
                _purpose(args, written) | refine_purpose(refine),
                _place_and_result,
                CandidatesFileError,
                begin_anew=not args.no_cache,
            )
        )
        # Time or memory that ran out need not do so again; the last record of a place counts.
        done = {place: result for place, result in dict(held).items() if result.repeatable}
        if done:
            tell(f"going on: {len(done)} relaxations are in {journal}")
        for candidate in judge(
            _begun(begun(written) if refine is None else refined_candidates(written, refine), done),
            bench,
            relaxing=lambda candidate: note([candidate.index, to_plain(candidate.relaxation)]),
            progress=Countdown("relaxed"),
            competing=Countdown("competing phases relaxed"),
        ):
            judged[candidate.index] = candidate
    ordered = [judged[crystal.index] for crystal in written]
    ordered = compared(ordered, bench.known, bench.reference, progress=Countdown("compared"))
    said = said_of(args.candidates, written) if lines is None else iter(lines)
    write_json_lines(args.out, map(_record, said, ordered), replace=args.replace)
    journal.unlink()
    wall_s = time.perf_counter() - began
    stages = funnel(ordered, with_known=bench.known is not None)
    return Report(*_summary(stages, ordered, bench, wall_s, args))


def add_relaxation_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what says how crystals are relaxed."""
    usual = RelaxationSettings()
    how = parser.add_argument_group("relaxation")
    how.add_argument("--potential", default="chgnet", metavar="NAME", help="default chgnet")
    how.add_argument(
        "--fmax",
        type=float,
        default=usual.max_force_ev_per_angstrom,
        metavar="F",
        help=f"force threshold in eV/Å (default {usual.max_force_ev_per_angstrom:g})",
    )
    how.add_argument(
        "--steps",
        type=int,
        default=usual.max_steps,
        metavar="N",
        help=f"maximum optimizer steps (default {usual.max_steps})",
    )
    how.add_argument(
        "--time-limit",
        type=float,
        default=usual.time_limit_s,
        metavar="S",
        help=f"time limit per crystal in seconds (default {usual.time_limit_s:g})",
    )
    how.add_argument(
        "--optimizer",
        default=usual.optimizer,
        metavar="NAME",
        help=f"{', '.join(OPTIMIZERS)} (default {usual.optimizer})",
    )
    how.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help="processes (default: one per core, at most 4 on a GPU)",
    )
    how.add_argument("--no-cache", action="store_true", help="ignore cached relaxations")


def relaxation_settings(args: argparse.Namespace) -> RelaxationSettings:
    """The settings that :func:`add_relaxation_arguments` asked for.

    Raises:
        RequestError: A value is impossible.
    """
    if args.processes is not None and args.processes < 1:
        raise RequestError(f"--processes {args.processes}: at least 1")
    return RelaxationSettings(args.fmax, args.steps, args.time_limit, args.optimizer)


def _bench(args: argparse.Namespace, stack: ExitStack) -> JudgingResources:
    from crystal_llm.dataset.known_structures import shipped_structures
    from crystal_llm.evaluation.known_table import read_known_phases, shipped_table
    from crystal_llm.judging import JudgingResources
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.settings import settings

    known = None if args.no_known else args.known or shipped_table(settings())
    structures = shipped_structures(settings())
    phases = judging_phases(args.potential, args.reference, structures)
    return JudgingResources(
        potential=args.potential,
        settings=relaxation_settings(args),
        reference=phases.reference,
        demanded=phases.demanded,
        across_potentials=args.across_potentials,
        structures=structures,
        known=None if known is None else read_known_phases(known),
        processes=args.processes,
        cache=None if args.no_cache else stack.enter_context(default_cache(settings())),
    )


def _begun(begun: Iterable[Candidate], done: Mapping[int, RelaxationResult]) -> list[Candidate]:
    """Candidates, with the relaxations that an earlier run did."""
    from crystal_llm.candidate import Relaxed

    return [
        candidate.after(Relaxed(done[candidate.index])) if candidate.index in done else candidate
        for candidate in begun
    ]


def _purpose(args: argparse.Namespace, written: Sequence[Written]) -> dict[str, Any]:
    """What a journal's relaxations hold for: these crystals under these settings.

    The time limit is left out, as in the cache: what ended within one is the same under another.
    """
    from crystal_llm.potentials.loading import potential_card

    crystals = json.dumps([to_plain(crystal.crystal) for crystal in written]).encode()
    settings = to_plain(relaxation_settings(args))
    return {
        "crystals_sha256": hashlib.sha256(crystals).hexdigest(),
        "method": potential_card(args.potential).method.as_dict(),
        "settings": {name: said for name, said in settings.items() if name != "time_limit_s"},
    }


def _place_and_result(record: list[Any]) -> tuple[int, RelaxationResult]:
    from crystal_llm.relaxation.result import RelaxationResult

    place, result = record
    return place, from_plain(RelaxationResult, result)


def _record(said: dict[str, Any], candidate: Candidate) -> dict[str, Any]:
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.relaxation.relaxed_file import relaxed_record

    written, hull, novelty = candidate.written, candidate.hull, candidate.novelty
    flags = None if novelty is None else {"unique": novelty.unique, "novel": novelty.novel}
    refined = candidate.refined_crystal
    asked = candidate.refinement is not None
    refining = {
        "refinement": told_refinement(candidate),
        "refined_structure": None if refined is None else structure(refined).as_dict(),
    }
    return relaxed_record(said, written.id, candidate.relaxation, written.failure) | {
        **(refining if asked else {}),
        "stopped": candidate.stopped,
        "validity": to_plain(candidate.validity),
        "hull": None if hull is None else hull.as_dict(),
        "novelty": None if flags is None else flags | to_plain(novelty),
    }


def _summary(
    stages: Sequence[FunnelStage],
    judged: Sequence[Candidate],
    bench: JudgingResources,
    wall_s: float,
    args: argparse.Namespace,
) -> tuple[tuple[str, ...], dict[str, Any]]:
    # A journal or the cache may have spared this run some of the time that was spent.
    # Equal crystals are relaxed once, and each tells the seconds of that.
    each_s = {
        candidate.written.crystal: candidate.relaxation.wall_s
        for candidate in judged
        if candidate.relaxation is not None
    }
    spent_s = sum(each_s.values())
    survivors, asked = stages[-1].count or 0, stages[0].count
    lines = [
        f"{stage.name}: "
        + ("–, not checked" if stage.count is None else f"{stage.count} of {stage.before}")
        + ("" if stage.name == "asked" else f" ({_percent(stage.count, asked)} of asked)")
        for stage in stages
    ]
    if bench.known is None:
        lines.append("novelty was not asked: name known crystals with --known")
    without_hull = sum(
        candidate.relaxed and candidate.energy_above_hull_ev_per_atom is None
        for candidate in judged
    )
    if without_hull:
        lines.append(f"relaxed, but without a hull: {without_hull}")
    each = "none survived" if not survivors else f"{spent_s / survivors:.1f} s per survivor"
    lines.append(f"{wall_s:.1f} s; {spent_s:.1f} s of relaxation, {each}")
    if bench.reference_said is not None:
        lines.append(f"energies by {bench.potential}, reference: {bench.reference_said}")
    lines.append(f"wrote {args.out}")
    return tuple(lines), {
        "out": str(args.out),
        "funnel": [
            {
                "name": stage.name,
                "count": stage.count,
                "before": stage.before,
                "within": stage.within,
            }
            for stage in stages
        ],
        "relaxed_without_hull": without_hull,
        "wall_s": wall_s,
        "relaxation_s": spent_s,
        "relaxation_s_per_survivor": spent_s / survivors if survivors else None,
        "potential": bench.potential,
        "reference": bench.reference_said,
    }


def _percent(count: int | None, total: int | None) -> str:
    return f"{100 * count / total:.1f}%" if total and count is not None else "–"
