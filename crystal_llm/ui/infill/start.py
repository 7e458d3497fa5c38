"""Where the Infill page begins: a structure of one's own, or a well-known one."""

from __future__ import annotations

import streamlit as st

from crystal_llm.crystal.prototypes import GALLERY, TRAINED_ATOMS, GalleryStructure, prototype
from crystal_llm.errors import CrystalLLMError
from crystal_llm.library.entry import Entry, Search
from crystal_llm.library.store import Library
from crystal_llm.ui.crystal.known_phase import known_entry
from crystal_llm.ui.crystal.picture import show_sketch
from crystal_llm.ui.infill.reader import reads_orbits
from crystal_llm.ui.infill.state import REFUSED, go_to
from crystal_llm.ui.widgets.notation import subscripted
from crystal_llm.ui.widgets.structure_input import NamedCrystal, ask_structure

_CARD_WIDTH_PX = 164


def show_start(library: Library) -> None:
    """Draws the ways to begin."""
    own, steps = st.columns([3, 2], gap="large")
    with own:
        st.header("Your structure", anchor=False)
        given = ask_structure(key="infill-own", library=library)
        if given is not None:
            st.button(
                f"Open {subscripted(_formula(given))}", type="primary", key="infill-open-own",
                icon=":material/arrow_forward:", on_click=_open_own, args=(library, given),
            )  # fmt: skip
    with steps:
        st.header("How it works", anchor=False)
        st.markdown(
            "1. **Pick atoms** in the picture or in the table, and mask them.\n"
            "2. **See what the model would put there**: a probability for each element.\n"
            "3. **Take one or several**, or let the model write other atoms there: each candidate "
            "is relaxed and placed on the hull.\n"
            "4. **Go on** with the best. Every step is kept in the library and can be undone."
        )
    st.header("Or a well-known structure", anchor=False)
    with st.container(horizontal=True, gap="small", key="infill-gallery"):
        for structure in GALLERY:
            with st.container(border=True, width=_CARD_WIDTH_PX, height="stretch", gap="xxsmall"):
                _card(library, structure)
    st.caption(
        "Lattices and positions as published; the source stands behind each name."
        + (
            ""
            if reads_orbits()
            else f" Cells of more than {TRAINED_ATOMS} atoms are larger than "
            "any that the model was trained on."
        )
    )


def open_prototype(library: Library, name: str) -> None:
    """Opens a structure of the gallery; it enters the library once.

    Raises:
        InfillError: There is no such structure.
        LibraryError: The database does not answer.
    """
    structure = prototype(name)
    source = f"{structure.name} {structure.formula}: {structure.source}"
    there = library.search(Search(text=source, origin="imported", limit=20)).entries
    entry = next(
        (old for old in there if old.source == source and old.crystal == structure.crystal), None
    )
    go_to((entry or library.add(Entry("imported", structure.crystal, source=source))).id)


def _card(library: Library, structure: GalleryStructure) -> None:
    show_sketch(structure.crystal, f"Sketch of {structure.formula}")
    st.button(
        subscripted(structure.formula), key=f"infill-gallery-{structure.id}",
        on_click=_open_gallery, args=(library, structure.id), icon=":material/open_in_full:",
        type="tertiary", help=structure.source,
    )  # fmt: skip
    # The number and "atoms" stay on one line.
    st.caption(
        f"{structure.name}  \n{len(structure.crystal.species)}\N{NO-BREAK SPACE}atoms · "
        f"{structure.hint}"
    )


def _open_gallery(library: Library, name: str) -> None:
    try:
        open_prototype(library, name)
    except CrystalLLMError as error:
        st.session_state[REFUSED] = str(error)


def _open_own(library: Library, given: NamedCrystal) -> None:
    try:
        if given.entry_id is not None:
            go_to(given.entry_id)
        elif given.known_id is not None:
            go_to(known_entry(library, given.name, given.known_id, given.crystal).id)
        else:
            go_to(
                library.add(Entry("uploaded", given.crystal, source=given.name, note=given.note)).id
            )
    except CrystalLLMError as error:
        st.session_state[REFUSED] = str(error)


def _formula(given: NamedCrystal) -> str:
    from crystal_llm.evaluation.validity import formula_of

    return formula_of(given.crystal.species)
