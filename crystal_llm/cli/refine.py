"""``crystal-llm refine``: crystals brought nearer to their relaxed form by a network."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import check_new, write_json_lines
from crystal_llm.cli.stop_flag import StopFlag
from crystal_llm.cli.structure_inputs import STRUCTURE_FILES, read_candidate_rows

if TYPE_CHECKING:
    from crystal_llm.crystal.written import Written
    from crystal_llm.flow.result import Refinement

DESCRIPTION = """\
Move coordinates and lattice of written crystals to where a relaxed crystal would have them, by a
small network (FlowLLM). One line of output per candidate, failed ones with their reason: `text`
and `structure` are the refined crystal's, `written` what they were, and `refinement` says how far
the atoms moved. The refined crystal stands in its primitive, Niggli-reduced cell."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``refine``."""
    parser = commands.add_parser(
        "refine",
        help="move generated crystals towards their relaxed form",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "candidates",
        type=Path,
        metavar="OUT.jsonl",
        help=f"candidates, one JSON object a line, or a structure file: {STRUCTURE_FILES}",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="REFINED.jsonl", help="output file"
    )
    parser.add_argument("--replace", action="store_true", help="replace REFINED.jsonl if it exists")
    parser.add_argument("--network", default="flow", help="name of a flow's card, or a path to one")
    parser.add_argument(
        "--steps", type=int, metavar="N", help="Euler steps (default: the card's, usually 50)"
    )
    parser.add_argument(
        "--passes", type=int, metavar="N", help="how often they are gone (default: the card's)"
    )
    parser.add_argument(
        "--noise", type=float, default=0.0, metavar="Å", help="Gaussian noise at the start"
    )
    parser.add_argument(
        "--annealing",
        type=float,
        nargs=2,
        default=(0.0, 0.0),
        metavar=("SLOPE", "OFFSET"),
        help="take the coordinates' velocity times 1 + SLOPE · max(t − OFFSET, 0)",
    )
    parser.add_argument(
        "--keep-space-group",
        action="store_true",
        help="average the velocity over the operations of each crystal's space group",
    )
    parser.add_argument("--seed", type=int, default=0, help="random seed (default 0)")
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Refines candidates.

    Raises:
        CrystalLLMError: The file cannot be read, or the network not loaded.
    """
    check_new(arguments.out, replace=arguments.replace)

    from crystal_llm.flow.card import find_flow_card, load_flow, read_flow_card
    from crystal_llm.flow.refinement import refine_crystals
    from crystal_llm.flow.sampler_settings import SamplerSettings
    from crystal_llm.io.candidates_file import said_of
    from crystal_llm.settings import settings as process_settings

    card = read_flow_card(find_flow_card(arguments.network, process_settings().models))
    settings = SamplerSettings(
        steps=card.steps if arguments.steps is None else arguments.steps,
        noise_angstrom=arguments.noise,
        annealing_slope=arguments.annealing[0],
        annealing_offset=arguments.annealing[1],
        seed=arguments.seed,
        keep_space_group=arguments.keep_space_group,
        passes=card.passes if arguments.passes is None else arguments.passes,
    )
    rows, lines = read_candidate_rows(arguments.candidates)
    flow = load_flow(arguments.network)
    places = [place for place, row in enumerate(rows) if row.crystal is not None]
    crystals = [row.crystal for row in rows if row.crystal is not None]
    stopped = StopFlag()
    began = time.perf_counter()
    with stopped:
        refinements = {
            places[index]: refinement
            for index, refinement in refine_crystals(
                flow, crystals, settings, progress=Countdown("refined"), should_stop=stopped
            )
        }
    wall_s = time.perf_counter() - began
    said = said_of(arguments.candidates, rows) if lines is None else iter(lines)
    written = _write(arguments.out, said, rows, refinements)
    summary = _summary(rows, list(refinements.values()))
    tell(_summary_line(summary, wall_s, bool(stopped())))
    data = {
        "out": str(arguments.out),
        **summary,
        "written": written,
        "stopped": bool(stopped()),
        "wall_s": round(wall_s, 3),
        "network": flow.identity,
    }
    code = 130 if stopped() else int(not summary["refined"])
    return Report((str(arguments.out),), data, exit_code=code)


def _write(
    out: Path,
    said: Iterable[dict[str, Any]],
    rows: list[Written],
    refinements: dict[int, Refinement],
) -> int:
    """Writes the lines of all candidates but those that a stop gave up; says how many."""
    from crystal_llm.flow.refined_file import refined_record

    records = [
        refined_record(line, row.id, refinements.get(place), row.failure)
        for place, (row, line) in enumerate(zip(rows, said, strict=True))
        if row.crystal is None or place in refinements
    ]
    write_json_lines(out, records)
    return len(records)


def _summary(rows: list[Written], refinements: list[Refinement]) -> dict[str, Any]:
    moved = [each.moved_angstrom for each in refinements if each.moved_angstrom is not None]
    refined = sum(each.refined is not None for each in refinements)
    return {
        "asked": len(rows),
        "crystals": sum(row.crystal is not None for row in rows),
        "refined": refined,
        "failed": len(refinements) - refined,
        "moved_median_angstrom": round(statistics.median(moved), 4) if moved else None,
    }


def _summary_line(summary: dict[str, Any], wall_s: float, stopped: bool) -> str:
    asked, crystals = summary["asked"], summary["crystals"]
    moved = summary["moved_median_angstrom"]
    return (
        f"asked {asked}, crystals {crystals} of {asked}, refined {summary['refined']} of "
        f"{crystals}, failed {summary['failed']} of {crystals}, "
        + (f"atoms moved {moved:.2f} Å (median of the means), " if moved is not None else "")
        + f"{wall_s:.1f} s"
        + (", stopped before the end" if stopped else "")
    )
