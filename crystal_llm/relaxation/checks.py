"""What can be said of a crystal before a potential is asked.

Where atoms lie on each other no potential knows anything, and a cell that is far too dense
has so many neighbours that its graph fills the memory.
"""

from __future__ import annotations

import math

from crystal_llm.crystal.check import MAX_RELAXED_ATOMS, angles_make_a_cell
from crystal_llm.potentials.potential import PotentialCard
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, PlainCrystal

MIN_VOLUME_CUBIC_ANGSTROM_PER_ATOM = 2.0
"""Under half of what the densest solids take (boron, diamond, hydrides: about 5)."""

MAX_VOLUME_CUBIC_ANGSTROM_PER_ATOM = 2000.0
"""Beyond it atoms are far outside of each other's reach (6 Å make 900 Å³)."""


def flaw(crystal: PlainCrystal, card: PotentialCard) -> str | None:
    """Why a crystal cannot be relaxed by a potential; None where it may be tried.

    Args:
        crystal: Any numbers, finite or not.
        card: The potential.
    """
    return (
        _flaw_of_size(crystal)
        or _flaw_of_numbers(crystal)
        or _flaw_of_density(crystal)
        or _flaw_of_elements(crystal, card)
        or _flaw_of_distances(crystal)
    )


def _flaw_of_size(crystal: PlainCrystal) -> str | None:
    atoms = len(crystal.species)
    if not atoms:
        return "no atoms: the cell is empty"
    if atoms > MAX_RELAXED_ATOMS:
        return f"too many atoms: the cell has {atoms}, at most {MAX_RELAXED_ATOMS} are relaxed"
    return None


def _flaw_of_numbers(crystal: PlainCrystal) -> str | None:
    numbers = (*crystal.lengths_angstrom, *crystal.angles_degrees)
    if not all(math.isfinite(number) for number in numbers):
        return "not a number: a lattice length or angle is not finite"
    for site, position in enumerate(crystal.fractional_coordinates):
        if not all(math.isfinite(value) for value in position):
            return f"not a number: a coordinate of {crystal.species[site]}{site} is not finite"
    if min(crystal.lengths_angstrom) <= 0.0 or not angles_make_a_cell(*crystal.angles_degrees):
        return "no cell: the lattice lengths and angles enclose no volume"
    return None


def _flaw_of_density(crystal: PlainCrystal) -> str | None:
    import numpy as np

    from crystal_llm.crystal.reduction import lattice_matrix

    each = abs(float(np.linalg.det(lattice_matrix(crystal)))) / len(crystal.species)
    if each < MIN_VOLUME_CUBIC_ANGSTROM_PER_ATOM:
        return (
            f"cell too small: {each:.2f} Å³ an atom; at least "
            f"{MIN_VOLUME_CUBIC_ANGSTROM_PER_ATOM:g} Å³ are relaxed"
        )
    if each > MAX_VOLUME_CUBIC_ANGSTROM_PER_ATOM:
        return (
            f"cell too large: {each:.0f} Å³ an atom; at most "
            f"{MAX_VOLUME_CUBIC_ANGSTROM_PER_ATOM:g} Å³ are relaxed"
        )
    return None


def _flaw_of_elements(crystal: PlainCrystal, card: PotentialCard) -> str | None:
    unknown = sorted(set(crystal.species) - card.elements)
    if unknown:
        return (
            f"unknown to the potential: {card.title} was not trained on {', '.join(unknown)}; "
            "choose another potential"
        )
    return None


def _flaw_of_distances(crystal: PlainCrystal) -> str | None:
    from crystal_llm.io.structure_parsing import closest_pair

    closest = closest_pair(crystal, MIN_DISTANCE_ANGSTROM)
    if closest is None:
        return None
    first, second, distance = closest
    names = [f"{crystal.species[site]}{site}" for site in (first, second)]
    image = " (a periodic image)" if first == second else ""
    return f"atoms too close: {names[0]}–{names[1]}{image} are {distance:.2f} Å apart"
