"""A job's crystals as the page shows them: read bit by bit, filtered, told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from crystal_llm.candidate import Candidate
from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.evaluation.conditioning import Obtained
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM
from crystal_llm.funnel import FunnelStage, within_name
from crystal_llm.jobs.job import Job, JobResult
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.judging import checked

OVERLAP_S = 30.0
"""Clocks of workers on several machines differ: so much is read again."""

_KEPT_JOBS = 4

_ALL, FAILED = "All", "Failed or invalid"
FILTERS: dict[str, str | None] = {
    _ALL: None,
    "Valid": "valid",
    "Relaxed": "relaxed",
    f"≤ {METASTABLE_EV_PER_ATOM:g} eV/atom": within_name(METASTABLE_EV_PER_ATOM),
    FAILED: None,
}
"""What of the results is shown, and the stage of the funnel that has the same crystals."""


def read_results(queue: JobQueue, job: Job) -> tuple[JobResult, ...]:
    """A job's crystals so far, by place; only what changed is read.

    Raises:
        JobError: There is no such job, or a row is damaged.
    """
    reads: dict[str, _Read] = st.session_state.setdefault("job-results", {})
    read = reads.pop(job.id, None) or _Read({}, 0.0, False)
    if not read.complete:
        since = max(read.newest_unix_s - OVERLAP_S, 0.0) if job.open else 0.0
        for result in queue.results(job.id, since):
            if _unchecked(result):  # earlier releases did not check what was only written
                result = replace(result, candidate=checked(result.candidate))
            read.results[result.candidate.index] = result
            read.newest_unix_s = max(read.newest_unix_s, result.changed_unix_s)
    # A job that ended for good changes no more; a stopped one may be tried again.
    read.complete = job.state == "finished"
    reads[job.id] = read
    while len(reads) > _KEPT_JOBS:
        del reads[next(iter(reads))]
    return tuple(read.results[index] for index in sorted(read.results))


def _unchecked(result: JobResult) -> bool:
    return result.candidate.validity is None and result.candidate.crystal is not None


@dataclass
class _Read:
    results: dict[int, JobResult]
    newest_unix_s: float
    complete: bool


def filtered(
    results: Sequence[JobResult], name: str, text: str, stages: Sequence[FunnelStage]
) -> list[JobResult]:
    """The crystals of one filter whose formula or elements a text names.

    Args:
        results: The crystals.
        name: One of :data:`FILTERS`.
        text: A beginning of a formula (``LiFe``), or elements with blanks (``Li O``).
        stages: The funnel of all the crystals: what a filter shows is what it counts.
    """
    words = text.replace(",", " ").replace("-", " ").split()
    members = {stage.name: stage.members for stage in stages}
    wanted = members.get(FILTERS.get(name) or "")
    return [
        result
        for result in results
        if (wanted is None or result.candidate.index in wanted)
        and (name != FAILED or result.candidate.reasons)
        and all(_names(result.candidate, word) for word in words)
    ]


def _names(candidate: Candidate, word: str) -> bool:
    if word in ELEMENTS:
        return word in candidate.elements
    return (candidate.formula or "").lower().startswith(word.lower())


def obtained_of(candidate: Candidate) -> Obtained | None:
    """What a crystal turned out to be; None where it is none."""
    formula = candidate.formula
    if formula is None:
        return None
    relaxed = candidate.relaxed
    return Obtained(
        formula,
        candidate.elements,
        candidate.written_spacegroup_number,
        relaxed,
        candidate.spacegroup_number if relaxed else None,
        candidate.energy_above_hull_ev_per_atom if relaxed else None,
    )


def newness_of(candidate: Candidate) -> str | None:
    """``repeats #3``, or what :func:`known_text` says; None where it is not known."""
    unique = uniqueness_of(candidate)
    if unique is None or unique.startswith("repeats"):
        return unique
    return known_text(candidate) or unique


def uniqueness_of(candidate: Candidate) -> str | None:
    """``unique`` or ``repeats #3``; None where it was not compared."""
    novelty = candidate.novelty
    if novelty is None or novelty.failure is not None:
        return None
    return "unique" if novelty.duplicate_of is None else f"repeats #{novelty.duplicate_of + 1}"


def known_text(candidate: Candidate) -> str | None:
    """``known mp-22862``, ``novel``, ``novel polymorph`` or ``new composition``.

    A polymorph is of a known composition. None where it was compared with no known crystal.
    """
    novelty = candidate.novelty
    if novelty is None or novelty.failure is not None:
        return None
    if novelty.known is not None:
        return f"known {novelty.known.material_id}"
    if novelty.novel:
        known = novelty.polymorph
        return "novel" if known is None else "novel polymorph"
    return "new composition" if novelty.composition_known is False else None


def reason_of(candidate: Candidate) -> str | None:
    """Why something is missing, or not valid; None where nothing is."""
    return "; ".join(candidate.reasons) or None
