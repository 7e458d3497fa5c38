"""The chain of edits: what was done, undo, redo, and every branch."""

from __future__ import annotations

import streamlit as st

from crystal_llm.library.entry import Entry
from crystal_llm.library.store import Library
from crystal_llm.ui.crystal.provenance_tree import ORIGIN_LABELS
from crystal_llm.ui.hull.relax_button import given_of_entries, show_relax_button
from crystal_llm.ui.infill.state import OpenStructure, go_to, leave_structure
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, subscripted
from crystal_llm.ui.widgets.page_paths import LIBRARY_PAGE
from crystal_llm.ui.widgets.space_groups import space_group_text

_MAX_SHOWN = 60


def show_heading(library: Library, place: OpenStructure) -> None:
    """Draws what is open, and the way back, forth and aside."""
    st.button(
        "All structures", icon=":material/arrow_back:", type="tertiary", key="infill-leave",
        on_click=leave_structure,
    )  # fmt: skip
    title, tools = st.columns([1, 1], vertical_alignment="bottom")
    title.title(subscripted(place.entry.formula), anchor=False)
    with tools, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        _undo(place)
        _redo(place)
        show_relax_button(lambda relaxed: given_of_entries([place.entry]), 1, key="infill-here")
        with st.popover("Steps", icon=":material/account_tree:", key="infill-steps"):
            show_steps(library, place)
    st.caption(_step_text(place.entry))


def show_steps(library: Library, place: OpenStructure) -> None:
    """Draws the whole tree of edits, every branch of it; a step opens with a click."""
    first = place.chain.ancestors[0] if place.chain.ancestors else place.entry
    whole = library.provenance(first.id)
    rows = list(whole.tree())
    st.caption("Every step is in the library. An edit of an earlier step begins a branch.")
    for depth, entry in rows[:_MAX_SHOWN]:
        here = entry.id == place.entry.id
        name = f"{subscripted(entry.formula)} · {step_text(entry)}"
        with st.container(horizontal=True, gap=None, vertical_alignment="center", wrap=False):
            if depth:
                st.space(14 * min(depth, 8))
            st.button(
                f"**{name}**" if here else name, key=f"infill-step-{entry.id}", type="tertiary",
                icon=ORIGIN_LABELS[entry.origin][1], disabled=here or entry.crystal is None,
                on_click=go_to, args=(entry.id,), help="You are here" if here else None,
            )  # fmt: skip
    if len(rows) > _MAX_SHOWN:
        st.caption(f"and {len(rows) - _MAX_SHOWN} more: the library shows them")
    if st.button("In the library", icon=":material/library_books:", key="infill-in-library"):
        st.switch_page(LIBRARY_PAGE, query_params={"entry": place.entry.id})


def step_text(entry: Entry) -> str:
    """What made an entry, in a few words, safe in markdown."""
    said = as_markdown(entry.edit or entry.source or ORIGIN_LABELS[entry.origin][0])
    if entry.energy_above_hull_ev_per_atom is not None:
        said += f", {energy_text(entry.energy_above_hull_ev_per_atom)} eV/atom above hull"
    return said


def _undo(place: OpenStructure) -> None:
    before = place.before
    help_text = f"Back to {subscripted(before.formula)}" if before else "This is the first step"
    st.button(
        "Undo", icon=":material/undo:", key="infill-undo", disabled=before is None, help=help_text,
        on_click=go_to, args=(before.id if before else "", place.tip or place.entry.id),
    )  # fmt: skip


def _redo(place: OpenStructure) -> None:
    after = place.after
    help_text = f"On to {subscripted(after.formula)}" if after else "This is the last step"
    st.button(
        "Redo", icon=":material/redo:", key="infill-redo", disabled=after is None, help=help_text,
        on_click=go_to, args=(after.id if after else "", place.tip),
    )  # fmt: skip


def _step_text(entry: Entry) -> str:
    parts = [step_text(entry)]
    if entry.spacegroup_number is not None:
        parts.append(f"space group {space_group_text(entry.spacegroup_number)}")
    parts.append(f"{entry.n_sites} atoms in the cell")
    return " · ".join(parts)
