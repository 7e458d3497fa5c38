"""The known phase that a crystal is, or whose composition it has: named, drawn, opened."""

from __future__ import annotations

import re

import streamlit as st

from crystal_llm.crystal.elemental_lattices import lattice_named
from crystal_llm.dataset.known_structures import shipped_structures
from crystal_llm.errors import CrystalLLMError
from crystal_llm.library.entry import Entry, Search
from crystal_llm.library.store import Library
from crystal_llm.settings import settings
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.picture import show_crystal
from crystal_llm.ui.services import crystal_library
from crystal_llm.ui.widgets.notation import as_markdown, subscripted
from crystal_llm.ui.widgets.page_paths import HULL_PAGE, INFILL_PAGE

MATERIALS_PROJECT = "https://materialsproject.org/materials/"


def phase_name(formula: str, material_id: str) -> str:
    """A known phase in markdown, with a link to the Materials Project where it comes from it."""
    shown = f"{subscripted(formula)} "
    if re.fullmatch(r"mp-\d+", material_id):
        return f"{shown}[{material_id}]({MATERIALS_PROJECT}{material_id})"
    return shown + as_markdown(material_id)


def show_known_phase(formula: str, material_id: str, *, key: str) -> None:
    """Draws the ways to open a known phase: here in 3D, on the hull, on Infill.

    Args:
        formula: Its reduced formula.
        material_id: Its name in the table of known structures.
        key: Unique among the elements of a page.
    """
    crystal = _known_crystal(material_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = crystal is not None and st.toggle("Show it in 3D", key=f"{key}-known-3d")
        if st.button("Its hull", icon=":material/change_history:", key=f"{key}-known-hull"):
            for name in ("hull-phase", "system"):
                st.session_state.pop(name, None)
            st.switch_page(HULL_PAGE, query_params={"system": formula})
        if crystal is not None:
            offer_infill(formula, material_id, crystal, key=f"{key}-known-infill")
    if shown and crystal is not None:
        show_crystal(crystal, f"{key}-known-{material_id}")


def offer_infill(formula: str, material_id: str, crystal: PlainCrystal, *, key: str) -> None:
    """Draws the button that opens a known structure on the Infill page.

    Args:
        formula: Its reduced formula.
        material_id: Its name in the table of known structures.
        crystal: It.
        key: Unique among the elements of a page.
    """
    if not st.button(
        "Start Infill from it", icon=":material/colorize:", key=key,
        help="Mask some of its atoms and let the model choose other elements.",
    ):  # fmt: skip
        return
    try:
        entry = known_entry(crystal_library(), formula, material_id, crystal)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return
    st.switch_page(INFILL_PAGE, query_params={"entry": entry.id})


def known_entry(library: Library, formula: str, material_id: str, crystal: PlainCrystal) -> Entry:
    """The library's entry of a known structure, which enters it once.

    Raises:
        LibraryError: The database does not answer.
    """
    shipped = lattice_named(material_id) is None
    source = f"{formula} {material_id}, Materials Project" if shipped else material_id
    there = library.search(Search(text=source, origin="imported", limit=20)).entries
    entry = next((candidate for candidate in there if candidate.source == source), None)
    return entry or library.add(Entry("imported", crystal, source=source))


@st.cache_data(max_entries=256, show_spinner=False)
def _known_crystal(material_id: str) -> PlainCrystal | None:
    structures = shipped_structures(settings())
    return None if structures is None else structures.crystal(material_id)
