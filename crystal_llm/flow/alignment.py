"""Which atom of a sample becomes which of its target, at which origin, along which axes.

A crystal is the same whatever the order of its atoms, its origin and its axes; the way from a
sample to its target is not. Of all these forms of the target the nearest is taken. FlowLLM's
public code pairs atoms by index.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from crystal_llm.crystal.reduction import from_lattice_matrix, lattice_matrix
from crystal_llm.errors import FlowError
from crystal_llm.types import PlainCrystal

_LATTICE_MARGIN = 0.02  # an angle that is 8° off, or a length 14%
_TURNINGS = 96
_CANDIDATES = 12
_ROUNDS = 8
_NEVER = 1e6
_SAME = 1e-6


@dataclass(frozen=True)
class Alignment:
    """How a target is laid on a sample.

    Attributes:
        permutation: Atom ``permutation[i]`` of the target is atom i of the sample.
        rotation: W of x ↦ Wx + w on the target's fractional coordinates, shape (3, 3),
            whole numbers, determinant 1.
        translation: w, shape (3,).
        distance_squared: Sum over the atoms of the squared torus distance, fractional.
    """

    permutation: tuple[int, ...]
    rotation: np.ndarray
    translation: np.ndarray
    distance_squared: float

    def apply(self, target: PlainCrystal) -> PlainCrystal:
        """The target in the sample's order, at its origin and along its axes."""
        positions = _positions(target)[list(self.permutation)] @ self.rotation.T + self.translation
        matrix = np.linalg.inv(self.rotation).T @ lattice_matrix(target)
        species = [target.species[atom] for atom in self.permutation]
        return from_lattice_matrix(matrix, species, positions)


def align(sample: PlainCrystal, target: PlainCrystal) -> Alignment:
    """The alignment of least distance, of atoms on the torus and of the lattices' parameters.

    Every atom of the rarest element is laid on every other one in turn; from the best of
    these translations, assignment (Hungarian, element by element) and translation are
    improved in turn until neither changes. The result does not depend on the order of the
    atoms or on the origin of either crystal.

    Args:
        sample: In a Niggli-reduced cell.
        target: In a Niggli-reduced cell, with the same number of atoms of each element.

    Raises:
        FlowError: The two have other atoms.
    """
    rare = _rarest(sample, target)
    here, there = _positions(sample), _positions(target)
    other = np.array(sample.species)[:, None] != np.array(target.species)[None, :]
    first = np.flatnonzero(np.array(sample.species) == rare)
    second = np.flatnonzero(np.array(target.species) == rare)
    rotations, distances = turnings(sample, target)
    starts: list[tuple[float, int, np.ndarray]] = []
    for place, rotation in enumerate(rotations):
        rotated = there @ rotation.T
        shifts = (here[first][:, None] - rotated[second][None, :]).reshape(-1, 3)
        squares = _squares(here, rotated[None] + shifts[:, None]) + _NEVER * other
        # No assignment can do better at this translation.
        bounds = squares.min(axis=2).sum(axis=1) + distances[place]
        starts += [(float(bound), place, shifts[n]) for n, bound in enumerate(bounds)]
    best, least = None, np.inf
    for _, place, shift in _distinct(starts):
        rotation = rotations[place]
        improved = _improved(here, there @ rotation.T, shift, other)
        score = improved[2] + distances[place]
        if score < least:
            least = score
            best = Alignment(
                tuple(int(atom) for atom in improved[0]), rotation, improved[1], improved[2]
            )
    assert best is not None  # there is always a start
    return best


def align_by_index(sample: PlainCrystal, target: PlainCrystal) -> Alignment:
    """The pairing of FlowLLM's public code: atoms of an element in the order they stand in.

    Raises:
        FlowError: The two have other atoms.
    """
    _rarest(sample, target)
    permutation = np.empty(len(sample.species), dtype=int)
    for symbol in set(sample.species):
        permutation[np.array(sample.species) == symbol] = np.flatnonzero(
            np.array(target.species) == symbol
        )
    difference = _positions(target)[permutation] - _positions(sample)
    squared = float(np.square(difference - np.round(difference)).sum())
    return Alignment(tuple(permutation.tolist()), np.eye(3, dtype=int), np.zeros(3), squared)


def turnings(sample: PlainCrystal, target: PlainCrystal) -> tuple[np.ndarray, np.ndarray]:
    """Changes of axes that bring a target's lattice near to a sample's.

    The symmetries of the target's lattice are among them, and so are steps from one of two
    nearly reduced cells to the other, which rounding is enough to exchange. Mirror images
    are not: they would make another crystal of a chiral one.

    Args:
        sample: In a Niggli-reduced cell.
        target: In a Niggli-reduced cell.

    Returns:
        W of x ↦ Wx on the target's fractional coordinates, whole numbers of determinant 1,
        shape (k, 3, 3); and for each the lattices' distance that is left: squared
        differences of the lengths' logarithms and of the angles in radians, summed.
    """
    bases, inverses = _bases()
    matrix = lattice_matrix(target)
    metrics = bases @ (matrix @ matrix.T) @ bases.transpose(0, 2, 1)
    lengths = np.sqrt(np.diagonal(metrics, axis1=1, axis2=2))
    products = metrics[:, [1, 0, 0], [2, 2, 1]]
    cosines = products / (lengths[:, [1, 0, 0]] * lengths[:, [2, 2, 1]])
    angles = np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
    stretched = np.log(lengths / np.array(sample.lengths_angstrom))
    turned = np.radians(angles - np.array(sample.angles_degrees))
    distances = np.square(stretched).sum(axis=1) + np.square(turned).sum(axis=1)
    # Only these have a place on the lattices' manifold.
    distances[~((angles > 59.5) & (angles < 120.5)).all(axis=1)] = np.inf
    if not np.isfinite(distances).any():
        raise FlowError("the target's cell is not Niggli-reduced")
    near = np.argsort(distances, kind="stable")[:_TURNINGS]
    near = near[distances[near] <= distances[near[0]] + _LATTICE_MARGIN]
    return inverses[near], distances[near]


@lru_cache(maxsize=1)
def _bases() -> tuple[np.ndarray, np.ndarray]:
    """Bases of a lattice in terms of its reduced one, and what they make of coordinates.

    All matrices of -1, 0 and 1 with determinant 1: they take a Niggli cell to all nearly
    reduced ones. Two arrays of shape (k, 3, 3), whole numbers.
    """
    entries = np.array(list(product((-1, 0, 1), repeat=9))).reshape(-1, 3, 3)
    bases = entries[np.round(np.linalg.det(entries)) == 1]
    inverses = np.round(np.linalg.inv(bases)).astype(int)
    return bases, inverses.transpose(0, 2, 1)


def _improved(
    here: np.ndarray, rotated: np.ndarray, shift: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Order, translation and squared distance, from a first translation on."""
    from scipy.optimize import linear_sum_assignment

    permutation = np.full(len(here), -1)
    for _ in range(_ROUNDS):
        _, better = linear_sum_assignment(_squares(here, rotated + shift) + _NEVER * other)
        if (better == permutation).all():
            break
        permutation = better
        difference = rotated[permutation] + shift - here
        shift = shift - (difference - np.round(difference)).mean(axis=0)
    difference = rotated[permutation] + shift - here
    return permutation, shift, float(np.square(difference - np.round(difference)).sum())


def _distinct(starts: list[tuple[float, int, np.ndarray]]) -> list[tuple[float, int, np.ndarray]]:
    """The best starts; of those that a symmetry makes alike, one."""
    distinct: list[tuple[float, int, np.ndarray]] = []
    for start in sorted(starts, key=lambda start: start[0]):
        if not distinct or start[0] > distinct[-1][0] + _SAME:
            distinct.append(start)
        if len(distinct) == _CANDIDATES:
            break
    return distinct


def _squares(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Squared torus distances, shape (…, n, n), of places (n, 3) to others (…, n, 3)."""
    difference = there[..., None, :, :] - here[:, None, :]
    squares: np.ndarray = np.square(difference - np.round(difference)).sum(axis=-1)
    return squares


def _rarest(sample: PlainCrystal, target: PlainCrystal) -> str:
    """The element with the fewest atoms; of several, the first by the alphabet."""
    atoms = Counter(sample.species)
    if not atoms or atoms != Counter(target.species):
        raise FlowError("sample and target do not have the same atoms")
    return min(atoms, key=lambda symbol: (atoms[symbol], symbol))


def _positions(crystal: PlainCrystal) -> np.ndarray:
    return np.array(crystal.fractional_coordinates, dtype=float).reshape(-1, 3)
