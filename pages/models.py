"""Models: what can be loaded, and what is known of it."""

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.settings import settings
from crystal_llm.ui.models.sections import show_language_models, show_potentials, show_references
from crystal_llm.ui.widgets.notation import as_markdown

st.title("Models", anchor=False)
st.caption("What writes crystals, what relaxes them, and what they are compared with.")
for title, what, draw in (
    ("Language models", "They write crystals and fill masked sites.", show_language_models),
    ("Potentials", "They relax crystals and give their energies.", show_potentials),
    ("References", "Known phases, of which hulls are made.", show_references),
):
    st.header(title, anchor=False)
    st.caption(what)
    try:
        draw(settings())
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
