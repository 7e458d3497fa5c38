"""Where a flow begins: what the language model wrote, its elements alone, or chance.

FlowLLM begins with the language model's whole crystal. FlowLLM-Types takes its elements
alone, with uniform coordinates and a lattice from the data; FlowMM, without a language
model, draws the lattice too: log-normal lengths and uniform angles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from crystal_llm.errors import FlowError
from crystal_llm.flow.cell import niggli_cell
from crystal_llm.types import PlainCrystal, Vector

BaseKind = Literal["language-model", "disturbed", "types", "random"]

LATTICES = 1000
"""How many lattices of the data a network keeps, for a base that draws from them."""

_TRIES = 100


def begins_with_crystal(kind: BaseKind) -> bool:
    """Whether a flow begins with the crystal itself, not with its elements alone."""
    return kind in ("language-model", "disturbed")


@dataclass(frozen=True)
class BaseDistribution:
    """The distribution of the samples that a flow begins with.

    Attributes:
        kind: ``language-model``, ``disturbed`` (known crystals made wrong, to learn from),
            ``types`` or ``random``.
        lattices: Lattices of training crystals, shape (k, 7): number of atoms, lengths (Å),
            angles (degrees). A language model's samples need none.
    """

    kind: BaseKind
    lattices: np.ndarray

    @property
    def begins_with_crystal(self) -> bool:
        """Whether a flow begins with the crystal itself, not with its elements alone."""
        return begins_with_crystal(self.kind)

    def start(self, crystal: PlainCrystal, random: np.random.Generator) -> PlainCrystal:
        """Where the flow of a crystal begins.

        Args:
            crystal: In its Niggli cell; of it ``types`` and ``random`` keep the elements
                alone.
            random: Draws coordinates and lattice.
        """
        if self.begins_with_crystal:
            return crystal
        species = crystal.species
        lengths, angles = (
            self._known_lattice(len(species), random)
            if self.kind == "types"
            else self._random_lattice(len(species), random)
        )
        coordinates = tuple(_vector(site) for site in random.random((len(species), 3)))
        return PlainCrystal(lengths, angles, species, coordinates)

    def _known_lattice(self, atoms: int, random: np.random.Generator) -> tuple[Vector, Vector]:
        """A lattice of the data, with as many atoms if there is one, else of their volume."""
        of_size = self.lattices[self.lattices[:, 0] == atoms]
        among = of_size if len(of_size) else self.lattices
        drawn = among[random.integers(len(among))]
        scale = (atoms / drawn[0]) ** (1 / 3)
        return _vector(drawn[1:4] * scale), _vector(drawn[4:7])

    def _random_lattice(self, atoms: int, random: np.random.Generator) -> tuple[Vector, Vector]:
        """Log-normal lengths, as the data's for so many atoms, and uniform angles; reduced."""
        logarithms = np.log(self.lattices[:, 1:4]) - np.log(self.lattices[:, :1]) / 3
        for _ in range(_TRIES):
            lengths = np.exp(
                random.normal(logarithms.mean(axis=0), logarithms.std(axis=0))
            ) * atoms ** (1 / 3)
            lattice = PlainCrystal(
                _vector(lengths), _vector(random.uniform(60, 120, 3)), ("H",), ((0.0, 0.0, 0.0),)
            )
            try:
                reduced = niggli_cell(lattice)
            except FlowError:  # angles that close to no cell
                continue
            return reduced.lengths_angstrom, reduced.angles_degrees
        raise FlowError("no random lattice encloses a volume")


def lattice_table(crystals: Sequence[PlainCrystal]) -> np.ndarray:
    """Lattices of crystals as :class:`BaseDistribution` keeps them, shape (k, 7)."""
    rows = [
        (len(crystal.species), *crystal.lengths_angstrom, *crystal.angles_degrees)
        for crystal in crystals
    ]
    return np.array(rows, dtype=np.float32).reshape(-1, 7)


def _vector(values: Sequence[float] | np.ndarray) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z
