"""The search of the library; every term stands in the page's address."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import cast
from urllib.parse import parse_qs, urlencode

import streamlit as st

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.library.entry import ORIGINS, Origin, Search
from crystal_llm.library.store import Library
from crystal_llm.ui.widgets.notation import moment_text

PAGE_SIZE = 100
PAGE = "lib-page"
_VIEWS = ("Table", "Cards")
NEWEST, LOWEST = "Newest first", "Lowest energy first"

_TERMS: dict[str, object] = {
    "find": "", "formula": "", "elements": [], "only": False, "above": None, "below": None,
    "tags": [], "origin": None, "saved": False, "failed": False, "group": None, "atoms-from": None,
    "atoms-to": None, "novelty": None, "job": None, "since": None, "until": None, "forms": False,
    "order": NEWEST,
}  # fmt: skip
"""The terms with what they are when nothing is asked; also their names in the address."""

_ENERGIES = frozenset({"above", "below"})
_NUMBERS = frozenset({"group", "atoms-from", "atoms-to"})
_DATES = frozenset({"since", "until"})
NOVEL, _KNOWN = "novel", "known"
_EARLIER = {"novelty": {"new": NOVEL}}
"""What a choice was called in addresses of earlier versions."""

_CHOICES = {"order": (NEWEST, LOWEST), "origin": ORIGINS, "novelty": (NOVEL, _KNOWN)}
_PREFIX = "lib-"


def ask_search(library: Library) -> tuple[Search, str]:
    """Draws the search.

    Returns:
        What is looked for, and the view: one of :data:`_VIEWS`.
    """
    _renew_address()
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
            "Filters",
            icon=":material/tune:",
            help="Energy above hull, space group, atoms, novelty, job, date, tags, origin",
        ):
            rest = _more(library)
        order = st.selectbox(
            "Order", (NEWEST, LOWEST), key=_key("order"), bind="query-params", width=190,
            help="By energy above hull; what has none comes last.",
        )  # fmt: skip
        shown = st.segmented_control(
            "View", _VIEWS, default=_VIEWS[0], required=True, key=_key("view"),
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
    only = bool(rest.pop("only")) and bool(symbols)
    search = Search(
        formula=wanted_formula.strip() or None,
        elements=tuple(symbols),
        only_elements=tuple(symbols) if only else None,
        text=text.strip() or None,
        lowest_first=order == LOWEST,
        limit=PAGE_SIZE,
        **rest,  # type: ignore[arg-type]
    )
    return search, shown


def _renew_address() -> None:
    """Begins anew where the address says a term in a word of an earlier version."""
    renewed = {
        _key(name): renamed[said]
        for name, renamed in _EARLIER.items()
        if (said := st.query_params.get(_key(name))) in renamed
    }
    if renewed:
        # In another run, which takes them from the address: a bound field drops from there what
        # it does not offer, and what is put there while it is drawn.
        st.query_params.update(renewed)
        st.rerun()


def _more(library: Library) -> dict[str, object]:
    only = st.toggle("Only the elements chosen", key=_key("only"), bind="query-params")
    low, high = st.columns(2)
    above = low.number_input(
        "Above hull, from (eV/atom)", value=None, step=0.01, format="%.3f", key=_key("above"),
        bind="query-params", help="eV/atom", placeholder="any",
    )  # fmt: skip
    below = high.number_input(
        "Above hull, to (eV/atom)", value=None, step=0.01, format="%.3f", key=_key("below"),
        bind="query-params", placeholder="any",
        help="0.1 is the usual bound of metastability. Crystals without a known energy drop out.",
    )  # fmt: skip
    group, fewest, most = st.columns(3)
    spacegroup = group.number_input(
        "Space group", 1, 230, None, key=_key("group"), bind="query-params", placeholder="any",
        help="Its number, by spglib at 0.1 Å.",
    )  # fmt: skip
    atoms_from = fewest.number_input(
        "Atoms, from", 1, None, None, key=_key("atoms-from"), bind="query-params",
        placeholder="any", help="In the cell.",
    )  # fmt: skip
    atoms_to = most.number_input(
        "Atoms, to", 1, None, None, key=_key("atoms-to"), bind="query-params", placeholder="any"
    )
    novelty = st.selectbox(
        "Novelty", (NOVEL, _KNOWN), index=None, key=_key("novelty"), bind="query-params",
        placeholder="any",
        help="Whether a known phase is the same crystal. What was not compared drops out.",
    )  # fmt: skip
    job = _ask_job(library)
    begin, end = st.columns(2)
    since = begin.date_input("Made since", None, key=_key("since"), bind="query-params")
    until = end.date_input("Made until", None, key=_key("until"), bind="query-params")
    tags = st.multiselect(
        "Tags", library.tags(), key=_key("tags"), bind="query-params", placeholder="all of these"
    )
    origin = st.selectbox(
        "Origin", ORIGINS, index=None, key=_key("origin"), bind="query-params", placeholder="any"
    )
    saved = st.toggle(
        "Only what I saved", key=_key("saved"), bind="query-params",
        help="Off: results of jobs too.",
    )  # fmt: skip
    failed = st.toggle(
        "Also what failed", key=_key("failed"), bind="query-params",
        help="Generated texts that gave no crystal; kept for the statistics.",
    )  # fmt: skip
    forms = st.toggle(
        "Written and relaxed forms apart", key=_key("forms"), bind="query-params",
        help="Off: a crystal and its relaxed form are one row.",
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
        "spacegroup_number": spacegroup,
        "n_sites_min": atoms_from,
        "n_sites_max": atoms_to,
        "novel": None if novelty is None else novelty == NOVEL,
        "job_id": job,
        "made_after_unix_s": _midnight(since),
        "made_before_unix_s": _midnight(until, days=1),
        "folded": not forms,
    }


def _ask_job(library: Library) -> str | None:
    jobs = {job: f"{moment_text(at)} · {count:,} · {job[:8]}" for job, at, count in library.jobs()}
    # A bound field would put what it shows into the address, and not the id.
    key = _key("job")
    asked = st.query_params.get(key)
    if asked:
        jobs.setdefault(asked, asked[:8])
        st.session_state.setdefault(key, asked)
    chosen: str | None = st.selectbox(
        "Job", list(jobs), index=None, key=key, placeholder="any",
        format_func=lambda job: jobs.get(job, job),
        help="When it began, how many crystals it left here, and its id.",
    )  # fmt: skip
    if chosen:
        st.query_params[key] = chosen
    else:
        st.query_params.pop(key, None)
    return chosen


def _midnight(day: date | None, days: int = 0) -> float | None:
    """The moment at which a day begins, in UTC as dates are shown; some days later."""
    if day is None:
        return None
    return datetime.combine(day, time.min, UTC).timestamp() + 86_400 * days


def clear_search() -> None:
    """Takes every term back (a callback)."""
    for name, nothing in _TERMS.items():
        st.session_state[_key(name)] = nothing


def asked_page() -> int:
    """The page of the list, as its field or, after a reload, the address says."""
    # A bound field would say so too late: below the table that it is about.
    if PAGE not in st.session_state:
        asked = st.query_params.get(PAGE, "")[:6]
        st.session_state[PAGE] = max(int(asked), 1) if asked.isdecimal() else 1
    return int(st.session_state[PAGE])


def say_page() -> None:
    """Writes the page of the list into the address."""
    if asked_page() > 1:
        st.query_params[PAGE] = str(asked_page())
    else:
        st.query_params.pop(PAGE, None)


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
                value = _value(name, values[-1])
        except ValueError:  # an address that somebody wrote by hand
            continue
        st.session_state[_key(name)] = value
        st.query_params[_key(name)] = value if name in _EARLIER else values


def _value(name: str, text: str) -> object:
    """A term of one value, as its field holds it.

    Raises:
        ValueError: It is none.
    """
    text = _EARLIER.get(name, {}).get(text, text)
    if name in _CHOICES and text not in _CHOICES[name]:
        raise ValueError(text)
    if name in _ENERGIES:
        return float(text)
    if name in _NUMBERS:
        return int(text)
    return date.fromisoformat(text) if name in _DATES else text


def _key(name: str) -> str:
    return f"{_PREFIX}{name}"
