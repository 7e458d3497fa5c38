"""The chain an entry belongs to, as a small tree: what it was made from, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from crystal_llm.library.entry import Entry, Provenance
from crystal_llm.ui.widgets.notation import (
    as_markdown,
    energy_text,
    model_text,
    moment_text,
    subscripted,
)
from crystal_llm.ui.widgets.page_paths import LIBRARY_PAGE

_MAX_SHOWN = 60

ORIGIN_LABELS = {
    "generated": ("written by the model", ":material/edit_note:"),
    "infill": ("atoms chosen by the model", ":material/colorize:"),
    "edited": ("edited by hand", ":material/edit:"),
    "refined": ("refined", ":material/tune:"),
    "relaxed": ("relaxed", ":material/waves:"),
    "imported": ("imported", ":material/upload_file:"),
    "uploaded": ("uploaded", ":material/upload:"),
}
"""What made an entry, in words and as an icon, by its origin."""


def show_provenance(
    provenance: Provenance, *, key: str, open_entry: Callable[[str], None] | None = None
) -> None:
    """Draws a chain from its first link down; every other link opens.

    Args:
        provenance: The chain.
        key: Unique among the elements of a page.
        open_entry: Called with the id of the entry to open; goes to the library page if None.
    """
    rows = list(_rows(provenance))
    _root(rows[0][1])
    for depth, entry in rows[:_MAX_SHOWN]:
        _link(depth, entry, entry.id == provenance.entry.id, key, open_entry or _to_library)
    if len(rows) > _MAX_SHOWN:
        st.caption(f"and {len(rows) - _MAX_SHOWN} more that were made from it")


def _rows(provenance: Provenance) -> Iterable[tuple[int, Entry]]:
    """Entries in the order of a tree, each with its depth."""
    yield from enumerate(provenance.ancestors)
    above = len(provenance.ancestors)
    yield from ((above + depth, entry) for depth, entry in provenance.tree())


def _root(first: Entry) -> None:
    if first.prompt:
        asked = first.prompt
        shown = asked if len(asked) <= 240 else asked[:237] + "…"
        st.caption(f":material/chat: Prompt: {as_markdown(shown)}")
    elif first.source:
        st.caption(f":material/description: File: {as_markdown(first.source)}")


def _link(
    depth: int, entry: Entry, here: bool, key: str, open_entry: Callable[[str], None]
) -> None:
    step, icon = ORIGIN_LABELS[entry.origin]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        if depth:
            st.html(_guide(depth), width=22 * depth)
        pressed = st.button(
            f"**{subscripted(entry.formula)}**" if here else subscripted(entry.formula),
            key=f"{key}-{entry.id}",
            icon=icon,
            disabled=here,
            type="secondary",
            help="This crystal" if here else "Open it",
        )
        with st.container(gap=None):
            gone = " · :orange[deleted]" if entry.deleted_unix_s is not None else ""
            st.markdown(f"{step}{gone}")
            if remark := _remark(entry):
                st.caption(remark)
    if pressed:
        open_entry(entry.id)


def _remark(entry: Entry) -> str:
    parts = [moment_text(entry.created_unix_s)]
    if entry.edit:
        parts.append(as_markdown(entry.edit))
    if entry.energy_above_hull_ev_per_atom is not None:
        parts.append(f"{energy_text(entry.energy_above_hull_ev_per_atom)} eV/atom above hull")
    if entry.reference_id:
        parts.append(f"reference {as_markdown(entry.reference_id)}")
    if entry.method is not None:
        parts.append(as_markdown(str(entry.method)))
    if entry.model:
        seed = "" if entry.seed is None else f", seed {entry.seed}"
        parts.append(f"model {as_markdown(model_text(entry.model))}{seed}")
    if entry.failure:
        parts.append(as_markdown(entry.failure))
    return " · ".join(parts)


def _guide(depth: int) -> str:
    """The branch that joins a link to its parent; made of numbers alone."""
    left = 22 * (depth - 1) + 10
    return (
        f'<div style="margin-left:{left}px;width:12px;height:24px;margin-bottom:20px;'
        "border-left:1.5px solid #8792a0;border-bottom:1.5px solid #8792a0;"
        'border-bottom-left-radius:6px"></div>'
    )


def _to_library(entry_id: str) -> None:
    st.switch_page(LIBRARY_PAGE, query_params={"entry": entry_id})
