"""A hard condition on positions: no two atoms closer than a distance.

A crystal's last coordinate is restricted to values that keep the new atom clear of those
before it. The first two are the model's own: a line of a cell that is blocked along its
whole length is all but impossible at the distances that this is for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from crystal_llm.types import Vector

_IMAGES = np.array([[i, j, k] for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1)], float)
_STEPS = 100


@dataclass
class Clearance:
    """Keeps the atoms of one crystal apart.

    Attributes:
        min_distance_angstrom: No atom comes closer to another, images included.
        metric: Lattice vectors' scalar products, Å², shape (3, 3).
        atoms: Fractional coordinates so far, each of shape (3,).
    """

    min_distance_angstrom: float
    metric: NDArray[np.float64]
    atoms: list[NDArray[np.float64]] = field(default_factory=list)

    @classmethod
    def of(cls, min_distance_angstrom: float, lengths: Vector, angles: Vector) -> Clearance:
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
        return cls(min_distance_angstrom, metric)

    def allowed_hundredths(self, x: float, y: float) -> frozenset[int]:
        """Third coordinates, in hundredths, that keep an atom at x, y clear.

        All of them where none does: the crystal is then judged as it is.
        """
        if not self.atoms:
            return frozenset(range(_STEPS))
        places = np.empty((_STEPS, 3))
        places[:, 0], places[:, 1] = x, y
        places[:, 2] = np.arange(_STEPS) / _STEPS
        apart = places[:, None, :] - np.array(self.atoms)[None, :, :]
        apart -= np.round(apart)
        # The nearest image in a skewed cell need not be the nearest by coordinates.
        apart = apart[:, :, None, :] + _IMAGES
        squares = np.einsum("...i,ij,...j->...", apart, self.metric, apart)
        clear = squares.min(axis=(1, 2)) >= self.min_distance_angstrom**2
        return frozenset(np.flatnonzero(clear).tolist()) or frozenset(range(_STEPS))
