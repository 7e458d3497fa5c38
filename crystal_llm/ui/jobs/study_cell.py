"""A study's crystals among the results of jobs: those of the cell that the address names."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.job import JobResult
from crystal_llm.jobs.orders import Order
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.studies.grid_study import GridCell
from crystal_llm.ui.widgets.page_paths import EXPLORE_PAGE


def asked_cell(order: Order) -> GridCell | None:
    """The cell that the address names; None where it names none, or for no study."""
    said = st.query_params.get("cell", "")
    if not isinstance(order, StudyOrder) or not said.isdecimal():
        return None
    cells = order.study.cells
    return cells[int(said)] if len(said) < 6 and int(said) < len(cells) else None


def of_cell(order: Order) -> Order:
    """What the asked cell of a study asks for, as an order of its own; any other as it is."""
    cell = asked_cell(order)
    if cell is None or not isinstance(order, StudyOrder):
        return order
    model = cell.model
    return GenerateOrder(
        order.study.request_of(cell),
        model.name,
        model.quantisation,
        model.weights_sha256,
        order.judge if order.study.relaxed else None,
    )


def rows_of_cell(order: Order, rows: Sequence[JobResult]) -> tuple[JobResult, ...]:
    """The results of the asked cell of a study; any other order's as they are."""
    cell = asked_cell(order)
    if cell is None or not isinstance(order, StudyOrder):
        return tuple(rows)
    indexes = order.study.indexes_of(cell.number)
    return tuple(row for row in rows if row.candidate.index in indexes)


def say_cell(order: Order, job_id: str) -> None:
    """Says which cell of a study this is, and leads back to it; nothing for other orders."""
    if not isinstance(order, StudyOrder):
        return
    if (cell := asked_cell(order)) is not None:
        st.caption(f"{cell.model.name}, {cell.settings}")
    if st.button("The whole study", icon=":material/grid_on:", key="job-study"):
        st.switch_page(EXPLORE_PAGE, query_params={"study": job_id})
