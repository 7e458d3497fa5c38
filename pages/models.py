"""Models: what can be loaded, what is known of it, and models of one's own."""

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.settings import settings
from crystal_llm.ui.generate.carry import go_if_carried
from crystal_llm.ui.jobs.model_job import show_model_job
from crystal_llm.ui.jobs.model_use import generate_with, infill_with
from crystal_llm.ui.models.fine_tune_form import CHOICE, show_fine_tune_form
from crystal_llm.ui.models.improve_form import show_improve_form
from crystal_llm.ui.models.own_models import show_own_models
from crystal_llm.ui.models.sections import (
    show_language_models,
    show_potential_cards,
    show_references,
)
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_address import clear_address


def show_own() -> None:
    """The models that were made here, and the forms for another."""
    show_own_models(generate_with, infill_with)
    opened = bool(st.session_state.get(CHOICE))
    with st.expander(
        "Fine-tune on my crystals", expanded=opened, icon=":material/model_training:",
        key="tune-form",
    ):  # fmt: skip
        show_fine_tune_form()
    with st.expander(
        "Improve on its own crystals", icon=":material/autorenew:", key="improve-form"
    ):
        show_improve_form()


def show_all() -> None:
    """The page."""
    st.title("Models", anchor=False)
    st.caption("What writes crystals, what relaxes them, and what they are compared with.")
    for title, what, draw in (
        ("Language models", "They write crystals; some also say which elements belong on masked "
         "sites (*Infill*).",
         lambda: show_language_models(settings())),
        ("Your own", "A compact model learns crystals of yours in minutes, and then writes more "
         "of their kind; or, in hours, the best of its own.", show_own),
        ("Potentials", "They relax crystals and give their energies.",
         lambda: show_potential_cards(settings())),
        ("References", "Known phases, of which hulls are made.",
         lambda: show_references(settings())),
    ):  # fmt: skip
        st.header(title, anchor=False)
        st.caption(what)
        try:
            draw()
        except CrystalLLMError as error:
            st.error(as_markdown(str(error)))


go_if_carried()
try:
    if job_id := st.query_params.get("job"):
        show_model_job(job_id)
    else:
        show_all()
except CrystalLLMError as error:
    st.error(as_markdown(str(error)))
    st.button("All models", icon=":material/arrow_back:", on_click=clear_address)
