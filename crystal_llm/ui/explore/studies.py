"""Where a page's studies come from: a job that fills, or a study that was stored."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from crystal_llm.errors import CrystalLLMError, JobError
from crystal_llm.io.record_json import RecordError, from_plain
from crystal_llm.jobs.job import Job
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.orders import order_yaml
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.stages import FINGERPRINTED
from crystal_llm.jobs.study_folder import study_record
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.settings import settings
from crystal_llm.studies.grid_crystals import StudyCrystal, study_crystal
from crystal_llm.studies.grid_file import StudyRecord, read_study_file
from crystal_llm.studies.grid_summary import CellSummary
from crystal_llm.ui.explore.study_view import chosen_key, show_study
from crystal_llm.ui.generate.carry import go_if_carried
from crystal_llm.ui.jobs.panel import job_caption, show_log, show_progress, show_stop_retry
from crystal_llm.ui.jobs.results import read_results
from crystal_llm.ui.services import job_queue, order_of
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_address import clear_address

_POLL_SECONDS = 3.0
SHIPPED_STUDIES = "study-*.parquet"
STUDY_PARAMETER = "exp-study"
_KEPT = 4


def show_job_study(job_id: str) -> None:
    """Draws the study of a job, and looks for more while it fills.

    Raises:
        JobError: There is no such job, or it is none of a study.
    """
    queue = job_queue()
    job, order = queue.job(job_id), order_of(job_id)
    if not isinstance(order, StudyOrder):
        raise JobError(f"job {job_id} is no study; its crystals are on the Jobs page")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Another study", icon=":material/arrow_back:", type="tertiary", key="exp-leave",
            on_click=leave_study,
        )  # fmt: skip
        show_stop_retry(job, queue, key="exp-job", done=st.rerun)
        with st.popover("Log", icon=":material/terminal:", key="exp-log"):
            show_log(job, queue)
    st.markdown(f"**{as_markdown(job.title)}**")
    st.fragment(_follow, run_every=_POLL_SECONDS if job.open else None)(job_id, job.open)


def leave_study() -> None:
    """Back to the form (a callback)."""
    clear_address()
    st.session_state.pop(chosen_key(STUDY_PARAMETER), None)


def shipped_studies(models: Path) -> list[Path]:
    """The stored studies in a folder of models."""
    return sorted(models.glob(SHIPPED_STUDIES))


def show_shipped() -> None:
    """Draws the study that is shipped, or says that there is none."""
    paths = shipped_studies(settings().models)
    if not paths:
        st.info(
            "No finished study is shipped yet: start one above, or compute one with "
            "`crystal-llm explore`.", icon=":material/inbox:",
        )  # fmt: skip
        return
    path = paths[0]
    if len(paths) > 1:
        names = {file: file.stem.removeprefix("study-") for file in paths}
        path = st.segmented_control(
            "Study of", paths, format_func=lambda file: names[file], default=path, required=True,
            key="exp-shipped",
        ) or path  # fmt: skip
    record, cells, replay = _stored(str(path), path.stat().st_mtime_ns)
    weights = "; ".join(
        f"{model.name}, weights {(model.weights_sha256 or 'unknown')[:12]}"
        for model in record.study.models
    )
    st.caption(f"Computed on {record.made_on} by `{record.command}` ({as_markdown(weights)}).")
    show_study(record, cells, key=f"exp-stored-{path.stem}", job_id=None, replay=replay)


def _follow(job_id: str, was_open: bool) -> None:
    go_if_carried()
    queue = job_queue()
    try:
        job, order = queue.job(job_id), order_of(job_id)
        assert isinstance(order, StudyOrder)
        if job.open != was_open:
            st.rerun()
        st.caption(job_caption(job))
        show_progress(job, queue)
        if job.stage == FINGERPRINTED.name and not _done(job, FINGERPRINTED.name):
            st.caption("The test crystals get their fingerprints, once: a minute or two.")
        record, cells = _so_far(job, order)
        show_study(
            record, cells, key=STUDY_PARAMETER, job_id=job_id, replay=order_yaml(order),
            going=job.open,
        )  # fmt: skip
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))


def _done(job: Job, name: str) -> int:
    return next((stage.done for stage in job.stages if stage.name == name), 0)


def _so_far(job: Job, order: StudyOrder) -> tuple[StudyRecord, tuple[CellSummary, ...]]:
    """What a job has found; only what changed is looked at anew."""
    queue = job_queue()
    crystals_by_job: dict[str, dict[int, tuple[float, StudyCrystal]]] = st.session_state.setdefault(
        "exp-seen-crystals", {}
    )
    crystals = crystals_by_job.pop(job.id, {})
    changed = False
    for row in read_results(queue, job):
        index = row.candidate.index
        if index not in crystals or crystals[index][0] != row.changed_unix_s:
            crystals[index] = (row.changed_unix_s, study_crystal(row.candidate))
            changed = True
    crystals_by_job[job.id] = crystals
    while len(crystals_by_job) > _KEPT:
        del crystals_by_job[next(iter(crystals_by_job))]
    ended = queue.ended_batches(job.id)
    made = (job.id, len(ended))
    last = st.session_state.get("exp-summary")
    if not changed and last is not None and last[0] == made:
        record, cells = last[1]
        return record, cells
    record = study_record(order, [crystal for _, crystal in crystals.values()], ended)
    summary = (record, record.summary())
    st.session_state["exp-summary"] = (made, summary)
    return summary


@st.cache_resource(max_entries=4, show_spinner=False)
def _stored(path: str, changed_ns: int) -> tuple[StudyRecord, tuple[CellSummary, ...], str]:
    record = read_study_file(Path(path))
    try:
        judge = from_plain(Judge, dict(record.judge), "judge")
    except RecordError:  # of another version: the grid is what matters
        judge = Judge()
    refine = None if record.refine is None else from_plain(Refine, dict(record.refine), "refine")
    order = StudyOrder(record.study, judge, record.round_size, refine)
    return record, record.summary(), order_yaml(order)
