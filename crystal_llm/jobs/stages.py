"""The stages of a job: what each does to its crystals, stores, and leaves in the library.

An order says by which stages its crystals go, in order. A stage begins candidates, or adds
one step to each; the step is stored under the stage's name. Whoever adds a stage writes its
step (:mod:`crystal_llm.candidate`), one :class:`Stage` here with its caption, and the part of
a form that asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from crystal_llm.library.entry import Origin

if TYPE_CHECKING:
    from pathlib import Path

    from crystal_llm.candidate import Candidate
    from crystal_llm.crystal.written import Written
    from crystal_llm.evaluation.coverage import FingerprintSet
    from crystal_llm.evaluation.novelty import KnownCrystals
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.flow.sampler_settings import SamplerSettings
    from crystal_llm.jobs.generate_order import GenerateOrder
    from crystal_llm.jobs.orders import Order
    from crystal_llm.judging import JudgingResources
    from crystal_llm.language_model.loading import LoadedModel
    from crystal_llm.relaxation.result import RelaxationStep
    from crystal_llm.studies.grid_study import StudyModel
    from crystal_llm.types import PlainCrystal


class StageContext(Protocol):
    """What a stage is lent while it runs."""

    @property
    def order(self) -> Order:
        """What was asked."""

    def model(self, chosen: StudyModel | None = None) -> AbstractContextManager[LoadedModel]:
        """The order's language model, or that of a cell, for the time of the context."""

    def flow(self) -> tuple[LoadedFlow, SamplerSettings]:
        """The network that refines the order's crystals, and how its velocity is followed."""

    def bench(self) -> JudgingResources:
        """What the order's crystals are judged with."""

    def fingerprinting(self) -> tuple[FingerprintSet, Path]:
        """The test crystals of the order's coverage, and the home of the cache."""

    def should_stop(self) -> bool:
        """Whether to give up what is not done; asked between two tokens or relaxations."""

    def progress(self, done: int) -> None:
        """Says how many crystals a stage that gives all at once has done."""

    def note(self, line: str) -> None:
        """Writes a line into the job's log."""

    def watch(self, candidate: Candidate, step: RelaxationStep) -> None:
        """Says where the relaxation of a candidate is."""

    def watch_known(self, crystal: PlainCrystal, step: RelaxationStep | None) -> None:
        """Says where the relaxation of a known phase is; None: it has ended."""

    def count_known(self, done: int, total: int) -> None:
        """Says how many of the known phases that crystals compete with are relaxed."""


@dataclass(frozen=True)
class Stage:
    """One stage of a job; exactly one of the last four says what it runs.

    Stages of jobs that train a model say nothing of the kind, nor does one that only counts what
    another does beside its crystals.

    Attributes:
        name: Of the step that it adds, as stored.
        caption: What a page calls it; None where it is too quick to be shown.
        origin: How the library says that the crystal which it makes came about; None where
            it makes none.
        begins: Begins the candidates of some indexes, in the order in which they end.
        each: Adds a step to one candidate, at once.
        many: Adds a step to candidates, in the order in which they end.
        all: Adds a step to the candidates of the whole job, once they are all there.
        takes: Which candidates it is for; others pass by.
        again: Whether it is for those that have its step too, which it does anew.
    """

    name: str
    caption: str | None = None
    origin: Origin | None = None
    begins: Callable[[Sequence[int], StageContext], Iterator[Written]] | None = None
    each: Callable[[Candidate, StageContext], Candidate] | None = None
    many: Callable[[Sequence[Candidate], StageContext], Iterator[Candidate]] | None = None
    all: Callable[[Sequence[Candidate], StageContext], Sequence[Candidate]] | None = None
    takes: Callable[[Candidate], bool] = lambda candidate: candidate.crystal is not None
    again: bool = False


def _generate(indexes: Sequence[int], context: StageContext) -> Iterator[Written]:
    from crystal_llm.generation.writer import write_crystals
    from crystal_llm.jobs.generate_order import GenerateOrder
    from crystal_llm.settings import settings
    from crystal_llm.stability.written_energies import shipped_energies

    order = context.order
    assert isinstance(order, GenerateOrder)
    known = _known(order, context) if order.request.new_only else None
    energies = shipped_energies(settings()) if order.request.by_energy else None
    with context.model() as model:
        yield from write_crystals(
            model,
            replace(order.request_at(indexes[0]), count=indexes[-1] + 1),
            batch_size=order.batch_size,
            first=indexes[0],
            known=None if known is None else known.name_of,
            energies=energies,
            should_stop=context.should_stop,
        )


def _known(order: GenerateOrder, context: StageContext) -> KnownCrystals | None:
    """What is no new crystal: the known phases that novelty is judged by, else the shipped ones."""
    from crystal_llm.evaluation.known_table import shipped_phases
    from crystal_llm.settings import settings

    judged = None if order.judge is None else context.bench().known
    return judged or shipped_phases(settings())


def _study(indexes: Sequence[int], context: StageContext) -> Iterator[Written]:
    """Crystals of one cell; their seeds are those of every other cell's."""
    from crystal_llm.generation.writer import write_crystals
    from crystal_llm.jobs.study_order import StudyOrder

    order = context.order
    assert isinstance(order, StudyOrder)
    cell = order.study.cell_at(indexes[0])
    begin = order.study.indexes_of(cell.number).start
    with context.model(cell.model) as model:
        for written in write_crystals(
            model,
            replace(order.study.request_of(cell), count=indexes[-1] - begin + 1),
            batch_size=order.batch_size,
            first=indexes[0] - begin,
            should_stop=context.should_stop,
        ):
            yield replace(written, index=begin + written.index, id=f"{cell.number}-{written.id}")


def _complete(indexes: Sequence[int], context: StageContext) -> Iterator[Written]:
    from crystal_llm.infill.completion import complete
    from crystal_llm.jobs.complete_order import CompleteOrder

    order = context.order
    assert isinstance(order, CompleteOrder)
    remaining = len(set(order.keep))
    with context.model() as model:
        for completion in complete(
            model,
            order.crystal,
            order.keep,
            replace(order.completion(model.card.text), count=indexes[-1] + 1),
            batch_size=order.batch_size,
            first=indexes[0],
            should_stop=context.should_stop,
        ):
            edit = completion.description(remaining, len(order.crystal.species))
            yield replace(completion.written, parent_id=order.parent_id, edit=edit)


def _take_up(indexes: Sequence[int], context: StageContext) -> Iterator[Written]:
    for index in indexes:
        yield replace(context.order.given[index], index=index)


def _check(candidate: Candidate, context: StageContext) -> Candidate:
    from crystal_llm.judging import checked

    return checked(candidate)


def _refine(candidates: Sequence[Candidate], context: StageContext) -> Iterator[Candidate]:
    from crystal_llm.judging import refined

    flow, settings = context.flow()
    return refined(candidates, flow, settings, should_stop=context.should_stop)


def _fingerprint(candidates: Sequence[Candidate], context: StageContext) -> Iterator[Candidate]:
    from crystal_llm.studies.coverage_set import fingerprinted

    test, home = context.fingerprinting()
    return fingerprinted(candidates, test, home, should_stop=context.should_stop)


def _relax(candidates: Sequence[Candidate], context: StageContext) -> Iterator[Candidate]:
    from crystal_llm.judging import check_bench, relaxed

    bench = context.bench()
    check_bench(bench)
    return relaxed(candidates, bench, should_stop=context.should_stop, watch=context.watch)


def _can_refine(candidate: Candidate) -> bool:
    return _can_relax(candidate) and not candidate.has("relaxed")


def _can_relax(candidate: Candidate) -> bool:
    from crystal_llm.judging import can_relax

    return can_relax(candidate)


def _place(candidate: Candidate, context: StageContext) -> Candidate:
    from crystal_llm.judging import placed

    return placed(candidate, context.bench(), tell=context.note)


def _place_among_relaxed(
    candidates: Sequence[Candidate], context: StageContext
) -> Iterator[Candidate]:
    from crystal_llm.judging import placed_among_relaxed

    yield from placed_among_relaxed(
        candidates,
        context.bench(),
        progress=context.count_known,
        should_stop=context.should_stop,
        watch=context.watch_known,
    )


def _compare(candidates: Sequence[Candidate], context: StageContext) -> Sequence[Candidate]:
    from crystal_llm.judging import compared

    bench = context.bench()
    return compared(
        candidates,
        bench.known,
        bench.reference,
        progress=lambda done, total: context.progress(done),
    )


def _compare_in_cell(candidates: Sequence[Candidate], context: StageContext) -> Sequence[Candidate]:
    from crystal_llm.studies.grid_crystals import compared_in_cell

    bench = context.bench()
    return compared_in_cell(candidates, bench.known, bench.reference)


GENERATED = Stage("written", "Written", "generated", begins=_generate)
COMPLETED = Stage("written", "Written", "infill", begins=_complete)
GIVEN = Stage("written", "Taken up", "uploaded", begins=_take_up)
EDITED = Stage("written", "Taken up", "infill", begins=_take_up)
CHECKED = Stage("checked", each=_check)
REFINED = Stage("refined", "Refined", "refined", many=_refine, takes=_can_refine)
FINGERPRINTED = Stage("fingerprinted", "Fingerprinted", many=_fingerprint)
RELAXED = Stage("relaxed", "Relaxed", "relaxed", many=_relax, takes=_can_relax)
PLACED = Stage("placed", each=_place, takes=lambda candidate: candidate.has("relaxed"))
COMPETITORS = Stage("competitors", "Competing phases relaxed")
"""Counts what :data:`COMPETED` relaxes; how many that is, is known once crystals are placed."""
COMPETED = Stage(
    "placed",
    many=_place_among_relaxed,
    takes=lambda candidate: candidate.energy_above_hull_ev_per_atom is not None,
    again=True,
)
COMPARED = Stage("compared", "Compared with each other", all=_compare)
UNTIMED = frozenset({COMPETITORS.name, COMPARED.name})
"""Stages of which no pace tells how long they take: many a relaxation is in the cache."""
STUDIED = Stage("written", "Written", "generated", begins=_study)
COMPARED_IN_CELL = Stage("compared", "Compared within their cells", all=_compare_in_cell)
TRANSCRIBED = Stage("transcribed", "Brought to symmetric form")
TRAINED = Stage("trained", "Trained, seconds at most")
CHOSEN_FROM = Stage("written", "Written to choose from", "generated")
RELAXED_FOR_CHOICE = Stage("relaxed", "Relaxed: valid, novel, not repeated", "relaxed")
TRIED_BEFORE = Stage("tried before", "Trial of the old model, relaxations")
TRIED_AFTER = Stage("tried after", "Trial of the new model, relaxations")
