"""Finding the symmetry of a list of sites: its group, and its orbits in the standard setting."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crystal_llm.crystal.descriptions import arranged
from crystal_llm.crystal.symmetric import (
    ELECTRONEGATIVITY_ORDER,
    Orbit,
    SymmetricCrystal,
    cell_parameters,
    cell_vectors,
    free_lattice_parameters,
)
from crystal_llm.crystal.wyckoff import wyckoff_positions
from crystal_llm.errors import SymmetryError
from crystal_llm.types import PlainCrystal

_SYMMETRY_TOLERANCE_ANGSTROM = 0.05
"""Displacement within which an operation counts as a symmetry of a crystal."""

_SITE_TOLERANCE_ANGSTROM = 0.1


def symmetric_crystal(
    crystal: PlainCrystal,
    *,
    tolerance_angstrom: float = _SYMMETRY_TOLERANCE_ANGSTROM,
    generator: random.Random | None = None,
) -> SymmetricCrystal:
    """Finds the symmetry of a crystal and describes it by orbits.

    Args:
        crystal: Any cell of the crystal; species may be :data:`MASKED`.
        tolerance_angstrom: How far a site may lie from its symmetric place.
        generator: Draws one of the equivalent descriptions; None takes the canonical one.

    Raises:
        SymmetryError: No group is found, or its orbits do not account for all sites.
    """
    standard = standard_setting(crystal, tolerance_angstrom=tolerance_angstrom)
    return arranged(standard.crystal, generator)


@dataclass(frozen=True, slots=True, eq=False)
class StandardSetting:
    """A crystal in the standard setting of its group, and the way back to the cell it came in.

    Attributes:
        crystal: Its orbits, special positions first, where the setting has them.
        linear: Shape (3, 3); x = ``linear`` · x' + ``origin`` takes fractional coordinates of
            the standard cell to those of the given one.
        origin: Shape (3,).
    """

    crystal: SymmetricCrystal
    linear: NDArray[np.float64]
    origin: NDArray[np.float64]


def standard_setting(
    crystal: PlainCrystal, *, tolerance_angstrom: float = _SYMMETRY_TOLERANCE_ANGSTROM
) -> StandardSetting:
    """Finds the symmetry of a crystal; arguments and errors of :func:`symmetric_crystal`."""
    import moyopy

    _refuse_flaws(crystal)
    symbols = list(dict.fromkeys(crystal.species))
    cell = moyopy.Cell(
        cell_vectors(crystal.lengths_angstrom, crystal.angles_degrees).tolist(),
        [list(position) for position in crystal.fractional_coordinates],
        [symbols.index(symbol) for symbol in crystal.species],
    )
    try:
        dataset = moyopy.MoyoDataset(
            cell, symprec=tolerance_angstrom, setting=moyopy.Setting.standard()
        )
    except ValueError as error:
        raise SymmetryError(f"no space group is found ({error})") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust, and no Exception
            raise
        raise SymmetryError("no space group is found (moyopy gave up)") from error
    standard = dataset.std_cell
    basis = np.array(standard.basis)
    sites = np.array(standard.positions) % 1.0
    species = [symbols[number] for number in standard.numbers]
    orbits = _orbits(dataset.number, basis, sites, species)
    lattice = _free_values(dataset.number, basis)
    return StandardSetting(
        SymmetricCrystal(dataset.number, lattice, tuple(orbits)),
        np.array(dataset.std_linear),
        np.array(dataset.std_origin_shift),
    )


def _refuse_flaws(crystal: PlainCrystal) -> None:
    if not crystal.species:
        raise SymmetryError("the crystal has no atoms")
    strange = next((s for s in crystal.species if s not in ELECTRONEGATIVITY_ORDER), None)
    if strange is not None:
        raise SymmetryError(f"{strange!r} is not an element")
    numbers = [*crystal.lengths_angstrom, *crystal.angles_degrees]
    for position in crystal.fractional_coordinates:
        numbers += position
    if not all(math.isfinite(number) for number in numbers):
        raise SymmetryError("a lattice parameter or coordinate is not a finite number")


def _orbits(
    number: int,
    basis: NDArray[np.float64],
    sites: NDArray[np.float64],
    species: list[str],
) -> list[Orbit]:
    """Parts the sites of a conventional cell into orbits, special positions first."""
    labels = np.array([ELECTRONEGATIVITY_ORDER[symbol] for symbol in species])
    unplaced = np.ones(len(sites), dtype=bool)
    orbits = []
    for position in wyckoff_positions(number).values():
        if position.multiplicity > unplaced.sum():
            continue
        deviation = sites @ position.linear[0].T + position.shifts[0] - sites
        deviation = (deviation - np.round(deviation)) @ basis
        of_form = np.linalg.norm(deviation, axis=1) <= _SITE_TOLERANCE_ANGSTROM
        for index in np.flatnonzero(of_form & unplaced):
            if not unplaced[index]:
                continue
            free = tuple(float(sites[index, axis]) for axis in position.free_axes)
            alike = np.flatnonzero(unplaced & (labels == labels[index]))
            if len(alike) < position.multiplicity:
                continue
            difference = position.sites(free)[:, None, :] - sites[alike][None, :, :]
            difference = (difference - np.round(difference)) @ basis
            distance = np.linalg.norm(difference, axis=2)
            nearest = distance.argmin(axis=1)
            if (
                distance[np.arange(len(nearest)), nearest].max() <= _SITE_TOLERANCE_ANGSTROM
                and len(set(nearest.tolist())) == position.multiplicity
            ):
                unplaced[alike[nearest]] = False
                orbits.append(Orbit(species[index], position.letter, free))
    if unplaced.any():
        raise SymmetryError(
            f"{int(unplaced.sum())} of {len(sites)} sites belong to no orbit of group {number}"
        )
    return orbits


def _free_values(number: int, basis: NDArray[np.float64]) -> tuple[float, ...]:
    (a, b, c), (alpha, beta, gamma) = cell_parameters(basis)
    values = {"a": a, "b": b, "c": c, "alpha": alpha, "beta": beta, "gamma": gamma}
    return tuple(values[name] for name in free_lattice_parameters(number))
