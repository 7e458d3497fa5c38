"""What gemmi, ASE and pymatgen read in a file, for comparison."""

from __future__ import annotations

import io
import json
import warnings
from dataclasses import dataclass

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS, isotope_free


@dataclass(frozen=True)
class OtherReading:
    """Atoms as another program reads them.

    Attributes:
        matrix: Lattice vectors as rows, Å.
        species: Element symbols; what is no element has another name.
        positions: Fractional coordinates.
    """

    matrix: np.ndarray
    species: list[str]
    positions: np.ndarray


def other_reading(text: str, format: str) -> OtherReading | None:
    """The reading of the other program; None where it refuses the text, or takes it in part."""
    readers = {"cif": _gemmi, "poscar": _ase_poscar, "xyz": _ase_xyz, "json": _pymatgen}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reading = readers[format](text)
        except Exception:  # what another program raises on a broken file is its own affair
            return None
    if reading is None or not np.isfinite(reading.positions).all():
        return None
    # Gemmi names X what it does not know, and finds no atom without a label; then it did not
    # read the file.
    return reading if reading.species and set(reading.species) <= set(ELEMENTS) else None


def _gemmi(text: str) -> OtherReading | None:
    import gemmi

    blocks = [
        block
        for block in gemmi.cif.read_string(text, check_level=0)
        if block.find_loop("_atom_site_fract_x") or block.find_value("_atom_site_fract_x")
    ]
    if len(blocks) != 1:
        return None
    # A column under its dotted CIF 2 name is no column to it: it reads zeros.
    if not all(
        blocks[0].find_loop(f"_atom_site_fract_{axis}")
        or blocks[0].find_value(f"_atom_site_fract_{axis}")
        for axis in "yz"
    ):
        return None
    small = gemmi.make_small_structure_from_block(blocks[0])
    small.determine_and_set_spacegroup("s.h2")
    # Without a group that it knows, it reads operations that are a question mark as P 1.
    if small.spacegroup is None and not any(set(text) & set("xyzXYZ") for text in small.symops):
        return None
    if not small.cell.is_crystal():  # it looks for the cell outside of loops alone
        return None
    # Sites that are not fully there make no ordered crystal, whatever is done with the rest.
    if any(site.occ not in (0.0, 1.0) for site in small.sites):
        return None
    sites = [site for site in small.get_all_unit_cell_sites() if site.occ == 1.0]
    cell = small.cell
    matrix = np.array(cell.orth.mat.tolist()).T
    return OtherReading(
        matrix,
        [isotope_free(site.element.name) for site in sites],
        np.array([site.fract.tolist() for site in sites]).reshape(-1, 3),
    )


def _ase_poscar(text: str) -> OtherReading:
    from ase.io.vasp import read_vasp

    return _of_ase(read_vasp(io.StringIO(text)))


def _ase_xyz(text: str) -> OtherReading | None:
    from ase.io.extxyz import read_xyz

    atoms = next(iter(read_xyz(io.StringIO(text), 0)))
    return _of_ase(atoms) if atoms.pbc.all() else None


def _of_ase(atoms: object) -> OtherReading:
    return OtherReading(
        np.array(atoms.cell), list(atoms.get_chemical_symbols()), atoms.get_scaled_positions()
    )


def _pymatgen(text: str) -> OtherReading | None:
    from pymatgen.core import Structure

    record = json.loads(text)
    record = record.get("structure", record)
    for site in record["sites"]:
        site.pop("properties", None)
    structure = Structure.from_dict(record)
    if not structure.is_ordered:
        return None
    return OtherReading(
        np.array(structure.lattice.matrix),
        [isotope_free(site.specie.symbol) for site in structure],
        np.array(structure.frac_coords),
    )
