"""What can be done with a job's crystals: save, relax, infill, place on the hull, download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from crystal_llm.crystal.written import Written
from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.given_orders import JudgeOrder
from crystal_llm.jobs.job import Job, JobResult
from crystal_llm.jobs.library_entries import entries_of
from crystal_llm.jobs.order import SHIPPED, Judge
from crystal_llm.library.entry import MAX_NOTE_CHARACTERS, Entry
from crystal_llm.library.store import Library
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.potentials.loading import DEFAULT_POTENTIAL
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.ui.crystal.downloads import show_downloads, show_set_downloads
from crystal_llm.ui.hull.relax_button import renewed, show_relax_button
from crystal_llm.ui.hull.ways import Placeable, show_hull_ways
from crystal_llm.ui.services import job_queue, order_of
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_paths import INFILL_PAGE

SECOND_POTENTIAL = "sevennet-0"


def show_actions(rows: Sequence[JobResult], job: Job, library: Library, *, key: str) -> None:
    """Draws the actions; draw them within a horizontal container.

    Args:
        rows: The crystals they are for, at least one.
        job: Their job.
        library: Where crystals are saved.
        key: Unique among the elements of a page.
    """
    crystals = [row for row in rows if row.candidate.crystal is not None]
    if crystals:
        _save(crystals, job, library, key)
        _relax(crystals, job, library, key)
        _ask_second(crystals, job, library, key)
    if len(crystals) == 1 and (PACKAGE_ROOT / INFILL_PAGE).exists():
        _infill(crystals, job, library, key)
    phases = [Placeable.of_candidate(f"#{row.number}", row.candidate) for row in rows]
    show_hull_ways(phases, key=f"{key}-hull")
    _download(rows, job, key)


def put_in_library(rows: Sequence[JobResult], job: Job, library: Library) -> list[str]:
    """Puts crystals into the library, where they are as soon as their batch ends anyway.

    One that the user deleted stays deleted.

    Returns:
        One id a row: of its relaxed form, or of the crystal as written where there is none.

    Raises:
        LibraryError: The database cannot be used.
    """
    ids = []
    for row in rows:
        entries = list(entries_of(job.id, order_of(job.id), [row.candidate]))
        library.add_all(entries)
        ids.append(entries[-1].id if entries else str(row.candidate.written.parent_id))
    return ids


def _save(rows: Sequence[JobResult], job: Job, library: Library, key: str) -> None:
    # It tracks whether it is open, so that saving can close it.
    with st.popover("Save", icon=":material/bookmark_add:", key=f"{key}-save", on_change="rerun"):
        st.multiselect(
            "Tags", library.tags(), key=f"{key}-tags", accept_new_options=True, select_all=False,
            placeholder="Add a tag", help="Type a new tag and press Enter.",
        )  # fmt: skip
        st.text_area(
            "Note", key=f"{key}-note", max_chars=MAX_NOTE_CHARACTERS, height=80,
            placeholder="What you want to remember of it",
        )  # fmt: skip
        many = f" {len(rows)} crystals" if len(rows) > 1 else ""
        st.button(
            f"Save{many} to the library", key=f"{key}-keep", type="primary",
            on_click=_keep, args=(rows, job, library, key),
        )  # fmt: skip
        if refused := st.session_state.pop(f"{key}-refused", None):
            st.error(as_markdown(refused))
    if st.session_state.pop(f"{key}-kept", False):
        st.toast("Saved to the library.", icon=":material/check:")


def _keep(rows: Sequence[JobResult], job: Job, library: Library, key: str) -> None:
    """Saves crystals with the tags and the note of the fields, and closes them (a callback)."""
    tags = [tag.strip() for tag in st.session_state[f"{key}-tags"]]
    note = str(st.session_state[f"{key}-note"] or "").strip()
    try:
        for entry_id in put_in_library(rows, job, library):
            library.save(entry_id, tags=tags, note=note)
    except CrystalLLMError as error:
        st.session_state[f"{key}-refused"] = str(error)
    else:
        st.session_state[f"{key}-kept"] = True
        st.session_state[f"{key}-save"] = False


def _relax(rows: Sequence[JobResult], job: Job, library: Library, key: str) -> None:
    def given(relaxed: bool) -> tuple[Written, ...]:
        put_in_library(rows, job, library)
        crystals = tuple(_given(row, job, relaxed=relaxed) for row in rows)
        library.restore(str(crystal.parent_id) for crystal in crystals)
        return crystals

    show_relax_button(
        given,
        len(rows),
        key=key,
        has_relaxed=any(row.relaxed_entry_id is not None for row in rows),
        primary=not any(row.candidate.relaxation for row in rows) and not job.open,
        here=True,
    )


def _ask_second(rows: Sequence[JobResult], job: Job, library: Library, key: str) -> None:
    """Another potential's verdict on crystals that lie above a hull, as a job of its own."""
    placed = [row for row in rows if row.candidate.energy_above_hull_ev_per_atom is not None]
    judge = order_of(job.id).judge
    if job.open or judge is None or not placed:
        return
    other = SECOND_POTENTIAL if judge.potential != SECOND_POTENTIAL else DEFAULT_POTENTIAL
    if not st.button(
        f"Ask {title_of(other)}",
        icon=":material/balance:", key=f"{key}-second",
        help=f"A second verdict: {title_of(other)} relaxes them on and places them among known "
        "phases under itself, which it computes first where there are none. Its energy above hull "
        "becomes a column here.",
    ):  # fmt: skip
        return
    try:
        put_in_library(placed, job, library)
        given = tuple(_given(row, job, relaxed=True) for row in placed)
        library.restore(str(written.parent_id) for written in given)
        asked = Judge(other, judge.relaxation, reference=SHIPPED)
        job_id = job_queue().submit(JudgeOrder(given, asked))
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return
    st.query_params.from_dict({"job": job_id})
    st.rerun()


def _given(row: JobResult, job: Job, *, relaxed: bool) -> Written:
    """A crystal as another job takes it, hung on the entry that it is in the library."""
    written, entry_id = row.candidate.written, row.entry_id
    if job.kind in ("relax", "judge") and written.parent_id is not None:
        entry_id = written.parent_id
    crystal = written.crystal
    if relaxed and row.relaxed_entry_id is not None:
        crystal, entry_id = row.candidate.crystal, row.relaxed_entry_id
    return renewed(replace(written, crystal=crystal), entry_id)


def _infill(rows: Sequence[JobResult], job: Job, library: Library, key: str) -> None:
    if st.button(
        "Infill", icon=":material/colorize:", key=f"{key}-infill",
        help="Mask some of its atoms and let the model choose other elements.",
    ):  # fmt: skip
        (entry_id,) = put_in_library(rows, job, library)
        library.restore([entry_id])
        st.switch_page(INFILL_PAGE, query_params={"entry": entry_id})


def _download(rows: Sequence[JobResult], job: Job, key: str) -> None:
    if len(rows) == 1:
        # One that was given from the library is no entry of this job before it is relaxed.
        if entries := _entries(rows, job):
            show_downloads(entries[-1], key=f"{key}-files")
        return
    menu = st.popover("Download", icon=":material/download:", key=f"{key}-files", on_change="rerun")
    if menu.open:
        with menu:
            entries = _entries(rows, job)
            st.caption(f"{len(rows):,} crystals" if entries else "None of these is relaxed yet.")
            if entries:
                show_set_downloads(entries, key=f"{key}-set")


def _entries(rows: Sequence[JobResult], job: Job) -> list[Entry]:
    """Crystals as entries, as the library has them or will: written and relaxed forms."""
    from crystal_llm.library.rows import new_entry

    candidates = [row.candidate for row in rows]
    return [
        new_entry(entry, job.owner) for entry in entries_of(job.id, order_of(job.id), candidates)
    ]
