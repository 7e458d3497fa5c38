"""``crystal-llm ipt``: how far a model is from knowing no origin."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag
from crystal_llm.cli.infill import add_model_arguments, loaded
from crystal_llm.cli.output_file import check_writable
from crystal_llm.cli.run_folder import INVARIANCE, check_run_folder, write_json
from crystal_llm.cli.stop_flag import StopFlag
from crystal_llm.errors import EvaluationError
from crystal_llm.studies.translation_invariance import INVARIANCE_CRYSTALS, INVARIANCE_TRANSLATIONS

DESCRIPTION = """\
Measure the increase in perplexity under translation (IPT; CrystalLLM, Appendix B.5): the model's
perplexity of each test crystal at 20 random origins, mean minus minimum, over the mean. A model
that is invariant to the origin has 0."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``ipt``."""
    parser = commands.add_parser(
        "ipt",
        help="increase in perplexity under translation",
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
        "--n",
        type=int,
        default=INVARIANCE_CRYSTALS,
        metavar="N",
        help=f"test crystals (default {INVARIANCE_CRYSTALS})",
    )
    parser.add_argument(
        "--translations",
        type=int,
        default=INVARIANCE_TRANSLATIONS,
        metavar="K",
        help=f"of each (default {INVARIANCE_TRANSLATIONS})",
    )
    parser.add_argument("--max-atoms", type=int, default=20, metavar="N", help="default 20")
    parser.add_argument("--seed", type=int, default=0, help="of the draws (default 0)")
    parser.add_argument("--out", type=Path, metavar="RUN", help=f"folder for {INVARIANCE}")
    parser.add_argument("--replace", action="store_true", help=f"replace {INVARIANCE} in RUN")
    parser.add_argument(
        "--figure",
        type=Path,
        metavar="FILE.svg",
        help="perplexity by translation; .svg, .png or .pdf",
    )
    add_model_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Report:
    """Measures IPT.

    Raises:
        CrystalLLMError: The table or the model cannot be read, or a value is impossible.
    """
    from crystal_llm.dataset.known_crystals import read_test_rows
    from crystal_llm.evaluation.figures import check_plot_file, draw_invariance
    from crystal_llm.evaluation.invariance import translation_invariance
    from crystal_llm.evaluation.metrics import with_shares
    from crystal_llm.evaluation.protocol import crystal_file
    from crystal_llm.io.record_json import to_plain
    from crystal_llm.studies.translation_invariance import draw_test_rows, translation_perplexities

    check_run_folder(args.out, INVARIANCE, replace=args.replace)
    if args.figure is not None:
        check_plot_file(args.figure)
        check_writable(args.figure)
    if not 2 <= args.translations <= 10_000:
        raise EvaluationError(f"--translations {args.translations}: from 2 to 10,000")
    choose = partial(draw_test_rows, count=args.n, max_atoms=args.max_atoms, seed=args.seed)
    rows = read_test_rows(args.table, choose=choose)
    model = loaded(args)
    stopped = StopFlag()
    with stopped:
        crystals = list(
            translation_perplexities(
                model,
                rows,
                translations=args.translations,
                seed=args.seed,
                progress=Countdown("crystals"),
                should_stop=stopped,
            )
        )
    if not crystals:
        return Report(("stopped before the first crystal was done",), exit_code=130)
    invariance = translation_invariance(crystals)
    record: dict[str, Any] = {
        "model": model.identity,
        "table": to_plain(crystal_file(args.table, len(crystals), "split test, drawn")),
        "translations": args.translations,
        "seed": args.seed,
        "stopped": bool(stopped()),
        "invariance": with_shares(invariance),
        "crystals": to_plain(crystals),
    }
    lines = [
        f"IPT: {invariance.normalised.value:.4f} ({invariance.normalised.low:.4f} to "
        f"{invariance.normalised.high:.4f}) over {len(crystals)} test crystals, "
        f"{args.translations} "
        "translations each",
        f"not normalised: {invariance.increase.value:.4f} at a mean perplexity of "
        f"{invariance.perplexity.value:.4f}",
        f"model {model.identity}",
    ]
    if args.figure is not None:
        draw_invariance(invariance, args.figure)
        lines.append(f"drew {args.figure}")
    if args.out is not None:
        lines.append(f"wrote {write_json(args.out, INVARIANCE, record)}")
    return Report(tuple(lines), record, exit_code=130 if stopped() else 0)
