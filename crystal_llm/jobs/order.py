"""What a job can be asked to do, as far as all orders have it in common.

An order is plain data that says everything: the same order gives the same result. It is
stored with its job, and is what a replay file holds. It answers for itself: how many crystals
it is about, by which stages they go, what a model is asked for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from crystal_llm.crystal.written import Written
from crystal_llm.errors import JobError, ModelCardError
from crystal_llm.generation.request import GenerationRequest, requested_formula
from crystal_llm.io.record_json import to_plain
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.stages import (
    COMPARED,
    COMPETED,
    COMPETITORS,
    PLACED,
    RELAXED,
    Stage,
)
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.types import Conditions

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate
    from crystal_llm.language_model.card import ModelCard
    from crystal_llm.settings import Settings

OrderKind = Literal[
    "generate", "relax", "judge", "infill-relax", "complete", "study", "fine-tune", "improve"
]

JOB_BATCH_SIZE = 16
"""Crystals of one batch: what is done again, at most, when a worker is killed."""

MAX_BATCH_SIZE = 256

SHIPPED = "shipped"

SUBMITTED = "`crystal-llm jobs submit`"
"""What takes the replay file of every order."""

USUAL_POTENTIAL = "chgnet"

USUAL_RELAXATION = RelaxationSettings()

CONDITION_FIELDS = tuple(field.name for field in fields(Conditions))

_SETS = ("hard", "allowed_elements", "excluded_elements")


@dataclass(frozen=True, slots=True)
class Judge:
    """How crystals are judged: validity → relaxation → hull → novelty.

    Attributes:
        potential: Name of the potential that relaxes.
        relaxation: How far.
        reference: File of reference phases; ``shipped`` for the potential's own, None for
            no hull.
        across_potentials: Compare with a reference of another potential at the same level
            of theory; the results say both.
        known: Table of known crystals; ``shipped`` for the one that comes with the models,
            None asks for uniqueness alone.
    """

    potential: str = USUAL_POTENTIAL
    relaxation: RelaxationSettings = USUAL_RELAXATION
    reference: str | None = SHIPPED
    across_potentials: bool = False
    known: str | None = SHIPPED

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is done to a crystal that is judged."""
        if self.reference is None:
            return (RELAXED, COMPARED)
        return (RELAXED, PLACED, COMPETITORS, COMPETED, COMPARED)


class OrderBase:
    """What orders have in common: an order answers for itself."""

    __slots__ = ()

    kind: ClassVar[OrderKind]
    replay_takers: ClassVar[str] = SUBMITTED
    batch_size: int

    def said(self) -> dict[str, Any]:
        """What it says, as plain values by name: a replay file has one level."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    def usual(self) -> dict[str, Any]:
        """What of :meth:`said` says nothing, since an order says it that is told nothing else."""
        return {
            field.name: to_plain(field.default)
            for field in fields(self)  # type: ignore[arg-type]
            if field.default is not MISSING
        }

    @property
    def refine(self) -> Refine | None:
        """How its crystals are refined; None: not at all."""
        return None

    @property
    def judges(self) -> tuple[Judge, ...]:
        """How its crystals are judged, in as many ways as they are."""
        judge: Judge | None = getattr(self, "judge", None)
        return () if judge is None else (judge,)

    @property
    def refining(self) -> tuple[Stage, ...]:
        """What refines its crystals, between validity and relaxation."""
        return self.refine.stages if self.refine else ()

    @property
    def given(self) -> tuple[Written, ...]:
        """The crystals that it is about, where they are given."""
        return ()

    @property
    def count(self) -> int:
        """How many crystals it is about."""
        raise NotImplementedError

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that it names."""
        model = getattr(self, "model", None)
        return () if model is None else (model,)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        raise NotImplementedError

    def total_of(self, stage: Stage) -> int:
        """How much a stage has to do, as far as it is known beforehand; of most, the crystals."""
        return 0 if stage.name == COMPETITORS.name else self.count

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        return crystals_text(self.count)

    @property
    def batches(self) -> tuple[range, ...]:
        """Its crystals in the order in which they are made, a batch at a time."""
        size, count = self.batch_size, self.count
        return tuple(range(first, min(first + size, count)) for first in range(0, count, size))

    def compared_with(self, batch: range) -> range | None:
        """The crystals that those of a batch are compared with as soon as it ends.

        None: all of the order are compared at its end.
        """
        return None

    def round_of(self, batch: range) -> int:
        """How many batches those of :meth:`compared_with` have before it; 0: it is made."""
        return 0

    def dominated(self, candidates: Sequence[Candidate]) -> Mapping[int, str]:
        """Crystals that are not worth more of their kind.

        Args:
            candidates: All of the order so far.

        Returns:
            Why, by the first index of those that :meth:`compared_with` gives.
        """
        return {}

    def with_model(self, configured: Settings) -> Self:
        """The order with the model and the flow that are here now, where it has any."""
        return self._with_flow(configured)

    def _with_flow(self, configured: Settings) -> Self:
        if self.refine is None:
            return self
        refine = self.refine.with_weights(configured)
        changed: Self = replace(self, refine=refine)  # type: ignore[type-var]
        return changed

    def by(self, card: ModelCard) -> Self:
        """The order itself."""
        return self

    def check(self) -> None:
        """Refuses what cannot be done, before it is queued.

        Raises:
            RequestError: A value is impossible.
            InfillError: A crystal cannot be completed as asked.
            JobError: There is no crystal, too many, one without its parent, or one that is
                none.
        """
        if not 1 <= self.batch_size <= MAX_BATCH_SIZE:
            raise JobError(f"batch size = {self.batch_size}: from 1 to {MAX_BATCH_SIZE}")
        if self.refine is not None:
            self.refine.check()

    def check_for(self, configured: Settings) -> None:
        """As :meth:`check`, and what the models that are here now cannot do.

        Raises:
            JobError: The model's text cannot hold what must hold exactly.
        """
        self.check()


USUAL_JUDGE = Judge()


class ModelOrderBase(OrderBase):
    """An order that a model writes crystals for."""

    __slots__ = ()

    model: str | None
    quantisation: str | None
    weights_sha256: str | None

    def with_model(self, configured: Settings) -> Self:
        """The order with the model that it is for now: its name, and the hash of its weights.

        So that it asks for the same crystals after another model became the usual one, or
        another was put under the same name. Of a model whose card is not on this machine the
        worker says it (:meth:`by`).
        """
        from crystal_llm.language_model.card import find_card

        order = self._with_flow(configured)
        try:
            return order.by(find_card(self.model or configured.model, configured.models))
        except ModelCardError:
            return order

    def check_network(self, configured: Settings, done: str) -> None:
        """Refuses a model that cannot learn here; one whose card is not on this machine passes.

        Args:
            configured: Where cards are.
            done: What is to be done with it, such as ``improved``.

        Raises:
            JobError: It has no network of its own.
        """
        from crystal_llm.language_model.card import find_card

        try:
            card = find_card(self.model or configured.model, configured.models)
        except ModelCardError:
            return
        if card.network is None:
            raise JobError(
                f"{card.name} cannot be {done} here: choose a model that writes crystals by "
                "their symmetry, such as compact"
            )

    def by(self, card: ModelCard) -> Self:
        """The order with a model where it names none, and a hash where it has none."""
        model, weights = self.model or card.name, self.weights_sha256 or card.weights_sha256
        changed: Self = replace(self, model=model, weights_sha256=weights)  # type: ignore[type-var]
        return changed


class WritingOrderBase(ModelOrderBase):
    """An order whose request a model answers."""

    __slots__ = ()

    request: GenerationRequest

    def asking(self, **said: Any) -> Self:
        """The order with other values.

        Args:
            **said: By the names of :func:`crystal_llm.jobs.orders.flat`.

        Raises:
            RequestError: A value is impossible; says what is allowed.
        """
        own = {name: said.pop(name) for name in own_fields(type(self)) if name in said}
        changed: Self = replace(self, request=request_with(self.request, **said), **own)  # type: ignore[type-var]
        return changed


def own_fields(order: type[Any]) -> tuple[str, ...]:
    """What an order for a model says beside its request."""
    return tuple(field.name for field in fields(order) if field.name != "request")


def request_with(request: GenerationRequest, **said: Any) -> GenerationRequest:
    """A request with other values, those of its conditions among them.

    Args:
        request: The request.
        **said: By the names of its fields and of those of its conditions. A formula is
            reduced, and sets may be given as lists.

    Raises:
        RequestError: A value is impossible; says what is allowed.
    """
    if said.get("formula") is not None:
        said["formula"] = requested_formula(said["formula"].strip())
    for name in _SETS:
        if said.get(name) is not None:
            said[name] = frozenset(said[name])
    asked = {name: said.pop(name) for name in CONDITION_FIELDS if name in said}
    return replace(request, conditions=replace(request.conditions, **asked), **said)


def check_weights(asked: str | None, card: ModelCard) -> None:
    """Refuses another model than the one that an order is for.

    Args:
        asked: Hash of the weights that the order names; None where it names none.
        card: The model that is here.

    Raises:
        JobError: Its weights are others.
    """
    here = card.weights_sha256
    if asked is not None and here != asked:
        raise JobError(
            f"the order is for weights {asked[:12]} of model {card.name}, and those here are "
            f"{(here or 'without a hash')[:14]}: put those back, or leave weights_sha256 out"
        )


def batch_name(batch: range) -> str:
    """What a batch of crystals is called where it is stored that it ended."""
    return f"{batch.start}-{batch.stop}"


def crystals_text(count: int) -> str:
    """So many crystals, in words."""
    return f"{count:,} crystal{'s' if count != 1 else ''}"
