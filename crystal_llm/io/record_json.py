"""Frozen dataclasses as JSON and back, strictly: what is read is what was declared.

Stored orders and results outlive the program that wrote them, and replay files come from
anywhere. Nothing is guessed: a name that is not declared, a missing one and a value of
another kind are refused by place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_SHOWN_CHARACTERS = 60


class RecordError(ValueError):
    """A value does not fit its declaration; the message names the place."""


def to_plain(value: Any) -> Any:
    """A value made of dataclasses, tuples, sets and plain values, as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, list | tuple):
        return [to_plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(to_plain(one) for one in value)
    if isinstance(value, Mapping):
        return {str(key): to_plain(one) for key, one in value.items()}
    return value


def from_plain(kind: type[T], value: Any, place: str = "") -> T:
    """The dataclass that a plain value describes.

    Args:
        kind: The dataclass. Its fields are of plain types, ``Literal``, tuples, frozen
            sets, dictionaries, further dataclasses, or one of these or None.
        value: What JSON or YAML gave.
        place: Where the value stands, for messages.

    Raises:
        RecordError: The value does not fit.
    """
    read: T = _read(kind, value, place)
    return read


def _read(kind: Any, value: Any, place: str) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin in (Union, UnionType):
        return _union(kind, value, place)
    if origin is Literal:
        if value not in get_args(kind):
            accepted = ", ".join(str(one) for one in get_args(kind))
            raise RecordError(f"{_named(place)} is {_shown(value)}: use one of {accepted}")
        return value
    if origin is tuple:
        return _tuple(kind, value, place)
    if origin is frozenset:
        items = _list(value, place)
        return frozenset(_read(get_args(kind)[0], one, place) for one in items)
    if origin is dict:
        if not isinstance(value, dict):
            raise RecordError(f"{_named(place)} is {_shown(value)}: must be an object")
        return value
    if is_dataclass(kind):
        return _dataclass(kind, value, place)
    return _scalar(kind, value, place)


def _scalar(kind: Any, value: Any, place: str) -> Any:
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    # To Python a truth value is a number.
    fits = isinstance(value, bool) if kind is bool else not isinstance(value, bool)
    if kind is float and fits and isinstance(value, int | float):
        return float(value)
    if kind is float or not fits or not isinstance(value, kind):
        raise RecordError(f"{_named(place)} is {_shown(value)}: must be {names.get(kind, kind)}")
    return value


def _union(kind: Any, value: Any, place: str) -> Any:
    kinds = [one for one in get_args(kind) if one is not NoneType]
    if value is None and len(kinds) < len(get_args(kind)):
        return None
    if len(kinds) != 1:
        raise TypeError(f"{kind} at {place}: only one kind or None can be declared")
    return _read(kinds[0], value, place)


def _tuple(kind: Any, value: Any, place: str) -> tuple[Any, ...]:
    items, kinds = _list(value, place), get_args(kind)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], one, f"{place}[{n}]") for n, one in enumerate(items))
    if len(items) != len(kinds):
        raise RecordError(f"{_named(place)} has {len(items)} values: must have {len(kinds)}")
    pairs = zip(kinds, items, strict=True)
    return tuple(_read(one, item, f"{place}[{n}]") for n, (one, item) in enumerate(pairs))


def _list(value: Any, place: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise RecordError(f"{_named(place)} is {_shown(value)}: must be a list")
    return value


def _dataclass(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise RecordError(f"{_named(place)} is {_shown(value)}: must be an object")
    declared = {one.name: one for one in fields(kind)}
    unknown = sorted(str(name) for name in value if name not in declared)
    if unknown:
        raise RecordError(
            f"{_named(place)} has {', '.join(unknown)}, which is not known here: "
            f"use {', '.join(declared)}"
        )
    prefix = f"{place}." if place else ""
    given = {}
    for name, hint in _hints(kind).items():
        if name in value:
            given[name] = _read(hint, value[name], f"{prefix}{name}")
        elif name in declared:
            one = declared[name]
            if one.default is MISSING and one.default_factory is MISSING:
                raise RecordError(f"{_named(place)} lacks {name}")
    return kind(**given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _named(place: str) -> str:
    return place or "the whole"


def _shown(value: Any) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."
