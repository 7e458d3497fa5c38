"""The models that a user fine-tuned: what each learned, where it goes on, how it goes away."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from crystal_llm.language_model.card import ModelCard
from crystal_llm.library.own_models import OwnModel
from crystal_llm.ui.services import own_models
from crystal_llm.ui.widgets.notation import as_markdown, moment_text


def show_own_models(
    generate_with: Callable[[str], None], infill_with: Callable[[str], None]
) -> None:
    """Draws the models; nothing where there are none.

    Args:
        generate_with: Goes to the Generate page with a model chosen (a callback).
        infill_with: Goes to the Infill page with a model chosen.

    Raises:
        LibraryError: The database does not answer.
    """
    models = own_models()
    for model in models.all():
        with st.container(border=True, gap="xsmall"):
            _show(model, models.card(model.id), generate_with, infill_with)


def _show(
    model: OwnModel,
    card: ModelCard,
    generate_with: Callable[[str], None],
    infill_with: Callable[[str], None],
) -> None:
    st.markdown(f"**{as_markdown(model.title)}**")
    facts = card.training
    before, after = facts["before"], facts["after"]
    summary = f"{facts['crystals']:,} crystals, {facts['held_out']:,} held out; "
    if "likelier" in after:
        summary += "likelier than worse ones, of those: "
        summary += f"{before['likelier']:.0%} → {after['likelier']:.0%}"
    else:
        summary += "nats per crystal of those: "
        summary += f"{before['free_nats']:.1f} → {after['free_nats']:.1f}"
    base, made = as_markdown(str(facts["made_from"])), moment_text(model.created_unix_s)
    st.caption(f"{summary} · from {base} · {made} UTC · {model.id}")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Generate with it", icon=":material/diamond:", key=f"own-generate-{model.id}",
            on_click=generate_with, args=(model.id,),
        )  # fmt: skip
        if st.button("Infill with it", icon=":material/colorize:", key=f"own-infill-{model.id}"):
            infill_with(model.id)
        st.button(
            "How it was made", icon=":material/show_chart:", key=f"own-curve-{model.id}",
            on_click=st.query_params.from_dict, args=({"job": model.job_id},),
        )  # fmt: skip
        with st.popover("Delete", icon=":material/delete:", key=f"own-delete-{model.id}"):
            st.caption("The model goes for good; crystals that it wrote stay.")
            st.button(
                "Delete it", type="primary", key=f"own-delete-now-{model.id}",
                on_click=_delete, args=(model.id,),
            )  # fmt: skip


def _delete(model_id: str) -> None:
    own_models().delete(model_id)
