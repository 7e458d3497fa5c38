"""The flow-matching loss (FlowLLM, equation 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crystal_llm.flow.path import PathState

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class FlowLoss:
    """Losses of a batch, each a mean over its crystals.

    Attributes:
        weighted: λ_f times the coordinates' and λ_l times the lattices'.
        coordinates: Mean squared error of the coordinates' velocity, a component.
        lattice: That of the lattices', each component in units of its scale.
    """

    weighted: torch.Tensor
    coordinates: torch.Tensor
    lattice: torch.Tensor


def flow_loss(
    predicted: PathState,
    velocity: PathState,
    atoms: torch.Tensor,
    lattice_scale: torch.Tensor,
    *,
    coordinates_weight: float,
    lattice_weight: float,
) -> FlowLoss:
    """λ_f/(3n)·‖v_f − u_f‖² + λ_l/6·‖(v_l − u_l)/σ‖², averaged over the crystals.

    The paper's loss with σ = 1. Here σ is the spread of the lattice's velocities: from
    60° to 61° the logit changes 36 times as much as from 90° to 91°, and would outweigh all else.

    Args:
        predicted: Velocities by the network.
        velocity: Those of the conditional path.
        atoms: Which sites hold an atom, shape (crystals, sites); a crystal without any is
            padding and does not count.
        lattice_scale: σ, shape (6,).
        coordinates_weight: λ_f.
        lattice_weight: λ_l.
    """
    held = atoms.unsqueeze(-1).to(predicted.coordinates.dtype)
    count = held.sum((1, 2))
    real = (count > 0).to(held.dtype)
    crystals = real.sum().clamp(min=1.0)
    squares = ((predicted.coordinates - velocity.coordinates) * held).square().sum((1, 2))
    coordinates = (squares / (3 * count.clamp(min=1.0))).sum() / crystals
    errors = ((predicted.lattice - velocity.lattice) / lattice_scale).square().mean(1)
    lattice = (errors * real).sum() / crystals
    weighted = coordinates_weight * coordinates + lattice_weight * lattice
    return FlowLoss(weighted, coordinates, lattice)
