"""Extended XYZ, the format of ASE and of most atomistic programs: written, and read strictly.

Only what describes a crystal is read: the lattice, the elements and the positions. The
text is taken apart by hand, so that nothing in it can run or grow.
"""

from __future__ import annotations

import re

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import StructureFileError
from crystal_llm.io.structure_parsing import MAX_ATOMS, checked_crystal, refuse_duplicates
from crystal_llm.types import PlainCrystal

# Python refuses to read numbers of some thousand digits; none that is meant has so many.
MAX_DIGITS = 6

_KNOWN = frozenset(ELEMENTS)
_LATTICE = re.compile(r'Lattice\s*=\s*"([^"]*)"', re.IGNORECASE)
_PROPERTIES = re.compile(r"Properties\s*=\s*\"?([^\s\"]+)", re.IGNORECASE)


def extended_xyz(crystal: PlainCrystal) -> str:
    """A crystal as extended XYZ, lengths in Å."""
    matrix = lattice_matrix(crystal)
    positions = np.array(crystal.fractional_coordinates) @ matrix
    lattice = " ".join(f"{value:.10f}" for value in matrix.ravel())
    lines = [
        str(len(crystal.species)),
        f'Lattice="{lattice}" Properties=species:S:1:pos:R:3 pbc="T T T"',
    ]
    lines += [
        f"{symbol} {x:.10f} {y:.10f} {z:.10f}"
        for symbol, (x, y, z) in zip(crystal.species, positions, strict=True)
    ]
    return "\n".join(lines) + "\n"


def read_extended_xyz(text: str) -> PlainCrystal:
    """The first crystal of an extended XYZ file.

    Raises:
        StructureFileError: It holds none, or one that is not periodic, too large, too thin,
            or has two atoms at one place.
    """
    lines = text.splitlines()
    count = lines[0].strip() if lines else ""
    if not _is_small_number(count) or not 1 <= int(count) <= MAX_ATOMS:
        raise StructureFileError(f"must be the number of atoms, from 1 to {MAX_ATOMS}", 1)
    atoms = int(count)
    if len(lines) < atoms + 2:
        raise StructureFileError(f"says {atoms} atoms, but has {max(len(lines) - 2, 0)}", 1)
    lattice = _LATTICE.search(lines[1])
    if lattice is None:
        raise StructureFileError(
            'no Lattice="…": a plain XYZ file is a molecule; give extended XYZ, CIF or POSCAR', 2
        )
    matrix = np.array(_numbers(lattice.group(1).split(), 9, 2)).reshape(3, 3)
    if abs(float(np.linalg.det(matrix))) < 1e-3:
        raise StructureFileError("the lattice has no volume", 2)
    symbol_column, position_column = _columns(lines[1])
    species, positions = [], []
    for number, line in enumerate(lines[2 : atoms + 2], start=3):
        words = line.split()
        if len(words) <= max(symbol_column, position_column + 2):
            raise StructureFileError("too few values: must be an element and three numbers", number)
        if words[symbol_column] not in _KNOWN:
            raise StructureFileError(f"{words[symbol_column][:20]!r} is not an element", number)
        species.append(words[symbol_column])
        positions.append(_numbers(words[position_column : position_column + 3], 3, number))
    fractional = np.array(positions) @ np.linalg.inv(matrix)
    crystal = checked_crystal(matrix, species, fractional)
    refuse_duplicates(crystal)
    return crystal


def _columns(comment: str) -> tuple[int, int]:
    """Columns of the element and of the first coordinate."""
    found = _PROPERTIES.search(comment)
    parts = (found.group(1) if found else "species:S:1:pos:R:3").split(":")
    places: dict[str, int] = {}
    column = 0
    for name, width in zip(parts[0::3], parts[2::3], strict=False):
        if not _is_small_number(width):
            raise StructureFileError("Properties cannot be read", 2)
        places[name.lower()] = column
        column += int(width)
    if "species" not in places or "pos" not in places:
        raise StructureFileError("Properties name no species or no pos", 2)
    return places["species"], places["pos"]


def _is_small_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= MAX_DIGITS


def _numbers(words: list[str], count: int, line: int) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) != count or not all(abs(value) <= 1e4 for value in values):
        raise StructureFileError(f"must be {count} numbers of Å, at most 10,000", line)
    return values
