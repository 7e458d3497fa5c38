"""The lower convex hull of points (composition, energy), with its facets.

Of all facets at once: at a composition ``x`` the hull has the energy ``max(μ · x)`` over the
facets, where ``μ`` are the energies that a facet's plane has at the corners, the chemical
potentials of its mixture. One product of matrices so places a whole system.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crystal_llm.types import Array

# A wall of the drawing has no slope: this part of its unit normal along the energy is none.
STEEPEST = 1e-9
# Facets whose planes lie so near to one another at a composition (eV/atom) are one flat face.
COPLANAR_EV_PER_ATOM = 1e-9
# A phase that holds less of the mixture than this is not in it.
SMALLEST_FRACTION = 1e-7


@dataclass(frozen=True, slots=True)
class LowerHull:
    """Facets of a hull.

    Attributes:
        facets: Places of the points at the corners of each facet, shape (n_facets, n).
        potentials: Energy of each facet's plane at the n corners of the composition space,
            in eV/atom, shape (n_facets, n).
        inverses: Turns a composition into parts of a facet's corners, shape
            (n_facets, n, n).
    """

    facets: Array
    potentials: Array
    inverses: Array

    def energies(self, fractions: Array) -> Array:
        """Energy of the hull in eV/atom at compositions, shape (n_points, n)."""
        return np.asarray((fractions @ self.potentials.T).max(axis=1))

    def mixture(self, fractions: Array) -> tuple[tuple[int, float], ...]:
        """Points of the mixture at one composition, shape (n,), with their parts."""
        heights = self.potentials @ fractions
        # Of the facets of a flat face, all as high there, one holds the composition.
        tied = np.flatnonzero(heights > heights.max() - COPLANAR_EV_PER_ATOM)
        every = fractions @ self.inverses[tied]
        best = int(every.min(axis=1).argmax())
        parts, corners = every[best], self.facets[tied[best]]
        pairs = sorted(zip((-parts).tolist(), corners.tolist(), strict=True))
        return tuple((place, -part) for part, place in pairs if -part > SMALLEST_FRACTION)


def lower_hull(fractions: Array, energies: Array) -> LowerHull:
    """Finds the facets.

    Args:
        fractions: Compositions, shape (n_points, n) with n ≥ 2; the n corners are among
            them.
        energies: In eV/atom, 0 at the corners, shape (n_points,).
    """
    from scipy.spatial import ConvexHull

    used = np.flatnonzero((energies < 0) | (fractions.max(axis=1) > 1 - 1e-12))
    # Far above the middle, one point more: the hull has a volume even of elements alone.
    points = np.vstack(
        [
            np.column_stack([fractions[used, 1:], energies[used]]),
            np.append(np.full(fractions.shape[1] - 1, 1 / fractions.shape[1]), 1.0),
        ]
    )
    hull = ConvexHull(points, qhull_options="Qt Qx" if points.shape[1] > 4 else "Qt")
    down = hull.equations[:, -2] < -STEEPEST
    below = hull.simplices[down & (hull.simplices != used.size).all(axis=1)]
    facets = used[below]
    corners = fractions[facets]
    # Slivers, which triangulation leaves on a flat face, have no plane of their own.
    sound = np.abs(np.linalg.det(corners)) > 1e-12
    facets, inverses = facets[sound], np.linalg.inv(corners[sound])
    potentials = np.einsum("fij,fj->fi", inverses, energies[facets])
    return LowerHull(facets, potentials, inverses)
