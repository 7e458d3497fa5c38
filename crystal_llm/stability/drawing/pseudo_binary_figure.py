"""A pseudo-binary cut as a drawing in Plotly."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from crystal_llm.stability.drawing.hull_traces import formula_markup
from crystal_llm.stability.drawing.plots import BINARY_RANGE
from crystal_llm.stability.hull import hull_position
from crystal_llm.stability.pseudo_binary import CutPhase, PseudoBinary
from crystal_llm.theme import FONT, Theme, chart_tools, palette

if TYPE_CHECKING:
    import plotly.graph_objects as go

_HEIGHT_PX = 460


def cut_figure(
    cut: PseudoBinary, *, theme: Theme = "light", from_ends: bool = True, caption: str = ""
) -> go.Figure:
    """Draws formation energy against composition.

    Args:
        cut: The cut.
        theme: Light or dark.
        from_ends: Energies from the mixture of the two ends, or from the elements.
        caption: The reference and its method, small, below.

    Raises:
        RequestError: There is no such theme.
    """
    import plotly.graph_objects as go

    colours = palette(theme)

    def height(fraction: float, energy: float) -> float:
        return energy - cut.from_ends(fraction) if from_ends else energy

    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "hull along the cut",
            "x": [point.fraction for point in cut.hull],
            "y": [height(point.fraction, point.energy_ev_per_atom) for point in cut.hull],
            "line": {"color": colours.line, "width": 2},
            "hoverinfo": "skip",
        }
    ]
    mixtures = cut.mixtures
    if mixtures:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "mixture on the hull",
                "x": [point.fraction for point in mixtures],
                "y": [height(point.fraction, point.energy_ev_per_atom) for point in mixtures],
                "marker": {"symbol": "cross-thin-open", "size": 8, "color": colours.line},
                "text": [
                    " + ".join(
                        f"{part.fraction:.2f} {formula_markup(part.formula)}"
                        for part in point.decomposition
                    )
                    for point in mixtures
                ],
                "hovertemplate": "a mixture: %{text}<br>%{y:.3f} eV/atom<extra></extra>",
            }
        )
    known = [phase for phase in cut.phases if not phase.is_candidate]
    for name, phases, symbol, size, colour in (
        (
            "known, above the hull",
            [phase for phase in known if phase.energy_above_hull_ev_per_atom > 0],
            "square",
            7,
            colours.known_unstable,
        ),
        (
            "known, stable",
            [phase for phase in known if phase.energy_above_hull_ev_per_atom == 0],
            "circle",
            11,
            colours.known,
        ),
        (
            "candidate",
            [phase for phase in cut.phases if phase.is_candidate],
            "diamond",
            13,
            colours.candidate,
        ),
    ):
        if phases:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers+text" if name != "known, above the hull" else "markers",
                    "name": name,
                    "x": [phase.fraction for phase in phases],
                    "y": [height(phase.fraction, phase.energy_ev_per_atom) for phase in phases],
                    "marker": {
                        "symbol": symbol,
                        "size": size,
                        "color": colour,
                        "line": {"width": 1, "color": colours.background},
                    },
                    "text": [formula_markup(phase.formula) for phase in phases],
                    "textposition": "bottom center",
                    "customdata": [phase.name for phase in phases],
                    "hovertext": [_hover(phase) for phase in phases],
                    "hovertemplate": "%{hovertext}<br>%{y:.3f} eV/atom here<extra></extra>",
                    "cliponaxis": False,
                }
            )
    first, second = map(formula_markup, cut.ends)
    energy = (
        f"energy from {first} and {second} (eV/atom)" if from_ends else "formation energy (eV/atom)"
    )
    axis = {"gridcolor": colours.grid, "zerolinecolor": colours.grid, "linecolor": colours.line}
    layout = {
        "height": _HEIGHT_PX,
        "paper_bgcolor": colours.background,
        "plot_bgcolor": colours.background,
        "font": {"family": FONT, "size": 13, "color": colours.text},
        "hoverlabel": {"font": {"family": FONT, "size": 13}, "align": "left"},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "modebar": chart_tools(colours),
        "margin": {"l": 75, "r": 45, "t": 50, "b": 105},
        "xaxis": {
            "title": {"text": f"fraction of atoms from {second} ({first} at 0)"},
            "range": list(BINARY_RANGE),
            **axis,
        },
        "yaxis": {"title": {"text": energy}, **axis},
        "title": {
            "text": escape(caption).replace("\n", "<br>"),
            "font": {"size": 11, "color": colours.caption},
            "x": 0.01,
            "y": 0.05,
            "yanchor": "middle",
        },
    }
    return go.Figure(traces, layout)


def _hover(phase: CutPhase) -> str:
    kind = "candidate" if phase.is_candidate else "known"
    return (
        f"<b>{formula_markup(phase.formula)}</b><br>{hull_position(phase.energy_above_hull_ev_per_atom)}<br>"
        f"{kind}, {escape(phase.name)}"
    )
