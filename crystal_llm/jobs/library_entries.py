"""What a job leaves in the library: each crystal, and its relaxed form as a child of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crystal_llm.jobs.job import JobResult, Verdict, library_ids
from crystal_llm.jobs.orders import Kind
from crystal_llm.library.entry import Draft, Origin
from crystal_llm.relaxation.result import RelaxationResult

_ORIGINS: dict[Kind, Origin] = {
    "generate": "generated",
    "infill-relax": "infill",
    "complete": "infill",
    "relax": "uploaded",
    "judge": "uploaded",
}


def drafts_of(job_id: str, kind: Kind, results: Sequence[JobResult]) -> Iterator[tuple[Draft, str]]:
    """The library's entries of results, parents before children.

    A crystal that was given from the library gets no second entry: its relaxed form hangs
    on the one that it has.

    Args:
        job_id: The job.
        kind: What it does.
        results: Its results.

    Yields:
        What to store, and under which id.
    """
    for one in results:
        entry_id, relaxed_id = library_ids(job_id, one.place)
        written, verdict = one.written, one.verdict or Verdict()
        in_library = kind in ("relax", "judge") and written.parent_id is not None
        if in_library:
            entry_id = str(written.parent_id)
        else:
            yield _as_written(job_id, kind, one), entry_id
        relaxation = verdict.relaxation
        if relaxation is not None and relaxation.relaxed is not None:
            yield _relaxed(job_id, entry_id, verdict, relaxation), relaxed_id


def _as_written(job_id: str, kind: Kind, one: JobResult) -> Draft:
    written, verdict = one.written, one.verdict or Verdict()
    validity = verdict.validity
    draft = Draft(
        origin=_ORIGINS[kind],
        crystal=written.crystal,
        parent_id=written.parent_id,
        job_id=job_id,
        valid=None if validity is None else validity.valid,
        invalid_reason=None
        if validity is None
        else validity.structural_reason or validity.compositional_reason,
        log_likelihood=written.log_likelihood,
        model=written.model,
        seed=written.seed,
        prompt=written.prompt,
        edit=written.edit,
        failure=written.failure or verdict.stopped,
    )
    # Where there is a relaxed form, that is what was compared.
    return draft if verdict.relaxation is not None else _with_novelty(draft, verdict)


def _relaxed(job_id: str, parent_id: str, verdict: Verdict, relaxation: RelaxationResult) -> Draft:
    hull = verdict.hull
    unconverged = None if relaxation.converged else "the relaxation did not converge"
    draft = Draft(
        origin="relaxed",
        crystal=relaxation.relaxed,
        parent_id=parent_id,
        job_id=job_id,
        energy_ev_per_atom=relaxation.energy_ev_per_atom,
        energy_above_hull_ev_per_atom=None if hull is None else hull.energy_above_hull_ev_per_atom,
        method=relaxation.method,
        reference_id=None if hull is None else hull.reference_id,
        failure=relaxation.failure or verdict.stopped or unconverged,
    )
    return _with_novelty(draft, verdict)


def _with_novelty(draft: Draft, verdict: Verdict) -> Draft:
    novelty = verdict.novelty
    if novelty is None:
        return draft
    match = None if novelty.known is None else novelty.known.material_id
    return replace(draft, unique=novelty.unique, novel=novelty.novel, known_match=match)
