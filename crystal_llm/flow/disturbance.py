"""Samples that are known crystals made wrong: lattice strained, atoms displaced.

Not in the papers. A language model's samples are dear, and half of them have another structure
than their target; a known crystal can be disturbed as often as one likes, and what a network
learns of bond lengths from these holds for those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.flow.manifold import coordinates_of_metric, metric_tensor, symmetric_tensor
from crystal_llm.flow.path import PathState
from crystal_llm.types import PlainCrystal, Vector

if TYPE_CHECKING:
    import torch

    from crystal_llm.flow.space_group_average import BatchAverages

COMMON_STRAIN = 0.06
"""Standard deviation of the logarithm that all lengths are scaled by: as the shipped compact
model's lengths are wrong."""

MOST_AXIS_STRAIN = 0.05
MOST_DISPLACEMENT_ANGSTROM = 0.2


@dataclass(frozen=True, slots=True)
class Disturbance:
    """How wrong crystals are made while training.

    Attributes:
        common_strain: Standard deviation of the strain that all directions share.
        axis_strain: Most standard deviation of each axis's own, drawn for every crystal.
        shear: The same of shears, which change the angles.
        displacement_angstrom: The same of the atoms' displacements.
        strong_share: Share of crystals for which all of these are twice as large.
        symmetric_share: Share of crystals that keep their target's space group.
    """

    common_strain: float = COMMON_STRAIN
    axis_strain: float = MOST_AXIS_STRAIN
    shear: float = 0.0
    displacement_angstrom: float = MOST_DISPLACEMENT_ANGSTROM
    strong_share: float = 0.0
    symmetric_share: float = 0.0


def disturbed(crystal: PlainCrystal, random: np.random.Generator) -> PlainCrystal:
    """A crystal with a strained lattice and displaced atoms, of amplitudes drawn each time.

    Args:
        crystal: In its Niggli cell, whose angles stay.
        random: Draws strain and displacements.
    """
    axis = random.uniform(0.0, MOST_AXIS_STRAIN)
    angstrom = random.uniform(0.0, MOST_DISPLACEMENT_ANGSTROM)
    strain = random.normal(0.0, COMMON_STRAIN) + random.normal(0.0, axis, 3)
    lengths = np.array(crystal.lengths_angstrom) * np.exp(strain)
    coordinates = np.array(crystal.fractional_coordinates)
    coordinates = (coordinates + random.normal(0.0, angstrom, coordinates.shape) / lengths) % 1.0
    return PlainCrystal(
        _vector(lengths), crystal.angles_degrees, crystal.species, tuple(map(_vector, coordinates))
    )


def disturbed_states(
    target: PathState,
    atoms: torch.Tensor,
    generator: torch.Generator,
    disturbance: Disturbance | None = None,
    symmetry: BatchAverages | None = None,
) -> PathState:
    """A batch of crystals disturbed as :func:`disturbed` does it, for samples drawn while training.

    Args:
        target: The crystals.
        atoms: Which sites hold an atom, shape (crystals, sites); the others stay where they are.
        generator: Draws strain and displacements, on the CPU.
        disturbance: How much; None: as much as :func:`disturbed`.
        symmetry: Means over the targets' space groups, for those that are to keep them.
    """
    import torch

    much = disturbance or Disturbance()
    crystals, sites = atoms.shape
    where = target.lattice.device

    def uniform(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=generator).to(where)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator).to(where)

    factor = torch.ones(crystals, 1, device=where)
    if much.strong_share:
        factor = 1.0 + (uniform(crystals, 1) < much.strong_share).float()
    strain = much.common_strain * factor * normal(crystals, 1)
    strain = strain + much.axis_strain * factor * uniform(crystals, 1) * normal(crystals, 3)
    lattice = torch.cat((target.lattice[:, :3] * strain.exp(), target.lattice[:, 3:]), dim=1)
    if much.shear:
        lattice = _sheared(
            lattice, much.shear * factor * uniform(crystals, 1) * normal(crystals, 3)
        )
    angstrom = much.displacement_angstrom * factor * uniform(crystals, 1)
    moved = angstrom.unsqueeze(-1) * normal(crystals, sites, 3) * atoms.unsqueeze(-1)
    moved = moved / lattice[:, None, :3]
    if symmetry is not None and much.symmetric_share:
        symmetric = uniform(crystals, 1) < much.symmetric_share
        moved = torch.where(symmetric.unsqueeze(-1), symmetry.velocity(moved), moved)
        lattice = torch.where(symmetric, symmetry.lattice(lattice), lattice)
    return PathState(torch.remainder(target.coordinates + moved, 1.0), lattice)


def _sheared(lattice: torch.Tensor, shear: torch.Tensor) -> torch.Tensor:
    """Lattices under shears yz, xz and xy, shape (crystals, 3), along Cartesian axes."""
    import torch

    vectors = torch.linalg.cholesky(metric_tensor(lattice))  # rows, as any others that give it
    yz, xz, xy = shear.unbind(-1)
    unit = torch.ones_like(yz)
    vectors = vectors @ symmetric_tensor(unit, unit, unit, yz, xz, xy)
    return coordinates_of_metric(vectors @ vectors.transpose(1, 2))


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z
