"""The model that reads crystals on the Infill page, as far as its card tells."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.settings import settings


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


def _facts() -> _CardFacts:
    facts: _CardFacts = _card_facts(settings().model, str(settings().models))
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
    return _CardFacts(weights, card.text)
