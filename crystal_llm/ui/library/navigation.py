"""Where a reader is on the Library page: the list, an entry, a comparison. The address says it."""

from __future__ import annotations

import streamlit as st

from crystal_llm.ui.library.results import TICKED
from crystal_llm.ui.library.search import restore_search, search_text

_LIST = "list"


def go(**parameters: str | None) -> None:
    """Moves to an entry, a comparison, a deletion to undo; or back to the list (a callback).

    Args:
        parameters: ``entry``, ``compare`` and ``undo``; what is not given is left.
    """
    if compared := st.query_params.get("compare"):
        st.query_params[TICKED] = compared  # they stay ticked in the list
    if not (parameters.get("entry") or parameters.get("compare")):
        restore_search(st.query_params.get(_LIST, ""))
        st.query_params.pop(_LIST, None)
    elif asked := search_text():
        st.query_params[_LIST] = asked
    for name in ("entry", "compare", "undo"):
        value = parameters.get(name)
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value


def open_entry(entry_id: str | None) -> None:
    """Opens an entry, or the list."""
    go(entry=entry_id)
