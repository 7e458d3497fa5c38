"""Pages as a user opens them, by Streamlit's own AppTest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streamlit.testing.v1 import AppTest

from crystal_llm.settings import PACKAGE_ROOT


def open_page(name: str, session: Mapping[str, Any] | None = None, **query: str) -> AppTest:
    """A page with what its address and its session say, run once."""
    shown = AppTest.from_file(str(PACKAGE_ROOT / "pages" / name), default_timeout=120)
    for term, value in query.items():
        shown.query_params[term] = value
    for state, value in (session or {}).items():
        shown.session_state[state] = value
    return shown.run()
