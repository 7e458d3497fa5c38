"""Which conditions a prompt tells of a crystal: the kinds of prompts that every run draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class WritingMix(Protocol):
    """Shares of the prompts that ask for a crystal; the rest tells a part of all that is known.

    Attributes:
        free: Nothing is told.
        formula_alone: The formula alone.
        elements_alone: The elements alone.
    """

    @property
    def free(self) -> float: ...  # noqa: D102

    @property
    def formula_alone(self) -> float: ...  # noqa: D102

    @property
    def elements_alone(self) -> float: ...  # noqa: D102


def told_names(mix: WritingMix, kind: float, part: Callable[[], set[str]]) -> set[str]:
    """Names of the conditions that a prompt tells.

    Args:
        mix: How often each kind is drawn.
        kind: A number from 0 to 1, which decides the kind.
        part: Draws a part of all that is known; called where the kind asks for it.
    """
    if kind < mix.free:
        return set()
    if kind < mix.free + mix.formula_alone:
        return {"formula"}
    if kind < mix.free + mix.formula_alone + mix.elements_alone:
        return {"elements"}
    return part()
