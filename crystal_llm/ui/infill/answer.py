"""What the model would put at the masked sites: asked once, shown at every temperature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from crystal_llm.errors import CrystalLLMError, InfillError, JobError
from crystal_llm.infill.distribution import MAX_TRANSLATIONS, TRANSLATIONS, ElementDistribution
from crystal_llm.infill.filters import Constraints, ElementVerdicts, verdicts
from crystal_llm.infill.masks import groups, masked_sites
from crystal_llm.infill.site_role import site_role
from crystal_llm.infill.weighing import ENERGY_SCALE_EV_PER_ATOM, energies_by_element
from crystal_llm.jobs.infill_requests import InfillAnswer, InfillQuestion, InfillWay
from crystal_llm.settings import settings
from crystal_llm.stability.written_energies import weighing_reference
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.infill.constraints import ask_constraints
from crystal_llm.ui.infill.figures import draw_distribution
from crystal_llm.ui.infill.notation import percent
from crystal_llm.ui.infill.overlap import overlap
from crystal_llm.ui.infill.reader import ask_infill_model, asked_model, model_weights, reads_orbits
from crystal_llm.ui.infill.state import OpenStructure
from crystal_llm.ui.infill.take import Group, show_take, take_or_leave
from crystal_llm.ui.services import job_queue, warn_without_worker
from crystal_llm.ui.widgets.notation import as_markdown, model_text
from crystal_llm.ui.widgets.question_wait import (
    ROUND_SECONDS,
    awaited_answer,
    comes,
    forget_answer,
    known_answer,
)

_WAY = "infill-way"
_WEIGH = "infill-weigh"
_WAYS: dict[InfillWay, str] = {
    "in turn": "One after another",
    "all orders": "In all orders, averaged",
    "together": "One element for all",
}


@dataclass(frozen=True, slots=True)
class PutQuestion:
    """A question that was put to the model, and its id."""

    question: InfillQuestion
    id: str


def put_question(place: OpenStructure) -> PutQuestion:
    """Draws what is asked and puts it to the model, which reads while the page is drawn.

    Raises:
        InfillError: The model cannot be asked that.
        LibraryError: The database does not answer.
    """
    parts = groups(place.crystal, place.masked)
    st.header("What the model would put there", anchor=False)
    names = ", ".join(f"{len(part.sites)} {part.element}" for part in parts)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.caption(f"Masked: {names}. The model sees the rest of the crystal.")
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        question = _question(place, len(parts))
    if any(part.others for part in parts) and not reads_orbits():
        staying = ", ".join(f"{len(part.others)} {part.element}" for part in parts if part.others)
        st.caption(
            f":material/info: {staying} stay: the model was trained with all sites of an element "
            "masked together, so the elements that stay sway its answer."
        )
    return PutQuestion(question, job_queue().questions.ask(question))


def foresee_question(place: OpenStructure, chosen: Iterable[int]) -> None:
    """Puts the question that a mask on the chosen sites would put, so that its answer is there.

    A model of symmetric text alone is asked before anyone wants to know: it reads for a third of
    a second, the other one for several.
    """
    if not reads_orbits() or overlap(place) is not None:
        return
    try:
        masked = masked_sites(place.crystal, {*place.masked, *chosen})
    except InfillError:
        return
    several = len(groups(place.crystal, masked)) > 1
    way: InfillWay = "together"
    if several:
        way = st.session_state.get(_WAY) or next(iter(_WAYS))
    job_queue().questions.ask(_orbit_question(place, masked, way, weigh=_weighs()))


def show_answer(place: OpenStructure, asked: PutQuestion) -> None:
    """Draws the model's answer on the masked sites, or what it waits for.

    Raises:
        InfillError: The answer does not fit what is asked of it.
    """
    try:
        answer = awaited_answer(InfillAnswer, asked.id)
    except JobError as error:  # of another version; it can be asked again
        answer = InfillAnswer(failure=str(error))
    if answer is None:
        return
    if answer.failure is not None:
        st.error(f"The model could not answer: {as_markdown(answer.failure)}")
        if st.button("Ask again", icon=":material/refresh:", key="infill-again"):
            job_queue().questions.ask(asked.question, again=True)
            forget_answer(asked.id)
            st.rerun()
    else:
        _show(place, answer, asked.id)
        if not answer.whole:
            _wait_for_rest(asked.id)


def _question(place: OpenStructure, parts: int) -> InfillQuestion:
    way: InfillWay = "together"
    with st.popover("How it is asked", icon=":material/tune:", key="infill-how"):
        ask_infill_model()
        if parts > 1:
            way = st.selectbox(
                "Sites of different elements", list(_WAYS), format_func=lambda way: _WAYS[way],
                key=_WAY, help="One after another in the order of their first sites.",
            ) or "in turn"  # fmt: skip
        if reads_orbits():
            st.caption(
                "This model reads the crystal by its orbits, in the standard setting of its "
                "space group: there is no origin to choose or to average over. The answer joins "
                "what it puts in the mask with how likely it finds the crystal with each element."
            )
            weigh = _ask_weighing()
            return _orbit_question(place, place.masked, way, weigh=weigh)
        origins = st.number_input(
            "Origins", 1, MAX_TRANSLATIONS, TRANSLATIONS, key="infill-origins",
            help="The crystal is read with its origin at so many random places, and the "
            "probabilities are averaged: the answer should not depend on the origin.",
        )  # fmt: skip
        seed = st.number_input("Seed of the origins", 0, 10_000, 0, key="infill-seed")
        weigh = _ask_weighing()
    return InfillQuestion(
        place.crystal, place.masked, way, int(origins), int(seed), asked_model(), model_weights(),
        weigh=weigh and way == "together",
    )  # fmt: skip


def _ask_weighing() -> bool:
    if weighing_reference(settings()) is None:
        return False
    weighs: bool = st.toggle(
        "Weigh by energy", True, key=_WEIGH,
        help="The likeliest elements are put in their place, and CHGNet gives the energy above "
        "hull of the crystal as it stands. Both together find a masked element more often than "
        "the model alone. One element for all masked sites only.",
    )  # fmt: skip
    return weighs


def _weighs() -> bool:
    return weighing_reference(settings()) is not None and bool(st.session_state.get(_WEIGH, True))


def _orbit_question(
    place: OpenStructure, masked: tuple[int, ...], way: InfillWay, *, weigh: bool
) -> InfillQuestion:
    return InfillQuestion(
        place.crystal, masked, way, 1, 0, asked_model(), model_weights(),
        weigh=weigh and way == "together",
    )  # fmt: skip


@st.fragment(run_every=ROUND_SECONDS)
def _wait_for_rest(question_id: str) -> None:
    queue = job_queue()
    try:
        if warn_without_worker(queue):
            rest = "Elements are being weighed" if reads_orbits() else "The rest is being computed"
            st.caption(f":material/hourglass_top: {rest}; then they can be taken.")
        if comes(lambda: _is_whole(known_answer(queue.questions, InfillAnswer, question_id))):
            st.rerun()
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _is_whole(answer: InfillAnswer | None) -> bool:
    return answer is not None and answer.whole


@st.fragment
def _show(place: OpenStructure, answer: InfillAnswer, question_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        temperature = st.slider(
            "Temperature τ", 0.1, 2.0, 1.0, 0.05, key="infill-temperature", width=300,
            help="1: as the model gives it. Lower sharpens the distribution, higher flattens it. "
            "The model is not asked again.",
        )  # fmt: skip
        constraints = ask_constraints()
    if constraints is None:
        return
    together = answer.together
    if together is not None:
        alone = len(together.sites) == len(place.masked)
        if not alone:
            element = place.crystal.species[together.sites[0]]
            st.caption(
                f"First of {element} alone; the elements asked about after it come with the rest."
            )
        group = _group(place, together.sites, together, temperature, constraints, alone=alone)
        click = partial(take_or_leave, question_id) if answer.whole and alone else None
        draw_distribution(group, key="infill-chart", click=click)
        _about(together, temperature, whole=answer.whole)
        if answer.whole:
            show_take(place, [group], answer, constraints, temperature, question_id)
        return
    turn = answer.in_turn
    if turn is None:
        return
    drawn = []
    for tab, (number, part) in zip(
        st.tabs([f"{len(part.sites)} × {part.element}" for part in turn.groups]),
        enumerate(turn.groups),
        strict=True,
    ):
        first = next(b.distribution for b in turn.branches if b.order[len(b.filled)] == number)
        values = dict(zip(first.elements, turn.marginal(number, temperature), strict=True))
        group = _group(
            place, part.sites, first, temperature, constraints, alone=False, values=values
        )
        drawn.append(group)
        with tab:
            draw_distribution(group, key=f"infill-chart-{number}")
    names = [part.element for part in turn.groups]
    orders = "; ".join(", then ".join(names[group] for group in order) for order in turn.orders)
    st.caption(
        f"Order: {orders}. {percent(turn.followed(temperature))} of the probability was followed "
        "to the last element; charge balance is judged for the combinations."
    )
    _about(turn.branches[0].distribution, temperature, whole=answer.whole)
    if answer.whole:
        show_take(place, drawn, answer, constraints, temperature, question_id)


def _group(
    place: OpenStructure,
    sites: tuple[int, ...],
    distribution: ElementDistribution,
    temperature: float,
    constraints: Constraints,
    *,
    alone: bool,
    values: dict[str, float] | None = None,
) -> Group:
    judged = _verdicts(
        crystal_hash(place.crystal),
        sites,
        repr(constraints) + str(alone),
        place.crystal,
        constraints if alone else replace(constraints, charge_balance=False),
    )
    ranked = distribution.ranked(temperature)
    spreads = {guess.element: guess.spread for guess in ranked}
    probabilities = values or {guess.element: guess.probability for guess in ranked}
    excluded = {
        name: "; ".join(verdict.reasons) for name, verdict in judged.items() if verdict.removed
    }
    if constraints.charge_balance and not alone:
        # Neutral is only what they make together; the sign of a site is its own.
        role = site_role(place.crystal, sites)
        for name in judged.keys() - excluded.keys():
            if role is not None and (reason := role.objection(name)):
                excluded[name] = reason
    return Group(
        sites=sites,
        replaced=tuple(dict.fromkeys(place.crystal.species[site] for site in sites)),
        probabilities={name: float(value) for name, value in probabilities.items()},
        spreads=spreads,
        excluded=excluded,
        verdicts=judged,
        energies_ev_per_atom=energies_by_element(distribution),
    )


@st.cache_data(max_entries=128, show_spinner=False)
def _verdicts(
    digest: str,
    sites: tuple[int, ...],
    asked: str,
    _crystal: PlainCrystal,
    _constraints: Constraints,
) -> dict[str, ElementVerdicts]:
    return verdicts(_crystal, sites, constraints=_constraints)


def _weighing_text(distribution: ElementDistribution) -> str:
    count = len(energies_by_element(distribution))
    if not count:
        return ""
    return (
        f"Weighed by CHGNet's energy above hull of the crystal as it stands, with each of {count} "
        f"elements: {ENERGY_SCALE_EV_PER_ATOM:g} eV/atom more makes one e times less likely. "
    )


def _about(distribution: ElementDistribution, temperature: float, *, whole: bool) -> None:
    if distribution.is_by_orbits:
        st.caption(
            "Read once, orbit by orbit, so there is no origin to average over. "
            f"{_weighing_text(distribution)}"
            f"{as_markdown(model_text(distribution.model))}, {distribution.wall_s:.2f} s."
        )
        return
    apart = distribution.origin_dependence(temperature)
    origins = len(distribution.shifts)
    averaging = (
        f"averaged over {origins} origins, which differ from the average by "
        f"{percent(apart.mean_total_variation)} (at most {percent(apart.largest_total_variation)})"
        if origins > 1
        else "one origin, so it is not known how much the answer depends on it"
        if whole
        else "a first look, at one origin"
    )
    st.caption(
        f"Probabilities {averaging}; bars carry the standard deviation. "
        f"{_weighing_text(distribution)}"
        f"{as_markdown(model_text(distribution.model))}, {distribution.wall_s:.1f} s.",
        help="How much two distributions differ is their total variation: half the summed "
        "absolute difference, 0% for equal, 100% for disjoint ones.",
    )
