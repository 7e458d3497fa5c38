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
