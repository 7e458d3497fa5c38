"""The form of a study: which grid, how many crystals, how many of them relaxed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from crystal_llm.errors import CrystalLLMError, ModelCardError
from crystal_llm.generation.usual import USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM
from crystal_llm.io.record_json import RecordError
from crystal_llm.jobs.order import SHIPPED
from crystal_llm.jobs.refine import shipped_flow
from crystal_llm.jobs.study_config import read_study, study_of
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.settings import settings
from crystal_llm.studies.grid_study import OBJECTIVES, USUAL_OBJECTIVES, USUAL_TEST_CRYSTALS
from crystal_llm.studies.grid_summary import measure_info
from crystal_llm.ui.generate.replay import offer_replay
from crystal_llm.ui.services import job_queue, model_label, model_names, warn_without_worker
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.number_list import numbers

_REFINED = {"No": (False,), "Yes": (True,), "Both": (False, True)}


def show_study_form() -> None:
    """Draws the form; a started study is put into the address."""
    with st.container():  # the fields below stay where they are
        if refused := st.session_state.pop("exp-refused", None):
            st.error(as_markdown(refused))
    order, refused = None, ""
    try:
        order = _ask()
        order.check_for(settings())
    except (CrystalLLMError, RecordError, ValueError) as error:
        order, refused = None, str(error)
    if refused:
        st.error(as_markdown(refused))
    if order is not None:
        study = order.study
        relaxed = study.cell_count * study.relaxed
        cells = "1 cell" if study.cell_count == 1 else f"{study.cell_count} cells"
        text = f"**{cells} × {study.crystals} = {study.count:,} crystals**"
        if relaxed:
            text += f", {relaxed:,} of them relaxed (a few seconds each)"
        st.markdown(text)
    start, replay, file = st.columns(3, gap="medium")
    with start:
        if st.button(
            "Start the study", type="primary", icon=":material/play_arrow:", key="exp-start",
            disabled=order is None, width="stretch",
        ) and order is not None:  # fmt: skip
            _start(order)
    with replay:
        if order is not None:
            offer_replay(order, "crystal-llm-study", key="exp-form-replay")
    with file, st.popover("From a file", icon=":material/upload_file:", width="stretch"):
        st.file_uploader(
            "Study file", key="exp-file", max_upload_size=1, on_change=_start_file,
            help="A study's TOML or replay file: it is started as it stands.",
        )  # fmt: skip
    warn_without_worker(job_queue())


def _ask() -> StudyOrder:
    names, usual = model_names(), settings().model
    first, second, third = st.columns(3, gap="medium")
    models = first.multiselect(
        "Models", names, default=[usual] if usual in names else [], key="exp-models",
        select_all=False, persist_state="session", format_func=model_label,
        help="Two or more stand side by side, on the same seeds and prompt.",
    )  # fmt: skip
    temperatures = second.text_input(
        "Temperatures τ", "0.5 0.7 1.0", key="exp-temperatures", persist_state="session",
        help="Numbers separated by spaces or commas.",
    )  # fmt: skip
    nuclei = third.text_input(
        "Nucleus sizes P", "0.8 0.9 1.0", key="exp-nuclei", persist_state="session",
        help="Above 0, at most 1.",
    )  # fmt: skip
    first, second, third = st.columns(3, gap="medium")
    crystals = first.number_input(
        "Crystals per cell", 1, 10_000, 40, key="exp-crystals", persist_state="session"
    )
    relaxed = second.number_input(
        "Relaxed per cell", 0, 10_000, 0, key="exp-relaxed", persist_state="session",
        help="Energies above hull and S.U.N. are known of these. CHGNet takes seconds per crystal.",
    )  # fmt: skip
    seed = third.number_input("Seed", 0, 2**53 - 1, 0, key="exp-study-seed",
                              persist_state="session")  # fmt: skip
    first, second, third = st.columns(3, gap="medium")
    formula = first.text_input(
        "Formula in the prompt", "", key="exp-study-formula", placeholder="none", max_chars=100,
        persist_state="session",
    )  # fmt: skip
    hull = second.number_input(
        "Energy above hull in the prompt (eV/atom)", 0.0, 20.0, USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM,
        step=0.01, format="%.2f",
        key="exp-study-hull", persist_state="session",
    )  # fmt: skip
    refined = _ask_refined(third)
    with st.container(horizontal=True, gap="medium"):
        known = st.toggle(
            "Novelty", True, key="exp-known", persist_state="session", width="content",
            help="Against the shipped known structures. Off: uniqueness alone.",
        )  # fmt: skip
        covers = st.toggle(
            "Coverage and diversity", False, key="exp-covers", persist_state="session",
            width="content",
            help=f"How many of {USUAL_TEST_CRYSTALS:,} test crystals a cell's crystals cover, and "
            "how unlike each other they are, by CDVAE's fingerprints. A fingerprint takes a tenth "
            "of a second; those of the test crystals, made once, a minute or two.",
        )  # fmt: skip
        adaptive = st.toggle(
            "Adaptive", True, key="exp-adaptive", persist_state="session", width="content",
            help="A cell that another one clearly beats in every objective gets no more crystals.",
        )  # fmt: skip
    objectives = list(USUAL_OBJECTIVES)
    if adaptive:
        objectives = st.pills(
            "Objectives", OBJECTIVES, selection_mode="multi", default=list(USUAL_OBJECTIVES),
            format_func=lambda name: measure_info(name).title, key="exp-objectives",
            help="A cell is given up where another's 95% interval lies wholly above its own in "
            "all of these.",
        )  # fmt: skip
    values: dict[str, Any] = {
        "models": models,
        "temperatures": numbers(temperatures, "temperatures"),
        "top_p": numbers(nuclei, "nucleus sizes"),
        "crystals": int(crystals or 0),
        "relaxed": int(relaxed or 0),
        "seed": int(seed or 0),
        "known": SHIPPED if known else "none",
        "adaptive": adaptive,
        "objectives": list(objectives or ()),
        "refine": refined,
        "test_crystals": USUAL_TEST_CRYSTALS if covers else 0,
        "conditions": {
            name: value
            for name, value in (
                ("formula", formula.strip() or None),
                ("energy_above_hull_ev_per_atom", hull),
            )
            if value is not None
        },
    }
    return study_of(values, settings())


def _ask_refined(place: Any) -> list[bool]:
    """Whether crystals are refined before they are relaxed, or both ways beside each other."""
    try:
        shipped_flow(settings().models)
    except ModelCardError:
        return [False]
    chosen = place.segmented_control(
        "Refined before relaxing", list(_REFINED), default="No", required=True, key="exp-refined",
        persist_state="session",
        help="By flow matching (FlowLLM): a small network moves atoms and cell towards the "
        "relaxed form. Both: each cell twice, with the same crystals.",
    )  # fmt: skip
    return list(_REFINED[chosen or "No"])


def _start(order: StudyOrder) -> None:
    try:
        job_id = job_queue().submit(order)
    except CrystalLLMError as error:
        st.session_state["exp-refused"] = str(error)
    else:
        st.query_params.from_dict({"study": job_id})
    st.rerun()


def _start_file() -> None:
    file = st.session_state["exp-file"]
    if file is None:
        return
    shown = Path(file.name).name[:60]
    with tempfile.TemporaryDirectory() as folder:
        ending = ".yaml" if shown.lower().endswith((".yaml", ".yml")) else ".toml"
        path = Path(folder) / f"study{ending}"
        path.write_bytes(file.getvalue())
        try:
            job_id = job_queue().submit(read_study(path, settings()))
        except CrystalLLMError as error:
            st.session_state["exp-refused"] = str(error).replace(str(path), shown)
        else:
            st.query_params.from_dict({"study": job_id})
