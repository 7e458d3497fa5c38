"""The search of the library; every term stands in the page's address."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qs, urlencode

import streamlit as st

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.library.entry import ORIGINS, Origin, Search
from crystal_llm.library.store import Library

PAGE_SIZE = 100
VIEWS = ("Table", "Cards")

_TERMS: dict[str, object] = {
    "find": "", "formula": "", "elements": [], "only": False, "above": None, "below": None,
    "tags": [], "origin": None, "saved": False, "failed": False,
}  # fmt: skip
"""The terms with what they are when nothing is asked; also their names in the address."""

_ENERGIES = frozenset({"above", "below"})
_PREFIX = "lib-"


def ask_search(library: Library) -> tuple[Search, str]:
    """Draws the search.

    Returns:
        What is looked for, and the view: one of :data:`VIEWS`.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Search", key=_key("find"), bind="query-params", icon=":material/search:",
            placeholder="note, file name or id", width=330,
        )  # fmt: skip
        wanted_formula = st.text_input(
            "Formula", key=_key("formula"), bind="query-params", placeholder="LiFePO4", width=150,
            help="Reduced or not: Fe4O6 finds Fe2O3.",
        )  # fmt: skip
        symbols = st.multiselect(
            "Elements", ELEMENTS, key=_key("elements"), bind="query-params",
            placeholder="all of these", select_all=False, width=200,
        )  # fmt: skip
        with st.popover(
            "Filters", icon=":material/tune:", help="Energy above hull, tags, origin and more"
        ):
            rest = _more(library)
        shown = st.segmented_control(
            "View", VIEWS, default=VIEWS[0], required=True, key=_key("view"),
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
    only = bool(rest.pop("only")) and bool(symbols)
    search = Search(
        formula=wanted_formula.strip() or None,
        elements=tuple(symbols),
        only_elements=tuple(symbols) if only else None,
        text=text.strip() or None,
        limit=PAGE_SIZE,
        **rest,  # type: ignore[arg-type]
    )
    return search, shown


def _more(library: Library) -> dict[str, object]:
    only = st.toggle("Only the elements chosen", key=_key("only"), bind="query-params")
    low, high = st.columns(2)
    above = low.number_input(
        "Above hull, from", value=None, step=0.01, format="%.3f", key=_key("above"),
        bind="query-params", help="eV/atom", placeholder="any",
    )  # fmt: skip
    below = high.number_input(
        "to (eV/atom)", value=None, step=0.01, format="%.3f", key=_key("below"),
        bind="query-params", placeholder="any",
        help="0.1 is the usual bound of metastability. Crystals without a known energy drop out.",
    )  # fmt: skip
    tags = st.multiselect(
        "Tags", library.tags(), key=_key("tags"), bind="query-params", placeholder="all of these"
    )
    origin = st.selectbox(
        "Origin", ORIGINS, index=None, key=_key("origin"), bind="query-params", placeholder="any"
    )
    saved = st.toggle(
        "Only what I saved", key=_key("saved"), bind="query-params",
        help="Off: also what jobs left here.",
    )  # fmt: skip
    failed = st.toggle(
        "Also what failed", key=_key("failed"), bind="query-params",
        help="Texts that are no crystal, kept because rates need them.",
    )  # fmt: skip
    if above is not None and below is not None and above > below:
        st.warning("“From” is larger than “to”: nothing can be found.")
    return {
        "only": only,
        "energy_above_hull_min_ev_per_atom": above,
        "energy_above_hull_max_ev_per_atom": below,
        "tags": tuple(tags),
        "origin": cast("Origin | None", origin),
        "saved": True if saved else None,
        "with_crystal": not failed,
    }


def clear_search() -> None:
    """Takes every term back (a callback)."""
    for name, nothing in _TERMS.items():
        st.session_state[_key(name)] = nothing


def search_text() -> str:
    """The search as the address says it, to be restored by :func:`restore_search`."""
    asked = {
        name: values
        for name in (*_TERMS, "view")
        if (values := st.query_params.get_all(_key(name)))
    }
    return urlencode(asked, doseq=True)


def restore_search(text: str) -> None:
    """Asks again what an address said (a callback, while no search is drawn).

    A search that is not drawn leaves the address, so an opened entry keeps it as one text.
    """
    for name, values in parse_qs(text, keep_blank_values=True).items():
        if name not in (*_TERMS, "view"):
            continue
        usual = _TERMS.get(name, "")
        try:
            if isinstance(usual, list):
                value: object = values
            elif isinstance(usual, bool):
                value = values[-1] == "true"
            else:
                value = float(values[-1]) if name in _ENERGIES else values[-1]
        except ValueError:  # an address that somebody wrote by hand
            continue
        st.session_state[_key(name)] = value
        st.query_params[_key(name)] = values


def _key(name: str) -> str:
    return f"{_PREFIX}{name}"
