"""Which model writes, and what a user chooses one by."""

from __future__ import annotations

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.language_model.card import ModelCard, find_card
from crystal_llm.library.own_models import is_own
from crystal_llm.settings import Settings
from crystal_llm.ui.generate.fields import change_model, key
from crystal_llm.ui.generate.judge_form import SESSION
from crystal_llm.ui.services import model_names
from crystal_llm.ui.widgets.model_facts import model_facts, seconds_a_crystal
from crystal_llm.ui.widgets.notation import as_markdown, show_facts


def ask_model(configured: Settings) -> ModelCard | None:
    """Draws the choice of a model with what it is chosen by; None where its card is not here."""
    names = model_names()
    chosen = st.session_state.get(key("model"))
    if chosen is not None and chosen not in names:
        names.append(chosen)  # of a replay file; the worker says if it is not there
    name = st.selectbox(
        "Model", names, key=key("model"), persist_state=SESSION, on_change=change_model,
        args=(configured,), format_func=lambda card: _title(card, configured),
        label_visibility="collapsed",
        help="The language model that writes. The Models page tells what each was trained on.",
    )  # fmt: skip
    try:
        card = find_card(name, configured.models)
    except CrystalLLMError as error:
        st.caption(as_markdown(str(error)))
        return None
    pace = seconds_a_crystal(configured, card.name)
    show_facts((title, value, "") for title, value in model_facts(card, pace).items())
    return card


def _title(name: str, configured: Settings) -> str:
    try:
        title = find_card(name, configured.models).title
        return f"{title} · fine-tuned" if is_own(name) else f"{name} · {title}"
    except CrystalLLMError:
        return f"{name} (not listed here)"
