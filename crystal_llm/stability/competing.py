"""Phases that compete with one composition: what it decomposes into, and its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.stability.hull import DecompositionPart
from crystal_llm.stability.known_phases import KnownPhase, known_phases
from crystal_llm.stability.references.reference import Reference

# A coefficient is shown as a whole number where it is one to this precision.
WHOLE = 1e-4
_LARGEST_FACTOR = 24


@dataclass(frozen=True, slots=True)
class CompetingPhase:
    """A known phase near a composition.

    Attributes:
        phase: The phase.
        distance: Half the sum of the differences in atomic fractions: the fraction of
            atoms that would have to be exchanged; 0 for the same composition.
    """

    phase: KnownPhase
    distance: float


def competing_phases(
    formula: str, reference: Reference, *, count: int = 8
) -> tuple[CompetingPhase, ...]:
    """Known phases of the composition's system, the nearest in composition first.

    Of equally near ones the lower above the hull comes first. Elements alone compete only
    where they are near as well.

    Raises:
        StabilityError: Not a formula, or the reference lacks an elemental phase.
    """
    amounts = element_amounts(formula)
    known = known_phases(amounts, reference)
    target = np.array([amounts[symbol] for symbol in known.elements])
    distances = np.abs(known.atomic_fractions - target / target.sum()).sum(axis=1) / 2
    nearest = np.lexsort((known.energies_above_hull, distances.round(6)))[:count]
    return tuple(
        CompetingPhase(known.phases[place], float(distances[place])) for place in nearest.tolist()
    )


def reaction(formula: str, decomposition: Sequence[DecompositionPart]) -> str:
    """A decomposition as an equation, such as ``2 Li3O5 → 3 Li2O2 + 2 O2``.

    Args:
        formula: What decomposes.
        decomposition: What it decomposes into, in fractions of atoms.

    Raises:
        StabilityError: Not a formula.
    """
    start = _atoms(element_amounts(formula))
    amounts = [
        part.fraction * start / _atoms(element_amounts(part.formula)) for part in decomposition
    ]
    factor = next(
        (
            factor
            for factor in range(1, _LARGEST_FACTOR + 1)
            if all(
                abs(factor * amount - round(factor * amount)) < WHOLE * factor and amount
                for amount in amounts
            )
        ),
        1,
    )
    right = " + ".join(
        _term(factor * amount, part.formula)
        for amount, part in zip(amounts, decomposition, strict=True)
    )
    return f"{_term(factor, formula)} → {right}"


def _term(amount: float, formula: str) -> str:
    whole = round(amount)
    if abs(amount - whole) < WHOLE * max(whole, 1) * 10 and whole:
        return formula if whole == 1 else f"{whole} {formula}"
    return f"{amount:.3g} {formula}"


def _atoms(amounts: Mapping[str, float]) -> float:
    return sum(amounts.values())
