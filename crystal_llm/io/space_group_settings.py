"""The settings of the International Tables: what a symbol, number or Hall symbol stands for.

Gemmi's tables hold them; :mod:`crystal_llm.io.space_group_spelling` knows how their names are
written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from crystal_llm.io.space_group_spelling import (
    parts_of,
    plain_symbol,
    screw_axes,
    shortened,
    without_mark,
)

if TYPE_CHECKING:
    import gemmi

DENOMINATOR = 24
"""Translations are counted in 24ths of a lattice vector, as gemmi does."""

Operation = tuple[tuple[int, ...], tuple[int, ...]]
"""Rotation (nine integers, rows first) and translation in 24ths."""

IDENTITY: Operation = ((1, 0, 0, 0, 1, 0, 0, 0, 1), (0, 0, 0))


@dataclass(frozen=True)
class Setting:
    """A setting of a space group that a name, number or Hall symbol stands for.

    Attributes:
        name: Its extended Hermann–Mauguin symbol.
        number: International number; None for a Hall symbol that is not in the tables.
        operations: All of its operations, centring included.
        explicit: Whether the origin was named too, so that no other is meant.
        usual: Whether its name means this setting unless the cell says otherwise.
    """

    name: str
    number: int | None
    operations: frozenset[Operation]
    explicit: bool = True
    usual: bool = True


def as_operation(operation: gemmi.Op) -> Operation | None:
    """An operation of gemmi's; None where it is none of a lattice."""
    entries = [value for row in operation.rot for value in row]
    if any(value % DENOMINATOR for value in entries):
        return None
    rotation = tuple(value // DENOMINATOR for value in entries)
    if abs(round(float(np.linalg.det(np.array(rotation).reshape(3, 3))))) != 1:
        return None
    return rotation, tuple(value % DENOMINATOR for value in operation.tran)


def is_closed(operations: frozenset[Operation]) -> bool:
    """Whether products of operations are among them, so that they are a group."""
    rotations = np.array([rotation for rotation, _ in operations]).reshape(-1, 3, 3)
    shifts = np.array([shift for _, shift in operations])
    for rotation, shift in zip(rotations, shifts, strict=True):
        turned = (rotation @ rotations).reshape(-1, 9)
        moved = (shifts @ rotation.T + shift) % DENOMINATOR
        for matrix, vector in zip(turned.tolist(), moved.tolist(), strict=True):
            if (tuple(matrix), tuple(vector)) not in operations:
                return False
    return True


def table_number(operations: frozenset[Operation]) -> int | None:
    """International number of a group in a setting of the tables; None in any other."""
    for setting in settings_table():
        if setting.operations == operations:
            return setting.number
    return None


def type_number(operations: frozenset[Operation]) -> int | None:
    """International number of a group in any setting."""
    number = table_number(operations)
    if number is not None:
        return number
    import spglib

    rotations = np.array([rotation for rotation, _ in operations]).reshape(-1, 3, 3)
    translations = np.array([shift for _, shift in operations]) / DENOMINATOR
    try:
        kind = spglib.get_spacegroup_type_from_symmetry(rotations, translations)
    except spglib.SpglibError:
        return None
    return None if kind is None else int(kind.number)


def differs_by_origin(first: frozenset[Operation], second: frozenset[Operation]) -> bool:
    """Whether two groups of operations are one after a shift of the origin by 24ths."""
    if len(first) != len(second):
        return False
    identity = IDENTITY[0]
    centring = {shift for rotation, shift in first if rotation == identity}
    if centring != {shift for rotation, shift in second if rotation == identity}:
        return False
    others = dict(second)
    grid = np.indices((DENOMINATOR,) * 3).reshape(3, -1).T
    allowed = {np.dot(shift, (576, 24, 1)) for shift in centring}
    for rotation, shift in first:
        if rotation not in others:
            return False
        turned = np.array(rotation).reshape(3, 3)
        moved = grid - grid @ turned.T + np.array(shift) - np.array(others[rotation])
        codes = (moved % DENOMINATOR) @ np.array((576, 24, 1))
        grid = grid[np.isin(codes, list(allowed))]
        if not len(grid):
            return False
    return True


def settings_of_name(name: str) -> list[Setting]:
    """The settings that a Hermann–Mauguin symbol can stand for, the usual one first.

    Short, full, old and extended symbols, with or without blanks, with the marks of origin
    and axes of the International Tables (``:1 :2 :H :R``) and of the ICSD (``S Z H R``).
    An empty list where the symbol is not known.
    """
    symbol, mark = without_mark(plain_symbol(name))
    if not symbol:
        return []
    if re.fullmatch("[PIR] [346] 2", symbol, re.IGNORECASE):
        return _of_two_directions(symbol, mark)
    entry = _find(symbol) or _of_full_symbol(symbol)
    if entry is not None and not set(screw_axes(name)) <= set(_axes(entry.hm)):
        return []  # P4_32 is none of the groups that P432 is
    if entry is None:
        # P 21/b and its like, which only other axes than b have.
        return [
            Setting(setting.name, setting.number, setting.operations, False, usual=False)
            for setting in _monoclinic_settings(symbol)
        ]
    settings = [
        setting for setting in settings_table() if setting.name.partition(":")[0] == entry.hm
    ]
    marks = {setting.name.partition(":")[2]: setting for setting in settings}
    if mark and mark in marks:
        return [marks[mark]]
    if mark and mark not in ("1", "2", "H", "R"):
        return []
    others = [setting for setting in _monoclinic_settings(symbol) if setting not in settings]
    return [
        *(
            Setting(setting.name, setting.number, setting.operations, explicit=False)
            for setting in settings
        ),
        *(
            Setting(setting.name, setting.number, setting.operations, False, usual=False)
            for setting in others
        ),
    ]


def _of_two_directions(symbol: str, mark: str) -> list[Setting]:
    """What ``P 3 2`` can stand for: a screw axis set apart, or P 3 2 1, P 3 1 2 and their like."""
    lattice, axis, second = symbol.split()
    meant = [f"{lattice}{axis}{second}"] if lattice.upper() != "R" else []
    meant += [f"{lattice} {axis} {rest}" for rest in ("2 1", "1 2", "2 2", "2")]
    entries = {entry.hm for entry in map(_find, meant) if entry is not None}
    settings = [s for s in settings_table() if s.name.partition(":")[0] in entries]
    marked = [s for s in settings if mark and s.name.partition(":")[2] == mark]
    return marked or [replace(setting, explicit=False) for setting in settings]


def settings_of_hall(symbol: str) -> list[Setting]:
    """The one setting of a Hall symbol; an empty list where it is none."""
    import gemmi

    try:
        operations = group_operations(gemmi.symops_from_hall(symbol.strip().replace("_", " ")))
    except (RuntimeError, ValueError):
        return []
    if not is_closed(operations):
        return []
    known = [setting for setting in settings_table() if setting.operations == operations]
    return known[:1] or [Setting(f"Hall symbol {symbol}", None, operations)]


def reference_settings(number: int) -> list[Setting]:
    """The settings that a number alone can mean: both origins, hexagonal and rhombohedral axes."""
    import gemmi

    table = list(zip(gemmi.spacegroup_table(), settings_table(), strict=True))
    usual = {entry.hm for entry, _ in table if entry.is_reference_setting()}
    return [setting for entry, setting in table if entry.number == number and entry.hm in usual]


@cache
def settings_table() -> tuple[Setting, ...]:
    """Every setting that gemmi knows, in its order."""
    import gemmi

    return tuple(
        Setting(entry.xhm(), entry.number, group_operations(entry.operations()))
        for entry in gemmi.spacegroup_table()
    )


def group_operations(operations: Any) -> frozenset[Operation]:
    """A gemmi group's operations, centring included."""
    canonical = (as_operation(operation) for operation in operations)
    return frozenset(operation for operation in canonical if operation is not None)


def _monoclinic_settings(symbol: str) -> list[Setting]:
    """Settings of every unique axis that a short monoclinic symbol can stand for."""
    short = symbol.replace(" ", "").lower()
    return [
        setting
        for setting in settings_table()
        if setting.number is not None
        and 3 <= setting.number <= 15
        and _monoclinic_short(setting.name).lower() == short
    ]


def _monoclinic_short(name: str) -> str:
    """A monoclinic symbol without the ones that tell the unique axis: P 1 21/n 1 is P21/n."""
    return "".join(part for part in name.split(" ") if part != "1")


def _find(symbol: str) -> gemmi.SpaceGroup | None:
    import gemmi

    try:
        return gemmi.find_spacegroup_by_name(symbol)
    except (RuntimeError, ValueError):
        return None


def _of_full_symbol(symbol: str) -> gemmi.SpaceGroup | None:
    """The entry of a full symbol; None where its axes are not those of the group."""
    parts = parts_of(symbol)
    entry = _find(shortened(parts)) if parts else None
    if entry is None or entry.crystal_system_str() != "orthorhombic":
        return entry
    operations = group_operations(entry.operations())
    for direction, part in enumerate(parts[1:]):
        if "/" in part and not _has_axis(operations, direction, screw=part.startswith("21")):
            return None
    return entry


def _has_axis(operations: frozenset[Operation], direction: int, *, screw: bool) -> bool:
    """Whether a group has a twofold axis, or a screw axis 21, along a lattice vector."""
    twofold = [-1, 0, 0, 0, -1, 0, 0, 0, -1]
    twofold[4 * direction] = 1
    along = DENOMINATOR // 2 if screw else 0
    return any(
        rotation == tuple(twofold) and shift[direction] == along for rotation, shift in operations
    )


def _axes(symbol: str) -> list[str]:
    """The axes of a symbol with blanks, without their planes."""
    return [part.partition("/")[0] for part in symbol.split(" ")]


def number_of_schoenflies(text: str) -> int | None:
    """The number of a group by its Schoenflies symbol (``Oh^5``, ``D_2h^16``); None if none."""
    return _by_schoenflies().get(re.sub(r"[\s_{}]", "", text).replace(".", "^").lower())


@cache
def _by_schoenflies() -> dict[str, int]:
    import spglib

    kinds = (spglib.get_spacegroup_type(hall_number) for hall_number in range(1, 531))
    return {kind.schoenflies.lower(): kind.number for kind in kinds if kind is not None}
