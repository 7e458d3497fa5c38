"""From the text of a structure file to a crystal, strictly.

Runs inside the limited process of :mod:`crystal_llm.io.parsing_process`: a hostile file
may cost a parser any amount of time and memory. What a parser would mend, guess or leave
out in silence is refused by the readers of each format, or told as a remark, since a wrong
crystal is worse than none.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

import numpy as np

from crystal_llm.crystal.disorder import DisorderedCrystal
from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import SeveralCrystalsError, StructureFileError
from crystal_llm.io.cif_blocks import crystal_blocks
from crystal_llm.io.crystal_check import (
    MAX_LENGTH_ANGSTROM,
    MAX_READ_ATOMS,
    checked_crystal,
    close_remarks,
)
from crystal_llm.io.crystal_reading import CrystalReading, FailedReading, failed_reading_error
from crystal_llm.io.recognition import ENDINGS, crystal_of_text, format_of_text
from crystal_llm.types import PlainCrystal

STRUCTURE_FORMATS = ("cif", "poscar", "json", "xyz", "ase", "text")
"""What can be read: CIF, VASP's POSCAR/CONTCAR, pymatgen's JSON, extended XYZ, ASE's database, and
crystal text as models write it."""

_NAMES = {
    "cif": "CIF",
    "poscar": "POSCAR",
    "xyz": "extended XYZ",
    "json": "JSON",
}
"""Formats as a reader calls them, keys of :data:`~crystal_llm.io.recognition.ENDINGS`."""


def read_structure(text: str, format: str) -> CrystalReading:
    """The one crystal that a structure file describes.

    Oxidation states, magnetic moments and every other label fall away; D and T are
    hydrogen; the atoms stand in the order of the file.

    Args:
        text: The whole file; an ASE database in base64.
        format: One of :data:`STRUCTURE_FORMATS`.

    Raises:
        StructureFileError: The text does not describe one ordered crystal.
    """
    readings = read_structures(text, format)
    if len(readings) > 1:
        if format == "xyz":
            from crystal_llm.io.extended_xyz import read_extended_xyz

            read_extended_xyz(text)  # says on which line the second begins
        raise SeveralCrystalsError(f"holds {len(readings)} crystals: give a file with one of them")
    only = readings[0]
    if isinstance(only, FailedReading):
        raise failed_reading_error(only)
    return only


def read_structures(text: str, format: str) -> list[CrystalReading | FailedReading]:
    """All crystals of a file; CIFs of several blocks, XYZ of several frames and ASE databases.

    Args:
        text: The whole file; an ASE database in base64.
        format: One of :data:`STRUCTURE_FORMATS`.

    Raises:
        StructureFileError: It is no such file, or its one crystal cannot be read.
    """
    if format not in STRUCTURE_FORMATS:
        raise StructureFileError(
            f"format {format!r} is not read: use {', '.join(STRUCTURE_FORMATS)}"
        )
    if not text.strip():
        raise StructureFileError("the file is empty")
    try:
        return [_with_remarks(reading) for reading in _read(text, format)]
    except StructureFileError as error:
        other = _other_format(text, format)
        if other is None:
            raise
        raise StructureFileError(
            f"named as {_NAMES[format]}, but its content looks like {other}: name it "
            f"*{ENDINGS[other]}"
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # libraries raise any kind on a broken file
        said = " ".join(str(error).split())[:120]
        raise StructureFileError(
            f"not readable as {format.upper()} ({said or type(error).__name__})"
        ) from error


def _other_format(text: str, format: str) -> str | None:
    """The format that a text looks like, as :data:`ENDINGS` has it, where that is not the named."""
    if format not in _NAMES:
        return None
    looks = format_of_text(text)
    return None if looks in (None, _NAMES[format]) else looks


def _with_remarks(reading: CrystalReading | FailedReading) -> CrystalReading | FailedReading:
    """A reading with what is said of any crystal, whatever its format."""
    if isinstance(reading, FailedReading):
        return reading
    return replace(reading, remarks=(*reading.remarks, *close_remarks(reading.crystal)))


def read_disordered(text: str, format: str) -> DisorderedCrystal:
    """The crystal of a file whose sites may be shared or partly empty.

    Args:
        text: The whole file.
        format: One of :data:`STRUCTURE_FORMATS`; of them, CIF and pymatgen's JSON can say so.

    Raises:
        StructureFileError: The text describes no such crystal, or one of impossible values.
    """
    if format == "cif":
        from crystal_llm.io.cif_reading import read_disordered_cif

        disordered = read_disordered_cif(text)
    elif format == "json":
        from crystal_llm.io.pymatgen_json import read_disordered_json

        disordered = read_disordered_json(text)
    else:
        raise StructureFileError(f"a file of the format {format} has no occupancies")
    # Split positions lie near one another: only what is true of each site alone is checked.
    thickest = np.abs(disordered.matrix).max(initial=0.0)
    if not (np.isfinite(disordered.matrix).all() and thickest <= MAX_LENGTH_ANGSTROM):
        raise StructureFileError(f"the lattice is not of numbers up to {MAX_LENGTH_ANGSTROM} Å")
    if len(disordered.occupants) > MAX_READ_ATOMS or not disordered.occupants:
        raise StructureFileError(
            f"the cell has {len(disordered.occupants)} sites; 1 to {MAX_READ_ATOMS} are read"
        )
    return disordered


def _read(text: str, format: str) -> list[CrystalReading | FailedReading]:
    if format == "cif":
        return _cif_readings(text)
    if format == "poscar":
        from crystal_llm.io.poscar import read_poscar

        return [read_poscar(text)]
    if format == "xyz":
        return _frame_readings(text)
    if format == "json":
        from crystal_llm.io.pymatgen_json import read_json

        return read_json(text)
    if format == "text":
        return [_read_crystal_text(text)]
    from crystal_llm.io.ase_database import read_ase_database

    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise StructureFileError("not an ASE database") from error
    return read_ase_database(content)


def _read_crystal_text(text: str) -> CrystalReading:
    crystal = crystal_of_text(text)
    if crystal is None:
        raise StructureFileError("is no crystal text")
    positions = np.array(crystal.fractional_coordinates).reshape(-1, 3)
    checked_crystal(lattice_matrix(crystal), crystal.species, positions)
    return CrystalReading(crystal)


def _frame_readings(text: str) -> list[CrystalReading | FailedReading]:
    """The crystal of each frame of an extended XYZ; a bad frame stops no other."""
    from crystal_llm.io.extended_xyz import read_extended_xyz, xyz_frames

    try:
        return [read_extended_xyz(text)]
    except SeveralCrystalsError:
        readings: list[CrystalReading | FailedReading] = []
        for number, frame in enumerate(xyz_frames(text), start=1):
            name = f"frame {number}"
            try:
                readings.append(replace(read_extended_xyz(frame), name=name))
            except StructureFileError as error:
                # The frame's own lines are not the file's.
                readings.append(FailedReading(name, error.reason))
        return readings


def _cif_readings(text: str) -> list[CrystalReading | FailedReading]:
    """The crystal of each block that lists atoms; a bad block stops no other."""
    from crystal_llm.io.cif_reading import read_cif

    try:
        return [read_cif(text)]
    except SeveralCrystalsError:
        readings: list[CrystalReading | FailedReading] = []
        for name, block in crystal_blocks(text, most=None).items():
            try:
                readings.append(replace(read_cif(block), name=name))
            except StructureFileError as error:
                # The block's own lines are not the file's.
                readings.append(FailedReading(name, error.reason, getattr(error, "crystal", None)))
        return readings


def closest_pair(crystal: PlainCrystal, within_angstrom: float) -> tuple[int, int, float] | None:
    """The two sites nearest to one another, periodic images included.

    Args:
        crystal: The crystal to look at.
        within_angstrom: How far to look.

    Returns:
        Their indices and distance in Å; None where no two are so near. A site that is
        near its own image appears as both.
    """
    from crystal_llm.crystal.conversion import structure

    first, second, _, distances = structure(crystal).get_neighbor_list(within_angstrom)
    if not len(distances):
        return None
    nearest = int(np.argmin(distances))
    pair = sorted((int(first[nearest]), int(second[nearest])))
    return pair[0], pair[1], float(distances[nearest])
