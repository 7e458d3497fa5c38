"""Where the hull of a whole system passes through a section of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np

from crystal_llm.stability.lower_hull import lower_hull

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# A mixture with less than this of one of its points is a face of fewer points.
SMALLEST_PART = 1e-6


@dataclass(frozen=True, slots=True)
class Crossing:
    """A mixture of stable phases that lies in the section.

    Attributes:
        parts: Places of the phases, with the fraction of atoms of each.
        atomic_fractions: Its composition.
        energy_ev_per_atom: Its formation energy.
    """

    parts: tuple[tuple[int, float], ...]
    atomic_fractions: tuple[float, ...]
    energy_ev_per_atom: float


def section_crossings(rows: Array, fractions: Array, energies: Array) -> list[Crossing]:
    """Mixtures at the corners of the hull within a section.

    The section has n - k dimensions of the n elements. A face of k + 1 stable phases meets
    it in one point, and the corners of the hull in the section are such points.

    Args:
        rows: Compositions of the section's corners, shape (n - k, n_elements).
        fractions: Compositions of the stable phases, elements alone among them.
        energies: Their formation energies in eV/atom.
    """
    outside = np.linalg.svd(rows)[2][len(rows) :]
    size = len(outside) + 1
    facets = lower_hull(fractions, energies).facets
    faces = {
        face for facet in np.sort(facets, axis=1).tolist() for face in combinations(facet, size)
    }
    places = np.array(sorted(faces)).reshape(-1, size)
    away = fractions[places] @ outside.T
    # A face all on one side of the section does not meet it.
    meets = ((away.max(axis=1) > 0) & (away.min(axis=1) < 0)).all(axis=1)
    places, away = places[meets], away[meets]
    system = np.concatenate([away.transpose(0, 2, 1), np.ones((len(places), 1, size))], axis=1)
    sound = np.abs(np.linalg.det(system)) > 1e-12
    places, system = places[sound], system[sound]
    right = np.zeros((len(places), size, 1))
    right[:, -1] = 1
    weights = np.linalg.solve(system, right)[..., 0]
    inside = (weights > SMALLEST_PART).all(axis=1)
    return [
        Crossing(
            tuple(sorted(zip(face.tolist(), part.tolist(), strict=True), key=lambda one: -one[1])),
            tuple((part @ fractions[face]).tolist()),
            float(part @ energies[face]),
        )
        for face, part in zip(places[inside], weights[inside], strict=True)
    ]
