"""The form in which a user says what is wanted."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from crystal_llm.errors import RequestError
from crystal_llm.generation.request import MAX_BEST_OF, MAX_RADII_SHARE, ChosenBy
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.settings import Settings
from crystal_llm.ui.generate.fields import (
    BY_ELEMENTS,
    COMPOSITIONS,
    FORMULA,
    FREE,
    HARD,
    MAX_SEED,
    NO_PROTOTYPE,
    PICKER,
    SOFT,
    begin,
    change_novelty,
    filled,
    key,
    read,
    unshown,
)
from crystal_llm.ui.generate.judge_form import SESSION, ask_judge
from crystal_llm.ui.generate.model_choice import ask_model
from crystal_llm.ui.generate.refine_form import ask_refine
from crystal_llm.ui.generate.summary import energy_step
from crystal_llm.ui.generate.symmetry_form import SOFT_BADGE as SOFT_BADGE
from crystal_llm.ui.generate.symmetry_form import ask_sizes, ask_symmetry
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.periodic_table import ElementChoice, pick_elements

_CHOSEN_BY: dict[ChosenBy, str] = {
    "energy": "the lowest above the hull",
    "likelihood": "the likeliest geometry",
}


def ask_order(configured: Settings) -> GenerateOrder:
    """Draws the form; gives the order that it says.

    Args:
        configured: Where models and references are.

    Raises:
        RequestError: The form asks for something impossible; it is drawn all the same.
    """
    begin(configured)
    st.markdown("## Model")
    card = ask_model(configured)
    symmetric = card is not None and card.text == "symmetric"
    st.markdown("## What to make")
    choice = _ask_composition(configured)
    beside = st.container()
    with st.expander("Symmetry and size", expanded=True, icon=":material/grid_4x4:"):
        prototype = ask_symmetry(symmetric=symmetric)
        ask_sizes(symmetric=symmetric)
    st.markdown("## Properties")
    _ask_properties(symmetric=symmetric, ranges=card is not None and card.reads_ranges)
    st.markdown("## Sampling")
    _ask_sampling()
    st.markdown("## Judging")
    refine = ask_refine(configured, "gen", filled().refine)
    ask_judge(configured)
    if prototype is None and st.session_state[key("prototype_from")] != NO_PROTOTYPE:
        raise RequestError(
            "no prototype yet: name a structure or give a file under Symmetry and size, or choose "
            "None there"
        )
    order = replace(read(choice, prototype), refine=refine)
    if parts := unshown(order):
        beside.caption(
            "**Also asked**, as in the order that filled this form, and shown by no field: "
            f"{as_markdown(', '.join(parts))}. Another composition drops what is said of elements; "
            "reloading the page drops all."
        )
    return order


def _ask_composition(configured: Settings) -> ElementChoice:
    how = st.segmented_control(
        "Composition",
        COMPOSITIONS,
        required=True,
        key=key("composition"),
        persist_state=SESSION,
        label_visibility="collapsed",
        on_change=change_novelty,
        args=(configured,),
    )
    choice = ElementChoice()
    if how == FREE:
        st.caption("The model chooses the composition.")
        return choice
    if how == FORMULA:
        left, right = st.columns([3, 2])
        left.text_input(
            "Formula",
            key=key("formula"),
            persist_state=SESSION,
            placeholder="LiFePO4",
            on_change=change_novelty,
            args=(configured,),
            max_chars=max(100, len(filled().request.conditions.formula or "")),
            help="Goes into the prompt, reduced. Empty: the model chooses.",
        )
        right.number_input(
            "Formula units",
            1,
            max(50, filled().request.formula_units or 0),
            value=None,
            step=1,
            key=key("units"),
            persist_state=SESSION,
            placeholder="any",
            help="In the cell; only with an exact formula.",
        )
    if how == BY_ELEMENTS:
        choice = pick_elements("Elements", key=PICKER, modes=("required", "allowed", "excluded"))
    firm = st.segmented_control(
        "Exact or soft",
        (HARD, SOFT),
        format_func=lambda way: {HARD: "Exact", SOFT: "Soft"}[way],
        required=True,
        key=key("firmness"),
        persist_state=SESSION,
        help="**Exact**: enforced by the grammar: this formula, in any number of units, or just "
        "the required elements. **Soft**: stated in the prompt; the model may ignore it. "
        "Allowed and excluded elements are always exact.",
    )
    if how == FORMULA and firm == HARD and not (st.session_state.get(key("formula")) or "").strip():
        st.caption(":material/info: No formula is given: the model chooses the composition.")
    if how == BY_ELEMENTS and firm == HARD and choice.required and choice.allowed:
        st.caption(
            "If further elements are allowed, the required ones are only stated in the prompt; "
            "the grammar excludes all others."
        )
    return choice


def _ask_properties(*, symmetric: bool, ranges: bool) -> None:
    left, right = st.columns(2)
    left.number_input(
        f"Energy above hull (eV/atom) {SOFT_BADGE}", 0.0, 20.0, value=None, step=0.01,
        format="%.3f", key=key("hull"), persist_state=SESSION, placeholder="any",
        help="0 asks for a crystal on the hull; empty for any energy.",
    )  # fmt: skip
    right.number_input(
        f"Band gap (eV) {SOFT_BADGE}", 0.0, 30.0, value=None, step=0.1, format="%.2f",
        key=key("gap"), persist_state=SESSION, placeholder="any",
        help="A PBE gap. The gap of the result is not computed.",
    )  # fmt: skip
    asked = st.session_state.get(key("hull"))
    if not symmetric:
        return
    if asked is None:
        st.caption("Any energy: the model then writes stable and unstable crystals.")
    elif ranges:
        st.caption(
            f"This model knows energies in ranges: {asked:g} is read as {energy_step(asked)}. "
            "Empty the field for any energy."
        )


def _ask_sampling() -> None:
    left, right = st.columns(2)
    left.number_input(
        "Crystals", 1, 10_000, step=1, key=key("count"), persist_state=SESSION,
        help="Results appear one by one.",
    )  # fmt: skip
    right.number_input(
        "Seed", 0, MAX_SEED, step=1, key=key("seed"), persist_state=SESSION,
        help="The same seed and settings give the same crystals.",
    )  # fmt: skip
    left, right = st.columns(2, vertical_alignment="bottom")
    left.number_input(
        "Best of", 1, MAX_BEST_OF, step=1, key=key("best"), persist_state=SESSION,
        help="So many are written for each crystal, and the best is kept. Higher: more stable and "
        "fewer steps to relax, but simpler, smaller crystals. 1: take each as it comes.",
    )  # fmt: skip
    right.selectbox(
        "Keep", list(_CHOSEN_BY), format_func=_CHOSEN_BY.__getitem__, key=key("by"),
        persist_state=SESSION, disabled=st.session_state[key("best")] == 1,
        help="Lowest energy: the one that lies lowest above CHGNet's hull as it was written. "
        "Likeliest geometry: the one whose lattice and coordinates the model finds likeliest; no "
        "potential has a say.",
    )  # fmt: skip
    st.toggle(
        "Novel crystals only", key=key("new"), persist_state=SESSION,
        help="Crystals that are known structures (Materials Project) are passed over. Off, about "
        "four in ten that the usual model writes are known, and more of those kept. A formula "
        "switches it off, so that its known phases are written, too.",
    )  # fmt: skip
    left, right = st.columns(2)
    _slide(
        left, "Temperature τ", "temperature", 2.0, float(filled().request.temperature),
        "Low: likelier, less diverse crystals. High: more diverse ones, more of them invalid.",
    )  # fmt: skip
    _slide(
        right, "Nucleus size P", "nucleus", 1.0, float(filled().request.top_p),
        "Each choice is made among the likeliest options that hold this much probability.",
    )  # fmt: skip
    apart = st.toggle(
        "Keep atoms apart", key=key("apart"), persist_state=SESSION,
        help="Exact: no two atoms are written closer than this, images included. Without it some "
        "crystals have atoms on top of each other.",
    )  # fmt: skip
    left, right = st.columns(2)
    left.number_input(
        "Minimum distance (Å)", 0.0, 1.0, step=0.1, format="%.1f", key=key("distance"),
        persist_state=SESSION, disabled=not apart,
        help="0.5 Å rules out only the impossible. 0: no limit.",
    )  # fmt: skip
    right.number_input(
        "Minimum share of covalent radii", 0.0, MAX_RADII_SHARE, step=0.05, format="%.2f",
        key=key("radii"), persist_state=SESSION, disabled=not apart,
        help="Of the sum of two atoms' covalent radii. At 0.7 nearly all known crystals are "
        "still possible. 0: no limit.",
    )  # fmt: skip


def _slide(
    place: DeltaGenerator, label: str, name: str, most: float, given: float, help_text: str
) -> None:
    """Draws a slider from 0.05 that reaches the value of the order that filled the form."""
    usual = 0.05 <= given <= most
    place.slider(
        label, min(0.05, given), max(most, given), step=0.05, key=key(name),
        format="%.2f" if usual else "%.4g", persist_state=SESSION, help=help_text,
    )  # fmt: skip
