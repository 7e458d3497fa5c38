"""Following the velocity from a sample to a refined crystal, by Euler's steps.

Every crystal is computed in a batch of one size and one of a few numbers of sites, whatever
stands beside it: the same crystal and seed give the same numbers in any batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from crystal_llm.flow.batches import species_array
from crystal_llm.flow.manifold import lattice_coordinates, lattice_parameters, torus_exp
from crystal_llm.flow.network import VelocityNetwork
from crystal_llm.flow.path import PathState
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.flow.space_group_average import BatchAverages, SpaceGroupAverage
from crystal_llm.types import PlainCrystal, Vector

FLOW_BATCH_SIZE = 8
"""Larger is a fifth faster at most, and a lone crystal pays for a whole batch."""


@dataclass(frozen=True)
class Start:
    """A crystal whose flow begins.

    Attributes:
        index: Its index in its run.
        crystal: In its Niggli cell.
        average: Over its space group; None: the velocity is taken as it is.
    """

    index: int
    crystal: PlainCrystal
    average: SpaceGroupAverage | None = None


def follow(
    network: VelocityNetwork,
    starts: Sequence[Start],
    sites: int,
    settings: SamplerSettings,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[PlainCrystal | str] | None:
    """Follows the velocity of a batch of crystals.

    Args:
        network: Says the velocity.
        starts: At most :data:`FLOW_BATCH_SIZE` crystals of at most ``sites`` atoms.
        sites: What they are padded to.
        settings: How the velocity is followed.
        should_stop: Asked after every step.

    Returns:
        Each one's refined crystal, or why there is none; None when it was stopped.
    """
    filled = [*starts, *([starts[0]] * (FLOW_BATCH_SIZE - len(starts)))]
    species = torch.from_numpy(
        np.stack([species_array(start.crystal.species, sites) for start in filled])
    )
    state = _with_noise(filled, sites, settings)
    averages = _Averages([start.average for start in filled], sites)
    for _ in range(settings.passes):
        end = integrate(
            network, species, state, settings, averages.velocity, averages.lattice, should_stop
        )
        if end is None:
            return None
        state = end
    lengths, angles = lattice_parameters(state.lattice.double())
    return [
        _crystal(start.crystal, state.coordinates[row].double(), lengths[row], angles[row])
        for row, start in enumerate(starts)
    ]


def integrate(
    network: VelocityNetwork,
    species: torch.Tensor,
    state: PathState,
    settings: SamplerSettings,
    averaged_velocity: Callable[[torch.Tensor], torch.Tensor] = lambda velocity: velocity,
    averaged_lattice: Callable[[torch.Tensor], torch.Tensor] = lambda lattice: lattice,
    should_stop: Callable[[], bool] = lambda: False,
) -> PathState | None:
    """Euler's method from t = 0 to 1 (FlowLLM, Section 4.2); None when it was stopped.

    Args:
        network: Says the velocity.
        species: Atomic numbers, 0 where no atom is, shape (crystals, sites).
        state: Where it begins.
        settings: Number of steps and annealing.
        averaged_velocity: What is made of the coordinates' velocities.
        averaged_lattice: What is made of the lattices after each step.
        should_stop: Asked after every step.
    """
    atoms = species > 0
    step = 1.0 / settings.steps
    with torch.inference_mode():
        for number in range(settings.steps):
            time = number * step
            moment = torch.full((len(species),), time, device=species.device)
            velocity = network(species, atoms, state, moment)
            ahead = max(time - settings.annealing_offset, 0.0)
            factor = step * (1.0 + settings.annealing_slope * ahead)
            moved = factor * averaged_velocity(velocity.coordinates)
            state = PathState(
                torus_exp(state.coordinates, moved),
                averaged_lattice(state.lattice + step * velocity.lattice),
            )
            if should_stop():
                return None
    return state


class _Averages:
    """The averages over the space groups of a batch."""

    def __init__(self, averages: Sequence[SpaceGroupAverage | None], sites: int) -> None:
        self._none = all(average is None for average in averages)
        if self._none:
            return
        coordinates = np.tile(np.eye(3 * sites, dtype=np.float32), (len(averages), 1, 1))
        metrics = np.tile(np.eye(9, dtype=np.float32), (len(averages), 1, 1))
        for row, average in enumerate(averages):
            if average is not None:
                size = len(average.coordinates)
                coordinates[row, :size, :size] = average.coordinates
                metrics[row] = average.metric
        self._means = BatchAverages(torch.from_numpy(coordinates), torch.from_numpy(metrics))
        self._held = torch.tensor([average is not None for average in averages])[:, None]

    def velocity(self, velocity: torch.Tensor) -> torch.Tensor:
        """Velocities, shape (crystals, sites, 3), averaged."""
        if self._none:
            return velocity
        return self._means.velocity(velocity)

    def lattice(self, lattice: torch.Tensor) -> torch.Tensor:
        """Lattices, shape (crystals, 6), each made one that its group leaves as it is."""
        if self._none:
            return lattice
        return torch.where(self._held, self._means.lattice(lattice), lattice)


def _with_noise(starts: Sequence[Start], sites: int, settings: SamplerSettings) -> PathState:
    coordinates = np.zeros((len(starts), sites, 3), dtype=np.float32)
    lengths = np.array([start.crystal.lengths_angstrom for start in starts])
    angles = np.array([start.crystal.angles_degrees for start in starts])
    for row, start in enumerate(starts):
        positions = np.array(start.crystal.fractional_coordinates)
        if settings.noise_angstrom:
            random = np.random.default_rng([settings.seed, start.index, 1])
            noise = random.normal(size=positions.shape) / lengths[row]
            positions = positions + settings.noise_angstrom * noise
            changed = lengths[row] + settings.noise_angstrom * random.normal(size=3)
            lengths[row] = np.maximum(changed, 0.5 * lengths[row])
        coordinates[row, : len(positions)] = positions % 1.0
    lattice = lattice_coordinates(torch.from_numpy(lengths), torch.from_numpy(angles))
    return PathState(torch.from_numpy(coordinates), lattice.float())


def _crystal(
    start: PlainCrystal, coordinates: torch.Tensor, lengths: torch.Tensor, angles: torch.Tensor
) -> PlainCrystal | str:
    if not all(bool(torch.isfinite(values).all()) for values in (coordinates, lengths, angles)):
        return "the velocity led to numbers that are not finite"
    if float(lengths.min()) <= 0.0:
        return "the velocity led to a lattice length that is not above 0"
    sites: list[Vector] = []
    for site in coordinates[: len(start.species)].tolist():
        x, y, z = site
        sites.append((x, y, z))
    a, b, c = lengths.tolist()
    alpha, beta, gamma = angles.tolist()
    return replace(
        start,
        lengths_angstrom=(a, b, c),
        angles_degrees=(alpha, beta, gamma),
        fractional_coordinates=tuple(sites),
    )
