"""From the sites that a CIF lists to all atoms of the cell.

Files round: 0.333 0.667 on a threefold axis lies beside it, and its images beside one
another. Images of one listed site that come close are one atom on the special position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_symmetry import SymmetryReading
from crystal_llm.io.crystal_check import MAX_READ_ATOMS

MERGED_ANGSTROM = 0.3
"""Images of one site within this distance are one atom; no two atoms come so near."""

MAX_EXPANSION = 50_000
"""Listed sites × symmetry operations."""

SHIFT_TOLD_ANGSTROM = 0.01
"""A site that moves farther onto its special position is told."""


@dataclass(frozen=True)
class ListedSite:
    """A site as a CIF lists it.

    Attributes:
        name: Its label.
        element: What it holds.
        position: Fractional coordinates.
        multiplicity: How many atoms of the cell it stands for, where the file says so.
        wyckoff: Its Wyckoff symbol, such as ``4a`` or ``a``; empty where the file gives none.
        symmetry_order: How many operations leave it where it is, where the file says so.
    """

    name: str
    element: str
    position: tuple[float, float, float]
    multiplicity: int | None = None
    wyckoff: str = ""
    symmetry_order: int | None = None


@dataclass(frozen=True)
class Expansion:
    """All atoms of a cell, in the order of the listed sites.

    Attributes:
        species: Element symbols.
        positions: Fractional coordinates, shape (n, 3).
        site_numbers: For each atom the listed site that it stems from, shape (n,).
        shifts_angstrom: How far each listed site moved onto its special position.
    """

    species: tuple[str, ...]
    positions: np.ndarray
    site_numbers: np.ndarray
    shifts_angstrom: tuple[float, ...]


def expand(sites: Sequence[ListedSite], reading: SymmetryReading, matrix: np.ndarray) -> Expansion:
    """Places every image of every listed site.

    Args:
        sites: The listed sites.
        reading: The symmetry.
        matrix: Lattice vectors as rows, Å, shape (3, 3).

    Raises:
        StructureFileError: Too many atoms, or images of a site that neither fall together
            nor keep apart.
    """
    if len(sites) * len(reading.operations) > MAX_EXPANSION:
        raise StructureFileError(
            f"{len(sites)} listed atoms times {len(reading.operations)} symmetry operations are "
            f"{len(sites) * len(reading.operations)} positions; at most {MAX_EXPANSION} are "
            "expanded: give a smaller cell"
        )
    orbits: list[np.ndarray] = []
    shifts: list[float] = []
    for site in sites:
        if sum(map(len, orbits)) > MAX_READ_ATOMS:
            raise StructureFileError(
                f"the cell has more than {MAX_READ_ATOMS} atoms ({len(sites)} listed sites times "
                f"up to {len(reading.operations)} symmetry operations): give a smaller cell"
            )
        placed, shift = _onto_special_position(site, reading, matrix)
        orbits.append(_orbit(placed, site, reading, matrix))
        shifts.append(shift)
    return Expansion(
        tuple(site.element for site, orbit in zip(sites, orbits, strict=True) for _ in orbit),
        np.concatenate(orbits) if orbits else np.zeros((0, 3)),
        np.repeat(np.arange(len(sites)), [len(orbit) for orbit in orbits]),
        tuple(shifts),
    )


def _images(position: np.ndarray, reading: SymmetryReading) -> np.ndarray:
    images: np.ndarray = reading.rotations @ position + reading.translations
    return images


def _near(position: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Images by their nearest equivalent to a position, shape (n, 3)."""
    apart: np.ndarray = images - position
    apart -= np.round(apart)
    return apart


def _onto_special_position(
    site: ListedSite, reading: SymmetryReading, matrix: np.ndarray
) -> tuple[np.ndarray, float]:
    """A site's position moved to the mean of its images nearby, and how far that is in Å."""
    start = position = np.array(site.position)
    for _ in range(8):
        apart = _near(position, _images(position, reading))
        close = np.linalg.norm(apart @ matrix, axis=1) < MERGED_ANGSTROM
        mean = apart[close].mean(axis=0)
        position = position + mean
        if np.linalg.norm(mean @ matrix) < 1e-9:
            break
    shift = float(np.linalg.norm((position - start) @ matrix))
    return (position, shift) if shift > 1e-9 else (start, 0.0)


def _orbit(
    position: np.ndarray, site: ListedSite, reading: SymmetryReading, matrix: np.ndarray
) -> np.ndarray:
    images = _images(position, reading)
    fixed = np.linalg.norm(_near(position, images) @ matrix, axis=1) < MERGED_ANGSTROM
    positions: list[np.ndarray] = []
    left = images
    while len(left):
        apart = np.linalg.norm(_near(left[0], left) @ matrix, axis=1)
        positions.append(left[0])
        left = left[apart >= MERGED_ANGSTROM]
    if len(positions) * int(fixed.sum()) != len(images):
        raise StructureFileError(
            f"images of {site.name} lie about {MERGED_ANGSTROM} Å apart, neither one atom nor "
            "several: give its coordinates to more digits"
        )
    return np.array(positions)
