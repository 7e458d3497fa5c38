"""How each kind of job is done: in batches, each of which may be done again without harm.

Crystal *i* depends on the seed and on *i* alone, results are stored by place, and a batch
that ended is never begun again: neither a killed worker nor a retry repeats or doubles
anything but the batch that was under way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from crystal_llm.jobs.job import JobResult
from crystal_llm.jobs.library_entries import drafts_of
from crystal_llm.jobs.orders import (
    CompleteOrder,
    GenerateOrder,
    JobCrystal,
    Order,
    count_of,
    judge_of,
    kind_of,
)
from crystal_llm.jobs.record import JobRecord, JobStopped
from crystal_llm.jobs.stages import compare_results, judge_results
from crystal_llm.library.store import Library

if TYPE_CHECKING:
    from crystal_llm.generation.request import Candidate
    from crystal_llm.jobs.orders import Judge
    from crystal_llm.judging import Bench
    from crystal_llm.language_model.loading import LoadedModel

LOOK_SECONDS = 1.0
"""How often a worker looks whether its job is still wanted."""

_WRITTEN, _JUDGED, _COMPARED = 0, 1, 2


class Means(Protocol):
    """What a worker lends to the jobs it does."""

    @property
    def writing(self) -> threading.Lock:
        """Held while crystals are written: a model serves one job at a time."""

    def model(self, name: str | None, quantisation: str | None, job: JobRecord) -> LoadedModel:
        """A language model, loaded once."""

    def bench(self, judge: Judge) -> Bench:
        """What crystals are judged with, read once."""

    def library(self, owner: str) -> Library:
        """An owner's library."""

    def rest_if_stopping(self) -> None:
        """Does not return when the worker is about to end."""


class Work:
    """One job under the hands of a worker.

    Args:
        job: The job's rows.
        means: What the worker lends.
        step: Runs a named step of the job durably: once it has ended it is not run again.
    """

    def __init__(
        self, job: JobRecord, means: Means, step: Callable[[str, Callable[[], None]], None]
    ) -> None:
        self._job, self._means, self._step = job, means, step
        self._looked = 0.0
        self._gone = False

    def run(self) -> None:
        """Does the job from where it stands.

        Raises:
            CrystalLLMError: It cannot be done; says why.
            JobStopped: It is no longer this worker's.
        """
        order = self._job.order()
        count = count_of(order)
        for first in range(0, count, order.batch_size):
            places = range(first, min(first + order.batch_size, count))
            # The same steps in the same order at every attempt: dbos tells them by number.
            self._step(f"crystals {first}", lambda places=places: self._batch(order, places))  # type: ignore[misc]
        judge = judge_of(order)
        if judge is not None:
            self._step("compare", lambda: self._compare(order, self._means.bench(judge)))

    def _batch(self, order: Order, places: range) -> None:
        name = f"{places.start}-{places.stop}"
        if self._job.batch_ended(name):
            return
        self._check()
        if isinstance(order, GenerateOrder | CompleteOrder):
            self._write(order, places)
        else:
            given = [(place, order.crystals[place]) for place in places]
            self._job.write(given, _WRITTEN, places.stop)
        judge = judge_of(order)
        if judge is not None:
            self._judge(places, self._means.bench(judge))
        self._shelve(order, places)
        self._job.end_batch(name)
        self._job.log(f"batch of crystals {places.start} to {places.stop - 1} ended")

    def _write(self, order: GenerateOrder | CompleteOrder, places: range) -> None:
        """Writes the crystals of a batch that are not there yet."""
        there = {one.place for one in self._job.results(places)}
        missing = [place for place in places if place not in there]
        if not missing:
            return
        with self._means.writing:
            self._check()
            model = self._means.model(order.model, order.quantisation, self._job)
            self._job.start_clock(_WRITTEN)
            for crystal in _written(model, order, missing, self._should_stop):
                place = int(crystal.id.rpartition("-")[2])
                there.add(place)
                self._job.write([(place, crystal)], _WRITTEN, places.start + len(there))
        self._check()

    def _judge(self, places: range, bench: Bench) -> None:
        results = self._job.results(places)
        self._job.start_clock(_JUDGED)
        verdicts = judge_results(results, bench, should_stop=self._should_stop)
        for judged, (place, verdict) in enumerate(verdicts, start=1):
            self._job.judge([(place, verdict)], _JUDGED, places.start + judged)
        self._check()

    def _compare(self, order: Order, bench: Bench) -> None:
        self._check()
        self._job.start_clock(_COMPARED)
        results = self._job.results()
        shown = 0.0

        def progress(done: int) -> None:
            nonlocal shown
            if time.monotonic() - shown > LOOK_SECONDS or done == len(results):
                shown = time.monotonic()
                self._job.progress(_COMPARED, done)
                self._check()

        verdicts = compare_results(results, bench, progress=progress)
        self._job.judge(verdicts, _COMPARED, len(results))
        self._shelve(order, range(count_of(order)))

    def _shelve(self, order: Order, places: range) -> None:
        results: tuple[JobResult, ...] = self._job.results(places)
        library = self._means.library(self._job.owner)
        library.add_all(drafts_of(self._job.job_id, kind_of(order), results))

    def _should_stop(self) -> bool:
        if not self._gone and time.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = time.monotonic()
            self._gone = not self._job.wanted()
        self._means.rest_if_stopping()
        return self._gone

    def _check(self) -> None:
        """Ends the job where it stands if it is no longer this worker's."""
        self._looked = 0.0
        if self._should_stop():
            raise JobStopped


def _written(
    model: LoadedModel,
    order: GenerateOrder | CompleteOrder,
    places: list[int],
    should_stop: Callable[[], bool],
) -> Iterator[JobCrystal]:
    """Writes the crystals from the first to the last of some places."""
    if isinstance(order, CompleteOrder):
        return _completed(model, order, places, should_stop)
    return _generated(model, order, places, should_stop)


def _generated(
    model: LoadedModel, order: GenerateOrder, places: list[int], should_stop: Callable[[], bool]
) -> Iterator[JobCrystal]:
    from crystal_llm.generation.writer import write_crystals

    for candidate in write_crystals(
        model,
        order.request(places[-1] + 1),
        batch_size=order.batch_size,
        first=places[0],
        should_stop=should_stop,
    ):
        yield _crystal_of(candidate)


def _completed(
    model: LoadedModel, order: CompleteOrder, places: list[int], should_stop: Callable[[], bool]
) -> Iterator[JobCrystal]:
    from crystal_llm.infill.completion import complete

    kept = len(set(order.keep))
    for one in complete(
        model,
        order.crystal,
        order.keep,
        order.request(places[-1] + 1, model.card.text),
        batch_size=order.batch_size,
        first=places[0],
        should_stop=should_stop,
    ):
        yield replace(
            _crystal_of(one.candidate),
            # With the exact lattice and kept positions, which text rounds.
            crystal=one.crystal,
            parent_id=order.parent_id,
            edit=one.description(kept, len(order.crystal.species)),
        )


def _crystal_of(candidate: Candidate) -> JobCrystal:
    from crystal_llm.errors import CrystalTextError
    from crystal_llm.text.codec import decode_plain

    crystal, failure = None, candidate.failure
    if failure is None:
        try:
            crystal = decode_plain(candidate.text)
        except CrystalTextError as error:
            failure = str(error)
    return JobCrystal(
        id=candidate.id,
        crystal=crystal,
        failure=failure,
        text=candidate.text,
        log_likelihood=candidate.log_likelihood,
        line_log_likelihoods=candidate.line_log_likelihoods,
        prompt=candidate.prompt,
        seed=candidate.seed,
        model=candidate.model,
    )
