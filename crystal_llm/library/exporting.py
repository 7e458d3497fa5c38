"""Entries of the library as files: a zip, an ASE database, a table."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crystal_llm.crystal.reduction import SPACEGROUP_SYMPREC_ANGSTROM, spacegroup_number
from crystal_llm.errors import LibraryError
from crystal_llm.io.dft_inputs import GUIDE, dft_inputs
from crystal_llm.io.extended_xyz import extended_xyz
from crystal_llm.io.record_json import to_plain
from crystal_llm.library.entry import Entry
from crystal_llm.types import PlainCrystal

EXPORT_COLUMNS = (
    *("id", "formula", "spacegroup_number", "n_sites", "energy_above_hull_ev_per_atom"),
    *("energy_ev_per_atom", "potential", "reference_id", "valid", "unique", "novel"),
    *("known_match", "log_likelihood", "origin", "parent_id", "job_id", "model", "seed"),
    *("prompt", "source", "tags", "note", "failure", "created_unix_s"),
)


def facts_of(entry: Entry) -> dict[str, Any]:
    """What is known of an entry, flat, under the names of the table's columns."""
    known = {name: getattr(entry, name) for name in EXPORT_COLUMNS if hasattr(entry, name)}
    method = entry.method
    known |= {"potential": None if method is None else method.potential}
    known["tags"] = ",".join(entry.tags)
    return {name: known[name] for name in EXPORT_COLUMNS}


def csv_text(entries: Sequence[Entry]) -> str:
    """Entries as a table of comma-separated values, one a line."""
    text = io.StringIO()
    table = csv.DictWriter(text, EXPORT_COLUMNS, lineterminator="\n")
    table.writeheader()
    for entry in entries:
        table.writerow({name: _cell(value) for name, value in facts_of(entry).items()})
    return text.getvalue()


def files_of(entry: Entry, *, dft: bool = True) -> dict[str, str]:
    """An entry's files by name: CIF, POSCAR, extended XYZ, JSON and inputs for DFT.

    ``…-P1.cif`` lists every atom of the cell as it is; ``…-symmetrised-166-0.1A.cif`` has the
    conventional cell with the space group that spglib finds within 0.1 Å.

    The inputs are those of :func:`~crystal_llm.io.dft_inputs.dft_inputs`.

    Args:
        entry: The entry.
        dft: Whether inputs for DFT are wanted (they take a tenth of a second).
    """
    about = json.dumps(
        {**facts_of(entry), "method": to_plain(entry.method)}, indent=2, ensure_ascii=False
    )
    if entry.crystal is None:
        return {"about.json": about}
    from pymatgen.io.cif import CifWriter
    from pymatgen.io.vasp import Poscar

    from crystal_llm.crystal.conversion import structure

    crystal = structure(entry.crystal)
    stem = entry.formula or entry.id
    ordered = crystal.get_sorted_structure()
    files = {
        "about.json": about,
        f"{stem}-P1.cif": str(CifWriter(crystal)),
        **_symmetrised(entry.crystal, stem),
        "POSCAR": str(Poscar(ordered, comment=f"{stem} {entry.id}").get_str()),
        f"{stem}.xyz": extended_xyz(
            entry.crystal,
            None
            if entry.energy_ev_per_atom is None
            else entry.energy_ev_per_atom * len(entry.crystal.species),
            entry.forces_ev_per_angstrom,
        ),
        f"{stem}.json": json.dumps(crystal.as_dict()),
    }
    if dft:
        files |= dft_inputs(ordered)
    return files


def symmetrised_cif(crystal: PlainCrystal, tolerance_angstrom: float) -> tuple[int, str] | None:
    """The CIF of the conventional cell in its standard setting, with the space group found.

    Its first line says the group and the tolerance: atoms and cell were moved by up to that.

    Args:
        crystal: Any cell.
        tolerance_angstrom: spglib's ``symprec``.

    Returns:
        The number of the space group and the text; None where there is no symmetry.
    """
    from pymatgen.io.cif import CifWriter

    from crystal_llm.crystal.conversion import structure

    group = spacegroup_number(crystal, tolerance_angstrom)
    if group is None or group == 1:
        return None
    try:
        text = str(CifWriter(structure(crystal), symprec=tolerance_angstrom))
    except Exception:  # spglib finds no symmetry of a damaged crystal; P 1 is there
        return None
    tolerance = f"a tolerance of {tolerance_angstrom:g} Å (spglib)"
    return group, f"# symmetrised to space group {group} with {tolerance}\n{text}"


def symmetrised_name(stem: str, group: int, tolerance_angstrom: float) -> str:
    """What such a file is called: ``NaCl-symmetrised-225-0.1A.cif``."""
    return f"{stem}-symmetrised-{group}-{tolerance_angstrom:g}A.cif"


def _symmetrised(crystal: PlainCrystal, stem: str) -> dict[str, str]:
    made = symmetrised_cif(crystal, SPACEGROUP_SYMPREC_ANGSTROM)
    if made is None:
        return {}
    return {symmetrised_name(stem, made[0], SPACEGROUP_SYMPREC_ANGSTROM): made[1]}


def zip_bytes(entries: Sequence[Entry], *, dft: bool = True) -> bytes:
    """Entries as one zip: a folder each, a table of all, and how the inputs for DFT are run.

    Raises:
        LibraryError: There is no entry.
    """
    _check(entries)
    files = {"table.csv": csv_text(entries)}
    if dft and any(entry.crystal is not None for entry in entries):
        files |= GUIDE
    for entry in entries:
        files |= _within(_folder(entry), files_of(entry, dft=dft))
    return _zipped(files)


def dft_zip_bytes(entries: Sequence[Entry]) -> bytes:
    """Inputs for DFT alone as one zip; of several entries a folder each, and a table of all.

    Raises:
        LibraryError: No entry has a crystal.
    """
    from crystal_llm.crystal.conversion import structure

    inputs = [
        (entry, dft_inputs(structure(entry.crystal)))
        for entry in entries
        if entry.crystal is not None
    ]
    _check([entry for entry, _ in inputs])
    files = dict(GUIDE)
    if len(inputs) == 1:
        return _zipped(files | inputs[0][1])
    files["table.csv"] = csv_text([entry for entry, _ in inputs])
    for entry, own in inputs:
        files |= _within(_folder(entry), own)
    return _zipped(files)


def _folder(entry: Entry) -> str:
    return f"{entry.title.replace(' ', '-')}-{entry.id}"


def _within(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


def _zipped(files: Mapping[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


def write_ase_database(entries: Sequence[Entry], path: Path, *, replace: bool = False) -> int:
    """Writes entries as a database file that ``ase db`` reads.

    Args:
        entries: The entries.
        path: The file.
        replace: Whether a file that is there may be replaced.

    Returns:
        How many were written; those without a crystal are left out.

    Raises:
        LibraryError: There is no entry, the file exists, or it cannot be written.
    """
    _check(entries)
    if path.exists() and not replace:
        raise LibraryError(f"{path}: exists already; name another file")
    if not path.parent.is_dir():
        raise LibraryError(f"{path.parent}: no such folder; make it first")
    from ase.calculators.singlepoint import SinglePointCalculator
    from ase.db import connect
    from pymatgen.io.ase import AseAtomsAdaptor

    from crystal_llm.crystal.conversion import structure

    written = 0
    unfinished = path.with_name(f"{path.name}.unfinished.db")
    unfinished.unlink(missing_ok=True)
    try:
        with connect(str(unfinished), type="db") as database:
            for entry in entries:
                if entry.crystal is None:
                    continue
                atoms = AseAtomsAdaptor.get_atoms(structure(entry.crystal))
                energy = entry.energy_ev_per_atom
                if energy is not None:
                    atoms.calc = SinglePointCalculator(atoms, energy=energy * len(atoms))
                database.write(atoms, key_value_pairs=_ase_pairs(entry), data=facts_of(entry))
                written += 1
        unfinished.replace(path)
    except OSError as error:
        raise LibraryError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def _ase_pairs(entry: Entry) -> dict[str, Any]:
    """Facts that ``ase db`` can select by; it takes no null and no text that is a number."""
    wanted = ("energy_above_hull_ev_per_atom", "spacegroup_number", "origin", "potential")
    facts = facts_of(entry)
    pairs = {name: facts[name] for name in wanted if facts[name] is not None}
    return pairs | {"entry": f"id:{entry.id}"}


def _cell(value: Any) -> Any:
    # A spreadsheet runs what begins so; notes and file names come from anywhere.
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value


def _check(entries: Sequence[Entry]) -> None:
    if not entries:
        raise LibraryError("there is no entry to export: choose at least one")
