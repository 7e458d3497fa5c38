"""Heat maps and the trade-off of a study, drawn by Plotly; every point is a cell to open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from crystal_llm.evaluation.rates import Rate
from crystal_llm.studies.grid_figures import (
    MOST_WITH_INTERVALS,
    grid_rows,
    interval_words,
    value_words,
)
from crystal_llm.studies.grid_study import GridStudy
from crystal_llm.studies.grid_summary import (
    CellSummary,
    Value,
    central,
    interval,
    measure_info,
)
from crystal_llm.theme import FONT, Theme, palette

if TYPE_CHECKING:
    import plotly.graph_objects as go

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")


def heat_map(
    study: GridStudy,
    cells: Sequence[CellSummary],
    measure: str,
    limits: tuple[float, float],
    *,
    front: Collection[int],
    given_up: Collection[int],
    chosen: int | None,
    theme: Theme,
) -> go.Figure:
    """One plane of a study: τ upwards, P to the right.

    Args:
        study: The study.
        cells: Those of the plane.
        measure: What colours them.
        limits: Ends of the colour scale, the same for every plane.
        front: Cells on the Pareto front, starred.
        given_up: Cells that got no more crystals, marked with a dash.
        chosen: The cell that is open.
        theme: Light or dark.
    """
    import plotly.graph_objects as go

    ink = palette(theme)
    columns = [f"{top_p:g}" for top_p in study.top_ps]
    rows = [f"{temperature:g}" for temperature in study.temperatures]
    values = [central(summary.measure(measure)) for summary in cells]
    width = len(columns)
    figure = go.Figure()
    figure.add_heatmap(
        x=columns, y=rows,
        z=[values[start : start + width] for start in range(0, len(values), width)],
        zmin=limits[0], zmax=limits[1], colorscale="Cividis", showscale=False, hoverinfo="skip",
        xgap=2, ygap=2,
    )  # fmt: skip
    span = (limits[1] - limits[0]) or 1.0
    inks = [
        ink.caption if value is None else "#111" if (value - limits[0]) / span > 0.55 else "#fff"
        for value in values
    ]
    # Streamlit selects points alone: each cell carries one, which its figure stands on.
    figure.add_scatter(
        x=[columns[place % width] for place in range(len(cells))],
        y=[rows[place // width] for place in range(len(cells))],
        mode="markers+text",
        marker={"symbol": "square", "size": 44, "color": "rgba(0,0,0,0)"},
        text=[
            f"{'★ ' if summary.cell.number in front else ''}{value_words(summary.measure(measure))}"
            f"{' –' if summary.cell.number in given_up else ''}"
            f"{_below(summary.measure(measure)) if width <= MOST_WITH_INTERVALS else ''}"
            for summary in cells
        ],
        textfont={"size": 13, "color": inks},
        customdata=[summary.cell.number for summary in cells],
        hovertext=[hover(summary, measure) for summary in cells],
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip
    for place, summary in enumerate(cells):
        if summary.cell.number == chosen:
            column, row = place % width, place // width
            figure.add_shape(
                type="rect", x0=column - 0.48, x1=column + 0.48, y0=row - 0.46, y1=row + 0.46,
                line={"width": 3, "color": ink.candidate},
            )  # fmt: skip
    _dress(figure, theme, 72 + 58 * max(len(rows), 2))
    # An empty cell takes its place, so that planes look alike while they fill.
    figure.update_xaxes(
        title="nucleus size P", type="category", showgrid=False, range=[-0.5, width - 0.5]
    )
    figure.update_yaxes(
        title="temperature τ", type="category", showgrid=False, range=[-0.5, len(rows) - 0.5]
    )
    return figure


def _below(value: Value) -> str:
    said = interval_words(value)
    return f"<br><span style='font-size:10px'>{said}</span>" if said else ""


def trade_off(
    study: GridStudy,
    cells: Sequence[CellSummary],
    names: tuple[str, str],
    *,
    front: Collection[int],
    chosen: int | None,
    theme: Theme,
) -> go.Figure:
    """Two measures of every cell against each other; cells of one nucleus size are joined.

    Args:
        study: The study.
        cells: All of them.
        names: The measure to the right, and the one upwards.
        front: Cells on the Pareto front, ringed.
        chosen: The cell that is open.
        theme: Light or dark.
    """
    import plotly.graph_objects as go

    ink = palette(theme)
    figure = go.Figure()
    low, high = min(study.temperatures), max(study.temperatures)
    rows = grid_rows(study)
    width = len(study.top_ps)
    for plane, (title, numbers) in enumerate(rows):
        for column in range(width):
            line = [cells[number] for number in numbers[column::width]]
            line = [summary for summary in line if _known(summary, names)]
            figure.add_scatter(
                x=[_percent(summary.measure(names[0])) for summary in line],
                y=[_percent(summary.measure(names[1])) for summary in line],
                mode="lines", line={"color": ink.grid, "width": 1.5}, hoverinfo="skip",
                showlegend=False,
            )  # fmt: skip
        known = [cells[number] for number in numbers if _known(cells[number], names)]
        figure.add_scatter(
            x=[_percent(summary.measure(names[0])) for summary in known],
            y=[_percent(summary.measure(names[1])) for summary in known],
            error_x=_bars(known, names[0], ink.line), error_y=_bars(known, names[1], ink.line),
            mode="markers", name=title, showlegend=len(rows) > 1,
            marker={
                "symbol": SYMBOLS[plane % len(SYMBOLS)],
                "size": [15 if summary.cell.number == chosen else 11 for summary in known],
                "color": [summary.cell.temperature for summary in known],
                "cmin": low, "cmax": high if high > low else low + 1,
                "colorscale": _temperature_colours(theme),
                "colorbar": {"title": {"text": "τ"}, "thickness": 12, "len": 0.85},
                "showscale": plane == 0 and high > low,
                "line": {
                    "width": [2.5 if summary.cell.number in front else 0.5 for summary in known],
                    "color": [
                        ink.text if summary.cell.number in front else ink.line for summary in known
                    ],
                },
            },
            customdata=[summary.cell.number for summary in known],
            hovertext=[
                f"{hover(summary, names[0])}<br>{_measure_line(summary, names[1])}"
                for summary in known
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
        )  # fmt: skip
    _dress(figure, theme, 430)
    figure.update_layout(showlegend=len(rows) > 1, legend={"orientation": "h", "y": 1.08, "x": 0})
    for update, name in ((figure.update_xaxes, names[0]), (figure.update_yaxes, names[1])):
        info = measure_info(name)
        rate = any(isinstance(summary.measure(name), Rate) for summary in cells)
        unit = " (%)" if rate else f" ({info.unit})" if info.unit else ""
        update(title=f"{info.title}{unit}", gridcolor=ink.grid, zeroline=False)
    return figure


def _temperature_colours(theme: Theme) -> list[list[float | str]]:
    """Plasma without its end that cannot be told from the page."""
    from plotly.colors import sample_colorscale

    low, high = (0.25, 1.0) if theme == "dark" else (0.0, 0.9)
    steps = [step / 10 for step in range(11)]
    colours = sample_colorscale("Plasma", [low + (high - low) * step for step in steps])
    return [[step, colour] for step, colour in zip(steps, colours, strict=True)]


def hover(summary: CellSummary, measure: str) -> str:
    """What a cell says under the pointer."""
    return (
        f"<b>{summary.cell.model.name}, {summary.cell.settings}</b><br>"
        f"{summary.written} of {summary.asked} "
        f"crystals<br>{_measure_line(summary, measure)}"
    )


def value_with_interval(value: Value, unit: str = "") -> str:
    """A number with count and interval: ``12 of 40 = 30% (18 to 45%)``."""
    number, ends = central(value), interval(value)
    if number is None:
        return "–"
    if isinstance(value, Rate) and ends is not None:
        return (
            f"{value.count} of {value.total} = {100 * number:.0f}% "
            f"({100 * ends[0]:.0f} to {100 * ends[1]:.0f}%)"
        )
    spread = f" ({ends[0]:.3g} to {ends[1]:.3g})" if ends is not None else ""
    return f"{number:.3g}{spread} {unit}".strip().replace("-", "−")


def _measure_line(summary: CellSummary, measure: str) -> str:
    info = measure_info(measure)
    return f"{info.title}: {value_with_interval(summary.measure(measure), info.unit)}"


def _known(summary: CellSummary, names: tuple[str, str]) -> bool:
    return all(central(summary.measure(name)) is not None for name in names)


def _percent(value: Value) -> float | None:
    number = central(value)
    return number if number is None or not isinstance(value, Rate) else 100 * number


def _bars(cells: Sequence[CellSummary], name: str, colour: str) -> dict[str, Any]:
    up, down = [], []
    for summary in cells:
        value = summary.measure(name)
        number, ends = central(value) or 0.0, interval(value)
        scale = 100 if isinstance(value, Rate) else 1
        low, high = ends or (number, number)
        up.append(scale * max(high - number, 0.0))
        down.append(scale * max(number - low, 0.0))
    return {
        "type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 0.8,
        "width": 2, "color": colour,
    }  # fmt: skip


def _dress(figure: go.Figure, theme: Theme, height: int) -> None:
    ink = palette(theme)
    figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 8, "b": 8}, clickmode="event+select",
        dragmode=False, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "color": ink.text, "size": 13}, showlegend=False,
        hoverlabel={"font": {"family": FONT}, "align": "left"},
    )  # fmt: skip
    figure.update_xaxes(fixedrange=True, automargin=True)
    figure.update_yaxes(fixedrange=True, automargin=True)
