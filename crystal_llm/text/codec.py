"""The crystal string: encode and decode, exact to the format.

One crystal is newline-separated text with nothing before and nothing after it
(CrystalLLM, arXiv 2402.04379, Section 4)::

    5.7 5.7 8.1        lattice lengths, Å, one decimal
    90 90 120          lattice angles, degrees, integers
    Na                 element of site 1
    0.00 0.25 0.73     its fractional coordinates, two decimals, in [0, 1)

Angles are rounded to the nearest integer, and coordinates are wrapped after they are
rounded, so 0.996 is written 0.00 and never 1.00.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from crystal_llm.crystal.check import angles_make_a_cell
from crystal_llm.crystal.conversion import plain, structure
from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.errors import CrystalTextError
from crystal_llm.types import PlainCrystal, Vector

if TYPE_CHECKING:
    from pymatgen.core import Structure

_LENGTH = re.compile(r"(?:0|[1-9][0-9]{0,3})\.[0-9]")
_ANGLE = re.compile(r"[1-9][0-9]{0,2}")
_COORDINATE = re.compile(r"0\.[0-9]{2}")
_KNOWN = frozenset(ELEMENTS)


def encode(structure: Structure) -> str:
    """The crystal string of a Structure.

    Raises:
        CrystalTextError: The structure cannot be written (disorder, no atoms, a length
            that rounds to 0.0, angles that round to a flat cell, a value not finite).
    """
    return encode_plain(plain(structure))


def encode_plain(crystal: PlainCrystal) -> str:
    """The crystal string of plain numbers; errors as in :func:`encode`."""
    numbers = (*crystal.lengths_angstrom, *crystal.angles_degrees)
    if not all(math.isfinite(number) for number in numbers):
        raise CrystalTextError("a lattice length or angle is not a finite number")
    if not crystal.species:
        raise CrystalTextError("the crystal has no atoms")
    lengths = [f"{length:.1f}" for length in crystal.lengths_angstrom]
    for name, length in zip("abc", lengths, strict=True):
        if not _LENGTH.fullmatch(length) or float(length) <= 0.0:
            raise CrystalTextError(f"length {name} = {length} Å is not within 0.1 to 9999.9 Å")
    angles = [math.floor(angle + 0.5) for angle in crystal.angles_degrees]
    if not angles_make_a_cell(*angles):
        raise CrystalTextError(f"the angles {angles} (rounded, degrees) enclose no volume")
    lines = [" ".join(lengths), " ".join(str(angle) for angle in angles)]
    for index, (symbol, position) in enumerate(
        zip(crystal.species, crystal.fractional_coordinates, strict=True)
    ):
        if symbol not in _KNOWN:
            raise CrystalTextError(f"site {index}: {symbol!r} is not an element")
        if not all(math.isfinite(value) for value in position):
            raise CrystalTextError(f"site {index}: a coordinate is not a finite number")
        lines.append(symbol)
        lines.append(" ".join(_coordinate(value) for value in position))
    return "\n".join(lines)


def decode(text: str) -> Structure:
    """The Structure that a crystal string says.

    Raises:
        CrystalTextError: The text breaks the format; names the line and the reason.
    """
    return structure(decode_plain(text))


def decode_plain(text: str) -> PlainCrystal:
    """The plain numbers that a crystal string says; errors as in :func:`decode`."""
    lines = text.split("\n")
    lengths = _numbers(lines, 0, _LENGTH, "three lengths with one decimal, such as '5.7 5.7 8.1'")
    if min(lengths) <= 0.0:
        raise CrystalTextError("a lattice length is zero", 1)
    angles = _numbers(lines, 1, _ANGLE, "three whole angles in degrees, such as '90 90 120'")
    if not angles_make_a_cell(*angles):
        raise CrystalTextError(f"the angles {lines[1]} enclose no volume", 2)
    if len(lines) < 4:
        raise CrystalTextError("no atom follows the lattice", len(lines))
    species: list[str] = []
    positions: list[Vector] = []
    for index in range(2, len(lines), 2):
        symbol = lines[index]
        if symbol not in _KNOWN:
            raise CrystalTextError(f"{_shown(symbol)} is not an element", index + 1)
        if index + 1 >= len(lines):
            raise CrystalTextError(f"{symbol} has no coordinates", index + 1)
        expected = "three coordinates from 0.00 to 0.99, such as '0.00 0.25 0.73'"
        species.append(symbol)
        positions.append(_numbers(lines, index + 1, _COORDINATE, expected))
    return PlainCrystal(lengths, angles, tuple(species), tuple(positions))


def _numbers(lines: list[str], index: int, form: re.Pattern[str], expected: str) -> Vector:
    if index >= len(lines):
        raise CrystalTextError(f"expected {expected}, found the end of the text", index + 1)
    words = lines[index].split(" ")
    if len(words) != 3 or not all(form.fullmatch(word) for word in words):
        raise CrystalTextError(f"expected {expected}, found {_shown(lines[index])}", index + 1)
    return float(words[0]), float(words[1]), float(words[2])


def _coordinate(value: float) -> str:
    # Wrap, round, wrap again: the second turns a rounded 1.00 into 0.00.
    return f"{round(value % 1.0, 2) % 1.0:.2f}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
