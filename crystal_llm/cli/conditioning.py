"""``crystal-llm conditioning``: how often a model gives what it was asked for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.comma_list import words
from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag
from crystal_llm.cli.generate import add_sampling_arguments
from crystal_llm.cli.infill import add_model_arguments, loaded
from crystal_llm.cli.judge import add_relaxation_arguments, relaxation_settings
from crystal_llm.cli.reference_options import add_reference_arguments, judging_phases
from crystal_llm.cli.run_folder import CONDITIONING, check_run_folder, write_json
from crystal_llm.cli.stop_flag import StopFlag

if TYPE_CHECKING:
    from crystal_llm.evaluation.condition_rates import ConditionTrial
    from crystal_llm.judging import JudgingResources
    from crystal_llm.types import PlainCrystal

DESCRIPTION = """\
Ask a model for the formula, space group, elements, energy above hull or band gap of test crystals,
one condition at a time, and print how often it was met (CrystalLLM, Figure 7): the reduced formula,
also by its length; the space group within 0.2 Å; exactly these elements, by their number; the
energy above hull as a question of stable (at most 0.1 eV/atom) or not, of relaxed crystals; the
band gap as a question of metal or not, of those crystals that the table has. In the prompt alone
(soft) and, where the model's grammar can hold it, held as well (hard)."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``conditioning``."""
    parser = commands.add_parser(
        "conditioning",
        help="how often a model meets a condition",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "table",
        type=Path,
        metavar="TABLE.parquet",
        help="of `crystal-llm data`, such as models/known-structures.parquet",
    )
    parser.add_argument(
        "--n", type=int, default=100, metavar="N", help="test crystals to ask for (default 100)"
    )
    parser.add_argument(
        "--each", type=int, default=4, metavar="K", help="crystals for each condition (default 4)"
    )
    parser.add_argument(
        "--conditions",
        type=words,
        default=("formula", "spacegroup"),
        metavar="LIST",
        help="of formula, spacegroup, elements, energy, gap (default formula,spacegroup; "
        "energy relaxes)",
    )
    parser.add_argument("--no-hard", action="store_true", help="conditions in the prompt alone")
    add_sampling_arguments(parser, parser).add_argument(
        "--guidance",
        type=float,
        metavar="W",
        help="strength of classifier-free guidance of what is in the prompt alone (default: off)",
    )
    parser.add_argument("--out", type=Path, metavar="RUN", help=f"folder for {CONDITIONING}")
    parser.add_argument("--replace", action="store_true", help=f"replace {CONDITIONING} in RUN")
    add_model_arguments(parser)
    add_reference_arguments(parser)
    add_relaxation_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Report:
    """Asks and counts.

    Raises:
        CrystalLLMError: The table, the model or the reference cannot be read, or a value is
            impossible.
    """
    from crystal_llm.dataset.known_crystals import read_test_rows
    from crystal_llm.evaluation.condition_rates import condition_rates
    from crystal_llm.evaluation.known_table import read_known_phases
    from crystal_llm.evaluation.metrics import with_shares
    from crystal_llm.evaluation.protocol import crystal_file
    from crystal_llm.generation.request import GenerationRequest
    from crystal_llm.io.record_json import to_plain
    from crystal_llm.studies.conditioning import ConditioningStudy, with_gaps, write_trials
    from crystal_llm.studies.translation_invariance import draw_test_rows
    from crystal_llm.types import Conditions

    check_run_folder(args.out, CONDITIONING, replace=args.replace)
    kinds: Any = args.conditions
    study = ConditioningStudy(
        kinds,
        not args.no_hard,
        args.each,
        args.temperature,
        args.top_p,
        args.max_atoms,
        args.seed,
        args.guidance,
    )
    # Impossible values fail here, before the model is loaded.
    GenerationRequest(
        1,
        Conditions(formula="NaCl"),
        max_atoms=args.max_atoms,
        temperature=args.temperature,
        top_p=args.top_p,
        guidance=args.guidance,
        seed=args.seed,
    )
    with ExitStack() as stack:
        bench = _bench(args, stack) if "energy" in kinds else None
        choose = partial(draw_test_rows, count=args.n, max_atoms=args.max_atoms, seed=args.seed)
        rows = read_test_rows(args.table, choose=choose)
        model = loaded(args)
        stopped = stack.enter_context(StopFlag())
        written = write_trials(
            model, rows, study, progress=Countdown("conditions"), should_stop=stopped
        )
        if "gap" in kinds:
            written = with_gaps(written, read_known_phases(args.table))
        trials = _with_energies(written, bench)
    rates = condition_rates(trials)
    record: dict[str, Any] = {
        "model": model.identity,
        "table": to_plain(crystal_file(args.table, len(rows), "split test, drawn")),
        "study": to_plain(study),
        "method": None if bench is None else _method(bench),
        "stopped": bool(stopped()),
        "rates": with_shares(rates),
        "trials": to_plain(trials),
    }
    lines = []
    for rate in rates:
        way = "hard" if rate.hard else "soft"
        lines.append(f"{rate.kind} ({way}): {rate.met}")
        lines += [f"  {group.name}: {group.met}" for group in rate.groups]
        if rate.unchecked:
            lines.append(f"  unchecked: {rate.unchecked} that are no known structure")
    strength = "" if args.guidance is None else f", w {args.guidance:g}"
    lines.append(f"τ {args.temperature:g}, P {args.top_p:g}{strength}, model {model.identity}")
    if args.out is not None:
        lines.append(f"wrote {write_json(args.out, CONDITIONING, record)}")
    return Report(tuple(lines), record, exit_code=130 if stopped() else 0)


def _bench(args: argparse.Namespace, stack: ExitStack) -> JudgingResources:
    from crystal_llm.dataset.known_structures import shipped_structures
    from crystal_llm.judging import JudgingResources, check_bench
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.settings import settings

    structures = shipped_structures(settings())
    phases = judging_phases(args.potential, args.reference, structures)
    bench = JudgingResources(
        potential=args.potential,
        settings=relaxation_settings(args),
        reference=phases.reference,
        demanded=phases.demanded,
        across_potentials=args.across_potentials,
        structures=structures,
        processes=args.processes,
        cache=None if args.no_cache else stack.enter_context(default_cache(settings())),
    )
    check_bench(bench)
    return bench


def _with_energies(
    written: Sequence[tuple[ConditionTrial, PlainCrystal | None]], bench: JudgingResources | None
) -> list[ConditionTrial]:
    from crystal_llm.studies.conditioning import with_energies

    if bench is None:
        return [trial for trial, _ in written]
    return with_energies(written, bench, Countdown("relaxed"))


def _method(bench: JudgingResources) -> dict[str, Any]:
    from crystal_llm.io.record_json import to_plain
    from crystal_llm.relaxation.batch import card_of

    return {
        "method": card_of(bench.potential).method.as_dict(),
        "settings": to_plain(bench.settings),
        "reference": bench.reference_said,
    }
