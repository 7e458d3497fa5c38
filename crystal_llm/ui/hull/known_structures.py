"""Structures of known phases, where a table of them is there."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from crystal_llm.types import PlainCrystal

_COLUMNS = ["lengths_angstrom", "angles_degrees", "species", "fractional_coordinates"]


def known_tables(models: Path, home: Path) -> tuple[Path, ...]:
    """Tables of known crystals: shipped ones, and those in the home folder."""
    return (
        *sorted(models.glob("known*.parquet")),
        *sorted(home.glob("known.parquet")),
        *sorted(home.glob("known/*.parquet")),
    )


def known_crystal(material_id: str, models: Path, home: Path) -> PlainCrystal | None:
    """A known phase's crystal; None where no table holds it.

    Args:
        material_id: The phase's name in its reference.
        models: Folder of the shipped models.
        home: Folder of everything that the program keeps.
    """
    for path in known_tables(models, home):
        found: PlainCrystal | None = _read(str(path), path.stat().st_mtime, material_id)
        if found is not None:
            return found
    return None


@st.cache_data(max_entries=256, show_spinner=False)
def _read(path: str, _changed: float, material_id: str) -> PlainCrystal | None:
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(
            path, columns=_COLUMNS, filters=[("material_id", "=", material_id)]
        ).to_pylist()
        if not rows:
            return None
        row = rows[0]
        flat = [float(value) for value in row["fractional_coordinates"]]
        a, b, c = row["lengths_angstrom"]
        alpha, beta, gamma = row["angles_degrees"]
        return PlainCrystal(
            (a, b, c),
            (alpha, beta, gamma),
            tuple(row["species"]),
            tuple(
                (flat[place], flat[place + 1], flat[place + 2]) for place in range(0, len(flat), 3)
            ),
        )
    except Exception:  # another layout or a broken row: the page says that it is not known
        return None
