"""Wyckoff positions of the 230 space groups, in their standard settings.

Standard settings: unique axis b and cell choice 1, hexagonal axes for rhombohedral groups,
origin choice 2. ``wyckoff_positions.csv`` holds letter, multiplicity and first coordinate
triplet of the 1,731 positions (International Tables A, as carried by pyxtal 1.1.5, MIT). The
other triplets follow from the group's operations, which moyopy gives; a test holds the two
sources to each other.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from crystal_llm.errors import SymmetryError

# moyopy warns of each tolerance that it tries ("Omitted … symmetry operations"); the last word,
# found or not found, is what it returns.
logging.getLogger("moyo").setLevel(logging.ERROR)

LETTERS = "abcdefghijklmnopqrstuvwxyzA"
"""Wyckoff letters in their order; the 27th, of Pmmm alone, is written A."""

_TRIPLET_TERM = re.compile(r"([+-]?)(\d*)([xyz])|([+-]?\d+(?:/\d+)?)")
_TWELFTHS_OF_A_HALF = 24  # every translation in the tables is a multiple of 1/24


@dataclass(frozen=True, slots=True, eq=False)
class WyckoffPosition:
    """One Wyckoff position of a space group.

    Attributes:
        letter: Wyckoff letter.
        multiplicity: Sites in the conventional cell.
        triplet: First coordinate triplet, such as ``x 1/4 z``.
        free_axes: Axes (0, 1, 2) whose coordinate is free in the first triplet.
        linear: Linear parts of all triplets, shape (multiplicity, 3, 3).
        shifts: Translations of all triplets, shape (multiplicity, 3).
        in_primitive_cell: Indices of the triplets that no centring translation leads to from
            an earlier one: the orbit's sites in the primitive cell.
    """

    letter: str
    multiplicity: int
    triplet: str
    free_axes: tuple[int, ...]
    linear: NDArray[np.float64]
    shifts: NDArray[np.float64]
    in_primitive_cell: tuple[int, ...]

    @property
    def name(self) -> str:
        """Multiplicity and letter, such as ``8d``."""
        return f"{self.multiplicity}{self.letter}"

    def representative(self, free_coordinates: tuple[float, ...]) -> NDArray[np.float64]:
        """The site that the free coordinates describe, shape (3,)."""
        point = np.zeros(3)
        point[list(self.free_axes)] = free_coordinates
        return np.asarray(self.linear[0] @ point + self.shifts[0])

    def sites(self, free_coordinates: tuple[float, ...]) -> NDArray[np.float64]:
        """All sites of the orbit in [0, 1), shape (multiplicity, 3)."""
        point = np.zeros(3)
        point[list(self.free_axes)] = free_coordinates
        return (self.linear @ point + self.shifts) % 1.0


@dataclass(frozen=True, slots=True)
class SiteSymmetry:
    """What leaves a site of a Wyckoff position where it is.

    Attributes:
        kinds: Its operations by determinant and trace of the rotation, which tell the 32 point
            groups apart in any setting.
        fixed: Whether the position leaves no coordinate free.
    """

    kinds: Counter[tuple[int, int]]
    fixed: bool

    @staticmethod
    def kinds_of(rotations: NDArray[np.float64]) -> Counter[tuple[int, int]]:
        """Determinants and traces of rotations, shape (n, 3, 3), each with its number."""
        determinants = np.rint(np.linalg.det(rotations)).astype(int)
        traces = np.rint(np.trace(rotations, axis1=1, axis2=2)).astype(int)
        return Counter(zip(determinants.tolist(), traces.tolist(), strict=True))


@lru_cache(maxsize=230)
def site_symmetries(spacegroup_number: int) -> dict[str, SiteSymmetry]:
    """The site symmetry of each position of a space group, by letter.

    Raises:
        SymmetryError: The number is not within 1 to 230.
    """
    rotations, translations = operations(spacegroup_number)
    symmetries = {}
    for letter, _, triplet in _table()[spacegroup_number]:
        linear, shift = _affine(triplet)
        moved = rotations @ shift + translations - shift
        stays = (rotations @ linear == linear).all(axis=(1, 2))
        stays &= (np.abs(moved - np.rint(moved)) < 1e-6).all(axis=1)
        symmetries[letter] = SiteSymmetry(
            SiteSymmetry.kinds_of(rotations[stays].astype(float)), not linear.any()
        )
    return symmetries


@lru_cache(maxsize=230)
def wyckoff_positions(spacegroup_number: int) -> dict[str, WyckoffPosition]:
    """The positions of a space group by letter, from the most special to the general one.

    Raises:
        SymmetryError: The number is not within 1 to 230.
    """
    rotations, translations = operations(spacegroup_number)
    lattice_points = translations[(rotations == np.eye(3)).all(axis=(1, 2))]
    centring = np.rint(lattice_points * _TWELFTHS_OF_A_HALF).astype(int)
    positions = {}
    for letter, multiplicity, triplet in _table()[spacegroup_number]:
        linear, shift = _affine(triplet)
        # Two operations give one site where their images of the triplet agree modulo 1.
        images: dict[tuple[int, ...], None] = {}
        for rotation, translation in zip(rotations, translations, strict=True):
            moved = np.rint((rotation @ shift + translation) * _TWELFTHS_OF_A_HALF).astype(int)
            key = (*(rotation @ linear).ravel(), *(moved % _TWELFTHS_OF_A_HALF))
            images[tuple(int(value) for value in key)] = None
        table = np.array(list(images), dtype=float)
        positions[letter] = WyckoffPosition(
            letter,
            multiplicity,
            triplet,
            tuple(axis for axis in range(3) if linear[:, axis].any()),
            table[:, :9].reshape(-1, 3, 3),
            table[:, 9:] / _TWELFTHS_OF_A_HALF,
            _modulo_centring(list(images), centring),
        )
    return positions


@lru_cache(maxsize=230)
def operations(spacegroup_number: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rotations (n, 3, 3) and translations (n, 3) on the conventional cell, centring included.

    The identity stands first.

    Raises:
        SymmetryError: The number is not within 1 to 230.
    """
    import moyopy

    refuse_other_spacegroups(spacegroup_number)
    operations = moyopy.operations_from_number(spacegroup_number, setting=moyopy.Setting.standard())
    translations = np.array(operations.translations)
    twelfths = np.rint(translations * _TWELFTHS_OF_A_HALF) / _TWELFTHS_OF_A_HALF
    return np.array(operations.rotations), twelfths


@lru_cache(maxsize=230)
def polar_axes(spacegroup_number: int) -> tuple[int, ...]:
    """Axes along which every choice of the origin is as good as any other."""
    rotations, _ = operations(spacegroup_number)
    unit = np.eye(3)
    return tuple(axis for axis in range(3) if (rotations @ unit[axis] == unit[axis]).all())


@lru_cache(maxsize=230)
def centring_multiplicity(spacegroup_number: int) -> int:
    """Primitive cells in the conventional one: 1, 2, 3 or 4."""
    rotations, _ = operations(spacegroup_number)
    return int((rotations == np.eye(3)).all(axis=(1, 2)).sum())


def multiplicities(spacegroup_number: int) -> dict[str, int]:
    """Multiplicities by letter, from the table alone; the last is the general position's.

    Raises:
        SymmetryError: The number is not within 1 to 230.
    """
    refuse_other_spacegroups(spacegroup_number)
    return {letter: multiplicity for letter, multiplicity, _ in _table()[spacegroup_number]}


def refuse_other_spacegroups(number: int) -> None:
    """Raises SymmetryError for a number outside 1 to 230."""
    if not 1 <= number <= 230:
        raise SymmetryError(f"there is no space group {number}: the numbers are 1 to 230")


def _modulo_centring(images: list[tuple[int, ...]], centring: NDArray[np.int64]) -> tuple[int, ...]:
    known: set[tuple[int, ...]] = set()
    distinct = []
    for index, image in enumerate(images):
        if image in known:
            continue
        distinct.append(index)
        for shift in centring:
            moved = (np.array(image[9:]) + shift) % _TWELFTHS_OF_A_HALF
            known.add((*image[:9], *(int(value) for value in moved)))
    return tuple(distinct)


@lru_cache(maxsize=1)
def _table() -> dict[int, list[tuple[str, int, str]]]:
    text = resources.files(__package__).joinpath("wyckoff_positions.csv").read_text("ascii")
    table: dict[int, list[tuple[str, int, str]]] = {}
    for line in text.splitlines()[1:]:
        number, letter, multiplicity, triplet = line.split(",")
        table.setdefault(int(number), []).append((letter, int(multiplicity), triplet))
    return table


def _affine(triplet: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Linear part and translation of a coordinate triplet such as ``x 2x 1/4``."""
    linear = np.zeros((3, 3), dtype=int)
    shift = np.zeros(3)
    for row, word in enumerate(triplet.split(" ")):
        for sign, factor, variable, number in _TRIPLET_TERM.findall(word):
            if variable:
                share = int(factor or 1) * (-1 if sign == "-" else 1)
                linear[row, "xyz".index(variable)] += share
            else:
                top, _, bottom = number.partition("/")
                shift[row] += int(top) / int(bottom or 1)
    return linear, shift
