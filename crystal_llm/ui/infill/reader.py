"""The model that reads crystals on the Infill page, as far as its card tells."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.settings import settings
from crystal_llm.ui.services import model_label, model_names

_CHOICE = "infill-model"


def ask_infill_model() -> None:
    """Draws the choice of the model that reads, where there are several."""
    names = [
        name for name in model_names() if _card_facts(name, str(settings().models)).fills_masks
    ]
    if len(names) > 1:
        if st.session_state.get(_CHOICE) not in names:
            st.session_state[_CHOICE] = settings().model if settings().model in names else names[0]
        st.selectbox(
            "Model", names, key=_CHOICE, persist_state="session",
            format_func=model_label, help="Fine-tuned models of your own are on the Models page.",
        )  # fmt: skip


def chosen_model() -> str:
    """Name of the model that reads and writes on this page."""
    return str(st.session_state.get(_CHOICE) or settings().model)


def asked_model() -> str | None:
    """As questions name it: None for the worker's own."""
    model = chosen_model()
    return None if model == settings().model else model


def model_weights() -> str | None:
    """Hash of the model's weights; None where the models are only on the worker's machine."""
    return _facts().weights


def reads_orbits() -> bool:
    """Whether the model is one of symmetric text."""
    return _facts().text == "symmetric"


@dataclass(frozen=True)
class _CardFacts:
    weights: str | None = None
    text: str | None = None
    fills_masks: bool = True


def _facts() -> _CardFacts:
    facts: _CardFacts = _card_facts(chosen_model(), str(settings().models))
    return facts


@st.cache_data(max_entries=8, ttl=60, show_spinner=False)
def _card_facts(name: str, models: str) -> _CardFacts:
    from pathlib import Path

    from crystal_llm.language_model.card import find_card

    try:
        card = find_card(name, Path(models))
    except CrystalLLMError:
        return _CardFacts()
    source = card.network or card.adapter
    weights = None if source is None else "-".join(sorted(map(str, source.sha256.values())))
    return _CardFacts(weights, card.text, card.fills_masks)
