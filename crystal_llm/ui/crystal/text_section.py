"""A crystal's symmetric text, to be read and to be written again."""

from __future__ import annotations

import streamlit as st

from crystal_llm.crystal.written import Written
from crystal_llm.errors import CrystalLLMError, CrystalTextError
from crystal_llm.jobs.given_orders import InfillRelaxOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.library.entry import Entry
from crystal_llm.text.symmetric_edit import (
    MOST_CHARACTERS,
    change_text,
    crystal_of_edited_text,
    text_of_crystal,
    tidied,
)
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import CrystalFacts, crystal_hash
from crystal_llm.ui.crystal.picture import show_crystal
from crystal_llm.ui.services import crystal_library, job_queue
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_paths import GENERATE_PAGE, LIBRARY_PAGE


def text_section(facts: CrystalFacts, key: str) -> None:
    """Draws the text beside what it says; an edited one becomes a crystal of its own."""
    crystal = facts.crystal
    if crystal is None:
        return
    try:
        before = _written(facts) or _text(crystal_hash(crystal), crystal)
    except CrystalLLMError as error:
        st.caption(f"It has no symmetric text: {as_markdown(str(error))}.")
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        text = ask_text(before, key)
    edited = None
    if tidied(text) != tidied(before):
        with left:
            edited = edited_crystal(text)
        if edited is not None:
            done = change_text(before, text)
            with right:
                show_crystal(edited, f"{key}-text-{crystal_hash(edited)}", 300)
            with left:
                st.caption(f":material/arrow_forward: {as_markdown(done)}")
                _offer(facts, edited, done, key)
    else:
        with right:
            st.caption(
                "Space group, free lattice parameters (Å, degrees), then one line for each orbit: "
                "element, Wyckoff position, free coordinates. Swap an element, move an atom or "
                "change the lattice and press Ctrl+Enter: the edited crystal is drawn here, and "
                "you can keep or relax it. Lengths have one decimal, coordinates two."
            )


def ask_text(before: str, key: str) -> str:
    """Draws the field in which symmetric text is edited; gives what it says."""
    lines = before.count("\n") + 1
    return (
        st.text_area(
            "Symmetric text", before, key=f"{key}-text", max_chars=MOST_CHARACTERS,
            height=min(60 + 24 * lines, 420),
        )
        or ""
    )  # fmt: skip


def edited_crystal(text: str) -> PlainCrystal | None:
    """The crystal of an edited text; None where it says none, which is then explained."""
    try:
        return crystal_of_edited_text(text)
    except CrystalTextError as error:
        st.error(as_markdown(str(error)))
        return None


def _offer(facts: CrystalFacts, crystal: PlainCrystal, done: str, key: str) -> None:
    if facts.provenance is None:
        st.caption("It can be kept once the crystal itself is in the library.")
        return
    parent = facts.provenance.entry.id
    with st.container(horizontal=True, gap="small"):
        keep = st.button("Keep in the library", icon=":material/bookmark_add:", key=f"{key}-keep")
        relax = st.button(
            "Relax and place on the hull", icon=":material/bolt:", type="primary",
            key=f"{key}-relax-text",
            help="As a job: relaxed by CHGNet, placed on its hull, checked for novelty.",
        )  # fmt: skip
    try:
        if keep:
            entry = crystal_library().add(Entry("edited", crystal, parent_id=parent, edit=done))
            st.switch_page(LIBRARY_PAGE, query_params={"entry": entry.id})
        if relax:
            written = Written("edited", crystal, parent_id=parent, edit=done)
            job_id = job_queue().submit(InfillRelaxOrder((written,), Judge()))
            st.switch_page(GENERATE_PAGE, query_params={"job": job_id})
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _written(facts: CrystalFacts) -> str | None:
    """The text as a model wrote it, where that is symmetric text."""
    if facts.text is None:
        return None
    try:
        crystal_of_edited_text(facts.text)
    except CrystalLLMError:
        return None
    return facts.text


@st.cache_data(max_entries=64, show_spinner=False)
def _text(digest: str, _crystal: PlainCrystal) -> str:
    return text_of_crystal(_crystal)
