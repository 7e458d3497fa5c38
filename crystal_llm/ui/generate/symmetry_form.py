"""Symmetry and size: space group, crystal system, prototype, atoms, orbits."""

from __future__ import annotations

import streamlit as st

from crystal_llm.crystal.symmetric import LATTICE_PARAMETERS
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.crystal.wyckoff import wyckoff_positions
from crystal_llm.generation.request import MAX_ORBITS
from crystal_llm.generation.symmetric_grammar import Prototype
from crystal_llm.ui.generate.fields import (
    AS_GIVEN,
    FROM_FILE,
    KNOWN_STRUCTURE,
    NO_PROTOTYPE,
    filled,
    key,
)
from crystal_llm.ui.generate.judge_form import SESSION
from crystal_llm.ui.widgets.known_choice import ask_known
from crystal_llm.ui.widgets.notation import as_markdown, group_text
from crystal_llm.ui.widgets.space_groups import space_group_choice, space_group_symbols
from crystal_llm.ui.widgets.structure_input import ask_structure

EXACT_BADGE, SOFT_BADGE = ":green-badge[exact]", ":gray-badge[soft]"
_NOT_HELD = ":orange-badge[not with this model]"


def mark(symmetric: bool, *, read: bool = False) -> str:
    """How a condition of symmetric text is met by the chosen model, as a badge.

    Args:
        symmetric: Whether the model writes symmetric text, and so holds it.
        read: Whether a model of coordinate text reads it in its prompt.
    """
    return EXACT_BADGE if symmetric else SOFT_BADGE if read else _NOT_HELD


def ask_symmetry(*, symmetric: bool) -> Prototype | None:
    """Draws the fields of symmetry; gives the prototype that is chosen.

    Args:
        symmetric: Whether the chosen model writes symmetric text.
    """
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.selectbox(
        f"Space group {_firm('group', symmetric, read=True)}", list(range(1, 231)), index=None,
        format_func=space_group_choice, key=key("group"), persist_state=SESSION,
        placeholder="any: type a number, a symbol (Fm-3m) or a system (cubic)",
        help="What spglib finds in the result is shown with it.",
    )  # fmt: skip
    _exact(right, "group", "Every crystal is written in this group.", symmetric)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.selectbox(
        f"Crystal system {_firm('system', symmetric, read=False)}", list(LATTICE_PARAMETERS),
        index=None, key=key("system"), persist_state=SESSION, placeholder="any",
    )  # fmt: skip
    _exact(right, "system", "Every crystal is written in a group of this system.", symmetric)
    return _ask_prototype(symmetric=symmetric)


def ask_sizes(*, symmetric: bool) -> None:
    """Draws how large crystals may be."""
    st.markdown(f"Atoms in the primitive cell {EXACT_BADGE}")
    left, right = st.columns(2)
    left.number_input(
        f"At least {'' if symmetric else _NOT_HELD}", 1, 200, value=None, step=1,
        key=key("atoms_from"), persist_state=SESSION, placeholder="1",
        help="The same number in both fields asks for exactly so many.",
    )  # fmt: skip
    right.number_input(
        "At most", 1, 200, step=1, key=key("atoms"), persist_state=SESSION,
        help="The shipped models were trained on up to 20 atoms, the compact one on up to 20 "
        "orbits.",
    )  # fmt: skip
    st.markdown(f"Orbits (independent sites) {mark(symmetric)}")
    left, right = st.columns(2)
    for place, label, name in ((left, "At least", "orbits_from"), (right, "At most", "orbits_to")):
        place.number_input(
            label, 1, MAX_ORBITS, value=None, step=1, key=key(name), persist_state=SESSION,
            placeholder="any",
        )  # fmt: skip


def _firm(name: str, symmetric: bool, *, read: bool) -> str:
    if symmetric and not st.session_state.get(key(f"{name}_exact")):
        return SOFT_BADGE
    return mark(symmetric, read=read)


def _exact(
    place: st.delta_generator.DeltaGenerator, name: str, help_text: str, symmetric: bool
) -> None:
    place.toggle(
        "Exactly", key=key(f"{name}_exact"), persist_state=SESSION,
        help=help_text + " Otherwise the prompt asks for it, and the model may miss it."
        + ("" if symmetric else " This model can only be asked."),
    )  # fmt: skip


def _ask_prototype(*, symmetric: bool) -> Prototype | None:
    given = filled().request.prototype
    ways = [NO_PROTOTYPE, KNOWN_STRUCTURE, FROM_FILE, *([AS_GIVEN] if given is not None else [])]
    if st.session_state.get(key("prototype_from")) not in ways:
        st.session_state[key("prototype_from")] = NO_PROTOTYPE
    way = st.segmented_control(
        f"Prototype {mark(symmetric)}", ways, required=True, key=key("prototype_from"),
        persist_state=SESSION,
        help="Space group and occupied Wyckoff positions of a structure, with elements, lattice "
        "and free coordinates anew.",
    )  # fmt: skip
    prototype = None
    if way == AS_GIVEN:
        prototype = given
    elif way == KNOWN_STRUCTURE:
        known = ask_known(
            name_key=key("prototype_name"), choice_key=key("prototype_of"), persist_state=SESSION
        )
        prototype = None if known is None else Prototype.of(known.crystal)
    elif way == FROM_FILE:
        structure = ask_structure("Prototype", key=key("prototype"), ways=("Upload", "Paste"))
        if structure is not None:
            prototype = Prototype.of(symmetric_crystal(structure.crystal))
    if prototype is not None:
        st.caption(f"Held: {as_markdown(prototype_text(prototype))}.")
    return prototype


def prototype_text(prototype: Prototype) -> str:
    """A prototype in words: ``Pm-3m (221), positions 1a, 1b and 3c of different elements``."""
    number = prototype.spacegroup_number
    table = wyckoff_positions(number)
    classes = [
        " ".join(table[letter].name if letter in table else letter for letter in group)
        for group in prototype.classes
    ]
    return f"{group_text(space_group_symbols()[number], number)}, positions {' | '.join(classes)}"
