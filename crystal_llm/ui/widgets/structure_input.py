"""Where a structure is asked for: uploaded, pasted, from the library or a known one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import streamlit as st

from crystal_llm.errors import CrystalLLMError, DisorderError, StructureFileError
from crystal_llm.io.cif_blocks import crystal_blocks
from crystal_llm.io.crystal_reading import CrystalReading
from crystal_llm.io.limited_parsing import ParsingProcess
from crystal_llm.io.other_formats import program_of
from crystal_llm.io.recognition import ENDINGS, crystal_of_text, format_of_text, trimmed
from crystal_llm.io.structure_file import (
    MAX_STRUCTURE_BYTES,
    StructureText,
    decode_content,
    file_format_of,
)
from crystal_llm.library.entry import Entry, Search
from crystal_llm.library.importing import NamedContent, read_content
from crystal_llm.library.store import Library
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.widgets.known_choice import ask_known
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, moment_text, subscripted
from crystal_llm.ui.widgets.ordered_versions import ask_version

MAX_UPLOAD_MEGABYTES = 1
MAX_OFFERED = 200
"""Entries of the library that are offered."""

_Way = Literal["Upload", "Paste", "Library", "Known"]
_WAYS: tuple[_Way, ...] = ("Upload", "Paste", "Library", "Known")

FORMATS_TOLD = (
    "CIF (also disordered, or of several blocks; mCIF for its structure), POSCAR, CONTCAR, "
    "\\*.vasp, extended XYZ, JSON (pymatgen, ASE, JARVIS, OPTIMADE) or an ASE database of one "
    "crystal; at most 1 MB"
)
_PASTED = "pasted"
_PLACEHOLDER = "Paste a CIF, POSCAR, extended XYZ, pymatgen JSON or crystal text here"


@dataclass(frozen=True, slots=True)
class NamedCrystal:
    """A crystal that the user gave.

    Attributes:
        name: The file's name, ``pasted``, the entry's title or the known structure's formula.
        crystal: The crystal.
        entry_id: The library entry that it is; None for a new one.
        known_id: The known structure that it is.
        note: What its entry should say of the reading; empty where nothing was repaired,
            left out or chosen.
    """

    name: str
    crystal: PlainCrystal
    entry_id: str | None = None
    known_id: str | None = None
    note: str = ""


def ask_structure(
    label: str = "Structure",
    *,
    key: str,
    library: Library | None = None,
    ways: Sequence[_Way] = _WAYS,
) -> NamedCrystal | None:
    """Draws the ways in which a structure can be given; gives it once it is there.

    A structure that cannot be read is explained on the page with its line and a remedy.

    Args:
        label: What the structure is for.
        key: Unique among the elements of a page.
        library: Where entries are taken from; None leaves that way out.
        ways: What is offered, the first at first.

    Returns:
        None until a structure is given that can be read.
    """
    offered = [way for way in ways if way != "Library" or library is not None]
    way: str = offered[0]
    if len(offered) > 1:
        way = st.segmented_control(
            label, offered, default=offered[0], required=True, key=f"{key}-way"
        )
    if way == "Library" and library is not None:
        return _from_library(library, key)
    if way == "Known":
        known = ask_known(name_key=f"{key}-known", choice_key=f"{key}-polymorph")
        if known is None:
            return None
        return NamedCrystal(known.formula, known.plain, known_id=known.material_id)
    given = _uploaded(label, key) if way == "Upload" else _pasted(label, key)
    if given is not None:
        given = _chosen_block(given, key)
    if given is None:
        return None
    digest = hashlib.sha256(given.content).hexdigest()
    reading, refused, disordered = _read(given.name, digest, given.content)
    source = given.name if way == "Upload" else "The pasted text"
    if reading is None and disordered:
        reading = ask_version(given, key)
        if reading is None:
            return None
    if reading is None:
        st.error(f"{as_markdown(source)}: {as_markdown(refused or '')}")
        return None
    # Of an ordered version all of it stands above already.
    for remark in () if disordered else reading.remarks:
        st.info(f"{as_markdown(source)}: {as_markdown(remark)}")
    name = given.name if way == "Upload" else _PASTED
    return NamedCrystal(name, reading.crystal, note=reading.note)


def _chosen_block(given: NamedContent, key: str) -> NamedContent | None:
    """The file, or of a CIF with several crystals the one that the user chooses."""
    if file_format_of(given.name) != "cif" or len(given.content) > MAX_STRUCTURE_BYTES:
        return given
    try:
        blocks = crystal_blocks(decode_content(given.content))
    except StructureFileError:
        return given  # the reader says why
    if len(blocks) < 2:
        return given
    chosen = st.selectbox(
        f"This CIF holds {len(blocks)} crystals: which one?",
        list(blocks),
        index=None,
        key=f"{key}-block",
        placeholder="Choose a data block",
    )
    return None if chosen is None else replace(given, content=blocks[chosen].encode())


def _uploaded(label: str, key: str) -> NamedContent | None:
    st.caption(FORMATS_TOLD)
    file = st.file_uploader(
        label,
        key=f"{key}-file",
        max_upload_size=MAX_UPLOAD_MEGABYTES,
        label_visibility="collapsed",
    )
    return None if file is None else NamedContent(Path(file.name).name[:200], file.getvalue())


def _pasted(label: str, key: str) -> NamedContent | None:
    text = st.text_area(
        label,
        key=f"{key}-text",
        height=180,
        max_chars=1_000_000,
        placeholder=_PLACEHOLDER,
        label_visibility="collapsed",
    )
    if not text or not text.strip():
        return None
    looks = format_of_text(text) or ("crystal text" if crystal_of_text(text) else None)
    choice = st.selectbox(
        "Format",
        ["detect", *ENDINGS],
        key=f"{key}-format",
        help="Choose it here if the guess is wrong.",
    )
    if choice == "detect":
        if looks is None:
            program = program_of(text)
            looks_like = f"{program}, which is not" if program else "no format that is"
            st.error(
                f"The pasted text looks like {looks_like} read: choose the format, or paste "
                "a CIF, POSCAR, extended XYZ or pymatgen's JSON."
            )
            return None
        st.caption(f"Looks like {looks}.")
        choice = looks
    if choice in ENDINGS:
        text = trimmed(text, choice)
    return NamedContent(_PASTED + ENDINGS.get(choice, ".text"), text.encode())


@st.cache_data(max_entries=128, show_spinner="Reading the structure …")
def _read(
    name: str, digest: str, _content: bytes
) -> tuple[CrystalReading | None, str | None, bool]:
    """A file's crystal, or why there is none and whether ordering it helps, by its bytes' hash."""
    try:
        with ParsingProcess() as process:
            if name == f"{_PASTED}.text":
                return process.read(StructureText(_content.decode(), "text")), None, False
            return read_content(NamedContent(name, _content), process), None, False
    except StructureFileError as error:
        return None, str(error), isinstance(error, DisorderError)


def _from_library(library: Library, key: str) -> NamedCrystal | None:
    try:
        matches = library.search(Search(with_crystal=True, limit=MAX_OFFERED))
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return None
    if not matches.entries:
        st.info("The library is empty: upload or paste a structure instead.")
        return None
    titles = {entry.id: _title(entry) for entry in matches.entries}
    chosen = st.selectbox(
        "Entry",
        list(titles),
        index=None,
        format_func=lambda entry_id: titles[entry_id],
        key=f"{key}-entry",
        placeholder="Type a formula",
        help=f"The newest {MAX_OFFERED} of the library.",
    )
    entry = next((entry for entry in matches.entries if entry.id == chosen), None)
    if entry is None or entry.crystal is None:
        return None
    return NamedCrystal(entry.title, entry.crystal, entry.id)


def _title(entry: Entry) -> str:
    parts = [subscripted(entry.formula), entry.origin]
    if entry.energy_above_hull_ev_per_atom is not None:
        parts.append(f"{energy_text(entry.energy_above_hull_ev_per_atom)} eV/atom")
    parts += [moment_text(entry.created_unix_s), *entry.tags]
    return " · ".join(parts)
