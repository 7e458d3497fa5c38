"""How sampling works, live: the choices along one crystal, reshaped by τ and P."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from crystal_llm.errors import CrystalLLMError, ModelCardError
from crystal_llm.generation.request import requested_formula
from crystal_llm.generation.usual import USUAL, USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM
from crystal_llm.jobs.choice_requests import ChoicesAnswer, ChoicesQuestion
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.order import request_with
from crystal_llm.language_model.card import find_card
from crystal_llm.settings import settings
from crystal_llm.ui.explore.reshape_view import show_choices
from crystal_llm.ui.generate.carry import carry_to_generate, go_if_carried
from crystal_llm.ui.services import crystal_library, job_queue, model_label, model_names
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.question_wait import awaited_answer, forget_answer
from crystal_llm.ui.widgets.structure_input import ask_structure

_WRITTEN, _GIVEN = "One that the model writes", "One that you give"
START_FORMULA = ""


@st.fragment
def show_sampling() -> None:
    """Draws the section."""
    go_if_carried()
    st.markdown(
        "At every place the model gives each possible continuation a probability. **Temperature** "
        "sharpens or flattens that distribution, and the **nucleus** keeps only the likeliest "
        "choices that together hold a probability of P. Drag both: the model is not asked again."
    )
    try:
        question = _ask()
        if question is None:
            return
        questions = job_queue().questions
        question_id = questions.ask(question)
        answer = awaited_answer(ChoicesAnswer, question_id)
        if answer is None:
            return
        if answer.failure is not None:
            st.error(f"The model could not answer: {as_markdown(answer.failure)}")
            if st.button("Ask again", icon=":material/refresh:", key="exp-again"):
                questions.ask(question, again=True)
                forget_answer(question_id)
                st.rerun(scope="fragment")
        else:
            _show(question, answer, question_id)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _ask() -> ChoicesQuestion | None:
    names, usual = model_names(), settings().model
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        along = st.segmented_control(
            "Crystal", (_WRITTEN, _GIVEN), default=_WRITTEN, required=True, key="exp-along"
        )
        model = st.selectbox(
            "Model", names, index=names.index(usual) if usual in names else None,
            key="exp-model", width=230, persist_state="session", format_func=model_label,
            help="A model of symmetric text chooses a value at a time, one of coordinate text a "
            "digit at a time.",
        )  # fmt: skip
        formula, hull, seed = START_FORMULA, USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM, 0
        if along == _WRITTEN:
            formula = st.text_input(
                "Formula in the prompt", START_FORMULA, key="exp-formula", width=170,
                placeholder="none", max_chars=100, persist_state="session",
            )  # fmt: skip
            hull = st.number_input(
                "Energy above hull (eV/atom)", 0.0, 20.0,
                USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM, step=0.01, format="%.2f",
                key="exp-hull", width=200, help="In the prompt. Empty: nothing is said of it.",
                persist_state="session",
            )  # fmt: skip
            seed = st.number_input(
                "Seed", 0, 10_000, 0, key="exp-seed", width=120, persist_state="session",
                help="Another seed, another crystal.",
            )  # fmt: skip
    weights = _weights(model)
    if along == _GIVEN:
        given = ask_structure("Structure", key="exp-given", library=crystal_library())
        if given is None:
            st.caption("The choices that would have led the model to it appear here.")
            return None
        return ChoicesQuestion(replace(USUAL, count=1), given.crystal, model, weights)
    formula = (formula or "").strip()
    request = request_with(
        replace(USUAL, count=1),
        formula=requested_formula(formula) if formula else None,
        energy_above_hull_ev_per_atom=hull,
        seed=int(seed or 0),
    )
    return ChoicesQuestion(request, None, model, weights)


def _show(question: ChoicesQuestion, answer: ChoicesAnswer, question_id: str) -> None:
    if not answer.choices:
        st.info("There was no choice anywhere: what was asked for leaves one crystal alone.")
        return

    def take(temperature: float, top_p: float) -> None:
        request = replace(
            question.request, temperature=temperature, top_p=top_p, count=USUAL.count, seed=0
        )
        carry_to_generate(GenerateOrder(request, model=question.model))

    show_choices(
        answer, question_id, temperature=question.request.temperature,
        top_p=question.request.top_p, key="exp-reshape", take=take,
    )  # fmt: skip
    st.caption(
        "Each distribution is the model's own, given everything that stands before, renormalised "
        "on what the grammar allows there. "
        f"Model {as_markdown(answer.model)}."
    )


def _weights(model: str | None) -> str | None:
    try:
        return None if model is None else find_card(model, settings().models).weights_sha256
    except ModelCardError:
        return None
