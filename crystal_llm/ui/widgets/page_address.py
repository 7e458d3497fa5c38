"""The address of a page, which holds what the page shows."""

from __future__ import annotations

import streamlit as st


def clear_address() -> None:
    """Takes everything out of the address.

    Also what a field of the page is kept in, at which Streamlit's own ``clear`` fails.
    """
    st.query_params.from_dict({})
