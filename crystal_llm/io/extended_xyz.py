"""Extended XYZ, the format of ASE and of most atomistic programs: written, and read by ASE.

Its head is looked at first: ASE takes a molecule for a crystal whose edges are those of a
box, and the first of several frames for the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS, isotope_free
from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import SeveralCrystalsError, StructureFileError
from crystal_llm.io.crystal_check import (
    FULL_OCCUPANCY_TOLERANCE,
    MAX_READ_ATOMS,
    SAME_ANGSTROM,
    checked_crystal,
    periodic_distance,
)
from crystal_llm.io.crystal_reading import CrystalReading
from crystal_llm.io.plain_characters import PLAIN_CHARACTERS
from crystal_llm.types import PlainCrystal

# Python refuses to read numbers of some thousand digits; none that is meant has so many.
MAX_DIGITS = 6

_OCCUPANCIES = ("occupancy", "occupancies", "occ", "occu")

_FRACTIONS = (
    *("scaled_positions", "scaled_pos", "spos", "frac_coords", "frac_pos", "frac", "fractional"),
    *("fractional_positions", "fractional_coordinates", "abc"),
)
"""What programs call fractional coordinates beside the Cartesian ones."""

_KNOWN = frozenset(ELEMENTS)
_LATTICE = re.compile(r"(?<!\S)Lattice\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_PROPERTIES = re.compile(r"(?<!\S)Properties\s*=\s*\"?([^\s\"]+)", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:length_?)?units?\s*=\s*[\"']?([A-Za-z.Å]+)", re.IGNORECASE)
_OTHER_UNITS = ("bohr", "bohrs", "au", "a.u", "atomic", "nm", "pm")
_OPEN = re.compile(
    r"\bboundary\s*=\s*[\"']?[pfsm\s]*[fsm]|\b(?:periodic|nperiodic)\s*=\s*[\"']?(?:f|0|1\b|2\b)",
    re.IGNORECASE,
)
"""Other programs' words for what pbc says."""
_SHARED = re.compile(r"\boccupancy\s*=.*?:\s*0?\.\d", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[^\w\s])(Lattice|Properties|pbc)\s*=", re.IGNORECASE)
_PERIODIC = re.compile(r"(?<!\S)pbc\s*=\s*(\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE)


def extended_xyz(
    crystal: PlainCrystal,
    energy_ev: float | None = None,
    forces_ev_per_angstrom: Sequence[tuple[float, float, float]] = (),
) -> str:
    """A crystal as extended XYZ, lengths in Å, as ASE and the trainers of potentials read it.

    Args:
        crystal: The crystal.
        energy_ev: Energy of its cell.
        forces_ev_per_angstrom: One a site, in the orientation of the crystal's
            :func:`~crystal_llm.crystal.reduction.lattice_matrix`; or none.
    """
    matrix = lattice_matrix(crystal)
    positions = np.array(crystal.fractional_coordinates) @ matrix
    lattice = " ".join(f"{value:.10f}" for value in matrix.ravel())
    has_forces = len(forces_ev_per_angstrom) == len(crystal.species)
    columns = "species:S:1:pos:R:3" + (":forces:R:3" if has_forces else "")
    energy = "" if energy_ev is None else f" energy={energy_ev:.10f}"
    lines = [
        str(len(crystal.species)),
        f'Lattice="{lattice}" Properties={columns}{energy} pbc="T T T"',
    ]
    for site, (symbol, (x, y, z)) in enumerate(zip(crystal.species, positions, strict=True)):
        line = f"{symbol} {x:.10f} {y:.10f} {z:.10f}"
        if has_forces:
            line += "".join(f" {force:.6f}" for force in forces_ev_per_angstrom[site])
        lines.append(line)
    return "\n".join(lines) + "\n"


def read_extended_xyz(text: str) -> CrystalReading:
    """The crystal of an extended XYZ file, its sites in the order of the file.

    Raises:
        StructureFileError: It holds none or several, a molecule or a slab, or a crystal that
            cannot be.
    """
    from ase.io.extxyz import read_xyz

    lines = text.translate(PLAIN_CHARACTERS).splitlines()
    atoms = _atom_count(lines)
    comment = lines[1]
    glued = _GLUED.search(comment)
    if glued is not None:  # ASE takes energy=-3.4.Lattice for one word
        raise StructureFileError(f"put a blank before {glued[1]}=", 2)
    lattice = _LATTICE.search(comment)
    if len(_LATTICE.findall(comment)) > 1:
        raise StructureFileError("gives Lattice more than once: keep the one that is meant", 2)
    if lattice is None and re.search(r"(?<!\S)Lattice\s*=", comment, re.IGNORECASE):
        raise StructureFileError('Lattice must be nine numbers in quotes: Lattice="…"', 2)
    if lattice is None:
        raise StructureFileError(
            'no Lattice="…": a plain XYZ file is a molecule; give extended XYZ, CIF or POSCAR', 2
        )
    _refuse_molecule(comment)
    _refuse_other_meanings(comment)
    matrix = np.array(_numbers(lattice[1].split(), 9, "the lattice", 2)).reshape(3, 3)
    if abs(float(np.linalg.det(matrix))) < 1e-3:
        raise StructureFileError("the lattice has no volume", 2)
    species, rows = _columns_read(lines[2 : atoms + 2], comment)
    _refuse_other_fractions(lines[2 : atoms + 2], comment, matrix)
    # ASE gets what was understood and nothing else: no info, no arrays, no keys to interpret.
    plain = [
        str(atoms),
        f'Lattice="{lattice[1]}" Properties=species:S:1:pos:R:3 pbc="T T T"',
        *rows,
    ]
    try:
        frame = next(iter(read_xyz(io.StringIO("\n".join(plain) + "\n"), 0)))
    except Exception as error:  # ASE raises several kinds on a broken file
        said = " ".join(str(error).split())[:120]
        raise StructureFileError(f"not readable as extended XYZ ({said})") from error
    positions = np.linalg.solve(matrix.T, np.array(frame.positions).T).T
    return CrystalReading(checked_crystal(matrix, species, positions))


def xyz_frames(text: str) -> list[str]:
    """The text of each frame: a number of atoms, a comment, so many lines.

    Where no number of atoms stands the rest is the last frame, for its reader to refuse.
    """
    lines = text.splitlines()
    frames: list[str] = []
    place = 0
    while place < len(lines):
        count = lines[place].strip()
        if not count:
            place += 1
            continue
        end = place + int(count) + 2 if _is_small_number(count) else len(lines)
        frames.append("\n".join(lines[place:end]) + "\n")
        place = end
    return frames


def _atom_count(lines: list[str]) -> int:
    count = lines[0].strip() if lines else ""
    if not _is_small_number(count) or not 1 <= int(count) <= MAX_READ_ATOMS:
        raise StructureFileError(f"must be the number of atoms, from 1 to {MAX_READ_ATOMS}", 1)
    atoms = int(count)
    if len(lines) < atoms + 2:
        raise StructureFileError(f"says {atoms} atoms, but has {max(len(lines) - 2, 0)}", 1)
    further = [line for line in lines[atoms + 2 :] if line.strip()]
    if further:
        if _is_small_number(further[0].strip()):
            raise SeveralCrystalsError(
                "holds several frames: write the one that is meant to a file of its own", atoms + 3
            )
        raise StructureFileError(f"says {atoms} atoms, but lists more", 1)
    return atoms


def _refuse_molecule(comment: str) -> None:
    said = _PERIODIC.search(comment)
    if said is None:
        return
    words = re.findall(r"true|false|[TF01]", said[1], re.IGNORECASE)
    periodic = [word.lower() in ("t", "true", "1") for word in words]
    if len(periodic) != 3:
        raise StructureFileError('pbc must be three of T and F, such as "T T T"', 2)
    if not any(periodic):
        raise StructureFileError("a molecule (pbc F F F), not a crystal: it has no lattice", 2)
    if not all(periodic):
        raise StructureFileError(
            "a slab or a wire (pbc has an F), not a crystal: give a lattice in all three "
            'directions and pbc="T T T"',
            2,
        )


def _refuse_other_meanings(comment: str) -> None:
    unit = _UNIT.search(comment)
    if unit is not None and unit[1].lower().rstrip(".") in _OTHER_UNITS:
        raise StructureFileError(f"lengths in {unit[1][:20]} are not read: give them in Å", 2)
    if _OPEN.search(comment):
        raise StructureFileError("a slab, a wire or a molecule, not a crystal", 2)
    if _SHARED.search(comment):
        raise StructureFileError(
            "its occupancy says that sites are shared: only ordered crystals are read, every site "
            "fully occupied",
            2,
        )


def _columns_read(lines: list[str], comment: str) -> tuple[list[str], list[str]]:
    """Elements, and the lines with element and position alone; a site must be full."""
    places = _columns(comment)
    symbol_column, position_column = places["species"][0], places["pos"][0]
    shares = [places[name][0] for name in _OCCUPANCIES if name in places]
    width = max(column + size for column, size in places.values())
    species, rows = [], []
    for number, line in enumerate(lines, start=3):
        words = line.split()
        if len(words) <= max(symbol_column, position_column + 2):
            raise StructureFileError("too few values: must be an element and three numbers", number)
        symbol = isotope_free(words[symbol_column])
        if symbol not in _KNOWN:
            raise StructureFileError(f"{words[symbol_column][:20]!r} is not an element", number)
        _refuse_other_number(words, places, symbol, number)
        position = words[position_column : position_column + 3]
        _numbers(position, 3, "the position", number)
        for column in shares:
            share = words[column] if column < len(words) else "missing"
            if not _is_whole_share(share):
                raise StructureFileError(
                    f"the occupancy is {share[:20]}: only ordered crystals are read, every "
                    "site fully occupied",
                    number,
                )
        if len(words) < width:
            raise StructureFileError(
                f"has {len(words)} values where Properties say {width}: is the line cut off?",
                number,
            )
        species.append(symbol)
        rows.append(" ".join([symbol, *position]))
    return species, rows


def _refuse_other_number(
    words: list[str], places: dict[str, tuple[int, int]], symbol: str, number: int
) -> None:
    """Refuses an atomic number beside an element that has another."""
    column = places.get("z", places.get("numbers", (len(words), 1)))[0]
    said = words[column] if column < len(words) else ""
    if _is_small_number(said) and int(said) != ELEMENTS.index(symbol) + 1:
        raise StructureFileError(
            f"names {symbol}, and the atomic number {said} of another element: correct one", number
        )


def _refuse_other_fractions(lines: list[str], comment: str, matrix: np.ndarray) -> None:
    """Refuses fractional coordinates, given beside ``pos``, that lie elsewhere."""
    places = _columns(comment)
    named = next((name for name in _FRACTIONS if places.get(name, (0, 0))[1] == 3), None)
    if named is None:
        return
    for number, line in enumerate(lines, start=3):
        words = line.split()
        first, start = places[named][0], places["pos"][0]
        fractions = np.array(_numbers(words[first : first + 3], 3, named, number))
        position = np.array(_numbers(words[start : start + 3], 3, "the position", number))
        distance = periodic_distance(np.linalg.solve(matrix.T, position) - fractions, matrix)
        if distance > SAME_ANGSTROM:
            raise StructureFileError(
                f"pos and {named} are {distance:.2f} Å apart: remove the wrong column", number
            )


def _columns(comment: str) -> dict[str, tuple[int, int]]:
    """First column and width of each property; the element and the coordinates are among them."""
    properties = _PROPERTIES.search(comment)
    parts = (properties[1] if properties else "species:S:1:pos:R:3").split(":")
    places: dict[str, tuple[int, int]] = {}
    column = 0
    for name, width in zip(parts[0::3], parts[2::3], strict=False):
        if not _is_small_number(width):
            raise StructureFileError("Properties cannot be read", 2)
        if name.lower() in places:
            raise StructureFileError(f"Properties name {name[:20]} twice", 2)
        places[name.lower()] = (column, int(width))
        column += int(width)
    if "species" not in places or "pos" not in places:
        raise StructureFileError("Properties name no species or no pos", 2)
    if places["pos"][1] != 3 or places["species"][1] != 1:
        raise StructureFileError("Properties must have species:S:1 and pos:R:3", 2)
    return places


def _is_small_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= MAX_DIGITS


def _is_whole_share(word: str) -> bool:
    try:
        return abs(float(word) - 1.0) <= FULL_OCCUPANCY_TOLERANCE
    except ValueError:
        return False


def _numbers(words: list[str], count: int, what: str, line: int) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) != count or not all(abs(value) <= 1e4 for value in values):
        raise StructureFileError(f"{what} must be {count} numbers in Å, at most 10,000", line)
    return values
