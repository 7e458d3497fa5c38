"""What the forms have in common that ask for a new model."""

from __future__ import annotations

from typing import Any

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.fine_tune_order import FineTuneOrder
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.language_model.card import find_card
from crystal_llm.settings import settings
from crystal_llm.ui.services import job_queue, model_label, model_names
from crystal_llm.ui.widgets.notation import as_markdown


def ask_name_and_base(
    name_place: Any, base_place: Any, *, key: str, example: str
) -> tuple[str, str] | None:
    """Draws the fields for what a new model is called and for the one that it starts from.

    Args:
        name_place: Where the first is drawn.
        base_place: Where the second is drawn.
        key: Of the form; unique among those of a page.
        example: A name that one could give.

    Returns:
        Name (empty where none was given) and base; None, and why, where none here can learn.
    """
    names = [name for name in model_names() if _can_learn(name)]
    if not names:
        st.info("There is no model here that can be fine-tuned: it takes a compact one.")
        return None
    name = name_place.text_input(
        "Name of the new model", key=f"{key}-name", max_chars=60, placeholder=example
    )
    usual = settings().model
    base = base_place.selectbox(
        "Starts from", names, index=names.index(usual) if usual in names else 0, key=f"{key}-base",
        format_func=model_label, help="It stays as it is; the new model gets weights of its own.",
    )  # fmt: skip
    return name.strip(), base


def submit_training(order: FineTuneOrder | ImproveOrder) -> None:
    """Queues an order and goes to its job, or says what is wrong with it."""
    try:
        job_id = job_queue().submit(order)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
    else:
        st.query_params.from_dict({"job": job_id})
        st.rerun()


def _can_learn(name: str) -> bool:
    try:
        return find_card(name, settings().models).network is not None
    except CrystalLLMError:
        return False
