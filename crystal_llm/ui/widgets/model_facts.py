"""What a user chooses a language model by."""

from __future__ import annotations

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.generation.usual import usual_best_of
from crystal_llm.jobs.pace import stage_paces
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.language_model.card import ModelCard
from crystal_llm.settings import Settings
from crystal_llm.ui import identity

_UNKNOWN = "not measured"
_SPEED_SECONDS = 60.0
"""Of writing, in a job that a model's speed is taken from: of fewer, loading the model is a large
part."""


def model_facts(card: ModelCard, seconds_a_crystal: float | None) -> dict[str, str]:
    """What a user decides by, by its title.

    Args:
        card: The model's card.
        seconds_a_crystal: How long it takes here to write one, which by default is one of several;
            None where it has not written here yet.
    """
    speed = card.summary.speed or _UNKNOWN
    if seconds_a_crystal:
        speed = rate_text(1 / (seconds_a_crystal * usual_best_of(card.text)))
    return {
        "Speed": speed,
        "Valid": card.summary.valid or _UNKNOWN,
        "Metastable, unique, novel": card.summary.novel_metastable or _UNKNOWN,
        "Licence": card.licence,
    }


def rate_text(crystals_per_s: float) -> str:
    """A rate in words: ``12 crystals/s here``, or ``4 s per crystal here`` where it is slow."""
    if crystals_per_s >= 1:
        return f"{crystals_per_s:.2g} crystals/s here"
    return f"{1 / crystals_per_s:.2g} s per crystal here"


def seconds_a_crystal(configured: Settings, model: str) -> float | None:
    """How long a model takes to write a crystal here; None where no job was long enough to tell."""
    paces: dict[str, float] = _paces(
        configured.database_url, identity.current_user(), model, None, _SPEED_SECONDS
    )
    return paces.get("written")


def paces(configured: Settings, model: str, potential: str | None) -> dict[str, float]:
    """Seconds a crystal by stage on this machine; empty where the database does not answer."""
    asked = configured.database_url, identity.current_user(), model, potential, 0.0
    paces: dict[str, float] = _paces(*asked)
    if not paces:  # the first job that tells may end any moment
        _paces.clear(*asked)
    return paces


@st.cache_data(max_entries=64, ttl=20, show_spinner=False)
def _paces(
    url: str, owner: str, model: str, potential: str | None, least_s: float
) -> dict[str, float]:
    try:
        return stage_paces(open_jobs_database(url), model, potential, owner, least_s=least_s)
    except CrystalLLMError:  # the page says it where it reads the queue
        return {}
