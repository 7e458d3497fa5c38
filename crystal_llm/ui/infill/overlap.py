"""Atoms on top of each other, which no model was shown and no relaxation undoes."""

from __future__ import annotations

import streamlit as st

from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.infill.state import OpenStructure


def overlap(place: OpenStructure) -> str | None:
    """What is impossible about a crystal's geometry; None where nothing is."""
    message: str | None = _overlap(crystal_hash(place.crystal), place.crystal)
    return message


@st.cache_data(max_entries=64, show_spinner=False)
def _overlap(digest: str, _crystal: PlainCrystal) -> str | None:
    from crystal_llm.evaluation.validity import structural_flaw

    return structural_flaw(_crystal)
