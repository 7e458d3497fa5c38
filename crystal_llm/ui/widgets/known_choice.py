"""A known structure to choose: by formula or id, then which polymorph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from crystal_llm.dataset.known_structures import KnownStructure, shipped_structures
from crystal_llm.errors import CrystalLLMError, TableError
from crystal_llm.settings import settings
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, group_text, subscripted
from crystal_llm.ui.widgets.space_groups import space_group_symbols

MOST_OFFERED = 60


def ask_known(*, name_key: str, choice_key: str, **lasting: Any) -> KnownStructure | None:
    """Draws a field for a formula or an id, and the polymorphs of what it names.

    Args:
        name_key: Key of the field.
        choice_key: Key of the choice of polymorphs.
        lasting: How long both live, as Streamlit's ``persist_state``.

    Returns:
        None until a structure is named that is known.
    """
    asked = st.text_input(
        "Known structure", key=name_key, max_chars=100,
        placeholder="formula or id: SrTiO3, mp-5229", **lasting,
        help="Of the 94,387 structures of the Materials Project that ship with the program.",
    )  # fmt: skip
    name = (asked or "").strip()
    if not name:
        st.caption("Name a structure, by its formula or its id.")
        return None
    try:
        rows = find_known(name)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return None
    if not rows:
        st.warning(f"No known structure is called {as_markdown(name)}.")
        return None
    return choose_polymorph(rows, key=choice_key, **lasting)


def find_known(name: str) -> tuple[KnownStructure, ...]:
    """The known structures of an id or a formula, the most stable first.

    Raises:
        TableError: No known structures are here.
        StabilityError: Neither an id nor a formula.
    """
    known = shipped_structures(settings())
    if known is None:
        raise TableError("there are no known structures here: set CRYSTAL_LLM_MODELS")
    if (row := known.by_id(name)) is not None:
        return (row,)
    if name.partition("-")[2].isdecimal():
        return ()
    return known.by_formula(name)


def choose_polymorph(
    rows: Sequence[KnownStructure], *, key: str, label: str = "", **lasting: Any
) -> KnownStructure:
    """Draws a choice of known structures, at first the first of them; gives the chosen one.

    Args:
        rows: At least one.
        key: Unique among the elements of a page.
        label: What stands above, where the formula is said already; else it is in every line.
        lasting: How long the choice lives, as Streamlit's ``persist_state``.
    """
    by_id = {known.material_id: known for known in rows[:MOST_OFFERED]}
    if st.session_state.get(key) not in by_id:
        st.session_state[key] = next(iter(by_id))
    chosen = st.selectbox(
        label or "Polymorph", list(by_id), key=key,
        format_func=lambda name: (short_title if label else known_title)(by_id[name]),
        label_visibility="visible" if label else "collapsed", **lasting,
        help="Their energies above hull are DFT's." if label else None,
    )  # fmt: skip
    return by_id[chosen]


def known_title(known: KnownStructure) -> str:
    """A known structure in one line, its DFT energy above hull among its facts."""
    return (
        f"{subscripted(known.formula)} · {_group(known)} · {known.atoms} atoms · "
        f"{_energy(known, ' above hull')} · {known.material_id}"
    )


def short_title(known: KnownStructure) -> str:
    """The same in a narrow place, below its formula: group, DFT energy above hull, id."""
    return f"{_group(known)} · {_energy(known)} · {known.material_id}"


def _energy(known: KnownStructure, meaning: str = "") -> str:
    energy = known.energy_above_hull_ev_per_atom
    return "energy unknown" if energy is None else f"{energy_text(energy)} eV/atom{meaning}"


def _group(known: KnownStructure) -> str:
    return group_text(space_group_symbols()[known.spacegroup_number], known.spacegroup_number)
