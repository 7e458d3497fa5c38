"""A job's crystals as the page shows them: read bit by bit, each told in one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.evaluation.conditioning import SYMMETRY_TOLERANCE_ANGSTROM, Obtained
from crystal_llm.jobs.job import Job, JobResult, Verdict
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.judging import METASTABLE_EV_PER_ATOM
from crystal_llm.types import PlainCrystal

OVERLAP_S = 30.0
"""Clocks of workers on several machines differ: so much is read again."""

_KEPT_JOBS = 4


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One crystal of a job and what is known of it; None means "not known".

    Attributes:
        result: As the job has it.
        number: Its place in the job, from 1.
        formula: Reduced formula.
        elements: Its elements.
        spacegroup_written: Number, as written.
        spacegroup: Number of the relaxed form; of the written one where there is none.
        energy_above_hull_ev_per_atom: Energy above hull.
        energy_change_ev_per_atom: What the relaxation gained (negative).
        valid: Whether it is possible as written.
        relaxed: Whether it was relaxed to the end.
        new: ``novel``, ``known …``, ``unique`` or ``repeats #3``.
        likelihood_per_atom: Log-likelihood of its text over its atoms.
        reason: Why something is missing.
    """

    result: JobResult
    number: int
    formula: str | None
    elements: frozenset[str]
    spacegroup_written: int | None
    spacegroup: int | None
    energy_above_hull_ev_per_atom: float | None
    energy_change_ev_per_atom: float | None
    valid: bool | None
    relaxed: bool
    new: str | None
    likelihood_per_atom: float | None
    reason: str | None

    @property
    def crystal(self) -> PlainCrystal | None:
        """The crystal as it is now: relaxed where it was relaxed."""
        verdict = self.result.verdict
        relaxed = None if verdict is None or verdict.relaxation is None else verdict.relaxation
        return (relaxed and relaxed.relaxed) or self.result.written.crystal

    @property
    def obtained(self) -> Obtained | None:
        """What it turned out to be; None where it is no crystal."""
        if self.formula is None:
            return None
        relaxed = self.result.relaxed_entry_id is not None
        return Obtained(
            self.formula,
            self.elements,
            self.spacegroup_written,
            relaxed,
            self.spacegroup if relaxed else None,
            self.energy_above_hull_ev_per_atom,
        )


def _metastable(row: ResultRow) -> bool:
    above = row.energy_above_hull_ev_per_atom
    return above is not None and above <= METASTABLE_EV_PER_ATOM


FILTERS: dict[str, Callable[[ResultRow], bool]] = {
    "All": lambda row: True,
    "Valid": lambda row: bool(row.valid),
    "Relaxed": lambda row: row.relaxed,
    f"≤ {METASTABLE_EV_PER_ATOM:g} eV/atom": _metastable,
    "Failed or invalid": lambda row: row.reason is not None,
}
"""What of the results is shown."""


def read_rows(queue: JobQueue, job: Job) -> tuple[ResultRow, ...]:
    """The rows of a job's crystals so far, by place; only what changed is read.

    Raises:
        JobError: There is no such job, or a row is damaged.
    """
    kept: dict[str, _Read] = st.session_state.setdefault("job-results", {})
    read = kept.pop(job.id, None) or _Read({}, 0.0, False)
    if not read.complete:
        since = max(read.newest_unix_s - OVERLAP_S, 0.0) if job.open else 0.0
        for result in queue.results(job.id, since):
            before = read.rows.get(result.place)
            if before is None or before.result != result:
                read.rows[result.place] = row_of(result)
            read.newest_unix_s = max(read.newest_unix_s, result.changed_unix_s)
    # A job that ended for good changes no more; a stopped one may be tried again.
    read.complete = job.state == "finished"
    kept[job.id] = read
    while len(kept) > _KEPT_JOBS:
        del kept[next(iter(kept))]
    return tuple(read.rows[place] for place in sorted(read.rows))


@dataclass
class _Read:
    rows: dict[int, ResultRow]
    newest_unix_s: float
    complete: bool


def row_of(result: JobResult) -> ResultRow:
    """What is known of one crystal."""
    from crystal_llm.crystal.crystallography import symmetry
    from crystal_llm.evaluation.validity import formula_of, judge_plain

    crystal, verdict = result.written.crystal, result.verdict or Verdict()
    relaxation, hull = verdict.relaxation, verdict.hull
    formula, elements, written, validity = None, frozenset[str](), None, verdict.validity
    if crystal is not None:
        formula, elements = formula_of(crystal.species), frozenset(crystal.species)
        written = None if relaxation is None else relaxation.spacegroup_before
        if written is None:
            found = symmetry(crystal, SYMMETRY_TOLERANCE_ANGSTROM)
            written = None if found is None else found.number
        validity = validity or judge_plain(crystal)
    now = written
    change = None
    if relaxation is not None and relaxation.relaxed is not None:
        now = relaxation.spacegroup_after
        if None not in (relaxation.energy_ev_per_atom, relaxation.energy_start_ev_per_atom):
            change = relaxation.energy_ev_per_atom - relaxation.energy_start_ev_per_atom  # type: ignore[operator]
    likelihood = result.written.log_likelihood
    return ResultRow(
        result=result,
        number=result.place + 1,
        formula=formula,
        elements=elements,
        spacegroup_written=written,
        spacegroup=now,
        energy_above_hull_ev_per_atom=None if hull is None else hull.energy_above_hull_ev_per_atom,
        energy_change_ev_per_atom=change,
        valid=None if validity is None else validity.valid,
        relaxed=relaxation is not None and relaxation.converged,
        new=_new(verdict),
        likelihood_per_atom=None
        if likelihood is None or crystal is None
        else likelihood / len(crystal.species),
        reason=_reason(result, verdict, validity),
    )


def filtered(rows: Sequence[ResultRow], name: str, text: str) -> list[ResultRow]:
    """The rows of one filter whose formula or elements a text names.

    Args:
        rows: The rows.
        name: One of :data:`FILTERS`.
        text: A beginning of a formula (``LiFe``), or elements with blanks (``Li O``).
    """
    words = text.replace(",", " ").replace("-", " ").split()
    wanted = FILTERS.get(name, FILTERS["All"])
    return [row for row in rows if wanted(row) and all(_names(row, word) for word in words)]


def _names(row: ResultRow, word: str) -> bool:
    if word in ELEMENTS:
        return word in row.elements
    return (row.formula or "").lower().startswith(word.lower())


def _new(verdict: Verdict) -> str | None:
    novelty = verdict.novelty
    if novelty is None:
        return None
    if novelty.failure is not None:
        return None
    if novelty.duplicate_of is not None:
        return f"repeats #{novelty.duplicate_of + 1}"
    if novelty.known is not None:
        return f"known {novelty.known.material_id}"
    if novelty.novel:
        return "novel"
    return "new composition" if novelty.composition_known is False else "unique"


def _reason(result: JobResult, verdict: Verdict, validity: object) -> str | None:
    from crystal_llm.evaluation.validity import Validity

    reasons = [result.written.failure or verdict.stopped]
    if isinstance(validity, Validity):
        reasons += [validity.structural_reason, validity.compositional_reason]
    relaxation = verdict.relaxation
    if relaxation is not None and not relaxation.converged and relaxation.failure is None:
        reasons.append(f"relaxation not converged after {relaxation.steps} steps")
    told = list(dict.fromkeys(reason for reason in reasons if reason))
    return "; ".join(told) or None
