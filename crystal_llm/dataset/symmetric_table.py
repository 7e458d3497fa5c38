"""Tables of crystals by their symmetry: one row a crystal, one entry an orbit.

Columns:

====================================  ==================================================
``material_id``                       any unique string
``formula``                           reduced formula, as prompts say it
``spacegroup_number``                 international number, standard setting
``lattice``                           free lattice parameters, Å and degrees
``elements``                          element of each orbit
``letters``                           Wyckoff letter of each orbit, as one string
``coordinates``                       flat list of the orbits' free coordinates
``atoms``                             atoms in the primitive cell
``formation_energy_ev_per_atom``      null where unknown
``energy_above_hull_ev_per_atom``     null where unknown
``band_gap_ev``                       null where unknown
``split``                             ``train``, ``val`` or ``test``
``near_test``                         formula and space group of a val or test row
====================================  ==================================================
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal, free_lattice_parameters
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.crystal.wyckoff import centring_multiplicity, wyckoff_positions
from crystal_llm.dataset.row_building import SPLITS, Failure, RowProgress
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import CrystalLLMError, CrystalTextError, SymmetryError, TableError
from crystal_llm.text.symmetric_text import encode_symmetric

MAX_TABLE_ORBITS = 20
"""Most orbits of a crystal in symmetric form: 99% of stable crystals have no more."""

_KNOWN = frozenset(ELEMENTS)
_ENERGIES = ("formation_energy_ev_per_atom", "energy_above_hull_ev_per_atom", "band_gap_ev")
_REPEATED = ("material_id", "formula", "elements.list.element", "letters", "split")
SYMMETRIC_COLUMNS = (
    "material_id",
    "formula",
    "spacegroup_number",
    "lattice",
    "elements",
    "letters",
    "coordinates",
    *_ENERGIES,
    "split",
    "near_test",
)


@dataclass(frozen=True, slots=True)
class SymmetricRow:
    """One known crystal in symmetric form and what is known of it (None where unknown)."""

    material_id: str
    formula: str
    crystal: SymmetricCrystal
    formation_energy_ev_per_atom: float | None
    energy_above_hull_ev_per_atom: float | None
    band_gap_ev: float | None
    split: str
    near_test: bool


@dataclass(frozen=True, slots=True)
class SymmetricRows:
    """Rows in symmetric form and what has none.

    Attributes:
        rows: In the order of the source.
        failures: Crystals without symmetric form, with the reason.
        too_many_orbits: Count of crystals with more orbits than asked for.
    """

    rows: tuple[SymmetricRow, ...]
    failures: tuple[Failure, ...]
    too_many_orbits: int


def atoms_in_primitive_cell(crystal: SymmetricCrystal) -> int:
    """Atoms in the primitive cell of a crystal."""
    sites = sum(position.multiplicity for position in crystal.positions)
    return sites // centring_multiplicity(crystal.spacegroup_number)


def is_trained_on(row: SymmetricRow, max_orbits: int) -> bool:
    """Whether a row may be drawn: never val, test, or what is near them."""
    return row.split == "train" and not row.near_test and len(row.crystal.orbits) <= max_orbits


def is_symmetric_table(path: Path, *, more: Iterable[str] = ()) -> bool:
    """Whether a file is a table in symmetric form, by its columns.

    Args:
        path: The file.
        more: Further columns that it must have.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return {*SYMMETRIC_COLUMNS, *more} <= set(pq.read_schema(path).names)
    except (OSError, pa.ArrowException):
        return False


def read_symmetric_table(path: Path, split: str | None = None) -> list[SymmetricRow]:
    """Reads a table in symmetric form.

    Args:
        path: The table.
        split: Only rows of this one; None for all.

    Raises:
        TableError: The file is missing, is not Parquet, lacks a column or holds a row that
            is no crystal.
    """
    import pandas as pd

    if not path.is_file():
        raise TableError(f"{path}: no such table; make one with `crystal-llm data table`")
    try:
        chosen = None if split is None else [("split", "==", split)]
        frame = pd.read_parquet(path, filters=chosen)
    except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
        raise TableError(f"{path}: not a readable Parquet table ({error})") from error
    missing = [name for name in SYMMETRIC_COLUMNS if name not in frame.columns]
    if missing:
        raise TableError(
            f"{path}: no symmetric form (lacks {', '.join(missing)}); "
            "make it with `crystal-llm data table`"
        )
    rows = []
    for values in zip(*(frame[name] for name in SYMMETRIC_COLUMNS), strict=True):
        try:
            rows.append(_row(*values))
        except (CrystalLLMError, TypeError, ValueError, KeyError, IndexError) as error:
            raise TableError(f"{path}: row {len(rows)} ({values[0]}): {error}") from error
    return rows


def write_symmetric_table(
    rows: Sequence[SymmetricRow],
    path: Path,
    *,
    more: Mapping[str, Sequence[str]] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Writes rows as a table in symmetric form, whole or not at all.

    Lattices and coordinates are stored in single precision: to 1e-6 Å and 1e-7.

    Args:
        rows: The crystals.
        path: The table; its folder is made where there is none.
        more: Further columns of text, which :func:`read_symmetric_table` passes over.
        metadata: Kept in the file's schema.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    crystals = [row.crystal for row in rows]
    number, numbers = pa.float32(), pa.list_(pa.float32())
    columns = {
        "material_id": pa.array([row.material_id for row in rows], pa.string()),
        "formula": pa.array([row.formula for row in rows], pa.string()),
        "spacegroup_number": pa.array(
            [crystal.spacegroup_number for crystal in crystals], pa.int16()
        ),
        "lattice": pa.array([list(crystal.lattice) for crystal in crystals], numbers),
        "elements": pa.array(
            [[orbit.element for orbit in crystal.orbits] for crystal in crystals],
            pa.list_(pa.string()),
        ),
        "letters": pa.array(["".join(o.letter for o in crystal.orbits) for crystal in crystals]),
        "coordinates": pa.array(
            [
                [value for orbit in crystal.orbits for value in orbit.coordinates]
                for crystal in crystals
            ],
            numbers,
        ),
        "atoms": pa.array([atoms_in_primitive_cell(crystal) for crystal in crystals], pa.int32()),
        **{name: pa.array([getattr(row, name) for row in rows], number) for name in _ENERGIES},
        "split": pa.array([row.split for row in rows], pa.string()),
        "near_test": pa.array([row.near_test for row in rows], pa.bool_()),
        **{name: pa.array(values, pa.string()) for name, values in (more or {}).items()},
    }
    table = pa.table(columns).replace_schema_metadata(dict(metadata or {}))
    split = ["lattice.list.element", "coordinates.list.element", *_ENERGIES]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    pq.write_table(
        table,
        unfinished,
        compression="zstd",
        compression_level=19,
        use_dictionary=[*_REPEATED, *(more or {})],
        # The bytes of like rank side by side: a third less than number by number.
        column_encoding=dict.fromkeys(split, "BYTE_STREAM_SPLIT"),
    )
    unfinished.replace(path)


def symmetric_rows(
    rows: Sequence[CrystalRow],
    max_orbits: int = MAX_TABLE_ORBITS,
    progress: RowProgress | None = None,
) -> SymmetricRows:
    """Brings rows of a table of cells to symmetric form.

    Args:
        rows: Cells; none of them is near to a test crystal.
        max_orbits: Crystals with more orbits are counted and left out.
        progress: Told after every crystal.
    """
    built: list[SymmetricRow] = []
    failures: list[Failure] = []
    too_many_orbits = 0
    for done, row in enumerate(rows, start=1):
        try:
            crystal = symmetric_crystal(row.crystal)
            encode_symmetric(crystal)  # an angle or length that no text can say
        except (SymmetryError, CrystalTextError) as error:
            failures.append(Failure(row.material_id, str(error)))
        else:
            known = {name: getattr(row, name) for name in ("formula", *_ENERGIES, "split")}
            if len(crystal.orbits) > max_orbits:
                too_many_orbits += 1
            else:
                built.append(
                    SymmetricRow(row.material_id, crystal=crystal, near_test=False, **known)
                )
        if progress is not None:
            progress(done, len(rows))
    return SymmetricRows(tuple(built), tuple(failures), too_many_orbits)


def _row(
    material_id: str,
    formula: str,
    spacegroup_number: int,
    lattice: Any,
    elements: Any,
    letters: str,
    coordinates: Any,
    formation_energy: float | None,
    energy_above_hull: float | None,
    band_gap: float | None,
    split: str,
    near_test: bool,
) -> SymmetricRow:
    return SymmetricRow(
        str(material_id),
        str(formula),
        crystal_of_row(spacegroup_number, lattice, elements, letters, coordinates),
        _known(formation_energy),
        _known(energy_above_hull),
        _known(band_gap),
        _split(split),
        near_test is not None and near_test == 1,
    )


def crystal_of_row(
    spacegroup_number: int,
    lattice: Iterable[float],
    elements: Sequence[str],
    letters: str,
    coordinates: Iterable[float],
) -> SymmetricCrystal:
    """The crystal that a row's columns say.

    Raises:
        SymmetryError: An element, group or position that there is not.
        ValueError: Numbers that are too few, too many or not finite.
    """
    number = int(spacegroup_number)
    table = wyckoff_positions(number)
    cell, values = [float(value) for value in lattice], [float(value) for value in coordinates]
    names = free_lattice_parameters(number)
    if len(cell) != len(names):
        raise ValueError(f"space group {number} has the lattice parameters {' '.join(names)}")
    if not all(math.isfinite(value) for value in (*cell, *values)) or min(cell) <= 0.0:
        raise ValueError("a lattice parameter is not above 0, or a coordinate is not finite")
    if len(elements) == 0 or len(elements) != len(letters):
        raise ValueError(f"{len(elements)} elements on {len(letters)} positions")
    orbits = []
    place = 0
    for element, letter in zip(elements, letters, strict=True):
        if letter not in table:
            raise SymmetryError(f"space group {number} has no position {letter}")
        if element not in _KNOWN:
            raise SymmetryError(f"{element!r} is not an element")
        count = len(table[letter].free_axes)
        orbits.append(Orbit(str(element), letter, tuple(values[place : place + count])))
        place += count
    if place != len(values):
        raise ValueError(f"{len(values)} coordinates for positions with {place}")
    return SymmetricCrystal(number, tuple(cell), tuple(orbits))


def _split(value: str) -> str:
    if value not in SPLITS:
        raise ValueError(f"split is {value!r}; it must be {', '.join(SPLITS)}")
    return str(value)


def _known(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)
