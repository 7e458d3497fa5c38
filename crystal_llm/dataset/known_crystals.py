"""Every known crystal of a table, whatever its size: what novelty is measured against.

A training table leaves out cells of more than 20 atoms and rows near a test crystal. Nothing
may be trained on those, but a crystal that repeats one of them is not new.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from crystal_llm.crystal.composition import reduced_formula
from crystal_llm.crystal.reduction import niggli_primitive
from crystal_llm.crystal.symmetric import plain_crystal
from crystal_llm.dataset.row_building import split_of
from crystal_llm.dataset.source_table import read_source_table
from crystal_llm.dataset.symmetric_table import (
    SymmetricRow,
    is_symmetric_table,
    read_symmetric_table,
)
from crystal_llm.dataset.table import CrystalRow, read_table
from crystal_llm.errors import TableError
from crystal_llm.types import PlainCrystal

RowChoice: TypeAlias = Callable[[Sequence[CrystalRow]], Sequence[CrystalRow]]


def read_test_rows(
    path: Path, split: str | None = "test", *, choose: RowChoice | None = None
) -> list[CrystalRow]:
    """Rows of one split of a table, in either form, as Niggli-reduced primitive cells.

    Args:
        path: A training table, or a table in symmetric form, as the shipped known structures.
        split: Which rows; None for all.
        choose: Picks some of them, in primitive cells that need not be reduced yet: reducing
            takes most of the time. None for all.

    Raises:
        TableError: No such table, not Parquet, or a column is missing.
    """
    if not is_symmetric_table(path):
        rows = [row for row in read_table(path) if split in (None, row.split)]
        return rows if choose is None else list(choose(rows))
    rows = list(map(row_of_cell, read_symmetric_table(path, split)))
    chosen = rows if choose is None else choose(rows)
    return [replace(row, crystal=niggli_primitive(row.crystal)) for row in chosen]


def read_known_crystals(path: Path) -> list[CrystalRow]:
    """All crystals of a table, in the cells in which it holds them.

    Args:
        path: A table as `crystal-llm data` writes it, in either form (the shipped known
            structures are one), or one that `crystal-llm data table` reads.

    Raises:
        TableError: No such table, not Parquet, columns missing, or no crystal in it.
    """
    if is_symmetric_table(path):
        return [row_of_cell(row) for row in read_symmetric_table(path)]
    reading = read_source_table(path, keep_near_test=True)
    rows = []
    with warnings.catch_warnings():
        # pymatgen warns of elements without electronegativity whenever it sorts a formula.
        warnings.simplefilter("ignore")
        for crystal in reading.crystals:
            if not isinstance(crystal.content, PlainCrystal):
                continue
            formula = reduced_formula(Counter(crystal.content.species))
            rows.append(
                CrystalRow(
                    crystal.material_id,
                    formula,
                    crystal.content,
                    crystal.spacegroup_number,
                    crystal.formation_energy_ev_per_atom,
                    crystal.energy_above_hull_ev_per_atom,
                    crystal.band_gap_ev,
                    crystal.split or split_of(formula),
                )
            )
    if not rows:
        raise TableError(f"{path}: holds no crystal that can be read")
    return rows


def row_of_cell(row: SymmetricRow) -> CrystalRow:
    """A row in symmetric form as one of a table of cells."""
    return CrystalRow(
        row.material_id,
        row.formula,
        plain_crystal(row.crystal),
        row.crystal.spacegroup_number,
        row.formation_energy_ev_per_atom,
        row.energy_above_hull_ev_per_atom,
        row.band_gap_ev,
        row.split,
    )
