"""Completing the crystal: what is not masked stays, the model writes further atoms."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from crystal_llm.crystal.prototypes import TRAINED_ATOMS
from crystal_llm.errors import CrystalLLMError
from crystal_llm.generation.request import MAX_DISTANCE_ANGSTROM, MAX_RADII_SHARE
from crystal_llm.generation.usual import USUAL
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.refine import Refine
from crystal_llm.settings import settings
from crystal_llm.types import MAX_WRITTEN_ATOMS
from crystal_llm.ui.generate.refine_form import ask_refine
from crystal_llm.ui.infill.reader import chosen_model
from crystal_llm.ui.infill.state import OpenStructure
from crystal_llm.ui.infill.take import ask_candidate_judge
from crystal_llm.ui.services import job_queue
from crystal_llm.ui.widgets.element_layout import UNAVAILABLE, read_symbols
from crystal_llm.ui.widgets.notation import as_markdown

_MOST_CANDIDATES = 100
"""Each is relaxed, which takes seconds to a minute."""

MORE_ATOMS = 4
"""So many further atoms are offered where none is masked."""

_PREFIX = "infill-complete"


@st.fragment
def show_completion(place: OpenStructure) -> None:
    """Draws what is asked of the model to complete the crystal, and the button that asks."""
    sites = _kept(place)
    title = "Let the model write other atoms there" if place.masked else "Let the model add atoms"
    with st.expander(title, icon=":material/add_circle:", key=_PREFIX):
        st.caption(_about(place, sites))
        if len(sites) >= MAX_WRITTEN_ATOMS:
            st.info(f"The cell is full: at most {MAX_WRITTEN_ATOMS} atoms can be written.")
            return
        order = _ask(place, sites)
        elements = _ask_elements()
        with st.container(horizontal=True, gap="small"):
            order = _ask_how(order)
            order = replace(order, judge=ask_candidate_judge(_PREFIX), refine=_ask_refine())
            several = "s" if order.count != 1 else ""
            if st.button(
                f"Write and relax {order.count} candidate{several}", type="primary",
                icon=":material/bolt:", key=f"{_PREFIX}-go",
                help="Each is written by the model, relaxed and placed on the hull, as one job.",
            ):  # fmt: skip
                _submit(order, elements)


def _kept(place: OpenStructure) -> tuple[int, ...]:
    hidden = set(place.masked)
    return tuple(site for site in range(len(place.crystal.species)) if site not in hidden)


def _about(place: OpenStructure, sites: tuple[int, ...]) -> str:
    if not place.masked:
        return (
            f"The lattice and all {len(sites)} atoms stay exactly as they are, and the model "
            "writes further ones. Mask atoms to have others written in their place."
        )
    atoms = "atom that is not masked" if len(sites) == 1 else "atoms that are not masked"
    out = (
        "The masked one is taken out"
        if len(place.masked) == 1
        else f"The {len(place.masked)} masked ones are taken out"
    )
    return (
        f"The lattice and the {len(sites)} {atoms} stay exactly as they are. {out}, and the model "
        "writes others: how many, which, and where."
    )


def _ask(place: OpenStructure, sites: tuple[int, ...]) -> CompleteOrder:
    # A place of its own for every crystal and mask: the usual number of atoms is another one.
    here = f"{place.entry.id}-{place.masked}"
    usual = len(sites) + (len(place.masked) or MORE_ATOMS)
    first, second, third = st.columns(3, vertical_alignment="bottom")
    count = first.number_input(
        "Candidates", 1, _MOST_CANDIDATES, USUAL.count, key=f"{_PREFIX}-count"
    )
    atoms = second.number_input(
        "Atoms in the cell", len(sites) + 1, MAX_WRITTEN_ATOMS, min(usual, MAX_WRITTEN_ATOMS),
        key=f"{_PREFIX}-atoms-{here}",
        help=f"Kept ones included. The model was trained on cells of at most {TRAINED_ATOMS}.",
    )  # fmt: skip
    exactly = third.toggle(
        "Exactly this many", bool(place.masked), key=f"{_PREFIX}-exactly-{bool(place.masked)}",
        help="Off: at most this many; the model decides.",
    )  # fmt: skip
    return CompleteOrder(
        place.crystal,
        sites,
        place.entry.id,
        replace(USUAL, count=int(count), max_atoms=int(atoms)),
        atoms=int(atoms) if exactly else None,
        model=chosen_model(),
    )


@dataclass(frozen=True, slots=True)
class _Elements:
    """What was typed of the elements that may be added; read when the order is given."""

    only: str
    never: str
    formula: str

    def of(self, order: CompleteOrder) -> CompleteOrder:
        """The order with these.

        Raises:
            RequestError: A word is no element, or one that no model can write.
        """
        return order.asking(
            allowed_elements=read_symbols(self.only, UNAVAILABLE) or None,
            excluded_elements=read_symbols(self.never, UNAVAILABLE),
            formula=self.formula.strip() or None,
        )


def _ask_elements() -> _Elements:
    only, never, formula = st.columns(3)
    return _Elements(
        only.text_input(
            "Only these elements", key=f"{_PREFIX}-only", placeholder="such as O, F",
            help="What the model may add; empty for all.",
        ),
        never.text_input(
            "Never these", key=f"{_PREFIX}-never", placeholder="such as Pb, Cd",
            help="What the model may not add.",
        ),
        formula.text_input(
            "Formula of the whole", key=f"{_PREFIX}-formula", placeholder="such as LiFePO4",
            help="Of the finished crystal, in as many formula units as fit. It determines which "
            "elements are added, so leave the two lists empty.",
        ),
    )  # fmt: skip


def _ask_refine() -> Refine | None:
    with st.popover("Refining", icon=":material/tune:", key=f"{_PREFIX}-refining"):
        st.caption("What is kept stays put while the model writes; refining may move it.")
        return ask_refine(settings(), _PREFIX, from_elements=False)


def _ask_how(order: CompleteOrder) -> CompleteOrder:
    asked = order.request
    with st.popover("Sampling", icon=":material/tune:", key=f"{_PREFIX}-how"):
        left, right = st.columns(2)
        temperature = left.number_input(
            "Temperature τ", 0.1, 2.0, asked.temperature, step=0.1, key=f"{_PREFIX}-temperature",
            help="Low: likelier, less diverse. High: more diverse, more of them invalid.",
        )  # fmt: skip
        nucleus = right.number_input(
            "Nucleus size P", 0.05, 1.0, asked.top_p, step=0.05, key=f"{_PREFIX}-nucleus",
            help="Each choice is made among the likeliest options that hold this much probability.",
        )  # fmt: skip
        apart = left.number_input(
            "Minimum distance (Å)", 0.1, MAX_DISTANCE_ANGSTROM, asked.min_distance_angstrom,
            step=0.1, key=f"{_PREFIX}-distance", help="No two atoms come closer.",
        )  # fmt: skip
        radii = right.number_input(
            "Minimum share of covalent radii", 0.0, MAX_RADII_SHARE, asked.min_radii_share or 0.0,
            step=0.05, key=f"{_PREFIX}-radii",
            help="Of the sum of two atoms' covalent radii, for added atoms. 0: no such limit.",
        )  # fmt: skip
        seed = left.number_input(
            "Seed", 0, 2**31, asked.seed, key=f"{_PREFIX}-seed",
            help="The same seed and settings give the same crystals.",
        )  # fmt: skip
    return order.asking(
        temperature=float(temperature),
        top_p=float(nucleus),
        min_distance_angstrom=float(apart),
        min_radii_share=float(radii) or None,
        seed=int(seed),
    )


def _submit(order: CompleteOrder, elements: _Elements) -> None:
    try:
        job_id = job_queue().submit(elements.of(order))
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return
    st.query_params["job"] = job_id
    st.rerun()
