"""The way in where users sign in, and who is in."""

from __future__ import annotations

import streamlit as st

from crystal_llm.ui.identity import current_user, sign_in_configured, signed_in
from crystal_llm.ui.widgets.notation import as_markdown


def require_sign_in() -> None:
    """Where users sign in, draws the way to it and stops until this one has."""
    if not sign_in_configured():
        return
    if signed_in():
        _who()
        return
    st.title("Crystal LLM", anchor=False)
    st.markdown("Your jobs, crystals and models are yours alone here. Sign in to see them.")
    for provider in _providers():
        st.button(
            "Sign in" if provider is None else f"Sign in with {provider}",
            type="primary", icon=":material/login:", key=f"sign-in-{provider}",
            on_click=st.login, args=() if provider is None else (provider,),
        )  # fmt: skip
    st.stop()


def _providers() -> list[str | None]:
    """Names of the providers to choose from; None for one that has no name of its own."""
    auth = st.secrets["auth"]
    named = [name for name in auth if hasattr(auth[name], "keys") and "client_id" in auth[name]]
    return named or [None]


def _who() -> None:
    """Draws who is signed in, and the way out."""
    name = st.user.get("name") or st.user.get("email") or st.user.get("sub")
    with st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"
    ):
        with st.popover(as_markdown(str(name)[:60]), icon=":material/person:", type="tertiary"):
            st.caption("What you are called on this server, for whoever runs it:")
            st.code(current_user(), language=None, wrap_lines=True)
        st.button("Sign out", type="tertiary", icon=":material/logout:", on_click=st.logout)
