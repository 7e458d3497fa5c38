"""Frozen dataclasses as JSON and back, strictly: what is read is what was declared.

Stored orders and results outlive the program that wrote them, and replay files come from
anywhere. Nothing is guessed: a name that is not declared, a missing one and a value of
another kind are refused by place. pydantic reads; the dataclasses are the standard library's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_T = TypeVar("_T")

_SHOWN_CHARACTERS = 60
_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "frozen_set_type": "a list",
    "list_type": "a list",
    "dict_type": "an object",
    "dataclass_type": "an object",
    "dataclass_exact_type": "an object",
    "model_attributes_type": "an object",
    "none_required": "null",
}
"""What each of pydantic's complaints asks for, in words."""


class RecordError(ValueError):
    """A value does not fit its declaration; the message names the place."""


def to_plain(value: Any) -> Any:
    """A value made of dataclasses, tuples, sets and plain values, as JSON can hold it.

    Sets come out sorted, so that equal values give equal JSON.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    return value


def to_json(value: Any) -> str:
    """The same as JSON text."""
    return json.dumps(to_plain(value), ensure_ascii=False)


def from_plain(kind: type[_T], value: Any, place: str = "") -> _T:
    """The dataclass that a plain value describes.

    Args:
        kind: The dataclass, or a union of some that differ in a literal field. Fields are of
            plain types, ``Literal``, tuples, frozen sets, dictionaries, further dataclasses,
            or one of these or None.
        value: What JSON or YAML gave.
        place: Where the value stands, for messages.

    Raises:
        RecordError: The value does not fit.
    """
    try:
        text = json.dumps(value)
    except (TypeError, RecursionError) as error:  # a date of YAML, say
        raise RecordError(f"{_named(place)} holds what JSON cannot say ({error})") from error
    return from_json(kind, text, place)


def from_json(kind: type[_T], text: str, place: str = "") -> _T:
    """The dataclass that JSON text describes; otherwise as :func:`from_plain`.

    Raises:
        RecordError: It is not JSON, or does not fit.
    """
    from pydantic import ValidationError

    declared: Any = kind
    try:
        value: _T = _adapter(declared).validate_json(f"[{text}]")[0]
    except ValidationError as error:
        raise RecordError(_message(kind, error, place)) from error
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import ConfigDict, TypeAdapter

    # A dataclass of its own takes no configuration; what stands in a tuple takes the tuple's.
    return TypeAdapter(tuple[kind], config=ConfigDict(extra="forbid", strict=True))


def _message(kind: Any, error: Any, place: str) -> str:
    """The first complaint, in one line."""
    first = error.errors(include_url=False)[0]
    complaint, given = first["type"], first["input"]
    path = first["loc"][1:]
    named = {"missing", "missing_argument", "unexpected_keyword_argument", "extra_forbidden"}
    if complaint in named and path:
        where = _named(_joined(place, path[:-1]))
        if complaint.startswith("missing"):
            return f"{where} lacks {path[-1]}"
        declared = _declared(kind, path[:-1])
        known = f": use {', '.join(declared)}" if declared else ""
        return f"{where} has {path[-1]}, which is not known here{known}"
    where = _named(_joined(place, path))
    if complaint == "json_invalid":
        return f"{where} is not JSON ({first['ctx']['error']})"
    if complaint == "literal_error":
        accepted = first["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return f"{where} is {_shown(given)}: use one of {accepted}"
    if complaint in ("too_long", "too_short") or complaint.endswith("too_many_arguments"):
        return f"{where} has another number of values ({first['msg']})"
    must = _KINDS.get(complaint)
    return f"{where} is {_shown(given)}: {f'must be {must}' if must else first['msg']}"


def _declared(kind: Any, path: Sequence[str | int]) -> list[str]:
    """Names of the fields of the dataclass at a place; none where there is no one."""
    for part in path:
        kind = _without_none(kind)
        if isinstance(part, int):
            kind = next((arg for arg in get_args(kind) if arg is not Ellipsis), None)
        elif is_dataclass(kind):
            kind = get_type_hints(kind).get(part)
    kind = _without_none(kind)
    return [field.name for field in fields(kind)] if is_dataclass(kind) else []


def _without_none(kind: Any) -> Any:
    kinds = [arg for arg in get_args(kind) if arg is not type(None)]
    optional = len(kinds) == 1 and len(get_args(kind)) == 2 and type(None) in get_args(kind)
    return kinds[0] if optional else kind


def _joined(place: str, path: Sequence[str | int]) -> str:
    for part in path:
        if isinstance(part, int):
            place += f"[{part}]"
        else:
            place += f".{part}" if place else part
    return place


def _named(place: str) -> str:
    return place or "the whole"


def _shown(value: Any) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
