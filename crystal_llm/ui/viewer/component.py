"""The viewer and the table of sites, as Streamlit elements."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import streamlit as st

from crystal_llm.ui.viewer.bonds import find_bonds
from crystal_llm.ui.viewer.choice import (
    choose_in_table,
    choose_in_view,
    current_choice,
    site_table_key,
    wished_choice,
)
from crystal_llm.ui.viewer.colours import MASKED_COLOUR, element_colours
from crystal_llm.ui.viewer.crystal import Viewable, ViewedCrystal, viewed
from crystal_llm.ui.viewer.scene import (
    CellOffset,
    SceneOptions,
    build_scene,
    cartesian,
    cell_limit,
    fitting_supercell,
)
from crystal_llm.ui.widgets.notation import shown_coordinate

_NAME = "crystal-llm.viewer"


def crystal_view(
    structure: Viewable,
    *,
    key: str,
    selected: Iterable[int] = (),
    masked: Iterable[int] = (),
    height_px: int = 420,
    supercell: CellOffset = (1, 1, 1),
    bonds: bool = True,
    polyhedra: bool = False,
    cell: bool = True,
    labels: bool = False,
    pickable: bool = True,
    link: str = "",
    frames: Sequence[tuple[str, Viewable]] = (),
) -> tuple[int, ...]:
    """Draws a crystal in 3D and returns the chosen sites.

    What is drawn can be changed by the user; the arguments say how it starts. Stand a
    ``site_table`` with the same key after it for the same choice by rows. Within an
    ``st.fragment`` a choice reruns only the fragment.

    Args:
        structure: A PlainCrystal, pymatgen's Structure or its dict.
        key: Unique among the elements of a page. One key may show another crystal later:
            the choice starts anew then.
        selected: Indices of sites to choose. A choice of the user's counts until this changes.
        masked: Indices of sites that are drawn as unknown.
        height_px: Height of the picture, without the controls.
        supercell: Cells along a, b and c, 1 to 3 each; fewer where there are too many atoms.
        bonds: Show bonds.
        polyhedra: Show coordination polyhedra.
        cell: Show the edges of the unit cell.
        labels: Write element and number on each atom.
        pickable: Let atoms be chosen.
        link: Viewers of a page with the same name turn and zoom together.
        frames: Captions and crystals that are played back, ``structure`` the last of them;
            their bonds are those of ``structure``.

    Returns:
        Indices of the chosen sites in ``structure``, ascending.

    Raises:
        RequestError: The crystal is disordered or empty, or ``masked`` or ``supercell`` is
            not possible.
    """
    crystal = viewed(structure)
    choice = wished_choice(key, crystal, selected)
    hidden = tuple(sorted(set(masked)))
    state = st.session_state.get(key)
    wanted = (state.get("supercell") if isinstance(state, Mapping) else None) or supercell
    shown = fitting_supercell(wanted, len(crystal.symbols))
    _component()(
        key=key,
        data={
            "name": crystal.formula,
            "crystal": choice.crystal,
            "digest": f"{choice.crystal}-{shown}-{hidden}",
            "scene": build_scene(crystal, SceneOptions(shown, hidden)),
            "elements": _elements(crystal, hidden),
            "coordinates": [list(map(_rounded, place)) for place in crystal.fractional],
            "masked": list(hidden),
            "selected": list(choice.sites),
            "serial": choice.serial,
            "shown": {"bonds": bonds, "polyhedra": polyhedra, "cell": cell, "labels": labels},
            "supercell": list(shown),
            "cell_limit": cell_limit(len(crystal.symbols)),
            "height_px": height_px,
            "pickable": pickable,
            "link": link,
            "neighbours": _neighbours(crystal),
            "frames": [
                {"caption": caption, "scene": _frame_scene(viewed(frame), crystal, shown)}
                for caption, frame in frames
            ],
        },
        default={"picked": None, "supercell": None},
        on_picked_change=lambda: choose_in_view(key, crystal),
        on_supercell_change=lambda: None,
    )
    return choice.sites if pickable else ()


def site_table(
    structure: Viewable, *, key: str, masked: Iterable[int] = (), height_px: int | None = None
) -> tuple[int, ...]:
    """Draws the sites as a table whose chosen rows are the viewer's chosen atoms.

    Args:
        structure: What the viewer with the same key shows.
        key: The viewer's key. Call this after the viewer.
        masked: Indices of sites whose element is not told.
        height_px: Height; by the number of rows if None.

    Returns:
        Indices of the chosen sites, ascending.
    """
    crystal = viewed(structure)
    choice = current_choice(key, crystal)
    hidden = set(masked)
    rows = [
        {
            "site": index,
            "element": "?" if index in hidden else symbol,
            **{axis: shown_coordinate(value, 3) for axis, value in zip("xyz", place, strict=True)},
        }
        for index, (symbol, place) in enumerate(
            zip(crystal.symbols, crystal.fractional, strict=True)
        )
    ]
    number = st.column_config.NumberColumn
    st.dataframe(
        rows,
        key=site_table_key(key, choice.crystal),
        hide_index=True,
        height=height_px or "auto",
        on_select=lambda: choose_in_table(key, crystal),
        selection_mode="multi-row",
        column_config={
            "site": number(
                width="small",
                help="Counted from 0, as in the picture, in messages and in the shell.",
            ),
            "element": st.column_config.TextColumn(width="small"),
        }
        | {axis: number(format="%.3f", help="Fractional coordinate.") for axis in "xyz"},
    )
    return choice.sites


@cache
def _component() -> Any:
    return st.components.v2.component(_NAME, js="viewer.js", css="viewer.css")


def _elements(crystal: ViewedCrystal, hidden: tuple[int, ...]) -> list[dict[str, Any]]:
    """The legend: each element with its sites, then the masked sites."""
    legend = []
    for symbol, colour in element_colours(crystal.symbols).items():
        sites = [
            index
            for index, other in enumerate(crystal.symbols)
            if other == symbol and index not in hidden
        ]
        if sites:
            legend.append({"symbol": symbol, "color": colour, "sites": sites, "masked": False})
    if hidden:
        legend.append(
            {"symbol": "?", "color": MASKED_COLOUR, "sites": list(hidden), "masked": True}
        )
    return legend


@lru_cache(maxsize=256)
def beside(frame: ViewedCrystal, last: ViewedCrystal) -> ViewedCrystal:
    """A crystal with each atom at its image nearest to where it is at last.

    The last crystal's coordinates may have been taken back into the cell, and the cells that
    its bonds lead to go by them.
    """
    places = tuple(
        (
            place[0] - round(place[0] - end[0]),
            place[1] - round(place[1] - end[1]),
            place[2] - round(place[2] - end[2]),
        )
        for place, end in zip(frame.fractional, last.fractional, strict=True)
    )
    return ViewedCrystal(frame.matrix, frame.symbols, places)


def _frame_scene(
    frame: ViewedCrystal, last: ViewedCrystal, supercell: CellOffset
) -> dict[str, Any]:
    return build_scene(beside(frame, last), SceneOptions(supercell, bonds=find_bonds(last)))


@lru_cache(maxsize=256)
def _neighbours(crystal: ViewedCrystal) -> list[list[float]]:
    """Distances to the bonded neighbours of each site, Å, the nearest first."""
    distances: list[list[float]] = [[] for _ in crystal.symbols]
    for bond in find_bonds(crystal):
        steps = [
            end + shift - start
            for start, end, shift in zip(
                crystal.fractional[bond.start], crystal.fractional[bond.end], bond.image,
                strict=True,
            )
        ]  # fmt: skip
        distance = _rounded(math.hypot(*cartesian(crystal, steps)))
        distances[bond.start].append(distance)
        distances[bond.end].append(distance)
    return [sorted(row) for row in distances]


def _rounded(value: float) -> float:
    return round(value, 4)
