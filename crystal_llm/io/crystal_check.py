"""The check that every crystal passes after it was read, whatever the door and the format.

A crystal that is impossible was most likely misread, or its file is damaged: it is refused
here, with the sites named as the file lists them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.reduction import from_lattice_matrix, lattice_matrix
from crystal_llm.errors import ImplausibleCrystalError, StructureFileError
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, PlainCrystal

MAX_READ_ATOMS = 1000
"""Atoms in one cell."""

MIN_THICKNESS_ANGSTROM = 0.1
MAX_LENGTH_ANGSTROM = 9999.9
"""What a crystal text can say of a cell."""

MAX_DENSITY_G_PER_CM3 = 40.0
"""Osmium, the densest element, has 22.6; a compressed crystal may have more."""

MIN_DENSITY_G_PER_CM3 = 5e-5
"""A crystal whose lengths are in pm seems to have a millionth of its density, at most 2.3e-5; an
atom in a box for calculations has more."""

FULL_OCCUPANCY_TOLERANCE = 1e-6 + 1e-12
"""A share of a site this near to 1, 0.999999 included, is all of it; programs round."""

CLOSEST_SHARE_OF_RADII = 0.6
"""Of the sum of two atoms' covalent radii; chemistry keeps them farther apart."""

FAR_CELLS = 2.0
"""Coordinates beyond so many cells are told: Å where fractions are asked for look like that."""

TWICE_ANGSTROM = 0.1
"""Two atoms of one element nearer than this are one atom written twice."""

SAME_ANGSTROM = 0.05
"""Coordinates given twice, fractional and Cartesian, may differ by rounding."""

_KNOWN = frozenset(ELEMENTS)
_GRAMS_PER_DALTON = 1.66053906660
"""In g/cm³ for one dalton in one Å³."""

_IMAGES = np.array(np.meshgrid(*[(-1, 0, 1)] * 3, indexing="ij")).reshape(3, -1).T


def checked_crystal(
    matrix: np.ndarray,
    species: Sequence[str],
    positions: np.ndarray,
    names: Sequence[str] | None = None,
) -> PlainCrystal:
    """The crystal of a lattice and its sites, if there can be such a crystal.

    Args:
        matrix: Lattice vectors as rows, Å, shape (3, 3).
        species: Element symbols, one a site.
        positions: Fractional coordinates, shape (n, 3).
        names: What the file calls each site; ``site 3 (Na)`` where it does not.

    Raises:
        StructureFileError: Something is no number or no element, there are no atoms or too
            many, or the cell is too thin or too long.
        ImplausibleCrystalError: Two atoms are nearer than 0.5 Å, or the density is that of no
            crystal.
    """
    species = list(species)
    if matrix.shape != (3, 3):
        raise StructureFileError("the lattice is not three vectors of three numbers")
    if not np.isfinite(matrix).all():
        raise StructureFileError("a lattice length or angle is not a finite number")
    if not species:
        raise StructureFileError("the file lists no atoms")
    if len(species) > MAX_READ_ATOMS:
        raise StructureFileError(
            f"the cell has {len(species)} atoms; at most {MAX_READ_ATOMS} are read: "
            "give a smaller cell"
        )
    called = names or [f"site {n} ({symbol})" for n, symbol in enumerate(species)]
    for name, symbol, position in zip(called, species, positions, strict=True):
        if symbol not in _KNOWN:
            raise StructureFileError(f"{name}: {symbol[:20]!r} is not an element")
        if not np.isfinite(position).all():
            raise StructureFileError(f"{name}: a coordinate is not a number")
        if np.abs(position).max() > MAX_LENGTH_ANGSTROM:
            raise StructureFileError(f"{name}: a coordinate lies thousands of cells away")
    edges = np.linalg.norm(matrix, axis=1)
    faces = np.linalg.norm(np.cross(matrix[[1, 2, 0]], matrix[[2, 0, 1]]), axis=1)
    thinnest = abs(float(np.linalg.det(matrix))) / max(float(faces.max()), 1e-12)
    # A flat cell has no volume, and its atoms have images without end within reach.
    if thinnest < MIN_THICKNESS_ANGSTROM or edges.max() > MAX_LENGTH_ANGSTROM:
        raise StructureFileError(
            f"the cell is {thinnest:.3g} Å thin and {edges.max():.5g} Å long; at least "
            f"{MIN_THICKNESS_ANGSTROM} Å and at most {MAX_LENGTH_ANGSTROM} Å are read"
        )
    crystal = from_lattice_matrix(matrix, species, positions)
    doubt = _doubt(matrix, species, positions, called)
    if doubt is not None:
        raise ImplausibleCrystalError(doubt, crystal)
    return crystal


def _doubt(
    matrix: np.ndarray, species: Sequence[str], positions: np.ndarray, names: Sequence[str]
) -> str | None:
    """Why there is hardly such a crystal; None where there may be."""
    density = density_g_per_cm3(matrix, species)
    if density > MAX_DENSITY_G_PER_CM3:
        return (
            f"the density is {density:.1f} g/cm³, more than any crystal has: are the lengths in Å, "
            "and is every atom listed once?"
        )
    close = too_close(matrix, species, positions, names)
    if close is None and density < MIN_DENSITY_G_PER_CM3:
        return (
            f"the density is {density:.1g} g/cm³, far less than that of any crystal: are the "
            "lengths in Å?"
        )
    return close


def far_remarks(kind: str, positions: np.ndarray) -> tuple[str, ...]:
    """What is said of fractional coordinates that look like Å; nothing of others.

    Args:
        kind: What the file calls them.
        positions: Fractional coordinates as the file gives them, shape (n, 3).
    """
    if not is_far(positions):
        return ()
    return (
        f"{kind} up to {np.abs(positions).max():.3g} cells away, taken into the cell: are they "
        "Cartesian?",
    )


def is_far(positions: np.ndarray) -> bool:
    """Whether fractional coordinates lie so many cells away that they may be Å."""
    return bool((np.abs(positions) >= FAR_CELLS).any())


def periodic_distance(apart: np.ndarray, matrix: np.ndarray) -> float:
    """Length in Å of a difference of fractional coordinates, whole cells dropped."""
    return float(np.linalg.norm((apart - np.round(apart)) @ matrix))


def density_g_per_cm3(matrix: np.ndarray, species: Sequence[str]) -> float:
    """Density of a cell that holds these atoms."""
    mass = cell_mass_daltons(species)
    return mass / abs(float(np.linalg.det(matrix))) * _GRAMS_PER_DALTON


def cell_mass_daltons(species: Sequence[str]) -> float:
    """Mass of these atoms, each of its element's mean."""
    from ase.data import atomic_masses, atomic_numbers

    return sum(float(atomic_masses[atomic_numbers[symbol]]) for symbol in species)


def close_remarks(crystal: PlainCrystal) -> tuple[str, ...]:
    """What is said of a crystal whose atoms come nearer than chemistry lets them.

    Of 2,500 known crystals five have atoms within :data:`CLOSEST_SHARE_OF_RADII`; Å read as
    fractions, or fractions as Å, mostly have.
    """
    matrix = lattice_matrix(crystal)
    positions = np.array(crystal.fractional_coordinates)
    nearest = nearest_by_radii(matrix, crystal.species, positions)
    if nearest is None:
        return ()
    first, second, distance = nearest
    pair = f"site {first} ({crystal.species[first]})"
    pair += " and its image" if first == second else f" and {second} ({crystal.species[second]})"
    return (
        f"{pair} are {distance:.2f} Å apart, nearer than in known crystals: are cell, symmetry and "
        "coordinates right?",
    )


def nearest_by_radii(
    matrix: np.ndarray, species: Sequence[str], positions: np.ndarray
) -> tuple[int, int, float] | None:
    """The two sites nearest by their covalent radii; None where all keep the usual distance.

    Args:
        matrix: Lattice vectors as rows, Å, shape (3, 3).
        species: Element symbols, one a site.
        positions: Fractional coordinates, shape (n, 3).

    Returns:
        Their indices and distance in Å; a site that is near its own image appears as both.
    """
    from ase.data import atomic_numbers, covalent_radii

    radii = np.array([covalent_radii[atomic_numbers[symbol]] for symbol in species])
    return _nearest(matrix, positions, CLOSEST_SHARE_OF_RADII * radii)


def nearest_sites(
    matrix: np.ndarray, positions: np.ndarray, within_angstrom: float = MIN_DISTANCE_ANGSTROM
) -> tuple[int, int, float] | None:
    """The two sites nearest to one another, periodic images included.

    Args:
        matrix: Lattice vectors as rows, Å, shape (3, 3).
        positions: Fractional coordinates, shape (n, 3).
        within_angstrom: How far to look, up to about the shortest lattice vector.

    Returns:
        Their indices and distance in Å; None where no two are so near. A site that is near
        its own image appears as both.
    """
    return _nearest(matrix, positions, np.full(len(positions), within_angstrom / 2))


def _nearest(
    matrix: np.ndarray, positions: np.ndarray, radii: np.ndarray
) -> tuple[int, int, float] | None:
    """The pair whose distance is the smallest share of the sum of its radii, where below 1."""
    matrix, positions = _reduced(matrix, positions)
    length = float(np.linalg.norm(matrix, axis=1).min())
    largest = int(radii.argmax())
    reach = 2 * float(radii[largest])
    best = (largest, largest, length) if length < reach else None
    share = min(length / reach, 1.0)
    volume = abs(float(np.linalg.det(matrix)))
    faces = np.linalg.norm(np.cross(matrix[[1, 2, 0]], matrix[[2, 0, 1]]), axis=1)
    # Along an axis that is thick enough, the rounded image is the nearest.
    thick = volume / faces > 2.0 * reach
    images = _IMAGES[(_IMAGES[:, thick] == 0).all(axis=1)]
    # A row at a time: all pairs at once would take a thousand atoms' square in memory.
    for index in range(len(positions) - 1):
        apart = positions[index + 1 :] - positions[index]
        apart -= np.round(apart)
        shifted = apart[:, None] + images
        distances = np.linalg.norm(shifted @ matrix, axis=2).min(axis=1)
        shares = distances / (radii[index] + radii[index + 1 :])
        place = int(shares.argmin())
        if shares[place] < share:
            best = (index, index + 1 + place, float(distances[place]))
            share = float(shares[place])
    return best


def _reduced(matrix: np.ndarray, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same crystal in a Niggli-reduced lattice, where near atoms are in near cells."""
    import spglib

    try:
        reduced = spglib.niggli_reduce(matrix)
    except spglib.SpglibError:
        reduced = None
    if reduced is None:
        return matrix, positions
    return np.asarray(reduced), positions @ matrix @ np.linalg.inv(reduced)


def too_close(
    matrix: np.ndarray, species: Sequence[str], positions: np.ndarray, names: Sequence[str]
) -> str | None:
    """Which two atoms come closer than those of any crystal; None where none do.

    Args:
        matrix: Lattice vectors as rows, Å, shape (3, 3).
        species: Element symbols, one a site.
        positions: Fractional coordinates, shape (n, 3).
        names: What the file calls each site.
    """
    nearest = nearest_sites(matrix, positions)
    if nearest is None:
        return None
    first, second, distance = nearest
    if names[first] == names[second]:
        return (
            f"images of {names[first]} are {distance:.3f} Å apart; atoms of a crystal keep at "
            f"least {MIN_DISTANCE_ANGSTROM} Å: correct the cell, its symmetry or the coordinates"
        )
    pair = f"{names[first]} and {names[second]} are {distance:.3f} Å apart"
    if distance < TWICE_ANGSTROM and species[first] == species[second]:
        return f"{pair}: one atom written twice? Remove one of them"
    if distance < TWICE_ANGSTROM:
        return f"{pair}: two elements on the same site are disordered; order the structure first"
    return (
        f"{pair}; atoms of a crystal keep at least {MIN_DISTANCE_ANGSTROM} Å: correct the "
        "coordinates or the cell"
    )
