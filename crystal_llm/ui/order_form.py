"""The form in which a user says what is wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from crystal_llm.runs import RunOrder
from crystal_llm.text.alphabet import TRAINED_ELEMENTS


@dataclass(frozen=True)
class Example:
    """A worked example: its name, what it shows, and the order."""

    title: str
    what: str
    order: RunOrder


EXAMPLES = (
    Example(
        "Free crystals",
        "8 crystals without any condition",
        RunOrder(count=8, min_distance_angstrom=0.5),
    ),
    Example(
        "NaCl, rock salt",
        "exactly NaCl, asking for space group 225 on the hull",
        RunOrder(
            count=4,
            formula="NaCl",
            hard=("formula",),
            spacegroup=225,
            energy_above_hull_ev_per_atom=0.0,
            max_atoms=4,
            min_distance_angstrom=0.5,
        ),
    ),
    Example(
        "Li–Fe–O oxides",
        "only Li, Fe and O, each at least once",
        RunOrder(
            count=4,
            elements=("Li", "Fe", "O"),
            hard=("elements",),
            max_atoms=12,
            min_distance_angstrom=0.5,
        ),
    ),
)


def ask_order(models: list[str], default_model: str) -> RunOrder | None:
    """Draws the form; the order when it was sent, None before."""
    with st.form("order", border=False):
        formula = st.text_input(
            "Formula",
            placeholder="LiFePO4",
            help="Goes into the prompt, reduced. Leave it empty to let the model choose.",
        )
        elements = st.multiselect(
            "Elements",
            sorted(TRAINED_ELEMENTS),
            help="The elements that the crystal consists of. Used when there is no formula.",
        )
        hard = st.toggle(
            "Hold the composition exactly",
            value=True,
            help="On: every crystal has this formula (in any number of formula units) or these "
            "elements. Off: the prompt asks for it, and the model may ignore it.",
        )
        left, right = st.columns(2)
        count = left.number_input("Crystals", 1, 1000, 8, help="How many to write.")
        max_atoms = right.number_input(
            "Atoms at most", 1, 200, 20, help="In the unit cell. The model was trained on up to 20."
        )
        temperature = st.slider(
            "Temperature τ", 0.05, 2.0, 0.7, 0.05,
            help="Low: likely crystals, alike. High: varied ones, more of them impossible.",
        )  # fmt: skip
        top_p = st.slider(
            "Nucleus size P", 0.05, 1.0, 0.9, 0.05,
            help="Each choice is made among the likeliest options that hold this much probability.",
        )  # fmt: skip
        with st.expander("More conditions"):
            exclude = st.multiselect(
                "Elements barred", sorted(TRAINED_ELEMENTS), help="Always hard."
            )
            spacegroup = st.number_input(
                "Space group",
                1,
                230,
                None,
                help="International number. Soft: the prompt asks for it.",
            )
            hull = st.number_input(
                "Energy above hull (eV/atom)",
                0.0,
                20.0,
                None,
                0.01,
                help="Soft. 0 asks for stable.",
            )
            gap = st.number_input("Band gap (eV)", 0.0, 30.0, None, 0.1, help="Soft, PBE.")
            apart = st.toggle(
                "Keep atoms 0.5 Å apart",
                value=True,
                help="Hard. Off: some crystals will have atoms on top of each other.",
            )
            seed = st.number_input("Seed", 0, 2**31, 0, help="The same seed repeats the run.")
            model = st.selectbox(
                "Model", models, index=models.index(default_model) if default_model in models else 0
            )
        if not st.form_submit_button("Write crystals", type="primary", width="stretch"):
            return None
    order = RunOrder(
        count=int(count),
        spacegroup=None if spacegroup is None else int(spacegroup),
        energy_above_hull_ev_per_atom=hull,
        band_gap_ev=gap,
        exclude=tuple(exclude),
        max_atoms=int(max_atoms),
        min_distance_angstrom=0.5 if apart else None,
        temperature=temperature,
        top_p=top_p,
        seed=int(seed),
        model=model,
    )
    if formula.strip():
        return replace(order, formula=formula.strip(), hard=("formula",) if hard else ())
    if elements:
        return replace(order, elements=tuple(elements), hard=("elements",) if hard else ())
    return order
