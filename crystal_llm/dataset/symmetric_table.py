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

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal, symmetric_crystal
from crystal_llm.crystal.wyckoff import centring_multiplicity, wyckoff_positions
from crystal_llm.errors import CrystalLLMError, TableError
from crystal_llm.types import PlainCrystal

COLUMNS = (
    "material_id",
    "formula",
    "spacegroup_number",
    "lattice",
    "elements",
    "letters",
    "coordinates",
    "formation_energy_ev_per_atom",
    "energy_above_hull_ev_per_atom",
    "band_gap_ev",
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
class Unconverted:
    """A crystal without a symmetric form, and why."""

    material_id: str
    reason: str


def atoms_in_primitive_cell(crystal: SymmetricCrystal) -> int:
    """Atoms in the primitive cell of a crystal."""
    sites = sum(position.multiplicity for position in crystal.positions)
    return sites // centring_multiplicity(crystal.spacegroup_number)


def read_symmetric_table(path: Path) -> list[SymmetricRow]:
    """Reads a table in symmetric form.

    Raises:
        TableError: The file is missing, is not Parquet, lacks a column or holds a row that
            is no crystal.
    """
    import pandas as pd

    if not path.is_file():
        raise TableError(f"{path}: no such table; make one with `crystal-llm data table`")
    try:
        frame = pd.read_parquet(path)
    except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
        raise TableError(f"{path}: not a readable Parquet table ({error})") from error
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise TableError(
            f"{path}: no symmetric form (lacks {', '.join(missing)}); "
            "make it with `crystal-llm data table`"
        )
    rows = []
    for values in zip(*(frame[name] for name in COLUMNS), strict=True):
        try:
            rows.append(_row(*values))
        except (CrystalLLMError, TypeError, ValueError, KeyError, IndexError) as error:
            raise TableError(f"{path}: row {len(rows)} ({values[0]}): {error}") from error
    return rows


def write_symmetric_table(rows: list[SymmetricRow], path: Path) -> None:
    """Writes rows as a table in symmetric form, whole or not at all."""
    import pandas as pd

    def floats(values: Iterable[float | None]) -> Any:
        return pd.array(
            [float("nan") if value is None else value for value in values], dtype="float32"
        )

    frame = pd.DataFrame(
        {
            "material_id": [row.material_id for row in rows],
            "formula": [row.formula for row in rows],
            "spacegroup_number": pd.array(
                [row.crystal.spacegroup_number for row in rows], dtype="int16"
            ),
            "lattice": [list(row.crystal.lattice) for row in rows],
            "elements": [[orbit.element for orbit in row.crystal.orbits] for row in rows],
            "letters": ["".join(orbit.letter for orbit in row.crystal.orbits) for row in rows],
            "coordinates": [
                [value for orbit in row.crystal.orbits for value in orbit.coordinates]
                for row in rows
            ],
            "atoms": [atoms_in_primitive_cell(row.crystal) for row in rows],
            "formation_energy_ev_per_atom": floats(r.formation_energy_ev_per_atom for r in rows),
            "energy_above_hull_ev_per_atom": floats(r.energy_above_hull_ev_per_atom for r in rows),
            "band_gap_ev": floats(row.band_gap_ev for row in rows),
            "split": [row.split for row in rows],
            "near_test": [row.near_test for row in rows],
        }
    )
    unfinished = path.with_name(path.name + ".unfinished")
    frame.to_parquet(unfinished, compression="zstd")
    unfinished.replace(path)


def converted_rows(
    sources: Iterable[tuple[dict[str, Any], PlainCrystal]],
    report: Callable[[int], None] = lambda done: None,
) -> Iterator[SymmetricRow | Unconverted]:
    """Each crystal in symmetric form, or why it has none.

    Args:
        sources: What is known of a crystal (the fields of :class:`SymmetricRow` but the
            crystal), and the crystal.
        report: Called with the number of crystals done.
    """
    for done, (known, crystal) in enumerate(sources, 1):
        try:
            yield SymmetricRow(crystal=symmetric_crystal(crystal), **known)
        except CrystalLLMError as error:
            yield Unconverted(known["material_id"], str(error))
        report(done)


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
    table = wyckoff_positions(int(spacegroup_number))
    values = [float(value) for value in coordinates]
    orbits = []
    for element, letter in zip(elements, letters, strict=True):
        count = len(table[letter].free_axes)
        orbits.append(Orbit(str(element), letter, tuple(values[:count])))
        del values[:count]
    if values:
        raise ValueError("more coordinates than its positions have")
    lattice_values = tuple(float(value) for value in lattice)
    return SymmetricRow(
        str(material_id),
        str(formula),
        SymmetricCrystal(int(spacegroup_number), lattice_values, tuple(orbits)),
        _known(formation_energy),
        _known(energy_above_hull),
        _known(band_gap),
        str(split),
        bool(near_test),
    )


def _known(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)
