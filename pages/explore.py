"""Explore: how sampling works, and what temperature and nucleus trade away."""

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.ui.explore.sampling import show_sampling
from crystal_llm.ui.explore.studies import leave_study, show_job_study, show_shipped
from crystal_llm.ui.explore.study_form import show_study_form
from crystal_llm.ui.generate.carry import go_if_carried
from crystal_llm.ui.widgets.notation import as_markdown


def show() -> None:
    """The page: a study where the address names one, else sampling, form and shipped study."""
    st.title("Explore", anchor=False)
    if study := st.query_params.get("study"):
        show_job_study(study)
        return
    st.caption("What temperature and nucleus do to a model's choices, and what they trade away.")
    st.header("How sampling works", anchor=False)
    with st.container():  # it grows when its answer comes; the form below stays where it is
        show_sampling()
    st.header("What they trade away", anchor=False)
    st.markdown(
        "A study writes crystals at every combination of τ and P (a cell), checks and compares "
        "them and, if you want energies, relaxes some from each cell. It runs as a job, so you can "
        "close the page and come back."
    )
    with st.expander("A new study", expanded=True, icon=":material/grid_on:"):
        show_study_form()
    st.header("A finished study", anchor=False)
    show_shipped()


go_if_carried()
try:
    show()
except CrystalLLMError as error:
    st.error(as_markdown(str(error)))
    if st.query_params.get("study"):
        st.button("Back", icon=":material/arrow_back:", on_click=leave_study)
