"""Keeping orbits apart: which places of an orbit leave all atoms room.

By symmetry it is enough to look from one site of the new orbit to all other sites and to the
images of its own orbit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from crystal_llm.crystal.symmetric import cell_vectors, conventional_parameters, crystal_system
from crystal_llm.crystal.wyckoff import WyckoffPosition
from crystal_llm.generation.clearance import Spacing

_SKEWED_AXES = {
    "triclinic": (0, 1, 2),
    "monoclinic": (0, 2),
    "trigonal": (0, 1),
    "hexagonal": (0, 1),
}
_HUNDREDTHS = np.arange(100) / 100.0


class OrbitClearance:
    """The sites of a crystal that is being written, in its conventional cell.

    Args:
        spacing: How far atoms are kept apart.
        spacegroup_number: The group.
        lattice: Free lattice parameters, Å and degrees.
    """

    def __init__(self, spacing: Spacing, spacegroup_number: int, lattice: Sequence[float]) -> None:
        self._spacing = spacing
        self._basis = cell_vectors(*conventional_parameters(spacegroup_number, lattice))
        skewed = _SKEWED_AXES.get(crystal_system(spacegroup_number), ())
        # The nearest image by coordinates is the nearest one along axes that are square.
        self._images = np.array(
            list(product(*((-1, 0, 1) if axis in skewed else (0,) for axis in range(3)))), float
        )
        lengths = np.linalg.norm(self._lattice_vectors(), axis=1)
        self._own_distance = float(lengths.min())
        self._sites: list[NDArray[np.float64]] = []
        self._elements: list[str] = []

    def copy(self) -> OrbitClearance:
        """One that goes on by itself."""
        other = object.__new__(OrbitClearance)
        other.__dict__ = self.__dict__ | {
            "_sites": self._sites.copy(),
            "_elements": self._elements.copy(),
        }
        return other

    def add(self, element: str, position: WyckoffPosition, coordinates: tuple[float, ...]) -> None:
        """Takes an orbit."""
        sites = position.sites(coordinates)
        self._sites.append(sites)
        self._elements += [element] * len(sites)

    def has_room(self, element: str, position: WyckoffPosition, free: tuple[float, ...]) -> bool:
        """Whether an orbit at given coordinates keeps clear of all sites and of itself."""
        return bool(self._clear(element, position, np.array([free]).reshape(1, -1))[0])

    def clear_hundredths(
        self, element: str, position: WyckoffPosition, before: tuple[float, ...]
    ) -> NDArray[np.intp]:
        """Values of the last free coordinate, in hundredths, that keep an orbit clear.

        Args:
            element: Element of the orbit.
            position: Its position.
            before: Its free coordinates but the last.
        """
        free = np.empty((100, len(before) + 1))
        free[:, :-1] = before
        free[:, -1] = _HUNDREDTHS
        return np.flatnonzero(self._clear(element, position, free))

    def _clear(
        self, element: str, position: WyckoffPosition, free: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        own = float(self._spacing.least_angstrom(element, [element])[0])
        clear = np.full(len(free), self._own_distance >= own)
        if not clear.any():
            return clear
        points = np.zeros((len(free), 3))
        points[:, list(position.free_axes)] = free
        orbits = np.einsum("mij,nj->nmi", position.linear, points) + position.shifts
        if position.multiplicity > 1:
            apart = orbits[:, 1:] - orbits[:, :1]
            clear &= self._squares(apart).min(axis=1) >= own * own
        if self._sites:
            sites = np.concatenate(self._sites)
            least = self._spacing.least_angstrom(element, self._elements)
            open_places = np.flatnonzero(clear)
            apart = orbits[open_places, :1] - sites[None]
            clear[open_places] = (self._squares(apart) >= least**2).all(axis=1)
        return clear

    def _squares(self, apart: NDArray[np.float64]) -> NDArray[np.float64]:
        """Squared distances to the nearest image, Å², of fractional differences (…, 3)."""
        wrapped = apart - np.round(apart)
        moved = (wrapped[..., None, :] + self._images) @ self._basis
        return np.asarray((moved * moved).sum(axis=-1).min(axis=-1))

    def _lattice_vectors(self) -> NDArray[np.float64]:
        steps = np.array([s for s in product((-1, 0, 1), repeat=3) if any(s)], float)
        return np.asarray(steps @ self._basis)


def is_flat(angles: Sequence[float]) -> bool:
    """Whether three angles in degrees enclose next to no volume."""
    alpha, beta, gamma = (math.cos(math.radians(angle)) for angle in angles)
    return 1 - alpha**2 - beta**2 - gamma**2 + 2 * alpha * beta * gamma < 1e-3
