"""A fine-tuning job: its learning curve as it grows, and the model that it ends in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crystal_llm.errors import CrystalLLMError, JobError
from crystal_llm.jobs.fine_tune_order import FineTuneOrder
from crystal_llm.theme import Theme, palette
from crystal_llm.ui.generate.carry import carry_to_generate, go_if_carried
from crystal_llm.ui.generate.fields import start_order
from crystal_llm.ui.jobs.panel import job_caption, show_log, show_progress, show_stop_retry
from crystal_llm.ui.services import job_queue, order_of, own_models
from crystal_llm.ui.widgets.notation import as_markdown, show_facts
from crystal_llm.ui.widgets.page_address import clear_address
from crystal_llm.ui.widgets.page_paths import INFILL_PAGE
from crystal_llm.ui.widgets.page_style import page_theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

POLL_SECONDS = 2.0


def show_fine_tuning(job_id: str) -> None:
    """Draws a fine-tuning job.

    Raises:
        JobError: There is no such job, or it is another kind of job.
    """
    queue = job_queue()
    job, order = queue.job(job_id), order_of(job_id)
    if not isinstance(order, FineTuneOrder):
        raise JobError(f"job {job_id} fine-tunes no model; its crystals are on the Jobs page")
    if refused := st.session_state.pop("job-refused", None):
        st.error(as_markdown(refused))
    st.button(
        "All models", icon=":material/arrow_back:", type="tertiary", key="tune-leave",
        on_click=clear_address,
    )  # fmt: skip
    st.title(as_markdown(order.name), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_stop_retry(job, queue, key="tune-job", done=st.rerun)
        with st.popover("Log", icon=":material/terminal:", key="tune-log"):
            show_log(job, queue)
    st.fragment(_follow, run_every=POLL_SECONDS if job.open else None)(job_id, job.open)


def _follow(job_id: str, was_open: bool) -> None:
    go_if_carried()
    queue = job_queue()
    try:
        job = queue.job(job_id)
        if job.open != was_open:
            st.rerun()
        st.caption(job_caption(job))
        show_progress(job, queue)
        lines = queue.curve(job_id)
        judged = [line for line in lines if "validation" in line]
        if judged:
            _facts(judged, job.state == "finished")
            theme: Theme = page_theme()
            st.plotly_chart(
                learning_curve(judged, theme), key="tune-curve", theme=None,
                config={"displayModeBar": False},
            )  # fmt: skip
            st.caption(
                "How surprised the model is by the crystals that it was not shown, in nats per "
                "crystal: lower is better. The best point is kept."
            )
        elif job.state == "running":
            st.caption("The first point is the starting model itself.")
        if job.state == "finished" and (model := own_models().of_job(job_id)) is not None:
            _use(model.id)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _facts(judged: Sequence[dict[str, Any]], ended: bool) -> None:
    before = judged[0]["validation"]
    best = min(judged, key=lambda line: float(line["validation"]["free_nats"]))
    after = best["validation"]
    show_facts(
        (
            ("Before", f"{before['free_nats']:.1f} nats per crystal", "Of those held out."),
            ("After" if ended else "Best so far", f"{after['free_nats']:.1f} nats per crystal", ""),
            ("First guess at a masked element",
             f"{before['infill_first']:.0%} → {after['infill_first']:.0%} right", ""),
            ("Crystals drawn", f"{judged[-1]['crystals']:,}", "Each of yours many times."),
        )
    )  # fmt: skip


def learning_curve(judged: Sequence[dict[str, Any]], theme: Theme) -> go.Figure:
    """Validation loss against crystals drawn.

    Args:
        judged: The lines of the metrics that hold a validation, the base's own first.
        theme: Light or dark.
    """
    import plotly.graph_objects as go

    from crystal_llm.theme import FONT

    ink = palette(theme)
    drawn = [line["crystals"] for line in judged]
    figure = go.Figure()
    for name, field, colour in (
        ("nothing told", "free_nats", ink.candidate),
        ("formula given", "formula_nats", ink.known),
    ):
        figure.add_scatter(
            x=drawn, y=[line["validation"][field] for line in judged], name=name,
            mode="lines+markers", line={"color": colour, "width": 2}, marker={"size": 7},
            hovertemplate="%{y:.2f} nats<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.add_hline(
        y=judged[0]["validation"]["free_nats"], line={"color": ink.caption, "dash": "dot"},
        annotation={"text": "before", "font": {"color": ink.caption}},
    )  # fmt: skip
    figure.update_layout(
        height=320, margin={"l": 60, "r": 16, "t": 10, "b": 46}, hovermode="x unified",
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "color": ink.text, "size": 13},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        hoverlabel={"bgcolor": ink.background, "font": {"color": ink.text}},
    )  # fmt: skip
    # Before the second point Plotly would begin at -1.
    last = max(drawn[-1], 1)
    figure.update_xaxes(
        title="crystals drawn",
        gridcolor=ink.grid,
        zeroline=False,
        range=[-0.03 * last, 1.03 * last],
    )
    figure.update_yaxes(title="nats per crystal", gridcolor=ink.grid, zeroline=False)
    return figure


def _use(model_id: str) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Generate with it", type="primary", icon=":material/diamond:", key="tune-generate",
            on_click=generate_with, args=(model_id,),
        )  # fmt: skip
        if st.button("Infill with it", icon=":material/colorize:", key="tune-infill"):
            infill_with(model_id)


def generate_with(model_id: str) -> None:
    """Goes to the form with a model chosen (a callback)."""
    carry_to_generate(start_order("symmetric").asking(model=model_id))


def infill_with(model_id: str) -> None:
    """Goes to the Infill page with a model chosen."""
    st.session_state["infill-model"] = model_id
    st.switch_page(INFILL_PAGE, query_params={})
