"""An order of crystals to be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from crystal_llm.errors import JobError, ModelCardError
from crystal_llm.generation.request import ChosenBy, GenerationRequest
from crystal_llm.generation.usual import USUAL, USUAL_CHOSEN_BY, usual_new_only
from crystal_llm.io.record_json import to_plain
from crystal_llm.jobs.order import (
    JOB_BATCH_SIZE,
    SUBMITTED,
    Judge,
    OrderKind,
    WritingOrderBase,
    crystals_text,
    own_fields,
)
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.stages import (
    CHECKED,
    GENERATED,
    Stage,
)

if TYPE_CHECKING:
    from crystal_llm.settings import Settings
    from crystal_llm.types import TextKind


def usually_novel_only(text: TextKind, formula: str | None, configured: Settings) -> bool:
    """Whether only novel crystals are asked for here where nothing is said of it.

    Args:
        text: The text that the model writes.
        formula: The formula that is asked for.
        configured: Where the known structures lie; without them nothing is novel or known.
    """
    from crystal_llm.evaluation.known_table import shipped_table

    return usual_new_only(text, formula) and shipped_table(configured) is not None


def usually_chosen_by(configured: Settings) -> ChosenBy:
    """What the best of several is chosen by here where nothing is said of it.

    Args:
        configured: Where the hull lies on which crystals are weighed; without it none is.
    """
    from crystal_llm.stability.written_energies import weighing_reference

    return "likelihood" if weighing_reference(configured) is None else USUAL_CHOSEN_BY


@dataclass(frozen=True, slots=True)
class GenerateOrder(WritingOrderBase):
    """Crystals to be written, and judged if so asked.

    Attributes:
        request: What is asked of the model.
        model: Name of the model; None for the worker's own.
        quantisation: Overrides the card's.
        weights_sha256: Hash of the model's weights; another model of that name is refused.
        judge: How they are judged; None to write them only.
        batch_size: Crystals of one batch.
        refine: How they are refined; None: not at all.
    """

    kind: ClassVar[OrderKind] = "generate"
    replay_takers: ClassVar[str] = f"Generate, to `crystal-llm generate --replay` or to {SUBMITTED}"

    request: GenerationRequest = USUAL
    model: str | None = None
    quantisation: str | None = None
    weights_sha256: str | None = None
    judge: Judge | None = None
    batch_size: int = JOB_BATCH_SIZE
    refine: Refine | None = None

    def said(self) -> dict[str, Any]:
        """As for every order; what is asked of the model, conditions included, beside the rest."""
        request = to_plain(self.request)
        asked = request.pop("conditions")
        own = {name: to_plain(getattr(self, name)) for name in own_fields(GenerateOrder)}
        return {"count": request.pop("count"), **asked, **request, **own}

    def usual(self) -> dict[str, Any]:
        """As for every order."""
        return GenerateOrder().said()

    @property
    def count(self) -> int:
        """How many crystals it is about."""
        return self.request.count

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        said = self.request.conditions
        elements = said.elements or sorted(self.request.allowed_elements or ())
        what = said.formula or "-".join(elements)
        crystals = f"{self.count:,} × {what}" if what else crystals_text(self.count)
        best = f", best of {self.request.best_of}" if self.request.best_of > 1 else ""
        novel = ", novel only" if self.request.new_only else ""
        return f"{crystals}, τ {self.request.temperature:g}{best}{novel}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (GENERATED, CHECKED, *self.refining, *(self.judge.stages if self.judge else ()))

    def request_at(self, index: int) -> GenerationRequest:
        """What is asked of the model for one crystal.

        Args:
            index: The crystal's, from 0 to ``count``.
        """
        return self.request

    def check_for(self, configured: Settings) -> None:
        """As for every order; the model's text can hold what must hold exactly."""
        from crystal_llm.language_model.card import find_card

        self.check()
        if not self.request.needs_symmetric_text:
            return
        try:
            card = find_card(self.model or configured.model, configured.models)
        except ModelCardError:
            return  # the card may be on the worker's machine alone
        if card.text != "symmetric":
            raise JobError(
                f"{card.name} cannot hold {self.request.needing_symmetric_text} exactly: choose a "
                "model of symmetric text, or ask for it without 'exactly'"
            )
