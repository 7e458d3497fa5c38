"""The symmetry that a CIF states: its operations, names, number and Hall symbol.

Gemmi's tables of the International Tables' settings do the reading. A file may say the same
thing in several ways and contradict itself; every way in which it can be meant is one
:class:`SymmetryReading`, and whoever places the atoms finds out which one fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from crystal_llm.errors import StructureFileError

if TYPE_CHECKING:
    import gemmi

MAX_OPERATIONS = 192
"""Symmetry operations of the largest space groups (Fm-3m and its kin)."""

_DENOMINATOR = 24
"""Translations are counted in 24ths of a lattice vector, as gemmi does."""

_OPERATION_TAGS = (
    "_space_group_symop_operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
    "_symmetry_equiv_as_xyz",
)
_NAME_TAGS = (
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h-m",
    "_space_group_name_h-m_ref",
    "_space_group_name_h-m_full",
    "_symmetry_space_group_name_h-m_full",
    "_space_group_name_h-m",
)
_HALL_TAGS = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
_NUMBER_TAGS = (
    "_space_group_it_number",
    "_symmetry_int_tables_number",
    "_symmetry_space_group_it_number",
)
_SHOWN_CHARACTERS = 40

Operation = tuple[tuple[int, ...], tuple[int, ...]]
"""Rotation (nine integers, rows first) and translation in 24ths."""


@dataclass(frozen=True)
class SymmetryReading:
    """One way in which a file's symmetry can be meant.

    Attributes:
        name: What a message calls it.
        operations: All operations of the group, centring included, the identity first.
        number: International number of the group; None where the file alone names it.
        remark: What was repaired, one sentence; None where nothing was.
        usual: Whether the name stands for this setting first of all; a short monoclinic
            symbol means the unique axis b unless the cell says otherwise.
    """

    name: str
    operations: tuple[Operation, ...]
    number: int | None = None
    remark: str | None = None
    usual: bool = True

    @cached_property
    def rotations(self) -> np.ndarray:
        """Rotation parts, shape (n, 3, 3)."""
        return np.array([rotation for rotation, _ in self.operations], float).reshape(-1, 3, 3)

    @cached_property
    def translations(self) -> np.ndarray:
        """Translation parts, fractional, shape (n, 3)."""
        return np.array([shift for _, shift in self.operations], float) / _DENOMINATOR

    def keeps(self, matrix: np.ndarray, tolerance: float = 0.02) -> bool:
        """Whether every operation keeps the metric tensor (RᵀGR = G).

        Args:
            matrix: Lattice vectors as rows, shape (3, 3).
            tolerance: Greatest difference of an element, as a share of the lengths' product.
        """
        metric = matrix @ matrix.T
        turned = np.einsum("nji,jk,nkl->nil", self.rotations, metric, self.rotations)
        lengths = np.sqrt(np.diag(metric))
        return bool((np.abs(turned - metric) <= tolerance * np.outer(lengths, lengths)).all())


@dataclass(frozen=True)
class _Setting:
    """A setting of a space group that a name, number or Hall symbol stands for."""

    name: str
    number: int | None
    operations: frozenset[Operation]
    explicit: bool = True
    """Whether the origin was named too, so that no other is meant."""
    usual: bool = True
    """Whether its name means this setting unless the cell says otherwise."""


@dataclass
class _Stated:
    """What a file's names come to: settings that fit all of them, and contradictions."""

    settings: list[_Setting] = field(default_factory=list)
    strangers: list[_Setting] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    number: int | None = None
    by_number_alone: bool = False


def symmetry_readings(
    fields: Mapping[str, Sequence[str]], matrix: np.ndarray
) -> list[SymmetryReading]:
    """Every way in which a file's symmetry can be meant, the likeliest first.

    Args:
        fields: Values by lower-case tag, points written as underscores.
        matrix: Lattice vectors as rows, shape (3, 3); settings that do not keep it fall away.

    Raises:
        StructureFileError: Nothing that can be meant is stated, or none of it fits the cell.
    """
    listed = _listed(fields)
    stated = _stated(fields)
    told = _told_operations(listed)
    if told is None and stated.unknown and not stated.settings:
        tag, value = stated.unknown[0]
        raise StructureFileError(
            f"{tag} is {_shown(value)}, which is not a known space group, and no symmetry "
            "operations are listed: list them (_space_group_symop_operation_xyz)"
        )
    if told is None and stated.unknown and stated.by_number_alone:
        tag, value = stated.unknown[0]
        raise StructureFileError(
            f"{tag} is {_shown(value)}, a setting that is not in the tables, and no symmetry "
            "operations are listed: list them (_space_group_symop_operation_xyz)"
        )
    readings = _readings(listed, told, stated)
    fitting = [reading for reading in readings if reading.keeps(matrix)]
    if not fitting:
        names = ", ".join(dict.fromkeys(reading.name for reading in readings))
        raise StructureFileError(
            f"the symmetry operations of {names} do not keep the cell: its lengths and angles "
            "are of another crystal system or setting"
        )
    usual = [reading for reading in fitting if reading.usual]
    return usual or fitting


def _readings(
    listed: Sequence[str] | None, told: frozenset[Operation] | None, stated: _Stated
) -> list[SymmetryReading]:
    named = [*stated.settings, *stated.strangers]
    if listed is None and not named:
        told_p1 = "no symmetry is stated: read as P 1"
        return [SymmetryReading("P 1", (_IDENTITY,), 1, told_p1)]
    if told is None:
        if not named:
            raise StructureFileError(
                f"symmetry operation {_shown((listed or [''])[0])} cannot be read, and no space "
                "group is named: list the operations, such as x,y,z"
            )
        note: str | None = None
        if listed:
            note = f"its symmetry operations cannot be read ({_shown(listed[0])}): taken from its "
            note += "space group"
        return _of_settings(named, note)
    closed = _is_closed(told)
    if not named:
        if not closed:
            raise StructureFileError(
                f"the {len(told)} symmetry operations listed are not all of a group: list every "
                "one of them, or name the space group"
            )
        return [SymmetryReading("the listed operations", _ordered(told))]
    own = SymmetryReading("the listed operations", _ordered(told), _table_number(told))
    if closed and not stated.strangers:
        if stated.by_number_alone and _type_number(told) == stated.number:
            return [own]
        if any(_agrees(told, one) for one in stated.settings):
            return [own]
    note = (
        f"it lists {len(told)} symmetry operation(s), not those of its space group: restored by "
        "name"
    )
    if not closed:
        whole = [one for one in named if told <= one.operations]
        if not whole:
            raise StructureFileError(
                f"the {len(told)} symmetry operations listed are no group, nor part of "
                f"{named[0].name}: correct them or the name"
            )
        return _of_settings(whole, f"lists {len(told)} symmetry operations only: restored by name")
    return [*_of_settings(named, note), own]


def _of_settings(settings: Sequence[_Setting], remark: str | None) -> list[SymmetryReading]:
    return [
        SymmetryReading(one.name, _ordered(one.operations), one.number, remark, one.usual)
        for one in settings
    ]


def _agrees(told: frozenset[Operation], setting: _Setting) -> bool:
    if told == setting.operations:
        return True
    return not setting.explicit and differs_by_origin(told, setting.operations)


def _listed(fields: Mapping[str, Sequence[str]]) -> list[str] | None:
    """The triplets as the file writes them; None where there are none."""
    for tag in _OPERATION_TAGS:
        values = [value for value in fields.get(tag, ()) if value.strip() not in ("", "?", ".")]
        if values:
            # A triplet that lost its quotes is up to nine words: x + 1/2, y, z.
            joined = _joined(values) if len(values) <= 9 * MAX_OPERATIONS else values
            if len(joined) > MAX_OPERATIONS:
                raise StructureFileError(
                    f"lists {len(joined)} symmetry operations; no space group has more than "
                    f"{MAX_OPERATIONS}"
                )
            return joined
    return None


def _joined(values: Sequence[str]) -> list[str]:
    """Triplets that lost their quotes, and so fell apart at their blanks, put together."""
    if all(value.count(",") == 2 for value in values):
        return list(values)
    text = " ".join(values)
    parts = re.findall(r"[^,]+,[^,]+,\s*\S+", text)
    return [part.strip() for part in parts] if parts else list(values)


def _told_operations(listed: Sequence[str] | None) -> frozenset[Operation] | None:
    if listed is None:
        return None
    found = [_operation(text) for text in listed]
    readable = frozenset(one for one in found if one is not None)
    if not readable:
        return None
    if len(readable) < len(set(listed)) and None in found:
        text = listed[found.index(None)]
        raise StructureFileError(f"symmetry operation {_shown(text)} cannot be read: correct it")
    return readable | {_IDENTITY}


def _operation(text: str) -> Operation | None:
    import gemmi

    # Some programs number the lines within the text.
    text = re.sub(r"^\s*\d+\s+(?=\S*[xyzXYZ])", "", text.strip().strip("'\""))
    try:
        operation = gemmi.Op(text)
    except RuntimeError:
        return None
    if not re.search("[xyzXYZ]", text) or operation.is_hkl():
        return None
    return _as_operation(operation)


def _as_operation(operation: gemmi.Op) -> Operation | None:
    entries = [value for row in operation.rot for value in row]
    if any(value % _DENOMINATOR for value in entries):
        return None
    rotation = tuple(value // _DENOMINATOR for value in entries)
    if abs(round(float(np.linalg.det(np.array(rotation).reshape(3, 3))))) != 1:
        return None
    return rotation, tuple(value % _DENOMINATOR for value in operation.tran)


_IDENTITY: Operation = ((1, 0, 0, 0, 1, 0, 0, 0, 1), (0, 0, 0))


def _group(operations: Any) -> frozenset[Operation]:
    """A gemmi group's operations, centring included."""
    found = (_as_operation(operation) for operation in operations)
    return frozenset(one for one in found if one is not None)


def _ordered(operations: frozenset[Operation]) -> tuple[Operation, ...]:
    return (_IDENTITY, *sorted(operations - {_IDENTITY}, reverse=True))


def _is_closed(operations: frozenset[Operation]) -> bool:
    rotations = np.array([rotation for rotation, _ in operations]).reshape(-1, 3, 3)
    shifts = np.array([shift for _, shift in operations])
    for rotation, shift in zip(rotations, shifts, strict=True):
        turned = (rotation @ rotations).reshape(-1, 9)
        moved = (shifts @ rotation.T + shift) % _DENOMINATOR
        for one, other in zip(turned.tolist(), moved.tolist(), strict=True):
            if (tuple(one), tuple(other)) not in operations:
                return False
    return True


def _table_number(operations: frozenset[Operation]) -> int | None:
    for setting in _table():
        if setting.operations == operations:
            return setting.number
    return None


def _type_number(operations: frozenset[Operation]) -> int | None:
    """International number of a group in any setting."""
    number = _table_number(operations)
    if number is not None:
        return number
    import spglib

    group = SymmetryReading("", tuple(operations))
    try:
        kind = spglib.get_spacegroup_type_from_symmetry(group.rotations, group.translations)
    except spglib.SpglibError:
        return None
    return None if kind is None else int(kind.number)


def differs_by_origin(first: frozenset[Operation], second: frozenset[Operation]) -> bool:
    """Whether two groups of operations are one after a shift of the origin by 24ths."""
    if len(first) != len(second):
        return False
    identity = _IDENTITY[0]
    centring = {shift for rotation, shift in first if rotation == identity}
    if centring != {shift for rotation, shift in second if rotation == identity}:
        return False
    others = dict(second)
    grid = np.indices((_DENOMINATOR,) * 3).reshape(3, -1).T
    allowed = {np.dot(shift, (576, 24, 1)) for shift in centring}
    for rotation, shift in first:
        if rotation not in others:
            return False
        turned = np.array(rotation).reshape(3, 3)
        moved = grid - grid @ turned.T + np.array(shift) - np.array(others[rotation])
        codes = (moved % _DENOMINATOR) @ np.array((576, 24, 1))
        grid = grid[np.isin(codes, list(allowed))]
        if not len(grid):
            return False
    return True


def _stated(fields: Mapping[str, Sequence[str]]) -> _Stated:
    """Combines what names, Hall symbol and number stand for."""
    stated = _Stated()
    statements: list[list[_Setting]] = []
    for tag in _HALL_TAGS:
        for value in _given(fields, tag):
            settings = _of_hall(value)
            if settings:
                statements.append(settings)
            else:
                stated.unknown.append((tag, value))
    for tag in _NAME_TAGS:
        for value in _given(fields, tag):
            settings = settings_of_name(value)
            if settings:
                statements.append(settings)
            else:
                stated.unknown.append((tag, value))
    for settings in statements:
        _combine(stated, settings)
    stated.number = _number(fields)
    if stated.number is not None and not stated.settings:
        stated.by_number_alone = True
        stated.settings = _reference_settings(stated.number)
    elif stated.number is not None:
        numbered = [one for one in stated.settings if one.number in (stated.number, None)]
        if not numbered:
            stated.strangers += _reference_settings(stated.number)
        stated.settings = numbered or stated.settings
    return stated


def _combine(stated: _Stated, settings: list[_Setting]) -> None:
    if not stated.settings:
        stated.settings = settings
        return
    both = [
        one for one in stated.settings if any(one.operations == two.operations for two in settings)
    ]
    if not both:
        both = [
            one
            for one in stated.settings
            if any(differs_by_origin(one.operations, two.operations) for two in settings)
        ]
    if both:
        explicit = {two.operations for two in settings if two.explicit}
        stated.settings = [
            replace(one, explicit=one.explicit or one.operations in explicit) for one in both
        ]
    else:
        stated.strangers += settings


def _given(fields: Mapping[str, Sequence[str]], tag: str) -> list[str]:
    return [value for value in fields.get(tag, ())[:1] if value.strip() not in ("", "?", ".")]


def _number(fields: Mapping[str, Sequence[str]]) -> int | None:
    for tag in _NUMBER_TAGS:
        for value in _given(fields, tag):
            if value.strip().isascii() and value.strip().isdecimal() and 1 <= int(value) <= 230:
                return int(value)
            raise StructureFileError(f"{tag} is {_shown(value)}: must be from 1 to 230")
    return None


def settings_of_name(name: str) -> list[_Setting]:
    """The settings that a Hermann–Mauguin symbol can stand for, the usual one first.

    Short, full, old and extended symbols, with or without blanks, with the marks of origin
    and axes of the International Tables (``:1 :2 :H :R``) and of the ICSD (``S Z H R``).
    An empty list where the symbol is not known.
    """
    symbol, mark = _without_mark(_normalised(name))
    if not symbol:
        return []
    entry = _find(symbol)
    if entry is None:
        entry = _find(_shortened(symbol))
    if entry is None:
        return []
    settings = [one for one in _table() if one.name.partition(":")[0] == entry.hm]
    marks = {one.name.partition(":")[2]: one for one in settings}
    if mark and mark in marks:
        return [marks[mark]]
    if mark and mark not in ("1", "2", "H", "R"):
        return []
    short = _monoclinic_short(entry.hm) if 3 <= entry.number <= 15 else None
    others = []
    if short is not None and symbol.replace(" ", "").upper() == short.upper():
        others = [
            one
            for one in _table()
            if one.number == entry.number
            and one not in settings
            and _monoclinic_short(one.name) == short
        ]
    return [
        *(_Setting(one.name, one.number, one.operations, explicit=False) for one in settings),
        *(_Setting(one.name, one.number, one.operations, False, usual=False) for one in others),
    ]


def _monoclinic_short(name: str) -> str:
    """A monoclinic symbol without the ones that tell the unique axis: P 1 21/n 1 is P21/n."""
    return "".join(part for part in name.split(" ") if part != "1")


def _normalised(name: str) -> str:
    # 2_1, 2(1) and an overbar written as a combining sign are other spellings.
    text = name.strip().strip("'\"").replace("_", "").replace("\u2212", "-").replace("\u2013", "-")
    text = re.sub("(\\d)[\u0304\u0305]", r"-\1", text)
    text = re.sub(r"\((\d)\)", r"\1", text)
    return " ".join(text.split())


def _without_mark(symbol: str) -> tuple[str, str]:
    """A symbol and its mark of origin or axes: ``1``, ``2``, ``H``, ``R`` or none."""
    plain, colon, mark = symbol.partition(":")
    if colon:
        mark = mark.strip().upper()
        return plain.strip(), {"S": "1", "Z": "2", "O1": "1", "O2": "2"}.get(mark, mark or "?")
    if len(symbol) > 2 and symbol[-1] in "SZ":
        return symbol[:-1].strip(), "1" if symbol[-1] == "S" else "2"
    if len(symbol) > 2 and symbol[0] in "Rr" and symbol[-1] in "HR":
        return symbol[:-1].rstrip("H").strip(), symbol[-1]
    return symbol, ""


def _shortened(symbol: str) -> str:
    """A full symbol without what its short form leaves out: P 2/m 2/m 2/m is P m m m."""
    lattice, *parts = symbol.split(" ")
    cubic = "-3" in parts[1:2]
    short = []
    for place, part in enumerate(parts):
        axis = re.fullmatch(r"([2346][1-5]?)/([a-z])", part)
        keep = axis is None or (place == 0 and part[0] in "46" and not cubic)
        short.append(part if keep or axis is None else axis[2])
    return " ".join([lattice, *short])


def _find(symbol: str) -> gemmi.SpaceGroup | None:
    import gemmi

    try:
        return gemmi.find_spacegroup_by_name(symbol)
    except (RuntimeError, ValueError):
        return None


def _of_hall(symbol: str) -> list[_Setting]:
    import gemmi

    try:
        operations = _group(gemmi.symops_from_hall(symbol.strip().replace("_", " ")))
    except (RuntimeError, ValueError):
        return []
    if not _is_closed(operations):
        return []
    known = [one for one in _table() if one.operations == operations]
    return known[:1] or [_Setting(f"Hall symbol {symbol}", None, operations)]


_TABLE: list[_Setting] = []
_REFERENCE: dict[int, list[_Setting]] = {}


def _table() -> list[_Setting]:
    """Every setting that gemmi knows; made once."""
    import gemmi

    if not _TABLE:
        for entry in gemmi.spacegroup_table():
            setting = _Setting(entry.xhm(), entry.number, _group(entry.operations()))
            _TABLE.append(setting)
            if entry.is_reference_setting() or entry.ext in ("R", "1"):
                _REFERENCE.setdefault(entry.number, []).append(setting)
    return _TABLE


def _reference_settings(number: int) -> list[_Setting]:
    _table()
    return _REFERENCE[number]


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "...")
