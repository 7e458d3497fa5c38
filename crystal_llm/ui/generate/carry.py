"""Carries settings from the Explore page to the form of the Generate page."""

from __future__ import annotations

import streamlit as st

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.settings import settings
from crystal_llm.ui.generate.fields import fill
from crystal_llm.ui.widgets.page_paths import GENERATE_PAGE

_CARRIED = "exp-carried"


def carry_to_generate(order: GenerateOrder) -> None:
    """Fills the form of Generate with an order (in a callback); see :func:`go_if_carried`."""
    fill(order, settings())
    st.session_state[_CARRIED] = True


def go_if_carried() -> None:
    """Goes to Generate where something was carried there; first on a page and in a fragment."""
    if st.session_state.pop(_CARRIED, False):
        st.switch_page(GENERATE_PAGE, query_params={})
