"""Crystals as files. Nothing is made before it is asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from crystal_llm.library.entry import Entry
from crystal_llm.library.exporting import (
    csv_text,
    dft_zip_bytes,
    files_of,
    symmetrised_cif,
    symmetrised_name,
    write_ase_database,
    zip_bytes,
)
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.crystal.sections import (
    DEFAULT_TOLERANCE_ANGSTROM,
    TOLERANCES_ANGSTROM,
    found_symmetry,
    symmetry_text,
)

DFT_TOLD = (
    "A relaxation for VASP (pymatgen's MPRelaxSet; POTCARs are named, not included), Quantum "
    "ESPRESSO (SSSP's names and cutoffs) and atomate2, with a README."
)


@dataclass(frozen=True, slots=True)
class _File:
    """What one button gives: its label, the file's name and how it is made."""

    label: str
    name: str
    make: Callable[[], str | bytes]
    help: str


def show_downloads(entry: Entry, *, key: str, label: str = "Download") -> None:
    """Draws a menu of an entry's files: CIF, POSCAR, extended XYZ, JSON, inputs for DFT, all.

    Args:
        entry: The entry.
        key: Unique among the elements of a page.
        label: On the menu's button.
    """
    with st.popover(label, icon=":material/download:", key=f"{key}-menu"):
        for file in _files(entry):
            _button(file, key)
            if file.label == "CIF" and entry.crystal is not None:
                _symmetrised(entry, entry.crystal, key)


def show_set_downloads(entries: Sequence[Entry], *, key: str) -> None:
    """Draws buttons for many entries at once: zip, inputs for DFT, ASE database, CSV.

    Args:
        entries: The entries.
        key: Unique among the elements of a page.
    """
    many = tuple(entries)
    for file in (
        _File(
            "Zip of all files", "crystals.zip", lambda: zip_bytes(many),
            "A folder each: CIF, POSCAR, extended XYZ, JSON, inputs for DFT; and a table of all.",
        ),
        _File(
            "DFT inputs", "dft.zip", lambda: dft_zip_bytes(many), f"{DFT_TOLD} A folder each.",
        ),
        _File(
            "ASE database", "crystals.db", lambda: _ase_database(many),
            "One file that `ase db` and `ase gui` read.",
        ),
        _File("Table as CSV", "crystals.csv", lambda: csv_text(many), "One line a crystal."),
    ):  # fmt: skip
        _button(file, key)


def _files(entry: Entry) -> list[_File]:
    stem = f"{entry.formula or 'crystal'}-{entry.id}"
    whole = _File(
        "All as zip", f"{stem}.zip", lambda: zip_bytes([entry]), "Everything, with what is known."
    )
    if entry.crystal is None:
        return [whole]

    def exported(ending: str) -> Callable[[], str]:
        return lambda: next(
            text for name, text in files_of(entry, dft=False).items() if name.endswith(ending)
        )

    formula = entry.formula or entry.id
    return [
        _File(
            "CIF", f"{stem}-P1.cif", exported("-P1.cif"), "Every atom of the cell as it is, in P 1."
        ),
        _File("POSCAR", f"{stem}.vasp", exported("POSCAR"), "For VASP, sites sorted by element."),
        _File(
            "Extended XYZ",
            f"{stem}.xyz",
            exported(f"{formula}.xyz"),
            "For ASE, OVITO and others, with energy and forces where they are known.",
        ),
        _File("JSON", f"{stem}.json", exported(f"{formula}.json"), "pymatgen's Structure."),
        _File(
            "DFT inputs",
            f"{stem}-dft.zip",
            lambda: dft_zip_bytes([entry]),
            DFT_TOLD,
        ),
        whole,
    ]


def _symmetrised(entry: Entry, crystal: PlainCrystal, key: str) -> None:
    """The CIF of the conventional cell, within a tolerance of the reader's choice."""
    place = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False)
    tolerance = place.selectbox(
        "Symmetry tolerance", TOLERANCES_ANGSTROM,
        index=TOLERANCES_ANGSTROM.index(DEFAULT_TOLERANCE_ANGSTROM), key=f"{key}-tolerance",
        format_func=lambda angstrom: f"{angstrom:g} Å", label_visibility="collapsed", width=108,
    )  # fmt: skip
    symmetry = found_symmetry(crystal_hash(crystal), tolerance, crystal)
    group = 1 if symmetry is None else symmetry.number
    stem = f"{entry.formula or 'crystal'}-{entry.id}"
    place.download_button(
        "CIF with symmetry",
        data=lambda: (symmetrised_cif(crystal, tolerance) or (1, ""))[1],
        file_name=symmetrised_name(stem, group, tolerance),
        key=f"{key}-cif-symmetry",
        help=f"The conventional cell in its standard setting with space group "
        f"{symmetry_text(symmetry)}, as spglib finds it within {tolerance:g} Å; atoms and cell are "
        "moved onto it.",
        on_click="ignore",
        width="stretch",
        disabled=group == 1,
    )


def _button(file: _File, key: str) -> None:
    st.download_button(
        file.label,
        data=file.make,
        file_name=file.name,
        key=f"{key}-{file.name.rpartition('.')[2]}-{file.label}",
        help=file.help,
        on_click="ignore",
        width="stretch",
    )


def _ase_database(entries: Sequence[Entry]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crystals.db"
        write_ase_database(entries, path)
        return path.read_bytes()
