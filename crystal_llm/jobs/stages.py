"""The stages of judging, as jobs ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.jobs.job import JobResult, Verdict
from crystal_llm.jobs.orders import SHIPPED, Judge
from crystal_llm.settings import Settings

if TYPE_CHECKING:
    from crystal_llm.judging import Bench, JudgedCandidate
    from crystal_llm.relaxation.result import RelaxationResult


@dataclass(frozen=True, slots=True)
class JudgeFiles:
    """The files that a judgement reads, and their state: a changed one is read anew.

    Attributes:
        reference: Reference phases; None for no hull.
        known: Table of known crystals; None for no novelty.
        marks: Time of change in ns and size of each that is there.
    """

    reference: Path | None
    known: Path | None
    marks: tuple[tuple[int, int], ...]


def judge_files(judge: Judge, configured: Settings) -> JudgeFiles:
    """The files of a judgement as they lie there now."""
    from crystal_llm.judging import default_reference

    reference = None if judge.reference is None else Path(judge.reference)
    if judge.reference == SHIPPED:
        reference = default_reference(configured.models, judge.potential)
    known = None if judge.known is None else Path(judge.known)
    states = [path.stat() for path in (reference, known) if path is not None and path.exists()]
    return JudgeFiles(
        reference, known, tuple((state.st_mtime_ns, state.st_size) for state in states)
    )


def bench_of(judge: Judge, files: JudgeFiles, configured: Settings) -> Bench:
    """What crystals are judged with; reading it takes seconds, so a worker keeps it.

    Raises:
        StabilityError: The reference cannot be read.
        TableError: The known crystals cannot be read.
        RelaxationCacheError: The cache of relaxations cannot be used.
    """
    from crystal_llm.dataset.known_structures import shipped_structures
    from crystal_llm.judging import Bench
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.relaxation.pool import RelaxationPool

    reference = None
    if files.reference is not None:
        from crystal_llm.stability.references.reference_file import read_reference

        reference = read_reference(files.reference)
    known = None
    if files.known is not None:
        from crystal_llm.dataset.table import read_table
        from crystal_llm.evaluation.novelty import KnownPhases

        known = KnownPhases(read_table(files.known))
    return Bench(
        potential=judge.potential,
        settings=judge.relaxation,
        reference=reference,
        across_potentials=judge.across_potentials,
        structures=shipped_structures(configured),
        known=known,
        cache=default_cache(configured),
        pool=RelaxationPool(judge.potential, judge.relaxation),
    )


def judge_results(
    results: Sequence[JobResult],
    bench: Bench,
    *,
    should_stop: Callable[[], bool],
) -> Iterator[tuple[int, Verdict]]:
    """Takes crystals through validity, relaxation and hull.

    Args:
        results: The crystals; a relaxation that one has already is not done again.
        bench: What they are judged with.
        should_stop: Asked between relaxations.

    Yields:
        A crystal's place in the job and its verdict, as each ends.

    Raises:
        StabilityError: The reference is of another method than the potential.
        PotentialError: No such potential, or it cannot be loaded.
    """
    from crystal_llm.judging import judge

    done = dict(_relaxations(results))
    rows = [judged_of(one).row for one in results]
    for place, judged in judge(
        rows,
        bench,
        done=done,
        should_stop=should_stop,
    ):
        yield results[place].place, _verdict(judged)


def compare_results(
    results: Sequence[JobResult], bench: Bench, *, progress: Callable[[int], None]
) -> list[tuple[int, Verdict]]:
    """Says of each crystal whether it is unique in the job, and novel.

    Args:
        results: All crystals of the job, by place.
        bench: What they are judged with.
        progress: Called with the crystals compared.
    """
    from crystal_llm.judging import compare_judged

    judged = [judged_of(one) for one in results]
    compared = compare_judged(
        judged, bench.known, bench.reference, progress=lambda n, total: progress(n)
    )
    return [(one.place, _verdict(told)) for one, told in zip(results, compared, strict=True)]


def _relaxations(results: Sequence[JobResult]) -> Mapping[int, RelaxationResult]:
    return {
        place: one.verdict.relaxation
        for place, one in enumerate(results)
        if one.verdict is not None and one.verdict.relaxation is not None
    }


def judged_of(result: JobResult) -> JudgedCandidate:
    """A job's crystal as judging takes it."""
    from crystal_llm.io.candidates_file import CandidateRow
    from crystal_llm.judging import JudgedCandidate

    one = result.written
    row = CandidateRow(result.place + 1, one.id, one.text, one.crystal, one.failure)
    verdict = result.verdict or Verdict()
    return JudgedCandidate(
        row,
        verdict.validity,
        verdict.relaxation,
        verdict.hull,
        verdict.novelty,
        verdict.stopped,
    )


def _verdict(judged: JudgedCandidate) -> Verdict:
    return Verdict(judged.validity, judged.relaxation, judged.hull, judged.novelty, judged.stopped)
