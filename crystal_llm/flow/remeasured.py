"""A network that went through one training, in the units of another.

Inputs and outputs are measured in the spread of the pairs a network learned from. Pairs of another
base spread otherwise: the same network must say the same of them before it learns more.
"""

from __future__ import annotations

import copy

import torch

from crystal_llm.flow.network import Scales, VelocityNetwork


def remeasured(network: VelocityNetwork, scales: Scales) -> VelocityNetwork:
    """A copy that says the same velocities but for rounding, its weights in other units.

    Args:
        network: Stays as it is.
        scales: Of the pairs that the copy is to learn from.
    """
    copied: VelocityNetwork = copy.deepcopy(network).requires_grad_(True)
    before = {name: getattr(network, name).clone() for name in vars(scales)}
    for name, value in vars(scales).items():
        getattr(copied, name).copy_(torch.tensor(value, dtype=torch.float32))
    with torch.no_grad():
        entry = copied.crystal[0]  # of the lattice's six numbers, and of two that tell the time
        of_lattice = entry.weight[:, :6]
        entry.bias += of_lattice @ (
            (copied.lattice_mean - before["lattice_mean"]) / before["lattice_spread"]
        )
        of_lattice *= copied.lattice_spread / before["lattice_spread"]
        for head, name in (
            (copied.coordinates_head, "coordinates_velocity"),
            (copied.lattice_head, "lattice_velocity"),
        ):
            change = before[name] / getattr(copied, name)
            head[-1].weight *= change.reshape(-1, 1)
            head[-1].bias *= change
    return copied
