"""Edits by hand: each gives a new step, which can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from crystal_llm.crystal import edits
from crystal_llm.crystal.lattice_change import rescale_by_radii
from crystal_llm.crystal.symmetry import symmetrise
from crystal_llm.errors import CrystalLLMError
from crystal_llm.library.store import Library
from crystal_llm.text.symmetric_edit import (
    change_text,
    crystal_of_edited_text,
    text_of_crystal,
    tidied,
)
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.crystal.text_section import ask_text
from crystal_llm.ui.infill.state import OpenStructure, add_step
from crystal_llm.ui.widgets.element_layout import ELEMENT_NAMES
from crystal_llm.ui.widgets.notation import as_markdown

Asked = tuple[PlainCrystal, str]
"""A crystal after an edit, and what was done."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of edit: what it says of itself, and what asks for it."""

    about: str
    ask: Callable[[PlainCrystal, tuple[int, ...]], Asked | None]


def show_edits(library: Library, place: OpenStructure, chosen: tuple[int, ...]) -> None:
    """Draws the menu of edits.

    Args:
        library: Where steps are kept.
        place: What is edited.
        chosen: The chosen sites.
    """
    with st.popover("Edit by hand", icon=":material/edit:", key="infill-edit"):
        name = st.selectbox("What to do", list(_KINDS), key="infill-edit-kind")
        kind = _KINDS[str(name)]
        st.caption(kind.about)
        try:
            asked = kind.ask(place.crystal, chosen)
        except CrystalLLMError as error:
            st.error(as_markdown(str(error)))
            return
        if asked is None:
            return
        crystal, done = asked
        st.caption(f":material/arrow_forward: {as_markdown(done)}")
        if st.button("Apply", type="primary", key="infill-edit-apply"):
            try:
                add_step(library, place, crystal, done)
            except CrystalLLMError as error:
                st.error(as_markdown(str(error)))
                return
            st.rerun()


def _substitute(crystal: PlainCrystal, chosen: tuple[int, ...]) -> Asked | None:
    element = _element("infill-edit-element")
    fit = st.checkbox(
        "Rescale the lattice by radii", key="infill-edit-rescale",
        help="The lattice's lengths are scaled by the atoms' radii before and after.",
    )  # fmt: skip
    if not chosen:
        st.info("Choose the atoms first.", icon=":material/touch_app:")
        return None
    edit = edits.substitute(crystal, chosen, element)
    if not fit:
        return edit.crystal, edit.description
    scaled = rescale_by_radii(crystal, edit.crystal)
    return scaled.crystal, f"{edit.description}; {scaled.description}"


def _delete(crystal: PlainCrystal, chosen: tuple[int, ...]) -> Asked | None:
    if not chosen:
        st.info("Choose the atoms first.", icon=":material/touch_app:")
        return None
    edit = edits.delete(crystal, chosen)
    return edit.crystal, edit.description


def _add(crystal: PlainCrystal, chosen: tuple[int, ...]) -> Asked:
    element = _element("infill-edit-added")
    places = [
        column.number_input(axis, value=0.25, step=0.05, format="%.3f", key=f"infill-edit-{axis}")
        for axis, column in zip("xyz", st.columns(3), strict=True)
    ]
    edit = edits.add_atom(crystal, element, (places[0], places[1], places[2]))
    return edit.crystal, edit.description


def _supercell(crystal: PlainCrystal, chosen: tuple[int, ...]) -> Asked | None:
    repeats = [
        int(column.number_input(f"along {axis}", 1, 6, 1, key=f"infill-edit-times-{axis}"))
        for axis, column in zip("abc", st.columns(3), strict=True)
    ]
    if repeats == [1, 1, 1]:
        return None
    edit = edits.supercell(crystal, (repeats[0], repeats[1], repeats[2]))
    return edit.crystal, edit.description


def _primitive(crystal: PlainCrystal, chosen: tuple[int, ...]) -> Asked:
    edit = edits.primitive_cell(crystal, _tolerance())
    return edit.crystal, edit.description


def _conventional(crystal: PlainCrystal, chosen: tuple[int, ...]) -> Asked:
    edit = edits.conventional_cell(crystal, _tolerance())
    return edit.crystal, edit.description


def _symmetrise(crystal: PlainCrystal, chosen: tuple[int, ...]) -> Asked:
    symmetrised = symmetrise(crystal, _tolerance())
    moved = [
        {"site": site, "element": symbol, "moves by (Å)": distance}
        for site, (symbol, distance) in enumerate(
            zip(crystal.species, symmetrised.displacements_angstrom, strict=True)
        )
    ]
    if max(symmetrised.displacements_angstrom) > 1e-4:
        st.dataframe(
            moved, hide_index=True, height=min(38 + 35 * len(moved), 180),
            column_config={"moves by (Å)": st.column_config.NumberColumn(format="%.4f")},
        )  # fmt: skip
    return symmetrised.crystal, symmetrised.description


def _text(crystal: PlainCrystal, chosen: tuple[int, ...]) -> Asked | None:
    before = text_of_crystal(crystal)
    text = ask_text(before, f"infill-edit-{crystal_hash(crystal)}")
    if tidied(text) == tidied(before):
        return None
    return crystal_of_edited_text(text), change_text(before, text)


def _element(key: str) -> str:
    symbol = st.selectbox(
        "Element", list(ELEMENT_NAMES), index=list(ELEMENT_NAMES).index("K"), key=key,
        format_func=lambda symbol: f"{symbol} · {ELEMENT_NAMES[symbol]}",
    )  # fmt: skip
    return str(symbol)


def _tolerance() -> float:
    return float(
        st.number_input(
            "Tolerance (Å)",
            0.001,
            1.0,
            0.1,
            step=0.05,
            format="%.3f",
            key="infill-edit-tolerance",
            help="How far atoms may be from where symmetry wants them.",
        )
    )


_KINDS: dict[str, _Kind] = {
    "Substitute the chosen": _Kind(
        "Puts an element of your choice on the chosen sites.", _substitute
    ),
    "Delete the chosen": _Kind("Takes the chosen atoms out.", _delete),
    "Add an atom": _Kind("At fractional coordinates of the cell.", _add),
    "Supercell": _Kind("Repeats the cell, so that a part of the sites can be changed.", _supercell),
    "Primitive cell": _Kind("The smallest cell, in its standard form.", _primitive),
    "Conventional cell": _Kind("The cell of the textbooks, in its standard form.", _conventional),
    "Symmetric text": _Kind(
        "Space group, free lattice parameters, one line for each orbit. Change it and press "
        "Ctrl+Enter.",
        _text,
    ),
    "Symmetrise": _Kind("Moves atoms and lattice to where their symmetry is exact.", _symmetrise),
}
