"""Lists that are written with commas on the command line."""

from __future__ import annotations

import math

from crystal_llm.errors import RequestError


def words(text: str) -> tuple[str, ...]:
    """The words between commas: element symbols, kinds, names."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def temperatures(text: str) -> tuple[float, ...]:
    """Temperatures above 0; an argument's type.

    Raises:
        RequestError: There is none, or one is no such number.
    """
    try:
        values = tuple(float(word) for word in words(text))
    except ValueError:
        values = ()
    if not values or not all(0.0 < value < math.inf for value in values):
        raise RequestError(f"--temperatures {text[:60]!r}: write numbers above 0, such as 0.5,1")
    return values
