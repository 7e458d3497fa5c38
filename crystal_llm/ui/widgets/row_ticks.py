"""Ticks of a table that stay with their rows while the table changes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def table_key(name: str, ids: Sequence[object]) -> str:
    """The key of a table of these rows, with those ticked that were ticked before.

    The browser knows ticks by the place of a row alone: other rows are another table, and the
    ticks go over to it.

    Args:
        name: Unique among the tables of a session.
        ids: What tells the rows apart, in order.
    """
    key, shown_key = f"{name}-{hash(tuple(ids))}", f"{name}-shown"
    before_key, before = st.session_state.get(shown_key, (key, ids))
    # Read here and not when it was drawn: a tick may have come with this very run.
    places = st.session_state.get(before_key, {}).get("selection", {}).get("rows", [])
    if key != before_key:
        ticked = {before[place] for place in places if place < len(before)}
        rows = [place for place, row_id in enumerate(ids) if row_id in ticked]
        if rows:
            st.session_state[key] = {"selection": {"rows": rows}}
    st.session_state[shown_key] = (key, tuple(ids))
    return key
