"""The form that asks for a round of self-improvement."""

from __future__ import annotations

import streamlit as st

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.errors import CrystalLLMError
from crystal_llm.generation.usual import USUAL
from crystal_llm.jobs.fine_tune_order import MAX_MINUTES
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.jobs.improve_time import seconds_of_round
from crystal_llm.jobs.refine import usual_refine
from crystal_llm.settings import settings
from crystal_llm.studies.improvement import Improvement, LearningWay
from crystal_llm.ui.models.training_fields import ask_name_and_base, submit_training
from crystal_llm.ui.services import job_queue, warn_without_worker
from crystal_llm.ui.widgets.model_facts import paces
from crystal_llm.ui.widgets.notation import as_markdown, rough_duration_text
from crystal_llm.ui.widgets.number_list import numbers

_WAYS: dict[LearningWay, str] = {
    "likelihood": "From the best",
    "preference": "By comparison",
}
_USUAL = Improvement()


def show_improve_form() -> None:
    """Draws the form; its button queues the job and goes to it."""
    st.markdown(
        "The model writes crystals and learns from those that relax to metastable, novel ones. "
        "Then the old and the new model each write a trial, judged by a potential that had no part "
        "in the choice: the new one is yours if it does better, or if you take it all the same."
    )
    first, second = st.columns(2)
    asked = ask_name_and_base(first, second, key="improve", example="Li–Mn–O, round 1")
    if asked is None:
        return
    order, refused = None, ""
    try:
        order = _ask(*asked)
        order.check_for(settings())
    except CrystalLLMError as error:
        refused = str(error)
    # A place of its own: what comes and goes here would move the button below.
    with st.container():
        if refused and asked[0]:
            st.error(as_markdown(refused))
        elif order is not None:
            st.caption(time_text(order))
    if st.button(
        "Improve", type="primary", icon=":material/autorenew:", key="improve-go",
        disabled=order is None or bool(refused), help="Takes a name.",
    ) and order is not None:  # fmt: skip
        submit_training(order)
    warn_without_worker(job_queue())


def _ask(name: str, base: str) -> ImproveOrder:
    """The rest of the form, and the order that it makes.

    Raises:
        CrystalLLMError: A value is impossible; says what is allowed.
    """
    first, second, third, fourth = st.columns(4)
    count = first.number_input(
        "Crystals to choose from", 1, 100_000, _USUAL.count, step=100, key="improve-count",
        help="A fifth of them may turn out worth learning from; hundreds are needed.",
    )  # fmt: skip
    temperatures = second.text_input(
        "Temperatures τ", " ".join(f"{tau:g}" for tau in _USUAL.temperatures),
        key="improve-temperatures", help="Each for an equal share of the crystals.",
    )  # fmt: skip
    elements = third.text_input(
        "Only these elements", key="improve-elements", placeholder="all",
        help="Symbols, such as Li Mn O: a round for a chemistry of yours.",
    )  # fmt: skip
    atoms = fourth.number_input(
        "Most atoms", 1, USUAL.max_atoms, 10, key="improve-atoms",
        help="In a primitive cell. Small cells relax in a fraction of the time.",
    )  # fmt: skip
    first, second, third = st.columns([2, 1, 1])
    way = first.segmented_control(
        "Learns", list(_WAYS), default="likelihood", required=True, key="improve-way",
        format_func=lambda way: _WAYS[way],
        help="From the best, mixed with known crystals; or by comparing each with worse ones of "
        "its composition or chemical system.",
    )  # fmt: skip
    trial = second.number_input(
        "Crystals of each trial", 1, 10_000, _USUAL.trial, step=50, key="improve-trial",
        help="The more, the smaller a difference can be told.",
    )  # fmt: skip
    minutes = third.number_input(
        "Training, at most (min)", 1, MAX_MINUTES, round(_USUAL.minutes), key="improve-minutes"
    )
    improvement = Improvement(
        count=int(count or 0),
        temperatures=tuple(numbers(temperatures, "temperatures")),
        elements=_symbols(elements),
        max_atoms=int(atoms or 0),
        trial=int(trial or 0),
        minutes=float(minutes or 0),
        learn=way or "likelihood",
    )
    return ImproveOrder(name, improvement, base, refine=usual_refine(settings()))


def _symbols(text: str) -> tuple[str, ...]:
    """Element symbols with blanks, dashes or commas between, in the order of their numbers."""
    words = set(text.replace(",", " ").replace("-", " ").split())
    places = {symbol: place for place, symbol in enumerate(ELEMENTS)}
    return tuple(sorted(words, key=lambda word: (places.get(word, len(places)), word)))


def time_text(order: ImproveOrder) -> str:
    """How long a round will take here, roughly."""
    known = paces(settings(), str(order.model), order.judge.potential)
    seconds = rough_duration_text(seconds_of_round(order.improvement, known))
    by = "by recent jobs here" if known else "on one core, roughly"
    return f":material/schedule: About {seconds}, nearly all for relaxations ({by})."
