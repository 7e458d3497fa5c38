"""The symmetry that a CIF states: its operations, names, number and Hall symbol.

A file may say the same thing in several ways and contradict itself; every way in which it
can be meant is one :class:`SymmetryReading`, and whoever places the atoms finds out which
one fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_operations import (
    are_loose,
    listed_operations,
    listed_triplets,
    quoted,
)
from crystal_llm.io.space_group_settings import (
    DENOMINATOR,
    IDENTITY,
    Operation,
    Setting,
    differs_by_origin,
    is_closed,
    number_of_schoenflies,
    reference_settings,
    settings_of_hall,
    settings_of_name,
    table_number,
    type_number,
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

_SYSTEM_TAGS = ("_space_group_crystal_system", "_symmetry_cell_setting")
_SYSTEMS = frozenset(
    ["monoclinic", "orthorhombic", "tetragonal", "trigonal", "rhombohedral", "hexagonal", "cubic"]
)
"""Of a triclinic crystal P 1 is a fair reading where no group is named."""

_CLASS_TAGS = {
    "_space_group_bravais_type": "aP",
    "_space_group_centring_type": "P",
    "_space_group_laue_class": "-1",
    "_space_group_point_group_h-m": "1",
    "_space_group_patterson_name_h-m": "P-1",
}
"""What classes of groups are called, and what P 1 has there."""

_SCHOENFLIES_TAG = "_space_group_name_schoenflies"

LISTED = "the listed operations"
"""What a message calls operations that the file lists."""


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
        return np.array([shift for _, shift in self.operations], float) / DENOMINATOR

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


@dataclass
class _Stated:
    """What a file's names come to: settings that fit all of them, and contradictions."""

    settings: list[Setting] = field(default_factory=list)
    strangers: list[Setting] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    number: int | None = None
    by_number_alone: bool = False
    crystal_system: str | None = None


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
    listed = listed_triplets(fields)
    stated = _stated(fields)
    operations = listed_operations(listed)
    loose = "its symmetry operations stand without quotes" if are_loose(fields) else None
    if operations is None and stated.unknown and not stated.settings:
        tag, value = _as_written(stated.unknown[0])
        raise StructureFileError(
            f"{tag} is {quoted(value)}, which is not a known space group, and no symmetry "
            "operations are listed: list them (_space_group_symop_operation_xyz)"
        )
    if operations is None and stated.unknown and stated.by_number_alone:
        tag, value = _as_written(stated.unknown[0])
        raise StructureFileError(
            f"{tag} is {quoted(value)}, a setting that is not in the tables, and no symmetry "
            "operations are listed: list them (_space_group_symop_operation_xyz)"
        )
    readings = _readings(listed, operations, stated, loose)
    fitting = [reading for reading in readings if reading.keeps(matrix)]
    if not fitting:
        names = ", ".join(dict.fromkeys(reading.name for reading in readings))
        raise StructureFileError(
            f"the symmetry operations of {names} do not keep the cell: its lengths and angles "
            "are of another crystal system or setting"
        )
    if fitting[0].name == LISTED and readings[0].name != LISTED:
        raise StructureFileError(
            f"names {readings[0].name}, which does not keep the cell, and lists other symmetry "
            "operations: correct the cell, the name or the operations"
        )
    usual = [reading for reading in fitting if reading.usual]
    return usual or [_with_axes(reading) for reading in fitting]


def _as_written(unknown: tuple[str, str]) -> tuple[str, str]:
    """A tag as the dictionary writes it, and its value."""
    tag, value = unknown
    return tag.replace("h-m", "H-M").replace("hall", "Hall").replace("schoen", "Schoen"), value


def _with_axes(reading: SymmetryReading) -> SymmetryReading:
    """A setting that the cell alone tells, with a remark that says so."""
    note = f"read in the setting {reading.name}, to which the cell belongs"
    return reading if reading.remark is not None else replace(reading, remark=note)


def _readings(
    listed: Sequence[str] | None,
    operations: frozenset[Operation] | None,
    stated: _Stated,
    loose: str | None,
) -> list[SymmetryReading]:
    named = [*stated.settings, *stated.strangers]
    if listed is None and not named:
        if stated.crystal_system is not None:
            raise StructureFileError(
                f"says {stated.crystal_system}, and names no space group: name it "
                "(_space_group_name_H-M_alt), or list the symmetry operations"
            )
        told_p1 = "no symmetry is stated: read as P 1"
        return [SymmetryReading("P 1", (IDENTITY,), 1, told_p1)]
    if operations is None:
        if not named:
            raise StructureFileError(
                f"symmetry operation {quoted((listed or [''])[0])} cannot be read, and no space "
                "group is named: list the operations, such as x,y,z"
            )
        note: str | None = None
        if stated.strangers:
            note = f"names {stated.settings[0].name} and {stated.strangers[0].name}, which differ"
        if listed:
            note = f"its symmetry operations cannot be read ({quoted(listed[0])}): taken from its "
            note += "space group"
        readings = _of_settings(named, note)
        if not stated.strangers:
            return readings
        return [
            replace(reading, remark=f"{reading.remark}: read as {reading.name}")
            for reading in readings
        ]
    closed = is_closed(operations)
    if not named:
        if not closed:
            raise StructureFileError(
                f"the {len(operations)} symmetry operations listed are not all of a group: list "
                "every "
                "one of them, or name the space group"
            )
        remark = _of_unknown(operations, stated) or loose
        return [SymmetryReading(LISTED, _ordered(operations), remark=remark)]
    own = SymmetryReading(LISTED, _ordered(operations), table_number(operations), loose)
    if closed and not stated.strangers:
        if stated.by_number_alone and type_number(operations) == stated.number:
            return [own]
        if any(_agrees(operations, setting) for setting in stated.settings):
            return [own]
    note = (
        f"it lists {len(operations)} symmetry operation(s), not those of its space group: "
        "restored by "
        "name"
    )
    if not closed:
        whole = [setting for setting in named if operations <= setting.operations]
        if not whole:
            raise StructureFileError(
                f"the {len(operations)} symmetry operations listed are no group, nor part of "
                f"{named[0].name}: correct them or the name"
            )
        return _of_settings(
            whole, f"lists {len(operations)} symmetry operations only: restored by name"
        )
    return [*_of_settings(named, note), own]


def _of_unknown(operations: frozenset[Operation], stated: _Stated) -> str | None:
    """What is said of operations beside a name that is not in the tables.

    Raises:
        StructureFileError: They are the identity alone, as programs that do not know the
            name write them.
    """
    if not stated.unknown:
        return None
    tag, value = _as_written(stated.unknown[0])
    if operations == {IDENTITY}:
        raise StructureFileError(
            f"{tag} is {quoted(value)}, which is not a known space group, and the identity is the "
            "only operation listed: list all (_space_group_symop_operation_xyz), or name P 1"
        )
    return f"{quoted(value)} is not a known space group: read by the operations listed"


def _of_settings(settings: Sequence[Setting], remark: str | None) -> list[SymmetryReading]:
    return [
        SymmetryReading(
            setting.name, _ordered(setting.operations), setting.number, remark, setting.usual
        )
        for setting in settings
    ]


def _agrees(operations: frozenset[Operation], setting: Setting) -> bool:
    if operations == setting.operations:
        return True
    return not setting.explicit and differs_by_origin(operations, setting.operations)


def _ordered(operations: frozenset[Operation]) -> tuple[Operation, ...]:
    return (IDENTITY, *sorted(operations - {IDENTITY}, reverse=True))


def _stated(fields: Mapping[str, Sequence[str]]) -> _Stated:
    """Combines what names, Hall symbol and number stand for."""
    stated = _Stated()
    statements: list[list[Setting]] = []
    for tag in _HALL_TAGS:
        for value in _given(fields, tag):
            settings = settings_of_hall(value)
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
    stated.crystal_system = _crystal_system(fields)
    stated.number = _number(fields)
    if stated.number is None and not stated.settings:
        stated.unknown += [(_SCHOENFLIES_TAG, value) for value in _given(fields, _SCHOENFLIES_TAG)]
    if stated.number is not None and not stated.settings:
        stated.by_number_alone = True
        stated.settings = reference_settings(stated.number)
    elif stated.number is not None:
        numbered = [
            setting for setting in stated.settings if setting.number in (stated.number, None)
        ]
        if not numbered:
            stated.strangers += reference_settings(stated.number)
        stated.settings = numbered or stated.settings
    return stated


def _combine(stated: _Stated, settings: list[Setting]) -> None:
    if not stated.settings:
        stated.settings = settings
        return
    both = [
        setting
        for setting in stated.settings
        if any(setting.operations == two.operations for two in settings)
    ]
    if not both:
        both = [
            setting
            for setting in stated.settings
            if any(differs_by_origin(setting.operations, two.operations) for two in settings)
        ]
    if both:
        explicit = {two.operations for two in settings if two.explicit}
        stated.settings = [
            replace(setting, explicit=setting.explicit or setting.operations in explicit)
            for setting in both
        ]
    else:
        stated.strangers += settings


def _given(fields: Mapping[str, Sequence[str]], tag: str) -> list[str]:
    said = dict.fromkeys(fields.get(tag, ()))
    return [value for value in said if value.strip() not in ("", "?", ".")]


def _crystal_system(fields: Mapping[str, Sequence[str]]) -> str | None:
    """The crystal system or class that a file states, where P 1 does not belong to it."""
    for tag in _SYSTEM_TAGS:
        for value in _given(fields, tag):
            if value.strip().lower() in _SYSTEMS:
                return f"{tag} {value.strip()}"
    for tag, of_p1 in _CLASS_TAGS.items():
        for value in _given(fields, tag):
            if value.replace(" ", "") != of_p1:
                return f"{tag.replace('h-m', 'H-M')} {quoted(value)}"
    return None


def _number(fields: Mapping[str, Sequence[str]]) -> int | None:
    numbers: dict[int, str] = {}
    for tag in _NUMBER_TAGS:
        for value in _given(fields, tag):
            if value.strip() == "0":
                continue  # how a program says that it knows none
            said = tag.replace("int_tables", "Int_Tables").replace("it_number", "IT_number")
            plain = value.strip().isascii() and value.strip().isdecimal()
            if not plain or not 1 <= int(value) <= 230:
                raise StructureFileError(f"{said} is {quoted(value)}: must be from 1 to 230")
            numbers[int(value)] = said
    for value in _given(fields, _SCHOENFLIES_TAG):
        number = number_of_schoenflies(value)
        if number is not None:
            numbers.setdefault(number, f"_space_group_name_Schoenflies {quoted(value)}, number")
    if len(numbers) > 1:
        both = " and ".join(f"{said} {number}" for number, said in numbers.items())
        raise StructureFileError(f"contradicts itself: {both}; correct one of them")
    return next(iter(numbers), None)
