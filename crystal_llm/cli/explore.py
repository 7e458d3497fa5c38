"""``crystal-llm explore``: a grid of models, temperatures and nucleus sizes."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import check_new, claim
from crystal_llm.cli.stop_flag import StopFlag

if TYPE_CHECKING:
    from crystal_llm.studies.grid_file import StudyRecord
    from crystal_llm.studies.grid_summary import CellSummary

DESCRIPTION = """\
Write crystals at every combination of models, temperatures and nucleus sizes, refined or not, check
and compare them, relax a part of each cell, and print what each combination gives: valid, unique,
novel, within 0.1 eV/atom before and after relaxation, S.U.N., coverage, diversity, log-likelihood
and seconds, with counts and 95% intervals. Cells that another one clearly beats get no more
crystals, and are named. Call it again with the same folder to go on after a stop or a kill.
docs/explore.md shows a config file; the Explore page gives the replay file of its form.

The folder gets study.parquet (a row a crystal), cells.csv (a row a cell) and study.yaml, the replay
file of the settings."""

STUDY_FILE, CELLS, REPLAY = "study.parquet", "cells.csv", "study.yaml"


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``explore``."""
    parser = commands.add_parser(
        "explore",
        help="what temperature and nucleus trade away, cell by cell",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--config", type=Path, required=True, metavar="FILE", help="study.toml, or a replay file"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="made if needed")
    parser.add_argument(
        "--figure", type=Path, metavar="FILE", help="the trade-off, drawn (.png, .svg, .pdf, .html)"
    )
    parser.add_argument(
        "--publish", type=Path, metavar="FILE.parquet",
        help="once whole, also write the study there; the Explore page opens "
        "models/study-*.parquet at once",
    )  # fmt: skip
    parser.add_argument("--replace", action="store_true", help="replace --figure and --publish")
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Report:
    """Does the study, or goes on with it.

    Raises:
        CrystalLLMError: The config cannot be read, the grid is impossible, the folder holds
            another study, or a model or potential cannot be used.
    """
    from crystal_llm.errors import EvaluationError
    from crystal_llm.io.figure_file import check_figure
    from crystal_llm.jobs.orders import order_yaml
    from crystal_llm.jobs.study_config import read_study
    from crystal_llm.jobs.study_folder import run_study
    from crystal_llm.settings import settings
    from crystal_llm.studies.grid_file import cell_frame, write_study

    order = read_study(args.config, settings())
    order.check_for(settings())
    if args.out.exists() and not args.out.is_dir():
        raise EvaluationError(f"{args.out}: is a file; name a folder for the study")
    for path in (args.figure, args.publish):
        if path is not None:
            check_new(path, replace=args.replace)
    if args.figure is not None:
        check_figure(args.figure, EvaluationError)
    claim(args.out)
    tell(f"{order.title}: {order.count:,} crystals")
    with StopFlag() as stopped:
        record, finished = run_study(
            order, args.out, settings(), tell=tell, progress=Countdown("crystals"),
            should_stop=stopped,
        )  # fmt: skip
    record = replace(record, made_on=_today(), command=_command(args))
    write_study(record, args.out / STUDY_FILE)
    cells = record.summary()
    cell_frame(cells).to_csv(args.out / CELLS, index=False)
    (args.out / REPLAY).write_text(order_yaml(order), encoding="utf-8")
    if args.figure is not None:
        from crystal_llm.studies.grid_figures import draw_study

        draw_study(record, args.figure)
    if finished and args.publish is not None:
        write_study(record, args.publish)
    lines = [*_lines(record, cells), f"wrote {STUDY_FILE}, {CELLS} and {REPLAY} in {args.out}"]
    if not finished:
        lines.append("stopped; call again with the same folder to go on")
    return Report(tuple(lines), _data(record, cells, finished), exit_code=0 if finished else 130)


def _lines(record: StudyRecord, cells: tuple[CellSummary, ...]) -> list[str]:
    from crystal_llm.evaluation.rates import Rate
    from crystal_llm.studies.grid_summary import MEASURES, central, interval, pareto_front

    front = pareto_front(cells, *_axes(cells))
    lines = []
    for summary in cells:
        cell = f"{summary.cell.model.name}, {summary.cell.settings}"
        marks = [
            *(["on the Pareto front"] if summary.cell.number in front else []),
            *(["given up: clearly dominated"] if summary.cell.number in record.given_up else []),
        ]
        lines.append(
            f"{cell}: {summary.written} of {summary.asked} crystals {' · '.join(marks)}".rstrip()
        )
        for measure in MEASURES:
            value = summary.measure(measure.name)
            if value is None:
                continue
            ends = interval(value)
            spread = f" ({ends[0]:.3g} to {ends[1]:.3g})" if ends else ""
            mean = f"{central(value):.3g}{spread} {measure.unit}".rstrip()
            lines.append(f"  {measure.title}: {value if isinstance(value, Rate) else mean}")
    return lines


def _axes(cells: tuple[CellSummary, ...]) -> tuple[str, str]:
    from crystal_llm.studies.grid_summary import usual_axes

    return usual_axes(cells)


def _data(record: StudyRecord, cells: tuple[CellSummary, ...], finished: bool) -> dict[str, Any]:
    from crystal_llm.io.record_json import to_plain
    from crystal_llm.studies.grid_summary import pareto_front

    axes = _axes(cells)
    return {
        "finished": finished,
        "study": to_plain(record.study),
        "judge": dict(record.judge),
        "cells": to_plain(cells),
        "pareto": {"of": list(axes), "cells": sorted(pareto_front(cells, *axes))},
        "given_up": list(record.given_up),
    }


def _today() -> str:
    import datetime

    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def _command(args: argparse.Namespace) -> str:
    # Names of files alone: a folder of this machine tells a reader nothing.
    return f"crystal-llm explore --config {args.config.name} --out {args.out.name}"
