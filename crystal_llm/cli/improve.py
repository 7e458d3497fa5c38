"""``crystal-llm improve``: a model learns from the best of what it wrote."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.comma_list import temperatures
from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.fine_tuning import tell_validation
from crystal_llm.cli.output_file import claim
from crystal_llm.cli.stop_flag import StopFlag
from crystal_llm.crystal.elements import symbol_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crystal_llm.candidate import Candidate
    from crystal_llm.studies.improvement import ImprovementResult
    from crystal_llm.studies.round_tools import RoundStage

DESCRIPTION = """\
Writes crystals, refines and relaxes those that are valid, new and written for the first time, lets
the model learn from what comes out metastable, unique and novel, and lets both models write again.
It learns to write those, mixed with known crystals, or (--learn preference) to prefer them to worse
ones of their composition or chemical system. That trial is judged by a second potential, which had
no part in the choice: the new model is worth keeping only if it writes more novel metastable
crystals there, and no fewer unique ones. Call it again with the same folder and options to go on
after a stop or a kill."""


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
        type=symbol_words,
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
    parser.add_argument(
        "--learn", choices=("likelihood", "preference"), default="likelihood",
        help="from the best crystals alone, or by comparing them with worse ones (likelihood)",
    )  # fmt: skip
    parser.add_argument("--trial", type=int, default=500, help="crystals of each trial (500)")
    parser.add_argument(
        "--no-refine", action="store_true",
        help="relax from what was written: refined first, crystals take fewer steps",
    )  # fmt: skip
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
    from crystal_llm.errors import EvaluationError
    from crystal_llm.flow.card import load_flow
    from crystal_llm.io.record_json import to_plain
    from crystal_llm.jobs.bench import bench_of, judge_files
    from crystal_llm.jobs.order import Judge
    from crystal_llm.jobs.refine import usual_refine
    from crystal_llm.language_model.loading import load_model
    from crystal_llm.settings import settings
    from crystal_llm.studies.improvement import Improvement
    from crystal_llm.studies.improvement_round import improve
    from crystal_llm.studies.known_to_mix import known_to_mix
    from crystal_llm.studies.round_tools import ImprovementStoppedError, ImprovementTools

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
        learn=args.learn,
    )
    if args.folder.exists() and not args.folder.is_dir():
        raise EvaluationError(f"{args.folder}: is a file; name a folder for the run")
    known = known_to_mix(settings(), args.within)
    judges = [Judge(potential=name) for name in (args.potential, args.examiner)]
    chooser, examiner = (
        bench_of(judge, judge_files(judge, settings()), settings()) for judge in judges
    )
    refine = None if args.no_refine else usual_refine(settings())
    flow = None if refine is None else refine.flow_by(load_flow)
    claim(args.folder)
    with StopFlag() as stopped:
        tools = ImprovementTools(
            load_model(args.model),
            chooser,
            examiner,
            known,
            load=lambda card: load_model(str(card)),
            watch=_Watch(stopped),
            flow=flow,
        )
        try:
            result = improve(args.folder, improvement, tools)
        except ImprovementStoppedError as error:
            return Report((str(error),), {"stopped": True}, exit_code=130)
    return Report(_lines(args, result), to_plain(result) | {"kept": result.kept})


def _lines(args: argparse.Namespace, result: ImprovementResult) -> tuple[str, ...]:
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in (result.left_out or {}).items())
    beside = (
        f"{result.known:,} known crystals"
        if result.worse is None
        else f"{result.worse:,} worse ones beside them"
    )
    if result.nothing_learned is not None:
        verdict = f"{result.nothing_learned}; keep the old model"
    elif result.kept:
        verdict = (
            f"the new model is better by {args.examiner}: `crystal-llm models add "
            f"{args.folder / 'model'} --name NAME` keeps it"
        )
    else:
        verdict = f"the new model is no better by {args.examiner}: keep the old one"
    return (
        f"{result.written:,} written; left out: {left_out or 'none'}; {result.relaxed:,} relaxed, "
        f"{result.given_up:,} of them given up far above the hull",
        f"learned from {result.learned:,} of them and {beside}",
        *(
            f"{name}: novel metastable {trial.novel_metastable}; new {trial.new}; "
            f"unique {trial.unique}; valid {trial.valid}"
            for name, trial in (("before", result.before), ("after", result.after))
            if trial is not None
        ),
        verdict,
    )


_COUNTED: dict[RoundStage, str] = {
    "written": "written",
    "refined": "refined",
    "relaxed": "relaxed",
    "tried before": "relaxed for the trial of the old model",
    "tried after": "relaxed for the trial of the new model",
}


class _Watch:
    """Tells a terminal how a round goes."""

    def __init__(self, stopped: StopFlag) -> None:
        self._stopped = stopped
        self._countdowns: dict[str, Countdown] = {}

    def tell(self, line: str) -> None:
        """Says what is done next."""
        tell(line)

    def counted(self, stage: RoundStage, done: int, total: int) -> None:
        """Says how far a stage is, every few seconds."""
        what = _COUNTED[stage]
        self._countdowns.setdefault(what, Countdown(what))(done, total)

    def learning(self, line: dict[str, Any]) -> None:
        """Says what the model makes of what was held out."""
        tell_validation(line)

    def result(self, result: ImprovementResult) -> None:
        """Says nothing: all of it is said at the end."""

    def chosen(self, candidates: Sequence[Candidate]) -> None:
        """Says nothing."""

    def should_stop(self) -> bool:
        """Whether Ctrl-C or SIGTERM came."""
        return self._stopped()
