"""Which atom of a sample becomes which of its target, at which origin, along which axes.

A crystal is the same whatever the order of its atoms, its origin and the choice among axes
that its lattice does not tell apart; the way from a sample to its target is not. Of all
these the nearest form of the target is taken. FlowLLM's public code pairs atoms by index.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from crystal_llm.crystal.reduction import from_lattice_matrix, lattice_matrix
from crystal_llm.errors import FlowError
from crystal_llm.types import PlainCrystal, Vector

LATTICE_TOLERANCE_ANGSTROM = 0.2
"""Axes that a lattice tells apart by less than this may be exchanged."""

_CANDIDATES = 12
_ROUNDS = 8
_NEVER = 1e6
_SAME = 1e-6


@dataclass(frozen=True)
class Alignment:
    """How a target is laid on a sample.

    Attributes:
        order: Atom ``order[i]`` of the target is atom i of the sample.
        rotation: W of x ↦ Wx + w on the target's fractional coordinates, shape (3, 3),
            whole numbers, determinant 1.
        translation: w, shape (3,).
        distance_squared: Sum over the atoms of the squared torus distance, fractional.
    """

    order: tuple[int, ...]
    rotation: np.ndarray
    translation: np.ndarray
    distance_squared: float

    def apply(self, target: PlainCrystal) -> PlainCrystal:
        """The target in the sample's order, at its origin and along its axes."""
        positions = _positions(target)[list(self.order)] @ self.rotation.T + self.translation
        matrix = np.linalg.inv(self.rotation).T @ lattice_matrix(target)
        species = [target.species[atom] for atom in self.order]
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
    rotations = proper_rotations(target)
    starts: list[tuple[float, int, np.ndarray]] = []
    for place, rotation in enumerate(rotations):
        rotated = there @ rotation.T
        lattice = _lattice_distance(sample, target, rotation)
        shifts = (here[first][:, None] - rotated[second][None, :]).reshape(-1, 3)
        squares = _squares(here, rotated[None] + shifts[:, None]) + _NEVER * other
        # No assignment can do better at this translation.
        bounds = squares.min(axis=2).sum(axis=1) + lattice
        starts += [(float(bound), place, shifts[n]) for n, bound in enumerate(bounds)]
    best, least = None, np.inf
    for _, place, shift in _distinct(starts):
        rotation = rotations[place]
        found = _improved(here, there @ rotation.T, shift, other)
        score = found[2] + _lattice_distance(sample, target, rotation)
        if score < least:
            least = score
            best = Alignment(tuple(int(atom) for atom in found[0]), rotation, found[1], found[2])
    assert best is not None  # there is always the identity
    return best


def align_by_index(sample: PlainCrystal, target: PlainCrystal) -> Alignment:
    """The pairing of FlowLLM's public code: atoms of an element in the order they stand in.

    Raises:
        FlowError: The two have other atoms.
    """
    _rarest(sample, target)
    order = np.empty(len(sample.species), dtype=int)
    for symbol in set(sample.species):
        order[np.array(sample.species) == symbol] = np.flatnonzero(
            np.array(target.species) == symbol
        )
    difference = _positions(target)[order] - _positions(sample)
    squared = float(np.square(difference - np.round(difference)).sum())
    return Alignment(tuple(order.tolist()), np.eye(3, dtype=int), np.zeros(3), squared)


def proper_rotations(crystal: PlainCrystal) -> np.ndarray:
    """Changes of axes that leave a lattice as it is, within the tolerance, shape (k, 3, 3).

    Mirror images are left out: they would make another crystal of a chiral one.
    """
    return _proper_rotations(crystal.lengths_angstrom, crystal.angles_degrees)


@lru_cache(maxsize=256)  # spglib takes longer than all else, and a target has several samples
def _proper_rotations(lengths_angstrom: Vector, angles_degrees: Vector) -> np.ndarray:
    import spglib

    lattice = PlainCrystal(lengths_angstrom, angles_degrees, (), ())
    cell = (lattice_matrix(lattice), np.zeros((1, 3)), [1])
    try:
        found = spglib.get_symmetry(cell, symprec=LATTICE_TOLERANCE_ANGSTROM)
    except spglib.SpglibError:
        found = None
    identity = np.eye(3, dtype=int)[None]
    if found is None:
        return identity
    rotations = np.asarray(found["rotations"], dtype=int)
    proper = [
        rotation
        for rotation in rotations
        if round(np.linalg.det(rotation)) == 1 and _stays_reduced(lattice, rotation)
    ]
    return np.array(proper) if proper else identity


def _stays_reduced(lattice: PlainCrystal, rotation: np.ndarray) -> bool:
    """Whether the angles are still those of a Niggli cell, within half a degree."""
    angles = _turned(lattice, rotation).angles_degrees
    return all(59.5 < angle < 120.5 for angle in angles)


def _turned(crystal: PlainCrystal, rotation: np.ndarray) -> PlainCrystal:
    """A crystal's lattice along other axes, without its atoms."""
    matrix = np.linalg.inv(rotation).T @ lattice_matrix(crystal)
    return from_lattice_matrix(matrix, (), np.zeros((0, 3)))


def _improved(
    here: np.ndarray, rotated: np.ndarray, shift: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Order, translation and squared distance, from a first translation on."""
    from scipy.optimize import linear_sum_assignment

    order = np.full(len(here), -1)
    for _ in range(_ROUNDS):
        _, better = linear_sum_assignment(_squares(here, rotated + shift) + _NEVER * other)
        if (better == order).all():
            break
        order = better
        difference = rotated[order] + shift - here
        shift = shift - (difference - np.round(difference)).mean(axis=0)
    difference = rotated[order] + shift - here
    return order, shift, float(np.square(difference - np.round(difference)).sum())


def _distinct(starts: list[tuple[float, int, np.ndarray]]) -> list[tuple[float, int, np.ndarray]]:
    """The best starts; of those that a symmetry makes alike, one."""
    kept: list[tuple[float, int, np.ndarray]] = []
    for start in sorted(starts, key=lambda start: start[0]):
        if not kept or start[0] > kept[-1][0] + _SAME:
            kept.append(start)
        if len(kept) == _CANDIDATES:
            break
    return kept


def _squares(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Squared torus distances, shape (…, n, n), of places (n, 3) to others (…, n, 3)."""
    difference = there[..., None, :, :] - here[:, None, :]
    squares: np.ndarray = np.square(difference - np.round(difference)).sum(axis=-1)
    return squares


def _lattice_distance(sample: PlainCrystal, target: PlainCrystal, rotation: np.ndarray) -> float:
    """Squared differences of the lengths' logarithms and of the angles in radians, summed."""
    turned = _turned(target, rotation)
    lengths = np.log(np.array(turned.lengths_angstrom) / np.array(sample.lengths_angstrom))
    angles = np.radians(np.array(turned.angles_degrees) - np.array(sample.angles_degrees))
    return float(np.square(lengths).sum() + np.square(angles).sum())


def _rarest(sample: PlainCrystal, target: PlainCrystal) -> str:
    """The element with the fewest atoms; of several, the first by the alphabet."""
    atoms = Counter(sample.species)
    if not atoms or atoms != Counter(target.species):
        raise FlowError("sample and target do not have the same atoms")
    return min(atoms, key=lambda symbol: (atoms[symbol], symbol))


def _positions(crystal: PlainCrystal) -> np.ndarray:
    return np.array(crystal.fractional_coordinates, dtype=float).reshape(-1, 3)
