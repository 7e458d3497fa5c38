"""What else a reader types for a page's address: its title as it is written, or its singular.

Generate is the app's first page, which Streamlit serves at ``/`` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from crystal_llm.ui.widgets.page_paths import (
    EXPLORE_PAGE,
    GENERATE_PAGE,
    HULL_PAGE,
    INFILL_PAGE,
    JOBS_PAGE,
    LIBRARY_PAGE,
    MODELS_PAGE,
)

OTHER_ADDRESSES = {
    "generate": GENERATE_PAGE,
    "home": GENERATE_PAGE,
    "job": JOBS_PAGE,
    "model": MODELS_PAGE,
    "Generate": GENERATE_PAGE,
    "Infill": INFILL_PAGE,
    "Explore": EXPLORE_PAGE,
    "Hull": HULL_PAGE,
    "Library": LIBRARY_PAGE,
    "Jobs": JOBS_PAGE,
    "Models": MODELS_PAGE,
}
"""Where each leads; what stands behind a question mark goes along."""


def other_addresses() -> list[Any]:
    """A page for each, in no menu, that leads to the page that is meant."""
    return [
        st.Page(_leading_to(page), title=address, url_path=address, visibility="hidden")
        for address, page in OTHER_ADDRESSES.items()
    ]


def _leading_to(page: str) -> Callable[[], None]:
    def lead() -> None:
        asked = {name: st.query_params.get_all(name) for name in st.query_params}
        st.switch_page(page, query_params=asked)

    return lead
