"""Picking atoms: in 3D or in the table, with those that symmetry makes equal."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from crystal_llm.crystal.prototypes import size_note
from crystal_llm.errors import CrystalLLMError, InfillError
from crystal_llm.infill.masks import masked_sites
from crystal_llm.library.store import Library
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.infill.answer import foresee_question
from crystal_llm.ui.infill.edits import show_edits
from crystal_llm.ui.infill.reader import reads_orbits
from crystal_llm.ui.infill.state import OpenStructure, set_mask
from crystal_llm.ui.widgets.notation import as_markdown

_WISH = "infill-wish"
_MASK_CHANGED, _UNMASKABLE = "infill-mask-changed", "infill-unmaskable"


@st.fragment
def show_picks(library: Library, place: OpenStructure) -> None:
    """Draws the crystal, the table of its sites, and what can be done with the chosen."""
    from crystal_llm.ui.viewer import crystal_view, site_table

    if st.session_state.pop(_MASK_CHANGED, False):
        st.rerun()  # all of the page is drawn anew, so that nothing is drawn here twice
    key = "infill-view"
    digest = crystal_hash(place.crystal)
    wish: tuple[str, tuple[int, ...]] = st.session_state.get(_WISH, ("", ()))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chosen = crystal_view(
            place.crystal,
            key=key,
            selected=wish[1] if wish[0] == digest else (),
            masked=place.masked,
            height_px=400,
        )
    with right:
        _choose(place, chosen, digest)
        many = len(place.crystal.species)
        site_table(place.crystal, key=key, masked=place.masked, height_px=min(38 + 35 * many, 250))
        show_edits(library, place, chosen)
    if (note := size_note(many)) is not None and not reads_orbits():
        st.caption(f":material/info: {note}")


def _choose(place: OpenStructure, chosen: tuple[int, ...], digest: str) -> None:
    """What is chosen, its equivalents, and the mask."""
    st.markdown(_chosen_text(place.crystal, chosen))
    others = _equivalent(digest, place.crystal, chosen)
    if chosen and not others:  # whole orbits, as most masks are
        foresee_question(place, chosen)
    with st.container(horizontal=True, gap="small"):
        if others:
            several = "s" if len(others) > 1 else ""
            if st.button(
                f"Also the {len(others)} equivalent site{several}", key="infill-equivalent",
                icon=":material/select_all:",
                help="Sites that the crystal's symmetry (spglib, 0.1 Å) makes equal to the chosen.",
            ):  # fmt: skip
                st.session_state[_WISH] = (digest, (*chosen, *others))
                st.rerun(scope="fragment")
        st.button(
            "Mask", type="primary", icon=":material/help:", key="infill-mask",
            on_click=_mask, args=(place, chosen),
            help="The model is asked which element belongs on the chosen sites.",
        )  # fmt: skip
        if place.masked:
            st.button(
                "Unmask all", icon=":material/visibility:", key="infill-unmask",
                on_click=_change_mask, args=((),),
            )  # fmt: skip
    if refused := st.session_state.pop(_UNMASKABLE, None):
        st.error(as_markdown(refused), icon=":material/touch_app:")


def _mask(place: OpenStructure, chosen: Iterable[int]) -> None:
    """Masks the chosen sites too, or keeps why they cannot be masked (a callback)."""
    try:
        sites = masked_sites(place.crystal, {*place.masked, *chosen} if chosen else ())
    except InfillError as error:
        st.session_state[_UNMASKABLE] = str(error)
    else:
        _change_mask(sites)


def _change_mask(sites: Iterable[int]) -> None:
    set_mask(sites)
    st.session_state[_MASK_CHANGED] = True


def _chosen_text(crystal: PlainCrystal, chosen: tuple[int, ...]) -> str:
    if not chosen:
        return (
            "**Pick atoms**: click them (shift-click for several), click an element in the legend, "
            "or tick rows."
        )
    counts: dict[str, int] = {}
    for site in chosen:
        counts[crystal.species[site]] = counts.get(crystal.species[site], 0) + 1
    amounts = ", ".join(f"{count} {symbol}" for symbol, count in counts.items())
    return f"**{len(chosen)} atom{'s' if len(chosen) > 1 else ''} chosen**: {amounts}"


def _equivalent(digest: str, crystal: PlainCrystal, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """Sites that symmetry makes equal to the chosen ones, without these."""
    orbits = _orbits(digest, crystal)
    return tuple(sorted({site for atom in chosen for site in orbits.get(atom, ())} - set(chosen)))


@st.cache_data(max_entries=64, show_spinner=False)
def _orbits(digest: str, _crystal: PlainCrystal) -> dict[int, tuple[int, ...]]:
    from crystal_llm.crystal.symmetry import equivalent_sites

    orbits: dict[int, tuple[int, ...]] = {}
    try:
        for site in range(len(_crystal.species)):
            if site not in orbits:
                orbit = equivalent_sites(_crystal, site)
                orbits |= dict.fromkeys(orbit, orbit)
    except CrystalLLMError:  # no symmetry: every site is its own
        return {}
    return orbits
