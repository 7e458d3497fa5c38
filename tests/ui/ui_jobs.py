"""A queue of jobs with results, made without a worker or a model."""

from __future__ import annotations

from relaxed_salts import relaxation_to

from crystal_llm.candidate import Candidate, Checked, Compared, Placed, Relaxed, Step
from crystal_llm.crystal.written import Written
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.evaluation.novelty import Novelty
from crystal_llm.evaluation.validity import Validity
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord
from crystal_llm.library.database import open_database
from crystal_llm.stability.hull import HullResult
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal(
    (3.99, 3.99, 3.99), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
)
METHOD = EnergyMethod("chgnet", "ab" * 32, "PBE(+U)", "MP2020", "total")


def written(place: int) -> Written:
    """A crystal as a model would have written it; every fourth is none."""
    if place % 4 == 3:
        return Written(f"0-{place}", None, "line 3: <b>no</b> atom", place, text="5 5 5")
    return Written(
        f"0-{place}", SALT, index=place, text="3.9 3.9 3.9", log_likelihood=-6.0,
        prompt="Below …", seed=0, model="m/int8/abc",
    )  # fmt: skip


def judged(place: int, *, hull: bool = True) -> list[Step]:
    """The steps that a worker would have added to it."""
    if place % 4 == 3:
        return []
    relaxation = relaxation_to(SALT, (-3.0, -3.3, -3.4), volume_change=0.1, method=METHOD)
    above = HullResult(
        "NaCl", -3.4, 0.02 * place, (), None, (), 9, METHOD, "r" * 12, METHOD, "2026-01-01"
    )
    repeated = None if place == 0 else 0
    return [
        Checked(Validity(True, None, True, None)),
        Relaxed(relaxation),
        *([Placed(above)] if hull else []),
        Compared(Novelty(repeated)),
    ]


def candidate(place: int, **said: bool) -> Candidate:
    """The crystal with all its steps."""
    return Candidate((written(place), *judged(place, **said)))


def store(record: JobRecord, index: int, steps: list[Step], stage: str, done: int) -> None:
    """Stores steps of one crystal, as a worker does."""
    record.write([(index, step) for step in steps], stage, done)


def fill(url: str, order: GenerateOrder, *, hull: bool = True, end: bool = True) -> str:
    """Queues an order and writes all its results, as a worker would; gives the job's id."""
    queue = JobQueue(url)
    job_id = queue.submit(order)
    record = JobRecord(open_database(url), job_id, f"{job_id}.1", "a-worker")
    record.begin()
    places = range(order.count)
    record.write([(place, written(place)) for place in places], "written", order.count)
    if order.judge is not None:
        steps = [(place, step) for place in places for step in judged(place, hull=hull)]
        record.write(steps, "relaxed", order.count)
        record.progress("compared", order.count)
    if end:
        queue.stop(job_id)  # only a worker can finish one
    return job_id
