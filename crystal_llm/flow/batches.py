"""Batches of pairs of like size, of few shapes, that can be entered at any place.

oneDNN builds its kernels anew for every shape, so crystals are padded to a few numbers of
sites and every batch has the same number of crystals. Epoch e depends on the seed and on e
alone: a run that was killed goes on with the batches it would have had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import FlowError
from crystal_llm.flow.alignment import align_by_index
from crystal_llm.flow.pairs import Pair, pair_files, read_pairs
from crystal_llm.flow.path import PathState
from crystal_llm.flow.space_group_average import (
    BatchAverages,
    average_over,
    found_operations,
    identity_alone,
)
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    import torch

SITES = (2, 4, 6, 8, 10, 12, 14, 16, 18, 20)
"""Numbers of sites that crystals are padded to; a larger one keeps its own."""

_NUMBER = {symbol: number for number, symbol in enumerate(ELEMENTS, start=1)}


@dataclass(frozen=True)
class PairBatch:
    """Pairs as tensors.

    Attributes:
        species: Atomic numbers, 0 where no atom is, shape (crystals, sites).
        atoms: Which sites hold an atom, shape (crystals, sites).
        sample: Where the ways begin.
        target: Where they end.
        symmetry: Of the targets; None where the set was read without.
    """

    species: torch.Tensor
    atoms: torch.Tensor
    sample: PathState
    target: PathState
    symmetry: BatchAverages | None = None

    def on(self, device: str) -> PairBatch:
        """The same on another device."""
        sample, target = (
            PathState(state.coordinates.to(device), state.lattice.to(device))
            for state in (self.sample, self.target)
        )
        symmetry = self.symmetry
        if symmetry is not None:
            symmetry = BatchAverages(symmetry.coordinates.to(device), symmetry.metric.to(device))
        return PairBatch(self.species.to(device), self.atoms.to(device), sample, target, symmetry)


@dataclass(frozen=True, slots=True)
class PairPosition:
    """Where a run stands: the next batch is ``batch`` of epoch ``epoch``."""

    epoch: int = 0
    batch: int = 0


class PairSet:
    """Pairs in memory, by the number of sites that they are padded to.

    Args:
        groups: Arrays by number of sites; see :meth:`of`.
    """

    def __init__(self, groups: dict[int, dict[str, np.ndarray]]) -> None:
        self._groups = groups
        self.size = sum(len(group["species"]) for group in groups.values())

    @classmethod
    def of(
        cls, pairs: Sequence[tuple[PlainCrystal, PlainCrystal]], *, symmetric: bool = False
    ) -> PairSet:
        """The set of samples and their targets, each two with the same species.

        Args:
            pairs: Samples and targets.
            symmetric: Find the targets' space groups too, which takes some ms each.
        """
        by_sites: dict[int, list[tuple[PlainCrystal, PlainCrystal]]] = {}
        for sample, target in pairs:
            by_sites.setdefault(sites_of(len(sample.species)), []).append((sample, target))
        groups = {sites: _arrays(by_sites[sites], sites) for sites in sorted(by_sites)}
        if symmetric:
            for sites, group in groups.items():
                group |= _symmetry_arrays([target for _, target in by_sites[sites]], sites)
        return cls(groups)

    def some(self, count: int, seed: int) -> PairSet:
        """At most so many of the pairs, drawn at random."""
        places = [
            (sites, place)
            for sites, group in self._groups.items()
            for place in range(len(group["species"]))
        ]
        drawn = np.random.default_rng(seed).permutation(len(places))[:count]
        chosen: dict[int, list[int]] = {}
        for sites, place in (places[number] for number in sorted(drawn)):
            chosen.setdefault(sites, []).append(place)
        return PairSet(
            {
                sites: {name: values[among] for name, values in self._groups[sites].items()}
                for sites, among in chosen.items()
            }
        )

    def elements(self) -> tuple[str, ...]:
        """The elements that occur, by atomic number."""
        numbers = {
            int(number) for group in self._groups.values() for number in np.unique(group["species"])
        }
        return tuple(ELEMENTS[number - 1] for number in sorted(numbers - {0}))

    def batches(self, seed: int, epoch: int, size: int) -> list[tuple[int, np.ndarray]]:
        """The batches of an epoch, each as a number of sites and places in that group."""
        random = np.random.default_rng([seed, epoch])
        cut = []
        for sites, group in self._groups.items():
            permutation = random.permutation(len(group["species"]))
            cut += [
                (sites, permutation[first : first + size])
                for first in range(0, len(permutation), size)
            ]
        return [cut[place] for place in random.permutation(len(cut))]

    def stream(
        self, seed: int, size: int, start: PairPosition
    ) -> Iterator[tuple[PairBatch, PairPosition]]:
        """Endless batches from a place on, each with the place after it."""
        if not self.size:
            raise FlowError("there are no pairs to train on")
        position = start
        while True:
            batches = self.batches(seed, position.epoch, size)
            for index in range(position.batch, len(batches)):
                after = PairPosition(position.epoch, index + 1)
                if index + 1 == len(batches):
                    after = PairPosition(position.epoch + 1, 0)
                yield self.batch(*batches[index], size), after
            position = PairPosition(position.epoch + 1, 0)

    def batch(self, sites: int, places: np.ndarray, size: int) -> PairBatch:
        """One batch, filled up with crystals without atoms."""
        import torch

        def padded(name: str) -> torch.Tensor:
            values = self._groups[sites][name][places]
            filled = np.zeros((size, *values.shape[1:]), dtype=values.dtype)
            filled[: len(values)] = values
            if name.endswith(("lattice", "metric")):
                filled[len(values) :] = values[:1]  # a lattice without a volume makes no metric
            return torch.from_numpy(filled)

        symmetry = None
        if "symmetry_coordinates" in self._groups[sites]:
            symmetry = BatchAverages(
                padded("symmetry_coordinates").float(), padded("symmetry_metric")
            )
        species = padded("species").long()
        return PairBatch(
            species,
            species > 0,
            PathState(padded("sample_coordinates"), padded("sample_lattice")),
            PathState(padded("target_coordinates"), padded("target_lattice")),
            symmetry,
        )

    def lattices(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Lattices of all samples and of all targets, each of shape (pairs, 6)."""
        import torch

        sample, target = (
            torch.from_numpy(np.concatenate([group[name] for group in self._groups.values()]))
            for name in ("sample_lattice", "target_lattice")
        )
        return sample, target

    def groups(self) -> Iterator[PairBatch]:
        """The pairs of each number of sites at once."""
        for sites, group in self._groups.items():
            count = len(group["species"])
            yield self.batch(sites, np.arange(count), count)


def read_pair_sets(
    folder: Path,
    pairing: str,
    max_distance_angstrom: float | None = None,
    *,
    symmetric: bool = False,
) -> tuple[PairSet, PairSet]:
    """Training and validation pairs of a folder.

    Args:
        folder: See :mod:`crystal_llm.flow.pairs`.
        pairing: ``aligned``, or ``index`` for the pairing of FlowLLM's public code.
        max_distance_angstrom: Pairs farther apart, aligned, are left out; None: none are.
        symmetric: Find the space groups of the training targets too.

    Raises:
        FlowError: The folder holds no pairs.
    """
    split: dict[str, list[tuple[PlainCrystal, PlainCrystal]]] = {"train": [], "val": []}
    for path in pair_files(folder):
        for pair in read_pairs(path):
            if max_distance_angstrom is None or apart_angstrom(pair) <= max_distance_angstrom:
                split[pair.split].append((pair.sample, _paired(pair, pairing)))
    return PairSet.of(split["train"], symmetric=symmetric), PairSet.of(split["val"])


def sites_of(atoms: int) -> int:
    """The number of sites that a crystal is padded to."""
    return next((sites for sites in SITES if sites >= atoms), atoms)


def species_array(species: Sequence[str], sites: int) -> np.ndarray:
    """Atomic numbers, 0 where no atom is, shape (sites,)."""
    numbers = np.zeros(sites, dtype=np.int64)
    numbers[: len(species)] = [_NUMBER[symbol] for symbol in species]
    return numbers


def apart_angstrom(pair: Pair) -> float:
    """How far the atoms of a pair lie apart, in the target's cell, root mean square."""
    difference = np.subtract(
        pair.aligned.fractional_coordinates, pair.sample.fractional_coordinates
    )
    difference -= np.round(difference)
    squares = np.square(difference @ lattice_matrix(pair.aligned)).sum(axis=1)
    return float(np.sqrt(squares.mean()))


def _paired(pair: Pair, pairing: str) -> PlainCrystal:
    if pairing == "index":
        return align_by_index(pair.sample, pair.target).apply(pair.target)
    return pair.aligned


def _symmetry_arrays(targets: Sequence[PlainCrystal], sites: int) -> dict[str, np.ndarray]:
    """What :class:`BatchAverages` holds, of all targets of a group."""
    coordinates = np.zeros((len(targets), 3 * sites, 3 * sites), dtype=np.float16)
    metric = np.zeros((len(targets), 9, 9), dtype=np.float32)
    for place, target in enumerate(targets):
        try:
            _, average = average_over(target, found_operations(target))
        except FlowError:  # at the edge of the tolerance
            _, average = average_over(target, identity_alone())
        size = len(average.coordinates)
        coordinates[place, :size, :size] = average.coordinates
        metric[place] = average.metric
    return {"symmetry_coordinates": coordinates, "symmetry_metric": metric}


def _arrays(
    pairs: Sequence[tuple[PlainCrystal, PlainCrystal]], sites: int
) -> dict[str, np.ndarray]:
    import torch

    from crystal_llm.flow.manifold import lattice_coordinates

    arrays: dict[str, np.ndarray] = {
        "species": np.stack([species_array(sample.species, sites) for sample, _ in pairs]).astype(
            np.int16
        )
    }
    for name, crystals in (
        ("sample", [sample for sample, _ in pairs]),
        ("target", [target for _, target in pairs]),
    ):
        coordinates = np.zeros((len(crystals), sites, 3), dtype=np.float32)
        for place, crystal in enumerate(crystals):
            coordinates[place, : len(crystal.species)] = crystal.fractional_coordinates
        arrays[f"{name}_coordinates"] = coordinates
        arrays[f"{name}_lattice"] = lattice_coordinates(
            torch.tensor([crystal.lengths_angstrom for crystal in crystals]),
            torch.tensor([crystal.angles_degrees for crystal in crystals]),
        ).numpy()
    return arrays
