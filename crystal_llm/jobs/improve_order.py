"""An order of a round of self-improvement: a model learns from the best of what it writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from crystal_llm.errors import JobError
from crystal_llm.jobs.fine_tune_order import MAX_MINUTES
from crystal_llm.jobs.order import (
    JOB_BATCH_SIZE,
    USUAL_JUDGE,
    Judge,
    ModelOrderBase,
    OrderKind,
    crystals_text,
)
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.stages import (
    CHOSEN_FROM,
    RELAXED_FOR_CHOICE,
    TRAINED,
    TRIED_AFTER,
    TRIED_BEFORE,
    Stage,
)
from crystal_llm.studies.improvement import Improvement
from crystal_llm.studies.improvement_round import refuse_one_judge

if TYPE_CHECKING:
    from crystal_llm.settings import Settings

USUAL_EXAMINER = Judge(potential="sevennet-0")


@dataclass(frozen=True, slots=True)
class ImproveOrder(ModelOrderBase):
    """A model to learn from the best of what it writes, and to be tried against the new one.

    Attributes:
        name: What the new model is called.
        improvement: What the round does.
        model: Name of the model; None for the worker's own.
        weights_sha256: Hash of its weights; another model of that name is refused.
        judge: How crystals are judged that it may learn from.
        examiner: How those of the trial are judged: by another potential, or the model would be
            praised for its judge's errors.
        quantisation: None; as every order of a model has one.
        batch_size: As every order has one.
        refine: How crystals are refined before they are relaxed; None: not at all.
    """

    kind: ClassVar[OrderKind] = "improve"

    name: str
    improvement: Improvement = Improvement()  # noqa: RUF009 - frozen
    model: str | None = None
    weights_sha256: str | None = None
    judge: Judge = USUAL_JUDGE
    examiner: Judge = USUAL_EXAMINER
    quantisation: None = None
    batch_size: int = JOB_BATCH_SIZE
    refine: Refine | None = None

    @property
    def judges(self) -> tuple[Judge, ...]:
        """Both."""
        return (self.judge, self.examiner)

    @property
    def count(self) -> int:
        """How many crystals it chooses from."""
        return self.improvement.count

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        return f"{self.name}: a model improved on the best of {crystals_text(self.count)}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is done, in order."""
        return (
            CHOSEN_FROM, *self.refining, RELAXED_FOR_CHOICE, TRAINED, TRIED_BEFORE, TRIED_AFTER
        )  # fmt: skip

    def total_of(self, stage: Stage) -> int:
        """Crystals, of the trial its own; of the training the seconds that it takes at most."""
        if stage == TRAINED:
            return round(60 * self.improvement.minutes)
        return self.improvement.trial if stage in (TRIED_BEFORE, TRIED_AFTER) else self.count

    def check(self) -> None:
        """As :meth:`OrderBase.check`; a name, a time, two potentials."""
        from crystal_llm.library.own_models import check_title

        ModelOrderBase.check(self)
        check_title(self.name)
        if not 0.1 <= self.improvement.minutes <= MAX_MINUTES:
            raise JobError(f"minutes = {self.improvement.minutes:g}: from 0.1 to {MAX_MINUTES}")
        for judge in self.judges:
            if judge.reference is None or judge.known is None:
                raise JobError("a round needs a hull and known crystals to compare with")
        refuse_one_judge(self.judge.potential, self.examiner.potential)

    def check_for(self, configured: Settings) -> None:
        """As for every order; the model is one that can learn."""
        self.check()
        self.check_network(configured, "improved")
