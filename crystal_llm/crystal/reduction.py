"""Niggli-reduced primitive cells, which the method trains and judges on.

The atoms keep their order, and nothing is idealised: positions are those of the input,
written in another basis.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.types import PlainCrystal

SPACEGROUP_SYMPREC_ANGSTROM = 0.1
"""The tolerance with which the Materials Project names a space group."""

_NUMBER = {symbol: number for number, symbol in enumerate(ELEMENTS, start=1)}


def lattice_matrix(crystal: PlainCrystal) -> np.ndarray:
    """Lattice vectors as rows, Å, shape (3, 3): a along x, b in the xy plane."""
    a, b, c = crystal.lengths_angstrom
    alpha, beta, gamma = np.radians(crystal.angles_degrees)
    cx = c * np.cos(beta)
    cy = c * (np.cos(alpha) - np.cos(beta) * np.cos(gamma)) / np.sin(gamma)
    cz = np.sqrt(max(c * c - cx * cx - cy * cy, 0.0))
    return np.array([[a, 0.0, 0.0], [b * np.cos(gamma), b * np.sin(gamma), 0.0], [cx, cy, cz]])


def from_lattice_matrix(
    matrix: np.ndarray, species: Sequence[str], positions: np.ndarray
) -> PlainCrystal:
    """A crystal from lattice vectors, without turning it into its mirror image.

    Args:
        matrix: Lattice vectors as rows, Å, shape (3, 3), of either handedness.
        species: Element symbols, one a site.
        positions: Fractional coordinates, shape (n, 3).

    Returns:
        The crystal, its coordinates wrapped into [0, 1).
    """
    # Lengths and angles say nothing of handedness and are read as right-handed. Inverting
    # all three vectors and all coordinates leaves every atom where it is.
    if np.linalg.det(matrix) < 0.0:
        matrix, positions = -matrix, -positions
    lengths = np.linalg.norm(matrix, axis=1)
    cosines = [
        matrix[i] @ matrix[j] / (lengths[i] * lengths[j]) for i, j in ((1, 2), (0, 2), (0, 1))
    ]
    angles = np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
    # Twice: a coordinate of -1e-17 becomes 1.0 the first time.
    wrapped = (positions % 1.0) % 1.0
    return PlainCrystal(
        (float(lengths[0]), float(lengths[1]), float(lengths[2])),
        (float(angles[0]), float(angles[1]), float(angles[2])),
        tuple(species),
        tuple((float(x), float(y), float(z)) for x, y, z in wrapped),
    )


def niggli_primitive(crystal: PlainCrystal, symprec_angstrom: float = 0.01) -> PlainCrystal:
    """The Niggli-reduced primitive cell of a crystal.

    Args:
        crystal: Any cell.
        symprec_angstrom: Tolerance of the search for a smaller cell (spglib).

    Returns:
        The reduced cell; the input's own cell, reduced, where spglib finds no symmetry.
    """
    import spglib

    matrix = lattice_matrix(crystal)
    positions = np.array(crystal.fractional_coordinates, dtype=float)
    species = list(crystal.species)
    dataset = symmetry_dataset(crystal, symprec_angstrom)
    if dataset is not None and len(set(dataset.mapping_to_primitive)) < len(species):
        primitive = np.asarray(dataset.primitive_lattice)
        # The first atom of each class of translation-equivalent ones, in the given order.
        _, keep = np.unique(dataset.mapping_to_primitive, return_index=True)
        keep.sort()
        positions = positions[keep] @ matrix @ np.linalg.inv(primitive)
        species = [species[index] for index in keep]
        matrix = primitive
    try:
        reduced = spglib.niggli_reduce(matrix)
    except spglib.SpglibError:
        reduced = None
    if reduced is not None:
        positions = positions @ matrix @ np.linalg.inv(reduced)
        matrix = np.asarray(reduced)
    return from_lattice_matrix(matrix, species, positions)


def spacegroup_number(
    crystal: PlainCrystal, symprec_angstrom: float = SPACEGROUP_SYMPREC_ANGSTROM
) -> int | None:
    """The international number of a crystal's space group; None where spglib finds none."""
    dataset = symmetry_dataset(crystal, symprec_angstrom)
    return None if dataset is None else int(dataset.number)


def symmetry_dataset(crystal: PlainCrystal, symprec_angstrom: float) -> Any:
    """Spglib's symmetry dataset; None where it finds no symmetry."""
    # spglib's C part writes "… failed" to standard error whenever it tightens its
    # tolerance and tries again; this variable is its own switch for that.
    os.environ.setdefault("SPGLIB_WARNING", "OFF")
    import spglib

    cell = (
        lattice_matrix(crystal),
        np.array(crystal.fractional_coordinates, dtype=float),
        [_NUMBER[symbol] for symbol in crystal.species],
    )
    # spglib < 3 answers a failure with None unless it is told to raise; later ones raise.
    try:
        return spglib.get_symmetry_dataset(cell, symprec_angstrom)
    except spglib.SpglibError:
        return None
