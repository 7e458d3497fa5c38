"""What a job can be asked to do.

An order is plain data that says everything: the same order gives the same result. It is
stored with its job, and is what a replay file holds. It answers for itself: how many crystals
it is about, by which stages they go, what a model is asked for each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeAlias

from crystal_llm.crystal.check import flaw_of
from crystal_llm.crystal.written import Written
from crystal_llm.errors import CrystalLLMError, JobError, ModelCardError
from crystal_llm.generation.request import GenerationRequest, reduced_formula
from crystal_llm.generation.usual import USUAL
from crystal_llm.io.record_json import RecordError, from_plain, to_json, to_plain
from crystal_llm.jobs.plain_yaml import first_part, read_yaml
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.stages import (
    CHECKED,
    COMPARED,
    COMPARED_IN_CELL,
    COMPETED,
    COMPLETED,
    EDITED,
    FINGERPRINTED,
    GENERATED,
    GIVEN,
    PLACED,
    RELAXED,
    STUDIED,
    TRAINED,
    TRANSCRIBED,
    Stage,
)
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.studies.grid_study import ROUND_SIZE, GridStudy
from crystal_llm.types import Conditions, PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate
    from crystal_llm.infill.completion import CompletionRequest, Text
    from crystal_llm.language_model.card import ModelCard
    from crystal_llm.settings import Settings

Kind = Literal["generate", "relax", "judge", "infill-relax", "complete", "study", "fine-tune"]

BATCH_SIZE = 16
"""Crystals of one batch: what is done again, at most, when a worker is killed."""

MAX_BATCH_SIZE = 256
MAX_CRYSTALS = 10_000
MAX_REPLAY_BYTES = 20_000_000
SHIPPED = "shipped"
_USUAL_POTENTIAL = "chgnet"
_NAMED = 3  # formulas of a title

_AS_USUAL = RelaxationSettings()


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

    potential: str = _USUAL_POTENTIAL
    relaxation: RelaxationSettings = _AS_USUAL
    reference: str | None = SHIPPED
    across_potentials: bool = False
    known: str | None = SHIPPED

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is done to a crystal that is judged."""
        if self.reference is None:
            return (RELAXED, COMPARED)
        return (RELAXED, PLACED, COMPETED, COMPARED)


class _Order:
    """What orders have in common: an order answers for itself."""

    __slots__ = ()

    kind: ClassVar[Kind]
    batch_size: int

    @property
    def refine(self) -> Refine | None:
        """How its crystals are refined; None: not at all."""
        return None

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
        """How much a stage has to do; of most, the crystals."""
        return self.count

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        return _crystals(self.count)

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


class _ModelOrder(_Order):
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

    def by(self, card: ModelCard) -> Self:
        """The order with a model where it names none, and a hash where it has none."""
        model, weights = self.model or card.name, self.weights_sha256 or card.weights_sha256
        changed: Self = replace(self, model=model, weights_sha256=weights)  # type: ignore[type-var]
        return changed


@dataclass(frozen=True, slots=True)
class GenerateOrder(_ModelOrder):
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

    kind: ClassVar[Kind] = "generate"

    request: GenerationRequest = USUAL
    model: str | None = None
    quantisation: str | None = None
    weights_sha256: str | None = None
    judge: Judge | None = None
    batch_size: int = BATCH_SIZE
    refine: Refine | None = None

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
        crystals = f"{self.count:,} × {what}" if what else _crystals(self.count)
        return f"{crystals}, τ {self.request.temperature:g}"

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

    def asking(self, **said: Any) -> GenerateOrder:
        """The order with other values.

        Args:
            **said: By the names of :func:`flat`.

        Raises:
            RequestError: A value is impossible; says what is allowed.
        """
        own = {name: said.pop(name) for name in _OWN if name in said}
        return replace(self, request=request_with(self.request, **said), **own)


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
        said["formula"] = reduced_formula(said["formula"].strip())
    for name in _SETS:
        if said.get(name) is not None:
            said[name] = frozenset(said[name])
    asked = {name: said.pop(name) for name in _CONDITIONS if name in said}
    return replace(request, conditions=replace(request.conditions, **asked), **said)


@dataclass(frozen=True, slots=True)
class _GivenOrder(_Order):
    """An order about crystals that are given."""

    model: ClassVar[None] = None
    quantisation: ClassVar[None] = None
    weights_sha256: ClassVar[None] = None

    crystals: tuple[Written, ...]

    @property
    def given(self) -> tuple[Written, ...]:
        """The crystals that it is about."""
        return self.crystals

    @property
    def count(self) -> int:
        """How many crystals it is about."""
        return len(self.crystals)

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        judge: Judge = self.judge  # type: ignore[attr-defined]
        verb = "Relax" if judge.reference is None else "Relax and place"
        by = "" if judge.potential == _USUAL_POTENTIAL else f", {judge.potential}"
        return f"{verb} {_named(self.crystals)}{by}"

    def check(self) -> None:
        """As for every order; each crystal is one, and has an id of its own."""
        _Order.check(self)
        if not 1 <= len(self.crystals) <= MAX_CRYSTALS:
            raise JobError(f"{len(self.crystals)} crystals: from 1 to {MAX_CRYSTALS:,}")
        names = [crystal.id for crystal in self.crystals]
        if len(set(names)) < len(names):
            raise JobError("two of the crystals have the same id: give each its own")
        for crystal in self.crystals:
            if (crystal.crystal is None) == (crystal.failure is None):
                raise JobError(
                    f"crystal {crystal.id!r}: give a crystal or the reason of its failure"
                )
            if crystal.crystal is not None and (flaw := flaw_of(crystal.crystal)):
                raise JobError(f"crystal {crystal.id!r}: {flaw}")


@dataclass(frozen=True, slots=True)
class RelaxOrder(_GivenOrder):
    """Crystals to be relaxed, without a hull."""

    kind: ClassVar[Kind] = "relax"

    potential: str = "chgnet"
    relaxation: RelaxationSettings = _AS_USUAL
    batch_size: int = BATCH_SIZE
    refine: Refine | None = None

    @property
    def judge(self) -> Judge:
        """How they are judged."""
        return Judge(self.potential, self.relaxation, reference=None)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (GIVEN, CHECKED, *self.refining, *self.judge.stages)


@dataclass(frozen=True, slots=True)
class JudgeOrder(_GivenOrder):
    """Crystals to be judged."""

    kind: ClassVar[Kind] = "judge"

    judge: Judge = Judge()
    batch_size: int = BATCH_SIZE
    refine: Refine | None = None

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (GIVEN, CHECKED, *self.refining, *self.judge.stages)


@dataclass(frozen=True, slots=True)
class InfillRelaxOrder(_GivenOrder):
    """Edited crystals, each with the parent that it was made from, to be judged."""

    kind: ClassVar[Kind] = "infill-relax"

    judge: Judge = Judge()
    batch_size: int = BATCH_SIZE
    refine: Refine | None = None

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        return f"Infill: {_named(self.crystals)}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (EDITED, CHECKED, *self.refining, *self.judge.stages)

    def check(self) -> None:
        """As :meth:`_Order.check`."""
        for crystal in self.crystals:
            if crystal.parent_id is None:
                raise JobError(f"crystal {crystal.id!r}: an infilled crystal names its parent")
        _GivenOrder.check(self)


@dataclass(frozen=True, slots=True)
class CompleteOrder(_ModelOrder):
    """A partial crystal to be completed by the model, and the results to be judged.

    Attributes:
        crystal: Its lattice and the sites in ``keep`` stay.
        keep: Sites that stay, counted from 0; none keeps the lattice alone.
        parent_id: The library's entry that the crystal is.
        request: How many completions, of which elements, how far apart, how sampled; a
            completion takes nothing else of it.
        atoms: Exactly so many atoms in the end, kept ones included; None leaves it to the model.
        formula: What the whole crystal is in the end; None leaves that open.
        model: Name of the model; None for the worker's own.
        quantisation: Overrides the card's.
        weights_sha256: Hash of the model's weights; another model of that name is refused.
        judge: How they are judged; None to write them only.
        batch_size: Crystals of one batch.
        refine: How they are refined, after which nothing of the crystal is kept exactly;
            None: not at all.
    """

    kind: ClassVar[Kind] = "complete"

    crystal: PlainCrystal
    keep: tuple[int, ...]
    parent_id: str | None = None
    request: GenerationRequest = USUAL
    atoms: int | None = None
    formula: str | None = None
    model: str | None = None
    quantisation: str | None = None
    weights_sha256: str | None = None
    judge: Judge | None = Judge()
    batch_size: int = BATCH_SIZE
    refine: Refine | None = None

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        from crystal_llm.evaluation.validity import formula_of

        many = f"{self.count:,} completions" if self.count > 1 else "1 completion"
        to = "" if self.formula is None else f" to {self.formula}"
        what = f"{many} of {formula_of(self.crystal.species)}{to}"
        return f"{what}, τ {self.request.temperature:g}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (COMPLETED, CHECKED, *self.refining, *(self.judge.stages if self.judge else ()))

    @property
    def count(self) -> int:
        """How many completions."""
        return self.request.count

    def completion(self, text: Text | None = None) -> CompletionRequest:
        """The order as the engine takes it.

        Args:
            text: Of the model that writes; None: as its card says.

        Raises:
            InfillError: A site is not there, or nothing can be added.
            RequestError: A number is impossible.
        """
        from crystal_llm.infill.completion import completion_request

        asked = self.request
        return completion_request(
            self.crystal,
            self.keep,
            asked.count,
            atoms=self.atoms,
            max_atoms=asked.max_atoms,
            elements=asked.allowed_elements,
            excluded=asked.excluded_elements,
            formula=self.formula,
            min_distance_angstrom=asked.min_distance_angstrom,
            min_radii_share=asked.min_radii_share,
            temperature=asked.temperature,
            top_p=asked.top_p,
            seed=asked.seed,
            text=text or self._text(),
        )

    def request_at(self, index: int) -> GenerationRequest:
        """What is asked of the model for one completion."""
        return self.completion()

    def asking(self, **said: Any) -> CompleteOrder:
        """The order with other values.

        Args:
            **said: By the names of :func:`flat`.

        Raises:
            RequestError: A value is impossible; says what is allowed.
        """
        own = {name: said.pop(name) for name in _COMPLETE_OWN if name in said}
        return replace(self, request=request_with(self.request, **said), **own)

    def check(self) -> None:
        """As :meth:`_Order.check`."""
        _Order.check(self)
        if flaw := flaw_of(self.crystal):
            raise JobError(f"the crystal to complete: {flaw}")
        for name in (field.name for field in fields(GenerationRequest)):
            if name not in _COMPLETION and getattr(self.request, name) != getattr(USUAL, name):
                raise JobError(f"a completion takes no {name}: leave it out")
        self.completion()

    def _text(self) -> Text:
        from crystal_llm.language_model.card import chosen_card

        try:
            return chosen_card(self.model).text
        except ModelCardError:  # the card may be on the worker's machine alone
            return "coordinate"


@dataclass(frozen=True, slots=True)
class StudyOrder(_Order):
    """A grid of models, temperatures and nucleus sizes, to be written and judged cell by cell.

    Attributes:
        study: The grid.
        judge: How crystals are judged, as many of each cell as the study relaxes.
        batch_size: Crystals that a cell gets before the next one has its turn.
        refine: How crystals are refined in the cells whose crystals are.
    """

    kind: ClassVar[Kind] = "study"
    model: ClassVar[None] = None
    quantisation: ClassVar[None] = None
    weights_sha256: ClassVar[None] = None

    study: GridStudy
    judge: Judge = Judge()
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
        return f"Study of {of} × {_crystals(self.study.crystals)}"

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
        _Order.check(self)
        if any(self.study.refinements) != (self.refine is not None):
            raise JobError("a study that refines crystals says how (refine), and no other does")

    def check_for(self, configured: Settings) -> None:
        """As for every order; every model's text can hold what must hold exactly."""
        self.check()
        for cell in self.study.cells:
            request = self.study.request_of(cell)
            GenerateOrder(request, model=cell.model.name).check_for(configured)


@dataclass(frozen=True, slots=True)
class TrainingCrystal:
    """A crystal that a model is to learn, and what is known of it (None where unknown)."""

    id: str
    crystal: PlainCrystal
    energy_above_hull_ev_per_atom: float | None = None


@dataclass(frozen=True, slots=True)
class FineTuneOrder(_ModelOrder):
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

    kind: ClassVar[Kind] = "fine-tune"
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
    batch_size: int = BATCH_SIZE

    @property
    def count(self) -> int:
        """How many crystals it is about."""
        return len(self.crystals)

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        return f"Fine-tune {self.name} on {_crystals(self.count)}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What is done, in order."""
        return (TRANSCRIBED, TRAINED)

    def total_of(self, stage: Stage) -> int:
        """Crystals to be brought to symmetric form, then seconds to train at most."""
        return round(60 * self.minutes) if stage == TRAINED else self.count

    def check(self) -> None:
        """As :meth:`_Order.check`; enough crystals, a name, a time."""
        from crystal_llm.library.own_models import check_title

        check_title(self.name)
        if not FEWEST_TRAINED <= self.count <= MAX_CRYSTALS:
            raise JobError(
                f"{_crystals(self.count)}: fine-tuning takes from {FEWEST_TRAINED} to "
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
        from crystal_llm.language_model.card import find_card

        self.check()
        try:
            card = find_card(self.model or configured.model, configured.models)
        except ModelCardError:
            return  # the card may be on the worker's machine alone
        if card.network is None:
            raise JobError(
                f"{card.name} cannot be fine-tuned here: choose a model that writes crystals by "
                "their symmetry, such as compact"
            )


FEWEST_TRAINED = 20
MAX_MINUTES = 600

Order: TypeAlias = (
    GenerateOrder
    | RelaxOrder
    | JudgeOrder
    | InfillRelaxOrder
    | CompleteOrder
    | StudyOrder
    | FineTuneOrder
)
ModelOrder: TypeAlias = GenerateOrder | CompleteOrder

_ORDERS: dict[str, type[Any]] = {
    kind.kind: kind
    for kind in (
        GenerateOrder,
        RelaxOrder,
        JudgeOrder,
        InfillRelaxOrder,
        CompleteOrder,
        StudyOrder,
        FineTuneOrder,
    )
}
_CONDITIONS = tuple(field.name for field in fields(Conditions))
_REQUEST = tuple(field.name for field in fields(GenerationRequest) if field.name != "conditions")
_OWN = tuple(field.name for field in fields(GenerateOrder) if field.name != "request")
_COMPLETE_OWN = tuple(field.name for field in fields(CompleteOrder) if field.name != "request")
_COMPLETION = (
    *("count", "allowed_elements", "excluded_elements", "min_distance_angstrom"),
    *("min_radii_share", "max_atoms", "temperature", "top_p", "seed"),
)
"""What a completion takes of a request."""
_SETS = ("hard", "allowed_elements", "excluded_elements")


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


def flat(order: Order) -> dict[str, Any]:
    """An order as plain values by name, its kind first; what a replay file may say.

    What an order asks of the model, and of its conditions, stands beside the rest: a replay
    file has one level.
    """
    values: dict[str, Any] = {"kind": order.kind}
    if isinstance(order, GenerateOrder):
        request = to_plain(order.request)
        asked = request.pop("conditions")
        count = request.pop("count")
        return (
            values
            | {"count": count, **asked, **request}
            | {name: to_plain(getattr(order, name)) for name in _OWN}
        )
    if isinstance(order, CompleteOrder):
        own = {name: to_plain(getattr(order, name)) for name in _COMPLETE_OWN}
        return values | own | {name: to_plain(getattr(order.request, name)) for name in _COMPLETION}
    plain: dict[str, Any] = to_plain(order)
    return values | plain


def order_json(order: Order) -> str:
    """An order as JSON."""
    return to_json(flat(order))


def read_order(value: Any) -> Order:
    """The order that plain values describe; those of earlier releases say the same.

    Raises:
        JobError: They describe none; says where and what is allowed.
        RequestError: It asks for something impossible.
        InfillError: It asks to complete a crystal as it cannot be.
    """
    kind = value.get("kind") if isinstance(value, dict) else None
    # What is no text may not even be looked up.
    if not isinstance(kind, str) or kind not in _ORDERS:
        raise JobError(f"an order is an object whose kind is one of {', '.join(_ORDERS)}")
    rest = {name: item for name, item in value.items() if name != "kind"}
    try:
        order: Order
        if kind == "generate":
            order = _generate_order(rest)
        elif kind == "complete":
            order = _complete_order(rest)
        else:
            order = from_plain(_ORDERS[kind], rest, kind)
        order.check()
    except RecordError as error:
        raise JobError(str(error)) from error
    except (ValueError, OverflowError) as error:  # a number with thousands of digits
        raise JobError(f"{kind}: a value cannot be used ({first_part(error)})") from error
    return order


def _generate_order(values: Mapping[str, Any]) -> GenerateOrder:
    known = ("count", *_CONDITIONS, *(name for name in _REQUEST if name != "count"), *_OWN)
    _refuse_unknown("generate", values, known)
    # Each part is read by itself, so that a message names the value as the file does.
    conditions = from_plain(Conditions, _among(values, _CONDITIONS), "generate")
    if conditions.formula is not None:
        conditions = replace(conditions, formula=reduced_formula(conditions.formula))
    usual = to_plain(replace(USUAL, conditions=Conditions()))
    said = usual | _among(values, _REQUEST) | {"conditions": to_plain(conditions)}
    request = from_plain(GenerationRequest, said, "generate")
    order: GenerateOrder = from_plain(GenerateOrder, _among(values, _OWN), "generate")
    return replace(order, request=request)


def _complete_order(values: Mapping[str, Any]) -> CompleteOrder:
    rest = dict(values)
    if "elements" in rest:  # as it was called before it was a request's
        rest["allowed_elements"] = rest.pop("elements")
    _refuse_unknown("complete", rest, (*_COMPLETE_OWN, *_COMPLETION))
    said = to_plain(USUAL) | _among(rest, _COMPLETION)
    request = from_plain(GenerationRequest, said, "complete")
    order: CompleteOrder = from_plain(CompleteOrder, _among(rest, _COMPLETE_OWN), "complete")
    return replace(order, request=request)


def _refuse_unknown(kind: str, values: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := [str(name) for name in values if name not in known]:
        raise RecordError(
            f"{kind} has {', '.join(unknown)}, which is not known here: use {', '.join(known)}"
        )


def _among(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def order_yaml(order: Order) -> str:
    """A replay file: the order without what is at its default.

    `crystal-llm jobs submit FILE.yaml` and `crystal-llm generate --replay FILE.yaml` take it.
    """
    import yaml

    usual = _defaults(order)
    said = {
        name: value
        for name, value in flat(order).items()
        if name == "kind" or name not in usual or value != usual[name]
    }
    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
    return text


def _defaults(order: Order) -> dict[str, Any]:
    """What an order says that says nothing, by the names of :func:`flat`."""
    if isinstance(order, GenerateOrder):
        return flat(GenerateOrder())
    if isinstance(order, CompleteOrder):
        usual = flat(CompleteOrder(order.crystal, order.keep))
        return {name: value for name, value in usual.items() if name not in ("crystal", "keep")}
    return {
        field.name: to_plain(field.default)
        for field in fields(order)
        if field.default is not MISSING
    }


def read_replay(path: Path) -> Order:
    """The order in a replay file.

    Raises:
        JobError: The file cannot be read or holds no order.
        RequestError: The order asks for something impossible.
    """
    try:
        if path.stat().st_size > MAX_REPLAY_BYTES:
            raise JobError(f"{path}: larger than {MAX_REPLAY_BYTES // 1_000_000} MB")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise JobError(f"{path}: cannot be read ({reason})") from error
    try:
        return read_order(read_yaml(text))
    except CrystalLLMError as error:
        raise type(error)(f"{path}: {error}") from error


def batch_name(batch: range) -> str:
    """What a batch of crystals is called where it is stored that it ended."""
    return f"{batch.start}-{batch.stop}"


def _named(crystals: Sequence[Written]) -> str:
    """Crystals by their formulas: ``NaCl``, ``3 × NaCl``, ``12 crystals (NaCl, KCl, …)``."""
    from crystal_llm.evaluation.validity import formula_of

    formulas: list[str] = []
    for crystal in crystals:
        if crystal.crystal is not None and len(formulas) <= _NAMED:
            formulas = list(dict.fromkeys([*formulas, formula_of(crystal.crystal.species)]))
    if len(formulas) == 1:
        return formulas[0] if len(crystals) == 1 else f"{len(crystals):,} × {formulas[0]}"
    if not formulas:
        return _crystals(len(crystals))
    shown = ", ".join(formulas[:_NAMED]) + (", …" if len(formulas) > _NAMED else "")
    return f"{_crystals(len(crystals))} ({shown})"


def _crystals(count: int) -> str:
    return f"{count:,} crystal{'s' if count != 1 else ''}"
