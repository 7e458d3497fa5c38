"""The figures of the detail view: powder pattern, energy by step, likelihood by atom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.crystallography import Reflection, peak_profile
from crystal_llm.io.powder_file import MeasuredPattern
from crystal_llm.theme import FONT, Theme, chart_tools, palette
from crystal_llm.ui.viewer.colours import element_colours

if TYPE_CHECKING:
    import plotly.graph_objects as go


def powder_figure(
    patterns: Sequence[tuple[str, tuple[Reflection, ...]]],
    *,
    theme: Theme,
    height_px: int = 330,
    radiation: str = "Cu Kα",
    width_degrees: float = 0.0,
    measured: MeasuredPattern | None = None,
) -> go.Figure:
    """Powder patterns as stems; the planes of each line on hover.

    Args:
        patterns: A name and its lines, such as "relaxed" and "as written". The second is
            drawn downwards.
        theme: Light or dark.
        height_px: Height of the figure.
        radiation: What the axis says.
        width_degrees: Full width at half maximum of the peaks; lines where it is 0.
        measured: A measured pattern, drawn behind, its highest point at 100.
    """
    figure = _figure(theme, height_px)
    ink = palette(theme)
    if measured is not None:
        highest = max(measured.intensities) or 1.0
        figure.add_scatter(
            x=measured.two_theta_degrees,
            y=[100.0 * height / highest for height in measured.intensities],
            mode="lines", name="measured", hoverinfo="skip",
            line={"color": ink.caption, "width": 1.2},
        )  # fmt: skip
    for (name, lines), colour, sign in zip(patterns, (ink.known, ink.candidate), (1, -1)):  # noqa: B905
        angles: list[float | None] = []
        heights: list[float | None] = []
        tips = [sign * line.intensity for line in lines]
        if width_degrees > 0:
            places, profile = peak_profile(lines, width_degrees)
            angles, heights = places.tolist(), (sign * profile).tolist()
            # On the curve, which is scaled to where peaks overlap.
            at = [line.two_theta_degrees for line in lines]
            tips = (sign * np.interp(at, places, profile)).tolist()
        for line in lines if width_degrees <= 0 else ():
            angles += [line.two_theta_degrees, line.two_theta_degrees, None]
            heights += [0.0, sign * line.intensity, None]
        figure.add_scatter(
            x=angles, y=heights, mode="lines", name=name, hoverinfo="skip", legendgroup=name,
            line={"color": colour, "width": 2},
        )  # fmt: skip
        figure.add_scatter(
            x=[line.two_theta_degrees for line in lines],
            y=tips,
            mode="markers", showlegend=False, legendgroup=name,
            marker={"size": 6, "color": colour},
            customdata=[
                (_planes(line), line.spacing_angstrom, line.intensity) for line in lines
            ],
            hovertemplate=(
                "%{customdata[0]}<br>2θ %{x:.2f}° · d %{customdata[1]:.4f} Å"
                f"<br>intensity %{{customdata[2]:.1f}}<extra>{name}</extra>"
            ),
        )  # fmt: skip
    figure.update_xaxes(title=f"2θ (°), {radiation}", range=[5, 90])
    span = [-105, 105] if len(patterns) > 1 else [0, 105]
    figure.update_yaxes(
        title="intensity", range=span, tickvals=[-100, -50, 0, 50, 100],
        ticktext=["100", "50", "0", "50", "100"],
    )  # fmt: skip
    figure.update_layout(showlegend=len(patterns) > 1 or measured is not None)
    return figure


def energy_figure(
    energies_ev_per_atom: Sequence[float], *, theme: Theme, height_px: int = 300
) -> go.Figure:
    """Energy against the step of a relaxation, relative to its end."""
    figure = _figure(theme, height_px)
    ink = palette(theme)
    last = energies_ev_per_atom[-1]
    figure.add_scatter(
        x=list(range(len(energies_ev_per_atom))),
        y=[energy - last for energy in energies_ev_per_atom],
        customdata=list(energies_ev_per_atom),
        mode="lines+markers" if len(energies_ev_per_atom) < 60 else "lines",
        line={"color": ink.known, "width": 2},
        marker={"size": 5},
        hovertemplate=(
            "step %{x}<br>%{y:.4f} above the end<br>%{customdata:.4f} eV/atom<extra></extra>"
        ),
    )
    figure.update_xaxes(title="step")
    figure.update_yaxes(title="energy above the end (eV/atom)", rangemode="tozero")
    return figure


def likelihood_figure(
    symbols: Sequence[str], likelihoods: Sequence[float], *, theme: Theme, height_px: int = 300
) -> go.Figure:
    """Log-likelihood of each atom's text: the least likely atoms are the doubtful ones."""
    figure = _figure(theme, height_px)
    colours = element_colours(symbols)
    for symbol in dict.fromkeys(symbols):
        sites = [place for place, label in enumerate(symbols) if label == symbol]
        figure.add_bar(
            x=sites,
            y=[likelihoods[site] for site in sites],
            name=symbol,
            marker={"color": colours[symbol]},
            hovertemplate=f"site %{{x}} {symbol}<br>ln p = %{{y:.2f}}<extra></extra>",
        )
    figure.update_xaxes(title="site", dtick=1 if len(symbols) <= 24 else None)
    figure.update_yaxes(title="ln p of the atom's text")
    figure.update_layout(showlegend=True, bargap=0.25)
    return figure


def _planes(line: Reflection) -> str:
    shown = [
        "(" + " ".join(str(index).replace("-", "−") for index in plane) + f") ×{multiplicity}"
        for plane, multiplicity in line.planes[:6]
    ]
    more = len(line.planes) - len(shown)
    return "<br>".join(shown) + (f"<br>and {more} more" if more else "")


def _figure(theme: Theme, height_px: int) -> go.Figure:
    import plotly.graph_objects as go

    ink = palette(theme)
    figure = go.Figure()
    figure.update_layout(
        height=height_px,
        margin={"l": 56, "r": 8, "t": 12, "b": 44},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "color": ink.text, "size": 13},
        showlegend=False,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        hoverlabel={"font": {"family": FONT}},
        modebar=chart_tools(ink, "h"),
    )
    axis = {
        "gridcolor": ink.grid,
        "zeroline": True,
        "zerolinecolor": ink.line,
        "linecolor": ink.line,
    }
    # At 0 of the horizontal axis nothing changes its sign.
    figure.update_xaxes(**axis | {"zeroline": False}, showgrid=False)
    # A tick of 0.0004 eV/atom, not of "400µ" of it.
    figure.update_yaxes(**axis, exponentformat="none")
    return figure
