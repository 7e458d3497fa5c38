"""Library: every crystal that was made, imported or saved here."""

from dataclasses import replace

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.library.comparison import MAX_COMPARED
from crystal_llm.library.entry import Entry, Search
from crystal_llm.library.store import Library
from crystal_llm.ui.crystal.downloads import show_set_downloads
from crystal_llm.ui.hull.relax_button import given_of_entries, show_relax_button
from crystal_llm.ui.hull.ways import Placeable, show_hull_ways
from crystal_llm.ui.library.compare import show_comparison
from crystal_llm.ui.library.entry import show_entry
from crystal_llm.ui.library.importing import forget_report, import_dialog
from crystal_llm.ui.library.navigation import go, open_entry
from crystal_llm.ui.library.results import show_entry_cards, show_entry_table, show_forms
from crystal_llm.ui.library.saved_searches import fine_tune_on, searches_menu
from crystal_llm.ui.library.search import (
    PAGE,
    PAGE_SIZE,
    ask_search,
    asked_page,
    clear_search,
    say_page,
)
from crystal_llm.ui.library.undo import deletions_menu, undo_bar
from crystal_llm.ui.services import crystal_library
from crystal_llm.ui.widgets.notation import as_markdown

MAX_EXPORTED = 1000
TAGS_ADDED, TAGS_REMOVED = "lib-bulk-added", "lib-bulk-removed"


def delete(library: Library, ids: tuple[str, ...]) -> None:
    """Deletes entries and offers the way back."""
    try:
        deletion = library.delete(ids)
    except CrystalLLMError as error:
        st.session_state["lib-refused"] = str(error)
    else:
        go(undo=deletion.id)


def undo(library: Library, deletion_id: str) -> None:
    """Brings back what was deleted together."""
    try:
        entries = library.undo(deletion_id)
    except CrystalLLMError as error:
        st.session_state["lib-refused"] = str(error)
    else:
        st.session_state["lib-told"] = f"{len(entries)} brought back"
        st.query_params.pop("undo", None)


def tools(library: Library) -> None:
    """Import, and what was deleted."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Import", icon=":material/upload_file:", on_click=forget_report):
            import_dialog(library)
        with st.popover("Deleted", icon=":material/restore_from_trash:"):
            deletions_menu(library, lambda deletion: undo(library, deletion))


def chosen_bar(
    library: Library, search: Search, total: int, chosen: tuple[str, ...], shown: tuple[Entry, ...]
) -> None:
    """What can be done with the chosen entries, or with all that were found."""
    if chosen:
        st.markdown(f"**{len(chosen)} chosen**", width="content")
    # One in the other's place: in a second line they would push the table from under the pointer.
    if len(chosen) == 1:
        st.button("Open", type="primary", on_click=open_entry, args=chosen)
    elif chosen:
        fits = len(chosen) <= MAX_COMPARED
        st.button("Compare", disabled=not fits, on_click=go, kwargs={"compare": ",".join(chosen)},
                  help=f"Two to {MAX_COMPARED} crystals side by side.")  # fmt: skip
    if chosen:
        tag_menu(library, chosen, shown)
        st.button("Delete", icon=":material/delete:", on_click=delete, args=(library, chosen))
    marked = [entry for entry in shown if entry.id in chosen]
    picked = [entry for entry in marked if entry.crystal is not None]
    if picked:
        show_relax_button(lambda relaxed: given_of_entries(picked), len(picked), key="lib-chosen")
        if st.button("Fine-tune", icon=":material/model_training:", key="lib-chosen-tune",
                     help="Have a model learn these crystals."):  # fmt: skip
            fine_tune_on(entry.id for entry in picked)
    if marked:
        show_hull_ways([Placeable.of_entry(entry) for entry in marked], key="lib-chosen-hull")
    with st.popover("Export", icon=":material/download:"):
        exported = tuple(entry for entry in shown if entry.id in chosen) or shown
        if not chosen and total > len(shown):  # what is found may fill several pages
            exported = library.search(replace(search, offset=0, limit=MAX_EXPORTED)).entries
        st.caption(f"{'The chosen' if chosen else 'All found'}: {len(exported):,}" if chosen or
                   len(exported) == total else f"The newest {len(exported):,} of {total:,} found; "
                   "`crystal-llm library export` writes all.")  # fmt: skip
        show_set_downloads(exported, key="lib-export")


def tag_all(library: Library, ids: tuple[str, ...]) -> None:
    """Gives entries the tags that were added and takes those that were removed (a callback)."""
    added, removed = (st.session_state.get(name) or [] for name in (TAGS_ADDED, TAGS_REMOVED))
    try:
        for entry_id in ids:
            library.tag(entry_id, [tag.strip() for tag in added], removed)
    except CrystalLLMError as error:
        st.session_state["lib-refused"] = str(error)
    else:
        st.session_state["lib-told"] = f"Tags of {len(ids)} changed"
        st.session_state["lib-bulk"] = False  # closes the menu
        st.session_state[TAGS_ADDED], st.session_state[TAGS_REMOVED] = [], []


def tag_menu(library: Library, chosen: tuple[str, ...], shown: tuple[Entry, ...]) -> None:
    """Tags for all chosen entries at once; changed as soon as one is given or taken."""
    with st.popover(
        "Tag", icon=":material/label:", key="lib-bulk", on_change="rerun",
        help="Add or remove tags of all chosen",
    ):  # fmt: skip
        # No button to apply them: the field's list of choices would lie on it.
        st.multiselect(
            f"Add to {len(chosen)}", library.tags(), key=TAGS_ADDED, accept_new_options=True,
            select_all=False, placeholder="Type a tag and press Enter",
            on_change=tag_all, args=(library, chosen),
        )  # fmt: skip
        if present := sorted({tag for entry in shown if entry.id in chosen for tag in entry.tags}):
            st.multiselect(
                f"Remove from {len(chosen)}", present, key=TAGS_REMOVED, select_all=False,
                placeholder="Choose a tag", on_change=tag_all, args=(library, chosen),
            )  # fmt: skip


def open_now(entry_id: str) -> None:
    """Opens an entry at once, where no callback can."""
    open_entry(entry_id)
    st.rerun()


def listing(library: Library) -> None:
    """The search and what it found."""
    if not library.search(Search(limit=1)).total:
        st.info(
            "**The library is empty.** Crystals that you generate, edit or relax arrive here by "
            "themselves. To begin with your own, press **Import** and give CIF, POSCAR, extended "
            "XYZ or JSON files.", icon=":material/library_books:",
        )  # fmt: skip
        return
    search, view = ask_search(library)
    matches = library.search(replace(search, offset=PAGE_SIZE * (asked_page() - 1)))
    if matches.total and not matches.entries:  # a narrower search has fewer pages
        st.session_state[PAGE] = 1
        matches = library.search(search)
    say_page()
    if not matches.total:
        st.info("Nothing in the library fits this search.", icon=":material/search_off:")
        st.button("Clear the search", on_click=clear_search)
        return
    counted = f"{matches.total:,} crystal{'' if matches.total == 1 else 's'}"
    bar = st.container(horizontal=True, vertical_alignment="center", key="lib-bar")
    bar.markdown(counted, width="content")
    with bar:
        searches_menu(search)
    cards = view == "Cards"
    forms = library.earlier_forms(matches.entries) if search.folded else {}
    chosen = (
        show_entry_cards(matches.entries, open_entry)
        if cards
        else show_entry_table(matches.entries, open_now, forms)
    )
    with bar:
        chosen_bar(library, search, matches.total, chosen, matches.entries)
    picked = [entry for entry in matches.entries if entry.id in chosen]
    if len(picked) == 1 and picked[0].id in forms:
        show_forms([*forms[picked[0].id], picked[0]], open_entry)
    if matches.total > PAGE_SIZE:
        pages = -(-matches.total // PAGE_SIZE)
        st.number_input(f"Page of {pages}", 1, pages, key=PAGE, width=140,
                        persist_state="page")  # fmt: skip
    if not chosen and not cards:
        st.caption(
            "Click a row to open it; tick rows to tag, relax, compare, export or delete them."
        )


def show() -> None:
    """The page."""
    library = crystal_library()
    entry_id, compared = st.query_params.get("entry"), st.query_params.get("compare")
    if entry_id is None and compared is None:
        title, right = st.columns([3, 2], vertical_alignment="bottom")
        title.title("Library", anchor=False)
        with right:
            tools(library)
    if message := st.session_state.pop("lib-told", None):
        st.toast(message, icon=":material/check:")
    if refused := st.session_state.pop("lib-refused", None):
        st.error(as_markdown(refused))
    if deletion := st.query_params.get("undo"):
        undo_bar(
            library, deletion, lambda deletion: undo(library, deletion), lambda: go(entry=entry_id)
        )
    if entry_id is not None:
        show_entry(library, entry_id, open_entry=open_entry,
                   delete=lambda ids: delete(library, ids),
                   undo=lambda deletion: undo(library, deletion))  # fmt: skip
    elif compared is not None:
        st.button("All crystals", icon=":material/arrow_back:", type="tertiary", on_click=go)
        st.title("Compare", anchor=False)
        show_comparison(
            [library.get(entry_name) for entry_name in compared.split(",")[: MAX_COMPARED + 1]]
        )
    else:
        listing(library)


try:
    show()
except CrystalLLMError as error:
    st.error(as_markdown(str(error)))
    if st.query_params.get("entry"):
        st.button("All crystals", icon=":material/arrow_back:", on_click=go)
