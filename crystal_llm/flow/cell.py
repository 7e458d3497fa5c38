"""The cell in which a crystal is refined: primitive and Niggli-reduced."""

from __future__ import annotations

import numpy as np

from crystal_llm.crystal.check import angles_make_a_cell
from crystal_llm.crystal.reduction import from_lattice_matrix, lattice_matrix, niggli_primitive
from crystal_llm.errors import FlowError
from crystal_llm.types import PlainCrystal

_LEAST, _MOST = 59.5, 120.5
"""Degrees; what rounding makes of 60 and 120."""

_LEAST_VOLUME_CUBIC_ANGSTROM = 0.1


def refined_cell(crystal: PlainCrystal) -> PlainCrystal:
    """A crystal in its primitive, Niggli-reduced cell.

    Raises:
        FlowError: It has no volume, or cannot be reduced.
    """
    checked_cell(crystal)
    reduced = niggli_primitive(crystal)
    _check_reduced(reduced)
    return reduced


def niggli_cell(crystal: PlainCrystal) -> PlainCrystal:
    """A crystal in a Niggli-reduced cell with all the atoms it has.

    Raises:
        FlowError: It has no volume, or cannot be reduced.
    """
    import spglib

    checked_cell(crystal)
    matrix = lattice_matrix(crystal)
    try:
        reduced = spglib.niggli_reduce(matrix)
    except spglib.SpglibError:
        reduced = None
    if reduced is None:
        raise FlowError("the cell cannot be Niggli-reduced")
    positions = np.array(crystal.fractional_coordinates, dtype=float)
    positions = positions @ matrix @ np.linalg.inv(reduced)
    cell = from_lattice_matrix(np.asarray(reduced), crystal.species, positions)
    _check_reduced(cell)
    return cell


def checked_cell(crystal: PlainCrystal) -> PlainCrystal:
    """The crystal itself.

    Raises:
        FlowError: It has no atoms, a number is not finite, or the cell has no volume.
    """
    if not crystal.species:
        raise FlowError("the crystal has no atoms")
    numbers = (*crystal.lengths_angstrom, *crystal.angles_degrees)
    flat = (value for site in crystal.fractional_coordinates for value in site)
    if not np.isfinite([*numbers, *flat]).all():
        raise FlowError("a length, angle or coordinate is not a finite number")
    flawed = min(crystal.lengths_angstrom) <= 0 or not angles_make_a_cell(*crystal.angles_degrees)
    if flawed or np.linalg.det(lattice_matrix(crystal)) < _LEAST_VOLUME_CUBIC_ANGSTROM:
        raise FlowError("the lattice encloses no volume")
    return crystal


def _check_reduced(crystal: PlainCrystal) -> None:
    angles = crystal.angles_degrees
    if not all(_LEAST <= angle <= _MOST for angle in angles) or not angles_make_a_cell(*angles):
        raise FlowError("the cell cannot be Niggli-reduced")
