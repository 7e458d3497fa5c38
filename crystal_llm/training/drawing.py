"""How a training run of an adapter draws from a table, in either text."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystal_llm.dataset.symmetric_table import (
    SymmetricRow,
    atoms_in_primitive_cell,
    is_trained_on,
    read_symmetric_table,
)
from crystal_llm.dataset.table import CrystalRow, read_table
from crystal_llm.errors import CrystalTextError
from crystal_llm.text.symmetric_text import encode_symmetric
from crystal_llm.training.prompt_sampling import Draw, PromptMix, draw_generation, draw_infill
from crystal_llm.training.symmetric_prompt_sampling import (
    draw_symmetric_generation,
    draw_symmetric_infill,
)
from crystal_llm.types import TextKind


@dataclass(frozen=True, slots=True)
class TextDraws:
    """What tells a run in one text from a run in the other.

    Attributes:
        read: Reads the table's rows.
        is_drawn: Whether a row may be drawn, given the most orbits.
        atoms: Atoms of a row's (primitive) cell.
        generation: Draws a prompt that asks for the row's crystal.
        infill: Draws a prompt that masks an element of it.
    """

    read: Callable[[Path], list[Any]]
    is_drawn: Callable[[Any, int], bool]
    atoms: Callable[[Any], int]
    generation: Callable[[Any, PromptMix, random.Random], Draw]
    infill: Callable[[Any, random.Random], Draw]


def _is_drawn(row: CrystalRow, max_orbits: int) -> bool:
    return row.split == "train"


def _is_drawn_by_orbits(row: SymmetricRow, max_orbits: int) -> bool:
    if not is_trained_on(row, max_orbits):
        return False
    try:
        encode_symmetric(row.crystal)
    except CrystalTextError:
        return False
    return True


_DRAWS: dict[TextKind, TextDraws] = {
    "coordinate": TextDraws(
        read_table, _is_drawn, lambda row: len(row.crystal.species), draw_generation, draw_infill
    ),
    "symmetric": TextDraws(
        read_symmetric_table,
        _is_drawn_by_orbits,
        lambda row: atoms_in_primitive_cell(row.crystal),
        draw_symmetric_generation,
        draw_symmetric_infill,
    ),
}


def draws_of(text: TextKind) -> TextDraws:
    """How a text is drawn."""
    return _DRAWS[text]


def rows_in(table: Path, text: TextKind) -> Sequence[CrystalRow] | Sequence[SymmetricRow]:
    """The rows of a table that a run in a text is trained and judged on.

    Raises:
        TableError: The file is no table, or lacks the form that the text needs.
    """
    return draws_of(text).read(table)
