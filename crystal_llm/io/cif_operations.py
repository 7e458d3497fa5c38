"""The symmetry operations that a CIF lists, in whatever way they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from crystal_llm.errors import StructureFileError
from crystal_llm.io.space_group_settings import IDENTITY, Operation, as_operation

MAX_OPERATIONS = 192
"""Symmetry operations of the largest space groups (Fm-3m and its kin)."""

_OPERATION_TAGS = (
    "_space_group_symop_operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
    "_symmetry_equiv_as_xyz",
)

_SHOWN_CHARACTERS = 40


def listed_triplets(fields: Mapping[str, Sequence[str]]) -> list[str] | None:
    """The triplets as the file writes them; None where there are none.

    Args:
        fields: Values by lower-case tag, points written as underscores.

    Raises:
        StructureFileError: More than any space group has, or two lists that differ.
    """
    values = _listed_values(fields)
    if not values:
        return None
    joined = _joined(values) or values
    if len(joined) > MAX_OPERATIONS:
        raise StructureFileError(
            f"lists {len(joined)} symmetry operations; no space group has more than "
            f"{MAX_OPERATIONS}"
        )
    return joined


def _listed_values(fields: Mapping[str, Sequence[str]]) -> list[str]:
    given: dict[str, list[str]] = {}
    for tag in _OPERATION_TAGS:
        given[tag] = [
            line.strip()
            for value in fields.get(tag, ())
            for line in value.splitlines()  # a text of several lines holds one on each
            if line.strip() not in ("", "?", ".")
        ]
    lists = [values for values in given.values() if values]
    if len({frozenset(map(_operation, values)) for values in lists if len(values) < 1000}) > 1:
        raise StructureFileError(
            f"lists its symmetry operations twice, {len(lists[0])} and {len(lists[1])} that "
            "differ: remove the wrong list"
        )
    return lists[0] if lists else []


def are_loose(fields: Mapping[str, Sequence[str]]) -> bool:
    """Whether the triplets lost their quotes and fell apart at their blanks."""
    return _joined(_listed_values(fields)) is not None


def _joined(values: Sequence[str]) -> list[str] | None:
    """Triplets that lost their quotes and so fell apart at their blanks: ``x, y, z``.

    None where the values are no such thing. With blanks around signs too it could not be told
    where one operation ends.
    """
    if not values or len(values) % 3:
        return None
    triplets = [tuple(values[place : place + 3]) for place in range(0, len(values), 3)]
    if not all(
        x.endswith(",") and y.endswith(",") and x.count(",") + y.count(",") + z.count(",") == 2
        for x, y, z in triplets
    ):
        return None
    return [" ".join(triplet) for triplet in triplets]


def listed_operations(listed: Sequence[str] | None) -> frozenset[Operation] | None:
    """What the triplets stand for, with the identity; None where none of them can be read.

    Args:
        listed: Triplets as the file writes them.

    Raises:
        StructureFileError: Some can be read and one cannot.
    """
    if listed is None:
        return None
    operations = [_operation(text) for text in listed]
    readable = frozenset(operation for operation in operations if operation is not None)
    if not readable:
        return None
    if len(readable) < len(set(listed)) and None in operations:
        text = listed[operations.index(None)]
        raise StructureFileError(f"symmetry operation {quoted(text)} cannot be read: correct it")
    return readable | {IDENTITY}


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
    return as_operation(operation)


def quoted(text: str) -> str:
    """A value in a message, cut where it is long."""
    text = " ".join(text.split())
    return repr(text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "...")
