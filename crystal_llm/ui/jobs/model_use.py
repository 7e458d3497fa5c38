"""Where a model of one's own leads: to Generate and to Infill."""

from __future__ import annotations

import streamlit as st

from crystal_llm.ui.generate.carry import carry_to_generate
from crystal_llm.ui.generate.fields import start_order
from crystal_llm.ui.widgets.page_paths import INFILL_PAGE


def show_uses(model_id: str) -> None:
    """Draws the buttons that go on with a model."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Generate with it", type="primary", icon=":material/diamond:", key="tune-generate",
            on_click=generate_with, args=(model_id,),
        )  # fmt: skip
        if st.button("Infill with it", icon=":material/colorize:", key="tune-infill"):
            infill_with(model_id)


def generate_with(model_id: str) -> None:
    """Goes to the form with a model chosen (a callback)."""
    carry_to_generate(start_order("symmetric").asking(model=model_id))


def infill_with(model_id: str) -> None:
    """Goes to the Infill page with a model chosen."""
    st.session_state["infill-model"] = model_id
    st.switch_page(INFILL_PAGE, query_params={})
