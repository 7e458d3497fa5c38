"""Atoms arranged on the sites of a cell that they share: all ways, or those that energy favours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from crystal_llm.crystal.disorder import DisorderedCrystal, Occupants

EMPTY = ""
"""What stands for a site that is left empty."""

Counted = tuple[tuple[str, int], ...]
"""Atoms of each element on the sites of a group, empty ones too."""

_SYMPREC_ANGSTROM = 0.02
_STARTS = 24


@dataclass(frozen=True)
class SharedSites:
    """Sites of a cell that symmetry makes alike, and what is to be put on them.

    Attributes:
        sites: Their indices.
        counts: As many atoms as sites.
    """

    sites: tuple[int, ...]
    counts: Counted


def symmetry_of(cell: DisorderedCrystal) -> dict[str, np.ndarray]:
    """Spglib's operations and orbits, sites told apart by what shares them."""
    import spglib

    kinds = list(dict.fromkeys(cell.occupants))
    numbers = [kinds.index(site) for site in cell.occupants]
    symmetry = spglib.get_symmetry(
        (cell.matrix, cell.positions, numbers), symprec=_SYMPREC_ANGSTROM
    )
    if symmetry is None:
        return {
            "rotations": np.eye(3, dtype=int)[None],
            "translations": np.zeros((1, 3)),
            "equivalent_atoms": np.arange(len(numbers)),
        }
    return dict(symmetry)


def number_of_arrangements(numbers: Sequence[int]) -> int:
    """In how many ways so many atoms of each kind fill the sites of a group."""
    left, ways = sum(numbers), 1
    for n in numbers:
        ways *= comb(left, n)
        left -= n
    return ways


def symmetry_images(
    lattice: np.ndarray, positions: np.ndarray, kinds: Sequence[Occupants]
) -> np.ndarray:
    """Where each symmetry operation of a supercell takes its sites, shape (operations, sites)."""
    symmetry = symmetry_of(DisorderedCrystal(lattice, positions, tuple(kinds)))
    permutations = [np.arange(len(positions))]
    for rotation, translation in zip(symmetry["rotations"], symmetry["translations"], strict=True):
        apart = (positions @ rotation.T + translation)[:, None] - positions[None]
        apart -= np.round(apart)
        distances = np.linalg.norm(apart @ lattice, axis=2)
        images = distances.argmin(axis=1)
        if distances.min(axis=1).max() < 0.3 and len(set(images.tolist())) == len(images):
            permutations.append(images)
    return np.unique(np.array(permutations), axis=0)


def pair_energies(lattice: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Ewald's pair energies of unit charges: charges q have the energy q·M·q, eV."""
    from pymatgen.analysis.ewald import EwaldSummation
    from pymatgen.core import Lattice, Structure

    unit = Structure(Lattice(lattice), ["H+"] * len(positions), positions)
    pairs: np.ndarray = EwaldSummation(unit).total_energy_matrix
    return pairs


def all_arrangements(groups: Sequence[SharedSites], given: np.ndarray) -> np.ndarray:
    """Every arrangement, shape (arrangements, sites), of element symbols.

    Args:
        groups: The sites that are to be filled.
        given: What each site holds; it stays on the others, shape (sites,).
    """
    rows = [given]
    for group in groups:
        rows = [
            filled
            for row in rows
            for filled in _placed(row, frozenset(group.sites), list(group.counts))
        ]
    return np.array(rows, dtype=object)


def _placed(
    row: np.ndarray, free: frozenset[int], left: list[tuple[str, int]]
) -> Iterator[np.ndarray]:
    if not left:
        yield row
        return
    element, count = left[0]
    for sites in combinations(sorted(free), count):
        filled = row.copy()
        filled[list(sites)] = element
        yield from _placed(filled, free - set(sites), left[1:])


def exchanged_arrangements(
    groups: Sequence[SharedSites], given: np.ndarray, pairs: np.ndarray, states: dict[str, float]
) -> np.ndarray:
    """Arrangements that no exchange of two atoms of a group improves, from random starts.

    Args:
        groups: As for :func:`all_arrangements`.
        given: As there.
        pairs: Of :func:`pair_energies`.
        states: Charge of each element.
    """
    chance = np.random.default_rng(0)
    group_of = np.full(len(given), -1)
    for number, group in enumerate(groups):
        group_of[list(group.sites)] = number
    exchangeable = (group_of[:, None] == group_of[None]) & (group_of >= 0)[:, None]
    arrangements = []
    for _ in range(_STARTS):
        row = given.copy()
        for group in groups:
            atoms = [element for element, n in group.counts for _ in range(n)]
            row[list(group.sites)] = chance.permutation(np.array(atoms, dtype=object))
        charges = np.array([states.get(str(element), 0.0) for element in row])
        while True:
            potential = (pairs + pairs.T) @ charges
            step = charges[None] - charges[:, None]
            self_terms = np.diag(pairs)[:, None] + np.diag(pairs)[None] - pairs - pairs.T
            gain = step * (potential[:, None] - potential[None]) + step**2 * self_terms
            gain[~exchangeable] = 0.0
            first, second = np.unravel_index(int(gain.argmin()), gain.shape)
            if gain[first, second] > -1e-6:
                break
            row[[first, second]] = row[[second, first]]
            charges[[first, second]] = charges[[second, first]]
        arrangements.append(row)
    return np.array(arrangements, dtype=object)
