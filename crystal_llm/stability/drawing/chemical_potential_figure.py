"""The chemical-potential diagram in Plotly: two axes, or three."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from crystal_llm.stability.chemical_potentials import ChemicalPotentials, Domain
from crystal_llm.stability.drawing.hull_projection import BINARY_SIZE_PX, pixels_seen_from
from crystal_llm.stability.drawing.hull_traces import coordinates, formula_markup
from crystal_llm.stability.drawing.label_placement import (
    MARKER_RADIUS_PX,
    place_labels,
    place_upon,
)
from crystal_llm.theme import FONT, Palette, Theme, chart_tools, palette
from crystal_llm.types import Array

if TYPE_CHECKING:
    import plotly.graph_objects as go


_HEIGHT_PX = 560
EYE, ZOOM = (1.45, 1.45, 0.95), 1.17
MOST_CROSSED = 4
"""Lines through a name, each side of a polygon counted for both that share it: a name upon a
polygon narrower than itself crosses two sides."""


def chemical_potential_figure(
    potentials: ChemicalPotentials,
    chosen: str | None = None,
    *,
    theme: Theme = "light",
    caption: str = "",
    scale: float = 1.0,
) -> go.Figure:
    """Draws the domains; of four elements that of one phase, its sides named by its neighbours.

    Args:
        potentials: The domains.
        chosen: Formula of the phase that is drawn in the candidates' colour.
        theme: Light or dark.
        caption: Small, below.
        scale: How large the drawing will be shown, 1 on a wide page: in a small one there is
            room for fewer names.

    Raises:
        RequestError: There is no such theme.
    """
    import plotly.graph_objects as go

    colours = palette(theme)
    marked = potentials.domain(chosen)
    if len(potentials.elements) == 2:
        traces = _segments(potentials, marked, colours, scale)
    elif len(potentials.elements) == 3:
        traces = _polygons(potentials, marked, colours, scale)
    else:
        traces = _sides(potentials, marked, colours, scale) if marked is not None else []
    names = [f"Δμ({symbol}) (eV)" for symbol in potentials.elements[:3]]
    layout: dict[str, Any] = {
        "height": _HEIGHT_PX,
        "paper_bgcolor": colours.background,
        "plot_bgcolor": colours.background,
        "font": {"family": FONT, "size": 13, "color": colours.text},
        "showlegend": False,
        "modebar": chart_tools(colours),
        "margin": {"l": 75, "r": 45, "t": 20, "b": 95},
        "title": {
            "text": escape(caption).replace("\n", "<br>"),
            "font": {"size": 11, "color": colours.caption},
            "x": 0.01,
            "y": 0.04,
            "yanchor": "middle",
        },
    }
    axis: dict[str, Any] = {"gridcolor": colours.grid, "zerolinecolor": colours.grid}
    if len(potentials.elements) == 2:
        layout |= {
            f"{letter}axis": {"title": {"text": name}, "linecolor": colours.line, **axis}
            for letter, name in zip("xy", names, strict=True)
        }
    else:
        layout["margin"] = {"l": 0, "r": 45, "t": 10, "b": 55}
        layout["scene"] = {
            **{
                f"{letter}axis": {
                    "title": {"text": name, "font": {"size": 13}},
                    "tickfont": {"size": 11},
                    "showbackground": False,
                    "color": colours.text,
                    **axis,
                }
                for letter, name in zip("xyz", names, strict=True)
            },
            "aspectmode": "manual",
            "aspectratio": dict.fromkeys("xyz", ZOOM),
            "bgcolor": colours.background,
            "camera": {
                "eye": dict(zip("xyz", EYE, strict=True)),
                "projection": {"type": "orthographic"},
            },
        }
    return go.Figure(traces, layout)


def _segments(
    potentials: ChemicalPotentials, marked: Domain | None, colours: Palette, scale: float
) -> list[dict[str, Any]]:
    """Of two elements: each phase a line, its name beside it."""
    # The phase that is asked about and long lines are named first.
    domains = sorted(
        potentials.domains,
        key=lambda domain: (domain is not marked, -float(np.ptp(domain.vertices_ev, axis=0).sum())),
    )
    lines = [domain.vertices_ev[np.argsort(domain.vertices_ev[:, 0])] for domain in domains]
    traces = [
        {
            "type": "scatter",
            **coordinates(ends),
            "mode": "lines+markers",
            "line": {
                "color": colours.candidate if domain is marked else colours.known,
                "width": 5 if domain is marked else 3,
            },
            "marker": {"size": 5, "color": colours.line},
            "hovertext": _hover(potentials, domain),
            "hovertemplate": "%{hovertext}<extra></extra>",
        }
        for domain, ends in zip(domains, lines, strict=True)
    ]
    middles = np.array([ends.mean(axis=0) for ends in lines])
    corners = np.vstack(lines)
    low, span = corners.min(axis=0), np.maximum(np.ptp(corners, axis=0), 1e-9)
    pixels = np.array(BINARY_SIZE_PX) * scale / span
    sides = place_labels(
        (middles - low) * pixels,
        [len(domain.formula) for domain in domains],
        np.empty((0, 2)),
        (np.array([ends[[0, -1]] for ends in lines]) - low) * pixels,
    )
    shown = [place for place, side in enumerate(sides) if side is not None]
    names = {
        "type": "scatter",
        **coordinates(middles[shown]),
        # Points that are not seen keep the names off the lines.
        "mode": "markers+text",
        "marker": {"size": 2 * MARKER_RADIUS_PX, "opacity": 0},
        "text": [_label(domains[place], marked) for place in shown],
        "textposition": [sides[place] for place in shown],
        "textfont": {"size": 13, "color": colours.text, "family": FONT},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [*traces, names]


def _polygons(
    potentials: ChemicalPotentials, marked: Domain | None, colours: Palette, scale: float
) -> list[dict[str, Any]]:
    """Of three elements: each phase a plane polygon in space."""
    traces = []
    for domain in potentials.domains:
        if len(domain.vertices_ev) >= 3:
            traces += _polygon(
                _around(domain.vertices_ev),
                domain is marked,
                _hover(potentials, domain),
                colours,
            )
    traces.append(
        _names(
            [(domain.vertices_ev, domain.formula) for domain in potentials.domains],
            colours,
            scale,
            marked,
        )
    )  # fmt: skip
    return traces


def _sides(
    potentials: ChemicalPotentials, domain: Domain, colours: Palette, scale: float
) -> list[dict[str, Any]]:
    """Of four elements: the domain of one phase, whose fourth potential follows from three."""
    traces, named = [], []
    for other, shared in potentials.neighbours(domain):
        corners = _around(shared[:, :3])
        traces += _polygon(
            corners,
            marked=False,
            hover=f"in equilibrium with <b>{formula_markup(other.formula)}</b>",
            colours=colours,
        )
        named.append((corners, other.formula))
    return [*traces, _names(named, colours, scale)]


def _polygon(corners: Array, marked: bool, hover: str, colours: Palette) -> list[dict[str, Any]]:
    count = len(corners)
    outline = np.vstack([corners, corners[:1]])
    colour = colours.candidate if marked else colours.known
    return [
        {
            "type": "mesh3d",
            **coordinates(corners),
            "i": [0] * (count - 2),
            "j": list(range(1, count - 1)),
            "k": list(range(2, count)),
            "color": colour,
            "opacity": 0.45 if marked else 0.14,
            "hovertext": hover,
            "hovertemplate": "%{hovertext}<extra></extra>",
        },
        {
            "type": "scatter3d",
            **coordinates(outline),
            "mode": "lines",
            "line": {"color": colour if marked else colours.line, "width": 5 if marked else 2},
            "hoverinfo": "skip",
        },
    ]


def _names(
    named: list[tuple[Array, str]], colours: Palette, scale: float, marked: Domain | None = None
) -> dict[str, Any]:
    """Names upon the polygons that face the eye at first, the marked and the large ones first.

    One without room is left out.
    """
    corners = np.vstack([polygon for polygon, _ in named])
    low, span = corners.min(axis=0), np.maximum(np.ptp(corners, axis=0), 1e-9)
    seen = pixels_seen_from(EYE, ZOOM, scale)
    chosen = None if marked is None else marked.formula
    facing = [
        (_around(polygon), name)
        for polygon, name in named
        if len(polygon) >= 3 and _faces_the_eye(polygon, corners, span)
    ]
    facing.sort(key=lambda side: (side[1] != chosen, -_area(seen((side[0] - low) / span))))
    outlines = np.array([
        seen((np.array(side) - low) / span)
        for polygon, _ in facing
        for side in zip(polygon, np.roll(polygon, -1, axis=0), strict=True)
    ]).reshape(-1, 2, 2)  # fmt: skip
    places = [_places_upon(polygon) for polygon, _ in facing]
    taken = place_upon(
        [seen((points - low) / span) for points in places],
        [len(name) for _, name in facing],
        outlines,
        most_crossed=MOST_CROSSED,
    )
    shown = [
        (points[place], name)
        for points, place, (_, name) in zip(places, taken, facing, strict=True)
        if place is not None
    ]
    return {
        "type": "scatter3d",
        **coordinates(np.array([point for point, _ in shown]).reshape(-1, 3)),
        "mode": "text",
        "text": [
            f"<b>{formula_markup(name)}</b>" if name == chosen else formula_markup(name)
            for _, name in shown
        ],
        "textposition": "middle center",
        "textfont": {"size": 12, "color": colours.text, "family": FONT},
        "hoverinfo": "skip",
    }


def _faces_the_eye(polygon: Array, corners: Array, span: Array) -> bool:
    """Whether the side of a body is turned to the eye, ``corners`` being those of the body."""
    middle = polygon.mean(axis=0)
    _, _, axes = np.linalg.svd((polygon - middle) / span)
    outward = axes[-1] * np.sign(axes[-1] @ ((middle - corners.mean(axis=0)) / span))
    return bool(outward @ np.array(EYE) > 0)


def _places_upon(polygon: Array) -> Array:
    """Points upon a convex polygon, the middle first, then ever nearer to its rim."""
    middle = polygon.mean(axis=0)
    rim = np.vstack([polygon, (polygon + np.roll(polygon, -1, axis=0)) / 2])
    return np.vstack(
        [middle, *(middle + share * (rim - middle) for share in (0.2, 0.4, 0.6, 0.75))]
    )


def _area(corners_px: Array) -> float:
    """Of a polygon on the screen."""
    x, y = corners_px.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _around(corners: Array) -> Array:
    """The corners of a plane convex polygon, one after the other along its rim."""
    middle = corners.mean(axis=0)
    _, _, axes = np.linalg.svd(corners - middle)
    flat = (corners - middle) @ axes[:2].T
    return np.asarray(corners[np.argsort(np.arctan2(flat[:, 1], flat[:, 0]))])


def _label(domain: Domain, marked: Domain | None) -> str:
    name = formula_markup(domain.formula)
    return f"<b>{name}</b>" if domain is marked else name


def _hover(potentials: ChemicalPotentials, domain: Domain) -> str:
    ranges = "<br>".join(
        f"Δμ({symbol}) {low:.2f} to {high:.2f} eV".replace("-", "−")
        for symbol, (low, high) in zip(
            potentials.elements, potentials.ranges_ev(domain), strict=True
        )
    )
    return f"<b>{formula_markup(domain.formula)}</b><br>{ranges}"
