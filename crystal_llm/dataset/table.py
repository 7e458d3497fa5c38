"""The training table: crystals as plain numbers in one Parquet file.

Columns (``docs/data.md`` says the same for users):

====================================  ==================================================
``material_id``                       any unique string
``formula``                           reduced formula, as prompts say it
``spacegroup_number``                 international number, null where unknown
``lengths_angstrom``                  list of 3
``angles_degrees``                    list of 3
``species``                           list of n element symbols
``fractional_coordinates``            flat list of 3n numbers, site by site
``formation_energy_ev_per_atom``      null where unknown
``energy_above_hull_ev_per_atom``     null where unknown
``band_gap_ev``                       null where unknown
``split``                             ``train``, ``val`` or ``test``
====================================  ==================================================

Cells are Niggli-reduced and primitive: :mod:`crystal_llm.crystal.reduction` makes them so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystal_llm.errors import TableError
from crystal_llm.types import PlainCrystal

TABLE_COLUMNS = (
    "material_id",
    "formula",
    "spacegroup_number",
    "lengths_angstrom",
    "angles_degrees",
    "species",
    "fractional_coordinates",
    "formation_energy_ev_per_atom",
    "energy_above_hull_ev_per_atom",
    "band_gap_ev",
    "split",
)


@dataclass(frozen=True, slots=True)
class CrystalRow:
    """One known crystal and what is known of it (None where unknown)."""

    material_id: str
    formula: str
    crystal: PlainCrystal
    spacegroup_number: int | None
    formation_energy_ev_per_atom: float | None
    energy_above_hull_ev_per_atom: float | None
    band_gap_ev: float | None
    split: str


def read_table(path: Path) -> list[CrystalRow]:
    """Reads a training table.

    Raises:
        TableError: The file is missing, is not Parquet, or lacks a column.
    """
    import pandas as pd

    if not path.is_file():
        raise TableError(f"{path}: no such table; make one with `crystal-llm data`")
    try:
        frame = pd.read_parquet(path)
    except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
        raise TableError(f"{path}: not a readable Parquet table ({error})") from error
    missing = [name for name in TABLE_COLUMNS if name not in frame.columns]
    if missing:
        raise TableError(
            f"{path}: lacks the column(s) {', '.join(missing)}; make it with `crystal-llm data`"
        )
    rows = []
    for values in zip(*(frame[name] for name in TABLE_COLUMNS), strict=True):
        try:
            rows.append(_row(*values))
        except (TypeError, ValueError, IndexError) as error:
            raise TableError(
                f"{path}: row {len(rows)} ({values[0]}) is not as docs/training.md has it: {error}"
            ) from error
    return rows


def write_table(rows: list[CrystalRow], path: Path) -> None:
    """Writes rows as a training table, whole or not at all."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "material_id": [row.material_id for row in rows],
            "formula": [row.formula for row in rows],
            "spacegroup_number": pd.array([row.spacegroup_number for row in rows], dtype="Int16"),
            "lengths_angstrom": [list(row.crystal.lengths_angstrom) for row in rows],
            "angles_degrees": [list(row.crystal.angles_degrees) for row in rows],
            "species": [list(row.crystal.species) for row in rows],
            "fractional_coordinates": [
                [value for site in row.crystal.fractional_coordinates for value in site]
                for row in rows
            ],
            "formation_energy_ev_per_atom": _floats(
                [row.formation_energy_ev_per_atom for row in rows]
            ),
            "energy_above_hull_ev_per_atom": _floats(
                [row.energy_above_hull_ev_per_atom for row in rows]
            ),
            "band_gap_ev": _floats([row.band_gap_ev for row in rows]),
            "split": [row.split for row in rows],
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    frame.to_parquet(unfinished, index=False)
    unfinished.replace(path)


def _row(*values: Any) -> CrystalRow:
    identity, formula, group, lengths, angles, species, flat, formation, hull, gap, split = values
    flat = [float(value) for value in flat]
    if len(flat) != 3 * len(species):
        raise ValueError(f"{len(flat)} fractional coordinates for {len(species)} sites")
    return CrystalRow(
        material_id=str(identity),
        formula=str(formula),
        crystal=PlainCrystal(
            (float(lengths[0]), float(lengths[1]), float(lengths[2])),
            (float(angles[0]), float(angles[1]), float(angles[2])),
            tuple(str(symbol) for symbol in species),
            tuple(zip(flat[0::3], flat[1::3], flat[2::3], strict=True)),
        ),
        spacegroup_number=None if _missing(group) else int(group),
        formation_energy_ev_per_atom=None if _missing(formation) else float(formation),
        energy_above_hull_ev_per_atom=None if _missing(hull) else float(hull),
        band_gap_ev=None if _missing(gap) else float(gap),
        split=str(split),
    )


def _floats(values: list[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _missing(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))
