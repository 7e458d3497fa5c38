"""Infill: pick atoms, let the model choose, relax what you take, go on."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.ui.infill.answer import put_question, show_answer
from crystal_llm.ui.infill.candidates import show_candidates
from crystal_llm.ui.infill.chain import show_heading
from crystal_llm.ui.infill.complete import show_completion
from crystal_llm.ui.infill.overlap import overlap
from crystal_llm.ui.infill.picks import show_picks
from crystal_llm.ui.infill.start import show_start
from crystal_llm.ui.infill.state import REFUSED, leave_structure, read_place
from crystal_llm.ui.services import crystal_library, wake_model
from crystal_llm.ui.widgets.notation import as_markdown


def begin() -> None:
    """The page without a structure."""
    st.title("Infill", anchor=False)
    st.caption("Pick atoms of a crystal and see which elements the model would put there.")
    show_start(crystal_library())


def work(entry_id: str) -> None:
    """The page with a structure."""
    library = crystal_library()
    place = read_place(library, entry_id)
    if place is None:
        st.warning("This entry of the library has no crystal: it failed before there was one.")
        st.button("All structures", icon=":material/arrow_back:", on_click=leave_structure)
        return
    show_heading(library, place)
    flaw = overlap(place)
    if flaw is not None:
        st.error(
            f"{as_markdown(flaw)}. No model can read this crystal: delete one of the atoms, or "
            "change the lattice.",
            icon=":material/join_inner:",
        )
    picks, answer = st.container(), st.container()
    asked = None
    if place.masked and flaw is None:
        # First, though it stands lower: the model reads while the rest is drawn.
        with answer, told():
            asked = put_question(place)
    with picks:
        show_picks(library, place)
    if flaw is not None:
        return
    show_candidates(place, "infill-relax")
    show_completion(place)
    show_candidates(place, "complete")
    if asked is not None:
        # Last, though it stands higher: it may wait for the model.
        with answer, told():
            show_answer(place, asked)


@contextmanager
def told() -> Iterator[None]:
    """Says what goes wrong where it does, and lets the rest of the page stand."""
    try:
        yield
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


try:
    if refused := st.session_state.pop(REFUSED, None):
        st.error(as_markdown(refused))
    if entry := st.query_params.get("entry"):
        work(entry)
    else:
        begin()
    wake_model()
except CrystalLLMError as error:
    st.error(as_markdown(str(error)))
    if st.query_params.get("entry"):
        st.button("All structures", icon=":material/arrow_back:", on_click=leave_structure)
