"""The fields of the form and how an order is read from them and written into them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from crystal_llm.jobs.orders import SHIPPED, GenerateOrder, Judge
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, MIN_RADII_SHARE
from crystal_llm.ui.periodic_table import ElementChoice, set_elements

FREE, FORMULA, ELEMENTS = "Free", "Formula", "Elements"
COMPOSITIONS = (FORMULA, ELEMENTS, FREE)
HARD, SOFT = "Hard", "Soft"
NO_HULL = "none"
PICKER = "gen-elements"

START = GenerateOrder(judge=Judge())
"""What the form says at first."""

_BASE = "gen-base"  # what an order says beyond the fields


def key(name: str) -> str:
    """A field's key in the session."""
    return f"gen-{name}"


def begin(default_model: str) -> None:
    """Fills the form the first time that a session draws it."""
    if _BASE not in st.session_state:
        fill(START, default_model)


def fill(order: GenerateOrder, default_model: str) -> None:
    """Writes an order into the form (before it is drawn, or in a callback).

    Args:
        order: The order.
        default_model: Name of the model where the order names none.
    """
    judge = order.judge or Judge()
    required, allowed = order.elements or (), order.allowed_elements or ()
    composition = FORMULA
    if order.formula is None and (required or allowed or order.excluded_elements):
        composition = ELEMENTS
    distance, share = order.min_distance_angstrom, order.min_radii_share
    apart = distance is not None or share is not None
    values: dict[str, Any] = {
        "composition": composition,
        "formula": order.formula or "",
        "firmness": HARD if {"formula", "elements"} & set(order.hard) or not (
            order.formula or required
        ) else SOFT,
        "units": order.formula_units,
        "group": order.spacegroup_number,
        "hull": order.energy_above_hull_ev_per_atom,
        "formation": order.formation_energy_ev_per_atom,
        "gap": order.band_gap_ev,
        "count": order.count,
        "atoms": order.max_atoms,
        "apart": apart,
        "distance": (distance or 0.0) if apart else MIN_DISTANCE_ANGSTROM,
        "radii": (share or 0.0) if apart else MIN_RADII_SHARE,
        "temperature": order.temperature,
        "nucleus": order.top_p,
        "seed": order.seed,
        "model": order.model or default_model,
        "judge": order.judge is not None,
        "potential": judge.potential,
        "reference": judge.reference or NO_HULL,
        "across": judge.across_potentials,
        "known": judge.known,
        "force": judge.relaxation.max_force_ev_per_angstrom,
        "steps": judge.relaxation.max_steps,
    }  # fmt: skip
    for name, value in values.items():
        st.session_state[key(name)] = value
    set_elements(PICKER, ElementChoice(required, allowed, order.excluded_elements))
    st.session_state[_BASE] = order


def read(choice: ElementChoice) -> GenerateOrder:
    """The order that the form says; not checked.

    Args:
        choice: The elements that are chosen.
    """
    said = {name: st.session_state.get(key(name)) for name in _FIELDS}
    base: GenerateOrder = st.session_state.get(_BASE, START)
    composition = said["composition"] or FREE
    formula = (said["formula"] or "").strip() if composition == FORMULA else ""
    by_elements = composition == ELEMENTS
    required = choice.required if by_elements else ()
    allowed = choice.allowed if by_elements else ()
    hard: tuple[str, ...] = ()
    if said["firmness"] == HARD:
        if formula:
            hard = ("formula",)
        elif required and not allowed:
            hard = ("elements",)
    return replace(
        base,
        count=int(said["count"] or 1),
        formula=formula or None,
        elements=required or None,
        hard=hard,
        # Whoever must occur may occur.
        allowed_elements=tuple(dict.fromkeys((*required, *allowed))) if allowed else None,
        excluded_elements=choice.excluded if by_elements else (),
        formula_units=int(said["units"]) if said["units"] and "formula" in hard else None,
        spacegroup_number=said["group"],
        energy_above_hull_ev_per_atom=said["hull"],
        formation_energy_ev_per_atom=said["formation"],
        band_gap_ev=said["gap"],
        max_atoms=int(said["atoms"] or 1),
        # 0 leaves it open.
        min_distance_angstrom=(said["distance"] or None) if said["apart"] else None,
        min_radii_share=(said["radii"] or None) if said["apart"] else None,
        temperature=float(said["temperature"]),
        top_p=float(said["nucleus"]),
        seed=int(said["seed"] or 0),
        model=said["model"],
        judge=_judge(said, base) if said["judge"] else None,
    )


_FIELDS = (
    "composition", "formula", "firmness", "units", "group", "hull", "formation", "gap", "count",
    "atoms", "apart", "distance", "radii", "temperature", "nucleus", "seed", "model", "judge",
    "potential", "reference", "across", "known", "force", "steps",
)  # fmt: skip


def _judge(said: dict[str, Any], base: GenerateOrder) -> Judge:
    usual = RelaxationSettings() if base.judge is None else base.judge.relaxation
    reference = said["reference"] or SHIPPED
    return Judge(
        potential=said["potential"],
        relaxation=replace(
            usual,
            max_force_ev_per_angstrom=float(said["force"] or 0.05),
            max_steps=int(said["steps"] or 500),
        ),
        reference=None if reference == NO_HULL else reference,
        across_potentials=bool(said["across"]),
        known=said["known"],
    )
