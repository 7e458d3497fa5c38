"""Where the hull of a whole system passes through a section of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from crystal_llm.stability.lower_hull import lower_hull
from crystal_llm.types import Array

# A mixture with less than this of one of its points is a face of fewer points.
SMALLEST_PART = 1e-6
_ZERO = 1e-9
_SINGULAR = 1e-16


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

    The section has n - k dimensions of the n elements. A face of at most k + 1 stable phases
    can meet it in one point, and the corners of the hull in the section are such points. A
    phase that lies in the section by itself is left out.

    Args:
        rows: Compositions of the section's corners, shape (n - k, n_elements).
        fractions: Compositions of the stable phases, elements alone among them.
        energies: Their formation energies in eV/atom.
    """
    outside = np.linalg.svd(rows)[2][len(rows) :]
    facets = np.sort(lower_hull(fractions, energies).facets, axis=1).tolist()
    crossings = []
    for size in range(2, len(outside) + 2):
        faces = {face for facet in facets for face in combinations(facet, size)}
        places = np.array(sorted(faces)).reshape(-1, size)
        for face, part in _meetings(places, fractions @ outside.T):
            parts = zip(face.tolist(), part.tolist(), strict=True)
            crossings.append(
                Crossing(
                    tuple(sorted(parts, key=lambda part: -part[1])),
                    tuple((part @ fractions[face]).tolist()),
                    float(part @ energies[face]),
                )
            )
    return crossings


def _meetings(places: Array, away: Array) -> Iterator[tuple[Array, Array]]:
    """Faces that meet the section in one point of their inside, and their parts there.

    Args:
        places: Phases of each face, shape (n_faces, size).
        away: How far each phase lies off the section, shape (n_phases, k).
    """
    off = away[places]
    # A face all on one side of the section does not meet it.
    meets = ((off.max(axis=1) > -_ZERO) & (off.min(axis=1) < _ZERO)).all(axis=1)
    places, off = places[meets], off[meets]
    count, size = places.shape
    system = np.concatenate([off.transpose(0, 2, 1), np.ones((count, 1, size))], axis=1)
    square = system.transpose(0, 2, 1) @ system
    # Where phases of a face lie in the section, or along it, it meets it in more than a point.
    sound = np.linalg.det(square) > _SINGULAR
    places, system, square = places[sound], system[sound], square[sound]
    right = system[:, -1, :, None]
    weights = np.linalg.solve(square, right)[..., 0]
    left = (system @ weights[..., None])[..., 0]
    left[:, -1] -= 1
    inside = (weights > SMALLEST_PART).all(axis=1) & (np.abs(left) < _ZERO).all(axis=1)
    return zip(places[inside], weights[inside], strict=True)
