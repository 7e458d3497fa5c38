"""One entry of the library: its words, its files, all that is known of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.library.entry import MAX_NOTE_CHARACTERS, Entry
from crystal_llm.library.store import Library
from crystal_llm.ui.crystal.detail import show_detail
from crystal_llm.ui.crystal.downloads import show_downloads
from crystal_llm.ui.crystal.facts import facts_of_entry
from crystal_llm.ui.crystal.provenance_tree import ORIGIN_LABELS
from crystal_llm.ui.hull.link import open_hull
from crystal_llm.ui.hull.relax_button import given_of_entries, show_relax_button
from crystal_llm.ui.widgets.notation import as_markdown, moment_text, subscripted
from crystal_llm.ui.widgets.page_paths import INFILL_PAGE


def show_entry(
    library: Library,
    entry_id: str,
    *,
    open_entry: Callable[[str | None], None],
    delete: Callable[[tuple[str, ...]], None],
    undo: Callable[[str], None],
) -> None:
    """Draws an entry in full.

    Args:
        library: Where it is.
        entry_id: Its id.
        open_entry: Called with the id of another entry to open, or None for the list.
        delete: Called with ids to delete (a callback).
        undo: Called with the id of a deletion to take back (a callback).

    Raises:
        LibraryError: There is no such entry.
    """
    entry = library.get(entry_id)
    st.button(
        "All crystals", icon=":material/arrow_back:", type="tertiary", key="lib-back",
        on_click=open_entry, args=(None,),
    )  # fmt: skip
    if entry.deleted_unix_s is not None:
        _deleted(library, entry, undo)
    step, icon = ORIGIN_LABELS[entry.origin]
    heading, actions = st.columns([1, 2.1], vertical_alignment="bottom")
    with heading:
        st.title(subscripted(entry.formula), anchor=False)
        source = f" from {as_markdown(entry.source)}" if entry.source else ""
        st.caption(f"{icon} {step}{source} · {moment_text(entry.created_unix_s)} UTC · {entry.id}")
    with actions, st.container(horizontal=True, horizontal_alignment="right"):
        saved = entry.saved
        st.button(
            "Saved" if saved else "Save",
            icon=":material/bookmark_check:" if saved else ":material/bookmark_add:",
            type="secondary" if saved else "primary",
            key="lib-save",
            on_click=_tell,
            args=(
                lambda: library.save(entry.id, not saved),
                "No longer saved" if saved else "Saved",
            ),
            help="Keep it among what you saved." if not saved else "Saved; click to take it back.",
        )
        _onwards(entry)
        show_downloads(entry, key=f"lib-files-{entry.id}")
        if entry.deleted_unix_s is None:
            st.button(
                "Delete", icon=":material/delete:", key="lib-delete",
                on_click=delete, args=((entry.id,),), help="It can be brought back.",
            )  # fmt: skip
    _words(library, entry)
    provenance = library.provenance(entry.id)

    def opened(other: str) -> None:
        open_entry(other)
        st.rerun()

    show_detail(facts_of_entry(entry, provenance), key=f"lib-detail-{entry.id}", open_entry=opened)


def _onwards(entry: Entry) -> None:
    """To the pages that go on with this crystal."""
    if entry.crystal is not None and st.button(
        "Infill", icon=":material/colorize:", key="lib-infill",
        help="Mask some of its atoms and let the model choose other elements.",
    ):  # fmt: skip
        st.switch_page(INFILL_PAGE, query_params={"entry": entry.id})
    if entry.crystal is not None:
        show_relax_button(lambda relaxed: given_of_entries([entry]), 1, key="lib-one")
    energy, method = entry.energy_ev_per_atom, entry.method
    if energy is not None and method is not None and entry.formula and st.button(
        "On the hull", icon=":material/change_history:", key="lib-hull",
        help="Draw the hull of its elements with this crystal in place.",
    ):  # fmt: skip
        open_hull([(entry.title, entry.formula, energy)], method)


def _words(library: Library, entry: Entry) -> None:
    """Tags and note; kept as soon as they are changed."""
    tags, note = st.columns([1, 2])
    tag_key, note_key = f"lib-tags-{entry.id}", f"lib-note-{entry.id}"
    shown_key = f"{tag_key}-shown"

    def show(entry: Entry) -> None:
        st.session_state[tag_key], st.session_state[shown_key] = list(entry.tags), entry.tags

    def change() -> None:
        # Only what was changed here: another tab may have added tags meanwhile.
        shown = set(st.session_state[shown_key])
        now = {tag.strip() for tag in st.session_state[tag_key]}
        show(library.tag(entry.id, now - shown, shown - now))

    if tag_key not in st.session_state:
        show(entry)
    tags.multiselect(
        "Tags",
        sorted({*library.tags(), *entry.tags}),
        key=tag_key,
        accept_new_options=True,
        select_all=False,
        placeholder="Add a tag",
        help="Type a new tag and press Enter. Tags can be searched for.",
        on_change=_tell,
        args=(change, "Tags saved"),
    )
    note.text_area(
        "Note",
        entry.note,
        key=note_key,
        height=68,
        max_chars=MAX_NOTE_CHARACTERS,
        placeholder="What you want to remember of it",
        help="Kept when you leave the field (or press Ctrl+Enter).",
        on_change=lambda: _tell(
            lambda: library.note(entry.id, st.session_state[note_key]), "Note saved"
        ),
    )


def _tell(change: Callable[[], object], done: str) -> None:
    """Makes a change and says so; what refuses it is told on the page."""
    try:
        change()
    except CrystalLLMError as error:
        st.session_state["lib-refused"] = str(error)
    else:
        st.session_state["lib-told"] = done


def _deleted(library: Library, entry: Entry, undo: Callable[[str], None]) -> None:
    deletion = next(
        (deletion for deletion in library.deletions(200) if entry.id in deletion.entry_ids), None
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning("This crystal is deleted.", width="stretch")
        if deletion is not None:
            st.button(
                "Bring it back", icon=":material/undo:", key="lib-bring-back",
                on_click=undo, args=(deletion.id,),
            )  # fmt: skip
