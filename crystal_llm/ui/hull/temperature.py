"""Temperature and gas pressures on the Hull page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

import streamlit as st

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.crystal.crystallography import volume_cubic_angstrom
from crystal_llm.dataset.known_structures import shipped_structures
from crystal_llm.errors import StabilityError
from crystal_llm.settings import settings
from crystal_llm.stability.drawing.hull_question import HullQuestion
from crystal_llm.stability.gibbs import (
    ERROR_EV_PER_ATOM,
    GASES,
    HIGHEST_FITTED_K,
    HIGHEST_K,
    HIGHEST_LOG_PRESSURE,
    LOWEST_K,
    LOWEST_LOG_PRESSURE,
    STANDARD_GASES,
    WATER,
    GasConditions,
    GibbsHull,
    gibbs_hull,
)
from crystal_llm.stability.hull_candidates import PlacedCandidates
from crystal_llm.stability.references.reference import Reference
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, subscripted

STEP_K = 100
ZERO = 0
TEMPERATURES = (ZERO, *range(int(LOWEST_K), int(HIGHEST_K) + 1, STEP_K))


def ask_conditions(elements: Collection[str]) -> GasConditions | None:
    """Temperature and the gases of a system's elements; None for 0 K."""
    temperature = st.select_slider(
        "Temperature (K)",
        TEMPERATURES,
        key="temperature",
        bind="query-params",
        help="0 K: energies as computed, without vibrations. From 300 K: Gibbs energies of "
        "formation. Solids by the SISSO descriptor of Bartel et al. (2018) from energy, volume "
        f"and masses, good to about {ERROR_EV_PER_ATOM:g} eV/atom and fitted up to "
        f"{HIGHEST_FITTED_K:g} K, extrapolated above; "
        "compounds that are gases by NIST-JANAF; elements in their standard states. Melts and "
        "solid solutions are not described.",
    )
    if not temperature:
        return None
    pressures = []
    for gas in GASES:
        if not set(element_amounts(gas)) <= set(elements):
            continue
        log_pressure = st.number_input(
            f"log₁₀ p({subscripted(gas)}) (bar)",
            LOWEST_LOG_PRESSURE,
            HIGHEST_LOG_PRESSURE,
            0.0,
            1.0,
            key=f"pressure-{gas}",
            format="%.1f",
            help="Partial pressure; 0 is 1 bar."
            + (
                f" It moves the corner {STANDARD_GASES[gas]}: choose **Corners: Open to "
                f"{STANDARD_GASES[gas]}** for the phases stable in this atmosphere."
                if gas in STANDARD_GASES
                else ""
            ),
        )
        pressures.append((gas, float(log_pressure)))
    conditions = GasConditions(float(temperature), tuple(pressures))
    moved = [
        f"{energy_text(conditions.gas_term_ev(gas) / (1 if gas == WATER else 2), 2)} eV per "
        f"{subscripted(WATER) if gas == WATER else f'atom of {STANDARD_GASES[gas]}'}"
        for gas, power in pressures
        if power
    ]
    if moved:
        st.caption(f"Against 1 bar: {', '.join(moved)}.")
    return conditions


def at_conditions(
    reference: Reference,
    placed: PlacedCandidates,
    question: HullQuestion,
    conditions: GasConditions,
) -> tuple[Reference, PlacedCandidates]:
    """The system's phases and the candidates in it at a temperature.

    Raises:
        StabilityError: The model has no data for an element, or volumes are not known.
    """
    elements = tuple(sorted({*question.elements, *_elements_of_cut()}))
    hull: GibbsHull = _hull(reference, elements, conditions)
    inside = [
        (candidate, result)
        for candidate, result in zip(placed.placed, placed.results, strict=True)
        if set(element_amounts(result.formula)) <= set(elements)
    ]
    moved = hull.place(
        replace(
            placed,
            placed=tuple(candidate for candidate, _ in inside),
            results=tuple(result for _, result in inside),
        )
    )
    return hull.reference, moved


def say_conditions(conditions: GasConditions, placed: PlacedCandidates) -> None:
    """What the numbers are at a temperature, and what they are good for."""
    own = (
        " Your phases count as solids with the volume of the phases that they compete with."
        if placed.placed
        else ""
    )
    beyond = (
        f" Above {HIGHEST_FITTED_K:g} K the model is extrapolated."
        if conditions.temperature_k > HIGHEST_FITTED_K
        else ""
    )
    st.caption(
        as_markdown(
            f"Gibbs energies at {conditions}, modelled: differences below about "
            f"{ERROR_EV_PER_ATOM:g} eV/atom mean little.{beyond}{own}"
        )
    )


def _elements_of_cut() -> set[str]:
    elements: set[str] = set()
    for end in ("from", "to"):
        try:
            elements |= set(element_amounts(st.query_params.get(end, "")))
        except StabilityError:
            continue
    return elements


@lru_cache(maxsize=32)
def _hull(reference: Reference, elements: tuple[str, ...], conditions: GasConditions) -> GibbsHull:
    return gibbs_hull(reference, elements, conditions, _volumes(reference, elements))


def _volumes(reference: Reference, elements: tuple[str, ...]) -> dict[str, float]:
    """Volume in Å³/atom of a reference's phases: of the structure, else of its composition."""
    structures = shipped_structures(settings())
    if structures is None:
        return {}
    known = structures.by_chemical_system(elements, subsystems=True)
    by_id: dict[str, float] = {}
    by_formula: dict[str, float] = {}
    for row in known:
        volume = volume_cubic_angstrom(row.plain) / len(row.plain.species)
        by_id[row.material_id] = volume
        by_formula.setdefault(row.formula, volume)  # the lowest in energy comes first
    volumes = {}
    for place in reference.chemical_system(elements).phases.tolist():
        phase = reference.phase(place)
        known_volume = by_id.get(phase.material_id, by_formula.get(phase.formula))
        if known_volume is not None:
            volumes[phase.material_id] = known_volume
    return volumes
