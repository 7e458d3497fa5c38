"""The form in which a user says what is wanted."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from crystal_llm.generation.request import MAX_RADII_SHARE
from crystal_llm.jobs.orders import GenerateOrder
from crystal_llm.language_model.card import card_names
from crystal_llm.settings import Settings
from crystal_llm.ui.generate.fields import (
    COMPOSITIONS,
    ELEMENTS,
    FORMULA,
    FREE,
    HARD,
    MAX_SEED,
    PICKER,
    SOFT,
    begin,
    filled,
    key,
    read,
    unshown,
)
from crystal_llm.ui.generate.judge_form import SESSION, ask_judge
from crystal_llm.ui.generate.refine_form import ask_refine
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.periodic_table import ElementChoice, pick_elements
from crystal_llm.ui.widgets.space_groups import space_group_choice


def ask_order(configured: Settings) -> GenerateOrder:
    """Draws the form; gives the order that it says.

    Args:
        configured: Where models and references are.

    Raises:
        RequestError: The form asks for something impossible; it is drawn all the same.
    """
    begin(configured.model)
    st.markdown("#### Composition")
    choice = _ask_composition()
    beside = st.container()
    st.markdown("#### Wishes", help="The prompt asks for these; the model may miss them.")
    _ask_wishes()
    st.markdown("#### Writing")
    _ask_writing(configured)
    st.markdown("#### Judging")
    refine = ask_refine(configured, "gen", filled().refine)
    ask_judge(configured)
    order = replace(read(choice), refine=refine)
    if told := unshown(order):
        beside.caption(
            "**Also asked**, as in the order that filled this form, and shown by no field: "
            f"{as_markdown(', '.join(told))}. Another composition drops what is said of elements; "
            "reloading the page drops all."
        )
    return order


def _ask_composition() -> ElementChoice:
    how = st.segmented_control(
        "Composition",
        COMPOSITIONS,
        required=True,
        key=key("composition"),
        persist_state=SESSION,
        label_visibility="collapsed",
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
            help="In the cell; only with a hard formula.",
        )
    if how == ELEMENTS:
        choice = pick_elements("Elements", key=PICKER, modes=("required", "allowed", "excluded"))
    firm = st.segmented_control(
        "Hard or soft",
        (HARD, SOFT),
        required=True,
        key=key("firmness"),
        persist_state=SESSION,
        help="**Hard**: the grammar lets nothing else be written: exactly this formula, in any "
        "number of units, or exactly the required elements. **Soft**: the prompt asks for it, and "
        "the model may do otherwise. Allowed and excluded elements are always hard.",
    )
    if how == ELEMENTS and firm == HARD and choice.required and choice.allowed:
        st.caption(
            "With elements allowed beside them, the required ones are asked for in the prompt; "
            "the grammar holds that no others occur."
        )
    return choice


def _ask_wishes() -> None:
    st.selectbox(
        "Space group",
        list(range(1, 231)),
        index=None,
        format_func=space_group_choice,
        key=key("group"),
        persist_state=SESSION,
        placeholder="any: type a number, a symbol (Fm-3m) or a system (cubic)",
        help="In the prompt. What spglib finds is shown with the results.",
    )
    st.toggle(
        "Exactly this space group",
        key=key("group_exact"),
        persist_state=SESSION,
        help="Every crystal is written in this group. Only a model of symmetric text can hold it; "
        "the prompt alone is a request that the model may miss.",
    )
    left, right = st.columns(2)
    left.number_input(
        "Energy above hull (eV/atom)", 0.0, 20.0, value=None, step=0.01, format="%.3f",
        key=key("hull"), persist_state=SESSION, placeholder="any",
        help="Soft. 0 asks for a stable crystal.",
    )  # fmt: skip
    right.number_input(
        "Band gap (eV)", 0.0, 30.0, value=None, step=0.1, format="%.2f", key=key("gap"),
        persist_state=SESSION, placeholder="any",
        help="Soft, as PBE gives it. Nothing here computes the gap that was obtained.",
    )  # fmt: skip


def _ask_writing(configured: Settings) -> None:
    left, right = st.columns(2)
    left.number_input(
        "Crystals", 1, 10_000, step=1, key=key("count"), persist_state=SESSION,
        help="How many to write. Results arrive one by one.",
    )  # fmt: skip
    right.number_input(
        "Atoms at most", 1, 200, step=1, key=key("atoms"), persist_state=SESSION,
        help="In the unit cell. The shipped model was trained on up to 20. Hard.",
    )  # fmt: skip
    left, right = st.columns(2)
    _slide(
        left, "Temperature τ", "temperature", 2.0, float(filled().request.temperature),
        "Low: likely crystals, alike. High: varied ones, more of them impossible.",
    )  # fmt: skip
    _slide(
        right, "Nucleus size P", "nucleus", 1.0, float(filled().request.top_p),
        "Each choice is made among the likeliest options that hold this much probability.",
    )  # fmt: skip
    apart = st.toggle(
        "Keep atoms apart", key=key("apart"), persist_state=SESSION,
        help="Hard: no two atoms are written closer than this, images included. Without it some "
        "crystals have atoms on top of each other.",
    )  # fmt: skip
    left, right = st.columns(2)
    left.number_input(
        "Least distance (Å)", 0.0, 1.0, step=0.1, format="%.1f", key=key("distance"),
        persist_state=SESSION, disabled=not apart,
        help="0.5 Å rules out what is impossible and nothing else. 0: no such limit.",
    )  # fmt: skip
    right.number_input(
        "Least share of covalent radii", 0.0, MAX_RADII_SHARE, step=0.05, format="%.2f",
        key=key("radii"), persist_state=SESSION, disabled=not apart,
        help="Of the sum of two atoms' covalent radii. At 0.7 nearly all known crystals could "
        "still be written. 0: no such limit.",
    )  # fmt: skip
    left, right = st.columns(2)
    left.number_input(
        "Seed", 0, MAX_SEED, step=1, key=key("seed"), persist_state=SESSION,
        help="The same seed and form repeat the same crystals.",
    )  # fmt: skip
    names = card_names(configured.models)
    chosen = st.session_state.get(key("model"))
    if chosen is not None and chosen not in names:
        names.append(chosen)  # of a replay file; the worker says if it is not there
    right.selectbox(
        "Model", names, key=key("model"), persist_state=SESSION,
        help="The language model that writes. The Models page tells what each was trained on.",
    )  # fmt: skip


def _slide(
    place: DeltaGenerator, label: str, name: str, most: float, given: float, told: str
) -> None:
    """Draws a slider from 0.05 that reaches the value of the order that filled the form."""
    usual = 0.05 <= given <= most
    place.slider(
        label, min(0.05, given), max(most, given), step=0.05, key=key(name),
        format="%.2f" if usual else "%.4g", persist_state=SESSION, help=told,
    )  # fmt: skip
