"""``crystal-llm infill-benchmark``: how well the model infills, against guesses without one."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.comma_list import temperatures
from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.infill import add_model_arguments, loaded, weighing_energies
from crystal_llm.cli.judge import add_relaxation_arguments, relaxation_settings
from crystal_llm.cli.output_file import check_writable
from crystal_llm.cli.reference_options import (
    add_reference_arguments,
    judging_phases,
    reference_for,
)
from crystal_llm.cli.stop_flag import StopFlag
from crystal_llm.errors import InfillError
from crystal_llm.io.journal import opened_journal
from crystal_llm.io.record_json import from_plain, to_plain

if TYPE_CHECKING:
    from crystal_llm.dataset.table import CrystalRow
    from crystal_llm.language_model.loading import LoadedModel
    from crystal_llm.studies.infill_accuracy import MaskedCrystal, MaskedOutcome
    from crystal_llm.studies.mutation import MutationJudge, MutationResult, MutationVerdict
    from crystal_llm.types import PlainCrystal

DESCRIPTION = """\
Mask one element of each of N test crystals and print how often the model finds it, against the
most frequent element and the swap table's uniform choice. With --mutations, also swap one element
of M test structures, uniformly from the swap table and guided by the model at several
temperatures, relax each, and print how many are at most 0.1 eV/atom above the hull."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``infill-benchmark``."""
    parser = commands.add_parser(
        "infill-benchmark",
        help="accuracy of infill, and mutations against a template method",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "table", type=Path, metavar="TABLE.parquet", help="made with `crystal-llm data`"
    )
    parser.add_argument(
        "--n", type=int, default=1000, metavar="N", help="test crystals, 0 for none (1000)"
    )
    parser.add_argument(
        "--mutations", type=int, default=0, metavar="M", help="test structures to mutate (0)"
    )
    parser.add_argument(
        "--temperatures",
        type=temperatures,
        default=(0.5, 1.0, 2.0),
        metavar="T,T",
        help="of the guided mutations (default 0.5,1,2)",
    )
    parser.add_argument(
        "--weigh", action="store_true", help="and with CHGNet's energies above hull weighed in"
    )
    parser.add_argument(
        "--rescale", action="store_true", help="rescale mutated lattices by radii before relaxing"
    )
    parser.add_argument(
        "--translations",
        type=int,
        default=1,
        metavar="K",
        help="origins averaged (1)",
    )
    parser.add_argument("--max-atoms", type=int, default=20, metavar="N", help="default 20")
    parser.add_argument("--radius-tolerance", type=float, default=0.1, metavar="ANGSTROM")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (default 0)")
    parser.add_argument(
        "--records",
        type=Path,
        metavar="FILE.jsonl",
        help="one line a masked crystal; a run that was stopped goes on from it",
    )
    parser.add_argument(
        "--figure", type=Path, metavar="FILE.html", help="accuracy; .html, .png, .svg or .pdf"
    )
    parser.add_argument(
        "--mutation-figure", type=Path, metavar="FILE.html", help="mutations, likewise"
    )
    add_model_arguments(parser)
    add_reference_arguments(parser)
    add_relaxation_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Measures.

    Raises:
        CrystalLLMError: The table, the records or the reference cannot be read, or a value
            is impossible.
    """
    from crystal_llm.crystal.swap_table import check_tolerance
    from crystal_llm.dataset.table import read_table
    from crystal_llm.io.figure_file import check_figure
    from crystal_llm.potentials.loading import potential_card

    if arguments.n < 0 or arguments.mutations < 0 or not arguments.n + arguments.mutations:
        raise InfillError("--n and --mutations: at least 0, and one of them above")
    check_tolerance(arguments.radius_tolerance)
    for figure in (arguments.figure, arguments.mutation_figure):
        if figure is not None:
            check_figure(figure, InfillError)
            check_writable(figure)
    if arguments.records is not None:
        check_writable(arguments.records)
    if arguments.mutations:
        relaxation_settings(arguments)
        potential_card(arguments.potential)
        if arguments.reference is not None:
            reference_for(arguments)
    rows = read_table(arguments.table)
    model = loaded(arguments)
    stopped = StopFlag()
    lines: list[str] = []
    data: dict[str, Any] = {"model": model.identity, "seed": arguments.seed}
    with stopped:
        if arguments.n:
            summary, figures = _accuracy(arguments, model, rows, stopped)
            lines += summary
            data["accuracy"] = figures
    # Outside: Ctrl-C ends it at once, and what was relaxed is in the cache.
    if arguments.mutations and not stopped():
        summary, figures = _mutations(arguments, model, rows)
        lines += summary
        data["mutations"] = figures
    data["stopped"] = bool(stopped())
    return Report(tuple(lines), data, exit_code=130 if stopped() else 0)


def _accuracy(
    arguments: argparse.Namespace,
    model: LoadedModel,
    rows: Sequence[CrystalRow],
    stopped: StopFlag,
) -> tuple[list[str], dict[str, Any]]:
    from crystal_llm.language_model.hashes import sha256_of
    from crystal_llm.studies.guess_distance import distance_table, shares
    from crystal_llm.studies.infill_accuracy import (
        MaskedOutcome,
        compare_guessers,
        measure,
        sample_masks,
    )
    from crystal_llm.studies.infill_baselines import frequency_ranking
    from crystal_llm.studies.infill_figures import accuracy_table, draw_accuracy

    masks = sample_masks(rows, arguments.n, seed=arguments.seed, max_atoms=arguments.max_atoms)
    energies = weighing_energies(arguments.weigh)
    began = time.perf_counter()
    purpose = {
        "n": arguments.n,
        "seed": arguments.seed,
        "translations": arguments.translations,
        "max_atoms": arguments.max_atoms,
        "radius_tolerance": arguments.radius_tolerance,
        "model": model.identity,
        "table": sha256_of(arguments.table),
        **({"weigh": True} if arguments.weigh else {}),
    }
    with opened_journal(
        arguments.records,
        purpose,
        lambda record: from_plain(MaskedOutcome, record),
        InfillError,
        begin_anew=False,
    ) as (outcomes, note):
        if outcomes:
            tell(f"going on: {len(outcomes)} crystals are in {arguments.records}")
        for outcome in measure(
            model,
            _left(masks, outcomes),
            rows,
            translations=arguments.translations,
            tolerance_angstrom=arguments.radius_tolerance,
            energies=energies,
            progress=Countdown("asked"),
            should_stop=stopped,
        ):
            outcomes.append(outcome)
            note(to_plain(outcome))
    if not outcomes:
        return ["stopped before the first crystal"], {"crystals": 0, "asked": len(masks)}
    guessers = compare_guessers(outcomes)
    if arguments.figure is not None:
        draw_accuracy(guessers, arguments.figure)
    most_frequent = frequency_ranking(rows)[0]
    first_guesses = {
        "model": [(outcome.element, outcome.likeliest) for outcome in outcomes],
        "most frequent element": [(outcome.element, most_frequent) for outcome in outcomes],
    }
    variation = sum(outcome.total_variation for outcome in outcomes) / len(outcomes)
    by_orbits = model.text == "symmetric"
    reading = "read by orbits" if by_orbits else f"{arguments.translations} origin(s)"
    lines = [
        f"{len(outcomes)} of {len(masks)} test crystals, one element masked in each, "
        f"{reading}; {model.identity}",
        *accuracy_table(guessers),
        "",
        "how far the first guess lies from the element in the periodic table:",
        *distance_table(first_guesses),
    ]
    if arguments.translations > 1 and not by_orbits:
        lines.append(f"total variation of one origin from the average: {variation:.3f}")
    return lines, {
        "crystals": len(outcomes),
        "asked": len(masks),
        "guessers": [to_plain(guesser) for guesser in guessers],
        "first_guess_steps": {
            name: {steps: to_plain(rate) for steps, rate in shares(pairs).items()}
            for name, pairs in first_guesses.items()
        },
        "mean_total_variation": variation,
        "wall_s": round(time.perf_counter() - began, 1),
    }


def _left(masks: Sequence[MaskedCrystal], outcomes: Sequence[MaskedOutcome]) -> list[MaskedCrystal]:
    done = {outcome.material_id for outcome in outcomes}
    return [mask for mask in masks if mask.row.material_id not in done]


def _mutations(
    arguments: argparse.Namespace, model: LoadedModel, rows: Sequence[CrystalRow]
) -> tuple[list[str], dict[str, Any]]:
    from crystal_llm.studies.infill_figures import draw_mutations, mutation_table
    from crystal_llm.studies.mutation import judge_mutations, mutable_masks, mutate

    masks = mutable_masks(
        rows,
        arguments.mutations,
        seed=arguments.seed,
        max_atoms=arguments.max_atoms,
        tolerance_angstrom=arguments.radius_tolerance,
    )
    mutations = mutate(
        model,
        masks,
        arguments.temperatures,
        translations=arguments.translations,
        tolerance_angstrom=arguments.radius_tolerance,
        rescale=arguments.rescale,
        progress=Countdown("mutated"),
    )
    with ExitStack() as stack:
        judge = _judge(arguments, stack)
        sources = [mask.row.crystal for mask in masks]
        results: tuple[MutationResult, ...] = judge_mutations(mutations, sources, judge)
    if arguments.mutation_figure is not None:
        draw_mutations(results, arguments.mutation_figure)
    return mutation_table(results), {
        "structures": len(masks),
        "results": [to_plain(result) for result in results],
    }


def _judge(arguments: argparse.Namespace, stack: ExitStack) -> MutationJudge:
    """Relaxation and hull as `crystal-llm judge` has them."""
    from crystal_llm import judging
    from crystal_llm.candidate import Candidate
    from crystal_llm.crystal.written import Written
    from crystal_llm.dataset.known_structures import shipped_structures
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.settings import settings
    from crystal_llm.studies.mutation import MutationVerdict

    structures = shipped_structures(settings())
    phases = judging_phases(arguments.potential, arguments.reference, structures)
    bench = judging.JudgingResources(
        potential=arguments.potential,
        settings=relaxation_settings(arguments),
        reference=phases.reference,
        demanded=phases.demanded,
        across_potentials=arguments.across_potentials,
        structures=structures,
        processes=arguments.processes,
        cache=None if arguments.no_cache else stack.enter_context(default_cache(settings())),
    )

    def judge(crystals: Sequence[PlainCrystal]) -> list[MutationVerdict]:
        candidates = [
            Candidate((Written(str(place), crystal, index=place),))
            for place, crystal in enumerate(crystals)
        ]
        judged: list[MutationVerdict | None] = [None] * len(candidates)
        for candidate in judging.judge(candidates, bench, progress=Countdown("relaxed")):
            # Not converged within the steps is no relaxed structure.
            crystal = candidate.relaxed_crystal if candidate.relaxed else None
            above = None if crystal is None else candidate.energy_above_hull_ev_per_atom
            reason = candidate.stopped or (None if crystal else "not converged")
            judged[candidate.index] = MutationVerdict(crystal, above, reason)
        return [verdict or MutationVerdict(None, None, "not judged") for verdict in judged]

    return judge
