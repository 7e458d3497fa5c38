"""Crystals that samples should become: those of a table, in their reduced cells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from crystal_llm.dataset.known_crystals import row_of_cell
from crystal_llm.dataset.symmetric_table import is_symmetric_table, read_symmetric_table
from crystal_llm.dataset.table import CrystalRow, read_table
from crystal_llm.errors import FlowError
from crystal_llm.flow.cell import refined_cell


def read_targets(path: Path) -> list[CrystalRow]:
    """The crystals of a table in either form, but those near a validation or test crystal.

    Args:
        path: A table as `crystal-llm data` writes it; the shipped known structures are one.

    Raises:
        TableError: No such table, not Parquet, or columns missing.
    """
    if not (path.is_file() and is_symmetric_table(path)):
        return read_table(path)
    return [row_of_cell(row) for row in read_symmetric_table(path) if not row.near_test]


def reduced_target(row: CrystalRow) -> CrystalRow | str:
    """A target in its primitive Niggli cell, where a symmetric table has it in a standard one.

    Returns:
        The target, or why it cannot be one.
    """
    try:
        reduced = refined_cell(row.crystal)
    except FlowError as error:
        return f"target: {error}"
    before, after = (
        (*cell.lengths_angstrom, *cell.angles_degrees) for cell in (row.crystal, reduced)
    )
    return row if np.allclose(before, after, atol=1e-6) else replace(row, crystal=reduced)
