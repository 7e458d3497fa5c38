"""In which directions an atom sees the others: what pulls at it, and what strains the lattice.

Not in FlowLLM, whose network tells a velocity from what an atom carries alone, and so has to learn
what an angle between two bonds is. Here the sum of unit vectors toward the images of a neighbour,
weighed by how far each is, is turned into a velocity or a strain as a force or a stress would be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crystal_llm.flow.manifold import (
    HIGHEST_ANGLE,
    LOWEST_ANGLE,
    lattice_parameters,
    symmetric_tensor,
)

if TYPE_CHECKING:
    import torch

CUTOFF_ANGSTROM = 5.0
"""No image farther away is seen."""

FIRST_DISTANCE_ANGSTROM = 0.8
_LEAST_SQUARED = 1e-4
_FLAT = 0.02


@dataclass(frozen=True)
class Directions:
    """What each pair of sites sees of each other, by distance; 0 where there is no atom.

    Attributes:
        seen: How many images there are at each distance, shape (crystals, sites, sites, k).
        pulls: Sums of unit vectors toward them, in fractional coordinates per Å, shape
            (crystals, sites, sites, k, 3).
        stresses: Sums of what a unit vector makes with itself: xx, yy, zz, yz, xz, xy, shape
            (crystals, sites, sites, k, 6).
    """

    seen: torch.Tensor
    pulls: torch.Tensor
    stresses: torch.Tensor


def seen_directions(
    coordinates: torch.Tensor,
    metric: torch.Tensor,
    atoms: torch.Tensor,
    images: torch.Tensor,
    count: int,
) -> Directions:
    """What the atoms of a batch see.

    Args:
        coordinates: Fractional, shape (crystals, sites, 3).
        metric: Metric tensors, Å², shape (crystals, 3, 3).
        atoms: Which sites hold an atom, shape (crystals, sites).
        images: Cells looked at, the own cell first, shape (27, 3).
        count: Gaussians that a distance is spread over.
    """
    import torch

    crystals, sites = atoms.shape
    difference = coordinates[:, None, :, :] - coordinates[:, :, None, :]
    difference = difference - difference.round()
    toward = (difference.unsqueeze(3) + images).flatten(1, 3)  # (crystals, pairs · 27, 3)
    squares = (torch.matmul(toward, metric) * toward).sum(-1)
    distance = squares.clamp(min=_LEAST_SQUARED).sqrt().view(crystals, sites, sites, -1)
    pair = atoms[:, :, None] & atoms[:, None, :]
    itself = torch.eye(sites, device=atoms.device, dtype=torch.bool).unsqueeze(-1)
    own = torch.arange(len(images), device=atoms.device) == 0
    counted = pair.unsqueeze(-1) & ~(itself & own) & (distance < CUTOFF_ANGSTROM)
    fading = 0.5 + 0.5 * torch.cos(math.pi / CUTOFF_ANGSTROM * distance)
    # An image leaves the cells looked at as another comes in on the other side: both faintly.
    inside = (3.0 - 2.0 * toward.abs()).clamp(0.0, 1.0).prod(-1).view_as(distance)
    fading = fading * inside
    centres = torch.linspace(FIRST_DISTANCE_ANGSTROM, CUTOFF_ANGSTROM, count, device=atoms.device)
    step = (CUTOFF_ANGSTROM - FIRST_DISTANCE_ANGSTROM) / count
    spread = torch.exp(-(((distance.unsqueeze(-1) - centres) / step).square()))
    spread = spread * (fading * counted).unsqueeze(-1)
    unit = toward.view(crystals, sites, sites, -1, 3) / distance.unsqueeze(-1)
    x, y, z = unit.unbind(-1)
    products = torch.stack((x * x, y * y, z * z, y * z, x * z, x * y), dim=-1)
    seen = torch.cat((torch.ones_like(x).unsqueeze(-1), unit, products), dim=-1)
    summed = torch.matmul(spread.transpose(-1, -2), seen)
    return Directions(summed[..., 0], summed[..., 1:4], summed[..., 4:])


def strained(lattice: torch.Tensor, metric: torch.Tensor, stress: torch.Tensor) -> torch.Tensor:
    """The velocity of a lattice's six numbers under a strain.

    Args:
        lattice: Six numbers each, shape (crystals, 6).
        metric: Its metric tensors G, Å², shape (crystals, 3, 3).
        stress: S in fractional coordinates (xx, yy, zz, yz, xz, xy), shape (crystals, 6); the
            metric changes by 2 GSG.
    """
    import torch

    change = 2 * (metric @ symmetric_tensor(*stress.unbind(-1)) @ metric)
    lengths, angles = lattice_parameters(lattice)
    longer = change.diagonal(dim1=-2, dim2=-1) / (2 * lengths)
    b, a = [1, 0, 0], [2, 2, 1]
    cosines = torch.cos(torch.deg2rad(angles))
    stretched = longer[:, b] / lengths[:, b] + longer[:, a] / lengths[:, a]
    turned = change[:, b, a] / (lengths[:, b] * lengths[:, a]) - cosines * stretched
    wider = -torch.rad2deg(turned / (1 - cosines.square()).sqrt()) / (HIGHEST_ANGLE - LOWEST_ANGLE)
    share = torch.sigmoid(lattice[:, 3:])
    # Near the ends of the range the logit is so steep that a network could not learn of it.
    return torch.cat((longer, wider / (share * (1 - share)).clamp(min=_FLAT)), dim=-1)
