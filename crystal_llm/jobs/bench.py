"""What a worker judges with: read once, and anew when a file changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.jobs.order import SHIPPED, Judge
from crystal_llm.settings import Settings

if TYPE_CHECKING:
    from crystal_llm.judging import JudgingResources
    from crystal_llm.relaxation.pool import RelaxationPool


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
    from crystal_llm.evaluation.known_table import shipped_table

    reference = None if judge.reference is None else Path(judge.reference)
    if judge.reference == SHIPPED:
        reference = own_reference(configured, judge.potential)
    known = None if judge.known is None else Path(judge.known)
    if judge.known == SHIPPED:
        known = shipped_table(configured)
    states = [path.stat() for path in (reference, known) if path is not None and path.exists()]
    return JudgeFiles(
        reference, known, tuple((state.st_mtime_ns, state.st_size) for state in states)
    )


def own_reference(configured: Settings, potential: str) -> Path | None:
    """A potential's own reference: the shipped one, else one in the home folder.

    Args:
        configured: Where references are.
        potential: Its name.
    """
    from crystal_llm.stability.references.reference_catalogue import (
        default_reference,
        find_references,
    )

    shipped = default_reference(configured.models, potential)
    if shipped is not None:
        return shipped
    entries = find_references(configured.models, configured.home).entries
    own = (entry.path for entry in entries if entry.provenance.method.potential == potential)
    return next(own, None)


def bench_of(
    judge: Judge, files: JudgeFiles, configured: Settings, pool: RelaxationPool | None = None
) -> JudgingResources:
    """What crystals are judged with; reading it takes seconds, so a worker keeps it.

    Args:
        judge: How they are judged.
        files: Its files.
        configured: Where the cache of relaxations is.
        pool: Processes that relax; None starts some for each batch.

    Raises:
        StabilityError: The reference cannot be read.
        TableError: The known crystals cannot be read.
        RelaxationCacheError: The cache of relaxations cannot be used.
    """
    from crystal_llm.dataset.known_structures import shipped_structures
    from crystal_llm.judging import JudgingResources
    from crystal_llm.relaxation.cache import default_cache

    reference = None
    if files.reference is not None:
        from crystal_llm.stability.references.reference_file import read_reference

        reference = read_reference(files.reference)
    known = None
    if files.known is not None:
        from crystal_llm.evaluation.known_table import read_known_phases

        known = read_known_phases(files.known)
    structures = shipped_structures(configured)
    demanded = None
    if judge.reference == SHIPPED and reference is None and structures is not None:
        from crystal_llm.stability.demanded_reference import demanded_reference

        demanded = demanded_reference(judge.potential, structures, configured.home)
    return JudgingResources(
        potential=judge.potential,
        settings=judge.relaxation,
        reference=reference,
        demanded=demanded,
        across_potentials=judge.across_potentials,
        structures=structures,
        known=known,
        cache=default_cache(configured),
        pool=pool,
    )
