"""Files into the library, from the page: several at once, bad ones reported one by one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

from crystal_llm.errors import CrystalLLMError
from crystal_llm.library.entry import MAX_NOTE_CHARACTERS, Entry
from crystal_llm.library.importing import ImportReport, NamedContent, import_files
from crystal_llm.library.store import Library
from crystal_llm.ui.library.navigation import open_entry
from crystal_llm.ui.widgets.notation import as_markdown, subscripted
from crystal_llm.ui.widgets.ordered_versions import (
    reading_of_version,
    show_ordering,
    version_energy,
    version_line,
)
from crystal_llm.ui.widgets.structure_input import MAX_UPLOAD_MEGABYTES, ask_structure

_MAX_SHOWN = 30

_LEFT = "lib-import-left"
_REPORT = "lib-import-report"
_ROUND = "lib-import-round"


@st.dialog("Import crystals", width="medium", on_dismiss="rerun")
def import_dialog(library: Library) -> None:
    """Asks for files, puts their crystals into the library and says what became of each."""
    if st.session_state.pop(_LEFT, False):
        st.rerun()  # of the whole page, which shows the entry in the dialog's place
    files, pasted = st.tabs(["Files", "Paste"])
    with files:
        _files(library)
    with pasted:
        _pasted(library)


def forget_report() -> None:
    """Starts an import anew (a callback)."""
    st.session_state.pop(_REPORT, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _files(library: Library) -> None:
    st.caption(
        "CIF (every data block), POSCAR (also CONTCAR, \\*.vasp), extended XYZ, JSON (pymatgen, "
        "ASE, JARVIS, OPTIMADE) or an ASE database; at most 1 MB each. Of a disordered one, "
        "ordered versions are offered."
    )
    given = st.file_uploader(
        "Files",
        accept_multiple_files=True,
        key=f"lib-import-files-{st.session_state.get(_ROUND, 0)}",
        max_upload_size=MAX_UPLOAD_MEGABYTES,
        label_visibility="collapsed",
    )
    tags = st.multiselect(
        "Tags for all of them", library.tags(), accept_new_options=True, select_all=False,
        key="lib-import-tags", placeholder="optional: type one and press Enter",
    )  # fmt: skip
    many = f"{len(given)} file{'' if len(given) == 1 else 's'}" if given else "files"
    if st.button(f"Import {many}", type="primary", disabled=not given, key="lib-import-go"):
        contents = [NamedContent(Path(file.name).name[:200], file.getvalue()) for file in given]
        try:
            with st.spinner("Reading the files …"):
                st.session_state[_REPORT] = import_files(
                    library, contents, uploaded=True, tags=tuple(tag.strip() for tag in tags)
                )
        except CrystalLLMError as error:
            st.error(as_markdown(str(error)))
    report = st.session_state.get(_REPORT)
    if report is not None:
        _show(report)
        for file in report.disordered:
            _order(library, file, tuple(tag.strip() for tag in tags))


def _order(library: Library, file: NamedContent, tags: tuple[str, ...]) -> None:
    """Asks which ordered versions of a disordered file to import."""
    ordering = show_ordering(file)
    if ordering is None:
        return
    digest = hashlib.sha256(file.content).hexdigest()[:12]
    chosen = st.multiselect(
        "Ordered versions",
        range(len(ordering.versions)),
        default=[0],
        format_func=lambda place: (
            f"{version_line(ordering, place)}, {version_energy(ordering, ordering.versions[place])}"
        ),
        key=f"lib-import-order-{digest}",
    )
    if st.button("Import them", disabled=not chosen, key=f"lib-import-ordered-{digest}"):
        readings = [reading_of_version(ordering, place) for place in chosen]
        entries = [
            Entry(
                "uploaded", reading.crystal, source=file.name, tags=tags, saved=True,
                note=reading.note[:MAX_NOTE_CHARACTERS],
            )
            for reading in readings
        ]  # fmt: skip
        try:
            added = library.add_all(entries)
        except CrystalLLMError as error:
            st.error(as_markdown(str(error)))
        else:
            st.success(f"{', '.join(subscripted(entry.formula) for entry in added)} imported.")


def _show(report: ImportReport) -> None:
    if report.entries:
        formulas = ", ".join(subscripted(entry.formula) for entry in report.entries[:8])
        more = f" and {len(report.entries) - 8} more" if len(report.entries) > 8 else ""
        count = len(report.entries)
        st.success(f"{count} crystal{'' if count == 1 else 's'} imported: {formulas}{more}.")
        if count == 1:
            _offer_opening(report.entries[0])
    for name, remark in report.remarks[:_MAX_SHOWN]:
        st.info(f"**{as_markdown(name)}**: {as_markdown(remark)}")
    ordered_below = {file.name for file in report.disordered}
    failures = [failure for failure in report.failures if failure[0] not in ordered_below]
    for name, reason in failures[:_MAX_SHOWN]:
        st.error(f"**{as_markdown(name)}**: {as_markdown(reason)}")
    if len(failures) > _MAX_SHOWN:
        st.error(f"and {len(failures) - _MAX_SHOWN} more files that could not be read")


def _offer_opening(entry: Entry) -> None:
    st.button(
        f"Open {subscripted(entry.formula)}", icon=":material/open_in_full:",
        key=f"lib-import-open-{entry.id}", on_click=_open, args=(entry.id,),
    )  # fmt: skip


def _open(entry_id: str) -> None:
    """Opens an entry below the dialog, which the page then closes (a callback)."""
    open_entry(entry_id)
    st.session_state[_LEFT] = True


def _pasted(library: Library) -> None:
    given = ask_structure("Text", key="lib-import-pasted", ways=("Paste",))
    if given is not None and st.button("Import it", type="primary", key="lib-import-paste-go"):
        try:
            entry = library.add(
                Entry("uploaded", given.crystal, source=given.name, saved=True, note=given.note)
            )
        except CrystalLLMError as error:
            st.error(as_markdown(str(error)))
        else:
            st.success(f"{subscripted(entry.formula)} imported.")
            _offer_opening(entry)
