"""How a job is done: in batches, each of which may be done again without harm.

Crystal *i* depends on the seed and on *i* alone, results are stored by index, and a batch
that ended is never begun again: neither a killed worker nor a retry repeats or doubles
anything but the batch that was under way. Within a batch the crystals go from stage to stage,
each as soon as it can.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from crystal_llm.candidate import Candidate, Step
from crystal_llm.errors import JobError
from crystal_llm.jobs.job import LiveRelaxation
from crystal_llm.jobs.library_entries import entries_of
from crystal_llm.jobs.order import batch_name, check_weights
from crystal_llm.jobs.orders import Order
from crystal_llm.jobs.record import JobRecord, JobStopped
from crystal_llm.jobs.stages import COMPETITORS, Stage
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.library.offered_models import OfferedModels
from crystal_llm.library.own_models import OwnModels
from crystal_llm.library.store import Library

if TYPE_CHECKING:
    from pathlib import Path

    from crystal_llm.evaluation.coverage import FingerprintSet
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.flow.sampler_settings import SamplerSettings
    from crystal_llm.jobs.order import Judge
    from crystal_llm.judging import JudgingResources
    from crystal_llm.language_model.loading import LoadedModel
    from crystal_llm.relaxation.result import RelaxationStep
    from crystal_llm.settings import Settings
    from crystal_llm.studies.grid_study import StudyModel
    from crystal_llm.types import PlainCrystal

_LIVE_SECONDS = 1.5
"""How often a worker says where its job is this moment."""

MOST_LIVE_STEPS = 60
"""Steps of one relaxation that are shown while it goes on."""

_LOOK_SECONDS = 1.0
"""How often a worker looks whether its job is still wanted."""


class WorkerResources(Protocol):
    """What a worker lends to the jobs it does."""

    @property
    def configured(self) -> Settings:
        """Where models, tables and caches are."""

    @property
    def writing(self) -> threading.Lock:
        """Held while crystals are written: a model serves one job at a time."""

    def model(self, name: str | None, quantisation: str | None, job: JobRecord) -> LoadedModel:
        """A language model, loaded once."""

    def flow(self, name: str) -> LoadedFlow:
        """A network that refines crystals, loaded once."""

    def bench(self, judge: Judge) -> JudgingResources:
        """What crystals are judged with, read once."""

    def library(self, owner: str) -> Library:
        """An owner's library."""

    def own_models(self, owner: str) -> OwnModels:
        """An owner's fine-tuned models."""

    def offered_models(self, owner: str) -> OfferedModels:
        """The models that an owner was offered."""

    def rest_if_stopping(self) -> None:
        """Does not return when the worker is about to end."""


class Work:
    """One job under the hands of a worker; its stages' :class:`StageContext`.

    Args:
        job: The job's rows.
        means: What the worker lends.
        step: Runs a named step of the job durably: once it has ended it is not run again.
    """

    def __init__(
        self,
        job: JobRecord,
        means: WorkerResources,
        step: Callable[[str, Callable[[], None]], None],
    ) -> None:
        self._job, self._means, self._step = job, means, step
        self._order = job.order()
        self._looked = self._shown = 0.0
        self._stage = ""
        self._gone = self._ending = False
        self._beaten = 0.0
        self._relaxing: dict[int | PlainCrystal, list[RelaxationStep]] = {}
        self._formulas: dict[int | PlainCrystal, str] = {}
        self._before = 0
        self._dominated: dict[int, Mapping[int, str]] = {}

    @property
    def order(self) -> Order:
        """What was asked."""
        return self._order

    def run(self) -> None:
        """Does the job from where it stands.

        Raises:
            CrystalLLMError: It cannot be done; says why.
            JobStopped: It is no longer this worker's.
        """
        batches, before = self._order.batches, 0
        for batch in batches:
            # The same steps in the same order at every attempt: dbos tells them by number.
            self._step(
                f"crystals {batch.start}",
                lambda batch=batch, before=before: self._or_stopped(  # type: ignore[misc]
                    lambda: self._batch(batch, before)
                ),
            )
            before += len(batch)
        if self._by_groups:
            return
        for stage in self._order.stages:
            if stage.all is not None:
                self._step(
                    "compare",
                    lambda stage=stage: self._or_stopped(lambda: self._whole(stage)),  # type: ignore[misc]
                )

    @contextmanager
    def model(self, chosen: StudyModel | None = None) -> Iterator[LoadedModel]:
        """A language model; no other job of this worker has it meanwhile.

        Args:
            chosen: That of a cell; None for the order's own.

        Raises:
            JobError: Its weights are others than those that the order is for.
        """
        order = self._order
        with self._means.writing:
            self._check()
            name = order.model if chosen is None else chosen.name
            quantisation = order.quantisation if chosen is None else chosen.quantisation
            weights = order.weights_sha256 if chosen is None else chosen.weights_sha256
            loaded = self._means.model(name, quantisation, self._job)
            check_weights(weights, loaded.card)
            if (known := order.by(loaded.card)) != order:
                self._job.store_order(known)
                self._order = known
            self._job.start_clock(self._stage)
            yield loaded

    def flow(self) -> tuple[LoadedFlow, SamplerSettings]:
        """The network that refines the order's crystals, and how its velocity is followed.

        Raises:
            JobError: It is another one than that which the order is for.
            ModelCardError: There is none here.
        """
        refine = self._order.refine
        if refine is None:
            raise JobError("the job does not refine its crystals")
        return refine.flow_by(self._means.flow)

    def bench(self) -> JudgingResources:
        """What the order's crystals are judged with."""
        judge = self._order.judge
        if judge is None:
            raise JobError("the job does not judge its crystals")
        return self._means.bench(judge)

    def fingerprinting(self) -> tuple[FingerprintSet, Path]:
        """The test crystals of a study's coverage, and the home of the cache.

        Raises:
            EvaluationError: There are none.
        """
        from crystal_llm.evaluation.known_table import shipped_table
        from crystal_llm.studies.coverage_set import test_set

        order, configured = self._order, self._means.configured
        if not isinstance(order, StudyOrder):
            raise JobError("the job does not fingerprint its crystals")
        study = order.study
        crystals = (study.test_crystals, study.request.max_atoms)

        def progress(done: int, total: int) -> None:
            self._check()
            if done == 0:
                self._job.log(f"fingerprints of {total:,} test crystals")

        table = shipped_table(configured)
        return test_set(table, *crystals, configured.home, progress), configured.home

    def should_stop(self) -> bool:
        """Whether the job is no longer this worker's; looked up once a second."""
        if self._ending:
            return False
        if not self._gone and time.monotonic() - self._looked >= _LOOK_SECONDS:
            self._looked = time.monotonic()
            self._gone = not self._job.wanted()
            self._beat()
        self._means.rest_if_stopping()
        return self._gone

    def note(self, line: str) -> None:
        """Writes a line into the job's log."""
        self._job.log(line)

    def watch(self, candidate: Candidate, step: RelaxationStep) -> None:
        """Notes where a relaxation is; told with the next sign of life."""
        self._formulas[candidate.index] = candidate.formula or ""
        self._note_step(candidate.index, step)

    def watch_known(self, crystal: PlainCrystal, step: RelaxationStep | None) -> None:
        """Notes where the relaxation of a known phase is, or with None that it has ended."""
        from crystal_llm.evaluation.validity import formula_of

        if step is None:
            self._relaxing.pop(crystal, None)
            return
        self._formulas[crystal] = formula_of(crystal.species)
        self._note_step(crystal, step)

    def count_known(self, done: int, total: int) -> None:
        """Says how many of the known phases that a batch competes with are relaxed."""
        if done in (0, total) or time.monotonic() - self._shown > _LOOK_SECONDS:
            self._shown = time.monotonic()
            self._job.progress(COMPETITORS.name, done, total)

    def _note_step(self, relaxed: int | PlainCrystal, step: RelaxationStep) -> None:
        steps = self._relaxing.setdefault(relaxed, [])
        if steps and step.step < steps[-1].step:  # a second try with smaller steps
            steps.clear()
        steps.append(step)
        if len(steps) > MOST_LIVE_STEPS:  # every second one of those before the last
            del steps[1:-1:2]

    def _beat(self) -> None:
        if time.monotonic() - self._beaten >= _LIVE_SECONDS:
            self._beaten = time.monotonic()
            self._job.beat(
                self._stage,
                [
                    LiveRelaxation(
                        relaxed if isinstance(relaxed, int) else None,
                        self._formulas[relaxed],
                        tuple(steps),
                    )
                    for relaxed, steps in self._relaxing.items()
                ],
            )

    def progress(self, done: int) -> None:
        """Says how far the stage is that takes the whole job."""
        if time.monotonic() - self._shown > _LOOK_SECONDS or done == self._order.count:
            self._shown = time.monotonic()
            self._job.progress(self._stage, done)
            self._check()

    @property
    def _by_groups(self) -> bool:
        """Whether crystals are compared batch by batch, not at the end of the job."""
        first = next(iter(self._order.batches), None)
        return first is not None and self._order.compared_with(first) is not None

    def _or_stopped(self, work: Callable[[], None]) -> None:
        """Works; where the user stops the job, compares what there is before it ends."""
        try:
            work()
        except JobStopped:
            if self._job.stopped() and not self._by_groups:
                self._ending = True
                for stage in self._order.stages:
                    self._whole(stage)
            raise

    def _batch(self, batch: range, before: int) -> None:
        """Makes a batch; ``before`` is how many crystals the batches before it have."""
        name = batch_name(batch)
        self._before = before
        if self._job.batch_ended(name):
            return
        self._check()
        if reason := self._given_up(batch):
            self._job.log(f"crystals {batch.start} to {batch.stop - 1} given up: {reason}")
            self._job.end_batch(name)
            return
        first, *others = [stage for stage in self._order.stages if stage.all is None]
        candidates = self._begun(first, _quick_after(first, others), batch)
        for stage in others:
            if stage.many is not None:
                candidates = self._through(stage, _quick_after(stage, others), candidates, batch)
        for _ in candidates:
            pass
        self._check()
        if (group := self._order.compared_with(batch)) is not None:
            for stage in self._order.stages:
                if stage.all is not None:
                    self._together(stage, group, self._before + len(batch))
        self._shelve(batch)
        self._job.end_batch(name)
        self._job.log(f"batch of crystals {batch.start} to {batch.stop - 1} ended")

    def _given_up(self, batch: range) -> str | None:
        """Why a batch is not made; what was found up to its round is looked at once a round."""
        number, group = self._order.round_of(batch), self._order.compared_with(batch)
        if not number or group is None:
            return None
        if number not in self._dominated:
            self._dominated = {number: self._order.dominated(self._candidates())}
        return self._dominated[number].get(group.start)

    def _begun(self, stage: Stage, quick: Sequence[Stage], batch: range) -> Iterator[Candidate]:
        """The candidates of a batch; begins those that are not there yet."""
        there: set[int] = set()
        for result in self._job.results(batch):
            # Of an earlier release, or of a worker that died, a step may be missing.
            candidate = self._quick(result.candidate, quick)
            there.add(candidate.index)
            if new := _new(candidate, result.candidate):
                self._job.write(new, stage.name, self._before + len(there))
            yield candidate
        missing = [index for index in batch if index not in there]
        if not missing or stage.begins is None:
            return
        self._stage = stage.name
        self._job.start_clock(stage.name)
        for written in stage.begins(missing, self):
            if written.index not in there:
                candidate = self._quick(Candidate((written,)), quick)
                there.add(written.index)
                self._job.write(_new(candidate), stage.name, self._before + len(there))
                yield candidate
        self._check()

    def _through(
        self, stage: Stage, quick: Sequence[Stage], coming: Iterator[Candidate], batch: range
    ) -> Iterator[Candidate]:
        """Takes candidates through a stage; those that it is not for, or was done to, pass by."""
        waiting: dict[int, Candidate] = {}
        passing: list[Candidate] = []
        new: list[tuple[int, Step]] = []
        for candidate in coming:
            if stage.takes(candidate) and (stage.again or not candidate.has(stage.name)):
                waiting[candidate.index] = candidate
            else:
                after = self._quick(candidate, quick)
                new += _new(after, candidate)
                passing.append(after)
        self._check()
        done = self._before + len(passing)
        self._job.write(new, stage.name, done)
        yield from passing
        if not waiting or stage.many is None:
            return
        self._stage = stage.name
        self._job.start_clock(stage.name)
        self._relaxing.clear()
        for candidate in stage.many(list(waiting.values()), self):
            self._relaxing.pop(candidate.index, None)
            after = self._quick(candidate, quick)
            done += 1
            self._job.write(_new(after, waiting[after.index]), stage.name, done)
            yield after
        self._check()

    def _whole(self, stage: Stage) -> None:
        """Takes all candidates of the job through a stage at once."""
        if stage.all is not None:
            self._together(stage, None, None)
            self._shelve(range(self._order.count))

    def _together(self, stage: Stage, group: range | None, done: int | None) -> None:
        """Takes some candidates, or all, through a stage at once."""
        if stage.all is None:
            return
        self._check()
        self._stage = stage.name
        self._job.start_clock(stage.name)
        before = self._candidates(group)
        steps = [
            (after.index, step)
            for after in stage.all(before, self)
            for step in after.steps
            if step.name == stage.name
        ]
        self._job.write(steps, stage.name, len(before) if done is None else done)

    def _candidates(self, group: range | None = None) -> list[Candidate]:
        return [result.candidate for result in self._job.results(group)]

    def _quick(self, candidate: Candidate, stages: Sequence[Stage]) -> Candidate:
        for stage in stages:
            if stage.each is not None and stage.takes(candidate) and not candidate.has(stage.name):
                candidate = stage.each(candidate, self)
        return candidate

    def _shelve(self, batch: range) -> None:
        candidates = [result.candidate for result in self._job.results(batch)]
        library = self._means.library(self._job.owner)
        library.add_all(entries_of(self._job.job_id, self._order, candidates))

    def _check(self) -> None:
        """Ends the job where it stands if it is no longer this worker's."""
        self._looked = 0.0
        if self.should_stop():
            raise JobStopped


def _quick_after(stage: Stage, stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The quick stages that follow one at once: their steps are stored with its own."""
    following = stages[stages.index(stage) + 1 :] if stage in stages else stages
    quick: list[Stage] = []
    for later in following:
        if later.each is None:
            break
        quick.append(later)
    return tuple(quick)


def _new(candidate: Candidate, before: Candidate | None = None) -> list[tuple[int, Step]]:
    """The steps that a candidate has and had not before, each with its index."""
    had = () if before is None else before.steps
    return [(candidate.index, step) for step in candidate.steps if step not in had]
