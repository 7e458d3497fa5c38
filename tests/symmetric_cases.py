"""Crystals of any space group, drawn so that no two of their atoms meet."""

from __future__ import annotations

import random

import numpy as np

from crystal_llm.crystal.symmetric import (
    ELECTRONEGATIVITY_ORDER,
    Orbit,
    SymmetricCrystal,
    cell_vectors,
    conventional_parameters,
    free_lattice_parameters,
    plain_crystal,
)
from crystal_llm.crystal.wyckoff import wyckoff_positions

ELEMENTS = list(ELECTRONEGATIVITY_ORDER)[:100]
ANGLES = ("alpha", "beta", "gamma")


def random_crystal(
    spacegroup_number: int,
    orbits: int,
    seed: int,
    *,
    most_sites: int = 10_000,
    apart_angstrom: float = 0.8,
) -> SymmetricCrystal:
    """A crystal of at most so many orbits and sites (conventional cell), at hundredths and tenths.

    Orbits that come too near to others, or to themselves, are left out; one is always there.
    """
    generator = random.Random(seed)
    lattice = tuple(
        float(generator.randint(75, 105)) if name in ANGLES else generator.randint(60, 220) / 10
        for name in free_lattice_parameters(spacegroup_number)
    )
    basis = cell_vectors(*conventional_parameters(spacegroup_number, lattice))
    table = list(wyckoff_positions(spacegroup_number).values())
    placed: list[Orbit] = []
    held = np.zeros((0, 3))
    for _ in range(10 * orbits):
        if len(placed) == orbits:
            break
        position = generator.choice(table)
        is_taken = any(orbit.letter == position.letter for orbit in placed)
        if is_taken and not position.free_axes:
            continue
        free = tuple(generator.randrange(100) / 100 for _ in position.free_axes)
        sites = np.concatenate([held, position.sites(free)])
        if placed and (len(sites) > most_sites or nearest(sites, basis) < apart_angstrom):
            continue
        if not placed and nearest(sites, basis) < apart_angstrom:
            continue
        held = sites
        placed.append(Orbit(generator.choice(ELEMENTS), position.letter, free))
    if not placed:  # every first draw met itself
        return random_crystal(
            spacegroup_number, orbits, seed + 1, most_sites=most_sites, apart_angstrom=0.3
        )
    return SymmetricCrystal(spacegroup_number, lattice, tuple(placed))


def nearest(sites: np.ndarray, basis: np.ndarray) -> float:
    """The shortest distance of two sites in Å, images in neighbouring cells included."""
    if len(sites) < 2:
        return float("inf")
    difference = sites[:, None] - sites[None]
    difference = (difference - np.round(difference)) @ basis
    distance = np.linalg.norm(difference, axis=2)
    np.fill_diagonal(distance, np.inf)
    return float(distance.min())


def structure_of(crystal: SymmetricCrystal):
    """The primitive cell as a pymatgen Structure."""
    from crystal_llm.crystal.conversion import structure

    return structure(plain_crystal(crystal))


def are_the_same(first, second):
    """Whether two descriptions are one crystal, atoms at most a hundredth of an ångström off."""
    from pymatgen.analysis.structure_matcher import StructureMatcher

    matcher = StructureMatcher(primitive_cell=False, scale=False)
    first, second = structure_of(first), structure_of(second)
    distance = matcher.get_rms_dist(first, second)
    length = (first.volume / len(first)) ** (1 / 3)
    return distance is not None and distance[1] * length < 0.01


def fingerprint(crystal):
    """Numbers that no change of setting, order or representative changes.

    For each element, power sums over its sites of Gaussian sums over the neighbours of each
    element: smooth, so that no distance falls on an edge, and quick for hundreds of atoms.
    """
    plain = plain_crystal(crystal, primitive=False)
    return fingerprint_of(plain, 1)


def fingerprint_of(plain, cells, reach=1):
    """The same of any cell that holds the crystal ``cells`` times."""
    basis = cell_vectors(plain.lengths_angstrom, plain.angles_degrees)
    sites = np.array(plain.fractional_coordinates)
    elements = np.array([ELECTRONEGATIVITY_ORDER[symbol] for symbol in plain.species])
    shells = np.array(list(np.ndindex(*(2 * reach + 1,) * 3))) - reach
    difference = (sites[None] - sites[:, None] + 0.5) % 1.0 - 0.5
    squares = (((difference[:, :, None] + shells) @ basis) ** 2).sum(axis=3)
    counts = {}
    for width in (0.8, 1.2):
        near = np.exp(-squares / width**2).sum(axis=2)
        for element in set(elements.tolist()):
            for other in set(elements.tolist()):
                felt = near[elements == element][:, elements == other].sum(axis=1)
                for power in (0, 1, 2, 3):
                    counts[element, other, width, power] = (felt**power).sum() / cells
    return counts
