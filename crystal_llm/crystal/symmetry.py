"""Symmetry-equivalent sites, and symmetrising with the displacement shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from crystal_llm.crystal.edits import checked_sites
from crystal_llm.crystal.reduction import from_lattice_matrix, lattice_matrix, symmetry_dataset
from crystal_llm.errors import InfillError
from crystal_llm.types import PlainCrystal

TOLERANCE_ANGSTROM = 0.1


@dataclass(frozen=True, slots=True)
class SymmetrisedCrystal:
    """A crystal with its symmetry made exact, in its own cell and order of sites.

    Attributes:
        crystal: After the edit.
        description: What was done, in one line.
        spacegroup_number: International number that was imposed.
        spacegroup_symbol: Its international short symbol.
        displacements_angstrom: How far each site moved, in the new lattice.
        strain: Largest relative change of a lattice length.
    """

    crystal: PlainCrystal
    description: str
    spacegroup_number: int
    spacegroup_symbol: str
    displacements_angstrom: tuple[float, ...]
    strain: float


def equivalent_sites(
    crystal: PlainCrystal, site: int, tolerance_angstrom: float = TOLERANCE_ANGSTROM
) -> tuple[int, ...]:
    """The sites that symmetry makes of one, itself included, ascending.

    Raises:
        InfillError: No such site, or no symmetry is found.
    """
    checked_sites(crystal, [site])
    orbits = _dataset(crystal, tolerance_angstrom).equivalent_atoms
    return tuple(int(other) for other in np.flatnonzero(orbits == orbits[site]))


def symmetrise(
    crystal: PlainCrystal, tolerance_angstrom: float = TOLERANCE_ANGSTROM
) -> SymmetrisedCrystal:
    """Makes the symmetry exact that a crystal has within a tolerance.

    The lattice's metric is averaged over the operations that spglib finds, and so is each
    site over the images that they put on it. Cell, order and origin stay.

    Args:
        crystal: Any cell.
        tolerance_angstrom: spglib's ``symprec``.

    Raises:
        InfillError: No symmetry is found, or an operation does not map the sites.
    """
    dataset = _dataset(crystal, tolerance_angstrom)
    positions = np.array(crystal.fractional_coordinates, dtype=float)
    rotations = np.asarray(dataset.rotations, dtype=float)
    matrix = lattice_matrix(crystal)
    metric = np.einsum("nji,jk,nkl->il", rotations, matrix @ matrix.T, rotations) / len(rotations)
    # Rows a, b, c of any lattice with this metric.
    new_matrix = np.linalg.cholesky(metric)
    total = np.zeros_like(positions)
    for rotation, translation in zip(rotations, dataset.translations, strict=True):
        images = positions @ rotation.T + translation
        targets = [
            _target(crystal, image, site, positions, matrix) for site, image in enumerate(images)
        ]
        if len(set(targets)) < len(targets):
            raise InfillError(
                f"within {tolerance_angstrom:g} Å a symmetry operation puts two sites on one: "
                "take a smaller tolerance"
            )
        for image, target in zip(images, targets, strict=True):
            total[target] += image - np.round(image - positions[target])
    averaged = total / len(rotations)
    moved = (averaged - positions) @ new_matrix
    displacements = tuple(float(value) for value in np.linalg.norm(moved, axis=1))
    edited = from_lattice_matrix(new_matrix, crystal.species, averaged)
    strain = max(
        abs(new / old - 1.0)
        for new, old in zip(edited.lengths_angstrom, crystal.lengths_angstrom, strict=True)
    )
    return SymmetrisedCrystal(
        edited,
        f"symmetrised to {dataset.international} ({dataset.number}) "
        f"within {tolerance_angstrom:g} Å: "
        f"atoms moved by at most {max(displacements):.4f} Å, lengths by {100 * strain:.3f}%",
        int(dataset.number),
        str(dataset.international),
        displacements,
        float(strain),
    )


def _target(
    crystal: PlainCrystal, image: np.ndarray, site: int, positions: np.ndarray, matrix: np.ndarray
) -> int:
    """The site that an image of another falls on."""
    apart = positions - image
    apart -= np.round(apart)
    distances = np.linalg.norm(apart @ matrix, axis=1)
    alike = np.array([symbol == crystal.species[site] for symbol in crystal.species])
    return int(np.argmin(np.where(alike, distances, np.inf)))


def _dataset(crystal: PlainCrystal, tolerance_angstrom: float) -> Any:
    if not 0.0 < tolerance_angstrom <= 1.0:
        raise InfillError(f"tolerance {tolerance_angstrom}: above 0 and at most 1 Å")
    dataset = symmetry_dataset(crystal, tolerance_angstrom)
    if dataset is None:
        raise InfillError(
            f"no symmetry is found within {tolerance_angstrom:g} Å: do atoms lie on each other?"
        )
    return dataset
