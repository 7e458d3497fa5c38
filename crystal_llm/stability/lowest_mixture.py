"""The mixture of phases with the least energy at a composition: one small linear program.

With phases as columns of atomic fractions ``a_i`` and energies ``e_i`` (eV/atom)::

    minimise Σ x_i e_i   subject to   Σ x_i a_i = c,  x ≥ 0

Every column and c sum to one, so Σ x = 1 follows. The elements alone are a basis to start
from, and no direction is unbounded: the primal simplex needs neither a first phase nor a
test for either. Each pivot looks at all phases at once, so it is exact however many
elements there are. scipy's HiGHS gives the same values and takes 2 ms a query for 3 or 4
elements and 3 to 7 ms for 6 to 10, nearly all of it overhead; this takes 0.1 to 0.3 ms, and
a reference of 70,000 phases asks it once for each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crystal_llm.errors import StabilityError
from crystal_llm.types import Array

# Of energies in eV/atom: a phase that would lower the mixture by less changes nothing.
ENERGY_TOLERANCE = 1e-11
FRACTION_TOLERANCE = 1e-11
# Pivots that lower nothing may come in a ring; after so many, Bland's rule breaks it.
PIVOTS_BEFORE_BLAND = 200
MOST_PIVOTS = 20_000


@dataclass(frozen=True, slots=True)
class Mixture:
    """The mixture of least energy.

    Attributes:
        energy_ev_per_atom: Energy of the mixture: of the convex hull at the composition.
        phases: Columns of the phases in it, the largest part first.
        fractions: Fraction of all atoms that each phase holds; they sum to one.
    """

    energy_ev_per_atom: float
    phases: tuple[int, ...]
    fractions: tuple[float, ...]


def lowest_mixture(
    atomic_fractions: Array, energies_ev_per_atom: Array, terminals: list[int], target: Array
) -> Mixture:
    """Finds the mixture of least energy.

    Args:
        atomic_fractions: One column a phase, shape (n_elements, n_phases).
        energies_ev_per_atom: Shape (n_phases,).
        terminals: Column of each element's elemental phase, in the order of the rows.
        target: Atomic fractions of the composition, shape (n_elements,), each above 0.

    Raises:
        StabilityError: The search does not settle (no input is known to cause it).
    """
    basis = list(terminals)
    # Column k of the basis is the k-th element alone, so its inverse is the identity.
    inverse: Array = np.eye(len(basis))
    fractions = target.copy()
    duals: Array = energies_ev_per_atom[basis]
    for pivot in range(MOST_PIVOTS):
        gains = energies_ev_per_atom - duals @ atomic_fractions
        entering = _entering(gains, by_bland=pivot > PIVOTS_BEFORE_BLAND)
        if entering is None:
            # Rounding has gathered in the updates: solve once more from the basis itself.
            square = atomic_fractions[:, basis]
            exact = np.linalg.solve(square.T, energies_ev_per_atom[basis])
            gains = energies_ev_per_atom - exact @ atomic_fractions
            if gains.min() > -100 * ENERGY_TOLERANCE:
                return _mixture(basis, np.linalg.solve(square, target), energies_ev_per_atom)
            inverse, duals = np.linalg.inv(square), exact
            fractions = inverse @ target
            continue
        direction = inverse @ atomic_fractions[:, entering]
        leaving = _leaving(fractions, direction, basis, by_bland=pivot > PIVOTS_BEFORE_BLAND)
        row = inverse[leaving] / direction[leaving]
        step = fractions[leaving] / direction[leaving]
        inverse -= np.multiply.outer(direction, row)
        inverse[leaving] = row
        fractions = fractions - step * direction
        fractions[leaving] = step
        duals = duals + gains[entering] * row
        basis[leaving] = entering
    raise StabilityError(
        f"the lowest mixture of {energies_ev_per_atom.size} phases was not found in "
        f"{MOST_PIVOTS} pivots: please report the composition and the reference"
    )


def _entering(gains: Array, *, by_bland: bool) -> int | None:
    """The phase to take in: the most negative gain, or by Bland's rule the first."""
    if by_bland:
        below = np.flatnonzero(gains < -ENERGY_TOLERANCE)
        return int(below[0]) if below.size else None
    best = int(gains.argmin())
    return best if gains[best] < -ENERGY_TOLERANCE else None


def _leaving(fractions: Array, direction: Array, basis: list[int], *, by_bland: bool) -> int:
    """Place in the basis of the phase that runs out first as the new one comes in."""
    # The direction sums to one, as both columns do, so at least one place is positive.
    places = [place for place, value in enumerate(direction.tolist()) if value > FRACTION_TOLERANCE]
    ratios = {place: max(float(fractions[place]), 0.0) / direction[place] for place in places}
    least = min(ratios.values())
    tied = [place for place in places if ratios[place] <= least + FRACTION_TOLERANCE]
    if by_bland:
        return min(tied, key=basis.__getitem__)
    # Of equals the largest pivot keeps the rounding small.
    return max(tied, key=direction.__getitem__)


def _mixture(basis: list[int], fractions: Array, energies: Array) -> Mixture:
    parts = sorted(
        (
            (float(part), phase)
            for part, phase in zip(fractions, basis, strict=True)
            if part > 100 * FRACTION_TOLERANCE
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )
    return Mixture(
        float(fractions @ energies[basis]),
        tuple(phase for _, phase in parts),
        tuple(part for part, _ in parts),
    )
