"""A click on a row of a table, which opens what the row is of, once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def clicked_row(cells: Sequence[Sequence[object]], key: str, name: str) -> int | None:
    """The place of the row that was clicked since the table was last drawn.

    Args:
        cells: The table's chosen cells, as Streamlit gives them.
        key: The table's key: other rows are another table.
        name: Unique among the tables of a session.

    Returns:
        None where nothing was clicked, or only what was opened before: it may still be marked
        when the reader comes back to the list.
    """
    clicked = (key, str(cells[0])) if cells else None
    if clicked == st.session_state.get(name):
        return None
    st.session_state[name] = clicked
    return int(str(cells[0][0])) if cells else None
