"""Pairs along other axes: a crystal is the same whichever of its lattice vectors is called a."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from crystal_llm.flow.path import PathState

if TYPE_CHECKING:
    import torch


def turned(
    sample: PathState, target: PathState, generator: torch.Generator
) -> tuple[PathState, PathState]:
    """Samples and targets, each two along the same new axes, in another order or turned round.

    Half of these make a crystal its mirror image, which has the same energy. An angle of a reduced
    cell becomes itself or what it lacks to 180°, in the same range.

    Args:
        sample: Where the ways begin.
        target: Where they end.
        generator: Draws the axes, on the CPU.
    """
    import torch

    where, crystals = sample.lattice.device, len(sample.lattice)
    orders = torch.tensor(list(permutations(range(3))))
    order = orders[torch.randint(len(orders), (crystals,), generator=generator)].to(where)
    sign = (torch.randint(2, (crystals, 3), generator=generator) * 2.0 - 1.0).to(where)
    return _along(sample, order, sign), _along(target, order, sign)


def _along(state: PathState, order: torch.Tensor, sign: torch.Tensor) -> PathState:
    """Crystals whose axis k is axis ``order[k]`` of before, times ``sign[k]``."""
    import torch

    sites = state.coordinates.shape[1]
    coordinates = state.coordinates.gather(2, order[:, None, :].expand(-1, sites, -1))
    lengths = state.lattice[:, :3].gather(1, order)
    logits = state.lattice[:, 3:].gather(1, order)  # an angle stands in the place of its axis
    between = sign[:, [1, 0, 0]] * sign[:, [2, 2, 1]]
    return PathState(
        torch.remainder(coordinates * sign[:, None, :], 1.0),
        torch.cat((lengths, logits * between), dim=1),
    )
