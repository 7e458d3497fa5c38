"""Which elements can stand for each other: the paper's table.

Source: CrystalLLM (arXiv 2402.04379), Appendix C, Listing 1: for each oxidation state that
two elements share, they can swap if their ionic radii in that state differ by less than a
tolerance. The listing names an element once for every state that fits, so that a uniform
draw from it prefers elements with several; here every element stands once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.ionic_radii import ionic_radii_angstrom
from crystal_llm.errors import InfillError

RADIUS_TOLERANCE_ANGSTROM = 0.1


@dataclass(frozen=True, slots=True)
class SharedState:
    """An oxidation state that two elements share.

    Attributes:
        state: The oxidation state.
        first_angstrom: Radius of the first element in it.
        second_angstrom: Radius of the second.
    """

    state: int
    first_angstrom: float
    second_angstrom: float

    @property
    def difference_angstrom(self) -> float:
        """How far the radii are apart, rounded to the 0.001 Å that the data has."""
        return round(abs(self.first_angstrom - self.second_angstrom), 3)


def closest_shared_state(first: str, second: str) -> SharedState | None:
    """The shared state in which two elements' radii differ least; None if none is shared."""
    radii, other = ionic_radii_angstrom(first), ionic_radii_angstrom(second)
    shared = [
        SharedState(state, radii[state], other[state]) for state in sorted(radii.keys() & other)
    ]
    return min(shared, key=lambda state: state.difference_angstrom, default=None)


@lru_cache(maxsize=16)
def swap_table(
    tolerance_angstrom: float = RADIUS_TOLERANCE_ANGSTROM,
) -> Mapping[str, tuple[str, ...]]:
    """For each element that a model here can write, those that can stand for it.

    Args:
        tolerance_angstrom: Radii must differ by less.

    Raises:
        InfillError: The tolerance is not above 0.
    """
    check_tolerance(tolerance_angstrom)

    def fits(first: str, second: str) -> bool:
        shared = closest_shared_state(first, second)
        return shared is not None and shared.difference_angstrom < tolerance_angstrom

    return MappingProxyType(
        {
            first: tuple(
                second for second in TRAINED_ELEMENTS if second != first and fits(first, second)
            )
            for first in TRAINED_ELEMENTS
        }
    )


def check_tolerance(tolerance_angstrom: float) -> None:
    """Refuses an impossible tolerance.

    Raises:
        InfillError: It is not above 0 Å.
    """
    if not (math.isfinite(tolerance_angstrom) and tolerance_angstrom > 0.0):
        raise InfillError(
            f"radius tolerance = {tolerance_angstrom}: must be above 0 Å (0.1 is the paper's)"
        )
