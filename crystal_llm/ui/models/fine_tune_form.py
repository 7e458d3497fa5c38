"""The form that asks for a model fine-tuned on crystals of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.fine_tune_order import FEWEST_TRAINED, MAX_MINUTES, FineTuneOrder
from crystal_llm.jobs.training_crystals import (
    ReadCrystals,
    crystals_of_entries,
    crystals_of_files,
    structure_files,
)
from crystal_llm.library.importing import NamedContent
from crystal_llm.ui.models.training_fields import ask_name_and_base, submit_training
from crystal_llm.ui.services import (
    crystal_library,
    job_queue,
    saved_searches,
    warn_without_worker,
)
from crystal_llm.ui.widgets.notation import as_markdown

_FILES, FOLDER, CHOSEN, SEARCH = (
    "Files or a zip",
    "A folder",
    "Chosen in the library",
    "Saved search",
)
SOURCES = (_FILES, FOLDER, CHOSEN, SEARCH)
CHOICE = "tune-chosen"
"""Where the Library page leaves the ids of the entries that were chosen there."""

_MAX_UPLOAD_MEGABYTES = 50
_SHOWN_FAILURES = 20


def show_fine_tune_form() -> None:
    """Draws the form; its button queues the job and goes to it."""
    chosen = st.session_state.get(CHOICE)
    st.session_state.setdefault("tune-source", CHOSEN if chosen else _FILES)
    source = st.segmented_control("Crystals from", SOURCES, required=True, key="tune-source")
    # A place of their own: what comes and goes here would move the fields below, which the browser
    # then makes anew, without what is being typed.
    with st.container():
        read = _read(str(source))
        if read is not None:
            _say(read)
    first, second, third = st.columns([2, 2, 1])
    asked = ask_name_and_base(first, second, key="tune", example="half-Heuslers")
    if asked is None:
        return
    name, base = asked
    minutes = third.number_input(
        "At most (min)", 1, MAX_MINUTES, 10, key="tune-minutes",
        help="Training ends earlier when the crystals held out are no longer written better.",
    )  # fmt: skip
    stable = st.toggle(
        "Take crystals of unknown energy for stable ones", True, key="tune-stable",
        help="Then asking for stable crystals, as Generate does by default, brings their like.",
    )  # fmt: skip
    ready = read is not None and len(read.crystals) >= FEWEST_TRAINED and bool(name)
    if st.button(
        "Fine-tune", type="primary", icon=":material/model_training:", key="tune-go",
        disabled=not ready,
        help=f"Takes a name and at least {FEWEST_TRAINED} crystals, better hundreds.",
    ) and read is not None:  # fmt: skip
        submit_training(FineTuneOrder(name, read.crystals, base, minutes=float(minutes),
                              assume_stable=stable))  # fmt: skip
    warn_without_worker(job_queue())


def _read(source: str) -> ReadCrystals | None:
    try:
        if source == CHOSEN:
            return _of_choice()
        if source == SEARCH:
            return _of_search()
        return _of_files(source)
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return None


def _of_files(source: str) -> ReadCrystals | None:
    many: Any = "directory" if source == FOLDER else True
    uploads = st.file_uploader(
        "Structure files", accept_multiple_files=many, key=f"tune-files-{source}",
        max_upload_size=_MAX_UPLOAD_MEGABYTES,
        help="CIF, POSCAR, extended XYZ, pymatgen's JSON, an ASE database, or a zip of such files.",
    )  # fmt: skip
    if not uploads:
        return None
    mark = tuple(file.file_id for file in uploads)
    earlier = st.session_state.get("tune-read")
    if earlier is None or earlier[0] != mark:
        contents = [NamedContent(file.name[:200], file.getvalue()) for file in uploads]
        if source == FOLDER:
            contents = structure_files(contents)
        bar = st.progress(0.0, "Reading the files …")
        read = crystals_of_files(
            contents, lambda done, total: _tick(bar, done, total)
        )  # fmt: skip
        bar.empty()
        earlier = st.session_state["tune-read"] = (mark, read)
    read_crystals: ReadCrystals = earlier[1]
    return read_crystals


def _tick(bar: Any, done: int, total: int) -> None:
    if done == total or done % 10 == 0:
        bar.progress(done / total, f"Reading the files: {done:,} of {total:,}")


def _of_choice() -> ReadCrystals | None:
    ids: Sequence[str] = st.session_state.get(CHOICE, ())
    if not ids:
        st.caption("None yet: tick crystals on the Library page and press **Fine-tune** there.")
        return None
    library = crystal_library()
    return crystals_of_entries(library.get(entry_id) for entry_id in ids)


def _of_search() -> ReadCrystals | None:
    searches = {saved.name: saved for saved in saved_searches().all()}
    if not searches:
        st.caption("None yet: search on the Library page and press **Save this search** there.")
        return None
    name = st.selectbox("Search", list(searches), key="tune-search", width=330)
    return crystals_of_entries(crystal_library().search(searches[name].search).entries)


def _say(read: ReadCrystals) -> None:
    known = sum(crystal.energy_above_hull_ev_per_atom is not None for crystal in read.crystals)
    count = len(read.crystals)
    summary = f"**{count:,} crystal{'' if count == 1 else 's'}** to learn from"
    summary += f", {known:,} with an energy above hull" if known else ""
    st.markdown(
        f"{summary}. A tenth of their compositions is held out to judge by."
        if count >= FEWEST_TRAINED
        else f"{summary}: at least {FEWEST_TRAINED} are needed, better hundreds."
    )
    if read.failures:
        with st.expander(
            f"{len(read.failures):,} file{'s' if len(read.failures) > 1 else ''} could not be read"
        ):
            for name, reason in read.failures[:_SHOWN_FAILURES]:
                st.caption(f"{as_markdown(name)}: {as_markdown(reason)}")
