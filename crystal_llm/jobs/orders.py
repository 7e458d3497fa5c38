"""What a job can be asked to do.

An order is plain data that says everything: the same order gives the same result. It is
stored with its job, and is what a replay file holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from crystal_llm.crystal.check import flaw_of
from crystal_llm.errors import CrystalLLMError, JobError
from crystal_llm.io.record_json import RecordError, from_plain, to_plain
from crystal_llm.jobs.plain_yaml import first_part, read_yaml
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, MIN_RADII_SHARE, PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.generation.request import GenerationRequest
    from crystal_llm.infill.completion import CompletionRequest, Text

Kind = Literal["generate", "relax", "judge", "infill-relax", "complete"]

BATCH_SIZE = 16
"""Crystals of one batch: what is done again, at most, when a worker is killed."""

MAX_BATCH_SIZE = 256
MAX_CRYSTALS = 10_000
MAX_REPLAY_BYTES = 20_000_000
SHIPPED = "shipped"

_USUAL = RelaxationSettings()


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
        known: Table of known crystals; None asks for uniqueness alone.
    """

    potential: str = "chgnet"
    relaxation: RelaxationSettings = _USUAL
    reference: str | None = SHIPPED
    across_potentials: bool = False
    known: str | None = None


@dataclass(frozen=True, slots=True)
class JobCrystal:
    """A crystal that a job is about.

    Attributes:
        id: Its name among those given.
        crystal: The crystal; None for a candidate that failed before there was one.
        failure: Why there is none.
        parent_id: The library's entry that it was made from, or is.
        text: The crystal string, where a model wrote it.
        log_likelihood: Of that text.
        line_log_likelihoods: Of each of its lines, nats; None where it was not kept.
        prompt: The prompt of that text.
        seed: The seed of that text.
        model: The model of that text, or the one that chose an element.
        edit: What was done to the parent, in one line.
        probability: Of what was filled in, as the model gave it at τ = 1.
    """

    id: str
    crystal: PlainCrystal | None
    failure: str | None = None
    parent_id: str | None = None
    text: str = ""
    log_likelihood: float | None = None
    prompt: str | None = None
    seed: int | None = None
    model: str | None = None
    edit: str | None = None
    probability: float | None = None
    line_log_likelihoods: tuple[float, ...] | None = None

    @property
    def site_log_likelihoods(self) -> tuple[float, ...] | None:
        """Of each atom's text, nats; None where there is no such text."""
        from crystal_llm.generation.line_likelihood import site_log_likelihoods

        lines = self.line_log_likelihoods
        if self.crystal is None or lines is None or self.log_likelihood is None:
            return None
        return site_log_likelihoods(lines, self.text)


@dataclass(frozen=True, slots=True)
class GenerateOrder:
    """Crystals to be written, and judged if so asked.

    The fields are those of :class:`~crystal_llm.generation.request.GenerationRequest` and
    of its conditions; None means "not said".
    """

    count: int = 8
    formula: str | None = None
    elements: tuple[str, ...] | None = None
    spacegroup_number: int | None = None
    energy_above_hull_ev_per_atom: float | None = None
    formation_energy_ev_per_atom: float | None = None
    band_gap_ev: float | None = None
    hard: tuple[str, ...] = ()
    allowed_elements: tuple[str, ...] | None = None
    excluded_elements: tuple[str, ...] = ()
    formula_units: int | None = None
    min_distance_angstrom: float | None = MIN_DISTANCE_ANGSTROM
    min_radii_share: float | None = MIN_RADII_SHARE
    max_atoms: int = 20
    temperature: float = 0.7
    top_p: float = 0.9
    seed: int = 0
    model: str | None = None
    quantisation: str | None = None
    judge: Judge | None = None
    batch_size: int = BATCH_SIZE

    def request(self, count: int | None = None) -> GenerationRequest:
        """The order as the engine takes it.

        Args:
            count: Another number of crystals than the order's.

        Raises:
            RequestError: Something impossible is asked for; says what is allowed.
        """
        from crystal_llm.generation.request import GenerationRequest, reduced_formula
        from crystal_llm.types import Conditions

        allowed = self.allowed_elements
        return GenerationRequest(
            count=self.count if count is None else count,
            conditions=Conditions(
                formula=None if self.formula is None else reduced_formula(self.formula),
                elements=self.elements,
                spacegroup_number=self.spacegroup_number,
                energy_above_hull_ev_per_atom=self.energy_above_hull_ev_per_atom,
                formation_energy_ev_per_atom=self.formation_energy_ev_per_atom,
                band_gap_ev=self.band_gap_ev,
            ),
            hard=frozenset(self.hard),
            allowed_elements=None if allowed is None else frozenset(allowed),
            excluded_elements=frozenset(self.excluded_elements),
            formula_units=self.formula_units,
            min_distance_angstrom=self.min_distance_angstrom,
            min_radii_share=self.min_radii_share,
            max_atoms=self.max_atoms,
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
        )


@dataclass(frozen=True, slots=True)
class RelaxOrder:
    """Crystals to be relaxed, without a hull."""

    crystals: tuple[JobCrystal, ...]
    potential: str = "chgnet"
    relaxation: RelaxationSettings = _USUAL
    batch_size: int = BATCH_SIZE


@dataclass(frozen=True, slots=True)
class JudgeOrder:
    """Crystals to be judged."""

    crystals: tuple[JobCrystal, ...]
    judge: Judge = Judge()
    batch_size: int = BATCH_SIZE


@dataclass(frozen=True, slots=True)
class InfillRelaxOrder:
    """Edited crystals, each with the parent that it was made from, to be judged."""

    crystals: tuple[JobCrystal, ...]
    judge: Judge = Judge()
    batch_size: int = BATCH_SIZE


@dataclass(frozen=True, slots=True)
class CompleteOrder:
    """A partial crystal to be completed by the model, and the results to be judged.

    The fields from ``atoms`` to ``seed`` are those of
    :func:`~crystal_llm.infill.completion.completion_request`.

    Attributes:
        crystal: Its lattice and the sites in ``keep`` stay.
        keep: Sites that stay, counted from 0; none keeps the lattice alone.
        parent_id: The library's entry that the crystal is.
        count: How many completions.
    """

    crystal: PlainCrystal
    keep: tuple[int, ...]
    parent_id: str | None = None
    count: int = 8
    atoms: int | None = None
    max_atoms: int = 20
    elements: tuple[str, ...] | None = None
    excluded_elements: tuple[str, ...] = ()
    formula: str | None = None
    min_distance_angstrom: float | None = MIN_DISTANCE_ANGSTROM
    min_radii_share: float | None = MIN_RADII_SHARE
    temperature: float = 0.7
    top_p: float = 0.9
    seed: int = 0
    model: str | None = None
    quantisation: str | None = None
    judge: Judge | None = Judge()
    batch_size: int = BATCH_SIZE

    def request(self, count: int | None = None, text: Text | None = None) -> CompletionRequest:
        """The order as the engine takes it.

        Args:
            count: Another number of completions than the order's.
            text: The text of the model that writes; None looks at its card.

        Raises:
            InfillError: A site is not there, or nothing can be added.
            RequestError: A number is impossible.
        """
        from crystal_llm.infill.completion import completion_request

        return completion_request(
            self.crystal,
            self.keep,
            self.count if count is None else count,
            atoms=self.atoms,
            max_atoms=self.max_atoms,
            elements=self.elements,
            excluded=self.excluded_elements,
            formula=self.formula,
            min_distance_angstrom=self.min_distance_angstrom,
            min_radii_share=self.min_radii_share,
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
            text=text or self._text(),
        )

    def _text(self) -> Text:
        from crystal_llm.errors import ModelCardError
        from crystal_llm.language_model.card import chosen_card

        try:
            return chosen_card(self.model).text
        except ModelCardError:  # the card may be on the worker's machine alone
            return "coordinate"


Order: TypeAlias = GenerateOrder | RelaxOrder | JudgeOrder | InfillRelaxOrder | CompleteOrder

_ORDERS: dict[Kind, type[Any]] = {
    "generate": GenerateOrder,
    "relax": RelaxOrder,
    "judge": JudgeOrder,
    "infill-relax": InfillRelaxOrder,
    "complete": CompleteOrder,
}


def kind_of(order: Order) -> Kind:
    """What an order is called where it is stored, listed and in a replay file."""
    (kind,) = (kind for kind, made in _ORDERS.items() if type(order) is made)
    return kind


def judge_of(order: Order) -> Judge | None:
    """How an order's crystals are judged; None where they are only written."""
    if isinstance(order, RelaxOrder):
        return Judge(order.potential, order.relaxation, reference=None)
    return order.judge


def count_of(order: Order) -> int:
    """How many crystals an order is about."""
    if isinstance(order, GenerateOrder | CompleteOrder):
        return order.count
    return len(order.crystals)


def check_order(order: Order) -> None:
    """Refuses what cannot be done, before it is queued.

    Raises:
        RequestError: A value is impossible.
        InfillError: A crystal cannot be completed as asked.
        JobError: There is no crystal, too many, one without its parent, or one that is none.
    """
    if not 1 <= order.batch_size <= MAX_BATCH_SIZE:
        raise JobError(f"batch size = {order.batch_size}: from 1 to {MAX_BATCH_SIZE}")
    if isinstance(order, CompleteOrder) and (flaw := flaw_of(order.crystal)):
        raise JobError(f"the crystal to complete: {flaw}")
    if isinstance(order, GenerateOrder | CompleteOrder):
        _ = order.request()
        return
    if not 1 <= len(order.crystals) <= MAX_CRYSTALS:
        raise JobError(f"{len(order.crystals)} crystals: from 1 to {MAX_CRYSTALS:,}")
    names = [one.id for one in order.crystals]
    if len(set(names)) < len(names):
        raise JobError("two of the crystals have the same id: give each its own")
    for one in order.crystals:
        if (one.crystal is None) == (one.failure is None):
            raise JobError(f"crystal {one.id!r}: give a crystal or the reason of its failure")
        if isinstance(order, InfillRelaxOrder) and one.parent_id is None:
            raise JobError(f"crystal {one.id!r}: an infilled crystal names its parent")
        if one.crystal is not None and (flaw := flaw_of(one.crystal)):
            raise JobError(f"crystal {one.id!r}: {flaw}")


def order_plain(order: Order) -> dict[str, Any]:
    """An order as JSON can hold it, its kind first."""
    return {"kind": kind_of(order), **to_plain(order)}


def order_json(order: Order) -> str:
    """An order as JSON."""
    return json.dumps(order_plain(order), ensure_ascii=False)


def read_order(value: Any) -> Order:
    """The order that plain values describe.

    Raises:
        JobError: They describe none; says where and what is allowed.
        RequestError: It asks for something impossible.
        InfillError: It asks to complete a crystal as it cannot be.
    """
    kind = value.get("kind") if isinstance(value, dict) else None
    # What is no text may not even be looked up.
    if not isinstance(kind, str) or kind not in _ORDERS:
        raise JobError(f"an order is an object whose kind is one of {', '.join(_ORDERS)}")
    rest = {name: one for name, one in value.items() if name != "kind"}
    try:
        order: Order = from_plain(_ORDERS[kind], rest, kind)
        check_order(order)
    except RecordError as error:
        raise JobError(str(error)) from error
    except (ValueError, OverflowError) as error:  # a number with thousands of digits
        raise JobError(f"{kind}: a value cannot be used ({first_part(error)})") from error
    return order


def order_yaml(order: Order) -> str:
    """A replay file: the order without what is at its default.

    `crystal-llm jobs submit FILE.yaml` and `crystal-llm generate --replay FILE.yaml` take it.
    """
    import yaml

    said: dict[str, Any] = {"kind": kind_of(order)}
    for one in fields(order):
        value = getattr(order, one.name)
        if value != one.default:
            said[one.name] = to_plain(value)
    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
    return text


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
