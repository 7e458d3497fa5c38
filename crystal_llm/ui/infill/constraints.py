"""Which elements may be taken: switches, each of which says why it excludes what it does."""

from __future__ import annotations

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.infill.filters import Constraints
from crystal_llm.ui.widgets.element_layout import UNAVAILABLE, read_symbols
from crystal_llm.ui.widgets.notation import as_markdown


def ask_constraints() -> Constraints | None:
    """Draws the switches; None where what is asked is impossible, which is then explained."""
    balance = st.toggle(
        "Charge balance", True, key="infill-charge",
        help="Excludes elements with which the whole crystal cannot be neutral in any usual "
        "oxidation states (SMACT), and anions on a cation's site or cations on an anion's. Does "
        "not apply to metals among themselves.",
    )  # fmt: skip
    radius = st.toggle(
        "Similar radius", True, key="infill-radius",
        help="Excludes elements whose ionic radius differs by more than the tolerance in every "
        "oxidation state that they share with the replaced one (CrystalLLM, Appendix C).",
    )  # fmt: skip
    with st.popover("More limits", icon=":material/filter_alt:", key="infill-limits"):
        tolerance = st.number_input(
            "Tolerance of the radius (Å)", 0.01, 2.0, 0.1, step=0.05, key="infill-tolerance",
            disabled=not radius, help="0.1 Å is the paper's. Rubidium for potassium takes 0.15 Å.",
        )  # fmt: skip
        radioactive = st.toggle("No radioactive elements", False, key="infill-stable")
        rare = st.toggle(
            "No rare elements", False, key="infill-rare",
            help="Excludes what is rarer in the Earth's crust than 0.1 mg/kg (CRC Handbook, by "
            "SMACT): ruthenium, gold, tellurium …",
        )  # fmt: skip
        risk = st.toggle(
            "No concentrated supply", False, key="infill-supply",
            help="Excludes what a few countries make: Herfindahl-Hirschman index of production "
            "above 5,000 of 10,000 (by SMACT).",
        )  # fmt: skip
        only = st.text_input("Only these elements", key="infill-only", placeholder="Li, Na, K")
        never = st.text_input("Never these", key="infill-never", placeholder="Pb, Cd, Hg")
    try:
        allowed = read_symbols(only or "", UNAVAILABLE)
        return Constraints(
            radius_tolerance_angstrom=float(tolerance) if radius else None,
            charge_balance=balance,
            allowed=frozenset(allowed) if allowed else None,
            excluded=frozenset(read_symbols(never or "", UNAVAILABLE)),
            min_crustal_abundance_mg_per_kg=0.1 if rare else None,
            max_hhi_production=5000.0 if risk else None,
            radioactive=not radioactive,
        )
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return None
