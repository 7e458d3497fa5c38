"""pymatgen's JSON, read by hand: its own decoder imports whatever module the file names.

A Structure, or what holds one (ComputedStructureEntry), its lattice by vectors or by
lengths and angles, its sites by fractional or Cartesian coordinates. JSON of others is
brought to that form first (:mod:`crystal_llm.io.json_records`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np

from crystal_llm.crystal.disorder import DisorderedCrystal, Occupants
from crystal_llm.crystal.elements import ELEMENTS, isotope_free
from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import DisorderError, SeveralCrystalsError, StructureFileError
from crystal_llm.io.crystal_check import (
    FULL_OCCUPANCY_TOLERANCE,
    SAME_ANGSTROM,
    checked_crystal,
    far_remarks,
    periodic_distance,
)
from crystal_llm.io.crystal_reading import CrystalReading, FailedReading
from crystal_llm.io.json_records import structure_record, structures_in
from crystal_llm.types import PlainCrystal

_SAME_SHARE = 0.01
"""What a record says twice may differ by rounding."""

_LARGEST_NUMBER = 1_000_000

_PARAMETERS = ("a", "b", "c", "alpha", "beta", "gamma")


def read_json(text: str) -> list[CrystalReading | FailedReading]:
    """The crystals of a JSON text: one mostly, several of a list; a bad one stops no other.

    Raises:
        StructureFileError: The text is no such JSON, or its one crystal cannot be read.
    """
    named = structures_in(json_record(text))
    if len(named) == 1:
        return [_reading(named[0][1])]
    readings: list[CrystalReading | FailedReading] = []
    for name, record in named:
        try:
            readings.append(replace(_reading(record), name=name))
        except StructureFileError as error:
            readings.append(FailedReading(name, error.reason, getattr(error, "crystal", None)))
    return readings


def _reading(record: Any) -> CrystalReading:
    remarks = []
    if isinstance(record, dict) and record.get("relaxed_structure") is not None:
        remarks.append("holds a structure before and after relaxation: the one before is read")
    record = structure_record(record)
    crystal = crystal_of_structure(record)
    sites, _ = _sites_and_lattice(record)
    given = np.array([site["abc"] for site in sites if site.get("abc") is not None], float)
    remarks += far_remarks("coordinates ('abc')", given)
    return CrystalReading(crystal, tuple(remarks))


def read_disordered_json(text: str) -> DisorderedCrystal:
    """The crystal of a pymatgen Structure whose sites may be shared or partly empty.

    Raises:
        StructureFileError: The text is no such JSON.
    """
    named = structures_in(json_record(text))
    if len(named) > 1:
        raise SeveralCrystalsError(f"holds {len(named)} crystals: give a file with one of them")
    sites, matrix = _sites_and_lattice(structure_record(named[0][1]))
    positions = [_position(site, index, matrix) for index, site in enumerate(sites)]
    shared = tuple(_occupants(site, index) for index, site in enumerate(sites))
    return DisorderedCrystal(matrix, np.array(positions, dtype=float).reshape(-1, 3), shared)


def json_record(text: str) -> Any:
    """What a JSON text says.

    Raises:
        StructureFileError: It is no JSON, or names something twice; says in which line.
    """
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        several = error.msg == "Extra data"
        said = "more than one structure: put them into a list, [..., ...]" if several else error.msg
        raise StructureFileError(f"not JSON: {said}", error.lineno) from error
    except RecursionError as error:
        raise StructureFileError("not JSON: nested too deeply") from error
    except ValueError as error:  # a whole number of thousands of digits
        raise StructureFileError("not JSON: a number is too long") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names stand once: Python would take the last of several."""
    record = dict(pairs)
    if len(record) < len(pairs):
        for name, value in pairs:
            if record[name] != value:
                raise StructureFileError(f"{name[:20]!r} stands twice with different values")
    return record


def crystal_of_structure(record: Any) -> PlainCrystal:
    """The crystal of a ``Structure.as_dict()`` or of a record that holds one.

    Raises:
        StructureFileError: It describes no ordered crystal.
    """
    sites, matrix = _sites_and_lattice(record)
    species = [element_of_site(site, index) for index, site in enumerate(sites)]
    positions = [_position(site, index, matrix) for index, site in enumerate(sites)]
    return checked_crystal(matrix, species, np.array(positions, dtype=float).reshape(-1, 3))


def _sites_and_lattice(record: Any) -> tuple[list[dict[str, Any]], np.ndarray]:
    if isinstance(record, dict) and isinstance(record.get("structure"), dict):
        record = record["structure"]
    if isinstance(record, dict) and "sites" in record and "lattice" not in record:
        raise StructureFileError("a molecule (it has sites and no lattice), not a crystal")
    if not isinstance(record, dict) or not {"lattice", "sites"} <= record.keys():
        raise StructureFileError(
            "JSON, but no structure that is read: pymatgen's (it lacks 'lattice' and 'sites'), "
            "ASE's, JARVIS's or OPTIMADE's"
        )
    sites = record["sites"]
    if not isinstance(sites, list) or not all(isinstance(site, dict) for site in sites):
        raise StructureFileError("'sites' is not a list of sites")
    return sites, _lattice(record["lattice"])


def _occupants(site: dict[str, Any], index: int) -> Occupants:
    shares: dict[str, float] = {}
    for occupant in site.get("species") or []:
        element = (
            isotope_free(occupant["element"]) if isinstance(occupant.get("element"), str) else None
        )
        share = occupant.get("occu", 1)
        if element not in ELEMENTS:
            raise StructureFileError(f"site {index} names no element")
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise StructureFileError(f"site {index}: an occupancy is no number from 0 to 1")
        shares[element] = shares.get(element, 0.0) + share
    total = sum(shares.values())
    if not 0 < total <= 1 + FULL_OCCUPANCY_TOLERANCE * len(shares):
        raise StructureFileError(f"site {index} is occupied {total:.3g} times")
    return tuple((element, share) for element, share in shares.items() if share > 0)


def element_of_site(site: dict[str, Any], index: int) -> str:
    """The one element of a site of pymatgen's JSON; isotopes of hydrogen are hydrogen.

    Raises:
        StructureFileError: It names none, or is disordered.
    """
    occupants = site.get("species")
    if not isinstance(occupants, list) or not all(
        isinstance(occupant, dict) for occupant in occupants
    ):
        raise StructureFileError(f"site {index} names no element")
    elements = [occupant.get("element") for occupant in occupants]
    shares = [occupant.get("occu", 1) for occupant in occupants]
    if not elements:
        raise StructureFileError(f"site {index} names no element")
    symbols = {isotope_free(element) if isinstance(element, str) else None for element in elements}
    if not all(isinstance(share, int | float) for share in shares):
        raise StructureFileError(f"site {index}: an occupancy ('occu') is not a number")
    full = abs(sum(shares) - 1.0) <= FULL_OCCUPANCY_TOLERANCE
    if len(symbols) != 1 or not full:
        names = ", ".join(
            f"{occupant.get('element')}:{occupant.get('occu')}" for occupant in occupants
        )
        raise DisorderError(
            f"site {index} is disordered ({names[:60]}): only ordered crystals are "
            "read, with one element on each site, fully occupied"
        )
    symbol = symbols.pop()
    if symbol is None:
        raise StructureFileError(f"site {index} names no element")
    return symbol


def _lattice(record: Any) -> np.ndarray:
    if not isinstance(record, dict):
        raise StructureFileError("'lattice' is not an object")
    periodic = record.get("pbc")
    if isinstance(periodic, list) and not all(periodic):
        raise StructureFileError("a molecule, wire or slab (pbc has a false), not a crystal")
    if "matrix" in record:
        rows = record["matrix"]
        if not isinstance(rows, list) or len(rows) != 3:
            raise StructureFileError("the lattice is not three vectors of three numbers")
        matrix = np.array([_vector(row, "the lattice") for row in rows])
        _check_lengths(record, matrix)
        return matrix
    if not all(name in record for name in _PARAMETERS):
        missing = [name for name in _PARAMETERS if name not in record]
        raise StructureFileError(
            f"the lattice has no 'matrix', and lacks {', '.join(missing)}: give one or the other"
        )
    lengths = _vector([record[name] for name in _PARAMETERS[:3]], "the lattice's lengths")
    angles = _vector([record[name] for name in _PARAMETERS[3:]], "the lattice's angles")
    if min(lengths) <= 0 or not all(0 < angle < 180 for angle in angles):
        raise StructureFileError("the lattice's lengths and angles enclose no volume")
    a, b, c = lengths
    alpha, beta, gamma = angles
    return lattice_matrix(PlainCrystal((a, b, c), (alpha, beta, gamma), (), ()))


def _check_lengths(record: dict[str, Any], matrix: np.ndarray) -> None:
    """Refuses a lattice whose lengths, angles or volume, given beside its vectors, are others."""
    volume = abs(float(np.linalg.det(matrix)))
    lengths = np.linalg.norm(matrix, axis=1)
    if volume < 1e-9:
        return
    directions = matrix / lengths[:, None]
    cosines = [directions[i] @ directions[j] for i, j in ((1, 2), (0, 2), (0, 1))]
    angles = np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
    values = (*lengths.tolist(), *angles.tolist(), volume)
    units = (*["Å"] * 3, *["°"] * 3, "Å³")
    for name, value, unit in zip((*_PARAMETERS, "volume"), values, units, strict=True):
        said = record.get(name)
        if isinstance(said, int | float) and abs(said - value) > _SAME_SHARE * max(said, value):
            raise StructureFileError(
                f"the lattice has {name} = {said:g} {unit}, but its matrix {value:.4g} {unit}: "
                "correct one"
            )


def _position(site: dict[str, Any], index: int, matrix: np.ndarray) -> list[float]:
    if site.get("abc") is not None:
        fractional = _vector(site["abc"], f"site {index}")
        _check_cartesian(site, index, np.array(fractional), matrix)
        return fractional
    if site.get("xyz") is None:
        raise StructureFileError(f"site {index} has neither 'abc' nor 'xyz'")
    if abs(float(np.linalg.det(matrix))) < 1e-9:
        raise StructureFileError("the lattice has no volume")
    cartesian = np.array(_vector(site["xyz"], f"site {index}"))
    return [float(value) for value in np.linalg.solve(matrix.T, cartesian)]


def _check_cartesian(
    site: dict[str, Any], index: int, fractional: np.ndarray, matrix: np.ndarray
) -> None:
    """Refuses a site whose Cartesian coordinates are elsewhere, by no lattice vector."""
    if site.get("xyz") is None or abs(float(np.linalg.det(matrix))) < 1e-9:
        return
    apart = np.linalg.solve(matrix.T, np.array(_vector(site["xyz"], f"site {index}"))) - fractional
    distance = periodic_distance(apart, matrix)
    if distance > SAME_ANGSTROM:
        raise StructureFileError(
            f"site {index}: 'abc' and 'xyz' are {distance:.2f} Å apart: remove the wrong one"
        )


def _vector(values: Any, place: str) -> list[float]:
    if not isinstance(values, list) or len(values) != 3:
        raise StructureFileError(f"{place}: not three numbers")
    for value in values:
        # To Python a truth value is a number.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise StructureFileError(f"{place}: {str(value)[:40]!r} is not a number")
        # NaN fails this too.
        if not abs(value) <= _LARGEST_NUMBER:
            raise StructureFileError(
                f"{place}: {str(value)[:40]} is not a number within ±{_LARGEST_NUMBER:,}"
            )
    return [float(value) for value in values]
