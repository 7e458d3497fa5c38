"""The way to the Hull page with crystals in place, for every page that has some."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.settings import settings
from crystal_llm.stability.drawing.hull_question import MOST_ASKED
from crystal_llm.stability.hull_candidates import (
    MAX_HULL_CANDIDATES,
    candidates_of_text,
    candidates_text,
)
from crystal_llm.stability.references.reference_catalogue import find_references
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_paths import HULL_PAGE

ALL = "of"
"""How many phases an address was made of stands under this where it holds fewer."""

METHOD_KEY = "method-"
"""What the Hull page remembers as the maker of typed energies stands under this and a reference."""


def show_hull_button(
    phases: Sequence[tuple[str, str, float]],
    method: EnergyMethod,
    *,
    key: str,
    label: str = "On the hull",
) -> None:
    """Draws the way to the hull; of several chemical systems, one way to each.

    Args:
        phases: Name, formula and energy in eV/atom of each, at least one.
        method: What made the energies.
        key: Unique among the elements of a page.
        label: On the button.
    """
    icon = ":material/change_history:"
    systems = by_system(phases)
    if len(systems) == 1:
        many = "these crystals" if len(phases) > 1 else "this crystal"
        if st.button(
            label, icon=icon, key=key, help=f"Draw the hull of its elements with {many} in place."
        ):
            open_hull(phases, method)
        return
    with st.popover(label, icon=icon, key=f"{key}-systems"):
        st.caption("Each chemical system has a hull of its own.")
        show_systems(phases, method, key=key)


def show_systems(
    phases: Sequence[tuple[str, str, float]],
    method: EnergyMethod,
    *,
    key: str,
    maker: str = "",
) -> None:
    """Draws a button to the hull of each chemical system.

    Args:
        phases: Name, formula and energy in eV/atom of each.
        method: What made the energies.
        key: Unique among the elements of a page.
        maker: What the buttons call the method, where there are others beside it.
    """
    for name, members in by_system(phases).items():
        counted = f"{len(members):,} crystal{'s' if len(members) > 1 else ''}"
        label = f"{name} · {counted} · {as_markdown(maker)}" if maker else f"{name} · {counted}"
        tooltip = as_markdown(str(method)) if maker else None
        if st.button(label, key=f"{key}-{name}", width="stretch", help=tooltip):
            open_hull(members, method)


def by_system(
    phases: Sequence[tuple[str, str, float]],
) -> dict[str, list[tuple[str, str, float]]]:
    """Phases by the chemical system whose hull shows them, that of the most phases first.

    A phase of fewer elements stands on the hull of a system that has them, where there is one.
    """
    own = [frozenset(element_amounts(formula)) for _, formula, _ in phases]
    whole = [system for system in dict.fromkeys(own) if not any(system < other for other in own)]
    phases_by_system: dict[frozenset[str], list[tuple[str, str, float]]] = {}
    for phase, elements in zip(phases, own, strict=True):
        phases_by_system.setdefault(
            next(system for system in whole if elements <= system), []
        ).append(phase)
    ordered = sorted(phases_by_system.values(), key=lambda members: -len(members))
    return {"-".join(_elements_in_order(members)): members for members in ordered}


def _elements_in_order(phases: Sequence[tuple[str, str, float]]) -> list[str]:
    """Elements in the order in which the formulas write them: Na-Cl, Li-Fe-O."""
    return list(
        dict.fromkeys(
            symbol
            for _, formula, _ in phases
            for symbol in re.findall("[A-Z][a-z]?", formula)
            if symbol in element_amounts(formula)
        )
    )


def open_hull(phases: Sequence[tuple[str, str, float]], method: EnergyMethod) -> None:
    """Goes to the hull of all elements of some phases, or says why there is none.

    Args:
        phases: Name, formula and energy in eV/atom of each, at least one.
        method: What made the energies; the hull is that of a reference of the same method.
    """
    try:
        query = hull_query(phases, method)
    except StabilityError as error:
        st.error(as_markdown(str(error)))
        return
    # The page keeps what was chosen there before, also where the address asks for its default: a
    # method that was said of energies typed into it is not that of these.
    for name in list(st.session_state):
        if name in ("hull-phase", "system", "reference", "hull-across") or str(name).startswith(
            METHOD_KEY
        ):
            del st.session_state[name]
    if len(phases) == 1:
        st.session_state["hull-phase"] = candidates_of_text(query["candidates"])[0][0].strip()
    st.switch_page(HULL_PAGE, query_params=query)


def has_reference(method: EnergyMethod) -> bool:
    """Whether energies of a method can be placed on a hull here."""
    return _reference_of(method) is not None


def _reference_of(method: EnergyMethod) -> str | None:
    catalogue = find_references(settings().models, settings().home)
    return next(
        (entry.name for entry in catalogue.entries if entry.provenance.method == method), None
    )


def hull_query(phases: Sequence[tuple[str, str, float]], method: EnergyMethod) -> dict[str, str]:
    """What the Hull page's address says to show these phases.

    Args:
        phases: Name, formula and energy in eV/atom of each, at least one.
        method: What made the energies.

    Raises:
        StabilityError: No reference has this method, or the elements are too many for a hull.
    """
    name = _reference_of(method)
    if name is None:
        raise StabilityError(
            f"there is no reference of {method} here, and energies of another method do not compare"
        )
    shown = list(phases)[:MAX_HULL_CANDIDATES]
    elements = _elements_in_order(shown)
    if len(elements) > MOST_ASKED:
        raise StabilityError(
            f"these crystals have {len(elements)} elements together, and a hull has at most "
            f"{MOST_ASKED}: choose crystals of one system"
        )
    return {
        "system": "-".join(elements) if len(elements) > 1 else shown[0][1],
        "reference": name,
        "candidates": candidates_text(shown),
    } | ({ALL: str(len(phases))} if len(phases) > len(shown) else {})
