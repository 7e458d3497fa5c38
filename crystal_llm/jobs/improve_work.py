"""How a job does a round of self-improvement, and what becomes of the model that it makes.

The round lies in the worker's home folder, a file a stage, so that a killed job goes on with the
stage that it was in. What it comes to is told to the database after every stage. A model that the
trial recommends is kept as its owner's; another is offered, for its owner to take or to discard.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crystal_llm.io.record_json import to_plain
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.jobs.library_entries import entries_of
from crystal_llm.jobs.record import JobStopped
from crystal_llm.jobs.stages import (
    CHOSEN_FROM,
    REFINED,
    RELAXED_FOR_CHOICE,
    TRAINED,
    TRIED_AFTER,
    TRIED_BEFORE,
    Stage,
)
from crystal_llm.jobs.training_work import TrainingWork
from crystal_llm.studies.improvement import ImprovementResult
from crystal_llm.studies.improvement_round import improve
from crystal_llm.studies.known_to_mix import known_to_mix
from crystal_llm.studies.round_learning import MODEL
from crystal_llm.studies.round_tools import ImprovementStoppedError, ImprovementTools, RoundStage

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate
    from crystal_llm.language_model.card import ModelCard

_STAGES: dict[RoundStage, Stage] = {
    "written": CHOSEN_FROM,
    "refined": REFINED,
    "relaxed": RELAXED_FOR_CHOICE,
    "tried before": TRIED_BEFORE,
    "tried after": TRIED_AFTER,
}


class ImproveWork(TrainingWork[ImproveOrder]):
    """One round; as :class:`~crystal_llm.jobs.training_work.TrainingWork`, and what watches it."""

    folder_name = "improvement"
    step_name = "improve"

    @classmethod
    def _kind(cls) -> type[ImproveOrder]:
        return ImproveOrder

    def _do(self) -> None:
        base = self._base()
        if (known := self._order.by(base)) != self._order:
            self._job.store_order(known)
            self._order = known
        asked, refine = self._order.improvement, self._order.refine
        try:
            result = improve(
                self._folder,
                asked,
                ImprovementTools(
                    self._means.model(base.name, None, self._job),
                    self._means.bench(self._order.judge),
                    self._means.bench(self._order.examiner),
                    known_to_mix(self._configured, asked.within_ev_per_atom),
                    load=lambda card: self._means.model(str(card), None, self._job),
                    watch=self,
                    flow=None if refine is None else refine.flow_by(self._means.flow),
                    writing=self._means.writing,
                ),
            )
        except ImprovementStoppedError:
            raise JobStopped from None
        if result.nothing_learned is None:
            self._end_in_a_model(base, result)

    def _end_in_a_model(self, base: ModelCard, result: ImprovementResult) -> None:
        """Keeps the model where the trial recommends it, and offers it where not."""
        way = "preferring them to worse ones" if result.worse is not None else "with known ones"
        made = self._made(
            base,
            self._folder / MODEL,
            self._order.name,
            f"{base.title}, improved on {result.learned:,} of its own crystals, {way}.",
        )
        if result.kept:
            self._keep(made)
        else:
            self._means.offered_models(self._job.owner).offer(
                made.id, made.title, self._job.job_id, made.card, made.files
            )
        verdict = "recommended and kept" if result.kept else "not recommended, and offered"
        self._job.log(f"the new model is {verdict}")

    def tell(self, line: str) -> None:
        """Writes what is done next into the job's log."""
        self._job.log(line)

    def counted(self, stage: RoundStage, done: int, total: int) -> None:
        """Says how far a stage is, once a second."""
        named = _STAGES[stage]
        if named.name != self._stage:
            self._stage, self._told_at = named.name, 0.0
            self._job.start_clock(named.name)
        self._tell_progress(named, done, total)

    def learning(self, line: dict[str, Any]) -> None:
        """Stores a point of the learning curve."""
        if self._stage != TRAINED.name:
            self._stage = TRAINED.name
            self._job.start_clock(TRAINED.name)
        self._report(line, self._order.total_of(TRAINED))

    def result(self, result: ImprovementResult) -> None:
        """Stores what the round came to so far."""
        self._job.write_finding(to_plain(result))
        if result.tuned is not None:
            self._job.progress(TRAINED.name, self._order.total_of(TRAINED))

    def chosen(self, candidates: Sequence[Candidate]) -> None:
        """Puts the crystals that the model learns from into the library."""
        library = self._means.library(self._job.owner)
        library.add_all(entries_of(self._job.job_id, self._order, candidates))

    def should_stop(self) -> bool:
        """Whether the job is no longer wanted."""
        return self._is_gone()
