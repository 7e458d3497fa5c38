"""What became of the elements that were taken: progress, ranking, before and after."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.job import Job
from crystal_llm.jobs.orders import InfillRelaxOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.stability.hull_candidates import candidates_text
from crystal_llm.ui.crystal_picture import show_crystal
from crystal_llm.ui.infill_ranking import ORDERS, Ranked, ranking
from crystal_llm.ui.infill_state import Place, go_to
from crystal_llm.ui.job_panel import job_caption, show_progress, show_stop_retry
from crystal_llm.ui.job_results import ResultRow, read_rows
from crystal_llm.ui.notation import as_markdown, energy_text, subscripted
from crystal_llm.ui.services import job_queue, order_of

POLL_SECONDS = 1.0
HULL_PAGE = "pages/hull.py"


def show_candidates(place: Place) -> None:
    """Draws the candidates that were made from this crystal, if there are any.

    Raises:
        JobError: The database does not answer.
    """
    jobs = _jobs(place, job_queue())
    if jobs:
        st.subheader("Candidates", anchor=False)
        names = tuple(job.id for job in jobs)
        every = POLL_SECONDS if any(job.open for job in jobs) else None
        st.fragment(_follow, run_every=every)(place, names, tuple(job.open for job in jobs))


def _jobs(place: Place, queue: JobQueue) -> list[Job]:
    """The jobs that were given children of this crystal, newest first."""
    names = {
        one.draft.job_id
        for one in place.chain.descendants
        if one.draft.parent_id == place.entry.id and one.draft.origin == "infill"
    }
    found = []
    for name in sorted({one for one in {*names, place.job_id} if one}, reverse=True):
        try:
            order = order_of(name)
            mine = isinstance(order, InfillRelaxOrder) and any(
                one.parent_id == place.entry.id for one in order.crystals
            )
            if mine:
                found.append(queue.job(name))
        except CrystalLLMError:  # another user's, or gone with its database
            continue
    return found


def _follow(place: Place, names: tuple[str, ...], were_open: tuple[bool, ...]) -> None:
    queue = job_queue()
    try:
        jobs = [queue.job(name) for name in names]
        rows: list[ResultRow] = []
        for job in jobs:
            if job.state != "finished":
                st.caption(job_caption(job))
                show_progress(job, queue)
                show_stop_retry(job, queue, key=f"infill-{job.id}", done=st.rerun)
            rows += read_rows(queue, job)
        if refused := st.session_state.pop("job-refused", None):
            st.error(as_markdown(refused))
        if rows:
            _results(place, rows)
        # Last, so that a click that comes as a job ends is not lost.
        if tuple(job.open for job in jobs) != were_open:
            st.rerun()
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _results(place: Place, rows: Sequence[ResultRow]) -> None:
    order = st.segmented_control(
        "Rank by", list(ORDERS), default="Both", required=True, key="infill-order",
        help="Both: by the mean of the two ranks.",
    )  # fmt: skip
    ranked = ranking(rows, str(order))
    number = st.column_config.NumberColumn
    event = st.dataframe(
        [_line(one) for one in ranked],
        key=f"infill-table-{place.entry.id}-{len(ranked)}-{order}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "probability": st.column_config.ProgressColumn(
                format="percent", min_value=0.0, color="primary",
                max_value=max((one.probability or 0.0 for one in ranked), default=1.0) or 1.0,
                help="Of the element, as the model gave it at temperature 1.",
            ),
            "above hull": number("above hull (eV/atom)", format="%.3f"),
            "by model": number(width="small", help="Rank by the model's probability."),
            "by hull": number(width="small", help="Rank by energy above hull."),
            "both": number(width="small", format="%.1f", help="Mean of the two ranks."),
        },
    )  # fmt: skip
    taken = [ranked[place] for place in event["selection"]["rows"] if place < len(ranked)]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _to_hull(taken or ranked)
        if len(taken) == 1:
            one = taken[0].row.result
            if st.button(
                f"Go on with {subscripted(taken[0].row.formula)}",
                type="primary",
                icon=":material/arrow_forward:",
                key="infill-go-on",
                help="It becomes the crystal of this page; Undo leads back.",
            ):
                go_to(one.relaxed_entry_id or one.entry_id)
                st.rerun()
        else:
            st.caption("Tick one row to see it before and after, and to go on with it.")
    if len(taken) == 1:
        _before_after(place, taken[0])


def _before_after(place: Place, one: Ranked) -> None:
    row, crystal = one.row, one.row.crystal
    left, right = st.columns(2)
    with left:
        st.markdown(f"**Before**: {subscripted(place.entry.formula)}")
        show_crystal(place.crystal, "infill-before", 320, pickable=False)
    with right:
        state = "relaxed" if row.result.relaxed_entry_id else "not relaxed"
        st.markdown(f"**After**: {subscripted(row.formula)}, {state}")
        if crystal is not None:
            show_crystal(crystal, f"infill-after-{row.result.entry_id}", 320, pickable=False)
    change = row.energy_change_ev_per_atom
    told = [as_markdown(row.result.written.edit or "")]
    if change is not None:
        told.append(f"relaxation: {energy_text(change)} eV/atom")
    if row.spacegroup is not None:
        told.append(f"space group {row.spacegroup}")
    st.caption(" · ".join(part for part in told if part))


def _to_hull(ranked: Sequence[Ranked]) -> None:
    placed, elements, potentials = [], set[str](), []
    for one in ranked:
        verdict = one.row.result.verdict
        relaxation = None if verdict is None else verdict.relaxation
        if relaxation is None or relaxation.energy_ev_per_atom is None:
            continue
        placed.append((one.name, one.row.formula or "", relaxation.energy_ev_per_atom))
        elements |= one.row.elements
        potentials.append(relaxation.method.potential)
    if placed and st.button(
        "Show on hull", icon=":material/change_history:", key="infill-hull",
        help="The hull of all their elements, with the candidates in place.",
    ):  # fmt: skip
        # The Hull page keeps the phases that were typed there; these are to be seen instead.
        for name in ("hull-start", "hull-candidates", "system", "hull-phase", "reference"):
            st.session_state.pop(name, None)
        system = "-".join(sorted(elements)) if len(elements) > 1 else placed[0][1]
        st.switch_page(
            HULL_PAGE,
            query_params={
                "system": system,
                "reference": f"reference-{potentials[0]}",
                "candidates": candidates_text(placed),
            },
        )


def _line(one: Ranked) -> dict[str, object]:
    return {
        "element": one.name,
        "formula": subscripted(one.row.formula),
        "probability": one.probability,
        "above hull": one.row.energy_above_hull_ev_per_atom,
        "by model": one.by_model,
        "by hull": one.by_hull,
        "both": one.both,
        "remark": one.row.reason or one.row.new or "",
    }
