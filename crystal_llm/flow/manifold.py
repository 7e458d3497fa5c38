"""Where a crystal's numbers live: a torus for coordinates, six numbers for the lattice.

Fractional coordinates lie on the flat torus of unit length. Lengths (Å) and angles become
six Euclidean numbers, the angles by a logit, so that no velocity can lead an angle out of
a Niggli-reduced cell's range (FlowLLM, Section 4; FlowMM's public code for the interval).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crystal_llm.errors import FlowError

if TYPE_CHECKING:
    import torch

LOWEST_ANGLE, HIGHEST_ANGLE = 59.9, 120.1
"""Angles of Niggli cells are 60° to 120°; the margin keeps those at either end finite."""

_ANGLE_SLACK = 0.5
_INSIDE = 1e-3


def torus_exp(place: torch.Tensor, velocity: torch.Tensor) -> torch.Tensor:
    """Where a velocity leads in unit time, wrapped into [0, 1)."""
    import torch

    wrapped = torch.remainder(place + velocity, 1.0)
    # A place just below 0 is rounded to 1.
    return torch.where(wrapped >= 1.0, torch.zeros_like(wrapped), wrapped)


def torus_log(place: torch.Tensor, goal: torch.Tensor) -> torch.Tensor:
    """The shortest velocity that leads from a place to a goal in unit time, each in ±½."""
    import torch

    turn = 2 * math.pi * (goal - place)
    return torch.atan2(torch.sin(turn), torch.cos(turn)) / (2 * math.pi)


def without_mean(velocity: torch.Tensor, atoms: torch.Tensor) -> torch.Tensor:
    """Velocities less their mean over the atoms, which would only move the origin.

    Args:
        velocity: Shape (crystals, sites, 3).
        atoms: Which sites hold an atom, shape (crystals, sites); the others get 0.
    """
    held = atoms.unsqueeze(-1).to(velocity.dtype)
    mean = (velocity * held).sum(1, keepdim=True) / held.sum(1, keepdim=True).clamp(min=1.0)
    return (velocity - mean) * held


def lattice_coordinates(
    lengths_angstrom: torch.Tensor, angles_degrees: torch.Tensor
) -> torch.Tensor:
    """Six Euclidean numbers of a lattice, shape (…, 6): lengths, then logits of the angles.

    Args:
        lengths_angstrom: Shape (…, 3).
        angles_degrees: Shape (…, 3). Half a degree outside of the range of a Niggli cell is
            taken for rounding and moved to the range's end.

    Raises:
        FlowError: A length is not above 0, or an angle is not a Niggli cell's.
    """
    if not bool((lengths_angstrom > 0).all()):
        raise FlowError("a lattice length is not above 0")
    low, high = 60.0 - _ANGLE_SLACK, 120.0 + _ANGLE_SLACK
    if not bool(((angles_degrees >= low) & (angles_degrees <= high)).all()):
        raise FlowError("a lattice angle is outside 60° to 120°: the cell is not Niggli-reduced")
    return _coordinates(lengths_angstrom, angles_degrees)


def lattice_parameters(coordinates: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Lengths (Å) and angles (degrees) of a lattice's six numbers, each of shape (…, 3)."""
    lengths, logits = coordinates[..., :3], coordinates[..., 3:]
    return lengths, LOWEST_ANGLE + (HIGHEST_ANGLE - LOWEST_ANGLE) * logits.sigmoid()


def metric_tensor(coordinates: torch.Tensor) -> torch.Tensor:
    """Scalar products of the lattice vectors, Å², shape (…, 3, 3)."""
    import torch

    lengths, angles = lattice_parameters(coordinates)
    cosines = torch.cos(torch.deg2rad(angles))
    alpha, beta, gamma = cosines.unbind(-1)
    unit = torch.ones_like(alpha)
    matrix = symmetric_tensor(unit, unit, unit, alpha, beta, gamma)
    return matrix * lengths.unsqueeze(-1) * lengths.unsqueeze(-2)


def symmetric_tensor(
    xx: torch.Tensor,
    yy: torch.Tensor,
    zz: torch.Tensor,
    yz: torch.Tensor,
    xz: torch.Tensor,
    xy: torch.Tensor,
) -> torch.Tensor:
    """Symmetric matrices of their six entries, shape (…, 3, 3)."""
    import torch

    rows = ((xx, xy, xz), (xy, yy, yz), (xz, yz, zz))
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)


def coordinates_of_metric(metric: torch.Tensor) -> torch.Tensor:
    """The six numbers of the lattice with a metric tensor, shape (…, 6).

    Angles outside of the range of a Niggli cell are moved to its end.
    """
    import torch

    lengths = metric.diagonal(dim1=-2, dim2=-1).clamp(min=0.0).sqrt()
    b, a = torch.tensor([1, 0, 0]), torch.tensor([2, 2, 1])
    products = metric[..., b, a]
    cosines = products / (lengths[..., b] * lengths[..., a]).clamp(min=1e-12)
    return _coordinates(lengths, torch.rad2deg(torch.arccos(cosines.clamp(-1.0, 1.0))))


def _coordinates(lengths_angstrom: torch.Tensor, angles_degrees: torch.Tensor) -> torch.Tensor:
    import torch

    share = (angles_degrees - LOWEST_ANGLE) / (HIGHEST_ANGLE - LOWEST_ANGLE)
    return torch.cat((lengths_angstrom, torch.logit(share.clamp(_INSIDE, 1 - _INSIDE))), dim=-1)
