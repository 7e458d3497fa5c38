"""Searches kept by name, to be asked again and to fine-tune on; and the way there with a choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.library.entry import Search
from crystal_llm.library.saved_searches import MAX_NAME_CHARACTERS, SavedSearch
from crystal_llm.ui.library.search import clear_search, restore_search, search_text
from crystal_llm.ui.models.fine_tune_form import CHOICE
from crystal_llm.ui.services import saved_searches
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_paths import MODELS_PAGE


def searches_menu(search: Search) -> None:
    """Draws the menu of saved searches.

    Args:
        search: What is looked for now; it can be saved unless it asks for everything.
    """
    with st.popover("Searches", icon=":material/saved_search:", key="lib-searches"):
        asked = replace(search, limit=None, offset=0, folded=True, lowest_first=False) != Search(
            limit=None, with_crystal=True, folded=True
        )
        if asked:
            name = st.text_input(
                "Save this search", key="lib-search-name", max_chars=MAX_NAME_CHARACTERS,
                placeholder="a name",
            )  # fmt: skip
            st.button(
                "Save", type="primary", key="lib-search-save", disabled=not name.strip(),
                on_click=_save, args=(name, search, search_text()),
            )  # fmt: skip
        saved = saved_searches().all()
        if not saved and not asked:
            st.caption("Search for something; it can be saved here by a name.")
        for query in saved:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(
                    as_markdown(query.name), key=f"lib-search-{query.name}", type="tertiary",
                    icon=":material/search:", on_click=_ask, args=(query,), help="Search again",
                )  # fmt: skip
                st.button(
                    f"Forget {as_markdown(query.name)}", key=f"lib-forget-{query.name}",
                    icon=":material/close:", type="tertiary",
                    on_click=saved_searches().forget, args=(query.name,),
                )  # fmt: skip


def fine_tune_on(entry_ids: Iterable[str]) -> None:
    """Goes to the form that fine-tunes a model, with entries chosen."""
    st.session_state[CHOICE] = tuple(entry_ids)
    st.session_state.pop("tune-source", None)
    st.switch_page(MODELS_PAGE, query_params={})


def _save(name: str, search: Search, address: str) -> None:
    try:
        saved_searches().save(SavedSearch(name, search, address))
    except CrystalLLMError as error:
        st.session_state["lib-refused"] = str(error)
    else:
        st.session_state["lib-told"] = f"Search {name.strip()} saved"


def _ask(saved: SavedSearch) -> None:
    clear_search()
    restore_search(saved.address)
