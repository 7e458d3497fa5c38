"""The conditional path: the shortest way from a sample to its target.

FlowLLM, Section 4.2: c_t = exp_{c0}(t · log_{c0}(c1)), whose velocity is the same at every
time. On the torus the velocity's mean over the atoms is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crystal_llm.flow.manifold import torus_exp, torus_log, without_mean

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class PathState:
    """Coordinates and lattices of a batch, or their velocities.

    Attributes:
        coordinates: Fractional, shape (crystals, sites, 3).
        lattice: Shape (crystals, 6), as :func:`~crystal_llm.flow.manifold.lattice_coordinates`.
    """

    coordinates: torch.Tensor
    lattice: torch.Tensor


def conditional_path(
    sample: PathState, target: PathState, atoms: torch.Tensor, time: torch.Tensor
) -> tuple[PathState, PathState]:
    """The state on the way from samples to targets, and the velocity there.

    Args:
        sample: Where the ways begin (t = 0).
        target: Where they end (t = 1), but for a translation of the whole crystal.
        atoms: Which sites hold an atom, shape (crystals, sites).
        time: From 0 to 1, shape (crystals,).

    Returns:
        c_t and its velocity u_t.
    """
    velocity = PathState(
        without_mean(torus_log(sample.coordinates, target.coordinates), atoms),
        target.lattice - sample.lattice,
    )
    state = PathState(
        torus_exp(sample.coordinates, time[:, None, None] * velocity.coordinates),
        sample.lattice + time[:, None] * velocity.lattice,
    )
    return state, velocity
