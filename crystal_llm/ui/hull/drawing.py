"""A hull drawn on the page: chart, chosen phase, table, files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st

from crystal_llm.stability.drawing.corners import Corners
from crystal_llm.stability.drawing.hull_picture import HullPicture, hull_picture, outside_of
from crystal_llm.stability.drawing.plots import BINARY_RANGE, draw_hull
from crystal_llm.stability.hull_candidates import PlacedCandidates
from crystal_llm.stability.known_phases import KnownPhases
from crystal_llm.stability.references.reference import Reference
from crystal_llm.theme import Theme, palette
from crystal_llm.ui.hull.clicks import chart_clicks, is_narrow
from crystal_llm.ui.hull.controls import HullView
from crystal_llm.ui.widgets.notation import (
    as_markdown,
    subscripted,
    subscripted_within,
)
from crystal_llm.ui.widgets.page_style import page_theme
from crystal_llm.ui.widgets.signed_table import signed_table

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

CHART = "hull-chart"
UPON_EV_PER_ATOM = 0.01
"""Nearer to one another, markers in a drawing with the energy as height hide one another."""
NARROW_HEIGHT_PX = 480
NARROW_SCALE = 0.55
"""How large a hull is drawn on a phone, relative to a wide page."""
LINE_PX = 14.3
SCENE_HEIGHT_PX = 505
"""Of the place in which a scene's own size just fits."""

# Names stay readable where tie lines run below them.
_HALO = """<style>.st-key-hull-chart .textpoint text {
  filter: drop-shadow(0 0 1.5px BACKGROUND) drop-shadow(0 0 1px BACKGROUND)
    drop-shadow(0 0 1px BACKGROUND); }</style>"""
PLOTLY_CONFIG = {"displaylogo": False, "responsive": True, "scrollZoom": False}


def on_page(figure: go.Figure, theme: Theme) -> go.Figure:
    """A figure upon the page's own background, of a size that fits."""
    narrow = is_narrow(CHART)
    background = st.get_option(f"theme.{theme}.backgroundColor") or palette(theme).background
    figure.update_layout(paper_bgcolor=background, plot_bgcolor=background)
    if narrow:
        figure.update_layout(height=NARROW_HEIGHT_PX)
        if figure.layout.yaxis.title.text is None:  # nothing is written beside it
            figure.update_layout(margin={"l": 8, "r": 8})
        elif figure.layout.xaxis.range == BINARY_RANGE:
            # Of a binary: the names of its ends would lie upon the axis.
            figure.update_xaxes(range=(-0.18, 1.18))
    height, margin, title = figure.layout.height, figure.layout.margin, figure.layout.title
    if title.text:
        # Plotly places the first line; the others run down from it to the edge.
        title.y = (9 + LINE_PX * title.text.count("<br>")) / height
    figure.update_scenes(bgcolor=background)
    if figure.layout.scene.aspectratio.x:
        # An orthographic scene is not fitted to its place: its aspect is its size.
        size = min(0.72 if narrow else 1.0, (height - margin.t - margin.b) / SCENE_HEIGHT_PX)
        ratio = {axis: size * figure.layout.scene.aspectratio[axis] for axis in "xyz"}
        figure.update_layout(scene={"aspectratio": ratio})
    return figure


def choose_phase(name: str | None) -> None:
    """Makes a phase the chosen one; the table shows it anew."""
    st.session_state["hull-phase"] = name
    st.session_state["hull-table"] = st.session_state.get("hull-table", 0) + 1


def click(name: str) -> None:
    """Makes the clicked phase the chosen one: of several upon one another the candidate.

    Another click on the same place goes on to the phase below.
    """
    picture, within_ev_per_atom = st.session_state["hull-picture"]
    pile = picture.upon(name, within_ev_per_atom)
    chosen = st.session_state.get("hull-phase")
    following = pile.index(chosen) + 1 if chosen in pile else 0
    choose_phase(pile[following % len(pile)])


def show_hull(
    corners: Corners,
    reference: Reference,
    placed: PlacedCandidates,
    view: HullView,
    formula: str | None = None,
) -> HullPicture:
    """Draws the chart; says which candidates have no place in it."""
    inside = []
    for candidate, result in zip(placed.placed, placed.results, strict=True):
        if reason := outside_of(result.formula, corners):
            st.caption(f":material/info: {as_markdown(f'{candidate.name}: {reason}.')}")
        else:
            inside.append((candidate.name, result))
    picture = hull_picture(
        corners,
        reference,
        [result for _, result in inside],
        highest_ev_per_atom=view.threshold_ev_per_atom,
        names=[name for name, _ in inside],
        asked=formula,
    )
    theme = page_theme()
    figure = draw_hull(
        picture,
        theme=theme,
        ternary="3d" if view.deep else "2d",
        height="above" if view.above_hull else "formation",
        labelled=view.labelled,
        unstable=view.unstable,
        scale=NARROW_SCALE if is_narrow(CHART) else 1.0,
    )
    chosen = st.session_state.get("hull-phase")
    if chosen is None and picture.asked is not None:
        # A formula that was asked for is what the page speaks of.
        chosen = picture.asked.name or None
    _mark(figure, chosen, palette(theme).candidate)
    # Turning and zooming are kept while the same thing is drawn.
    figure.update_layout(uirevision=f"{corners.labels}{view.deep}{view.above_hull}{theme}")
    st.session_state["hull-figure"] = figure
    has_height = view.deep or len(corners.labels) == 2
    st.session_state["hull-picture"] = picture, UPON_EV_PER_ATOM if has_height else math.inf
    drawn = on_page(figure, theme)
    with st.container(key=CHART):
        st.html(_HALO.replace("BACKGROUND", drawn.layout.plot_bgcolor))
        st.plotly_chart(drawn, key="hull-plot", theme=None, config=PLOTLY_CONFIG)
    return picture


def _mark(figure: go.Figure, name: str | None, colour: str) -> None:
    """A ring about the chosen phase."""
    for trace in figure.data:
        names = list(trace.customdata) if trace.customdata is not None else []
        if name is None or name not in names:
            continue
        place = names.index(name)
        deep = trace.type == "scatter3d"
        figure.add_trace(
            {
                "type": trace.type,
                **{axis: [trace[axis][place]] for axis in ("xyz" if deep else "xy")},
                "mode": "markers",
                "name": "chosen",
                "showlegend": False,
                "hoverinfo": "skip",
                "marker": {
                    "symbol": "circle-open",
                    "size": 14 if deep else 22,
                    "color": colour,
                    "line": {"width": 3, "color": colour},
                },
            }
        )
        return


def phase_rows(picture: HullPicture, known: KnownPhases, placed: PlacedCandidates) -> pd.DataFrame:
    """The drawing's content as a table: candidates first, then by energy above the hull."""
    import pandas as pd

    results = {
        phase.name: result for phase, result in zip(placed.placed, placed.results, strict=True)
    }
    rows: list[dict[str, Any]] = []
    for kind, phases in (
        ("candidate", picture.candidates),
        ("stable", picture.stable),
        ("above the hull", picture.unstable),
    ):
        for phase in phases:
            if phase.is_mixture:
                continue
            source = (
                results[phase.name]
                if kind == "candidate"
                else known.phases[known.places[phase.name]]
            )
            rows.append(
                {
                    "name": phase.name,
                    "formula": phase.formula,
                    "kind": kind,
                    "e_above_hull_ev_per_atom": source.energy_above_hull_ev_per_atom,
                    "drawn_above_hull_ev_per_atom": phase.energy_above_hull_ev_per_atom,
                    "formation_energy_ev_per_atom": phase.formation_energy_ev_per_atom,
                    "energy_ev_per_atom": source.energy_ev_per_atom,
                    "decomposes_into": ""
                    if [part.formula for part in source.decomposition] == [phase.formula]
                    else " + ".join(
                        f"{part.fraction:.3g} {part.formula}" for part in source.decomposition
                    ),
                }
            )
    order = {"candidate": 0, "stable": 1, "above the hull": 1}
    rows.sort(key=lambda row: (order[row["kind"]], row["e_above_hull_ev_per_atom"]))
    return pd.DataFrame(rows)


def show_phase_table(frame: pd.DataFrame, corners: Corners) -> None:
    """The table; a chosen row is the chosen phase, and the other way round."""
    chosen = st.session_state.get("hull-phase")
    names = list(frame["name"])
    place = names.index(chosen) if chosen in names else None
    # Its rows are numbered: another content or choice is another table.
    key = f"hull-table-{st.session_state.get('hull-table', 0)}-{hash(tuple(names))}"

    def picked() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        st.session_state["hull-phase"] = names[rows[0]] if rows else None

    number = st.column_config.NumberColumn
    text = st.column_config.TextColumn
    shows_energy = corners.open_to or not frame["energy_ev_per_atom"].equals(
        frame["formation_energy_ev_per_atom"]
    )
    per_atom = "With the corners of the drawing at 0."
    st.dataframe(
        signed_table(
            frame.assign(
                formula=frame["formula"].map(subscripted),
                decomposes_into=frame["decomposes_into"].map(subscripted_within),
            ),
            dict.fromkeys((name for name in frame if str(name).endswith("_ev_per_atom")), 3),
        ),
        key=key,
        hide_index=True,
        on_select=picked,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [] if place is None else [place]}},
        height=min(38 + 35 * len(frame), 420),
        column_order=[
            "formula",
            "kind",
            "e_above_hull_ev_per_atom",
            *(["drawn_above_hull_ev_per_atom"] if corners.open_to else []),
            "formation_energy_ev_per_atom",
            *(["energy_ev_per_atom"] if shows_energy else []),
            "decomposes_into",
            "name",
        ],
        column_config={
            "formula": text("Formula"),
            "kind": text("Kind"),
            "e_above_hull_ev_per_atom": number("E above hull (eV/atom)"),
            "drawn_above_hull_ev_per_atom": number(
                f"E above hull, open to {', '.join(corners.open_to)}",
                help="eV per atom of the other elements",
            ),
            "formation_energy_ev_per_atom": number("E of formation (eV/atom)", help=per_atom),
            "energy_ev_per_atom": number("E (eV/atom)", help="As computed"),
            "decomposes_into": text(
                "Decomposes into", help="Atomic fractions; empty for stable phases."
            ),
            "name": text("Id"),
        },
    )  # fmt: skip


def offer_files(frame: pd.DataFrame, stem: str) -> None:
    """Pictures, table and an interactive page, to be kept."""
    figure = st.session_state["hull-figure"]

    def page() -> str:
        # Plotly is written into the file: it opens without a network.
        return str(figure.to_html(include_plotlyjs=True, config=PLOTLY_CONFIG))

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Save the drawing as", width="content")
        chart_clicks(CHART, stem, click)
        st.download_button(
            "HTML", page, f"{stem}.html", "text/html",
            on_click="ignore", help="The drawing as one file that turns and zooms",
        )  # fmt: skip
        st.caption("and the table as", width="content")
        st.download_button(
            "CSV", lambda: frame.to_csv(index=False), f"{stem}.csv", "text/csv",
            on_click="ignore", help="The table below, with all its columns",
        )  # fmt: skip
