"""The chemical-potential diagram on the Hull page."""

from __future__ import annotations

import streamlit as st

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.errors import StabilityError
from crystal_llm.stability.chemical_potentials import (
    MAX_DIAGRAM_ELEMENTS,
    ChemicalPotentials,
    Domain,
    chemical_potentials,
)
from crystal_llm.stability.drawing.chemical_potential_figure import chemical_potential_figure
from crystal_llm.stability.drawing.corners import Corners
from crystal_llm.stability.drawing.hull_question import HullQuestion
from crystal_llm.stability.references.reference import Reference
from crystal_llm.ui.hull.clicks import is_narrow
from crystal_llm.ui.hull.drawing import CHART, NARROW_SCALE, PLOTLY_CONFIG, on_page
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, subscripted
from crystal_llm.ui.widgets.page_style import page_theme


def show_chemical_potentials(
    question: HullQuestion, corners: Corners, reference: Reference
) -> None:
    """Where each stable phase is stable, by the chemical potentials of the elements."""
    formula, elements = question.formula, question.elements
    if len(elements) > MAX_DIAGRAM_ELEMENTS:
        elements = tuple(label for label in corners.labels if label in elements)
        st.caption(f"Of the system {'-'.join(elements)}.")
    try:
        potentials = chemical_potentials(elements, reference)
    except StabilityError as error:
        st.info(as_markdown(str(error)))
        return
    domains = {domain.formula: domain for domain in potentials.domains}
    # A compound first: an element's domain is a face of the diagram and says little.
    compounds = sorted(
        domains,
        key=lambda formula: (
            len(element_amounts(formula)) == 1,
            -len(domains[formula].vertices_ev),
            formula,
        ),
    )
    if formula in domains:
        compounds.insert(0, compounds.pop(compounds.index(formula)))
    chosen = st.selectbox(
        "Phase",
        compounds,
        format_func=subscripted,
        key=f"potentials-{'-'.join(potentials.elements)}-{formula}",
        help="Its domain is drawn in colour; of four elements it alone, its sides named by the "
        "phases with which it is in equilibrium there.",
        persist_state="page",
    )
    theme = page_theme()
    figure = chemical_potential_figure(
        potentials,
        chosen,
        theme=theme,
        caption=f"reference {reference.reference_id}\n{reference.method}",
        scale=NARROW_SCALE if is_narrow(CHART) else 1.0,
    )
    figure.update_layout(uirevision=f"{potentials.elements}{theme}")
    st.plotly_chart(on_page(figure, theme), key="hull-potentials", theme=None, config=PLOTLY_CONFIG)
    if chosen is not None:
        _in_words(potentials, domains[chosen])
    st.caption(
        f"Δμ is 0 for an element in contact with its elemental phase, and falls as it becomes "
        f"scarce. Domains without an end are cut at "
        f"{energy_text(potentials.lowest_ev, 1)} eV."
        + (
            " Drag to see it from another side; hover over a face without a name."
            if len(potentials.elements) > 2
            else ""
        )
    )


def _range_text(symbol: str, low: float, high: float) -> str:
    ends = list(dict.fromkeys(f"{end:z.2f}".replace("-", "−") for end in (low, high)))
    span = f"= {ends[0]}" if len(ends) == 1 else f"from {ends[0]} to {ends[1]}"
    return f"Δμ({symbol}) {span} eV"


def _in_words(potentials: ChemicalPotentials, domain: Domain) -> None:
    ranges = "; ".join(
        _range_text(symbol, low, high)
        for symbol, (low, high) in zip(
            potentials.elements, potentials.ranges_ev(domain), strict=True
        )
    )
    names = ", ".join(subscripted(other.formula) for other, _ in potentials.neighbours(domain))
    st.markdown(
        f"**{subscripted(domain.formula)}** is stable at {ranges}. "
        f"It is in equilibrium with {names}."
    )
