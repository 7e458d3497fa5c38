"""Structures of known phases, where a table of them is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

TABLE = "known.parquet"


def structure_of(material_id: str, home: Path) -> dict[str, Any] | None:
    """The structure of a known phase as pymatgen's dict; None where its structure is not known.

    Args:
        material_id: The phase's name in its reference.
        home: Folder that may hold ``known.parquet``, in the layout of the training table.
    """
    path = home / TABLE
    if not path.is_file():
        return None
    found: dict[str, Any] | None = _read(str(path), path.stat().st_mtime, material_id)
    return found


@st.cache_data(max_entries=256, show_spinner=False)
def _read(path: str, _changed: float, material_id: str) -> dict[str, Any] | None:
    import pyarrow.parquet as pq
    from pymatgen.core import Lattice, Structure

    try:
        rows = pq.read_table(
            path,
            columns=["lengths_angstrom", "angles_degrees", "species", "fractional_coordinates"],
            filters=[("material_id", "=", material_id)],
        ).to_pylist()
        if not rows:
            return None
        row = rows[0]
        flat = row["fractional_coordinates"]
        structure = Structure(
            Lattice.from_parameters(*row["lengths_angstrom"], *row["angles_degrees"]),
            row["species"],
            [flat[place : place + 3] for place in range(0, len(flat), 3)],
        )
    except Exception:  # another layout or a broken row: the page says that it is not known
        return None
    return dict(structure.as_dict())
