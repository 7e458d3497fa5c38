"""The periodic table as a figure: a value for each element, greyed out where there is none.

pymatviz has such a figure, drawn with a function that plotly 7 no longer has, and without
crossed or framed elements.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crystal_llm.theme import FONT, Theme, palette
from crystal_llm.ui.widgets.element_layout import ELEMENT_NAMES, SHOWN_ELEMENTS, element_places

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SCALES: Mapping[Theme, list[list[float | str]]] = {
    "light": [[0.0, "#eaf3fa"], [0.35, "#9cc9e8"], [0.7, "#3c86c0"], [1.0, "#00406f"]],
    "dark": [[0.0, "#172635"], [0.35, "#1f5580"], [0.7, "#4c9fdb"], [1.0, "#c9e8ff"]],
}


def element_heat_map(
    values: Mapping[str, float],
    *,
    theme: Theme,
    unit: str = "",
    title: str = "",
    value_format: str = ".1%",
    excluded: Mapping[str, str] | None = None,
    highlighted: tuple[str, ...] = (),
    height_px: int = 380,
    clickable: bool = False,
) -> go.Figure:
    """A value for each element, at its place in the periodic table.

    Args:
        values: Values by symbol; 0 is the palest.
        theme: Light or dark.
        unit: Of the values, behind the number.
        title: Of the colour bar.
        value_format: d3's format of a value.
        excluded: Elements that are greyed out and crossed, with the reason, told on hover;
            their values are still told.
        highlighted: Elements that are framed, such as those taken.
        height_px: Height of the figure.
        clickable: Whether a click selects an element: the point's custom data is its symbol.
    """
    import plotly.graph_objects as go

    ink = palette(theme)
    barred = excluded or {}
    places = element_places()
    rows, columns = 9, 18
    heat: list[list[float | None]] = [[None] * columns for _ in range(rows)]
    grey: list[list[float | None]] = [[None] * columns for _ in range(rows)]
    texts = [[""] * columns for _ in range(rows)]
    top = max((v for s, v in values.items() if s not in barred), default=0.0)
    marks: list[tuple[int, int, str, str]] = []
    faint: list[tuple[int, int, str, str]] = []
    for number, symbol in enumerate(SHOWN_ELEMENTS, start=1):
        row, column = (place - 1 for place in places[symbol])
        value = values.get(symbol)
        said = "not known" if value is None else f"{value:{value_format}} {unit}".strip()
        texts[row][column] = f"<b>{number} {ELEMENT_NAMES[symbol]}</b><br>{said}"
        if symbol in barred:
            texts[row][column] += f"<br>{barred[symbol]}"
        plain = value is None or symbol in barred
        (grey if plain else heat)[row][column] = 0.0 if plain else value
        strong = not plain and top > 0 and (value or 0.0) > 0.55 * top
        colour = (ink.background if strong else ink.text) if not plain else ink.caption
        mark = f"<s>{symbol}</s>" if symbol in barred else symbol
        (faint if plain else marks).append((column, row, mark, colour))
    figure = go.Figure()
    blank = "#eef1f4" if theme == "light" else "#1b222b"
    common = {"hovertemplate": "%{text}<extra></extra>", "text": texts, "xgap": 2, "ygap": 2}
    figure.add_heatmap(
        z=grey, colorscale=[[0, blank], [1, blank]], showscale=False, hoverongaps=False, **common
    )
    figure.add_heatmap(
        z=heat, colorscale=_SCALES[theme], zmin=0.0, zmax=top or 1.0, hoverongaps=False,
        colorbar={"title": title, "thickness": 10, "len": 0.6,
                  "orientation": "h", "y": -0.02, "yanchor": "top",
                  "tickformat": value_format,
                  "outlinewidth": 0},
        showscale=bool(title), **common,
    )  # fmt: skip
    # Two traces, not an annotation for each: those take a browser far longer to draw.
    for symbols, opacity in ((marks, 1.0), (faint, 0.65)):
        figure.add_scatter(
            x=[column for column, *_ in symbols], y=[row for _, row, *_ in symbols],
            text=[mark for *_, mark, _ in symbols], mode="text", opacity=opacity,
            textfont={"size": 11, "color": [colour for *_, colour in symbols]},
            hoverinfo="skip", showlegend=False, cliponaxis=False,
        )  # fmt: skip
    if clickable:
        # A heat map's cells cannot be selected, so points that cannot be seen lie on them.
        spots = [(symbol, *places[symbol]) for symbol in SHOWN_ELEMENTS]
        figure.add_scatter(
            x=[column - 1 for _, _, column in spots], y=[row - 1 for _, row, _ in spots],
            customdata=[symbol for symbol, *_ in spots], mode="markers",
            text=[texts[row - 1][column - 1] for _, row, column in spots],
            hovertemplate="%{text}<extra></extra>",
            marker={"size": 24, "symbol": "square", "opacity": 0},
            selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
            showlegend=False, cliponaxis=False,
        )  # fmt: skip
    for symbol in highlighted:
        row, column = (place - 1 for place in places[symbol])
        figure.add_shape(
            type="rect", x0=column - 0.46, x1=column + 0.46, y0=row - 0.46, y1=row + 0.46,
            line={"color": ink.candidate, "width": 2.5},
        )  # fmt: skip
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        xaxis=hidden | {"range": [-0.5, columns - 0.5]},
        yaxis=hidden | {"range": [rows - 0.5, -0.5]},
        margin={"l": 0, "r": 0, "t": 4, "b": 56 if title else 4},
        height=height_px,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "color": ink.text},
        hoverlabel={"font": {"family": FONT}},
    )
    return figure
