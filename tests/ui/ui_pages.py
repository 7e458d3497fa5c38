"""Pages as a user opens them, by Streamlit's own AppTest."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from crystal_llm.settings import PACKAGE_ROOT


def open_page(name: str, **query: str) -> AppTest:
    """A page with what its address says, run once."""
    shown = AppTest.from_file(str(PACKAGE_ROOT / "pages" / name), default_timeout=120)
    for term, value in query.items():
        shown.query_params[term] = value
    return shown.run()
