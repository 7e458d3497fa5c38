"""Models: what can be loaded, and what is known of it."""

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.language_model.card import card_names, find_card
from crystal_llm.settings import settings

st.title("Models")
st.caption("Every model is a card in the models folder: a base, an adapter, and what was measured.")
for name in card_names(settings().models):
    try:
        card = find_card(name, settings().models)
    except CrystalLLMError as error:
        st.error(str(error))
        continue
    st.subheader(card.title)
    if card.description:
        st.markdown(card.description)
    facts = {
        "card": card.name,
        "base": f"{card.base.name} ({card.base.licence})",
        "quantisation": card.quantisation,
    }
    left, middle, right = st.columns(3)
    for column, title, table in (
        (left, "Model", facts),
        (middle, "Training", card.training),
        (right, "Measured", card.measured),
    ):
        if table:
            column.markdown(f"**{title}**")
            column.markdown("\n".join(f"- {key.replace('_', ' ')}: {table[key]}" for key in table))
