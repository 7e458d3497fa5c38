"""JSON of other programs and databases, told by its keys and brought to pymatgen's form.

What is given twice (fractional and Cartesian coordinates, lengths and vectors) is handed on
twice, for the reader of pymatgen's form to compare.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.errors import StructureFileError

_NO_STRUCTURE = (
    (("auid",), "an AFLOW entry: give the CONTCAR.relax.vasp or CIF from its page instead"),
    (("aurl",), "an AFLOW entry: give the CONTCAR.relax.vasp or CIF from its page instead"),
    (("archive",), "a NOMAD archive: give the structure that its entry offers as CIF instead"),
    (("run", "metadata"), "a NOMAD archive: give the structure that its entry offers as CIF"),
    (("entry_id", "upload_id"), "a NOMAD entry: give the structure that it offers as CIF instead"),
    (("unit_cell", "sites"), "an OQMD entry: give its POSCAR instead"),
    (("chemicalJson",), "Chemical JSON (Avogadro): export a CIF"),
    (("chemical json",), "Chemical JSON (Avogadro): export a CIF"),
    (("oriented_unit_cell", "lattice"), "a slab, not a crystal: give its oriented_unit_cell"),
    (("output", "calcs_reversed"), "a calculation: write the structure of its output to a file"),
    (("output", "task_id"), "a calculation: write the structure of its output to a file"),
    (("cif",), "a record with a CIF in it: write its text 'cif' to a file *.cif"),
    (("poscar",), "a record with a POSCAR in it: write its text 'poscar' to a file *.vasp"),
)
"""Keys by which a record is told that is not read, and what to give instead."""


def structures_in(record: Any) -> list[tuple[str, Any]]:
    """The structures of a JSON text, each with the name that it has there.

    A list, the answer of a database's web interface (``data``) and an ASE database hold several.

    Raises:
        StructureFileError: It holds none.
    """
    if isinstance(record, dict) and {"ids", "nextid"} <= record.keys():
        ids = record["ids"] if isinstance(record["ids"], list) else []
        rows = [(f"row {name}", record.get(str(name))) for name in ids]
        if not rows:
            raise StructureFileError("the ASE database holds no crystal")
        return rows
    several = record
    # pymatgen's entries have data of their own.
    if isinstance(record, dict) and not {"structure", "lattice", "@class"} & record.keys():
        several = record.get("data")
        several = [several] if isinstance(several, dict) else several
    if several == []:
        raise StructureFileError("the list of structures is empty")
    if not isinstance(several, list) or not any(isinstance(entry, dict) for entry in several):
        return [("", record)]
    return [(_name(entry, place), entry) for place, entry in enumerate(several, start=1)]


def _name(entry: Any, place: int) -> str:
    if isinstance(entry, dict):
        for key in ("material_id", "jid", "id", "task_id", "entry_id"):
            if isinstance(entry.get(key), str | int):
                return str(entry[key])[:60]
    return f"entry {place}"


def structure_record(record: Any) -> Any:
    """One record as ``Structure.as_dict()`` writes it; a record of pymatgen's as it is.

    Raises:
        StructureFileError: It is known, and is no structure that is read.
    """
    if not isinstance(record, dict):
        return record
    for key, mark in (("structure", "sites"), ("atoms", "lattice_mat")):
        if isinstance(record.get(key), dict) and mark in record[key]:
            record = record[key]
    for keys, said in _NO_STRUCTURE:
        if all(key in record for key in keys):
            raise StructureFileError(said)
    attributes = record.get("attributes", record)
    if isinstance(attributes, dict) and "species_at_sites" in attributes:
        return _of_optimade(attributes)
    if "lattice_mat" in record:
        return _of_jarvis(record)
    if {"numbers", "positions", "cell"} <= record.keys():
        return _of_ase(record)
    kind = record.get("@class")
    if isinstance(kind, str) and not {"lattice", "sites"} & record.keys():
        raise StructureFileError(f"pymatgen's {kind[:40]}, which holds no structure: give one")
    return record


def _site(species: list[dict[str, Any]], abc: Any = None, xyz: Any = None) -> dict[str, Any]:
    return {"species": species, "abc": abc, "xyz": xyz}


def _element(symbol: Any) -> list[dict[str, Any]]:
    return [{"element": symbol, "occu": 1}]


def _of_ase(record: Mapping[str, Any]) -> dict[str, Any]:
    """Atoms as ASE's JSON has them, in a database or alone."""
    periodic = _plain_array(record.get("pbc"))
    if periodic != [True, True, True]:
        raise StructureFileError("a molecule, wire or slab (pbc is not T T T), not a crystal")
    cell = record["cell"]
    if isinstance(cell, dict) and "array" in cell:
        cell = cell["array"]
    numbers = _listed(_plain_array(record["numbers"]), "numbers")
    symbols = [
        ELEMENTS[number - 1] if type(number) is int and 1 <= number <= len(ELEMENTS) else None
        for number in numbers
    ]
    if None in symbols:
        number = numbers[symbols.index(None)]
        raise StructureFileError(f"atomic number {str(number)[:20]} is no element")
    _refuse_shares(record)
    positions = _column(_plain_array(record["positions"]), len(numbers), "positions")
    scaled = _plain_array(record.get("scaled_positions"))
    fractional = [None] * len(numbers)
    if scaled is not None:
        fractional = _column(scaled, len(numbers), "scaled_positions")
    rows = zip(symbols, fractional, positions, strict=True)
    return {
        "lattice": {"matrix": _plain_array(cell)},
        "sites": [_site(_element(symbol), abc, xyz) for symbol, abc, xyz in rows],
    }


def _refuse_shares(record: Mapping[str, Any]) -> None:
    """Refuses what ASE keeps beside the atoms: which elements share a site."""
    for place in (record, record.get("info"), record.get("data")):
        shared = place.get("occupancy") if isinstance(place, dict) else None
        for shares in shared.values() if isinstance(shared, dict) else ():
            if not isinstance(shares, dict) or list(shares.values()) not in ([1], [1.0]):
                raise StructureFileError(
                    "its occupancy says that sites are shared: only ordered crystals are read"
                )


def _of_jarvis(record: Mapping[str, Any]) -> dict[str, Any]:
    """Atoms as JARVIS's JSON has them."""
    cartesian = record.get("cartesian")
    if not isinstance(cartesian, bool):
        raise StructureFileError(
            "a JARVIS record that does not say whether its coordinates are 'cartesian'"
        )
    elements = _listed(record.get("elements"), "elements")
    coordinates = _column(record.get("coords"), len(elements), "coords")
    lattice = {"matrix": record["lattice_mat"]}
    for names, key in ((("a", "b", "c"), "abc"), (("alpha", "beta", "gamma"), "angles")):
        if isinstance(record.get(key), list):
            lattice |= dict(zip(names, record[key], strict=False))
    rows = zip(elements, coordinates, strict=True)
    sites = [
        _site(_element(symbol), **{"xyz" if cartesian else "abc": position})
        for symbol, position in rows
    ]
    return {"lattice": lattice, "sites": sites}


def _of_optimade(record: Mapping[str, Any]) -> dict[str, Any]:
    """The structure of an answer by OPTIMADE, the common interface of the databases."""
    features = record.get("structure_features")
    for feature in ("assemblies", "implicit_atoms", "site_attachments"):
        if isinstance(features, list) and feature in features:
            raise StructureFileError(
                f"an OPTIMADE structure with {feature}: only ordered crystals are read whose atoms "
                "are all listed"
            )
    names = _listed(record["species_at_sites"], "species_at_sites")
    stated = record.get("nsites")
    if stated is not None and stated != len(names):
        raise StructureFileError(f"lists {len(names)} sites, but its nsites is {stated}")
    cartesian = _column(record.get("cartesian_site_positions"), len(names), "positions")
    fractional = [None] * len(names)
    if record.get("fractional_site_positions") is not None:
        fractional = _column(record["fractional_site_positions"], len(names), "positions")
    kinds = _kinds(record.get("species"))
    species = [kinds.get(name, _element(name)) if isinstance(name, str) else [] for name in names]
    _check_elements(record.get("elements"), species)
    dimensions = record.get("dimension_types")
    periodic = dimensions if isinstance(dimensions, list) else [1, 1, 1]
    rows = zip(species, fractional, cartesian, strict=True)
    return {
        "lattice": {"matrix": record.get("lattice_vectors"), "pbc": periodic},
        "sites": [_site(occupants, abc, xyz) for occupants, abc, xyz in rows],
    }


def _kinds(species: Any) -> dict[str, list[dict[str, Any]]]:
    """What OPTIMADE's names of species stand for; a vacancy is nothing."""
    kinds = {}
    for kind in species if isinstance(species, list) else ():
        symbols, shares = kind.get("chemical_symbols"), kind.get("concentration")
        if not isinstance(symbols, list) or not isinstance(shares, list):
            raise StructureFileError("a species without chemical_symbols or concentration")
        if len(symbols) != len(shares):
            raise StructureFileError("a species has more chemical_symbols or more concentrations")
        kinds[str(kind.get("name"))] = [
            {"element": symbol, "occu": share}
            for symbol, share in zip(symbols, shares, strict=True)
            if symbol != "vacancy"
        ]
    return kinds


def _check_elements(stated: Any, species: list[list[dict[str, Any]]]) -> None:
    listed = {str(occupant["element"]) for occupants in species for occupant in occupants}
    if isinstance(stated, list) and {str(symbol) for symbol in stated} != listed:
        raise StructureFileError(
            f"the atoms are of {' '.join(sorted(listed))[:60]}, but its elements are "
            f"{' '.join(sorted(map(str, stated)))[:60]}: correct one"
        )


def _listed(values: Any, name: str) -> list[Any]:
    if not isinstance(values, list):
        raise StructureFileError(f"{name!r} is not a list")
    return values


def _column(values: Any, count: int, name: str) -> list[Any]:
    if len(_listed(values, name)) != count:
        raise StructureFileError(f"{name!r} are {len(values)} for {count} atoms")
    return values  # type: ignore[no-any-return]


def _plain_array(value: Any) -> Any:
    """An array as nested lists; ASE writes its shape, its type and its numbers in a row."""
    if not isinstance(value, dict) or "__ndarray__" not in value:
        return value
    try:
        shape, _, flat = value["__ndarray__"]
        sizes = [int(size) for size in shape]
    except (TypeError, ValueError) as error:
        raise StructureFileError("an array is damaged ('__ndarray__')") from error
    if not isinstance(flat, list) or not 1 <= len(sizes) <= 2 or math.prod(sizes) != len(flat):
        raise StructureFileError("an array is damaged ('__ndarray__')")
    if len(sizes) == 1:
        return flat
    width = sizes[1]
    return [flat[row * width : (row + 1) * width] for row in range(sizes[0])]
