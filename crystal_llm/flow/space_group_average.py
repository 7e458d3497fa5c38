"""Velocities averaged over the operations of a space group, so that the group stays.

An operation (W, w) takes atom i to atom p(i). A velocity that respects it has
v_p(i) = W v_i, and a lattice that respects it has the metric tensor G = Wᵀ G W. The mean
over a group of what its operations make of any velocity and any metric respects them all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.reduction import lattice_matrix, symmetry_dataset
from crystal_llm.errors import FlowError
from crystal_llm.flow.manifold import coordinates_of_metric, metric_tensor
from crystal_llm.types import PlainCrystal, Vector

if TYPE_CHECKING:
    import torch

SYMPREC_ANGSTROM = 0.01


@dataclass(frozen=True)
class SpaceGroupOperations:
    """The operations of a space group in a crystal's own cell: x ↦ Wx + w.

    Attributes:
        rotations: W, whole numbers, shape (k, 3, 3).
        translations: w, fractional, shape (k, 3).
    """

    rotations: np.ndarray
    translations: np.ndarray


@dataclass(frozen=True)
class SpaceGroupAverage:
    """Means over a group as matrices.

    Attributes:
        coordinates: Of the atoms' velocities, one after the other, shape (3n, 3n).
        metric: Of the metric tensor, row by row, shape (9, 9).
    """

    coordinates: np.ndarray
    metric: np.ndarray


@dataclass(frozen=True)
class BatchAverages:
    """The means of a batch of crystals, each over its own group.

    Attributes:
        coordinates: Of the velocities, shape (crystals, 3 sites, 3 sites).
        metric: Of the metric tensors, row by row, shape (crystals, 9, 9).
    """

    coordinates: torch.Tensor
    metric: torch.Tensor

    def velocity(self, velocity: torch.Tensor) -> torch.Tensor:
        """Velocities, shape (crystals, sites, 3), averaged."""
        return (self.coordinates @ velocity.flatten(1).unsqueeze(-1)).view_as(velocity)

    def lattice(self, lattice: torch.Tensor) -> torch.Tensor:
        """Lattices, shape (crystals, 6), each made one that its group leaves as it is."""
        metric = self.metric @ metric_tensor(lattice).flatten(1).unsqueeze(-1)
        return coordinates_of_metric(metric.view(-1, 3, 3))


def identity_alone() -> SpaceGroupOperations:
    """The operations of P1."""
    return SpaceGroupOperations(np.eye(3, dtype=int)[None], np.zeros((1, 3)))


def found_operations(
    crystal: PlainCrystal, symprec_angstrom: float = SYMPREC_ANGSTROM
) -> SpaceGroupOperations:
    """The operations that spglib finds of a crystal; the identity where it finds none."""
    dataset = symmetry_dataset(crystal, symprec_angstrom)
    if dataset is None:
        return identity_alone()
    return SpaceGroupOperations(np.asarray(dataset.rotations), np.asarray(dataset.translations))


def average_over(
    crystal: PlainCrystal,
    operations: SpaceGroupOperations,
    tolerance_angstrom: float = 10 * SYMPREC_ANGSTROM,
) -> tuple[PlainCrystal, SpaceGroupAverage]:
    """The averages over a group, and the crystal with its atoms moved to where it has them.

    Args:
        crystal: In the cell of the operations.
        operations: Of the whole group.
        tolerance_angstrom: How far from an atom its image may lie.

    Raises:
        FlowError: An operation does not take the crystal to itself.
    """
    positions = np.array(crystal.fractional_coordinates, dtype=float)
    species = np.array(crystal.species)
    lattice = lattice_matrix(crystal)
    atoms, count = len(positions), len(operations.rotations)
    coordinates = np.zeros((atoms, 3, atoms, 3))
    metric = np.zeros((9, 9))
    correction = np.zeros((atoms, 3))
    for rotation, translation in zip(operations.rotations, operations.translations, strict=True):
        images = positions @ rotation.T + translation
        difference = images[:, None] - positions[None]
        difference -= np.round(difference)
        distances = np.linalg.norm(difference @ lattice, axis=-1)
        distances[species[:, None] != species[None]] = np.inf
        onto = distances.argmin(axis=1)
        if len(set(onto)) < atoms or distances[range(atoms), onto].max() > tolerance_angstrom:
            raise FlowError("an operation of the space group does not take the crystal to itself")
        for atom, image in enumerate(onto):
            coordinates[image, :, atom, :] += rotation / count
            correction[image] += difference[atom, image] / count
        metric += np.kron(rotation.T, rotation.T) / count
    sites: list[Vector] = []
    for x, y, z in (positions + correction) % 1.0 % 1.0:
        sites.append((float(x), float(y), float(z)))
    return (
        replace(crystal, fractional_coordinates=tuple(sites)),
        SpaceGroupAverage(coordinates.reshape(3 * atoms, 3 * atoms), metric),
    )
