"""What a job leaves in the library: each crystal, and what was made of it as its child."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crystal_llm.candidate import Candidate, Refined, Relaxed, Step
from crystal_llm.crystal.written import Written
from crystal_llm.jobs.job import library_id
from crystal_llm.jobs.orders import Order
from crystal_llm.library.entry import Entry, Origin


def entries_of(job_id: str, order: Order, candidates: Sequence[Candidate]) -> Iterator[Entry]:
    """The library's entries of a job's crystals, parents before children.

    Every step that made a crystal has one. A crystal that was given from the library gets no
    second entry: what was made of it hangs on the one that it has.

    Args:
        job_id: The job.
        order: What it was asked.
        candidates: Its crystals.
    """
    origins = {stage.name: stage.origin for stage in order.stages if stage.origin is not None}
    for candidate in candidates:
        parent_id = candidate.written.parent_id
        made = [
            step
            for step in candidate.steps
            if step.name in origins and (step.crystal is not None or isinstance(step, Written))
        ]
        for step in made:
            given = isinstance(step, Written) and origins[step.name] == "uploaded"
            if given and parent_id is not None:
                continue
            entry = _entry(candidate, step, origins[step.name])
            entry_id = library_id(job_id, candidate.index, step.name)
            entry = replace(entry, id=entry_id, parent_id=parent_id, job_id=job_id)
            # What was compared and placed is the last that was made.
            yield _with_novelty(entry, candidate) if step is made[-1] else entry
            parent_id = entry_id


def _entry(candidate: Candidate, step: Step, origin: Origin) -> Entry:
    if isinstance(step, Written):
        validity = candidate.validity
        return Entry(
            origin=origin,
            crystal=step.crystal,
            valid=None if validity is None else validity.valid,
            invalid_reason=None
            if validity is None
            else validity.structural_reason or validity.compositional_reason,
            log_likelihood=step.log_likelihood,
            model=step.model,
            seed=step.seed,
            prompt=step.prompt,
            edit=step.edit,
            failure=step.failure or candidate.stopped,
        )
    if isinstance(step, Refined):
        validity = step.validity
        return Entry(
            origin=origin,
            crystal=step.crystal,
            valid=None if validity is None else validity.valid,
            invalid_reason=None if validity is None else validity.compositional_reason,
            edit=f"refined by {step.made_by}",
        )
    if not isinstance(step, Relaxed):
        return Entry(origin=origin, crystal=step.crystal)
    relaxation, hull = step.relaxation, candidate.hull
    unconverged = None if relaxation.converged else "the relaxation did not converge"
    return Entry(
        origin=origin,
        crystal=relaxation.relaxed,
        energy_ev_per_atom=relaxation.energy_ev_per_atom,
        energy_above_hull_ev_per_atom=candidate.energy_above_hull_ev_per_atom,
        forces_ev_per_angstrom=relaxation.forces_ev_per_angstrom,
        method=relaxation.method,
        reference_id=None if hull is None else hull.reference_id,
        failure=candidate.stopped or unconverged,
    )


def _with_novelty(entry: Entry, candidate: Candidate) -> Entry:
    novelty = candidate.novelty
    if novelty is None:
        return entry
    match = None if novelty.known is None else novelty.known.material_id
    return replace(entry, unique=novelty.unique, novel=novelty.novel, known_match=match)
