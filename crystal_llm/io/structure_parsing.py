"""From the text of a structure file to a crystal, strictly.

Runs inside the limited process of :mod:`crystal_llm.io.parsing_process`: a hostile file
may cost pymatgen any amount of time and memory. What pymatgen would mend, guess or leave
out in silence (elements of an old POSCAR, atoms that stand for groups, a formula that the
atoms do not give) is refused here, since a wrong crystal is worse than none.
"""

from __future__ import annotations

import json
import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.reduction import from_lattice_matrix, lattice_matrix
from crystal_llm.errors import StructureFileError
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from pymatgen.core import Structure

FORMATS = ("cif", "poscar", "json")
"""What can be read: CIF, VASP's POSCAR/CONTCAR (with element names), pymatgen's JSON."""

MAX_ATOMS = 1000
"""Atoms in one cell."""

MAX_EXPANSION = 5000
"""Listed atoms × symmetry operations of a CIF; pymatgen expands so many in about 3 s."""

MAX_OPERATIONS = 192
"""Symmetry operations of the largest space groups (Fm-3m and its kin)."""

TOO_CLOSE_ANGSTROM = 0.01
"""Two atoms nearer than this are one atom written twice."""

MIN_THICKNESS_ANGSTROM = 0.1
MAX_LENGTH_ANGSTROM = 9999.9
"""What a crystal text can say of a cell."""

_ISOTOPES = {"D": "H", "T": "H"}
_KNOWN = frozenset(ELEMENTS)
_OPERATION_KEYS = tuple(
    f"_{stem}{end}"
    for stem in ("symmetry_equiv_pos_as_xyz", "space_group_symop_operation_xyz")
    for end in ("", "_")
)
_GROUP_NAME = re.compile("_(symmetry|space_group).*_(name_H|Int_Tables|IT_num)", re.IGNORECASE)
_GROUP_OF_ATOMS = re.compile("[Ww]at|OH|NO3")
_NOT_A_NUMBER = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_CHECKED_FIELDS = (
    *(f"_cell_length_{name}" for name in "abc"),
    *(f"_cell_angle_{name}" for name in ("alpha", "beta", "gamma")),
    *(f"_atom_site_fract_{name}" for name in "xyz"),
    "_atom_site_occupancy",
)


def parse_structure(text: str, format: str) -> PlainCrystal:
    """The crystal that a structure file describes.

    Oxidation states, magnetic moments and every other label fall away; D and T are
    hydrogen; the atoms stand in the order in which pymatgen reads them.

    Args:
        text: The whole file.
        format: One of :data:`FORMATS`.

    Raises:
        StructureFileError: The text does not describe one ordered crystal.
    """
    if format not in FORMATS:
        raise StructureFileError(f"format {format!r} is not read: use {', '.join(FORMATS)}")
    if not text.strip():
        raise StructureFileError("the file is empty")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            if format == "cif":
                crystal = _plain(_from_cif(text))
            elif format == "poscar":
                crystal = _plain(_from_poscar(text))
            else:
                crystal = _from_json(text)
        except (StructureFileError, MemoryError):
            raise
        except Exception as error:  # pymatgen raises any kind on a broken file
            raise StructureFileError(_explained(error, format)) from error
    for warning in caught:
        _refuse_if_guessed(str(warning.message), text)
    refuse_duplicates(crystal)
    return crystal


def _from_cif(text: str) -> Structure:
    from pymatgen.io.cif import CifFile, CifParser

    blocks = [
        block
        for block in re.split(r"^[^\S\n]*data_", text, flags=re.MULTILINE)[1:]
        if "_atom_site_fract_x" in block
    ]
    if not blocks:
        raise StructureFileError(
            "no CIF data block lists atoms with fractional coordinates (_atom_site_fract_x, _y, _z)"
        )
    if len(blocks) > 1:
        raise StructureFileError(f"holds {len(blocks)} crystals: write one to a file")
    alone = f"data_{blocks[0]}"
    block = next(iter(CifFile.from_str(alone).data.values()))
    _check_fields(block.data, text)
    parser = CifParser.from_str(alone, check_cif=True)
    if any(parser.feature_flags.values()):
        raise StructureFileError("magnetic CIF is not read: export the crystal without moments")
    if any("implicit hydrogens" in warning for warning in parser.warnings):
        raise StructureFileError("hydrogen atoms are implied, not listed: list every atom")
    listed: list[str] | str = next(
        (block.data[key] for key in _OPERATION_KEYS if block.data.get(key)), []
    )
    # Counted as listed first: 100,000 operations are slow even to parse.
    if isinstance(listed, list) and len(listed) > MAX_OPERATIONS:
        raise StructureFileError(
            f"lists {len(listed)} symmetry operations; no space group has more than "
            f"{MAX_OPERATIONS}"
        )
    operations = len(parser.get_symops(block))
    if operations == 1 and not listed:
        _check_no_symmetry(block.data)
    atoms = len(block.data["_atom_site_fract_x"])
    if atoms * operations > MAX_EXPANSION:
        raise StructureFileError(
            f"{atoms} listed atoms times {operations} symmetry operations are "
            f"{atoms * operations} positions; at most {MAX_EXPANSION} are expanded: give a "
            "smaller cell"
        )
    return parser.parse_structures(primitive=False, on_error="raise")[0]


def _check_no_symmetry(fields: dict[str, Any]) -> None:
    """Refuses a file whose space group pymatgen did not understand and took for P1."""
    for name, value in fields.items():
        if _GROUP_NAME.match(name) and isinstance(value, str):
            stated = value.replace(" ", "")
            if stated.upper() not in ("", "?", ".", "1", "P1"):
                raise StructureFileError(
                    f"{name} is {stated!r}, which is not a known space group, and no symmetry "
                    "operations are listed: list them (_space_group_symop_operation_xyz)"
                )


def _check_fields(fields: dict[str, Any], text: str) -> None:
    if isinstance(fields["_atom_site_fract_x"], str):
        raise StructureFileError("the atoms are not listed in a loop_")
    for name in _CHECKED_FIELDS:
        values = fields.get(name, [])
        for value in [values] if isinstance(values, str) else values:
            if _NOT_A_NUMBER.fullmatch(value.strip()):
                raise StructureFileError(f"{name} is {value}, not a number", _line_of(value, text))
    symbols = fields.get("_atom_site_type_symbol") or fields.get("_atom_site_label") or []
    for symbol in [symbols] if isinstance(symbols, str) else symbols:
        # pymatgen leaves OH groups and waters out, or reads them as one atom.
        if _GROUP_OF_ATOMS.match(symbol) or not symbol[:1].isalpha():
            raise StructureFileError(
                f"atom {symbol!r} is not an element: list every atom of a group with its element",
                _line_of(symbol, text),
            )


def _from_poscar(text: str) -> Structure:
    from pymatgen.io.vasp.inputs import Poscar

    return Poscar.from_str(text, read_velocities=False).structure


def _from_json(text: str) -> PlainCrystal:
    # Read by hand: pymatgen's own decoder imports whatever module the file names.
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        raise StructureFileError(f"not JSON: {error.msg}", error.lineno) from error
    if not isinstance(record, dict) or not {"lattice", "sites"} <= record.keys():
        raise StructureFileError("not a pymatgen Structure: lacks 'lattice' and 'sites'")
    species, positions = [], []
    for index, site in enumerate(record["sites"]):
        occupants = site["species"]
        if len(occupants) != 1 or occupants[0].get("occu", 1) != 1:
            names = ", ".join(f"{entry.get('element')}:{entry.get('occu')}" for entry in occupants)
            raise _disordered(index, names)
        species.append(_ISOTOPES.get(occupants[0]["element"], occupants[0]["element"]))
        positions.append([float(value) for value in site["abc"]])
    matrix = np.array(record["lattice"]["matrix"], dtype=float)
    return checked_crystal(matrix, species, np.array(positions, dtype=float).reshape(-1, 3))


def _plain(structure: Structure) -> PlainCrystal:
    if "implicit_hydrogens" in structure.site_properties:
        raise StructureFileError("hydrogen atoms are implied, not listed: list every atom")
    for index, site in enumerate(structure):
        if not site.is_ordered:
            raise _disordered(index, site.species_string)
    symbols = [site.specie.symbol for site in structure]
    species = [_ISOTOPES.get(symbol, symbol) for symbol in symbols]
    matrix, positions = np.array(structure.lattice.matrix), np.array(structure.frac_coords)
    return checked_crystal(matrix, species, positions)


def checked_crystal(matrix: np.ndarray, species: list[str], positions: np.ndarray) -> PlainCrystal:
    """The crystal of a lattice and its sites, if a crystal text can say it.

    Args:
        matrix: Lattice vectors as rows, Å, shape (3, 3).
        species: Element symbols, one a site.
        positions: Fractional coordinates, shape (n, 3).

    Raises:
        StructureFileError: Something is no number or no element, there are no atoms or too
            many, or the cell is too thin or too long.
    """
    if matrix.shape != (3, 3):
        raise StructureFileError("the lattice is not three vectors of three numbers")
    if not np.isfinite(matrix).all():
        raise StructureFileError("a lattice length or angle is not a finite number")
    if not species:
        raise StructureFileError("the file lists no atoms")
    if len(species) > MAX_ATOMS:
        raise StructureFileError(
            f"the cell has {len(species)} atoms; at most {MAX_ATOMS} are read: give a smaller cell"
        )
    for index, (symbol, position) in enumerate(zip(species, positions, strict=True)):
        if symbol not in _KNOWN:
            raise StructureFileError(f"site {index}: {symbol!r} is not an element")
        if not np.isfinite(position).all():
            raise StructureFileError(f"site {index} ({symbol}): a coordinate is not a number")
    edges = np.linalg.norm(matrix, axis=1)
    faces = np.linalg.norm(np.cross(matrix[[1, 2, 0]], matrix[[2, 0, 1]]), axis=1)
    thinnest = abs(float(np.linalg.det(matrix))) / max(float(faces.max()), 1e-12)
    # A flat cell has no volume, and its atoms have images without end within reach.
    if thinnest < MIN_THICKNESS_ANGSTROM or edges.max() > MAX_LENGTH_ANGSTROM:
        raise StructureFileError(
            f"the cell is {thinnest:.3g} Å thin and {edges.max():.5g} Å long; at least "
            f"{MIN_THICKNESS_ANGSTROM} Å and at most {MAX_LENGTH_ANGSTROM} Å are read"
        )
    return from_lattice_matrix(matrix, species, positions)


def refuse_duplicates(crystal: PlainCrystal) -> None:
    """Refuses two atoms at one place in a crystal that :func:`checked_crystal` made.

    Raises:
        StructureFileError: Names the two nearest sites.
    """
    positions = np.array(crystal.fractional_coordinates)
    apart = positions[:, None] - positions
    # A cell is ten times as thick as this distance, so the rounded image is the nearest. The
    # search of closest_pair would take memory with the volume of the cell, without limit.
    apart -= np.round(apart)
    distances = np.linalg.norm(apart @ lattice_matrix(crystal), axis=2)
    np.fill_diagonal(distances, np.inf)
    first, second = divmod(int(distances.argmin()), len(positions))
    if distances[first, second] < TOO_CLOSE_ANGSTROM:
        raise StructureFileError(
            f"sites {first} ({crystal.species[first]}) and {second} ({crystal.species[second]}) "
            f"are {distances[first, second]:.4f} Å apart: one atom written twice? Remove one of "
            "them"
        )


def closest_pair(crystal: PlainCrystal, within_angstrom: float) -> tuple[int, int, float] | None:
    """The two sites nearest to one another, periodic images included.

    Args:
        crystal: The crystal to look at.
        within_angstrom: How far to look.

    Returns:
        Their indices and distance in Å; None where no two are so near. A site that is
        near its own image appears as both.
    """
    from crystal_llm.crystal.conversion import structure

    first, second, _, distances = structure(crystal).get_neighbor_list(within_angstrom)
    if not len(distances):
        return None
    nearest = int(np.argmin(distances))
    pair = sorted((int(first[nearest]), int(second[nearest])))
    return pair[0], pair[1], float(distances[nearest])


def _disordered(index: int, occupants: str) -> StructureFileError:
    return StructureFileError(
        f"site {index} is disordered ({occupants}): a crystal text has one element a site, "
        "fully occupied; order the structure first"
    )


def _refuse_if_guessed(warning: str, text: str) -> None:
    """Turns those of pymatgen's warnings that mean a guess into refusals."""
    if "cannot be determined. Defaulting to false names" in warning:
        raise StructureFileError(
            "names no elements (VASP 4): write the element symbols in the line above the counts", 6
        )
    if "_chemical_formula_" in text and warning.startswith(
        ("Missing elements", "Incorrect stoichiometry")
    ):
        raise StructureFileError(
            "the listed atoms do not add up to _chemical_formula_sum "
            f"({' '.join(warning.split())[:120]}): list every atom, or correct the formula"
        )


def _explained(error: Exception, format: str) -> str:
    cause = error.__cause__ if format == "cif" and error.__cause__ is not None else error
    message = " ".join(str(cause).split())
    if "exceeded tolerance" in message:
        return (
            "more than one atom lies on the same site (occupancies sum to more than 1): "
            "remove the duplicate"
        )
    if isinstance(cause, KeyError):
        message = f"{message.strip(chr(39))} is missing"
    if isinstance(cause, IndexError) and format == "poscar":
        message = "fewer lines or numbers than its counts of atoms ask for"
    if isinstance(cause, RecursionError):
        message = "nested too deeply"
    shown = message if len(message) <= 160 else message[:157] + "..."
    return f"not readable as {format.upper()} ({shown or type(cause).__name__})"


def _line_of(token: str, text: str) -> int | None:
    found = re.search(rf"(?<!\S){re.escape(token)}(?!\S)", text)
    return None if found is None else text.count("\n", 0, found.start()) + 1
