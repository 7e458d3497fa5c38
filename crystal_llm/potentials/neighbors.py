"""Neighbours of the atoms, and the crystals that are refused because of them."""

from __future__ import annotations

import math

import numpy as np
from pymatgen.optimization.neighbors import find_points_in_spheres

from crystal_llm.errors import PotentialError

MAX_NEIGHBORS = 1500
"""Neighbours of an atom on average; a solid has about 100. A collapsed cell has millions."""

_SAME_POINT_ANGSTROM = 1e-8


def directed_bonds(
    fractional: np.ndarray, lattice: np.ndarray, cutoff: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bonds in both directions, sorted by centre.

    Args:
        fractional: Fractional coordinates, shape (n_atoms, 3).
        lattice: Cell vectors as rows, Å, shape (3, 3).
        cutoff: Longest bond, Å.

    Returns:
        Index of the centre and of the neighbour, shape (n_bonds,), cell of the neighbour,
        shape (n_bonds, 3), and length in Å, shape (n_bonds,).

    Raises:
        PotentialError: An atom has no neighbour, or the cell has collapsed.
    """
    check_density(len(fractional), lattice, cutoff)
    positions = np.ascontiguousarray(fractional @ lattice, dtype=float)
    center, neighbor, image, length = find_points_in_spheres(
        all_coords=positions,
        center_coords=positions,
        r=cutoff,
        pbc=np.ones(3, dtype=np.int64),
        lattice=np.ascontiguousarray(lattice, dtype=float),
        tol=_SAME_POINT_ANGSTROM,
    )
    bonded = (center != neighbor) | (length > _SAME_POINT_ANGSTROM)
    # A bond at the cutoff itself may be found from one end only, by rounding.
    bonded &= length < cutoff * (1 - 1e-9)
    by_centre = np.argsort(center[bonded], kind="stable")
    center, neighbor, image, length = (
        each[bonded][by_centre] for each in (center, neighbor, image, length)
    )
    check_bonded(len(fractional), center, cutoff)
    return center, neighbor, np.rint(image).astype(np.int64), length


def check_density(n_atoms: int, lattice: np.ndarray, cutoff: float) -> None:
    """Refuses a cell so small for its atoms that its bonds would fill the memory.

    Args:
        n_atoms: Atoms in the cell.
        lattice: Cell vectors as rows, Å, shape (3, 3).
        cutoff: Longest bond, Å.

    Raises:
        PotentialError: The cell has collapsed or is no number.
    """
    volume = abs(float(np.linalg.det(lattice)))
    neighbors = n_atoms * 4 / 3 * math.pi * cutoff**3
    # Written so that a volume that is no number is refused too.
    if not neighbors <= MAX_NEIGHBORS * volume:
        raise PotentialError(
            f"{n_atoms} atoms in {volume:.2f} Å³: the cell has collapsed or is no number"
        )


def check_bonded(n_atoms: int, centers: np.ndarray, cutoff: float) -> None:
    """Refuses atoms that a potential would take for free ones.

    Args:
        n_atoms: Atoms in the cell.
        centers: Index of the centre of each directed bond, shape (n_bonds,).
        cutoff: Longest bond, Å.

    Raises:
        PotentialError: An atom has no neighbour.
    """
    lonely = n_atoms - len(np.unique(centers))
    if lonely:
        raise PotentialError(
            f"{lonely} of {n_atoms} atoms have no neighbour within {cutoff:g} Å: "
            "the atoms lie too far apart for this potential"
        )


def check_finite(energy: float) -> float:
    """The energy, if it is a number.

    Raises:
        PotentialError: It is not.
    """
    if not math.isfinite(energy):
        raise PotentialError("the energy is not a number: atoms overlap")
    return energy
