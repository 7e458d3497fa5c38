"""Orders of every kind as plain values: JSON beside a job, and replay files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from crystal_llm.errors import CrystalLLMError, JobError
from crystal_llm.generation.request import GenerationRequest, requested_formula
from crystal_llm.generation.usual import USUAL
from crystal_llm.io.record_json import RecordError, from_plain, to_json, to_plain
from crystal_llm.jobs.complete_order import COMPLETION_FIELDS, CompleteOrder
from crystal_llm.jobs.fine_tune_order import FineTuneOrder
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.given_orders import InfillRelaxOrder, JudgeOrder, RelaxOrder
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.jobs.order import CONDITION_FIELDS, own_fields
from crystal_llm.jobs.plain_yaml import first_part, read_yaml
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.types import Conditions

if TYPE_CHECKING:
    pass

MAX_REPLAY_BYTES = 20_000_000

Order: TypeAlias = (
    GenerateOrder
    | RelaxOrder
    | JudgeOrder
    | InfillRelaxOrder
    | CompleteOrder
    | StudyOrder
    | FineTuneOrder
    | ImproveOrder
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
        ImproveOrder,
    )
}

_REQUEST = tuple(field.name for field in fields(GenerationRequest) if field.name != "conditions")


def flat(order: Order) -> dict[str, Any]:
    """An order as plain values by name, its kind first; what a replay file may say.

    What an order asks of the model, and of its conditions, stands beside the rest: a replay
    file has one level.
    """
    return {"kind": order.kind} | order.said()


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
    known = (
        "count",
        *CONDITION_FIELDS,
        *(name for name in _REQUEST if name != "count"),
        *own_fields(GenerateOrder),
    )
    _refuse_unknown("generate", values, known)
    # Each part is read by itself, so that a message names the value as the file does.
    conditions = from_plain(Conditions, _among(values, CONDITION_FIELDS), "generate")
    if conditions.formula is not None:
        conditions = replace(conditions, formula=requested_formula(conditions.formula))
    usual = to_plain(replace(USUAL, conditions=Conditions()))
    said = usual | _among(values, _REQUEST) | {"conditions": to_plain(conditions)}
    request = from_plain(GenerationRequest, said, "generate")
    order: GenerateOrder = from_plain(
        GenerateOrder, _among(values, own_fields(GenerateOrder)), "generate"
    )
    return replace(order, request=request)


def _complete_order(values: Mapping[str, Any]) -> CompleteOrder:
    rest = dict(values)
    if "elements" in rest:  # as it was called before it was a request's
        rest["allowed_elements"] = rest.pop("elements")
    _refuse_unknown("complete", rest, (*own_fields(CompleteOrder), *COMPLETION_FIELDS))
    said = to_plain(USUAL) | _among(rest, COMPLETION_FIELDS)
    request = from_plain(GenerationRequest, said, "complete")
    order: CompleteOrder = from_plain(
        CompleteOrder, _among(rest, own_fields(CompleteOrder)), "complete"
    )
    return replace(order, request=request)


def _refuse_unknown(kind: str, values: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := [str(name) for name in values if name not in known]:
        raise RecordError(
            f"{kind} has {', '.join(unknown)}, which is not known here: use {', '.join(known)}"
        )


def _among(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def order_yaml(order: Order) -> str:
    """A replay file: the order without what is at its default. :func:`taken_by` says by what."""
    import yaml

    usual = order.usual()
    said = {
        name: value
        for name, value in flat(order).items()
        if name == "kind" or name not in usual or value != usual[name]
    }
    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
    return text


def taken_by(order: Order) -> str:
    """What takes the replay file of an order, in words."""
    return f"give it to {order.replay_takers}"


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
