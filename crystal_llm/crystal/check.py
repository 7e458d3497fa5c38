"""Whether what an order gives as a crystal is one, so that it can be worked on at all."""

from __future__ import annotations

import math

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.types import PlainCrystal

MAX_RELAXED_ATOMS = 500
"""Atoms in one cell; one step of 400 takes a potential seconds on a CPU."""

_KNOWN = frozenset(ELEMENTS)


def angles_make_a_cell(alpha: float, beta: float, gamma: float) -> bool:
    """Whether three angles in degrees can meet at a corner of a cell with a volume.

    Three plane angles close to a solid corner when each is less than the sum of the
    other two and all sum to less than 360°.
    """
    return (
        all(0.0 < angle < 180.0 for angle in (alpha, beta, gamma))
        and alpha + beta + gamma < 360.0
        and abs(alpha - beta) < gamma < alpha + beta
    )


def flaw_of(crystal: PlainCrystal) -> str | None:
    """What is wrong with a crystal's numbers and symbols, and what is allowed; None if nothing."""
    return _flaw_of_cell(crystal) or _flaw_of_sites(crystal)


def _flaw_of_cell(crystal: PlainCrystal) -> str | None:
    lengths, angles = crystal.lengths_angstrom, crystal.angles_degrees
    if not all(math.isfinite(number) for number in (*lengths, *angles)):
        return "a lattice length or angle is not a finite number"
    if min(lengths) <= 0.0:
        return f"lattice lengths {_listed(lengths)}: must be above 0 Å"
    if not angles_make_a_cell(*angles):
        return (
            f"lattice angles {_listed(angles)}: enclose no volume; each must be less than the sum "
            "of the other two, and all together less than 360°"
        )
    return None


def _flaw_of_sites(crystal: PlainCrystal) -> str | None:
    species, positions = crystal.species, crystal.fractional_coordinates
    if not 1 <= len(species) <= MAX_RELAXED_ATOMS:
        return f"{len(species)} atoms: from 1 to {MAX_RELAXED_ATOMS}"
    if len(species) != len(positions):
        return f"{len(species)} species and {len(positions)} coordinates: give one for each atom"
    for site, (symbol, position) in enumerate(zip(species, positions, strict=True)):
        if symbol not in _KNOWN:
            return f"site {site}: {symbol[:20]!r} is not an element; write a symbol such as Fe"
        if not all(math.isfinite(value) for value in position):
            return f"site {site}: a coordinate of {symbol} is not a finite number"
    return None


def _listed(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
