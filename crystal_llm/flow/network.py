"""The network that says how a crystal moves: messages between all pairs of its atoms.

FlowLLM, Appendix B, equations 10 to 16: invariant to the order of the atoms, to the origin
and to a turn of the crystal. Beside the paper's inputs an atom pair tells its shortest
distance in Å, and an atom tells itself the distance to its own nearest image: a small
network need not find out what a lattice and two fractional coordinates mean in space.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import torch
from torch import nn
from torch.nn import functional as F

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.flow.manifold import metric_tensor, without_mean
from crystal_llm.flow.path import PathState

_LONGEST_ANGSTROM = 8.0
_FAR = 1e6


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """How large a network is.

    Attributes:
        width: Numbers an atom or a pair carries.
        layers: Rounds of messages.
        frequencies: Sinusoids of each component of a pair's difference.
        distances: Gaussians that a pair's distance is spread over, from 0 to 8 Å.
    """

    width: int = 128
    layers: int = 4
    frequencies: int = 12
    distances: int = 23  # a pair tells 96 numbers then, which bfloat16 multiplies best


@dataclass(frozen=True)
class Scales:
    """What the network's inputs and outputs are measured in, found from the training pairs.

    Attributes:
        lattice_mean: Of the lattices on the way, six numbers.
        lattice_spread: Their standard deviation, six numbers.
        coordinates_velocity: Root mean square of a component.
        lattice_velocity: Standard deviation of the lattices' velocities, six numbers.
    """

    lattice_mean: Sequence[float]
    lattice_spread: Sequence[float]
    coordinates_velocity: float
    lattice_velocity: Sequence[float]


class VelocityNetwork(nn.Module):  # type: ignore[misc]
    """The velocity v(c_t, t) of a batch of crystals.

    Args:
        shape: How large it is.
        scales: None leaves all at 1, to be loaded.
    """

    def __init__(self, shape: NetworkShape, scales: Scales | None = None) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.element = nn.Embedding(len(ELEMENTS) + 1, width)  # 0: no atom
        self.crystal = nn.Sequential(nn.Linear(8, width), nn.SiLU(), nn.Linear(width, width))
        edge = 6 * shape.frequencies + shape.distances + 1
        self.layers = nn.ModuleList(MessageLayer(width, edge) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(width)
        self.coordinates_head = _head(width, 3)
        self.lattice_head = _head(2 * width, 6)
        given = scales or Scales([0.0] * 6, [1.0] * 6, 1.0, [1.0] * 6)
        for name in ("lattice_mean", "lattice_spread", "coordinates_velocity", "lattice_velocity"):
            self.register_buffer(name, torch.tensor(getattr(given, name), dtype=torch.float32))
        # Constants, not weights: left out of what is stored.
        self.register_buffer("frequencies", _frequencies(shape.frequencies), persistent=False)
        self.register_buffer("centres", _centres(shape.distances), persistent=False)
        self.register_buffer("images", _images(), persistent=False)

    def forward(
        self, species: torch.Tensor, atoms: torch.Tensor, state: PathState, time: torch.Tensor
    ) -> PathState:
        """The velocities in a state.

        Args:
            species: Atomic numbers, 0 where no atom is, shape (crystals, sites).
            atoms: Which sites hold an atom, shape (crystals, sites).
            state: Coordinates and lattices.
            time: From 0 to 1, shape (crystals,).
        """
        with torch.autocast(state.lattice.device.type, enabled=False):
            edges = self._edges(state)
        lattice = (state.lattice - self.lattice_mean) / self.lattice_spread
        crystal = self.crystal(torch.cat((lattice, time[:, None], 1 - time[:, None]), dim=1))
        hidden = self.element(species)
        crystal = F.silu(crystal)
        held = atoms.unsqueeze(-1).to(hidden.dtype)
        count = held.sum(1).clamp(min=1.0)
        for layer in self.layers:
            hidden = layer(hidden, crystal, edges, held, count)
        hidden = self.norm(hidden) * held
        pooled = hidden.sum(1)
        # Mean and sum over the atoms: the one says what they are, the other how many.
        pooled = torch.cat((pooled / count, pooled / math.sqrt(20.0)), dim=1)
        velocity = self.coordinates_head(hidden).float() * self.coordinates_velocity
        return PathState(
            without_mean(velocity, atoms),
            self.lattice_head(pooled).float() * self.lattice_velocity,
        )

    def _edges(self, state: PathState) -> torch.Tensor:
        """What each pair of sites tells, shape (crystals, sites, sites, features)."""
        difference = state.coordinates[:, None, :, :] - state.coordinates[:, :, None, :]
        turns = (difference.unsqueeze(-1) * self.frequencies).flatten(-2)
        distance = shortest_distance(difference, metric_tensor(state.lattice), self.images)
        step = _LONGEST_ANGSTROM / self.shape.distances
        spread = torch.exp(-(((distance.unsqueeze(-1) - self.centres) / step).square()))
        # Beyond the Gaussians a distance still tells that it is long.
        far = torch.log1p(distance).unsqueeze(-1)
        return torch.cat((turns.sin(), turns.cos(), spread, far), dim=-1)


class MessageLayer(nn.Module):  # type: ignore[misc]
    """One round of messages (equations 11 to 13).

    Args:
        width: Numbers an atom carries.
        edge: Numbers a pair tells.
    """

    def __init__(self, width: int, edge: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        # The first linear layer of the message, in parts: three of them are computed once
        # an atom or a crystal, not once a pair.
        self.receiver = nn.Linear(width, width)
        self.sender = nn.Linear(width, width, bias=False)
        self.lattice = nn.Linear(width, width, bias=False)
        self.edge = nn.Linear(edge, width, bias=False)
        self.message = nn.Linear(width, width)
        self.update = nn.Sequential(nn.Linear(2 * width, width), nn.SiLU(), nn.Linear(width, width))

    def forward(
        self,
        hidden: torch.Tensor,
        crystal: torch.Tensor,
        edges: torch.Tensor,
        held: torch.Tensor,
        count: torch.Tensor,
    ) -> torch.Tensor:
        """What the atoms carry after the round, shape (crystals, sites, width).

        Args:
            hidden: What they carry before it.
            crystal: What is known of each crystal, shape (crystals, width).
            edges: What the pairs tell, shape (crystals, sites, sites, features).
            held: 1 where a site holds an atom, shape (crystals, sites, 1).
            count: Atoms of each crystal, shape (crystals, 1).
        """
        normed = self.norm(hidden)
        receiver = self.receiver(normed) + self.lattice(crystal).unsqueeze(1)
        message = self.edge(edges) + receiver.unsqueeze(2) + self.sender(normed).unsqueeze(1)
        message = F.silu(self.message(F.silu(message, inplace=True)), inplace=True)
        heard = (message * held.unsqueeze(1)).sum(2) / count.unsqueeze(-1)
        return hidden + self.update(torch.cat((normed, heard), dim=-1))


def shortest_distance(
    difference: torch.Tensor, metric: torch.Tensor, images: torch.Tensor
) -> torch.Tensor:
    """The distance of each pair's nearest images, Å, shape (crystals, sites, sites).

    Of a site to itself: to its own nearest image. Exact where each cell is Niggli-reduced.

    Args:
        difference: Fractional, shape (crystals, sites, sites, 3).
        metric: Metric tensors, shape (crystals, 3, 3).
        images: Cells looked at, the own cell first, shape (27, 3).
    """
    crystals, sites = difference.shape[:2]
    wrapped = difference - difference.round()
    mapped = torch.matmul(wrapped.flatten(1, 2), metric)  # (crystals, pairs, 3)
    own = (mapped * wrapped.flatten(1, 2)).sum(-1, keepdim=True)
    between = 2 * torch.matmul(mapped, images.T)
    alone = ((images @ metric) * images).sum(-1).unsqueeze(1)
    squares = (own + between + alone).view(crystals, sites, sites, len(images))
    itself = torch.eye(sites, device=difference.device).unsqueeze(-1)
    itself = itself * F.one_hot(torch.tensor(0), len(images)).to(difference.device)
    nearest = (squares + _FAR * itself).amin(-1)
    return nearest.clamp(min=1e-8).sqrt()


def parameter_count(network: nn.Module) -> int:
    """How many weights a network has."""
    return sum(parameter.numel() for parameter in network.parameters())


def _head(width: int, outputs: int) -> nn.Sequential:
    """A head that says 0 before it is trained: nothing moves."""
    last = nn.Linear(width, outputs)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(width, width), nn.SiLU(), last)


def _frequencies(count: int) -> torch.Tensor:
    return 2 * math.pi * torch.arange(1, count + 1, dtype=torch.float32)


def _centres(count: int) -> torch.Tensor:
    return torch.linspace(0.0, _LONGEST_ANGSTROM, count)


def _images() -> torch.Tensor:
    cells = sorted(product((-1, 0, 1), repeat=3), key=lambda cell: cell != (0, 0, 0))
    return torch.tensor(cells, dtype=torch.float32)
