"""What crystallographers ask first of a crystal: volume, density, symmetry, powder pattern."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.reduction import lattice_matrix, symmetry_dataset
from crystal_llm.crystal.symmetric import crystal_system
from crystal_llm.types import PlainCrystal

COPPER_K_ALPHA_ANGSTROM = 1.54184
"""Mean wavelength of Cu Kα, as pymatgen has it."""

WAVELENGTHS_ANGSTROM = {
    "Cu Kα": COPPER_K_ALPHA_ANGSTROM,
    "Cu Kα₁": 1.54056,
    "Mo Kα": 0.71073,
    "Co Kα": 1.79026,
    "Cr Kα": 2.29100,
    "Fe Kα": 1.93735,
    "Ag Kα": 0.560885,
}
"""As pymatgen has them."""

MAX_POWDER_SITES = 400
"""Larger cells take pymatgen's sum over all reflections tens of seconds."""

MAX_REFLECTIONS = 60_000
"""Reciprocal lattice points within reach; each costs a sum over all sites."""

MIN_INTENSITY = 0.5
"""Weaker lines, of the strongest's 100, are left out."""

RESOLUTION_DEGREES = 0.02
"""Nearer lines are one: a relaxed cell misses its symmetry by less than can be measured."""

_GRAMS_PER_CUBIC_CENTIMETRE = 1.66053906660
"""Of one atomic mass unit in one Å³."""


@dataclass(frozen=True, slots=True)
class Symmetry:
    """The symmetry that spglib finds within a tolerance.

    Attributes:
        number: International number of the space group.
        symbol: International short symbol, such as ``Fm-3m``.
        system: Crystal system.
        point_group: International symbol of the point group.
        tolerance_angstrom: How far atoms may lie from where the symmetry wants them.
        wyckoff_letters: One a site.
        orbits: One a site: the index of the first site that symmetry carries it to.
        conventional: The conventional standard cell with its atoms.
    """

    number: int
    symbol: str
    system: str
    point_group: str
    tolerance_angstrom: float
    wyckoff_letters: tuple[str, ...]
    orbits: tuple[int, ...]
    conventional: PlainCrystal

    @property
    def wyckoff_positions(self) -> tuple[str, ...]:
        """One a site: multiplicity in the conventional cell and letter, such as ``4a``."""
        larger = len(self.conventional.species) / len(self.orbits)
        return tuple(
            f"{round(self.orbits.count(orbit) * larger)}{letter}"
            for orbit, letter in zip(self.orbits, self.wyckoff_letters, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Reflection:
    """One line of a powder pattern.

    Attributes:
        two_theta_degrees: Where it lies.
        intensity: Of the strongest line's 100.
        spacing_angstrom: Distance of the lattice planes.
        planes: Miller indices (hkl), each with the number of equivalent planes.
    """

    two_theta_degrees: float
    intensity: float
    spacing_angstrom: float
    planes: tuple[tuple[tuple[int, int, int], int], ...]


def volume_cubic_angstrom(crystal: PlainCrystal) -> float:
    """Volume of the cell in Å³."""
    return abs(float(np.linalg.det(lattice_matrix(crystal))))


def density_grams_per_cubic_centimetre(crystal: PlainCrystal) -> float | None:
    """Mass density in g/cm³; None where an element has no standard atomic mass."""
    masses = _masses()
    if any(symbol not in masses for symbol in crystal.species):
        return None
    mass = sum(masses[symbol] for symbol in crystal.species)
    volume = volume_cubic_angstrom(crystal)
    return None if volume <= 0.0 else _GRAMS_PER_CUBIC_CENTIMETRE * mass / volume


def symmetry(crystal: PlainCrystal, tolerance_angstrom: float) -> Symmetry | None:
    """The symmetry of a crystal within a tolerance.

    Args:
        crystal: Any cell.
        tolerance_angstrom: spglib's ``symprec``.

    Returns:
        None where spglib finds none, as for atoms that lie on each other.
    """
    dataset = symmetry_dataset(crystal, tolerance_angstrom)
    if dataset is None:
        return None
    number = int(dataset.number)
    return Symmetry(
        number=number,
        symbol=str(dataset.international),
        system=crystal_system(number),
        point_group=str(dataset.pointgroup),
        tolerance_angstrom=tolerance_angstrom,
        wyckoff_letters=tuple(str(letter) for letter in dataset.wyckoffs),
        orbits=tuple(int(orbit) for orbit in dataset.equivalent_atoms),
        conventional=_standard(dataset),
    )


def too_large_for_powder(
    crystal: PlainCrystal,
    two_theta_degrees: tuple[float, float] = (5.0, 90.0),
    wavelength_angstrom: float = COPPER_K_ALPHA_ANGSTROM,
) -> bool:
    """Whether a powder pattern would take longer than somebody waits."""
    reach = 2.0 * np.sin(np.radians(two_theta_degrees[1] / 2.0)) / wavelength_angstrom
    points = 4.0 / 3.0 * np.pi * reach**3 * volume_cubic_angstrom(crystal)
    return bool(len(crystal.species) > MAX_POWDER_SITES or points > MAX_REFLECTIONS)


def powder_pattern(
    crystal: PlainCrystal,
    two_theta_degrees: tuple[float, float] = (5.0, 90.0),
    wavelength_angstrom: float = COPPER_K_ALPHA_ANGSTROM,
) -> tuple[Reflection, ...]:
    """The X-ray powder pattern, without thermal motion (pymatgen).

    Args:
        crystal: Any cell of at most :data:`MAX_POWDER_SITES` sites.
        two_theta_degrees: The range.
        wavelength_angstrom: The X-rays' wavelength.

    Returns:
        The lines of at least half a per cent of the strongest, by angle; empty where the
        cell is too large (:func:`too_large_for_powder`), where no scattering coefficients
        of an element are known, as of Es, and where no reflection lies in the range.
    """
    if too_large_for_powder(crystal, two_theta_degrees, wavelength_angstrom):
        return ()
    from pymatgen.analysis.diffraction.xrd import XRDCalculator

    from crystal_llm.crystal.conversion import structure

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pattern = XRDCalculator(wavelength_angstrom).get_pattern(
                structure(crystal), two_theta_range=two_theta_degrees
            )
        except ValueError:  # so pymatgen says both: no coefficients, and no reflections
            return ()
    lines = [
        Reflection(
            float(angle),
            float(intensity),
            float(spacing),
            tuple((_miller(plane["hkl"]), int(plane["multiplicity"])) for plane in planes),
        )
        for angle, intensity, spacing, planes in zip(
            pattern.x, pattern.y, pattern.d_hkls, pattern.hkls, strict=True
        )
    ]
    return _resolved(lines)


def _resolved(lines: Sequence[Reflection]) -> tuple[Reflection, ...]:
    """Lines as they can be told apart, the strongest at 100, without the weakest."""
    groups: list[list[Reflection]] = []
    for line in lines:
        first = groups[-1][0].two_theta_degrees if groups else -1.0
        if line.two_theta_degrees - first < RESOLUTION_DEGREES and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    highest = max((sum(line.intensity for line in group) for group in groups), default=1.0)
    whole = [_together(group, 100.0 / highest) for group in groups]
    return tuple(line for line in whole if line.intensity >= MIN_INTENSITY)


def _together(lines: Sequence[Reflection], scale: float) -> Reflection:
    weights = [line.intensity for line in lines]
    strongest = max(lines, key=lambda line: line.intensity)
    return Reflection(
        float(np.average([line.two_theta_degrees for line in lines], weights=weights)),
        sum(weights) * scale,
        strongest.spacing_angstrom,
        tuple(plane for line in lines for plane in line.planes),
    )


def peak_profile(
    lines: Sequence[Reflection],
    width_degrees: float,
    two_theta_degrees: tuple[float, float] = (5.0, 90.0),
) -> tuple[np.ndarray, np.ndarray]:
    """A pattern with Gaussian peaks of one width, the highest point at 100.

    Args:
        lines: The reflections.
        width_degrees: Full width at half maximum in 2θ, above 0.
        two_theta_degrees: The range.

    Returns:
        Angles and intensities, each of shape (n,).
    """
    step = min(width_degrees / 5, 0.05)
    angles = np.arange(two_theta_degrees[0], two_theta_degrees[1] + step / 2, step)
    spread = width_degrees / (2 * np.sqrt(2 * np.log(2)))
    heights = np.zeros_like(angles)
    for line in lines:
        first, last = np.searchsorted(
            angles, [line.two_theta_degrees - 5 * spread, line.two_theta_degrees + 5 * spread]
        )
        apart = (angles[first:last] - line.two_theta_degrees) / spread
        heights[first:last] += line.intensity * np.exp(-0.5 * apart**2)
    highest = heights.max(initial=0.0)
    return angles, heights * (100.0 / highest) if highest > 0 else heights


def _miller(indices: Any) -> tuple[int, int, int]:
    numbers = [int(index) for index in indices]
    if len(numbers) == 4:  # hexagonal cells come with the redundant third index
        del numbers[2]
    h, k, l = numbers  # noqa: E741  as crystallographers write them
    return h, k, l


def _standard(dataset: Any) -> PlainCrystal:
    from crystal_llm.crystal.reduction import from_lattice_matrix

    return from_lattice_matrix(
        np.array(dataset.std_lattice),
        [ELEMENTS[int(number) - 1] for number in dataset.std_types],
        np.array(dataset.std_positions),
    )


@cache
def _masses() -> dict[str, float]:
    from ase.data import atomic_masses, chemical_symbols

    return {
        symbol: float(mass) for symbol, mass in zip(chemical_symbols, atomic_masses, strict=True)
    }
