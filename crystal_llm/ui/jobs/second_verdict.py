"""What other potentials say of a job's crystals: from the jobs that relaxed them again."""

from __future__ import annotations

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.job import Job, library_id
from crystal_llm.jobs.orders import Order
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.potentials.hull_accuracy import hull_accuracy, title_of
from crystal_llm.ui.services import order_of

MOST_JOBS = 200


def second_verdicts(job: Job, order: Order, queue: JobQueue) -> dict[str, dict[int, float | None]]:
    """Energies above hull by other potentials than the job's own, in eV/atom.

    Args:
        job: The job whose crystals they are.
        order: What it was asked.
        queue: Where the jobs are that relaxed them again.

    Returns:
        By the potential's title and by the index of a crystal; of several verdicts of one
        potential the newest.
    """
    own = None if order.judge is None else order.judge.potential
    indexes = {
        library_id(job.id, index, step): index
        for index in range(order.count)
        for step in ("written", "relaxed")
    }
    energies: dict[str, dict[int, float | None]] = {}
    for other in reversed(queue.jobs(MOST_JOBS)):  # the oldest first
        if other.kind != "judge" or other.created_unix_s < job.created_unix_s:
            continue
        try:
            asked = order_of(other.id)
            potential = None if asked.judge is None else asked.judge.potential
            if potential in (None, own) or not any(
                crystal.parent_id in indexes for crystal in asked.given
            ):
                continue
            for result in queue.results(other.id):
                candidate = result.candidate
                index = indexes.get(candidate.written.parent_id or "")
                if index is not None and candidate.relaxed:
                    above = candidate.energy_above_hull_ev_per_atom
                    energies.setdefault(title_of(str(potential)), {})[index] = above
        except CrystalLLMError:  # damaged or gone: the others still speak
            continue
    return {
        name: values
        for name, values in energies.items()
        if any(v is not None for v in values.values())
    }


def error_of(title: str) -> float | None:
    """Mean error of a potential's energies above hull against DFT, by its title, eV/atom."""
    measured = hull_accuracy(title)
    return None if measured is None else measured.mean_absolute_error_ev_per_atom
