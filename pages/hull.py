"""Hull: which phases are stable together, and how far any other lies above them."""

from collections.abc import Callable
from typing import NoReturn

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.settings import settings
from crystal_llm.stability.known_phases import known_phases
from crystal_llm.stability.references.reference_catalogue import find_references
from crystal_llm.ui.hull.controls import (
    ask_corners,
    ask_question,
    ask_reference,
    ask_view,
    offer_examples,
)
from crystal_llm.ui.hull.drawing import offer_files, phase_rows, show_hull, show_phase_table
from crystal_llm.ui.hull.own_phases import ask_candidates
from crystal_llm.ui.hull.panels import (
    say_no_reference,
    say_reference,
    say_system,
    show_chosen,
    show_cut,
)
from crystal_llm.ui.hull.potentials import show_chemical_potentials
from crystal_llm.ui.hull.temperature import ask_conditions, at_conditions, say_conditions
from crystal_llm.ui.services import load_reference
from crystal_llm.ui.widgets.notation import as_markdown

# What ends a page returns nothing, which mypy, told to skip streamlit, has to be told.
stop: Callable[[], NoReturn] = st.stop

TABS = ("Phases", "Chemical potentials", "Pseudo-binary cut", "About the reference")

st.title("Hull", anchor=False)
st.caption("Which phases are stable together, and how far any other lies above them.")
catalogue = find_references(settings().models, settings().home)
if not catalogue.entries:
    say_no_reference(catalogue)
    stop()

controls, answer = st.columns([2.3, 7], gap="medium")
with controls:
    question = ask_question()
    offer_examples()
    entry = ask_reference(catalogue)
    try:
        reference = load_reference(str(entry.path), entry.path.stat().st_mtime, entry.reference_id)
    except (CrystalLLMError, OSError) as error:
        st.error(as_markdown(f"{entry.name}: {error}"))
        stop()
    if question is None:
        stop()
    corners = ask_corners(question)
    if corners is None:
        stop()
    view = ask_view(len(corners.labels))
    conditions = ask_conditions(question.elements)
    placed, reference = ask_candidates(reference, catalogue)

with answer:
    picture_column, phase_column = st.columns([5, 3], gap="medium")
    try:
        if conditions is not None:
            reference, placed = at_conditions(reference, placed, question, conditions)
        known = known_phases(corners.elements, reference)
        with picture_column:
            say_system(question, known, first_visit=not st.query_params.get("system"))
            if corners.note:
                st.info(corners.note + ".")
            picture = show_hull(corners, reference, placed, view, question.formula)
            frame = phase_rows(picture, known, placed)
            offer_files(frame, f"hull-{'-'.join(corners.labels)}")
            if conditions is not None:
                say_conditions(conditions, placed)
        with phase_column:
            show_chosen(question, known, placed, reference)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        frame = None
    # An address that names both ends of a cut is about that cut.
    first = TABS[2] if st.query_params.get("from") else TABS[0]
    table, potentials, cut, about = st.tabs(
        TABS, default=st.session_state.setdefault("hull-tab", first), key="tab", bind="query-params"
    )
    with table:
        if frame is not None:
            show_phase_table(frame, corners)
    # A hidden chart is a chart computed for nobody.
    if potentials.open:
        with potentials:
            show_chemical_potentials(question, corners, reference)
    with cut:
        show_cut(question, reference, placed, view.threshold_ev_per_atom)
    with about:
        say_reference(catalogue, reference, question, conditions)
