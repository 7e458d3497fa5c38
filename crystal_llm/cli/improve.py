"""``crystal-llm improve``: a model learns from the best of what it wrote."""

from __future__ import annotations

import argparse
from pathlib import Path

from crystal_llm.cli.comma_list import temperatures, words
from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import claim
from crystal_llm.cli.stop_flag import StopFlag

DESCRIPTION = """\
Writes crystals, relaxes those that are valid, new and written for the first time, fine-tunes the
model on what comes out metastable, unique and novel, mixed with known crystals, and lets both
models write again. That trial is judged by a second potential, which had no part in the choice:
the new model is worth keeping only if it writes more novel metastable crystals there, and no fewer
unique ones. Call it again with the same folder and options to go on after a stop or a kill."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``improve``."""
    parser = commands.add_parser(
        "improve",
        help="generate, judge, learn: a round of self-improvement",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--model", help="a compact model (default: the usual one)")
    parser.add_argument("--n", type=int, default=5000, help="crystals to choose from (5000)")
    parser.add_argument(
        "--temperatures",
        type=temperatures,
        default=(0.7, 1.0),
        metavar="τ,τ",
        help="sampling temperatures, each for an equal share of the crystals (0.7,1)",
    )
    parser.add_argument(
        "--elements",
        type=words,
        default=(),
        metavar="Li,Mn,O",
        help="the only elements that may occur",
    )
    parser.add_argument(
        "--max-atoms", type=int, default=20, metavar="N",
        help="the most atoms in a primitive cell; small cells relax in a fraction of the time (20)",
    )  # fmt: skip
    parser.add_argument(
        "--within", type=float, default=0.1, metavar="E",
        help="energy above hull of what is learned from, eV/atom (0.1)",
    )  # fmt: skip
    parser.add_argument(
        "--known-share", type=float, default=1.0, metavar="S",
        help="known crystals mixed in for each new one (1)",
    )  # fmt: skip
    parser.add_argument(
        "--minutes", type=float, default=10.0, metavar="M", help="of fine-tuning, at most (10)"
    )
    parser.add_argument("--trial", type=int, default=500, help="crystals of each trial (500)")
    parser.add_argument("--potential", default="chgnet", help="chooses (chgnet)")
    parser.add_argument("--examiner", default="sevennet-0", help="judges the trials (sevennet-0)")
    parser.add_argument("--seed", type=int, default=0)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Report:
    """Does a round, or goes on with it.

    Raises:
        CrystalLLMError: An impossible value, a folder of another round, or a model or potential
            that cannot be used.
    """
    from crystal_llm.dataset.symmetric_table import read_symmetric_table
    from crystal_llm.errors import EvaluationError
    from crystal_llm.evaluation.known_table import shipped_table
    from crystal_llm.io.record_json import to_plain
    from crystal_llm.jobs.bench import bench_of, judge_files
    from crystal_llm.jobs.order import Judge
    from crystal_llm.language_model.loading import load_model
    from crystal_llm.settings import settings
    from crystal_llm.studies.improvement import (
        Improvement,
        ImprovementStoppedError,
        ImprovementTools,
        improve,
    )

    improvement = Improvement(
        count=args.n,
        temperatures=args.temperatures,
        elements=tuple(sorted(args.elements)),
        max_atoms=args.max_atoms,
        within_ev_per_atom=args.within,
        known_share=args.known_share,
        trial=args.trial,
        minutes=args.minutes,
        seed=args.seed,
    )
    if args.folder.exists() and not args.folder.is_dir():
        raise EvaluationError(f"{args.folder}: is a file; name a folder for the run")
    table = shipped_table(settings())
    if table is None:
        raise EvaluationError(
            f"{settings().models}: holds no known-structures.parquet, which a round is measured "
            "against"
        )
    judges = [Judge(potential=name) for name in (args.potential, args.examiner)]
    chooser, examiner = (
        bench_of(judge, judge_files(judge, settings()), settings()) for judge in judges
    )
    known = [row for row in read_symmetric_table(table, "train") if not row.near_test]
    claim(args.folder)
    with StopFlag() as stopped:
        tools = ImprovementTools(
            load_model(args.model),
            chooser,
            examiner,
            [row for row in known if _is_within(row.energy_above_hull_ev_per_atom, args.within)],
            load=lambda card: load_model(str(card)),
            tell=tell,
            countdown=Countdown,
            should_stop=stopped,
        )
        try:
            result = improve(args.folder, improvement, tools)
        except ImprovementStoppedError as error:
            return Report((str(error),), {"stopped": True}, exit_code=130)
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in result.left_out.items())
    lines = [
        f"{result.written:,} written; left out: {left_out or 'none'}; {result.relaxed:,} relaxed",
        f"learned from {result.learned:,} of them and {result.known:,} known crystals",
        *(
            f"{name}: novel metastable {trial.novel_metastable}; metastable {trial.metastable}; "
            f"unique {trial.unique}; valid {trial.valid}"
            for name, trial in (("before", result.before), ("after", result.after))
        ),
        f"the new model is better by {args.examiner}: `crystal-llm models add "
        f"{args.folder / 'model'} --name NAME` keeps it"
        if result.kept
        else f"the new model is no better by {args.examiner}: keep the old one",
    ]
    return Report(tuple(lines), to_plain(result) | {"kept": result.kept})


def _is_within(energy_ev_per_atom: float | None, bound_ev_per_atom: float) -> bool:
    return energy_ev_per_atom is not None and energy_ev_per_atom <= bound_ev_per_atom
