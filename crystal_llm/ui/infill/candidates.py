"""What became of elements taken and atoms added: progress, ranking, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.job import Job, JobResult
from crystal_llm.jobs.orders import Order
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.ui.crystal.picture import show_crystal
from crystal_llm.ui.generate.replay import offer_replay
from crystal_llm.ui.hull.ways import Placeable, show_hull_ways
from crystal_llm.ui.infill.ranking import ORDERS, Ranked, ranking
from crystal_llm.ui.infill.state import OpenStructure, go_to
from crystal_llm.ui.jobs.panel import job_caption, show_progress, show_stop_retry
from crystal_llm.ui.jobs.results import newness_of, read_results, reason_of
from crystal_llm.ui.services import job_queue, order_of
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, subscripted
from crystal_llm.ui.widgets.row_ticks import table_key
from crystal_llm.ui.widgets.signed_table import signed_table
from crystal_llm.ui.widgets.space_groups import space_group_text

_POLL_SECONDS = 1.0


_Way = Literal["infill-relax", "complete"]
_TITLES: dict[_Way, str] = {
    "infill-relax": "Candidates",
    "complete": "Candidates that the model completed",
}


def show_candidates(place: OpenStructure, way: _Way) -> None:
    """Draws the candidates that were made from this crystal in one way, if there are any.

    Args:
        place: The crystal.
        way: By taking elements, or by completing it; each stands where it is asked for.

    Raises:
        JobError: The database does not answer.
    """
    jobs = _jobs(place, job_queue(), way)
    if jobs:
        st.header(_TITLES[way], anchor=False)
        names = tuple(job.id for job in jobs)
        every = _POLL_SECONDS if any(job.open for job in jobs) else None
        open_jobs = tuple(job.open for job in jobs)
        st.fragment(_follow, run_every=every)(place, way, names, open_jobs)


def _jobs(place: OpenStructure, queue: JobQueue, way: _Way) -> list[Job]:
    """The jobs that were given children of this crystal, newest first."""
    names = {
        descendant.job_id
        for descendant in place.chain.descendants
        if descendant.parent_id == place.entry.id and descendant.origin == "infill"
    }
    jobs = []
    for name in sorted({job_id for job_id in {*names, place.job_id} if job_id}, reverse=True):
        try:
            order = order_of(name)
            if order.kind == way and _made_from(order, place.entry.id):
                jobs.append(queue.job(name))
        except CrystalLLMError:  # another user's, or gone with its database
            continue
    return jobs


def _made_from(order: Order, entry_id: str) -> bool:
    """Whether an order is about children of an entry."""
    if isinstance(order, CompleteOrder):
        return order.parent_id == entry_id
    return order.kind == "infill-relax" and any(
        crystal.parent_id == entry_id for crystal in order.given
    )


def _follow(
    place: OpenStructure, way: _Way, names: tuple[str, ...], were_open: tuple[bool, ...]
) -> None:
    queue = job_queue()
    try:
        jobs = [queue.job(name) for name in names]
        rows: list[JobResult] = []
        completed: dict[str, CompleteOrder] = {}
        for job in jobs:
            if job.state != "finished":
                st.caption(job_caption(job))
                show_progress(job, queue)
                show_stop_retry(job, queue, key=f"infill-{job.id}", done=st.rerun)
            results, order = read_results(queue, job), order_of(job.id)
            rows += results
            if isinstance(order, CompleteOrder):
                completed |= {row.entry_id: order for row in results}
        if refused := st.session_state.pop("job-refused", None):
            st.error(as_markdown(refused))
        if rows:
            _results(place, way, rows, completed, jobs)
        # Last, so that a click that comes as a job ends is not lost.
        if tuple(job.open for job in jobs) != were_open:
            st.rerun()
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _results(
    place: OpenStructure,
    way: _Way,
    rows: Sequence[JobResult],
    completed: Mapping[str, CompleteOrder],
    jobs: Sequence[Job],
) -> None:
    order = st.segmented_control(
        "Rank by", list(ORDERS), default="Both", required=True, key=f"{way}-order",
        help="Both: by the mean of the two ranks.",
    )  # fmt: skip
    kept_atoms = {entry_id: len(set(asked.keep)) for entry_id, asked in completed.items()}
    ranked = ranking(rows, str(order), kept_atoms)
    unused = {
        name
        for name, there in (
            ("probability", any(rank.probability is not None for rank in ranked)),
            ("ln p per atom", any(rank.log_likelihood_per_atom is not None for rank in ranked)),
        )
        if not there
    }
    number = st.column_config.NumberColumn
    event = st.dataframe(
        signed_table(
            [
                {name: value for name, value in _line(rank).items() if name not in unused}
                for rank in ranked
            ],
            {"above hull": 3, "ln p per atom": 2},
        ),
        key=table_key(
            f"{way}-table-{place.entry.id}", [rank.row.entry_id for rank in ranked]
        ),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="–",
        column_config={
            "probability": st.column_config.ProgressColumn(
                format="percent", min_value=0.0, color="primary",
                max_value=max((rank.probability or 0.0 for rank in ranked), default=1.0) or 1.0,
                help="Of the element, as the model gave it at temperature 1.",
            ),
            "above hull": number("above hull (eV/atom)"),
            "ln p per atom": number(
                help="Log-likelihood of the text that the model wrote, over the atoms it added.",
            ),
            "by model": number(
                width="small",
                help="Rank by the model's probability. Elements that were put in and atoms that "
                "were added are ranked apart: their probabilities cannot be compared.",
            ),
            "by hull": number(width="small", help="Rank by energy above hull."),
            "both": number(width="small", format="%.1f", help="Mean of the two ranks."),
        },
    )  # fmt: skip
    taken = [ranked[place] for place in event["selection"]["rows"] if place < len(ranked)]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        show_hull_ways(
            [Placeable.of_candidate(rank.name, rank.row.candidate) for rank in taken or ranked],
            key=f"{way}-hull",
        )
        _asked(jobs, key=f"{way}-asked")
        if len(taken) == 1:
            row = taken[0].row
            if st.button(
                f"Go on with {subscripted(taken[0].row.candidate.formula)}",
                type="primary",
                icon=":material/arrow_forward:",
                key=f"{way}-go-on",
                help="It becomes the crystal of this page; Undo leads back.",
            ):
                go_to(row.relaxed_entry_id or row.entry_id)
                st.rerun()
        else:
            st.caption("Tick one row to see it before and after, and to go on with it.")
    if len(taken) == 1:
        _before_after(place, taken[0], completed.get(taken[0].row.entry_id), key=way)


def _asked(jobs: Sequence[Job], *, key: str) -> None:
    with st.popover("What was asked", icon=":material/description:", key=key):
        for job in jobs:
            st.caption(job_caption(job))
            offer_replay(order_of(job.id), f"crystal-llm-{job.id}", key=f"{key}-{job.id}")


def _before_after(
    place: OpenStructure, rank: Ranked, order: CompleteOrder | None, *, key: str
) -> None:
    row, candidate = rank.row, rank.row.candidate
    crystal = candidate.crystal
    # Of a completion: the atoms that were taken out, and those that came.
    out = set() if order is None else set(range(len(place.crystal.species))) - set(order.keep)
    came = (
        ()
        if order is None or crystal is None
        else range(len(set(order.keep)), len(crystal.species))
    )
    left, right = st.columns(2)
    with left:
        st.markdown(f"**Before**: {subscripted(place.entry.formula)}")
        show_crystal(place.crystal, f"{key}-before", 320, masked=out, pickable=False)
    with right:
        state = "relaxed" if row.relaxed_entry_id else "not relaxed"
        st.markdown(f"**After**: {subscripted(candidate.formula)}, {state}")
        if crystal is not None:
            show_crystal(crystal, f"{key}-after-{row.entry_id}", 320, selected=came, pickable=False)
    change = candidate.energy_change_ev_per_atom
    parts = [as_markdown(candidate.written.edit or "")]
    if change is not None:
        parts.append(f"relaxation: {energy_text(change)} eV/atom")
    if candidate.spacegroup_number is not None:
        parts.append(f"space group {space_group_text(candidate.spacegroup_number)}")
    st.caption(" · ".join(part for part in parts if part))


def _line(rank: Ranked) -> dict[str, object]:
    # Numbers of a job's crystals are not shown here, where crystals of several jobs stand.
    candidate = rank.row.candidate
    newness = newness_of(candidate) or ""
    repeated = newness.startswith("repeats")
    return {
        "put in": subscripted(rank.name) if rank.log_likelihood_per_atom is not None else rank.name,
        "formula": subscripted(candidate.formula),
        # Two digits, as beside the bars.
        "probability": None if rank.probability is None else float(f"{rank.probability:.2g}"),
        "ln p per atom": rank.log_likelihood_per_atom,
        "above hull": candidate.energy_above_hull_ev_per_atom,
        "by model": rank.by_model,
        "by hull": rank.by_hull,
        "both": rank.both,
        "remark": reason_of(candidate) or ("same as another" if repeated else newness),
    }
