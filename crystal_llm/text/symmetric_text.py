"""Symmetric crystal text: space group, free lattice parameters, one line an orbit.

::

    62                     space group number, standard setting
    10.3 6.0 4.7           free lattice parameters only, Å with one decimal, whole degrees
    Li 4a                  element, Wyckoff position
    Fe 4c 0.28 0.97        … and its free coordinates, two decimals, in [0, 1)

Angles are rounded to the nearest degree; coordinates are wrapped after they are rounded.
"""

from __future__ import annotations

import math
import re

from crystal_llm.crystal.check import angles_make_a_cell
from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.symmetric import (
    Orbit,
    SymmetricCrystal,
    crystal_system,
    free_lattice_parameters,
)
from crystal_llm.crystal.wyckoff import wyckoff_positions
from crystal_llm.errors import CrystalTextError
from crystal_llm.text.alphabet import MASK

_GROUP = re.compile(r"[1-9][0-9]{0,2}")
_LENGTH = re.compile(r"(?:0|[1-9][0-9]{0,2})\.[0-9]")
_ANGLE = re.compile(r"[1-9][0-9]{0,2}")
_POSITION = re.compile(r"([1-9][0-9]{0,2})([a-zA])")
_COORDINATE = re.compile(r"0\.[0-9]{2}")
_KNOWN = frozenset((*ELEMENTS, MASK))
_ANGLES = ("alpha", "beta", "gamma")


def encode_symmetric(crystal: SymmetricCrystal) -> str:
    """The symmetric text of a crystal, its orbits in their order.

    Raises:
        CrystalTextError: A number cannot be written, an element is none, a position without
            freedom is taken twice, or there is no orbit.
    """
    number = crystal.spacegroup_number
    if not crystal.orbits:
        raise CrystalTextError("the crystal has no atoms")
    values = []
    for name, value in zip(free_lattice_parameters(number), crystal.lattice, strict=True):
        if not math.isfinite(value):
            raise CrystalTextError(f"{name} is not a finite number")
        is_angle = name in _ANGLES
        text = str(math.floor(value + 0.5)) if is_angle else f"{round(value * 10) / 10:.1f}"
        form = _ANGLE if is_angle else _LENGTH
        if not form.fullmatch(text) or float(text) <= 0.0:
            raise CrystalTextError(f"{name} = {text} cannot be written")
        values.append(text)
    _refuse_flat_cell(number, [float(text) for text in values], None)
    lines = [str(number), " ".join(values)]
    fixed: set[str] = set()
    for orbit, position in zip(crystal.orbits, crystal.positions, strict=True):
        if orbit.element not in _KNOWN:
            raise CrystalTextError(f"{orbit.element!r} is not an element")
        if not all(math.isfinite(value) for value in orbit.coordinates):
            raise CrystalTextError(f"{orbit.element} {position.name}: a coordinate is not finite")
        if not position.free_axes and position.letter in fixed:
            raise CrystalTextError(f"position {position.name} has no freedom and is taken already")
        fixed.add(position.letter)
        coordinates = (f"0.{round(value * 100) % 100:02d}" for value in orbit.coordinates)
        lines.append(" ".join((orbit.element, position.name, *coordinates)))
    return "\n".join(lines)


def decode_symmetric(text: str) -> SymmetricCrystal:
    """The crystal that symmetric text says.

    Raises:
        CrystalTextError: The text breaks the format: an unknown space group, a position that
            the group lacks, a position without freedom twice, a number in another form; names
            the line and the reason.
    """
    lines = text.split("\n")
    number = decode_spacegroup(lines[0])
    lattice = _lattice(number, lines[1] if len(lines) > 1 else "")
    if len(lines) < 3:
        raise CrystalTextError("no orbit follows the lattice", len(lines))
    orbits = tuple(_orbit(number, line, place) for place, line in enumerate(lines[2:], 3))
    table = wyckoff_positions(number)
    fixed: set[str] = set()
    for place, orbit in enumerate(orbits, 3):
        if table[orbit.letter].free_axes:
            continue
        if orbit.letter in fixed:
            raise CrystalTextError(
                f"position {table[orbit.letter].name} has no freedom and is taken already", place
            )
        fixed.add(orbit.letter)
    return SymmetricCrystal(number, lattice, orbits)


def decode_spacegroup(line: str) -> int:
    """The space group number that the first line of symmetric text says.

    Raises:
        CrystalTextError: It says none.
    """
    if not _GROUP.fullmatch(line) or not 1 <= int(line) <= 230:
        raise CrystalTextError(
            f"expected a space group number from 1 to 230, found {_shown(line)}", 1
        )
    return int(line)


def _lattice(number: int, line: str) -> tuple[float, ...]:
    names = free_lattice_parameters(number)
    words = line.split(" ")
    forms = [_ANGLE if name in _ANGLES else _LENGTH for name in names]
    if len(words) != len(names) or not all(
        form.fullmatch(word) for form, word in zip(forms, words, strict=True)
    ):
        raise CrystalTextError(
            f"expected the free lattice parameters {' '.join(names)} of space group {number} "
            f"(Å with one decimal, whole degrees), found {_shown(line)}",
            2,
        )
    values = [float(word) for word in words]
    if min(values) <= 0.0:
        raise CrystalTextError("a lattice parameter is zero", 2)
    _refuse_flat_cell(number, values, 2)
    return tuple(values)


def _orbit(number: int, line: str, place: int) -> Orbit:
    words = line.split(" ")
    if words[0] not in _KNOWN:
        raise CrystalTextError(f"{_shown(words[0])} is not an element", place)
    position = _POSITION.fullmatch(words[1]) if len(words) > 1 else None
    if position is None:
        raise CrystalTextError(
            f"expected a Wyckoff position such as 4c after the element, found {_shown(line)}", place
        )
    held = wyckoff_positions(number).get(position[2])
    if held is None:
        raise CrystalTextError(f"space group {number} has no position {position[2]}", place)
    if held.multiplicity != int(position[1]):
        raise CrystalTextError(
            f"position {position[2]} of space group {number} is {held.name}, not {position[0]}",
            place,
        )
    values = words[2:]
    if len(values) != len(held.free_axes) or not all(_COORDINATE.fullmatch(v) for v in values):
        axes = "no coordinate"
        if held.free_axes:
            axes = " ".join("xyz"[axis] for axis in held.free_axes) + " from 0.00 to 0.99"
        raise CrystalTextError(f"position {held.name} takes {axes}, found {_shown(line)}", place)
    return Orbit(words[0], held.letter, tuple(float(value) for value in values))


def _refuse_flat_cell(number: int, values: list[float], line: int | None) -> None:
    if crystal_system(number) == "triclinic" and not angles_make_a_cell(*values[3:]):
        raise CrystalTextError(f"the angles {values[3:]} enclose no volume", line)
    if crystal_system(number) == "monoclinic" and not 0.0 < values[3] < 180.0:
        raise CrystalTextError(f"β = {values[3]} encloses no volume", line)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
