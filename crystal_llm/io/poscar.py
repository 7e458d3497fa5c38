"""VASP's POSCAR and CONTCAR, read by ASE after their header was looked at.

ASE takes names and counts that differ, and what looks like an element; VASP's own rules
are kept here, and everything else is refused with its line.
"""

from __future__ import annotations

import io
import math
import re

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS, isotope_free
from crystal_llm.errors import StructureFileError
from crystal_llm.io.crystal_check import MAX_READ_ATOMS, checked_crystal, far_remarks
from crystal_llm.io.crystal_reading import CrystalReading
from crystal_llm.io.plain_characters import PLAIN_CHARACTERS

_KNOWN = frozenset(ELEMENTS)
_HEADER_LINES = 7
_FORTRAN_EXPONENT = re.compile(r"(?<=[\d.])[dD](?=[+-]?\d)")
_MODE = re.compile(r"\s*(?:[dfck]\b|dir|fra|car|kar)", re.IGNORECASE)
"""How Direct (fractional) and Cartesian coordinates begin. VASP takes whatever else it finds there
for Direct, which whoever wrote Angstrom did not mean, and Crystal for Cartesian."""

_UNIT = re.compile(r"\b(?:bohr|a\.?u\.?|nm|pm)\b", re.IGNORECASE)
_SHARES = re.compile(r"[A-Z][a-z]?\s*=\s*0?\.\d|[A-Z][a-z]?\d*\s*,\s*[A-Z][a-z]?")

_FURTHER_FRAME = re.compile(r"\s*direct configuration", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def read_poscar(text: str) -> CrystalReading:
    """The crystal of a POSCAR, its sites in the order of the file.

    One scale factor, a negative one (the volume) and three are read, as are selective
    dynamics, Cartesian coordinates, comments after ``!`` or ``#``, and names with the
    suffixes of potentials (``Na_pv``, ``Na/1f2e``).

    Raises:
        StructureFileError: The text is not such a file, names no elements (VASP 4), or
            describes no crystal.
    """
    from ase.io.vasp import read_vasp

    plain = text.translate(PLAIN_CHARACTERS)
    lines = [re.split("[!#]", line)[0].rstrip() for line in plain.splitlines()]
    lines[:1] = ["crystal"]  # a comment; ASE would look for elements in it
    if len(lines) <= _HEADER_LINES:
        raise StructureFileError("fewer lines than the counts of atoms ask for, or no header")
    for place in (*range(1, 5), *range(_HEADER_LINES, len(lines))):
        lines[place] = _FORTRAN_EXPONENT.sub("e", lines[place])
    for place in range(1, 5):
        unit = _UNIT.search(lines[place])
        if unit is not None:
            raise StructureFileError(
                f"lengths in {unit[0]} are not read: give the lattice and the scale factor in Å",
                place + 1,
            )
    matrix = [_numbers(lines[n], 3, n + 1) for n in (2, 3, 4)]
    lines[1] = _scale(lines[1], np.array(matrix))
    species = _species(lines)
    lines[5] = " ".join(symbol for symbol, _ in species)
    lines[6] = " ".join(str(count) for _, count in species)
    symbols = [symbol for symbol, count in species for _ in range(count)]
    end = _check_sites(lines, symbols)
    try:
        atoms = read_vasp(io.StringIO("\n".join(lines[:end]) + "\n"))
    except Exception as error:  # ASE raises several kinds on a broken file
        said = " ".join(str(error).split())[:120]
        raise StructureFileError(
            f"not readable as POSCAR ({said or type(error).__name__})"
        ) from error
    cell = np.array(atoms.cell)
    if abs(float(np.linalg.det(cell))) < 1e-9:
        raise StructureFileError("the lattice has no volume", 3)
    positions = np.linalg.solve(cell.T, np.array(atoms.positions).T).T
    remarks = () if _is_cartesian(lines) else far_remarks("Direct coordinates", positions)
    return CrystalReading(checked_crystal(cell, symbols, positions), remarks)


def _scale(line: str, matrix: np.ndarray) -> str:
    """The scale factors as ASE reads them; a negative one is made positive here."""
    words = line.split()
    values = []
    for word in words:
        try:
            values.append(float(word))
        except ValueError:
            break
    if len(values) not in (1, 3) or not all(math.isfinite(value) for value in values):
        raise StructureFileError("must be one scale factor, or three", 2)
    if len(values) == 1 and values[0] < 0:
        volume = float(np.linalg.det(matrix))
        if volume < -1e-9:
            # VASP stops here, and others turn the crystal into its mirror image.
            raise StructureFileError(
                "the lattice vectors are left-handed, which a scale by volume does not allow: "
                "exchange two of them, and their coordinates",
                3,
            )
        if volume < 1e-9:
            raise StructureFileError("the lattice has no volume", 3)
        values = [float(np.cbrt(-values[0] / volume))]
    if not all(1e-6 < value < 1e6 for value in values):
        raise StructureFileError(
            "a scale factor must be above 0; a single negative one is the volume", 2
        )
    return " ".join(f"{value:.17g}" for value in values)


def _species(lines: list[str]) -> list[tuple[str, int]]:
    names, counts = lines[5].split(), lines[6].split()
    if names and all(name.isdecimal() for name in names):
        raise StructureFileError(
            "names no elements (VASP 4): write the element symbols in the line above the counts", 6
        )
    if not names:
        raise StructureFileError("must be the element symbols", 6)
    if not counts or not all(re.fullmatch(r"\d{1,9}", count) for count in counts):
        raise StructureFileError("must be the counts of atoms", 7)
    if len(names) != len(counts):
        raise StructureFileError(
            f"has {len(counts)} counts for {len(names)} elements: give one for each", 7
        )
    amounts = []
    for name, count in zip(names, counts, strict=True):
        symbol = isotope_free(re.split("[_/]", name)[0])
        if re.search("_[A-Z][a-z]", name) and name.split("_")[1][:2] in _KNOWN:
            raise StructureFileError(f"{name[:20]!r} names two elements: give each a count", 6)
        if symbol not in _KNOWN:
            raise StructureFileError(f"{name[:20]!r} is not an element", 6)
        amounts.append((symbol, int(count)))
    total = sum(count for _, count in amounts)
    if total == 0:
        raise StructureFileError("the file lists no atoms", 7)
    if total > MAX_READ_ATOMS:
        raise StructureFileError(
            f"the cell has {total} atoms; at most {MAX_READ_ATOMS} are read: give a smaller cell", 7
        )
    return amounts


def _is_cartesian(lines: list[str]) -> bool:
    mode = lines[8] if lines[7].strip()[:1] in ("S", "s") else lines[7]
    return mode.strip()[:1] in ("C", "c", "K", "k")


def _check_sites(lines: list[str], symbols: list[str]) -> int:
    """Where the sites end; velocities, or the grid of a CHGCAR, may follow."""
    atoms = len(symbols)
    selective = lines[7].strip()[:1] in ("S", "s")
    kind = 8 if selective else 7
    first = kind + 1
    if len(lines) <= kind or not _MODE.match(lines[kind]):
        raise StructureFileError("must say Direct or Cartesian", kind + 1)
    if len(lines) < first + atoms:
        raise StructureFileError(
            f"lists {max(len(lines) - first, 0)} atoms where the counts of atoms say {atoms}", 7
        )
    _refuse_other_names(lines[first : first + atoms], symbols, 6 if selective else 3, first)
    _refuse_numbered(lines[first : first + atoms], first)
    further = lines[first + atoms].split() if len(lines) > first + atoms else []
    if len(further) >= 3 and all(_NUMBER.fullmatch(word) for word in further[:3]):
        raise StructureFileError(
            f"lists more atoms than the counts of atoms say, {atoms}: correct the counts", 7
        )
    frame = next(filter(_FURTHER_FRAME.match, lines[first + atoms :]), None)
    if frame is not None:
        raise StructureFileError(
            "holds several frames (XDATCAR): write the one that is meant to a file of its own",
            lines.index(frame, first + atoms) + 1,
        )
    _refuse_second(lines, first + atoms)
    for place in range(first, first + atoms):
        _numbers(lines[place], 3, place + 1)
        if selective:
            # ASE reads the flags by their letters; whatever else stands there is dropped.
            lines[place] = " ".join([*lines[place].split()[:3], "T", "T", "T"])
        else:
            lines[place] = " ".join(lines[place].split()[:3])
    return first + atoms


def _refuse_second(lines: list[str], end: int) -> None:
    """Refuses a file to which another POSCAR was appended."""
    for place in range(end + 1, len(lines) - 4):
        scale, *vectors, names = (lines[n].split() for n in range(place, place + 5))
        numbers = [len(row) == 3 and all(map(_NUMBER.fullmatch, row)) for row in vectors]
        elements = [isotope_free(re.split("[_/]", name)[0]) in _KNOWN for name in names]
        if len(scale) in (1, 3) and all(numbers) and elements and all(elements):
            raise StructureFileError(
                "a second POSCAR begins: write the one that is meant to a file of its own", place
            )


def _refuse_numbered(sites: list[str], first: int) -> None:
    """Refuses coordinates behind the number of each atom, and sites that share elements."""
    for place, line in enumerate(sites):
        if _SHARES.search(line):
            raise StructureFileError(
                "a site has shares of elements: order the structure first", first + place + 1
            )
    rows = [line.split() for line in sites]
    numbered = all(
        len(row) > 3 and row[0] == str(place) and all(map(_NUMBER.fullmatch, row[1:4]))
        for place, row in enumerate(rows, start=1)
    )
    if numbered and len(rows) > 1:
        raise StructureFileError(
            "the atoms are numbered: give three coordinates first on each line", first + 1
        )


def _refuse_other_names(sites: list[str], symbols: list[str], column: int, first: int) -> None:
    """Refuses elements behind the coordinates, as pymatgen writes them, that the head denies."""
    for place, (line, symbol) in enumerate(zip(sites, symbols, strict=True)):
        words = line.split()
        # T and F are flags.
        element = len(words) == column + 1 or words[column : column + 1] not in ([], ["T"], ["F"])
        named = re.match("[A-Z][a-z]?", words[column]) if element else None
        if named is None or isotope_free(named[0]) not in _KNOWN:
            return  # no column of elements
        if isotope_free(named[0]) != symbol:
            raise StructureFileError(
                f"names {named[0]} where the counts of atoms say {symbol}: correct one of them",
                first + place + 1,
            )


def _numbers(line: str, count: int, number: int) -> list[float]:
    try:
        values = [float(word) for word in line.split()[:count]]
    except ValueError:
        values = []
    if len(values) != count or not all(abs(value) < 1e6 for value in values):
        raise StructureFileError(f"must be {count} numbers", number)
    return values
