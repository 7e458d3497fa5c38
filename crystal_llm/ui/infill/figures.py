"""The distribution over elements as ranked bars and as a periodic table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from crystal_llm.theme import FONT, Theme, palette
from crystal_llm.ui.infill.notation import percent
from crystal_llm.ui.infill.take import Group
from crystal_llm.ui.widgets.element_heat_map import element_heat_map
from crystal_llm.ui.widgets.element_layout import ELEMENT_NAMES, UNAVAILABLE
from crystal_llm.ui.widgets.page_style import page_theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

BARS = 10
KEPT_BARS = 5
"""At least so many bars are of elements that no limit excludes."""

_HEIGHT_PX = 400
_STILL = {"displayModeBar": False, "scrollZoom": False}


def draw_distribution(
    group: Group, *, key: str, click: Callable[[str], None] | None = None
) -> None:
    """Draws both figures side by side.

    Args:
        group: The masked sites and what the model says of them.
        key: Unique among the elements of a page.
        click: Called with the element that is clicked in the periodic table (in a callback).
    """
    theme: Theme = page_theme()
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.plotly_chart(ranked_bars(group, theme), key=f"{key}-bars", config=_STILL, theme=None)
    with right:
        figure = element_heat_map(
            group.probabilities,
            theme=theme,
            title="probability",
            value_format=".1%",
            excluded={**UNAVAILABLE, **group.excluded},
            highlighted=group.replaced,
            height_px=_HEIGHT_PX,
            clickable=click is not None,
        )
        figure.update_traces(colorbar_title_side="top", selector={"showscale": True})
        if click is None:
            st.plotly_chart(figure, key=f"{key}-table", config=_STILL, theme=None)
            return
        # A new key after each click: else a second click on an element would only unselect it.
        turn = st.session_state.setdefault(f"{key}-turn", 0)
        name = f"{key}-table-{turn}"
        st.plotly_chart(
            figure, key=name, config=_STILL, theme=None, selection_mode="points",
            on_select=partial(_clicked, name, f"{key}-turn", click),
        )  # fmt: skip


def _clicked(name: str, turn: str, click: Callable[[str], None]) -> None:
    points = st.session_state[name]["selection"]["points"]
    symbols = [point.get("customdata") for point in points]
    for symbol in symbols:
        chosen = symbol[0] if isinstance(symbol, list) else symbol
        if chosen in ELEMENT_NAMES:
            click(str(chosen))
            st.session_state[turn] += 1
            return


def ranked_bars(group: Group, theme: Theme) -> go.Figure:
    """The likeliest elements, those that a limit excludes in grey with the reason on hover."""
    import plotly.graph_objects as go

    ink = palette(theme)
    shown = shown_elements(group)
    allowed = [name not in group.excluded for name in shown]
    figure = go.Figure()
    figure.add_bar(
        orientation="h",
        x=[group.probabilities[name] for name in shown],
        y=shown,
        marker={
            "color": [ink.known if is_allowed else ink.grid for is_allowed in allowed],
            "line": {"width": 0},
        },
        error_x={
            "type": "data",
            "visible": any(group.spreads.values()),
            "array": [group.spreads.get(name, 0.0) for name in shown],
            "color": ink.line,
            "thickness": 1,
            "width": 3,
        },
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[_hover_text(group, name) for name in shown],
        cliponaxis=False,
    )
    ends = [group.probabilities[name] + group.spreads.get(name, 0.0) for name in shown]
    figure.add_scatter(
        x=ends, y=shown,
        text=[f"  {percent(group.probabilities[name])}" for name in shown],
        mode="text", textposition="middle right", hoverinfo="skip", cliponaxis=False,
        textfont={
            "size": 12,
            "color": [ink.text if is_allowed else ink.caption for is_allowed in allowed],
        },
    )  # fmt: skip
    ticks = [
        f"<b>{name}</b>" if is_allowed else f"<s>{name}</s>"
        for name, is_allowed in zip(shown, allowed, strict=True)
    ]
    figure.update_layout(
        height=_HEIGHT_PX,
        margin={"l": 8, "r": 8, "t": 4, "b": 8},
        bargap=0.35,
        xaxis={"visible": False, "range": [0, 1.22 * max(ends)], "fixedrange": True},
        yaxis={
            "autorange": "reversed", "fixedrange": True, "tickvals": shown, "ticktext": ticks,
            "tickfont": {"size": 13, "color": ink.text}, "showgrid": False, "ticklabelstandoff": 6,
            "automargin": True,
        },
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "color": ink.text},
        hoverlabel={"font": {"family": FONT}, "align": "left"},
        showlegend=False,
    )  # fmt: skip
    return figure


def shown_elements(group: Group) -> list[str]:
    """The elements that get a bar, the likeliest first."""
    ranked = group.ranked
    allowed = [name for name in ranked if name not in group.excluded]
    first = {*ranked[:BARS], *allowed[:KEPT_BARS]}
    return [name for name in ranked if name in first]


def _hover_text(group: Group, name: str) -> str:
    text = f"<b>{ELEMENT_NAMES[name]}</b>: {percent(group.probabilities[name])}"
    spread = group.spreads.get(name, 0.0)
    text += f" ± {percent(spread)} over origins" if spread else ""
    if name in group.replaced:
        text += "<br>the element that is there now"
    verdict = group.verdicts[name]
    if name in group.excluded:
        return text + "".join(f"<br>excluded: {reason}" for reason in verdict.reasons)
    return text + f"<br>{verdict.charge.reason}<br>{verdict.radius.reason}"
