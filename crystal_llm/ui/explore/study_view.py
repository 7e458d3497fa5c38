"""A study as it fills, or as it was finished: heat maps, trade-off, one cell in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from crystal_llm.evaluation.rates import Rate
from crystal_llm.io.record_json import RecordError, from_plain
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.refine import Refine
from crystal_llm.studies.grid_figures import figure_bytes, grid_rows, prompt_words
from crystal_llm.studies.grid_file import StudyRecord, cell_frame, crystal_frame, study_bytes
from crystal_llm.studies.grid_summary import (
    MEASURES,
    CellSummary,
    central,
    interval,
    measure_info,
    pareto_front,
    usual_axes,
)
from crystal_llm.theme import Theme
from crystal_llm.ui.explore.study_figures import heat_map, trade_off, value_with_interval
from crystal_llm.ui.generate.carry import carry_to_generate
from crystal_llm.ui.widgets.notation import as_markdown, subscripted
from crystal_llm.ui.widgets.page_paths import GENERATE_PAGE
from crystal_llm.ui.widgets.page_style import page_theme
from crystal_llm.ui.widgets.signed_table import signed_table

_WHOLES = {"asked": "crystals asked for", "sent to relaxation": "crystals sent to relaxation"}

_STILL = {"displayModeBar": False, "scrollZoom": False}


def show_study(
    record: StudyRecord,
    cells: tuple[CellSummary, ...],
    *,
    key: str,
    job_id: str | None,
    replay: str,
    going: bool = False,
) -> None:
    """Draws a study.

    Args:
        record: The study and its crystals so far.
        cells: Its summary.
        key: Unique among the elements of a page.
        job_id: The job that makes it, whose results a cell opens; None for a stored study.
        replay: The replay file of its settings.
        going: Whether it still fills.
    """
    theme: Theme = page_theme()
    known = [info.name for info in MEASURES if _is_known(cells, info.name)]
    # Before any is compared, valid alone is known, and a reader would be left with its axes.
    if "unique" not in known:
        st.caption("The first cells appear here as soon as their crystals are compared.")
        return
    first, second = usual_axes(cells)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        measure = _choose("Heat map of", known, _begin(known, "new"), f"{key}-measure")
        right = _choose("Trade-off: x axis", known, _begin(known, first), f"{key}-x")
        upwards = _choose("y axis", known, _begin(known, second), f"{key}-y")
        _export(record, cells, measure, (right, upwards), replay, key)
    front = pareto_front(cells, right, upwards)
    number = st.session_state.get(chosen_key(key))
    chosen = number if isinstance(number, int) and number < len(cells) else None
    planes, curve = st.columns([1, 1], gap="large")
    with planes:
        st.markdown(f"**{measure_info(measure).title}**", help=measure_info(measure).what)
        limits = _limits(cells, measure)
        rows = grid_rows(record.study)
        for place, column in zip(range(len(rows)), _columns(len(rows)), strict=True):
            title, numbers = rows[place]
            with column:
                if len(rows) > 1:
                    st.caption(as_markdown(title))
                figure = heat_map(
                    record.study, [cells[number] for number in numbers], measure, limits,
                    front=front, given_up=record.given_up, chosen=chosen, theme=theme,
                )  # fmt: skip
                _chart(figure, f"{key}-map-{place}", chosen_key(key))
        st.caption(
            f"{_what_stands_there(cells, measure)} Click a cell to open it. "
            "★: on the Pareto front of the trade-off."
            + (" –: given up, clearly dominated." if record.given_up else "")
        )
    with curve:
        title = f"{measure_info(upwards).title} against {measure_info(right).title.lower()}"
        st.markdown(f"**{title}**", help=measure_info(upwards).what)
        figure = trade_off(
            record.study, cells, (right, upwards), front=front, chosen=chosen, theme=theme
        )
        _chart(figure, f"{key}-curve", chosen_key(key))
        st.caption(
            "Ringed: the Pareto front, which no other cell beats in both. Bars: 95% intervals. "
            "Lines join cells of one nucleus size."
        )
    _say_given_up(record, going)
    with st.expander("All cells as a table", icon=":material/table:"):
        _table(cells)
    _cell(record, cells, chosen, key=key, job_id=job_id)


def chosen_key(key: str) -> str:
    """Where the session keeps which cell of a study is open."""
    return f"{key}-chosen"


def clicks_key(chosen: str) -> str:
    """Where the session counts the clicks on cells in charts."""
    return f"{chosen}-clicks"


def _begin(known: Sequence[str], wanted: str) -> str:
    return wanted if wanted in known else known[0]


def _choose(label: str, known: Sequence[str], first: str, key: str) -> str:
    # A value that the script sets can miss a slow browser, where two runs are drawn at once; what
    # a box begins with comes with the box.
    return str(
        st.selectbox(
            label, list(known), index=known.index(first), key=key, width=215,
            format_func=lambda name: measure_info(name).title,
        )
    )  # fmt: skip


def _columns(count: int) -> list[Any]:
    if count == 1:
        return [st.container()]
    columns: list[Any] = []
    for _ in range(0, count, 2):
        columns += st.columns(2, gap="small")
    return columns[:count]


def _chart(figure: Any, key: str, chosen: str) -> None:
    def take() -> None:
        points = st.session_state[key].selection.points
        if points and isinstance(points[0].get("customdata"), int):
            st.session_state[chosen] = points[0]["customdata"]
            clicks = clicks_key(chosen)
            st.session_state[clicks] = st.session_state.get(clicks, 0) + 1

    st.plotly_chart(
        figure, key=key, config=_STILL, theme=None, on_select=take, selection_mode="points"
    )


def _limits(cells: Sequence[CellSummary], measure: str) -> tuple[float, float]:
    """Ends of the colour scale: 0 to 1 for rates, else as far as the values reach."""
    if any(isinstance(summary.measure(measure), Rate) for summary in cells):
        return 0.0, 1.0
    values = [central(summary.measure(measure)) for summary in cells]
    known = [value for value in values if value is not None]
    return min(known), max(known)


def _what_stands_there(cells: Sequence[CellSummary], measure: str) -> str:
    """What the numbers of a heat map are, with denominator or unit, as a sentence."""
    rate = next((value for cell in cells if isinstance(value := cell.measure(measure), Rate)), None)
    if rate is not None:
        return f"Share of the {_WHOLES.get(rate.whole, rate.whole)}, with its 95% interval."
    unit = measure_info(measure).unit
    has_interval = any(interval(cell.measure(measure)) is not None for cell in cells)
    return (
        f"Mean{f' in {unit}' if unit else ''}{', with its 95% interval' if has_interval else ''}."
    )


def _is_known(cells: Sequence[CellSummary], measure: str) -> bool:
    return any(central(summary.measure(measure)) is not None for summary in cells)


def _say_given_up(record: StudyRecord, going: bool) -> None:
    if not record.given_up:
        return
    cells = record.study.cells
    named = "; ".join(
        f"{cells[number].model.name}, {cells[number].settings}" for number in record.given_up
    )
    so_far = " so far" if going else ""
    st.info(
        f"**Given up{so_far}** as clearly dominated, with the crystals that they had: "
        f"{as_markdown(named)}. Their intervals are wider for it.",
        icon=":material/content_cut:",
    )


def _table(cells: Sequence[CellSummary]) -> None:
    rows = []
    compares = any(summary.cell.refined for summary in cells)
    for summary in cells:
        row: dict[str, Any] = {
            "model": summary.cell.model.name,
            "τ": summary.cell.temperature,
            "P": summary.cell.top_p,
            **({"refined": summary.cell.refined} if compares else {}),
            "crystals": summary.written,
        }
        for info in MEASURES:
            if _is_known(cells, info.name):
                row[info.title] = value_with_interval(summary.measure(info.name), info.unit)
        rows.append(row)
    st.dataframe(rows, hide_index=True, alt="All cells")


def _cell(
    record: StudyRecord,
    cells: tuple[CellSummary, ...],
    chosen: int | None,
    *,
    key: str,
    job_id: str | None,
) -> None:
    """One cell in full: its numbers, its crystals, and the way to Generate."""
    names = {
        summary.cell.number: f"{summary.cell.model.name}, {summary.cell.settings}"
        + (f", {prompt_words(summary.cell.conditions)}" if len(record.study.prompts) > 1 else "")
        for summary in cells
    }
    st.subheader("One cell", anchor=False)
    # After a click in a chart the box is a new one, which begins with the cell that was clicked.
    box = f"{key}-cell-{st.session_state.get(clicks_key(chosen_key(key)), 0)}"

    def take() -> None:
        st.session_state[chosen_key(key)] = st.session_state[box]

    st.selectbox(
        "Cell", list(names), format_func=lambda number: names[number], index=chosen, key=box,
        on_change=take, placeholder="Click a cell above, or choose one",
        label_visibility="collapsed", width=420,
    )  # fmt: skip
    if chosen is None:
        return
    summary = cells[chosen]
    with st.container(border=True):
        st.markdown(
            f"**{as_markdown(names[chosen])}** · {summary.written} of {summary.asked} crystals"
        )
        known = [info for info in MEASURES if central(summary.measure(info.name)) is not None]
        # A row at a time: on a telephone columns stand below one another, in this order.
        for start in range(0, len(known), 3):
            columns = st.columns(3, gap="medium")
            for column, info in zip(columns, known[start : start + 3], strict=False):
                column.markdown(
                    f"{info.title}  \n"
                    f"**{value_with_interval(summary.measure(info.name), info.unit)}**",
                    help=info.what,
                )
        if summary.seconds_per_sun is not None:
            st.caption(
                f"{summary.seconds_per_sun:.0f} s of writing and relaxing per S.U.N. crystal"
            )
        with st.container(horizontal=True, gap="small"):
            if job_id is not None and st.button(
                "Open its crystals", icon=":material/open_in_full:", key=f"{key}-open"
            ):
                st.switch_page(GENERATE_PAGE, query_params={"job": job_id, "cell": str(chosen)})
            st.button(
                "Generate with these settings", icon=":material/diamond:", key=f"{key}-carry",
                on_click=carry_to_generate, args=(order_of_cell(record, chosen),),
                help="Fills the form of Generate with this cell's model, prompt, τ and P.",
            )  # fmt: skip
        if job_id is None:
            _crystals(record, chosen)


def order_of_cell(record: StudyRecord, number: int) -> GenerateOrder:
    """A cell as an order of Generate's form."""
    cell = record.study.cells[number]
    return GenerateOrder(
        record.study.request_of(cell),
        cell.model.name,
        cell.model.quantisation,
        judge=Judge(),
        refine=_refine(record) if cell.refined else None,
    )


def _refine(record: StudyRecord) -> Refine:
    try:
        refine: Refine = from_plain(Refine, dict(record.refine or {}), "refine")
    except RecordError:  # of another version
        return Refine()
    return replace(refine, weights_sha256=None)


_HEADINGS = {
    "formula": "formula",
    "valid": "valid",
    "unique": "unique",
    "novel": "novel",
    "relaxed": "relaxed",
    "energy_above_hull_ev_per_atom": "eV/atom above hull",
    "log_likelihood_per_atom": "log-likelihood (nats/atom)",
    "text": "text",
    "failure": "failure",
}


def _crystals(record: StudyRecord, number: int) -> None:
    frame = crystal_frame(record)
    frame = frame[frame["cell"] == number]
    shown = frame[list(_HEADINGS)].dropna(axis=1, how="all").rename(columns=_HEADINGS)
    if "formula" in shown:
        shown = shown.assign(formula=shown["formula"].map(subscripted, na_action="ignore"))
    st.dataframe(
        signed_table(shown, {"eV/atom above hull": 3, "log-likelihood (nats/atom)": 2}),
        hide_index=True,
        height=320,
        alt="Crystals of the cell",
        placeholder="–",
    )


def _export(
    record: StudyRecord,
    cells: tuple[CellSummary, ...],
    measure: str,
    axes: tuple[str, str],
    replay: str,
    key: str,
) -> None:
    with st.popover("Export", icon=":material/download:", key=f"{key}-export"):
        for label, name, make in (
            ("Figure, PNG", "study.png", lambda: figure_bytes(record, "png", measure, axes)),
            ("Figure, SVG", "study.svg", lambda: figure_bytes(record, "svg", measure, axes)),
            ("Cells, CSV", "cells.csv", lambda: cell_frame(cells).to_csv(index=False)),
            ("Crystals, CSV", "crystals.csv", lambda: crystal_frame(record).to_csv(index=False)),
            ("Crystals, Parquet", "study.parquet", lambda: study_bytes(record)),
            ("Settings, replay file", "study.yaml", lambda: replay),
        ):
            st.download_button(
                label, data=make, file_name=name, key=f"{key}-{name}", on_click="ignore",
                width="stretch",
            )  # fmt: skip
