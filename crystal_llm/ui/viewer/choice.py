"""Which sites are chosen: one answer for a viewer and the table beside it.

The answer lives in the session under the viewer's key. The browser counts its choices
(``serial``) and is told the count that Python has seen, so an answer that comes late never
undoes a newer click.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from crystal_llm.ui.viewer.crystal import ViewedCrystal


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """The chosen sites of one crystal.

    Attributes:
        crystal: Digest of the crystal.
        sites: Chosen indices, ascending.
        asked: What the page's code asked for last; a new wish of it replaces the choice.
        serial: The browser's count when it last chose.
        before: The sites before the viewer chose these.
    """

    crystal: str
    sites: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()
    serial: int = 0
    before: tuple[int, ...] = ()


def current_choice(key: str, crystal: ViewedCrystal) -> SiteChoice:
    """The choice under a key; none if it was made in another crystal."""
    choice = st.session_state.get(_name(key))
    if isinstance(choice, SiteChoice) and choice.crystal == crystal.digest:
        return choice
    serial = choice.serial if isinstance(choice, SiteChoice) else 0
    return SiteChoice(crystal.digest, serial=serial)


def wished_choice(key: str, crystal: ViewedCrystal, selected: Iterable[int]) -> SiteChoice:
    """The choice under a key, after the page's own wish if that is a new one."""
    choice = current_choice(key, crystal)
    wish = _valid(selected, crystal)
    if wish != choice.asked:
        choice = replace(choice, sites=wish, asked=wish)
        _tell_table(key, choice)
    st.session_state[_name(key)] = choice
    return choice


def choose_in_view(key: str, crystal: ViewedCrystal) -> None:
    """Takes what was picked in the viewer (its callback)."""
    picked: Any = st.session_state[key].get("picked")
    if not isinstance(picked, dict) or picked.get("crystal") != crystal.digest:
        return
    current = current_choice(key, crystal)
    choice = replace(
        current,
        sites=_valid(picked.get("sites", ()), crystal),
        serial=int(picked.get("serial", 0)),
        before=current.sites,
    )
    st.session_state[_name(key)] = choice
    _tell_table(key, choice)


def choose_in_table(key: str, crystal: ViewedCrystal) -> None:
    """Takes the chosen rows (the table's callback)."""
    choice = current_choice(key, crystal)
    rows = _valid(
        st.session_state[site_table_key(key, choice.crystal)]["selection"]["rows"], crystal
    )
    if rows == choice.before and len(set(rows) ^ set(choice.sites)) > 1:
        # Nobody ticks two rows at once: the browser still had what stood there before the
        # viewer chose, and sent it along with something else.
        _tell_table(key, choice)
        return
    st.session_state[_name(key)] = replace(choice, sites=rows, before=rows)


def site_table_key(key: str, digest: str) -> str:
    """The table's own key: another crystal is another table."""
    return f"{key}-table-{digest}"


def _tell_table(key: str, choice: SiteChoice) -> None:
    st.session_state[site_table_key(key, choice.crystal)] = {
        "selection": {"rows": list(choice.sites)}
    }


def _valid(sites: Iterable[int], crystal: ViewedCrystal) -> tuple[int, ...]:
    count = len(crystal.symbols)
    return tuple(sorted({int(site) for site in sites if 0 <= int(site) < count}))


def _name(key: str) -> str:
    return f"{key}-choice"
