"""Drawings of a hull in Plotly: binary, ternary (flat or with depth), quaternary.

Known phases that are stable are circles, known phases above the hull squares, candidates
diamonds with dotted tie lines to the phases that they decompose into. Labels that would
cover something are left to the hover text.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from crystal_llm.stability.drawing.hull_picture import HullPicture, PicturedPhase
from crystal_llm.stability.drawing.hull_projection import (
    UNIT_PX,
    pixels_of_binary,
    pixels_seen_from,
    tetrahedron,
    triangle,
)
from crystal_llm.stability.drawing.hull_traces import (
    CORNER_SIZE_PX,
    LABELS,
    PositionOf,
    coordinates,
    labels,
    lines,
    markers,
)
from crystal_llm.theme import FONT, Palette, Theme, chart_tools, palette
from crystal_llm.types import Array

if TYPE_CHECKING:
    import plotly.graph_objects as go


Height: TypeAlias = Literal["formation", "above"]

HEIGHTS: dict[Height, str] = {
    "formation": "formation energy (eV/atom)",
    "above": "energy above hull (eV/atom)",
}
# Beyond the ends is room for their names: a symbol of two letters would lie upon the axis.
BINARY_RANGE = (-0.1, 1.1)
ABOVE = "known, above the hull"
MIXTURE = "mixture on the hull"
_HEIGHT_PX = 600
# Depth of a ternary hull relative to the side of its triangle.
DEPTH = 0.7
# Where the eye stands when a figure opens, and how large the drawing then is.
CAMERAS = {"ternary": ((0.45, -1.5, 0.95), 1.7), "quaternary": ((0.35, -1.6, 0.55), 1.85)}
# What hangs low in its box (a tetrahedron seen from above, a triangle with energies upon it): what
# the camera looks at is lower by this.
LOOKS_DOWN = {"ternary": 0.0, "ternary upwards": 0.12, "quaternary": 0.2}


def draw_hull(
    picture: HullPicture,
    *,
    theme: Theme = "light",
    ternary: Literal["2d", "3d"] = "2d",
    height: Height = "formation",
    labelled: bool = True,
    unstable: bool = True,
    scale: float = 1.0,
) -> go.Figure:
    """Draws the hull of a chemical system.

    Every phase carries its name as ``customdata``, by which a click tells it.

    Args:
        picture: What to draw.
        theme: Light or dark.
        ternary: Seen from above, or with the energy as height.
        height: Which energy is the height of a binary, or of a ternary in space.
        labelled: Whether phases have their names beside them; corners always have.
        unstable: Whether known phases above the hull are drawn.
        scale: How large the drawing will be shown, 1 on a wide page: in a small one there is
            room for fewer names.

    Raises:
        RequestError: There is no such theme.
    """
    colours = palette(theme)
    if not unstable:
        shown = [phase for phase in picture.unstable if phase == picture.asked]
        picture = replace(picture, unstable=tuple(shown))
    if len(picture.elements) == 2:
        figure = _binary(picture, colours, height, scale)
    elif len(picture.elements) == 4:
        figure = _quaternary(picture, colours, scale)
    elif ternary == "2d":
        figure = _ternary(picture, colours, scale)
    else:
        figure = _ternary_depth(picture, colours, height, scale)
    if not labelled:
        _keep_corner_labels(figure)
    return figure


def _keep_corner_labels(figure: go.Figure) -> None:
    for trace in figure.data:
        if trace.name == LABELS:
            size = trace.textfont.size
            trace.text = [
                text if size[place] == CORNER_SIZE_PX else ""
                for place, text in enumerate(trace.text)
            ]


def _height(phase: PicturedPhase, height: Height) -> float:
    if height == "above":
        return phase.energy_above_hull_ev_per_atom
    return phase.formation_energy_ev_per_atom


def _drawn(picture: HullPicture) -> tuple[PicturedPhase, ...]:
    asked = () if picture.asked is None else (picture.asked,)
    return (*picture.stable, *picture.unstable, *picture.candidates, *asked)


def _binary(picture: HullPicture, colours: Palette, height: Height, size: float) -> go.Figure:
    def position(phase: PicturedPhase) -> tuple[float, ...]:
        return phase.atomic_fractions[1], _height(phase, height)

    energies = [_height(phase, height) for phase in _drawn(picture)]
    to_pixels = pixels_of_binary(min(energies), max(energies), size)
    first, second = picture.elements
    axis = {
        "gridcolor": colours.grid,
        "zerolinecolor": colours.grid,
        "linecolor": colours.line,
        "ticks": "outside",
        "tickcolor": colours.line,
    }
    across = f"atomic fraction of {second} ({first} at 0, {second} at 1)"
    layout = {
        "xaxis": {"title": {"text": across}, "range": list(BINARY_RANGE), **axis},
        "yaxis": {"title": {"text": HEIGHTS[height]}, **axis},
        "margin": {"l": 75, "r": 45, "t": 50, "b": 105},
    }
    return _figure(picture, colours, position, to_pixels, layout)


def _ternary(picture: HullPicture, colours: Palette, size: float) -> go.Figure:
    corners = triangle()

    def position(phase: PicturedPhase) -> tuple[float, ...]:
        return tuple((np.array(phase.atomic_fractions) @ corners).tolist())

    layout = {
        "xaxis": {"range": [-0.1, 1.1], "visible": False},
        # One unit is as long across as up, or the triangle would not be equilateral.
        "yaxis": {
            "range": [-0.07, 0.94],
            "visible": False,
            "scaleanchor": "x",
            "constrain": "domain",
        },
    }
    return _figure(picture, colours, position, lambda points: points * UNIT_PX * size, layout)


def _ternary_depth(
    picture: HullPicture, colours: Palette, height: Height, size: float
) -> go.Figure:
    corners = triangle()
    phases = _drawn(picture)
    energies = [_height(phase, height) for phase in phases]
    # Formation energies reach down from the elements, energies above the hull stand upon it.
    farthest = min(energies) if height == "formation" else max(energies)
    # Where no compound is stable, what lies above the elements would stand as a tower.
    scale = DEPTH / max(-min(energies), max(energies), 1e-3)

    def position(phase: PicturedPhase) -> tuple[float, ...]:
        x, y = (np.array(phase.atomic_fractions) @ corners).tolist()
        return x, y, _height(phase, height) * scale

    points = np.array([position(phase) for phase in picture.stable])
    i, j, k = np.array(picture.facets).T
    surface = {
        "type": "mesh3d",
        **coordinates(points),
        "i": i,
        "j": j,
        "k": k,
        "color": colours.known,
        "opacity": 0.16,
        "hoverinfo": "skip",
        "name": "hull surface",
        "showlegend": True,
    }
    top = np.column_stack([corners, np.zeros(3)])
    bottom = top + np.array([0.0, 0.0, DEPTH if height == "above" else -DEPTH])
    rim = [(top[i], top[j]) for i, j in ((0, 1), (1, 2), (2, 0))]
    posts = list(zip(top, bottom, strict=True))
    drawn = [position(phase) for phase in phases]
    return _figure(
        picture,
        colours,
        position,
        pixels_seen_from(*CAMERAS["ternary"], size),
        _scene(
            colours,
            "ternary",
            np.vstack([top, bottom, drawn]),
            LOOKS_DOWN["ternary upwards" if height == "above" else "ternary"],
        ),
        [
            surface,
            lines(rim, colours.line, width=1),
            lines(posts, colours.line, width=1, dash="dot"),
            _depth_scale(farthest, scale, colours),
        ],
    )


def _depth_scale(farthest: float, scale: float, colours: Palette) -> dict[str, Any]:
    """Energies beside the post of the first corner, their unit at its end."""
    reach = abs(farthest)
    step = next(
        (width for width in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0) if reach / width <= 5), 2.0
    )
    energies = np.arange(1, int(reach / step) + 1) * np.copysign(step, farthest)
    heights = np.append(energies * scale, np.copysign(DEPTH, farthest))
    return {
        "type": "scatter3d",
        "x": np.zeros(heights.size),
        "y": np.zeros(heights.size),
        "z": heights,
        "mode": "text",
        # Short: a narrow page would cut more off.
        "text": [*(f"{energy:.2f}".replace("-", "−") for energy in energies.tolist()), "eV/atom"],
        # Beside the post the unit would not fit a narrow page.
        "textposition": [
            *["middle left"] * energies.size,
            "bottom center" if farthest < 0 else "top center",
        ],
        "textfont": {"size": 11, "color": colours.caption, "family": FONT},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _quaternary(picture: HullPicture, colours: Palette, size: float) -> go.Figure:
    corners = tetrahedron()

    def position(phase: PicturedPhase) -> tuple[float, ...]:
        return tuple((np.array(phase.atomic_fractions) @ corners).tolist())

    outline = [(corners[i], corners[j]) for i, j in itertools.combinations(range(4), 2)]
    return _figure(
        picture,
        colours,
        position,
        pixels_seen_from(*CAMERAS["quaternary"], size),
        _scene(colours, "quaternary", corners, LOOKS_DOWN["quaternary"]),
        [lines(outline, colours.line, width=3)],
    )


def _figure(
    picture: HullPicture,
    colours: Palette,
    position: PositionOf,
    to_pixels: Callable[[Array], Array],
    layout: dict[str, Any],
    more: Sequence[dict[str, Any]] = (),
) -> go.Figure:
    """Edges, phases, tie lines and labels, in as many dimensions as a position has."""
    import plotly.graph_objects as go

    edges = {
        tuple(sorted(pair)) for facet in picture.facets for pair in itertools.combinations(facet, 2)
    }
    stable = np.array([position(phase) for phase in picture.stable])
    hull = [(stable[i], stable[j]) for i, j in sorted(edges)]
    crowded = len(picture.elements) == 4
    traces = [
        lines(
            hull,
            colours.line,
            width=1 if crowded else 2,
            name="tie lines of the hull" if len(picture.elements) > 2 else "hull",
        )
    ]
    ties = [
        (np.array(position(phase)), stable[place])
        for phase in picture.candidates
        for place in phase.decomposition
        if picture.stable[place].formula != phase.formula
    ]
    if ties:
        deep = stable.shape[1] == 3  # where Plotly's dots and thin lines come out faint
        width, dash = (6, "dash") if deep else (3, "dot")
        traces.append(
            lines(
                ties,
                colours.candidate,
                width=width,
                dash=dash,
                name="decomposition of candidates",
            )
        )
    asked = picture.asked
    kinds: list[tuple[str, Sequence[PicturedPhase], str, int, str]] = [
        (
            ABOVE,
            tuple(phase for phase in picture.unstable if phase is not picture.asked),
            "square",
            6,
            colours.known_unstable,
        ),
        (
            "known, stable",
            tuple(phase for phase in picture.stable if not phase.is_mixture),
            "circle",
            10,
            colours.known,
        ),
        (
            MIXTURE,
            tuple(phase for phase in picture.stable if phase.is_mixture),
            "cross",
            8,
            colours.line,
        ),
        (
            "asked for, no known phase",
            () if asked is None or asked.name else (asked,),
            "circle-open",
            12,
            colours.candidate,
        ),
        (
            "asked for, above the hull",
            (asked,) if asked in picture.unstable else (),
            "square",
            9,
            colours.known_unstable,
        ),
        # Last, so that they lie on top and are what a click takes.
        ("candidate", picture.candidates, "diamond", 13, colours.candidate),
    ]
    for name, phases, symbol, size, colour in kinds:
        if phases:
            traces.append(markers(phases, position, name, symbol, size, colour, colours))
            if crowded and name in (ABOVE, MIXTURE):
                # Of a few hundred they would hide the stable ones; the legend brings them back.
                traces[-1]["visible"] = "legendonly"
    segments = [*hull, *ties]
    # Through so many edges no label finds a way, and turning the drawing moves them all.
    traces.append(labels(picture, position, to_pixels, segments[: 0 if crowded else None], colours))
    lines_below = picture.caption.count("\n") + 1
    whole: dict[str, Any] = {
        "height": _HEIGHT_PX,
        "paper_bgcolor": colours.background,
        "plot_bgcolor": colours.background,
        "font": {"family": FONT, "size": 13, "color": colours.text},
        "hoverlabel": {"font": {"family": FONT, "size": 13}, "align": "left"},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "itemsizing": "constant",
            "font": {"size": 12},
        },
        # Above the drawing is the legend; the buttons stand beside it.
        "modebar": chart_tools(colours),
        "margin": {"l": 20, "r": 45, "t": 50, "b": 55},
        "title": {
            "text": escape(picture.caption).replace("\n", "<br>"),
            "font": {"size": 11, "color": colours.caption},
            "x": 0.01,
            "y": (8 + 7 * lines_below) / _HEIGHT_PX,
            "yanchor": "middle",
        },
    }
    drawn: dict[str, Any] = whole | layout
    # The caption stands below, however many lines it has.
    drawn["margin"] = {**drawn["margin"], "b": drawn["margin"]["b"] + 14 * (lines_below - 2)}
    return go.Figure([*traces, *more], drawn)


def _scene(colours: Palette, view: str, outline: Array, looks_down: float) -> dict[str, Any]:
    """Frames the outline; an orthographic scene is sized by its aspect, not by the eye."""
    eye, zoom = CAMERAS[view]
    lowest, spans = outline.min(axis=0), np.ptp(outline, axis=0)
    axes = {
        f"{name}axis": {"visible": False, "range": [low - 0.05 * span, low + 1.05 * span]}
        for name, low, span in zip("xyz", lowest.tolist(), spans.tolist(), strict=True)
    }
    return {
        "margin": {"l": 0, "r": 45, "t": 50, "b": 45},
        "scene": {
            **axes,
            "aspectmode": "manual",
            "aspectratio": dict(zip("xyz", (spans * zoom).tolist(), strict=True)),
            "bgcolor": colours.background,
            "camera": {
                "eye": dict(zip("xyz", (*eye[:2], eye[2] - looks_down), strict=True)),
                "center": {"x": 0.0, "y": 0.0, "z": -looks_down},
                "projection": {"type": "orthographic"},
            },
        },
    }
