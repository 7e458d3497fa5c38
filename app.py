"""The app's router."""

import streamlit as st

st.set_page_config(page_title="Crystal LLM", page_icon="◆", layout="wide")
# Streamlit leaves six rem above a page; its top navigation needs half of that.
st.html("<style>[data-testid=stMainBlockContainer] { padding-top: 3.5rem; }</style>")
st.navigation(
    [
        st.Page("pages/generate.py", title="Generate", icon=":material/diamond:", default=True),
        st.Page("pages/models.py", title="Models", icon=":material/neurology:"),
    ],
    position="top",
).run()
