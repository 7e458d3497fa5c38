"""A tiny network that refines crystals, of random weights, for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from crystal_llm.flow.base_distribution import BaseDistribution
from crystal_llm.flow.card import LoadedFlow, load_flow, save_flow
from crystal_llm.flow.network import NetworkShape, VelocityNetwork
from crystal_llm.settings import Settings

ELEMENTS = ("O", "Na", "Cl", "K", "Ti", "Cs")


def save_tiny_flow(
    models: Path, *, spread: float = 0.05, name: str = "flow", title: str = "Tiny"
) -> Path:
    """Writes the network and its card.

    Args:
        models: The folder.
        spread: Of the weights that say the velocity; the larger, the farther atoms move.
        name: Of the card; one called ``flow-types`` begins with elements alone.
        title: Of the card.
    """
    torch.manual_seed(0)
    network = VelocityNetwork(NetworkShape(16, 1, 2, 4))
    with torch.no_grad():
        network.coordinates_head[-1].weight.normal_(std=spread)
        network.lattice_head[-1].weight.normal_(std=spread)
    base = BaseDistribution("language-model", np.zeros((0, 7)))
    if name == "flow-types":
        cubes = [[atoms, *[4.0] * 3, *[90.0] * 3] for atoms in (2, 3, 5)]
        base = BaseDistribution("types", np.array(cubes, dtype=np.float32))
    return save_flow(
        models, name, network, base, title=title, elements=ELEMENTS, max_atoms=8, training={}
    )


def tiny_flow(models: Path, *, spread: float = 0.05) -> LoadedFlow:
    """The network of :func:`save_tiny_flow`, loaded."""
    save_tiny_flow(models, spread=spread)
    return load_flow("flow", Settings(home=models, models=models))
