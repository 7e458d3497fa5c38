"""Structures of known phases, where a table of them is there."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from crystal_llm.dataset.known_structures import KnownStructures
from crystal_llm.errors import TableError
from crystal_llm.types import PlainCrystal


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
        crystal: PlainCrystal | None = _read(str(path), path.stat().st_mtime, material_id)
        if crystal is not None:
            return crystal
    return None


@st.cache_data(max_entries=256, show_spinner=False)
def _read(path: str, changed: float, material_id: str) -> PlainCrystal | None:
    try:
        crystal: PlainCrystal | None = _opened(path, changed).crystal(material_id)
    except TableError:  # another layout: the page says that the structure is not known
        return None
    return crystal


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(path: str, _changed: float) -> KnownStructures:
    return KnownStructures(Path(path))
