"""Who uses the pages: the one place where a signed-in identity is read.

Without ``[auth]`` in Streamlit's secrets there is one local user. With it, everybody signs in
by OpenID Connect, and nobody is ever taken for the local user.
"""

from __future__ import annotations

import streamlit as st

from crystal_llm.errors import SettingsError
from crystal_llm.library.entry import LOCAL_USER


def sign_in_configured() -> bool:
    """Whether users sign in."""
    return bool(st.secrets.load_if_toml_exists()) and "auth" in st.secrets


def signed_in() -> bool:
    """Whether this session's user has signed in."""
    return bool(getattr(st.user, "is_logged_in", False))


def current_user() -> str:
    """Who owns what is made in this session.

    The issuer's name for a user, behind the issuer's own: unlike an address or a name it is
    never another person's.

    Raises:
        SettingsError: Users sign in here, and this one has not.
    """
    if not sign_in_configured():
        return LOCAL_USER
    if not signed_in():
        raise SettingsError("sign in first")
    issuer, subject = st.user.get("iss"), st.user.get("sub")
    if not issuer or not subject:
        raise SettingsError("the sign-in named no user; ask who runs this server")
    return f"{issuer}#{subject}"


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
        st.caption(f":material/person: {str(name)[:60]}", width="content")
        st.button("Sign out", type="tertiary", icon=":material/logout:", on_click=st.logout)
