"""A Parquet table of crystals as a source: our own layout, or that of Materials Project dumps.

The second has one column a number (``a, b, c, alpha, beta, gamma``) and the names of the
Materials Project (``e_above_hull``, …), with optional marks ``split`` and ``near_test``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crystal_llm.crystal.check import angles_make_a_cell
from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.dataset.row_building import SPLITS, Failure, SourceCrystal, SourceReading
from crystal_llm.errors import TableError
from crystal_llm.types import PlainCrystal

FLAT_COLUMNS = ("material_id", "a", "b", "c", "alpha", "beta", "gamma", "species", "frac_coords")
LISTED_COLUMNS = (
    "material_id",
    "lengths_angstrom",
    "angles_degrees",
    "species",
    "fractional_coordinates",
)
KNOWN_AS = {
    "spacegroup_number": ("spacegroup_number",),
    "formation_energy_ev_per_atom": (
        "formation_energy_ev_per_atom",
        "formation_energy_per_atom",
    ),
    "energy_above_hull_ev_per_atom": ("energy_above_hull_ev_per_atom", "e_above_hull"),
    "band_gap_ev": ("band_gap_ev", "band_gap"),
    "split": ("split",),
}
"""Our names of what may be known of a crystal, each with the columns that may hold it."""

_KNOWN = frozenset(ELEMENTS)


def read_source_table(path: Path, *, keep_near_test: bool = False) -> SourceReading:
    """The crystals of a Parquet table.

    Rows marked ``near_test`` (of a test crystal's formula and space group) are left out,
    since nothing may be trained on them; split marks are kept.

    Args:
        path: The table.
        keep_near_test: Keep those rows: known phases for a hull, not for training.

    Raises:
        TableError: No such table, not Parquet, columns missing, or an unknown split.
    """
    import pandas as pd

    if not path.is_file():
        raise TableError(f"{path}: no such table")
    try:
        frame = pd.read_parquet(path)
    except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
        raise TableError(f"{path}: not a readable Parquet table ({error})") from error
    listed = set(LISTED_COLUMNS) <= set(frame.columns)
    missing = [name for name in FLAT_COLUMNS if name not in frame.columns]
    if missing and not listed:
        raise TableError(
            f"{path}: lacks the column(s) {', '.join(missing)}; a source table has "
            f"{', '.join(FLAT_COLUMNS)}, or {', '.join(LISTED_COLUMNS)}"
        )
    left_out = {}
    if "near_test" in frame.columns and not keep_near_test:
        near = frame["near_test"].fillna(False).astype(bool)
        left_out["near_test"] = int(near.sum())
        frame = frame[~near]
    crystals: list[SourceCrystal] = []
    failures: list[Failure] = []
    for record in _records(frame):
        identity = str(record["material_id"])
        try:
            crystals.append(_source_crystal(identity, record, listed))
        except TableError as error:
            raise TableError(f"{path}: {identity}: {error}") from error
        except (ValueError, TypeError) as error:
            failures.append(Failure(identity, str(error)))
    return SourceReading(tuple(crystals), tuple(failures), left_out)


def _records(frame: Any) -> Iterator[dict[str, Any]]:
    columns = [str(name) for name in frame.columns]
    for values in zip(*(frame[name] for name in columns), strict=True):
        yield dict(zip(columns, values, strict=True))


def _source_crystal(identity: str, record: dict[str, Any], listed: bool) -> SourceCrystal:
    if listed:
        cell = [*record["lengths_angstrom"], *record["angles_degrees"]]
        flat = record["fractional_coordinates"]
    else:
        cell = [record[name] for name in FLAT_COLUMNS[1:7]]
        flat = record["frac_coords"]
    known = {
        ours: next((record[name] for name in names if name in record), None)
        for ours, names in KNOWN_AS.items()
    }
    split = None if _is_missing(known["split"]) else str(known["split"])
    if split is not None and split not in SPLITS:
        raise TableError(f"split is {split!r}; it must be {', '.join(SPLITS)} or null")
    group = _number(known["spacegroup_number"])
    if group is not None and group not in range(1, 231):
        raise ValueError(f"space group {group:g} does not exist: use 1 to 230, or null")
    return SourceCrystal(
        identity,
        _crystal(cell, record["species"], flat),
        spacegroup_number=None if group is None else int(group),
        formation_energy_ev_per_atom=_number(known["formation_energy_ev_per_atom"]),
        energy_above_hull_ev_per_atom=_number(known["energy_above_hull_ev_per_atom"]),
        band_gap_ev=_number(known["band_gap_ev"]),
        split=split,
        near_test=bool(record.get("near_test") or False),
    )


def _crystal(cell: list[Any], species: Any, flat: Any) -> PlainCrystal:
    """The crystal of one row.

    Raises:
        ValueError: The numbers make no crystal.
    """
    numbers = [float(value) for value in cell]
    symbols = tuple(str(symbol) for symbol in species)
    coordinates = [float(value) for value in flat]
    if len(numbers) != 6 or not all(map(math.isfinite, [*numbers, *coordinates])):
        raise ValueError("a lattice parameter or coordinate is not a finite number")
    if min(numbers[:3]) < 0.1 or not angles_make_a_cell(*numbers[3:]):
        raise ValueError(f"the lattice parameters {numbers} enclose no volume")
    if not symbols or len(coordinates) != 3 * len(symbols):
        raise ValueError(f"{len(symbols)} species have {len(coordinates)} coordinates")
    strange = next((symbol for symbol in symbols if symbol not in _KNOWN), None)
    if strange is not None:
        raise ValueError(f"{strange!r} is not an element")
    return PlainCrystal(
        (numbers[0], numbers[1], numbers[2]),
        (numbers[3], numbers[4], numbers[5]),
        symbols,
        tuple(zip(coordinates[0::3], coordinates[1::3], coordinates[2::3], strict=True)),
    )


def _number(value: Any) -> float | None:
    return None if _is_missing(value) else float(value)


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value))
