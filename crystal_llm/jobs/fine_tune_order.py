"""An order to fine-tune a model on one's own crystals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from crystal_llm.crystal.check import flaw_of
from crystal_llm.errors import JobError
from crystal_llm.generation.request import MAX_CRYSTALS
from crystal_llm.jobs.order import (
    JOB_BATCH_SIZE,
    ModelOrderBase,
    OrderKind,
    crystals_text,
)
from crystal_llm.jobs.stages import (
    TRAINED,
    TRANSCRIBED,
    Stage,
)
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.settings import Settings

FEWEST_TRAINED = 20

MAX_MINUTES = 600


@dataclass(frozen=True, slots=True)
class TrainingCrystal:
    """A crystal that a model is to learn, and what is known of it (None where unknown)."""

    id: str
    crystal: PlainCrystal
    energy_above_hull_ev_per_atom: float | None = None


@dataclass(frozen=True, slots=True)
class FineTuneOrder(ModelOrderBase):
    """A model to be fine-tuned on a user's own crystals.

    Attributes:
        name: What the new model is called.
        crystals: What it learns; a tenth of their compositions is held out.
        model: Name of the model that is fine-tuned; None for the worker's own.
        weights_sha256: Hash of its weights; another model of that name is refused.
        minutes: The most that training may take.
        patience: Validations without a better one after which it ends.
        assume_stable: Whether crystals of unknown energy above hull count as stable, so that
            asking for stable crystals brings their like.
        seed: Of the draws and of what is held out.
        quantisation: None; as every order of a model has one.
        batch_size: As every order has one.
    """

    kind: ClassVar[OrderKind] = "fine-tune"
    judge: ClassVar[None] = None

    name: str
    crystals: tuple[TrainingCrystal, ...]
    model: str | None = None
    weights_sha256: str | None = None
    minutes: float = 10.0
    patience: int = 4
    assume_stable: bool = True
    seed: int = 0
    quantisation: None = None
    batch_size: int = JOB_BATCH_SIZE

    @property
    def count(self) -> int:
        """How many crystals it is about."""
        return len(self.crystals)

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        return f"Fine-tune {self.name} on {crystals_text(self.count)}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is done, in order."""
        return (TRANSCRIBED, TRAINED)

    def total_of(self, stage: Stage) -> int:
        """Crystals to be brought to symmetric form, then seconds to train at most."""
        return round(60 * self.minutes) if stage == TRAINED else self.count

    def check(self) -> None:
        """As :meth:`OrderBase.check`; enough crystals, a name, a time."""
        from crystal_llm.library.own_models import check_title

        check_title(self.name)
        if not FEWEST_TRAINED <= self.count <= MAX_CRYSTALS:
            raise JobError(
                f"{crystals_text(self.count)}: fine-tuning takes from {FEWEST_TRAINED} to "
                f"{MAX_CRYSTALS:,}, better hundreds"
            )
        if not 0.1 <= self.minutes <= MAX_MINUTES:
            raise JobError(f"minutes = {self.minutes:g}: from 0.1 to {MAX_MINUTES}")
        if not 1 <= self.patience <= 100:
            raise JobError(f"patience = {self.patience}: from 1 to 100")
        if len({crystal.id for crystal in self.crystals}) < self.count:
            raise JobError("two of the crystals have the same id: give each its own")
        for given in self.crystals:
            if flaw := flaw_of(given.crystal):
                raise JobError(f"crystal {given.id!r}: {flaw}")

    def check_for(self, configured: Settings) -> None:
        """As for every order; the model is one that can be fine-tuned."""
        self.check()
        self.check_network(configured, "fine-tuned")
