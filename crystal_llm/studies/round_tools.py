"""What a round of self-improvement works with, and who is told of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from crystal_llm.errors import EvaluationError

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate
    from crystal_llm.dataset.symmetric_table import SymmetricRow
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.flow.sampler_settings import SamplerSettings
    from crystal_llm.judging import JudgingResources
    from crystal_llm.language_model.loading import LoadedModel
    from crystal_llm.studies.improvement import ImprovementResult

RoundStage = Literal["written", "refined", "relaxed", "tried before", "tried after"]
"""What takes long and is counted; a trial is counted by its relaxations."""


class ImprovementWatch(Protocol):
    """What is told of a round while it goes on, and may end it."""

    def tell(self, line: str) -> None:
        """Hears what is done next."""

    def counted(self, stage: RoundStage, done: int, total: int) -> None:
        """Hears how far a stage is; the total may grow."""

    def learning(self, line: dict[str, Any]) -> None:
        """Hears a line of the training's metrics; after a kill the earlier ones again."""

    def result(self, result: ImprovementResult) -> None:
        """Hears what the round came to so far."""

    def chosen(self, candidates: Sequence[Candidate]) -> None:
        """Hears which crystals the model learns from."""

    def should_stop(self) -> bool:
        """Whether the round is to end where it stands; asked between crystals and steps."""


@dataclass(frozen=True)
class ImprovementTools:
    """What a round works with.

    Attributes:
        model: The model as it is; of symmetric text, with a network of its own.
        chooser: Judges what is learned from.
        examiner: Judges the trial, by another potential. For neither are the known phases that a
            crystal competes with relaxed: their few meV/atom decide little here, their number much.
        known: Known crystals to mix in, none of them held out from training.
        load: Loads the model of a card's file.
        watch: Told how the round goes; may end it.
        flow: Refines what is relaxed, so that it takes fewer steps; None: nothing is refined.
        writing: Held while crystals are written.
    """

    model: LoadedModel
    chooser: JudgingResources
    examiner: JudgingResources
    known: Sequence[SymmetricRow]
    load: Callable[[Path], LoadedModel]
    watch: ImprovementWatch
    flow: tuple[LoadedFlow, SamplerSettings] | None = None
    writing: AbstractContextManager[Any] = field(default_factory=nullcontext)


class ImprovementStoppedError(EvaluationError):
    """A round was stopped; called again it goes on.

    Args:
        folder: Of the round.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(f"stopped: call again to go on in {folder}")
