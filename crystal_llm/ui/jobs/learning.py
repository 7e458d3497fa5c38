"""What a training brings: its facts and its learning curve, as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crystal_llm.theme import Theme, palette
from crystal_llm.ui.widgets.notation import show_facts
from crystal_llm.ui.widgets.page_style import page_theme

if TYPE_CHECKING:
    import plotly.graph_objects as go


def show_learning(lines: Sequence[dict[str, Any]], *, ended: bool, yours: bool) -> bool:
    """Draws what the lines of a training's metrics say of the crystals held out.

    Args:
        lines: The lines.
        ended: Whether training has ended.
        yours: Whether the crystals are the user's.

    Returns:
        Whether there was anything to draw.
    """
    judged = [line for line in lines if "validation" in line]
    if not judged:
        return False
    by_pairs = compares(judged)
    _facts(judged, ended, yours)
    theme: Theme = page_theme()
    st.plotly_chart(
        learning_curve(judged, theme), key="tune-curve", theme=None,
        config={"displayModeBar": False},
    )  # fmt: skip
    st.caption(
        "How surprised the model is that the better crystal of a pair that it was not shown is the "
        "better one, in nats per pair: lower is better, and 0.69 is not knowing. The best point is "
        "kept."
        if by_pairs
        else "How surprised the model is by the crystals that it was not shown, in nats per "
        "crystal: lower is better. The best point is kept."
    )
    return True


def compares(judged: Sequence[dict[str, Any]]) -> bool:
    """Whether a training compares crystals, by the lines that judge it."""
    return judged[0]["validation"].get("preference_loss") is not None


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
    by_pairs = compares(judged)
    goal, unit = ("preference_loss", "pair") if by_pairs else ("free_nats", "crystal")
    curves = [("nothing told", "free_nats", ink.candidate), ("formula given", "formula_nats",
              ink.known)]  # fmt: skip
    if by_pairs:
        curves = [("pairs held out", "preference_loss", ink.candidate)]
    figure = go.Figure()
    for name, field, colour in curves:
        figure.add_scatter(
            x=drawn, y=[line["validation"][field] for line in judged], name=name,
            mode="lines+markers", line={"color": colour, "width": 2}, marker={"size": 7},
            hovertemplate="%{y:.2f} nats<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.add_hline(
        y=judged[0]["validation"][goal], line={"color": ink.caption, "dash": "dot"},
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
        title=f"{unit}s drawn",
        gridcolor=ink.grid,
        separatethousands=True,
        zeroline=False,
        range=[-0.03 * last, 1.03 * last],
    )
    figure.update_yaxes(title=f"nats per {unit}", gridcolor=ink.grid, zeroline=False)
    return figure


def _facts(judged: Sequence[dict[str, Any]], ended: bool, yours: bool) -> None:
    goal = "preference_loss" if compares(judged) else "free_nats"
    before = judged[0]["validation"]
    after = min((line["validation"] for line in judged), key=lambda said: float(said[goal]))
    reached = "After" if ended else "Best so far"
    drawn = f"{judged[-1]['crystals']:,}"
    if compares(judged):
        show_facts(
            (
                ("Before", f"{before[goal]:.2f} nats per pair", "Of those held out."),
                (reached, f"{after[goal]:.2f} nats per pair", ""),
                ("The better one is likelier", f"{before['likelier']:.0%} → "
                 f"{after['likelier']:.0%} of pairs", ""),
                ("Pairs drawn", drawn, "Each crystal many times."),
            )
        )  # fmt: skip
        return
    show_facts(
        (
            ("Before", f"{before[goal]:.1f} nats per crystal", "Of those held out."),
            (reached, f"{after[goal]:.1f} nats per crystal", ""),
            ("First guess at a masked element",
             f"{before['infill_first']:.0%} → {after['infill_first']:.0%} right", ""),
            ("Crystals drawn", drawn, "Each of yours many times." if yours else
             "Each many times."),
        )
    )  # fmt: skip
