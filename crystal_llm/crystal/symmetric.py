"""A crystal by its symmetry: space group, free lattice parameters, one entry an orbit.

It says the same crystal as a list of all sites, in the standard setting of its group. Where a
group leaves the origin open along an axis (polar groups), the first orbit stands at zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from crystal_llm.crystal.wyckoff import (
    WyckoffPosition,
    operations,
    refuse_other_spacegroups,
    wyckoff_positions,
)
from crystal_llm.errors import SymmetryError
from crystal_llm.types import PlainCrystal, Vector

_BY_ELECTRONEGATIVITY = """
Fr Cs K Rb Ba Ra Na Sr Li Ca La Tb Yb Ac Ce Pr Pm Nd Sm Eu Gd Y Dy Ho Er Tm Lu Pu Hf Th Am Cm Bk
Cf Es Fm Md No Lr Mg Zr Sc Np U Ta Pa Ti Mn Be Nb Al Tl V Zn Cr Cd In Ga Fe Co Si Cu Tc Re Ni Ag
Sn Hg Po Ge Bi B Sb Te Mo As P H Ru Pd Os Ir At Rn Rh Pt Pb W Au C Se S Xe I Br Kr N Cl O F He
Ne Ar Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
"""

HIDDEN = "[?]"
"""Stands for an element that is neither told nor asked for."""

MASKED = "[MASK]"
"""Stands for the element that is asked for; both come after all elements."""

ELECTRONEGATIVITY_ORDER: dict[str, int] = {
    symbol: rank for rank, symbol in enumerate((*_BY_ELECTRONEGATIVITY.split(), HIDDEN, MASKED))
}
"""Rank of each element by Pauling electronegativity; those without a value come last."""

LATTICE_PARAMETERS: dict[str, tuple[str, ...]] = {
    "triclinic": ("a", "b", "c", "alpha", "beta", "gamma"),
    "monoclinic": ("a", "b", "c", "beta"),
    "orthorhombic": ("a", "b", "c"),
    "tetragonal": ("a", "c"),
    "trigonal": ("a", "c"),
    "hexagonal": ("a", "c"),
    "cubic": ("a",),
}
"""Free lattice parameters of each crystal system."""


@dataclass(frozen=True, slots=True)
class Orbit:
    """Sites that the group's operations carry into each other.

    Attributes:
        element: Element symbol, or :data:`MASKED`.
        letter: Wyckoff letter.
        coordinates: Free fractional coordinates of one site of the position's first form.
    """

    element: str
    letter: str
    coordinates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SymmetricCrystal:
    """A crystal in the standard setting of its space group.

    Attributes:
        spacegroup_number: International number, 1 to 230.
        lattice: Free lattice parameters in Å and degrees, as :func:`free_lattice_parameters`
            names them.
        orbits: The orbits, in the order in which they are written.
    """

    spacegroup_number: int
    lattice: tuple[float, ...]
    orbits: tuple[Orbit, ...]

    @property
    def positions(self) -> tuple[WyckoffPosition, ...]:
        """The Wyckoff position of each orbit."""
        table = wyckoff_positions(self.spacegroup_number)
        return tuple(table[orbit.letter] for orbit in self.orbits)


def crystal_system(spacegroup_number: int) -> str:
    """The crystal system of a space group: ``triclinic`` to ``cubic``."""
    refuse_other_spacegroups(spacegroup_number)
    last_numbers = (2, 15, 74, 142, 167, 194, 230)
    return list(LATTICE_PARAMETERS)[
        next(place for place, last in enumerate(last_numbers) if spacegroup_number <= last)
    ]


def free_lattice_parameters(spacegroup_number: int) -> tuple[str, ...]:
    """Names of the lattice parameters that a group leaves free (rhombohedral: hexagonal axes)."""
    return LATTICE_PARAMETERS[crystal_system(spacegroup_number)]


def conventional_parameters(
    spacegroup_number: int, lattice: Sequence[float]
) -> tuple[Vector, Vector]:
    """Lengths (Å) and angles (degrees) of the conventional cell from its free parameters."""
    system = crystal_system(spacegroup_number)
    values = dict(zip(LATTICE_PARAMETERS[system], lattice, strict=True))
    a = values["a"]
    third = a if system == "cubic" else values["c"]
    gamma = 120.0 if system in ("trigonal", "hexagonal") else 90.0
    return (
        (a, values.get("b", a), third),
        (values.get("alpha", 90.0), values.get("beta", 90.0), values.get("gamma", gamma)),
    )


def plain_crystal(crystal: SymmetricCrystal, *, primitive: bool = True) -> PlainCrystal:
    """All sites of a crystal, in the primitive cell or in the conventional one.

    Sites stand orbit by orbit. The primitive cell is the one of the group's standard
    setting, not yet reduced.
    """
    number = crystal.spacegroup_number
    lengths, angles = conventional_parameters(number, crystal.lattice)
    centring = _primitive_vectors(number)
    reduces = primitive and len(centring) > 0
    species: list[str] = []
    blocks = []
    for orbit, position in zip(crystal.orbits, crystal.positions, strict=True):
        sites = position.sites(orbit.coordinates)
        if reduces:
            # By triplets, not by coordinates: sites that coincide stay two, and are seen.
            sites = sites[list(position.in_primitive_cell)]
        blocks.append(sites)
        species += [orbit.element] * len(sites)
    sites = np.concatenate(blocks)
    if not reduces:
        return PlainCrystal(lengths, angles, tuple(species), _vectors(sites))
    # Rows of `centring` are the primitive vectors in terms of the conventional ones.
    vectors = centring @ cell_vectors(lengths, angles)
    inside = sites @ np.linalg.inv(centring) % 1.0
    return PlainCrystal(*cell_parameters(vectors), tuple(species), _vectors(inside))


def cell_vectors(lengths: Sequence[float], angles: Sequence[float]) -> NDArray[np.float64]:
    """Lattice vectors as rows, Å, with a along x and b in the xy plane."""
    a, b, c = lengths
    cos_alpha, cos_beta, cos_gamma = (math.cos(math.radians(angle)) for angle in angles)
    sin_gamma = math.sin(math.radians(angles[2]))
    x = c * cos_beta
    y = c * (cos_alpha - cos_beta * cos_gamma) / sin_gamma
    height = c * c - x * x - y * y
    if height <= 0.0:
        raise SymmetryError(f"the angles {tuple(angles)} enclose no volume")
    return np.array([[a, 0.0, 0.0], [b * cos_gamma, b * sin_gamma, 0.0], [x, y, math.sqrt(height)]])


def cell_parameters(vectors: NDArray[np.float64]) -> tuple[Vector, Vector]:
    """Lengths (Å) and angles (degrees) of lattice vectors given as rows."""
    lengths = np.linalg.norm(vectors, axis=1)
    angles = []
    for first, second in ((1, 2), (0, 2), (0, 1)):
        cosine = vectors[first] @ vectors[second] / (lengths[first] * lengths[second])
        angles.append(math.degrees(math.acos(max(-1.0, min(1.0, float(cosine))))))
    a, b, c = (float(length) for length in lengths)
    return (a, b, c), (angles[0], angles[1], angles[2])


@lru_cache(maxsize=230)
def _primitive_vectors(number: int) -> NDArray[np.float64]:
    """Primitive vectors in terms of the conventional ones, as rows; empty for P groups."""
    rotations, translations = operations(number)
    centring = translations[(rotations == np.eye(3)).all(axis=(1, 2))]
    if len(centring) == 1:
        return np.zeros((0, 3))
    symbol: dict[tuple[float, ...], str] = {
        (0.0, 0.5, 0.5): "A",
        (0.5, 0.0, 0.5): "B",
        (0.5, 0.5, 0.0): "C",
        (0.5, 0.5, 0.5): "I",
    }
    if len(centring) == 4:
        return np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]])
    if len(centring) == 3:  # obverse setting of hexagonal axes
        return np.array([[2.0, 1.0, 1.0], [-1.0, 1.0, 1.0], [-1.0, -2.0, 1.0]]) / 3.0
    x, y, z = (float(value) for value in next(row for row in centring if row.any()) % 1.0)
    return {
        "A": np.array([[1.0, 0.0, 0.0], [0.0, 0.5, -0.5], [0.0, 0.5, 0.5]]),
        "B": np.array([[0.5, 0.0, -0.5], [0.0, 1.0, 0.0], [0.5, 0.0, 0.5]]),
        "C": np.array([[0.5, 0.5, 0.0], [-0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]),
        "I": np.array([[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]]),
    }[symbol[x, y, z]]


def _vectors(rows: NDArray[np.float64]) -> tuple[Vector, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in rows)
