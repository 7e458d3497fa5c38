"""``crystal-llm report``: a run as one HTML page."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag
from crystal_llm.cli.run_folder import (
    CONDITIONING,
    CRYSTALS_FILE,
    EVALUATION,
    INVARIANCE,
    REPORT,
    write_text,
)
from crystal_llm.errors import EvaluationError, RequestError

DESCRIPTION = f"""\
Write what a run holds ({EVALUATION} of `crystal-llm evaluate`, {INVARIANCE} of `crystal-llm ipt`,
{CONDITIONING} of `crystal-llm conditioning`) as one self-contained HTML page, with the papers'
printed figures in a table of their own."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``report``."""
    parser = commands.add_parser(
        "report",
        help="an evaluation as one HTML page",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of a run")
    parser.add_argument("--title", help="the page's heading (default: the folder's name)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE.html", help=f"what to write (default RUN/{REPORT})"
    )
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Report:
    """Writes the report; one that is there is replaced, since a run can be told again.

    Raises:
        CrystalLLMError: The folder holds nothing to tell, or a file that is damaged.
    """
    from crystal_llm.evaluation.metrics import EvaluatedCrystal, read_evaluation
    from crystal_llm.evaluation.report import report_html
    from crystal_llm.io.record_json import RecordError, from_plain

    folder = args.folder
    if not folder.is_dir():
        raise RequestError(f"{folder}: no such folder; make a run with `crystal-llm evaluate`")
    there = [name for name in (EVALUATION, INVARIANCE, CONDITIONING) if (folder / name).is_file()]
    if not there:
        raise EvaluationError(
            f"{folder}: holds none of {EVALUATION}, {INVARIANCE}, {CONDITIONING}; make a run "
            "with `crystal-llm evaluate FILES --out RUN`"
        )
    evaluation = read_evaluation(folder / EVALUATION) if EVALUATION in there else None
    crystals = []
    if (folder / CRYSTALS_FILE).is_file():
        try:
            for line in (folder / CRYSTALS_FILE).read_text(encoding="utf-8").splitlines():
                crystals.append(from_plain(EvaluatedCrystal, json.loads(line)))
        except (OSError, ValueError, RecordError) as error:
            raise EvaluationError(
                f"{folder / CRYSTALS_FILE}: damaged ({str(error)[:80]})"
            ) from error
    text = report_html(
        args.title or args.folder.resolve().name,
        evaluation,
        crystals,
        _measures(args.folder, there),
    )
    out = args.out or folder / REPORT
    path = write_text(out.parent, out.name, text)
    return Report((f"wrote {path}",), {"out": str(path), "of": there})


def _measures(folder: Path, there: list[str]) -> list[Any]:
    from crystal_llm.evaluation.condition_rates import ConditionRates
    from crystal_llm.evaluation.invariance import TranslationInvariance
    from crystal_llm.evaluation.metrics import without_shares
    from crystal_llm.evaluation.report import ModelMeasure
    from crystal_llm.io.record_json import RecordError, from_plain

    measures = []
    for name in (key for key in (INVARIANCE, CONDITIONING) if key in there):
        try:
            said = json.loads((folder / name).read_text(encoding="utf-8"))
            if name == INVARIANCE:
                invariance = from_plain(TranslationInvariance, without_shares(said["invariance"]))
                measures.append(ModelMeasure(str(said["model"]), invariance))
                continue
            rates = [from_plain(ConditionRates, without_shares(rate)) for rate in said["rates"]]
            study = said["study"]
            note = f"τ {study['temperature']:g}, P {study['top_p']:g}."
            measures.append(ModelMeasure(str(said["model"]), None, rates, note))
        except (OSError, ValueError, RecordError, KeyError, TypeError) as error:
            raise EvaluationError(f"{folder / name}: damaged ({str(error)[:80]})") from error
    return measures
