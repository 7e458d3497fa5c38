"""The part of a crystal that stays, by its orbits: the beginning that symmetric text goes on from.

Kept atoms alone often have a higher group than the crystal that they stand in. The group is
therefore the one of the given crystal, atoms that are taken out included; where a part of an
orbit is kept, it is what the division leaves of that group. Lattice and kept positions of the
result are the given ones, in the given cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from crystal_llm.crystal.descriptions import origin_at_first
from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.symmetric import ELECTRONEGATIVITY_ORDER, Orbit, SymmetricCrystal
from crystal_llm.crystal.symmetry_search import standard_setting
from crystal_llm.crystal.wyckoff import (
    LETTERS,
    centring_multiplicity,
    polar_axes,
    wyckoff_positions,
)
from crystal_llm.errors import CrystalTextError, InfillError, SymmetryError
from crystal_llm.generation.request import MAX_ORBITS
from crystal_llm.generation.symmetric_grammar import SymmetricRules
from crystal_llm.generation.symmetric_reach import atoms_of_positions, can_complete, fixed_letters
from crystal_llm.text.symmetric_text import decode_symmetric, encode_symmetric
from crystal_llm.types import PlainCrystal, Vector

_SAME_PLACE = 1e-4  # fractional; images of one site differ by float error alone


@dataclass(frozen=True, slots=True, eq=False)
class KeptOrbits:
    """What stays of a crystal, in the standard setting of its group.

    Attributes:
        crystal: Group, lattice and the kept orbits, in the order of the beginning; none
            where the lattice alone stays.
        linear: Shape (3, 3); x = ``linear`` · x' + ``origin`` takes fractional coordinates of
            the standard cell to those of the given one.
        origin: Shape (3,).
        cells: Primitive cells of the group in the given cell.
    """

    crystal: SymmetricCrystal
    linear: NDArray[np.float64]
    origin: NDArray[np.float64]
    cells: int

    @property
    def beginning(self) -> str:
        """Symmetric text of group, lattice and kept orbits.

        Raises:
            InfillError: It cannot be written.
        """
        partial = self.crystal
        # Any orbit serves to write the two lines of a bare lattice.
        *_, general = wyckoff_positions(partial.spacegroup_number).values()
        orbits = partial.orbits or (Orbit("H", general.letter, (0.0,) * len(general.free_axes)),)
        try:
            lines = encode_symmetric(replace(partial, orbits=orbits)).split("\n")
        except CrystalTextError as error:
            raise InfillError(
                f"what is kept cannot be written as symmetric text: {error}"
            ) from error
        return "\n".join(lines[: 2 + len(partial.orbits)]) + "\n"

    def limits(self, remaining: int, atoms: int | None, most: int) -> tuple[int, int]:
        """Fewest and most atoms in the primitive cell.

        Args:
            remaining: Atoms that stay in the given cell.
            atoms: Exactly so many in the end in the given cell; None leaves that open.
            most: At most so many.

        Raises:
            InfillError: They are no whole number in each primitive cell, or leave no room,
                or there are too many orbits already.
        """
        cells, number = self.cells, self.crystal.spacegroup_number
        if len(self.crystal.orbits) >= MAX_ORBITS:
            raise InfillError(
                f"the kept atoms are {len(self.crystal.orbits)} orbits of space group {number}, "
                f"and at most {MAX_ORBITS} can be written: keep whole orbits, or take the "
                "primitive cell"
            )
        if atoms is not None and atoms % cells:
            raise InfillError(
                f"the cell holds {cells} primitive cells of space group {number}, so {atoms} atoms "
                f"cannot keep the group: ask for a multiple of {cells}"
            )
        if most // cells <= remaining // cells:
            raise InfillError(
                f"the cell holds {cells} primitive cells of space group {number}, and "
                f"{remaining} of at "
                f"most {most} atoms stay: allow {remaining + cells} or more"
            )
        return (remaining // cells + 1 if atoms is None else atoms // cells), most // cells

    def units(self, units: int, formula: str) -> int:
        """Formula units in the primitive cell.

        Args:
            units: Those in the given cell.
            formula: The formula, for the error.

        Raises:
            InfillError: They are no whole number.
        """
        whole, rest = divmod(units, self.cells)
        if rest:
            raise InfillError(
                f"{units} units of {formula} are no whole number in each of the {self.cells} "
                f"primitive cells of space group {self.crystal.spacegroup_number}: ask for a "
                f"multiple of {self.cells} units"
            )
        return whole

    def check_reachable(self, rules: SymmetricRules) -> None:
        """Refuses sizes and formulas that no further orbits add up to.

        Args:
            rules: Hard conditions on the whole crystal, in its primitive cell.

        Raises:
            InfillError: Nothing can follow the kept orbits.
        """
        partial, number = self.crystal, self.crystal.spacegroup_number
        counts: dict[str, int] = {}
        for orbit in partial.orbits:
            atoms = atoms_of_positions(number)[orbit.letter]
            counts[orbit.element] = counts.get(orbit.element, 0) + atoms
        taken = fixed_letters(number) & {orbit.letter for orbit in partial.orbits}
        if can_complete(
            number, taken, counts, len(partial.orbits), rules.composition, rules.limits
        ):
            return
        low, high = (value * self.cells for value in rules.limits.atoms)
        wanted = f"{low}" if low == high else f"{low} to {high}"
        formula = "" if rules.composition.unit is None else " of the formula"
        raise InfillError(
            f"no orbits of space group {number} beside the kept ones make {wanted} atoms{formula} "
            "in the cell: ask for another number, or keep other atoms"
        )

    def added(self, text: str) -> tuple[tuple[str, ...], tuple[Vector, ...]]:
        """Elements and fractional coordinates, in the given cell, of what follows the kept orbits.

        Args:
            text: Symmetric text that begins with :attr:`beginning`.

        Raises:
            CrystalTextError: The text says no crystal.
        """
        written = decode_symmetric(text)
        first = len(self.crystal.orbits)
        species: list[str] = []
        coordinates: list[Vector] = []
        for orbit, position in zip(written.orbits[first:], written.positions[first:], strict=True):
            sites = self._in_given_cell(position.sites(orbit.coordinates))
            species += [orbit.element] * len(sites)
            coordinates += sites
        return tuple(species), tuple(coordinates)

    def _in_given_cell(self, sites: NDArray[np.float64]) -> list[Vector]:
        """Sites of the standard cell, shape (n, 3), with all their images in the given cell."""
        reach = np.abs(np.linalg.inv(self.linear)).sum(axis=1)
        steps = [range(-math.ceil(value + 1e-9) - 1, math.ceil(value) + 2) for value in reach]
        images = (sites[:, None, :] + np.array(list(product(*steps)), float)).reshape(-1, 3)
        moved = images @ self.linear.T + self.origin
        inside = moved[((moved > -_SAME_PLACE) & (moved < 1.0 + _SAME_PLACE)).all(axis=1)] % 1.0
        distinct: list[NDArray[np.float64]] = []
        for site in inside:
            if distinct:
                apart = np.array(distinct) - site
                if (np.abs(apart - np.round(apart)) < 2 * _SAME_PLACE).all(axis=1).any():
                    continue
            distinct.append(site)
        return [(float(x) % 1.0, float(y) % 1.0, float(z) % 1.0) for x, y, z in distinct]


def kept_orbits(crystal: PlainCrystal, keep: Iterable[int]) -> KeptOrbits:
    """The part of a crystal that stays, by its orbits.

    Args:
        crystal: The crystal, in any cell.
        keep: Sites that stay; none keeps group and lattice alone.

    Raises:
        InfillError: The crystal has no symmetric form.
    """
    kept_sites = set(keep)
    unused = iter(symbol for symbol in ELEMENTS if symbol not in crystal.species)
    stand_ins = {
        symbol: next(unused, None)
        for symbol in dict.fromkeys(
            symbol for site, symbol in enumerate(crystal.species) if site not in kept_sites
        )
    }
    if None in stand_ins.values():
        raise InfillError("the crystal holds too many elements to take some out")
    species = tuple(
        symbol if site in kept_sites else str(stand_ins[symbol])
        for site, symbol in enumerate(crystal.species)
    )
    try:
        standard = standard_setting(replace(crystal, species=species))
    except SymmetryError as error:
        raise InfillError(f"the crystal has no symmetric form: {error}") from error
    number = standard.crystal.spacegroup_number
    stay = (orbit for orbit in standard.crystal.orbits if orbit.element not in stand_ins.values())
    orbits = sorted(stay, key=_order)
    origin = standard.origin
    if orbits:
        first = wyckoff_positions(number)[orbits[0].letter].representative(orbits[0].coordinates)
        polar = list(polar_axes(number))
        move = np.zeros(3)
        move[polar] = first[polar]
        origin = origin + standard.linear @ move
        orbits = list(origin_at_first(number, orbits))
    cells = centring_multiplicity(number) / abs(np.linalg.det(standard.linear))
    return KeptOrbits(
        replace(standard.crystal, orbits=tuple(orbits)),
        standard.linear,
        origin,
        max(round(cells), 1),
    )


def _order(orbit: Orbit) -> tuple[int, int, tuple[float, ...]]:
    return ELECTRONEGATIVITY_ORDER[orbit.element], LETTERS.index(orbit.letter), orbit.coordinates
