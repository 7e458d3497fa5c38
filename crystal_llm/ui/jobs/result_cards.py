"""A job's crystals as cards with a still picture each, a page of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from crystal_llm.candidate import Candidate
from crystal_llm.jobs.job import JobResult
from crystal_llm.ui.crystal.picture import show_sketch
from crystal_llm.ui.jobs.results import newness_of, reason_of
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, subscripted
from crystal_llm.ui.widgets.space_groups import space_group_text

_CARD_WIDTH_PX = 172
CARDS_PER_PAGE = 24


def show_result_cards(
    rows: Sequence[JobResult], *, key: str, open_crystal: Callable[[int], None]
) -> None:
    """Draws cards, and below them which page of cards is shown.

    Args:
        rows: The crystals.
        key: Unique among the elements of a page.
        open_crystal: Called with the number of the crystal whose card is opened.
    """
    pages = max(1, -(-len(rows) // CARDS_PER_PAGE))
    page_key = f"{key}-page"
    page = min(int(st.session_state.get(page_key, 1)), pages)
    st.session_state[page_key] = page
    first = CARDS_PER_PAGE * (page - 1)
    with st.container(horizontal=True, gap="small"):
        for row in rows[first : first + CARDS_PER_PAGE]:
            with st.container(border=True, width=_CARD_WIDTH_PX, gap="xxsmall"):
                _card(row, key, open_crystal)
    if pages > 1:
        st.number_input(
            f"Page of {pages} ({len(rows):,} crystals)", 1, pages, key=page_key, width=200
        )


def _card(row: JobResult, key: str, open_crystal: Callable[[int], None]) -> None:
    candidate = row.candidate
    crystal = candidate.crystal
    if crystal is not None:
        show_sketch(crystal, f"Sketch of {candidate.formula}")
    else:
        st.caption(as_markdown((reason_of(candidate) or "no crystal")[:140]))
    if st.button(
        f"{subscripted(candidate.formula)}",
        key=f"{key}-open-{row.number}",
        type="tertiary",
        icon=":material/open_in_full:",
        help=f"Open crystal #{row.number}",
    ):
        open_crystal(row.number)
    facts = [f"#{row.number}", space_group_text(candidate.spacegroup_number) or "no space group"]
    st.caption(" · ".join(facts))
    st.caption(_state(candidate))
    if newness := newness_of(candidate):
        st.caption(newness)


def _state(candidate: Candidate) -> str:
    above = candidate.energy_above_hull_ev_per_atom
    if above is not None:
        return f"{energy_text(above)} eV/atom above hull"
    if candidate.relaxed:
        return "relaxed, no hull"
    if (reason := reason_of(candidate)) is not None:
        return as_markdown(reason.split(":")[0][:60])
    return "as written"
