"""Jobs: all that was asked for, where it stands, and who works."""

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.ui.jobs.job_list import show_jobs
from crystal_llm.ui.widgets.notation import as_markdown

st.title("Jobs", anchor=False)
st.caption("Everything you asked for. Jobs live in the database: closing the page stops none.")
try:
    show_jobs()
except CrystalLLMError as error:
    st.error(as_markdown(str(error)))
