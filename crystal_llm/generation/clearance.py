"""A hard condition on positions: no two atoms closer than a distance.

An atom's second coordinate is restricted to values that leave it a clear place, the third to
those that are one. Where the first leaves no clear place, the atom goes where it is clearest.
The lattice is the model's own, so an atom's images of itself are as near as that has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crystal_llm.types import Vector

_IMAGES = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)], float)
# Of these the nearest is one of eight in any cell that is not much skewed.
_AHEAD = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)], float)
_STEPS = 100
_LOOKAHEAD = (50, 12)


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far apart atoms are kept; of two limits the larger holds.

    Attributes:
        min_distance_angstrom: Of any two atoms.
        radii_share: Of the sum of two atoms' covalent radii (Cordero et al. 2008, as ASE
            has them).
    """

    min_distance_angstrom: float = 0.0
    radii_share: float = 0.0

    def least_angstrom(self, element: str, others: Sequence[str]) -> NDArray[np.float64]:
        """Least distance of an atom from each of some others, Å, shape (n_others,)."""
        sums = _radius(element) + np.array([_radius(other) for other in others])
        return np.maximum(self.min_distance_angstrom, self.radii_share * sums)


@cache
def _radius(element: str) -> float:
    from ase.data import atomic_numbers, covalent_radii

    return float(covalent_radii[atomic_numbers[element]])


@dataclass
class Clearance:
    """Keeps the atoms of one crystal apart.

    Attributes:
        spacing: How far; images count too.
        metric: Lattice vectors' scalar products, Å², shape (3, 3).
        elements: Symbols so far.
        atoms: Their fractional coordinates, each of shape (3,).
    """

    spacing: Spacing
    metric: NDArray[np.float64]
    elements: list[str] = field(default_factory=list)
    atoms: list[NDArray[np.float64]] = field(default_factory=list)

    @classmethod
    def of(cls, spacing: Spacing, lengths: Vector, angles: Vector) -> Clearance:
        """For a lattice, lengths in Å and angles in degrees."""
        a, b, c = lengths
        alpha, beta, gamma = np.cos(np.radians(angles))
        metric = np.array(
            [
                [a * a, a * b * gamma, a * c * beta],
                [a * b * gamma, b * b, b * c * alpha],
                [a * c * beta, b * c * alpha, c * c],
            ]
        )
        return cls(spacing, metric)

    def copy(self) -> Clearance:
        """One that goes on by itself."""
        return replace(self, elements=self.elements.copy(), atoms=self.atoms.copy())

    def add(self, element: str, position: Sequence[float]) -> None:
        """Takes an atom at fractional coordinates."""
        self.elements.append(element)
        self.atoms.append(np.array(position))

    def second_hundredths(self, element: str, x: float) -> frozenset[int]:
        """Second coordinates, in hundredths, that leave a clear position for an atom at x.

        Where none does, those that leave the clearest.
        """
        # A coarse look with half the precision is enough ahead: it costs time at every atom.
        seconds, thirds = _LOOKAHEAD
        positions = np.empty((seconds, thirds, 3), np.float32)
        positions[..., 0] = x
        positions[..., 1] = np.arange(seconds)[:, None] / seconds
        positions[..., 2] = np.arange(thirds) / thirds
        shares = self._shares(element, positions.reshape(-1, 3), _AHEAD)
        return _clearest(shares.reshape(seconds, thirds).max(axis=1).repeat(_STEPS // seconds))

    def third_hundredths(self, element: str, x: float, y: float) -> frozenset[int]:
        """Third coordinates, in hundredths, that keep an atom at x, y clear.

        Where none does, those that keep it clearest: the crystal is then judged as it is.
        """
        positions = np.empty((_STEPS, 3))
        positions[:, 0], positions[:, 1] = x, y
        positions[:, 2] = np.arange(_STEPS) / _STEPS
        return _clearest(self._shares(element, positions, _IMAGES))

    def _shares(
        self, element: str, positions: NDArray[Any], images: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Squares of the distance to the nearest atom over the least one, (n_places,)."""
        if not self.atoms:
            return np.full(len(positions), np.inf)
        kind = positions.dtype
        apart = positions[:, None, :] - np.array(self.atoms, kind)[None, :, :]
        apart -= np.round(apart)
        # The nearest image in a skewed cell need not be the nearest by coordinates.
        if images is _AHEAD:
            apart = apart[:, :, None, :] - np.sign(apart)[:, :, None, :] * images.astype(kind)
        else:
            apart = apart[:, :, None, :] + images
        squares = ((apart @ self.metric.astype(kind)) * apart).sum(axis=-1).min(axis=2)
        least = self.spacing.least_angstrom(element, self.elements)
        return np.asarray((squares / least**2).min(axis=1))


def _clearest(shares: NDArray[np.float64]) -> frozenset[int]:
    return frozenset(np.flatnonzero(shares >= min(1.0, float(shares.max()))).tolist())
