"""``crystal-llm validate``: what of the crystals a model wrote is possible, and what is new."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag
from crystal_llm.cli.structure_inputs import STRUCTURE_FILES, read_candidate_rows

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate
    from crystal_llm.evaluation.novelty import KnownCrystals
    from crystal_llm.evaluation.rates import Rate

_SHOWN = 20

DESCRIPTION = """\
Judge the candidates that `crystal-llm generate` wrote, as they stand, before any relaxation.
Structurally valid: no two atoms (periodic images too) closer than 0.5 Å, a cell of at least
0.1 Å³. Compositionally valid: charge-neutral by SMACT with the Pauling test, as CDVAE's metric
does (one element passes, metals alone pass). Unique and novel: pymatgen's StructureMatcher with
default settings. Every rate names its denominator and has its 95% interval (Wilson)."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``validate``."""
    parser = commands.add_parser(
        "validate",
        help="judge crystals: validity, uniqueness, novelty",
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
        "--list",
        action="store_true",
        help=f"name every invalid and every known candidate (default: the first {_SHOWN})",
    )
    parser.add_argument(
        "--table",
        type=Path,
        metavar="TABLE.parquet",
        help="known phases, a table as `crystal-llm data` makes or reads it (every row counts, "
        "whatever its size or split): also tell what is novel, the nearest known phase and known "
        "prototypes",
    )
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Judges a file of candidates.

    Raises:
        CrystalLLMError: The candidates or the table cannot be read.
    """
    from crystal_llm.candidate import begun

    written, given = read_candidate_rows(arguments.candidates)
    candidates = begun(written)
    known = None if arguments.table is None else _known(arguments.table)
    judged = _judged(candidates, known)
    rates = _rates(judged, known is not None)
    reasons = _reasons(judged)
    limit = None if arguments.list else _SHOWN
    lines = [
        f"{arguments.candidates}: {len(judged)} asked ({'lines' if given is None else 'crystals'})",
        *(f"{name}: {rate}" for name, rate in rates.items()),
        *_novelty_lines(judged, arguments.table, known, limit),
        *(f"reason, {count} of {len(judged)}: {reason}" for reason, count in reasons.items()),
        *_invalid_lines(judged, limit),
    ]
    data: dict[str, Any] = {
        "candidates": str(arguments.candidates),
        "table": None if arguments.table is None else str(arguments.table),
        "known_phases": None if known is None else len(known),
        "asked": len(judged),
        "rates": {name: _rate_record(rate) for name, rate in rates.items()},
        "reasons": reasons,
        "rows": [_record(candidate) for candidate in judged],
    }
    return Report(tuple(lines), data)


def _known(table: Path) -> KnownCrystals:
    from crystal_llm.evaluation.known_table import read_known_phases

    return read_known_phases(table)


def _judged(candidates: Sequence[Candidate], known: KnownCrystals | None) -> list[Candidate]:
    from crystal_llm.judging import checked, compared

    return compared(
        [checked(candidate) for candidate in candidates], known, progress=Countdown("compared")
    )


def _rates(judged: Sequence[Candidate], with_known: bool) -> dict[str, Rate]:
    """Rates by name, of the lines (asked) or of the crystals among them (parsed)."""
    from crystal_llm.evaluation.rates import Rate

    validities = [candidate.validity for candidate in judged if candidate.validity is not None]
    compared = [candidate.novelty for candidate in judged if candidate.novelty is not None]

    def of_asked(count: int) -> Rate:
        return Rate(count, len(judged), "asked")

    def of_parsed(count: int) -> Rate:
        return Rate(count, len(validities), "parsed")

    both = sum(candidate.valid for candidate in judged)
    rates = {
        "parsed": of_asked(len(validities)),
        "structurally valid": of_parsed(sum(validity.structural for validity in validities)),
        "compositionally valid": of_parsed(sum(validity.compositional for validity in validities)),
        "both valid": of_parsed(both),
        "parsed and both valid": of_asked(both),
        "unique": of_parsed(sum(novelty.unique for novelty in compared)),
    }
    if with_known:
        rates["novel"] = of_parsed(sum(bool(novelty.novel) for novelty in compared))
        rates["unique and novel"] = of_parsed(sum(novelty.unique_and_novel for novelty in compared))
        rates["both valid, unique and novel"] = of_asked(
            sum(candidate.valid and candidate.unique and candidate.novel for candidate in judged)
        )
    return rates


def _novelty_lines(
    judged: Sequence[Candidate], table: Path | None, known: KnownCrystals | None, limit: int | None
) -> Iterable[str]:
    compared = [candidate.novelty for candidate in judged if candidate.novelty is not None]
    failed = sum(novelty.failure is not None for novelty in compared)
    if failed:
        yield f"not comparable, so neither unique nor novel: {failed} of {len(compared)} parsed"
    if known is None:
        return
    searches = [novelty.prototype for novelty in compared if novelty.prototype is not None]
    with_prototype = sum(search.material_id is not None for search in searches)
    capped = sum(
        search.material_id is None and search.tried < search.possible for search in searches
    )
    yield f"known phases: {len(known)} in {table}"
    yield (
        f"known prototype with other elements: {with_prototype} of {len(searches)} novel"
        + (f"; in {capped} more not every known phase was tried" if capped else "")
    )
    lines = []
    for candidate in judged:
        if candidate.novelty is not None and candidate.novelty.known is not None:
            match = candidate.novelty.known
            rms = "" if match.rms is None else f", rms {match.rms:.3f} (V/atom)^(1/3)"
            lines.append(
                f"known: row {candidate.index + 1}, {candidate.formula}: {match.material_id}{rms}"
            )
    yield from _shortened(lines, limit, "known")


def _reasons(judged: Sequence[Candidate]) -> dict[str, int]:
    """How often each kind of reason occurs, the most frequent first."""
    kinds: Counter[str] = Counter()
    for candidate in judged:
        if candidate.written.failure is not None:
            kinds[f"not parsed: {_kind_of_failure(candidate.written.failure)}"] += 1
        if candidate.validity is not None:
            for reason in (
                candidate.validity.structural_reason,
                candidate.validity.compositional_reason,
            ):
                if reason is not None:
                    # A reason's kind stands before its colon.
                    kinds[reason.partition(":")[0]] += 1
    return dict(kinds.most_common())


def _kind_of_failure(reason: str) -> str:
    """A parser's reason without its line, what was quoted and its numbers."""
    bare = re.sub(r"^line \d+: ", "", reason)
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+(\.\d+)?", "…", bare)


def _invalid_lines(judged: Sequence[Candidate], limit: int | None) -> list[str]:
    invalid = [(candidate, _flaws(candidate)) for candidate in judged]
    lines = [
        f"invalid: row {candidate.index + 1} ({candidate.id})"
        f"{f', {candidate.formula}' if candidate.formula else ''}: "
        f"{'; '.join(flaws)}"
        for candidate, flaws in invalid
        if flaws
    ]
    return _shortened(lines, limit, "invalid")


def _shortened(lines: list[str], limit: int | None, what: str) -> list[str]:
    if limit is None or len(lines) <= limit:
        return lines
    return [*lines[:limit], f"… and {len(lines) - limit} more {what}; --list names all"]


def _flaws(candidate: Candidate) -> list[str]:
    reasons = [candidate.written.failure]
    if candidate.validity is not None:
        reasons += [candidate.validity.structural_reason, candidate.validity.compositional_reason]
    return [reason for reason in reasons if reason is not None]


def _rate_record(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval or (None, None)
    return {
        "count": rate.count,
        "total": rate.total,
        "of": rate.whole,
        "share": rate.share,
        "wilson_95_low": low,
        "wilson_95_high": high,
    }


def _record(candidate: Candidate) -> dict[str, Any]:
    validity, novelty = candidate.validity, candidate.novelty
    repeated = None if novelty is None else novelty.duplicate_of
    record: dict[str, Any] = {
        "row": candidate.index + 1,
        "id": candidate.id,
        "parsed": candidate.crystal is not None,
        "failure": candidate.written.failure,
        "formula": candidate.formula,
        "validity": None,
        "novelty": None,
        "repeats_row": None if repeated is None else repeated + 1,
    }
    if validity is not None:
        record["validity"] = {**asdict(validity), "valid": validity.valid}
    if novelty is not None:
        fields = asdict(novelty)
        # The row is told above.
        del fields["duplicate_of"]
        record["novelty"] = {"unique": novelty.unique, "novel": novelty.novel, **fields}
    return record
