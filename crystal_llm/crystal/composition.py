"""Compositions as amounts of real elements."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.formula import formula_amounts, shown
from crystal_llm.errors import FormulaError, StabilityError

if TYPE_CHECKING:
    from pymatgen.core import Composition

ATOMIC_NUMBERS = {symbol: number for number, symbol in enumerate(ELEMENTS, start=1)}
_MOST_ATOMS_OF_A_PHASE = 65_535
"""Of one element in a phase: the largest number that a reference file can hold."""


def element_amounts(composition: str | Mapping[str, float] | Composition) -> dict[str, float]:
    """Amount of each element, above 0, in the order of the atomic numbers.

    Args:
        composition: A formula, amounts by element symbol, or a pymatgen Composition.

    Raises:
        StabilityError: Not a formula, not real elements, or amounts that cannot be.
    """
    text = shown(composition) if isinstance(composition, str) else str(composition)
    items: list[tuple[Any, float]]
    if isinstance(composition, str):
        try:
            items = list(formula_amounts(composition).items())
        except FormulaError as error:
            raise StabilityError(str(error)) from error
    else:
        items = list(composition.items())
    amounts: dict[str, float] = {}
    for element, amount in items:
        # Of pymatgen's species (Fe3+) and isotopes the plain element is meant or refused.
        symbol = element if isinstance(element, str) else str(element.symbol)
        if symbol not in ATOMIC_NUMBERS:
            raise StabilityError(f"{text}: {symbol!r} is not an element")
        if not (math.isfinite(amount) and amount >= 0):
            raise StabilityError(f"{text}: the amount of {symbol} is {amount}, not above 0")
        if amount > 0:
            amounts[symbol] = amounts.get(symbol, 0.0) + float(amount)
    if not amounts:
        raise StabilityError(f"{text} holds no atoms; write a formula such as LiFePO4")
    return {symbol: amounts[symbol] for symbol in sorted(amounts, key=ATOMIC_NUMBERS.__getitem__)}


def formula_unit(composition: str | Mapping[str, float] | Composition) -> dict[str, int]:
    """Whole atoms of each element in the smallest formula unit, ordered as above.

    Raises:
        StabilityError: As :func:`element_amounts`, or an amount is no whole number.
    """
    amounts = element_amounts(composition)
    text = shown(composition) if isinstance(composition, str) else str(composition)
    for symbol, amount in amounts.items():
        if abs(amount - round(amount)) > 1e-8 or not 1 <= round(amount) <= _MOST_ATOMS_OF_A_PHASE:
            raise StabilityError(
                f"{text}: the amount of {symbol} is {amount:g}; a known phase has whole "
                f"numbers of atoms, from 1 to {_MOST_ATOMS_OF_A_PHASE}"
            )
    divisor = reduce(math.gcd, (round(amount) for amount in amounts.values()))
    return {symbol: round(amount) // divisor for symbol, amount in amounts.items()}


def reduced_formula(amounts: Mapping[str, float]) -> str:
    """The reduced formula as chemists write it, such as ``LiFePO4``."""
    return _reduced_formula(tuple(amounts.items()))


@lru_cache(maxsize=16_384)
def _reduced_formula(amounts: tuple[tuple[str, float], ...]) -> str:
    # Decompositions name the same few phases again and again, and this takes 0.1 ms.
    from pymatgen.core import Composition

    return str(Composition(dict(amounts)).reduced_formula)
