"""Samples that are known crystals made wrong: lattice strained, atoms displaced.

Not in the papers. A language model's samples are dear, and half of them have another structure
than their target; a known crystal can be disturbed as often as one likes, and what a network
learns of bond lengths from these holds for those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.flow.path import PathState
from crystal_llm.types import PlainCrystal, Vector

if TYPE_CHECKING:
    import torch

COMMON_STRAIN = 0.06
"""Standard deviation of the logarithm that all lengths are scaled by: as the shipped compact
model's lengths are wrong."""

MOST_AXIS_STRAIN = 0.05
MOST_DISPLACEMENT_ANGSTROM = 0.2


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
    target: PathState, atoms: torch.Tensor, generator: torch.Generator
) -> PathState:
    """A batch of crystals disturbed as :func:`disturbed` does it, for samples drawn while training.

    Args:
        target: The crystals.
        atoms: Which sites hold an atom, shape (crystals, sites); the others stay where they are.
        generator: Draws strain and displacements.
    """
    import torch

    crystals, sites = atoms.shape

    def amplitudes(most: float) -> torch.Tensor:
        return most * torch.rand(crystals, 1, generator=generator)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    strain = COMMON_STRAIN * normal(crystals, 1)
    strain = strain + amplitudes(MOST_AXIS_STRAIN) * normal(crystals, 3)
    lengths = target.lattice[:, :3] * strain.exp()
    angstrom = amplitudes(MOST_DISPLACEMENT_ANGSTROM).unsqueeze(-1) * normal(crystals, sites, 3)
    moved = target.coordinates + angstrom * atoms.unsqueeze(-1) / lengths.unsqueeze(1)
    return PathState(
        torch.remainder(moved, 1.0), torch.cat((lengths, target.lattice[:, 3:]), dim=1)
    )


def _vector(values: np.ndarray) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z
