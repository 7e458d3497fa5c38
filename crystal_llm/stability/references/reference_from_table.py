"""A table of energies as the source of a reference.

Known layouts, each a Parquet file with ``material_id``, ``formula`` and one of

==================================  ===================================================
``e_form_mp2020``                   formation energies, eV/atom, with the corrections of
                                    the Materials Project of 2020: their method is known
``formation_energy_ev_per_atom``    formation energies: their method must be said
``energy_ev_per_atom``              total energies: their method must be said
==================================  ===================================================

A column ``source``, where there is one, is counted into the notes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.energy_method import MP2020_FORMATION, EnergyKind, EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.stability.references.reference import (
    Reference,
    ReferenceProvenance,
    build_reference,
)

if TYPE_CHECKING:
    import pandas as pd

MP2020_COLUMN = "e_form_mp2020"
ENERGY_COLUMNS: dict[str, EnergyKind] = {
    MP2020_COLUMN: "formation",
    "formation_energy_ev_per_atom": "formation",
    "energy_ev_per_atom": "total",
}
"""Columns that can hold the energy, and which kind of energy it then is."""


@dataclass(frozen=True, slots=True)
class TableReading:
    """A reference made of a table.

    Attributes:
        reference: The reference.
        n_rows: Rows of the table.
        without_energy: Rows left out because their energy is null.
    """

    reference: Reference
    n_rows: int
    without_energy: int


def reference_from_table(
    path: Path,
    *,
    potential: str | None = None,
    weights_sha256: str | None = None,
    level_of_theory: str | None = None,
    correction: str | None = None,
) -> TableReading:
    """Makes a reference of a table of energies.

    Args:
        path: The table.
        potential: Name of the potential, or ``DFT``.
        weights_sha256: Hash of the potential's weights.
        level_of_theory: Such as ``PBE(+U)``.
        correction: Such as ``MP2020``, or ``none``.

    The method is said by the four last, and must not be for ``e_form_mp2020``, where it
    is known.

    Raises:
        StabilityError: No such table, a column is missing, the method is not said or said
            where it is known, or a row cannot be used; names it.
    """
    frame = _read(path)
    columns = [name for name in ENERGY_COLUMNS if name in frame.columns]
    missing = [name for name in ("material_id", "formula") if name not in frame.columns]
    if missing or len(columns) != 1:
        raise StabilityError(
            f"{path}: needs the columns material_id, formula and exactly one of "
            f"{', '.join(ENERGY_COLUMNS)}; it has {', '.join(map(str, frame.columns))}"
        )
    (column,) = columns
    said = (potential, level_of_theory, correction)
    if column == MP2020_COLUMN:
        if any((*said, weights_sha256)):
            raise StabilityError(
                f"{path}: {column} is {MP2020_FORMATION}; name no other method, or name the "
                "column for what it holds"
            )
        method = MP2020_FORMATION
    else:
        if potential is None or level_of_theory is None or correction is None:
            raise StabilityError(
                f"{path}: the table does not say how its energies came about; name the "
                "potential (or DFT), the level of theory and the correction"
            )
        method = EnergyMethod(
            potential, weights_sha256, level_of_theory, correction, ENERGY_COLUMNS[column]
        )
    known = frame[frame[column].notna()]
    provenance = ReferenceProvenance(method, path.name, date.today().isoformat(), _notes(known))
    try:
        rows = zip(
            known["material_id"].astype(str),
            known["formula"].astype(str),
            known[column].astype(float),
            strict=True,
        )
        reference = build_reference(rows, provenance)
    except StabilityError as error:
        raise StabilityError(f"{path}: {error}") from error
    except (ValueError, TypeError) as error:
        raise StabilityError(f"{path}: {column} holds something else than numbers") from error
    return TableReading(reference, len(frame), len(frame) - len(known))


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    if not path.is_file():
        raise StabilityError(f"{path}: no such table")
    try:
        return pd.read_parquet(path)
    except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
        raise StabilityError(f"{path}: not a readable Parquet table ({error})") from error


def _notes(frame: pd.DataFrame) -> str:
    if "source" not in frame.columns:
        return ""
    counts = Counter(str(value) for value in frame["source"])
    return "rows by source: " + ", ".join(f"{name} {n}" for name, n in counts.most_common())
