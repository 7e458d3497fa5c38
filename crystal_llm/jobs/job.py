"""A job as it is seen: where it stands, what it found, and who works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crystal_llm.candidate import Candidate
from crystal_llm.jobs.order import OrderKind
from crystal_llm.jobs.stages import RELAXED, TRAINED, UNTIMED
from crystal_llm.relaxation.result import RelaxationStep

JobState = Literal["waiting", "running", "finished", "stopped", "failed"]
JOB_STATES: tuple[JobState, ...] = ("waiting", "running", "finished", "stopped", "failed")


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How far one stage of a job is.

    Attributes:
        name: The stage's.
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
        """Seconds that the rest will take at the pace so far; None before the first.

        Of a training the seconds that it takes at most.
        """
        if self.done >= self.total:
            return 0.0
        if self.name == TRAINED.name:  # its work is counted in seconds, and may end earlier
            return float(self.total - self.done)
        if not self.done or not self.working_s:
            return None
        return (self.total - self.done) * self.working_s / self.done


@dataclass(frozen=True, slots=True)
class LiveRelaxation:
    """A relaxation that goes on.

    Attributes:
        index: The crystal's index in the job; None for a known phase that crystals of the job
            compete with.
        formula: Its reduced formula.
        steps: Where it was, the newest last; thinned out where they are many.
    """

    index: int | None
    formula: str
    steps: tuple[RelaxationStep, ...]


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
        worked_s: Seconds that workers had it, without those in which none did; None where no
            worker has said so.
        stage: Name of the stage that is worked on; empty for none.
        waited_s: Seconds since a crystal ended or the stage began.
        relaxing: Relaxations that go on.
    """

    id: str
    owner: str
    kind: OrderKind
    title: str
    state: JobState
    attempt: int
    stages: tuple[StageProgress, ...]
    created_unix_s: float
    started_unix_s: float | None
    ended_unix_s: float | None
    failure: str | None
    worker_id: str | None
    worker_alive: bool | None
    worked_s: float | None = None
    stage: str = ""
    waited_s: float = 0.0
    relaxing: tuple[LiveRelaxation, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it may still change by itself."""
        return self.state in ("waiting", "running")

    @property
    def time_left_s(self) -> float | None:
        """Seconds until the end at the pace so far; None while a stage has no pace yet.

        Stages that compare the whole set come last and are short; they do not count, nor do the
        relaxations of known phases, of which each job has other ones.
        """
        times = [stage.time_left_s for stage in self.stages if stage.name not in UNTIMED]
        known = [time for time in times if time is not None]
        return sum(known) if self.open and len(known) == len(times) else None

    def stage_time_left_s(self, place: int) -> float | None:
        """Seconds that the rest of a stage will take at the pace so far, counting down.

        None before it begins or has its first crystal, and where the one under way takes longer
        than the pace so far would have it. Relaxations under way count as half done.

        Args:
            place: The stage's place among the stages.
        """
        stage = self.stages[place]
        left = stage.time_left_s
        if left is None or stage.name != self.stage:
            return left if stage.done else None
        if stage.name == TRAINED.name:  # begun, whether or not it has said so
            return max(left - self.waited_s, 0.0)
        each = left / max(stage.total - stage.done, 1)
        under_way = sum(relaxation.index is not None for relaxation in self.relaxing)
        if stage.name == RELAXED.name and under_way > 1:
            halves = min(under_way, stage.total - stage.done) / 2
            pace = stage.working_s / (stage.done + halves)
            left = (stage.total - stage.done - halves) * pace
        return left - self.waited_s if self.waited_s < each else None

    @property
    def fraction_done(self) -> float:
        """From 0 to 1, every stage counting alike."""
        total = sum(stage.total for stage in self.stages)
        return sum(min(stage.done, stage.total) for stage in self.stages) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class JobResult:
    """One crystal of a job, and where it is kept.

    Attributes:
        job_id: The job.
        candidate: The crystal and what was done to it.
        changed_unix_s: When this was last changed.
    """

    job_id: str
    candidate: Candidate
    changed_unix_s: float

    @property
    def number(self) -> int:
        """Its place in the job as a reader counts, from 1."""
        return self.candidate.index + 1

    @property
    def entry_id(self) -> str:
        """Its name in the library as written, once the batch has ended."""
        return library_id(self.job_id, self.candidate.index, "written")

    @property
    def relaxed_entry_id(self) -> str | None:
        """The name of its relaxed form there, where it has one."""
        if self.candidate.relaxed_crystal is None:
            return None
        return library_id(self.job_id, self.candidate.index, "relaxed")


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


def library_id(job_id: str, index: int, step: str) -> str:
    """The library's name of what a step made of a job's crystal."""
    return f"{job_id}-{index}" if step == "written" else f"{job_id}-{index}-{step}"
