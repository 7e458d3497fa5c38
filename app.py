"""The app's router."""

import streamlit as st

import crystal_llm.ui.rooms  # noqa: F401 (first of all: see there)
from crystal_llm.ui.sign_in import require_sign_in
from crystal_llm.ui.widgets.other_addresses import other_addresses
from crystal_llm.ui.widgets.page_style import apply_page_style
from crystal_llm.ui.widgets.saved_pictures import draw_saved_pictures
from crystal_llm.ui.widgets.skip_link import show_skip_link
from crystal_llm.ui.widgets.theme_watch import watch_theme

st.set_page_config(page_title="Crystal LLM", page_icon="◆", layout="wide")
apply_page_style()
show_skip_link()
watch_theme()
draw_saved_pictures()
require_sign_in()
st.navigation(
    [
        # Its name is left for an address that leads to the root.
        st.Page(
            "pages/generate.py",
            title="Generate",
            icon=":material/diamond:",
            default=True,
            url_path="",
        ),
        st.Page("pages/infill.py", title="Infill", icon=":material/colorize:"),
        st.Page("pages/explore.py", title="Explore", icon=":material/tune:"),
        st.Page("pages/hull.py", title="Hull", icon=":material/change_history:"),
        st.Page("pages/library.py", title="Library", icon=":material/library_books:"),
        st.Page("pages/jobs.py", title="Jobs", icon=":material/checklist:"),
        st.Page("pages/models.py", title="Models", icon=":material/neurology:"),
        *other_addresses(),
    ],
    position="top",
).run()
