"""A job as it is seen: where it stands, what it found, and who works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crystal_llm.evaluation.novelty import Novelty
from crystal_llm.evaluation.validity import Validity
from crystal_llm.jobs.orders import GenerateOrder, JobCrystal, Kind, Order, count_of
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.stability.hull import HullResult

State = Literal["waiting", "running", "finished", "stopped", "failed"]
STATES: tuple[State, ...] = ("waiting", "running", "finished", "stopped", "failed")

WRITTEN, JUDGED, COMPARED = "written", "judged", "compared"
"""The stages of a job: crystals there, crystals judged one by one, crystals compared."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one stage of a job is.

    Attributes:
        name: :data:`WRITTEN`, :data:`JUDGED` or :data:`COMPARED`.
        done: Crystals done.
        total: Crystals asked for.
        working_s: Seconds that workers spent on it.
    """

    name: str
    done: int
    total: int
    working_s: float

    @property
    def time_left_s(self) -> float | None:
        """Seconds that the rest will take at the pace so far; None before the first."""
        if self.done >= self.total:
            return 0.0
        if not self.done or not self.working_s:
            return None
        return (self.total - self.done) * self.working_s / self.done


@dataclass(frozen=True, slots=True)
class Job:
    """A job and where it stands.

    Attributes:
        id: Its name.
        owner: Who asked for it.
        kind: What it does.
        title: What it does, for a reader.
        state: Where it stands.
        attempt: 1, and one more with every retry.
        stages: How far it is, in order.
        created_unix_s: When it was asked for.
        started_unix_s: When a worker first took it.
        ended_unix_s: When it ended.
        failure: Why it failed; None where it did not.
        worker_id: The worker that has it, or had it last.
        worker_alive: Whether that worker lives; None where none has it. A running job
            whose worker died goes on as soon as another finds it.
    """

    id: str
    owner: str
    kind: Kind
    title: str
    state: State
    attempt: int
    stages: tuple[Stage, ...]
    created_unix_s: float
    started_unix_s: float | None
    ended_unix_s: float | None
    failure: str | None
    worker_id: str | None
    worker_alive: bool | None

    @property
    def open(self) -> bool:
        """Whether it may still change by itself."""
        return self.state in ("waiting", "running")

    @property
    def time_left_s(self) -> float | None:
        """Seconds until the end at the pace so far; None while a stage has no pace yet.

        Stages that compare the whole set come last and are short; they do not count.
        """
        times = [one.time_left_s for one in self.stages if one.name != COMPARED]
        known = [one for one in times if one is not None]
        return sum(known) if self.open and len(known) == len(times) else None

    @property
    def fraction_done(self) -> float:
        """From 0 to 1, every stage counting alike."""
        total = sum(one.total for one in self.stages)
        return sum(min(one.done, one.total) for one in self.stages) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one crystal; None where a stage was not reached.

    Attributes:
        validity: Whether it is possible as written.
        relaxation: What became of it under the potential.
        hull: Where its relaxed form lies.
        novelty: What is new in it; ``duplicate_of`` is a place within the job.
        stopped: Why it went no further.
    """

    validity: Validity | None = None
    relaxation: RelaxationResult | None = None
    hull: HullResult | None = None
    novelty: Novelty | None = None
    stopped: str | None = None


@dataclass(frozen=True, slots=True)
class JobResult:
    """One crystal of a job.

    Attributes:
        place: Its place in the job, from 0.
        written: The crystal as the model wrote it or as it was given.
        verdict: What was found of it; None while it is not judged, or where the job does
            not judge.
        changed_unix_s: When this was last changed.
        entry_id: Its name in the library, once the batch has ended.
        relaxed_entry_id: The name of its relaxed form there, where it has one.
    """

    place: int
    written: JobCrystal
    verdict: Verdict | None
    changed_unix_s: float
    entry_id: str
    relaxed_entry_id: str | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a job's log."""

    at_unix_s: float
    line: str


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker.

    Attributes:
        id: Its name.
        host: The machine it runs on.
        pid: Its process there.
        alive: Whether it gave a sign of life lately.
        started_unix_s: When it started.
        model_loads: Language models that it has loaded.
        jobs_done: Jobs that it has finished.
    """

    id: str
    host: str
    pid: int
    alive: bool
    started_unix_s: float
    model_loads: int
    jobs_done: int


def title_of(order: Order) -> str:
    """What an order asks for, for a reader."""
    count = count_of(order)
    crystals = f"{count:,} crystal{'s' if count != 1 else ''}"
    if not isinstance(order, GenerateOrder):
        return crystals
    if order.formula is not None:
        return f"{crystals} of {order.formula}"
    elements = order.elements or order.allowed_elements
    return f"{crystals} of {'-'.join(elements)}" if elements else crystals


def library_ids(job_id: str, place: int) -> tuple[str, str]:
    """The library's names of a job's crystal and of its relaxed form."""
    return f"{job_id}-{place}", f"{job_id}-{place}-relaxed"
