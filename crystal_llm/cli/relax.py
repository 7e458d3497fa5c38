"""``crystal-llm relax``: crystals to their nearest minimum under a potential."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.judge import add_relaxation_arguments, relaxation_settings
from crystal_llm.cli.output_file import check_new, write_json_lines
from crystal_llm.cli.stop_flag import StopFlag
from crystal_llm.cli.structure_inputs import (
    STRUCTURE_FILES,
    StructureInput,
    check_inputs,
    is_json_lines,
    read_inputs,
    refuse_lone_failure,
)
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.io.limited_parsing import ParsingProcess
    from crystal_llm.relaxation.result import RelaxationResult

DESCRIPTION = """\
Relax cell and positions of crystals together. One line of output per crystal, failed ones with
their reason: the candidate's own line with `relaxation` (energies in eV/atom, steps, converged or
not, …) and `relaxed_structure` added. A relaxation that blows up is tried once more with smaller
steps. What was relaxed before comes from a cache in the home folder."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One crystal that was asked for.

    Attributes:
        id: Its name.
        crystal: The crystal; None where there is none.
        failure: Why there is none.
        said: What its own line said, for a line of candidates.
    """

    id: str
    crystal: PlainCrystal | None
    failure: str | None
    said: dict[str, Any] = field(default_factory=dict)


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``relax``."""
    parser = commands.add_parser(
        "relax",
        help="relax crystals with a potential",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "inputs",
        type=Path,
        nargs="+",
        metavar="IN",
        help=f"candidates (*.jsonl), or structure files: {STRUCTURE_FILES}",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="RELAXED.jsonl", help="output file"
    )
    parser.add_argument("--replace", action="store_true", help="replace RELAXED.jsonl if it exists")
    add_relaxation_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Relaxes crystals.

    Raises:
        CrystalLLMError: A file or the cache cannot be read, or the potential not loaded.
    """
    check_new(arguments.out, replace=arguments.replace)
    settings = relaxation_settings(arguments)
    rows = _read(arguments.inputs)

    from crystal_llm.relaxation.batch import card_of, relax_many
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.settings import settings as process_settings

    card = card_of(arguments.potential)
    places = [place for place, row in enumerate(rows) if row.crystal is not None]
    crystals = [row.crystal for row in rows if row.crystal is not None]
    stopped = StopFlag()
    began = time.perf_counter()
    results: dict[int, RelaxationResult] = {}
    with ExitStack() as stack:
        cache = None
        if not arguments.no_cache:
            cache = stack.enter_context(default_cache(process_settings()))
        stack.enter_context(stopped)
        for index, result in relax_many(
            crystals,
            arguments.potential,
            settings,
            card=card,
            processes=arguments.processes,
            cache=cache,
            progress=Countdown("relaxed"),
            should_stop=stopped,
        ):
            results[places[index]] = result
    wall_s = time.perf_counter() - began
    written = [place for place, row in enumerate(rows) if row.crystal is None or place in results]
    _write(
        arguments.out,
        [(rows[place], results.get(place)) for place in written],
        replace=arguments.replace,
    )
    summary = _summary(rows, list(results.values()))
    tell(_summary_line(summary, wall_s, bool(stopped())))
    data = {
        "out": str(arguments.out),
        **summary,
        "written": len(written),
        "stopped": bool(stopped()),
        "wall_s": round(wall_s, 3),
        "method": card.method.as_dict(),
    }
    code = 130 if stopped() else int(not summary["relaxed"] + summary["not_converged"])
    return Report((str(arguments.out),), data, exit_code=code)


def _read(paths: Sequence[Path]) -> list[_Row]:
    """The crystals of all files, failed ones with their reason.

    Raises:
        RequestError: A file is missing, or its name tells no format.
        CandidatesFileError: A file of candidates cannot be read or is empty.
    """
    from crystal_llm.io.limited_parsing import ParsingProcess

    check_inputs(paths)
    rows: list[_Row] = []
    with ParsingProcess() as parsing:
        for path in paths:
            if is_json_lines(path):
                rows += _candidates(path)
            else:
                rows += map(_structure_row, _inputs(paths, path, parsing))
    return rows


def _inputs(paths: Sequence[Path], path: Path, parsing: ParsingProcess) -> list[StructureInput]:
    inputs = list(read_inputs(path, parsing))
    refuse_lone_failure(paths, [given.failure for given in inputs])
    return inputs


def _structure_row(given: StructureInput) -> _Row:
    if given.failure is not None:
        tell(f"{given.id}: {given.failure}")
    said = {} if given.crystal is None else given.record()
    return _Row(given.id, given.crystal, given.failure, said)


def _candidates(path: Path) -> list[_Row]:
    from crystal_llm.io.candidates_file import read_candidates, said_of

    rows = read_candidates(path)
    return [
        _Row(row.id, row.crystal, row.failure, said)
        for row, said in zip(rows, said_of(path, rows), strict=True)
    ]


def _write(
    path: Path, rows: Sequence[tuple[_Row, RelaxationResult | None]], *, replace: bool
) -> None:
    from crystal_llm.relaxation.relaxed_file import relaxed_record

    records = (relaxed_record(row.said, row.id, result, row.failure) for row, result in rows)
    write_json_lines(path, records, replace=replace)


def _summary(rows: Sequence[_Row], results: Sequence[RelaxationResult]) -> dict[str, int]:
    """Counts; relaxed is what judging calls so: converged."""
    ended = [result for result in results if result.relaxed is not None]
    return {
        "asked": len(rows),
        "crystals": sum(row.crystal is not None for row in rows),
        "relaxed": sum(result.converged for result in ended),
        "not_converged": sum(not result.converged for result in ended),
        "failed": len(results) - len(ended),
        "retried": sum(result.retried for result in results),
        "cached": sum(result.cached for result in results),
    }


def _summary_line(summary: dict[str, int], wall_s: float, stopped: bool) -> str:
    asked, crystals, relaxed = summary["asked"], summary["crystals"], summary["relaxed"]
    return (
        f"asked {asked}, crystals {crystals} of {asked}, relaxed {relaxed} of {crystals}, "
        f"not converged {summary['not_converged']}, failed {summary['failed']} of {crystals}, "
        f"retried {summary['retried']}, from the cache {summary['cached']}, {wall_s:.1f} s"
        + (", stopped before the end" if stopped else "")
    )
