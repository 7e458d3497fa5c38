"""An order of a study: a grid of models, temperatures and nucleus sizes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from crystal_llm.errors import JobError, ModelCardError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.order import (
    SUBMITTED,
    USUAL_JUDGE,
    Judge,
    OrderBase,
    OrderKind,
    batch_name,
    crystals_text,
)
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.stages import (
    CHECKED,
    COMPARED,
    COMPARED_IN_CELL,
    FINGERPRINTED,
    RELAXED,
    STUDIED,
    Stage,
)
from crystal_llm.studies.grid_study import ROUND_SIZE, GridStudy

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate
    from crystal_llm.language_model.card import ModelCard
    from crystal_llm.settings import Settings


@dataclass(frozen=True, slots=True)
class StudyOrder(OrderBase):
    """A grid of models, temperatures and nucleus sizes, to be written and judged cell by cell.

    Attributes:
        study: The grid.
        judge: How crystals are judged, as many of each cell as the study relaxes.
        batch_size: Crystals that a cell gets before the next one has its turn.
        refine: How crystals are refined in the cells whose crystals are.
    """

    kind: ClassVar[OrderKind] = "study"
    replay_takers: ClassVar[str] = f"Explore, to `crystal-llm explore --config` or to {SUBMITTED}"
    model: ClassVar[None] = None
    quantisation: ClassVar[None] = None
    weights_sha256: ClassVar[None] = None

    study: GridStudy
    judge: Judge = USUAL_JUDGE
    batch_size: int = ROUND_SIZE
    refine: Refine | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that it compares."""
        return tuple(model.name for model in self.study.models)

    @property
    def count(self) -> int:
        """How many crystals it is about, if no cell is given up."""
        return self.study.count

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        cells = self.study.cell_count
        of = "1 cell" if cells == 1 else f"{cells} cells"
        return f"Study of {of} × {crystals_text(self.study.crystals)}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        study = self.study

        def part(stage: Stage, chosen: Callable[[int], bool]) -> Stage:
            return replace(stage, takes=lambda made: chosen(made.index) and stage.takes(made))

        refining = [
            part(stage, lambda index: study.cell_at(index).refined) for stage in self.refining
        ]
        fingerprinting = [FINGERPRINTED] if study.test_crystals else []
        begun = (STUDIED, CHECKED, *refining, *fingerprinting)
        if not study.relaxed:
            return (*begun, COMPARED_IN_CELL)
        others = [stage for stage in self.judge.stages if stage not in (RELAXED, COMPARED)]
        return (*begun, part(RELAXED, study.is_relaxed), *others, COMPARED_IN_CELL)

    @property
    def batches(self) -> tuple[range, ...]:
        """Every cell gets a batch, then every cell the next one."""
        return self.study.batches(self.batch_size)

    def compared_with(self, batch: range) -> range | None:
        """Those of the same cell."""
        return self.study.indexes_of(batch.start // self.study.crystals)

    def round_of(self, batch: range) -> int:
        """How many batches its cell has before it; 0 where no cell is given up."""
        return batch.start % self.study.crystals // self.batch_size if self.study.adaptive else 0

    def dominated(self, candidates: Sequence[Candidate]) -> Mapping[int, str]:
        """Cells that get no more crystals, by the index of their first one."""
        from crystal_llm.studies.grid_crystals import study_crystal
        from crystal_llm.studies.grid_summary import dominated, summarise

        crystals = [study_crystal(candidate) for candidate in candidates]
        cells = summarise(self.study, crystals, self.batch_size)
        reasons = dominated(self.study, cells)
        return {self.study.indexes_of(cell).start: why for cell, why in reasons.items()}

    def given_up(self, ended: Collection[str], written: Mapping[int, int]) -> tuple[int, ...]:
        """Cells that were given up, by their numbers.

        Args:
            ended: Names of the batches that ended, as the database has them.
            written: How many crystals each cell has.
        """
        due = dict.fromkeys(range(self.study.cell_count), 0)
        for batch in self.batches:
            if batch_name(batch) in ended:
                due[batch.start // self.study.crystals] += len(batch)
        return tuple(cell for cell, count in due.items() if count > written.get(cell, 0))

    def request_at(self, index: int) -> GenerationRequest:
        """What is asked of the model for one crystal."""
        return self.study.request_of(self.study.cell_at(index))

    def with_model(self, configured: Settings) -> StudyOrder:
        """The order with the hashes of the models' weights as they are now."""
        from crystal_llm.language_model.card import find_card

        order = self._with_flow(configured)
        for model in self.study.models:
            try:
                card = find_card(model.name, configured.models)
            except ModelCardError:
                continue  # the card may be on the worker's machine alone
            order = order._with_weights(model.name, card.weights_sha256)
        return order

    def by(self, card: ModelCard) -> StudyOrder:
        """The order with a hash where its model of that card has none."""
        return self._with_weights(card.name, card.weights_sha256)

    def _with_weights(self, name: str, sha256: str | None) -> StudyOrder:
        models = tuple(
            replace(model, weights_sha256=model.weights_sha256 or sha256)
            if model.name == name
            else model
            for model in self.study.models
        )
        return (
            self
            if models == self.study.models
            else replace(self, study=replace(self.study, models=models))
        )

    def check(self) -> None:
        """As for every order; a cell that is refined says how."""
        OrderBase.check(self)
        if any(self.study.refinements) != (self.refine is not None):
            raise JobError("a study that refines crystals says how (refine), and no other does")

    def check_for(self, configured: Settings) -> None:
        """As for every order; every model's text can hold what must hold exactly."""
        self.check()
        for cell in self.study.cells:
            request = self.study.request_of(cell)
            GenerateOrder(request, model=cell.model.name).check_for(configured)
