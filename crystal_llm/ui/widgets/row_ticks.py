"""Ticks of a table that stay with their rows while the table changes, and while it is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st


def table_key(name: str, ids: Sequence[object], *, address: str | None = None) -> str:
    """The key of a table of these rows, with those ticked that were ticked before.

    The browser knows ticks by the place of a row alone: other rows are another table, and the
    ticks go over to it. Streamlit forgets them where another page, or another view, was shown in
    between.

    Args:
        name: Unique among the tables of a session.
        ids: What tells the rows apart, in order.
        address: A parameter of the page's address that holds the ticks, so that a reload keeps
            them.
    """
    key, shown_key = f"{name}-{hash(tuple(ids))}", f"{name}-shown"
    before_key, before = st.session_state.get(shown_key, (key, ids))
    # Read here and not when it was drawn: a tick may have come with this very run.
    state = st.session_state.get(before_key)
    if state is None:
        ticked = ticks(name, address)
    else:
        places = state.get("selection", {}).get("rows", [])
        ticked = {str(before[place]) for place in places if place < len(before)}
        # What the address names may have come with the rows that are new.
        ticked |= _asked(address) - {str(row_id) for row_id in before}
    rows = [place for place, row_id in enumerate(ids) if str(row_id) in ticked]
    if rows and (state is None or key != before_key):
        st.session_state[key] = {"selection": {"rows": rows}}
    st.session_state[shown_key] = (key, tuple(ids))
    remember_ticks(name, (ids[place] for place in rows), address)
    return key


def ticks(name: str, address: str | None = None) -> set[str]:
    """Rows that were ticked when they were last shown, or that the page's address names."""
    return _asked(address) or set(st.session_state.get(f"{name}-ticked", ()))


def remember_ticks(name: str, ids: Iterable[object], address: str | None = None) -> None:
    """Remembers which rows are ticked, for whatever shows them next.

    Args:
        name: As of :func:`table_key`.
        ids: All that are ticked.
        address: As of :func:`table_key`.
    """
    ticked = tuple(str(row_id) for row_id in ids)
    st.session_state[f"{name}-ticked"] = ticked
    if address is None:
        return
    if ticked:
        st.query_params[address] = ",".join(ticked)
    else:
        st.query_params.pop(address, None)


def _asked(address: str | None) -> set[str]:
    asked = None if address is None else st.query_params.get(address)
    return set(asked.split(",")) if asked else set()
