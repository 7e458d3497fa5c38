"""The network that says how a crystal moves: messages between all pairs of its atoms.

FlowLLM, Appendix B, equations 10 to 16: invariant to the order of the atoms, to the origin
and to a turn of the crystal. Beside the paper's inputs an atom pair tells its shortest
distance in Å, and an atom tells itself the distance to its own nearest image: a small
network need not find out what a lattice and two fractional coordinates mean in space. Where its
shape says so, messages also weigh the directions in which an atom sees others.
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
from crystal_llm.flow.directions import Directions, seen_directions, strained
from crystal_llm.flow.manifold import metric_tensor, without_mean
from crystal_llm.flow.path import PathState

_LONGEST_ANGSTROM = 8.0
_FAR = 1e6
_DIRECTED = 0.1  # of what directions say, so that weights of order 1 say what is usual


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """How large a network is.

    Attributes:
        width: Numbers an atom or a pair carries.
        layers: Rounds of messages.
        frequencies: Sinusoids of each component of a pair's difference.
        distances: Gaussians that a pair's distance is spread over, from 0 to 8 Å.
        directions: Gaussians, up to 5 Å, of the directions in which an atom sees others
            (:mod:`~crystal_llm.flow.directions`); 0: none, as in the paper.
    """

    width: int = 128
    layers: int = 4
    frequencies: int = 12
    distances: int = 23  # a pair tells 96 numbers then, which bfloat16 multiplies best
    directions: int = 0


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


@dataclass(frozen=True)
class Surroundings:
    """What the sites of a batch tell each other, the same in every round.

    Attributes:
        edges: What the pairs tell, shape (crystals, sites, sites, features).
        metric: Metric tensors, Å², shape (crystals, 3, 3).
        directions: Where they see each other; None in a network without.
    """

    edges: torch.Tensor
    metric: torch.Tensor
    directions: Directions | None


@dataclass(frozen=True)
class Directed:
    """What messages made of the directions so far.

    Attributes:
        pulls: At each atom, fractional coordinates per Å, shape (crystals, sites, k, 3).
        stress: On each lattice; see :func:`~crystal_llm.flow.directions.strained`.
    """

    pulls: torch.Tensor
    stress: torch.Tensor


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
        edge = 6 * shape.frequencies + shape.distances + 1 + shape.directions
        self.layers = nn.ModuleList(
            MessageLayer(width, edge, shape.directions, first=number == 0)
            for number in range(shape.layers)
        )
        self.norm = nn.LayerNorm(width)
        self.coordinates_head = _head(width, 3)
        self.lattice_head = _head(2 * width, 6)
        if shape.directions:
            self.pull_head = _head(width, shape.directions)
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
        surroundings = self._surroundings(atoms, state)
        lattice = (state.lattice - self.lattice_mean) / self.lattice_spread
        crystal = self.crystal(torch.cat((lattice, time[:, None], 1 - time[:, None]), dim=1))
        hidden = self.element(species)
        crystal = F.silu(crystal)
        held = atoms.unsqueeze(-1).to(hidden.dtype)
        count = held.sum(1).clamp(min=1.0)
        directed: Directed | None = None
        for layer in self.layers:
            hidden, directed = layer(hidden, directed, crystal, surroundings, held, count)
        hidden = self.norm(hidden) * held
        pooled = hidden.sum(1)
        # Mean and sum over the atoms: the one says what they are, the other how many.
        pooled = torch.cat((pooled / count, pooled / math.sqrt(20.0)), dim=1)
        velocity = self.coordinates_head(hidden).float() * self.coordinates_velocity
        lattice_velocity = self.lattice_head(pooled).float() * self.lattice_velocity
        if directed is not None:
            weight = _DIRECTED * self.pull_head(hidden).float()
            velocity = velocity + (weight.unsqueeze(-1) * directed.pulls).sum(2)
            with torch.autocast(state.lattice.device.type, enabled=False):
                strain = _DIRECTED * directed.stress
                lattice_velocity = lattice_velocity + strained(
                    state.lattice, surroundings.metric, strain
                )
        return PathState(without_mean(velocity, atoms), lattice_velocity)

    def _surroundings(self, atoms: torch.Tensor, state: PathState) -> Surroundings:
        """What each pair of sites tells."""
        with torch.autocast(state.lattice.device.type, enabled=False):
            metric = metric_tensor(state.lattice)
            edges = self._edges(state, metric)
            if not self.shape.directions:
                return Surroundings(edges, metric, None)
            directions = seen_directions(
                state.coordinates, metric, atoms, self.images, self.shape.directions
            )
            return Surroundings(torch.cat((edges, directions.seen), dim=-1), metric, directions)

    def _edges(self, state: PathState, metric: torch.Tensor) -> torch.Tensor:
        """Of each pair of sites, shape (crystals, sites, sites, features)."""
        difference = state.coordinates[:, None, :, :] - state.coordinates[:, :, None, :]
        turns = (difference.unsqueeze(-1) * self.frequencies).flatten(-2)
        distance = shortest_distance(difference, metric, self.images)
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
        directions: Distances at which a pair sees each other; 0: directions are not told.
        first: Whether no round came before, so that nothing pulls at an atom yet.
    """

    def __init__(self, width: int, edge: int, directions: int, *, first: bool) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        # The first linear layer of the message, in parts: three of them are computed once
        # an atom or a crystal, not once a pair.
        self.receiver = nn.Linear(width, width)
        self.sender = nn.Linear(width, width, bias=False)
        self.lattice = nn.Linear(width, width, bias=False)
        self.edge = nn.Linear(edge, width, bias=False)
        self.message = nn.Linear(width, width)
        self.update = nn.Sequential(
            nn.Linear(2 * width + directions, width), nn.SiLU(), nn.Linear(width, width)
        )
        if directions:
            self.pull = nn.Linear(width, directions)
            self.stress = nn.Linear(width, directions)
            nn.init.zeros_(self.stress.weight)
            nn.init.zeros_(self.stress.bias)
            self.angles = nn.Linear(directions, 2 * directions, bias=False)
        self.bent = (
            nn.Linear(2 * directions, width, bias=False) if directions and not first else None
        )

    def forward(
        self,
        hidden: torch.Tensor,
        directed: Directed | None,
        crystal: torch.Tensor,
        surroundings: Surroundings,
        held: torch.Tensor,
        count: torch.Tensor,
    ) -> tuple[torch.Tensor, Directed | None]:
        """What the atoms carry after the round, shape (crystals, sites, width).

        Args:
            hidden: What they carry before it.
            directed: What became of the directions before it.
            crystal: What is known of each crystal, shape (crystals, width).
            surroundings: What the pairs tell.
            held: 1 where a site holds an atom, shape (crystals, sites, 1).
            count: Atoms of each crystal, shape (crystals, 1).
        """
        normed = self.norm(hidden)
        receiver = self.receiver(normed) + self.lattice(crystal).unsqueeze(1)
        message = self.edge(surroundings.edges) + receiver.unsqueeze(2)
        message = message + self.sender(normed).unsqueeze(1)
        if self.bent is not None and directed is not None:
            message = message + self.bent(_bent(directed.pulls, surroundings))
        message = F.silu(self.message(F.silu(message, inplace=True)), inplace=True)
        heard = (message * held.unsqueeze(1)).sum(2) / count.unsqueeze(-1)
        said = [normed, heard]
        if surroundings.directions is not None:
            directed = self._directed(message, directed, surroundings.directions, count)
            said.append(self._angles(directed.pulls, surroundings.metric).to(normed.dtype))
        return hidden + self.update(torch.cat(said, dim=-1)), directed

    def _directed(
        self,
        message: torch.Tensor,
        directed: Directed | None,
        directions: Directions,
        count: torch.Tensor,
    ) -> Directed:
        """What the directions become: each pair weighs what it sees by its message."""
        pull, stress = self.pull(message).float(), self.stress(message).float()
        pulls = (pull.unsqueeze(-1) * directions.pulls).sum(2)
        with torch.autocast(message.device.type, enabled=False):
            weights, stresses = stress.flatten(1).unsqueeze(1), directions.stresses.flatten(1, 3)
            strain = torch.bmm(weights, stresses).squeeze(1) / count
        if directed is not None:
            pulls, strain = pulls + directed.pulls, strain + directed.stress
        return Directed(pulls, strain)

    def _angles(self, pulls: torch.Tensor, metric: torch.Tensor) -> torch.Tensor:
        """Scalar products of mixed pulls, which know the angles between bonds.

        Shape (crystals, sites, k).
        """
        with torch.autocast(pulls.device.type, enabled=False):
            mixed = self.angles(pulls.transpose(-1, -2))  # (crystals, sites, 3, 2k)
            here, there = mixed.chunk(2, dim=-1)
            return (torch.einsum("cxy,csyk->csxk", metric, here) * there).sum(2)


def _bent(pulls: torch.Tensor, surroundings: Surroundings) -> torch.Tensor:
    """How far a bond lies along what pulls at either end, shape (crystals, sites, sites, 2k)."""
    directions = surroundings.directions
    assert directions is not None  # nothing is pulled without
    with torch.autocast(pulls.device.type, enabled=False):
        along = torch.einsum("cxy,csky->cskx", surroundings.metric, pulls)
        here = (along.unsqueeze(2) * directions.pulls).sum(-1)
        there = (along.unsqueeze(1) * directions.pulls).sum(-1)
        return torch.cat((here, there), dim=-1)


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
