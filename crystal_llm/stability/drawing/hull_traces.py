"""The parts of a drawing of a hull as Plotly traces, flat or in space."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from typing import Any, TypeAlias

import numpy as np

from crystal_llm.stability.drawing.hull_picture import HullPicture, PicturedPhase
from crystal_llm.stability.drawing.label_placement import place_labels
from crystal_llm.stability.hull import hull_position
from crystal_llm.theme import FONT, Palette
from crystal_llm.types import Array

PositionOf: TypeAlias = Callable[[PicturedPhase], tuple[float, ...]]

LABELS = "names of phases"
CORNER_SIZE_PX = 16


def markers(
    phases: Sequence[PicturedPhase],
    position: PositionOf,
    name: str,
    symbol: str,
    size: float,
    colour: str,
    colours: Palette,
) -> dict[str, Any]:
    """Phases of one kind, each with its hover text."""
    points = np.array([position(phase) for phase in phases])
    deep = points.shape[1] == 3
    marker = {
        "symbol": symbol,
        "size": size * (0.6 if deep else 1.0),
        "color": colour,
        "line": {"width": 1, "color": colours.background},
    }
    kind = "scatter3d" if deep else "scatter"
    return {
        "type": kind,
        **coordinates(points),
        "mode": "markers",
        "name": name,
        "marker": marker,
        "text": [_hover(phase) for phase in phases],
        "hovertemplate": "%{text}<extra></extra>",
        "customdata": [phase.name for phase in phases],
    }


def labels(
    picture: HullPicture,
    position: PositionOf,
    to_pixels: Callable[[Array], Array],
    segments: Sequence[tuple[Array, Array]],
    colours: Palette,
) -> dict[str, Any]:
    """Names beside points: the corners, what was asked for, candidates, the stable phases.

    Of these, those that candidates decompose into come first; what was asked for, or else the
    first candidate, is named however crowded it is about it.

    Args:
        picture: What is drawn.
        position: Where a phase is drawn.
        to_pixels: Where that is on a page, about.
        segments: The lines of the drawing, which names avoid where they can.
        colours: The colours.
    """
    corners = [phase for phase in picture.stable if max(phase.atomic_fractions) > 1 - 1e-9]
    asked = [picture.asked] if picture.asked is not None and picture.asked not in corners else []
    known = {phase.formula for phase in (*corners, *asked)}
    candidates = [candidate for candidate in picture.candidates if candidate.formula not in known]
    known |= {candidate.formula for candidate in candidates}
    products = {place for phase in picture.candidates for place in phase.decomposition}
    order = sorted(range(len(picture.stable)), key=lambda place: place not in products)
    others = [
        phase
        for phase in (picture.stable[place] for place in order)
        if phase.formula not in known and not phase.is_mixture
    ]
    named = [*corners, *asked, *candidates, *others]
    marked = [*named, *(picture.unstable if len(picture.elements) < 4 else ())]
    points = np.array([position(phase) for phase in marked])
    pixels = to_pixels(points)
    texts = [
        *(f"<b>{_corner(corner, picture)}</b>" for corner in corners),
        *(f"<b>{formula_markup(phase.formula)}</b>" for phase in asked),
        *(formula_markup(phase.formula) for phase in (*candidates, *others)),
    ]
    sides = place_labels(
        pixels[: len(named)],
        [len(phase.formula) for phase in named],
        pixels[len(named) :],
        to_pixels(np.array(segments).reshape(-1, points.shape[1])).reshape(-1, 2, 2),
        outward=len(corners),
        needed=min(len(asked) + len(candidates), 1),
    )
    shown = [place for place, side in enumerate(sides) if side is not None]
    kind = "scatter3d" if points.shape[1] == 3 else "scatter"
    return {
        "type": kind,
        **coordinates(points[shown]),
        # Without a marker, though unseen, flat text would lie upon the point.
        **({"cliponaxis": False} if kind == "scatter" else {}),
        "name": LABELS,
        "mode": "markers+text",
        "marker": {"size": 12, "opacity": 0, "color": colours.background},
        "text": [texts[place] for place in shown],
        "textposition": [sides[place] for place in shown],
        "textfont": {
            "size": [CORNER_SIZE_PX if place < len(corners) else 12 for place in shown],
            "color": colours.text,
            "family": FONT,
            **({"shadow": _halo(colours.background)} if kind == "scatter" else {}),
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _halo(background: str) -> str:
    """Sets a name off from a line that it could not avoid."""
    return ", ".join([f"0 0 3px {background}"] * 4)


def lines(
    pairs: Sequence[tuple[Array, Array]],
    colour: str,
    *,
    width: float = 2,
    dash: str = "solid",
    name: str | None = None,
) -> dict[str, Any]:
    """Straight lines between points as one trace."""
    dimensions = len(pairs[0][0])
    gap = np.full(dimensions, np.nan)
    points = np.array([point for pair in pairs for point in (*pair, gap)])
    kind = "scatter3d" if dimensions == 3 else "scatter"
    return {
        "type": kind,
        **coordinates(points),
        "mode": "lines",
        "line": {"color": colour, "width": width, "dash": dash},
        "name": name,
        "showlegend": name is not None,
        "hoverinfo": "skip",
    }


def _hover(phase: PicturedPhase) -> str:
    return (
        f"<b>{formula_markup(phase.formula)}</b><br>{hull_position(phase.energy_above_hull_ev_per_atom)}<br>"
        f"formation energy {phase.formation_energy_ev_per_atom:z.3f} eV/atom<br>"
        f"{escape(phase.source)}"
    )


def _corner(phase: PicturedPhase, picture: HullPicture) -> str:
    """The corner's name; of a drawing that is open to an element the phase that is there."""
    label = picture.elements[int(np.argmax(phase.atomic_fractions))]
    alone = phase.is_mixture or len(re.findall("[A-Z]", phase.formula)) == 1
    return formula_markup(label if alone else phase.formula)


@lru_cache(maxsize=16_384)
def formula_markup(formula: str) -> str:
    """A formula, or a mixture of some, with subscripts as HTML."""
    from pymatgen.util.string import htmlify

    # In a mixture the first number of a part is its fraction, not an amount.
    parts = (part.rpartition(" ") for part in formula.split(" + "))
    return " + ".join(f"{before}{space}{htmlify(escape(name))}" for before, space, name in parts)


def coordinates(points: Array) -> dict[str, Array]:
    """Points as the arguments x, y and, in space, z of a trace."""
    return dict(zip("xyz", points.reshape(-1, points.shape[-1]).T, strict=False))
