"""What a user asks of a hull: system, reference, threshold, view, corners."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.errors import StabilityError
from crystal_llm.stability.drawing.corners import (
    MOST_CORNERS,
    Corners,
    element_corners,
    fixed_corners,
    open_corners,
)
from crystal_llm.stability.drawing.hull_question import HullQuestion, read_hull_question
from crystal_llm.stability.references.reference_catalogue import ReferenceCatalogue, ReferenceEntry
from crystal_llm.ui.widgets.notation import as_markdown

_EXAMPLES = {
    "Li-Fe-O": "a ternary: which lithium iron oxides are stable",
    "Na-Cl": "a binary, the simplest hull",
    "LiFePO4": "a formula: its quaternary system, and this phase in it",
}
FIRST = "Li-Fe-O"
BUILD_COMMAND = (
    "crystal-llm reference build --energies TABLE.parquet --out {home}/references/NAME.parquet"
)
FLAT, DEEP = "2D", "3D"
FORMATION, ABOVE_HULL = "Formation energy", "Above hull"
ALL_ELEMENTS, LEFT_OUT, OPEN, FIXED = "All elements", "Leave out", "Open to", "Fix a ratio"


@dataclass(frozen=True)
class HullView:
    """How a hull is to be drawn.

    Attributes:
        threshold_ev_per_atom: Known phases further above the hull are left out.
        deep: Whether a ternary is drawn with the energy as height.
        above_hull: Whether that height is the energy above hull, not that of formation.
        labelled: Whether phases have their names beside them.
        unstable: Whether known phases above the hull are drawn.
    """

    threshold_ev_per_atom: float
    deep: bool
    above_hull: bool = False
    labelled: bool = True
    unstable: bool = True


def ask_question() -> HullQuestion | None:
    """The text field; None, with a sentence below it, where it cannot be read."""
    text = st.text_input(
        "Chemical system or formula",
        key="system",
        bind="query-params",
        placeholder="Li-Fe-O or LiFePO4",
        max_chars=200,
        help="A system names its elements: Li-Fe-O. A formula stands for the system of its "
        "elements, and shows the stable phases at its composition.",
    )
    try:
        return read_hull_question(text if text and text.strip() else FIRST)
    except StabilityError as error:
        st.error(as_markdown(str(error)))
        return None


def offer_examples() -> None:
    """Three examples, one click each."""

    def take(system: str) -> None:
        st.session_state["system"] = system
        st.session_state.pop("hull-phase", None)

    with st.container(horizontal=True, gap="small"):
        for system, what in _EXAMPLES.items():
            st.button(system, help=what, on_click=take, args=(system,))


def ask_reference(catalogue: ReferenceCatalogue) -> ReferenceEntry:
    """The choice among the references that there are."""
    names = [entry.name for entry in catalogue.entries]
    name = st.selectbox(
        "Reference",
        names,
        key="reference",
        bind="query-params",
        help="The known phases that the hull is made of. Energies are only compared with a "
        "reference of their own method.",
    )
    entry = catalogue.named(name) or catalogue.entries[0]
    st.caption(as_markdown(f"{entry.title} · {entry.provenance.made_on}"))
    return entry


def ask_view(n_corners: int) -> HullView:
    """What is drawn, and how."""
    threshold = st.slider(
        "Energy above hull, at most (eV/atom)",
        0.0,
        0.5,
        0.1,
        0.01,
        key="above",
        bind="query-params",
        help="Known phases further above the hull are not shown, in the drawing or the table.",
    )
    deep = above_hull = False
    if n_corners == 3:
        view = st.segmented_control(
            "View",
            [FLAT, DEEP],
            default=FLAT,
            required=True,
            key="view",
            bind="query-params",
            help="2D: the composition triangle seen from above. 3D: the energy is the height.",
        )
        deep = view == DEEP
    if n_corners == 2 or deep:
        height = st.segmented_control(
            "Height",
            [FORMATION, ABOVE_HULL],
            default=FORMATION,
            required=True,
            key="hull-height",
        )
        above_hull = height == ABOVE_HULL
    with st.container(horizontal=True, gap="medium"):
        labelled = st.toggle("Labels", True, key="hull-labels")
        unstable = st.toggle(
            "Unstable phases",
            True,
            key="hull-unstable",
            help="Known phases above the hull, up to the energy chosen. In a tetrahedron a click "
            "on their name in the legend brings them in.",
        )
    return HullView(threshold, deep, above_hull, labelled, unstable)


def ask_corners(question: HullQuestion) -> Corners | None:
    """Which corners the drawing has; None, with a sentence, where none can be made."""
    elements = list(question.elements)
    surplus = len(elements) - MOST_CORNERS
    try:
        if len(elements) == 2:
            return element_corners(elements)
        choices = [OPEN, FIXED, LEFT_OUT] if surplus > 0 else [ALL_ELEMENTS, OPEN, FIXED]
        if surplus > 0:
            st.info(
                f"{len(elements)} elements; a drawing has four corners at most. Say below what to "
                "do with the others."
            )
        how = st.segmented_control(
            "Corners",
            choices,
            default=choices[0],
            required=True,
            key=f"corners-{surplus > 0}",
            help="**Open to**: in equilibrium with these; energies per atom of the others. "
            "**Fix a ratio**: some elements as one corner, a section of the hull. "
            "**Leave out**: the hull of the other elements alone.",
        )
        if how in (None, ALL_ELEMENTS):
            return element_corners(elements)
        if how == FIXED:
            text = st.text_input("Ratio", _ratio(question, max(surplus + 1, 2)), key="ratio",
                                 help="As a formula, such as Fe1Mn1")  # fmt: skip
            return fixed_corners(elements, element_amounts(text or ""))
        chosen = st.multiselect(
            "Elements in contact" if how == OPEN else "Elements left out",
            elements,
            # The last of a formula is by custom its anion: oxygen, most often.
            elements[-max(surplus, 1) :],
            key=f"chosen-{question.system}-{how}",
        )
        if how == OPEN:
            return open_corners(elements, chosen)
        return element_corners([symbol for symbol in elements if symbol not in chosen])
    except StabilityError as error:
        st.error(as_markdown(str(error)))
        return None


def _ratio(question: HullQuestion, count: int) -> str:
    """A ratio to begin with: that of the formula, else equal parts, of the middle elements."""
    amounts = element_amounts(question.formula) if question.formula else {}
    tied = question.elements[1 : 1 + count]
    return "".join(f"{symbol}{amounts.get(symbol, 1.0):g}" for symbol in tied)
