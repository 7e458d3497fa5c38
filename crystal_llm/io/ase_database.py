"""Crystals of an ASE database (SQLite), as ``ase db`` and this program's export write it.

The bytes are opened in memory, without a file, and only numbers, positions, cell and
periodicity are taken: ASE's own reader would decode whatever else a row holds.
"""

from __future__ import annotations

import sqlite3

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.errors import StructureFileError
from crystal_llm.io.crystal_check import checked_crystal
from crystal_llm.io.crystal_reading import CrystalReading, FailedReading

BEGINNING = b"SQLite format 3\x00"
_MAX_CRYSTALS = 10_000
_PERIODIC = 7
"""All three directions, one bit each."""


def read_ase_database(content: bytes) -> list[CrystalReading | FailedReading]:
    """Every crystal of a database, in the order of its rows; a bad row stops no other.

    Raises:
        StructureFileError: It is no such database, or is empty.
    """
    if not content.startswith(BEGINNING):
        raise StructureFileError("not an ASE database: only its SQLite form (*.db) is read")
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        rows = connection.execute(
            "SELECT id, numbers, positions, cell, pbc FROM systems ORDER BY id LIMIT ?",
            (_MAX_CRYSTALS + 1,),
        ).fetchall()
    except sqlite3.Error as error:
        raise StructureFileError(f"not an ASE database ({error}): write one with ase.db") from error
    finally:
        connection.close()
    if not rows:
        raise StructureFileError("the database holds no crystal")
    if len(rows) > _MAX_CRYSTALS:
        raise StructureFileError(f"holds more than {_MAX_CRYSTALS:,} crystals: write fewer")
    return [_reading(*row) for row in rows]


def _reading(
    number: object, numbers: object, positions: object, cell: object, periodic: object
) -> CrystalReading | FailedReading:
    name = f"row {number}"
    try:
        if periodic != _PERIODIC:
            raise StructureFileError("a molecule, wire or slab (pbc is not T T T), not a crystal")
        species = []
        for atomic_number in _array(numbers, "<i4"):
            if not 1 <= atomic_number <= len(ELEMENTS):
                raise StructureFileError(f"atomic number {atomic_number} is no element")
            species.append(ELEMENTS[int(atomic_number) - 1])
        matrix = _array(cell, "<f8")
        cartesian = _array(positions, "<f8")
        if matrix.size != 9 or cartesian.size != 3 * len(species):
            raise StructureFileError("the row is damaged: its arrays do not fit one another")
        matrix = matrix.reshape(3, 3)
        if not abs(float(np.linalg.det(matrix))) > 1e-9:
            raise StructureFileError("the lattice has no volume")
        fractional = np.linalg.solve(matrix.T, cartesian.reshape(-1, 3).T).T
        return CrystalReading(checked_crystal(matrix, species, fractional), name=name)
    except StructureFileError as error:
        return FailedReading(name, str(error), getattr(error, "crystal", None))


def _array(blob: object, kind: str) -> np.ndarray:
    if not isinstance(blob, bytes) or len(blob) % np.dtype(kind).itemsize:
        raise StructureFileError("the row is damaged: an array is missing or cut off")
    return np.frombuffer(blob, kind)
