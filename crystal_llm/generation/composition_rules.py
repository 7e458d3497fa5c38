"""What a crystal may be made of: the hard conditions on elements.

Each rule answers two questions of a crystal that is being written, from the counts of
its atoms so far: which elements may come next, and whether it may end here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from crystal_llm.errors import RequestError


class CompositionRule(Protocol):
    """A hard condition on the atoms of a crystal."""

    @property
    def max_atoms(self) -> int:
        """The most atoms that a crystal can have under the rule."""

    def elements_allowed(self, counts: Mapping[str, int]) -> frozenset[str]:
        """Elements with which the crystal can still be completed."""

    def may_end(self, counts: Mapping[str, int]) -> bool:
        """Whether the crystal is complete."""


@dataclass(frozen=True)
class ElementsRule:
    """Atoms of allowed elements, each required element at least once.

    Attributes:
        allowed: Elements that may occur.
        required: Elements that must occur, a subset of ``allowed``.
        max_atoms: The most atoms.
    """

    allowed: frozenset[str]
    required: frozenset[str]
    max_atoms: int

    def __post_init__(self) -> None:
        if not self.allowed:
            raise RequestError("no element is left to write with: allow at least one")
        absent = sorted(self.required - self.allowed)
        if absent:
            raise RequestError(f"{', '.join(absent)} must occur but may not: allow or drop it")
        if len(self.required) > self.max_atoms:
            raise RequestError(
                f"{len(self.required)} elements need at least as many atoms; "
                f"at most {self.max_atoms} are allowed"
            )

    def elements_allowed(self, counts: Mapping[str, int]) -> frozenset[str]:
        """Elements with which the crystal can still be completed."""
        left = self.max_atoms - sum(counts.values())
        missing = self.required - counts.keys()
        if left <= 0:
            return frozenset()
        # The last places are kept for the elements that have yet to come.
        return missing if len(missing) >= left else self.allowed

    def may_end(self, counts: Mapping[str, int]) -> bool:
        """Whether every required element has come, and at least one atom."""
        return bool(counts) and self.required <= counts.keys()


@dataclass(frozen=True)
class FormulaRule:
    """Exactly a formula, in any number of formula units up to the atom limit.

    Attributes:
        unit: Atoms of each element in one formula unit.
        max_atoms: The most atoms.
        units: The number of formula units, None for any.
    """

    unit: Mapping[str, int]
    max_atoms: int
    units: int | None = None

    def __post_init__(self) -> None:
        atoms = sum(self.unit.values()) * (self.units or 1)
        if self.units is not None and self.units < 1:
            raise RequestError(f"Z = {self.units}: at least one formula unit is needed")
        if atoms > self.max_atoms:
            name = "".join(f"{e}{n if n > 1 else ''}" for e, n in self.unit.items())
            raise RequestError(
                f"{self.units or 1} × {name} has {atoms} atoms; at most {self.max_atoms} are "
                "allowed: raise the limit on atoms or ask for a smaller formula"
            )

    def elements_allowed(self, counts: Mapping[str, int]) -> frozenset[str]:
        """Elements that leave some whole number of formula units within reach."""
        return frozenset(element for element in self.unit if self._reachable(counts, element))

    def may_end(self, counts: Mapping[str, int]) -> bool:
        """Whether the atoms are a whole number of formula units."""
        units, rest = divmod(sum(counts.values()), sum(self.unit.values()))
        if rest or units == 0 or (self.units is not None and units != self.units):
            return False
        return all(counts.get(element, 0) == units * n for element, n in self.unit.items())

    def _reachable(self, counts: Mapping[str, int], added: str) -> bool:
        needed = max(
            -(-(counts.get(element, 0) + (element == added)) // n)
            for element, n in self.unit.items()
        )
        if self.units is not None:
            return needed <= self.units
        return needed * sum(self.unit.values()) <= self.max_atoms


def check_reachable(rule: CompositionRule, counts: Mapping[str, int]) -> None:
    """Refuses conditions that no crystal with some atoms already in it can meet.

    One path is followed, since a rule only allows elements with which there is an end.

    Raises:
        RequestError: There is no end; says what to change.
    """
    written = dict(counts)
    while not rule.may_end(written):
        allowed = rule.elements_allowed(written)
        if not allowed:
            raise RequestError(
                f"no crystal of at most {rule.max_atoms} atoms meets the hard conditions on its "
                "composition: raise the limit on atoms, or drop a condition"
            )
        element = min(allowed)
        written[element] = written.get(element, 0) + 1
