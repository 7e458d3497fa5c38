"""CIF files: gemmi reads syntax and symmetry, and what the file states is checked.

A CIF says the same thing several times: operations, space group, formula, Z, multiplicities,
density. Where these contradict one another the file may be misread, so each way in which
its symmetry can be meant is tried; exactly one must fit all that is stated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import gcd

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS, isotope_free
from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_expansion import SHIFT_TOLD_ANGSTROM, Expansion, ListedSite, expand
from crystal_llm.io.cif_symmetry import SymmetryReading, symmetry_readings
from crystal_llm.io.cif_values import UNKNOWN, CifBlock, number, read_block
from crystal_llm.io.crystal_check import (
    FULL_OCCUPANCY_TOLERANCE,
    checked_crystal,
    density_g_per_cm3,
    nearest_sites,
    too_close,
)
from crystal_llm.io.crystal_reading import CrystalReading
from crystal_llm.io.site_symbols import element_of_label, element_of_type

_CELL = (
    *(f"_cell_length_{name}" for name in "abc"),
    *(f"_cell_angle_{name}" for name in ("alpha", "beta", "gamma")),
)
_POSITION = tuple(f"_atom_site_fract_{name}" for name in "xyz")
_OTHER_KINDS = {
    "magnetic CIF": ("_space_group_magn", "_space_group_symop_magn", "_atom_site_moment"),
    "a modulated structure": (
        "_cell_modulation_dimension",
        "_cell_wave_vector",
        "_space_group_ssg",
    ),
}
_KNOWN = frozenset(ELEMENTS)
_DENSITY_SHARE = 0.10
_VOLUME_SHARE = 0.02
_CLOSEST_SHARE_OF_RADII = 0.6
_ROUNDING_ANGSTROM = 0.1
"""Between readings that are else alike, one with closer atoms is not meant, nor one whose sites
lie farther beside their special positions."""


@dataclass(frozen=True)
class _Statements:
    """What the file says of its crystal beside the sites; None where it says nothing."""

    formula: dict[str, float] | None
    formula_units: float | None
    density_g_per_cm3: float | None


def read_cif(text: str) -> CrystalReading:
    """The crystal that a CIF describes, its sites in the order of the file.

    Raises:
        StructureFileError: The file does not describe one ordered crystal, or contradicts
            itself.
    """
    block = read_block(text)
    _refuse_other_kinds(block)
    matrix = _lattice(block)
    remarks: list[str] = []
    statements = _statements(block, remarks)
    sites = _sites(block, statements, remarks)
    readings = symmetry_readings(block.fields, matrix)
    reading, expansion = _chosen(readings, sites, matrix, statements)
    if reading.remark is not None:
        remarks.insert(0, reading.remark)
    for site, shift in zip(sites, expansion.shifts_angstrom, strict=True):
        if shift > SHIFT_TOLD_ANGSTROM:
            remarks.append(f"{site.name} moved by {shift:.2f} Å onto its special position")
    names = [sites[index].name for index in expansion.site_numbers]
    crystal = checked_crystal(matrix, expansion.species, expansion.positions, names)
    return CrystalReading(crystal, tuple(remarks))


def _refuse_other_kinds(block: CifBlock) -> None:
    for kind, beginnings in _OTHER_KINDS.items():
        if any(tag.startswith(beginnings) for tag in block.fields):
            raise StructureFileError(f"{kind} is not read: export the average crystal alone")


def _lattice(block: CifBlock) -> np.ndarray:
    values = []
    for tag in _CELL:
        said = block.fields.get(tag)
        if said is None:
            raise StructureFileError(f"{tag} is missing: give all six cell parameters")
        value = number(said[0])
        if value is None or not np.isfinite(value) or value <= 0:
            raise StructureFileError(
                f"{tag} is {said[0][:40]}, not a number above 0", block.line_of(tag)
            )
        values.append(value)
    a, b, c, *angles = values
    cosines = np.cos(np.radians(angles))
    sine = float(np.sin(np.radians(angles[2])))
    across = (cosines[0] - cosines[1] * cosines[2]) / sine if sine > 1e-6 else np.inf
    height = 1.0 - cosines[1] ** 2 - across**2
    if max(angles) >= 180 or not height > 1e-6:
        shown = ", ".join(f"{angle:g}" for angle in angles)
        raise StructureFileError(f"the angles {shown} enclose no volume: correct the cell")
    matrix = np.array(
        [
            [a, 0.0, 0.0],
            [b * cosines[2], b * sine, 0.0],
            [c * cosines[1], c * across, c * np.sqrt(height)],
        ]
    )
    stated = block.number("_cell_volume")
    volume = abs(float(np.linalg.det(matrix)))
    if stated is not None and abs(volume - stated) > _VOLUME_SHARE * max(volume, stated):
        raise StructureFileError(
            f"_cell_volume is {stated:g} Å³, but the cell has {volume:.1f} Å³: correct one of them",
            block.line_of("_cell_volume"),
        )
    return matrix


def _statements(block: CifBlock, remarks: list[str]) -> _Statements:
    formula = None
    said = block.first("_chemical_formula_sum")
    if said is not None:
        formula = formula_sum(said)
        if formula is None:
            remarks.append(f"_chemical_formula_sum {said[:40]!r} is not understood: not compared")
    units = block.number("_cell_formula_units_z")
    return _Statements(
        formula,
        units if units is not None and units > 0 else None,
        block.number("_exptl_crystal_density_diffrn"),
    )


def formula_sum(text: str) -> dict[str, float] | None:
    """Amounts by element of a CIF's formula sum, such as ``'Ca S O6 H4'``; None if it is none."""
    amounts: dict[str, float] = {}
    for part in text.replace(",", " ").split():
        found = re.fullmatch(r"([A-Za-z]{1,2})(\d+\.?\d*|\.\d+)?", part, re.ASCII)
        parts = [found.groups()] if found else re.findall(r"([A-Z][a-z]?)(\d*\.?\d*)", part)
        if not found and "".join(f"{name}{amount}" for name, amount in parts) != part:
            return None
        for name, amount in parts:
            element = isotope_free(name.capitalize())
            if element not in _KNOWN or amount == ".":
                return None
            amounts[element] = amounts.get(element, 0.0) + float(amount or 1)
    stated = {element: amount for element, amount in amounts.items() if amount > 0}
    return stated or None


def _sites(block: CifBlock, statements: _Statements, remarks: list[str]) -> list[ListedSite]:
    columns = block.fields
    count = len(columns[_POSITION[0]])
    labels = columns.get("_atom_site_label")
    symbols = columns.get("_atom_site_type_symbol")
    if labels is None and symbols is None:
        raise StructureFileError(
            "the atoms have neither _atom_site_type_symbol nor _atom_site_label: name the elements"
        )
    elements = frozenset(statements.formula or ())
    rows: list[tuple[ListedSite, float]] = []
    for place in range(count):
        row = {
            tag: values[place]
            for tag, values in columns.items()
            if _is_site_tag(tag, values, count)
        }
        label = row.get("_atom_site_label", "")
        symbol = row.get("_atom_site_type_symbol", "?")
        name = label if label not in ("", *UNKNOWN) else f"atom {place + 1} ({symbol})"
        if row.get("_atom_site_calc_flag", "").lower() == "dum":
            remarks.append(f"{name} is a dummy atom: left out")
            continue
        occupancy = _occupancy(block, row, name)
        if occupancy == 0.0:
            remarks.append(f"{name} has the occupancy 0: left out")
            continue
        _refuse_implied(row, name)
        site = ListedSite(
            name,
            _element(block, symbol, label, elements),
            _position(block, row, name, label or symbol),
            _multiplicity(row),
        )
        rows.append((site, occupancy))
    if not rows:
        raise StructureFileError("the file lists no atoms")
    return _full_sites(rows)


def _is_site_tag(tag: str, values: Sequence[str], count: int) -> bool:
    return tag.startswith("_atom_site_") and len(values) == count


def _element(block: CifBlock, symbol: str, label: str, elements: frozenset[str]) -> str:
    try:
        if symbol.strip() not in ("", *UNKNOWN):
            return element_of_type(symbol, elements)
        return element_of_label(label, elements)
    except StructureFileError as error:
        said = symbol if symbol not in ("", *UNKNOWN) else label
        raise StructureFileError(error.reason, block.line_of(said)) from error


def _position(
    block: CifBlock, row: dict[str, str], name: str, first: str
) -> tuple[float, float, float]:
    values = []
    for tag in _POSITION:
        said = row.get(tag)
        if said is None:
            raise StructureFileError(f"{tag} is missing: give all three coordinates")
        value = number(said)
        if said.strip() in UNKNOWN:
            raise StructureFileError(
                f"{name}: a coordinate is unknown ({said}): give it, or leave the atom out",
                block.line_of(first, said),
            )
        if value is None or not np.isfinite(value):
            raise StructureFileError(
                f"{tag} is {said[:40]}, not a number", block.line_of(first, said)
            )
        values.append(value)
    return values[0], values[1], values[2]


def _occupancy(block: CifBlock, row: dict[str, str], name: str) -> float:
    said = row.get("_atom_site_occupancy", ".")
    if said.strip() in ("", *UNKNOWN):
        return 1.0  # the dictionary's default
    value = number(said)
    if value is None or not np.isfinite(value):
        raise StructureFileError(
            f"_atom_site_occupancy is {said[:40]}, not a number", block.line_of(name, said)
        )
    if value < 0 or value > 1 + FULL_OCCUPANCY_TOLERANCE:
        raise StructureFileError(
            f"{name} has the occupancy {said[:40]}: must be from 0 to 1", block.line_of(name, said)
        )
    return value


def _refuse_implied(row: dict[str, str], name: str) -> None:
    hydrogens = number(row.get("_atom_site_attached_hydrogens", "0"))
    if hydrogens:
        raise StructureFileError(
            f"hydrogen atoms are implied at {name}, not listed: list every atom"
        )
    group = row.get("_atom_site_disorder_group", ".").strip()
    if group not in ("", "0", *UNKNOWN):
        raise StructureFileError(
            f"{name} is disordered (group {group[:20]}): order the structure first"
        )


def _multiplicity(row: dict[str, str]) -> int | None:
    said = row.get("_atom_site_symmetry_multiplicity") or row.get(
        "_atom_site_site_symmetry_multiplicity"
    )
    value = None if said is None else number(said)
    return None if value is None or value != int(value) else int(value)


def _full_sites(rows: Sequence[tuple[ListedSite, float]]) -> list[ListedSite]:
    """Fully occupied sites; those that share one site and one element (D and H) are one."""
    groups: list[list[tuple[ListedSite, float]]] = []
    partial: list[list[tuple[ListedSite, float]]] = []
    for site, occupancy in rows:
        if abs(occupancy - 1.0) <= FULL_OCCUPANCY_TOLERANCE:
            groups.append([(site, occupancy)])
            continue
        for group in partial:
            apart = np.array(site.position) - np.array(group[0][0].position)
            if np.abs(apart - np.round(apart)).max() < 1e-4:
                group.append((site, occupancy))
                break
        else:
            partial.append([(site, occupancy)])
            groups.append(partial[-1])
    found = []
    for group in groups:
        total = sum(occupancy for _, occupancy in group)
        elements = {site.element for site, _ in group}
        if len(elements) > 1 or abs(total - 1.0) > FULL_OCCUPANCY_TOLERANCE * len(group):
            occupants = ", ".join(f"{site.element}:{occupancy:g}" for site, occupancy in group)
            raise StructureFileError(
                f"site {group[0][0].name} is disordered ({occupants}): a crystal text has one "
                "element a site, fully occupied; order the structure first"
            )
        names = dict.fromkeys(site.name for site, _ in group)
        found.append(replace(group[0][0], name=" and ".join(names)))
    return found


def _chosen(
    readings: Sequence[SymmetryReading],
    sites: Sequence[ListedSite],
    matrix: np.ndarray,
    statements: _Statements,
) -> tuple[SymmetryReading, Expansion]:
    """The one reading of the symmetry that fits all that the file states.

    Raises:
        StructureFileError: None fits, or several do that make different crystals.
    """
    fitting: list[tuple[SymmetryReading, Expansion]] = []
    reasons: list[str] = []
    for reading in readings:
        try:
            expansion = expand(sites, reading, matrix)
            reason = _contradiction(expansion, sites, reading, matrix, statements)
        except StructureFileError as error:
            reason = error.reason
        if reason is None:
            if not any(_same(expansion, other, matrix) for _, other in fitting):
                fitting.append((reading, expansion))
        else:
            reasons.append(reason)
    chosen = bool(reasons) or len(fitting) > 1
    for sound in (_keeps_apart, _lies_on_its_positions):
        if len(fitting) > 1:
            fitting = [one for one in fitting if sound(one[1], matrix)] or fitting
    if not fitting:
        if len(set(reasons)) > 1:
            told = "; ".join(
                f"as {reading.name}: {reason}"
                for reading, reason in zip(readings[:2], reasons, strict=False)
            )
            raise StructureFileError(f"the file contradicts itself: {told}")
        raise StructureFileError(reasons[0])
    if len(fitting) > 1:
        told = ", or ".join(
            f"{reading.name} with {len(expansion.species)} atoms"
            for reading, expansion in fitting[:3]
        )
        raise StructureFileError(
            f"the symmetry can be meant in {len(fitting)} ways: {told}; list all symmetry "
            "operations (_space_group_symop_operation_xyz), or name the setting (F d -3 m :2)"
        )
    reading, expansion = fitting[0]
    if reading.remark is None and chosen:
        reading = replace(reading, remark=f"read in the setting {reading.name}, which alone fits")
    return reading, expansion


def _contradiction(
    expansion: Expansion,
    sites: Sequence[ListedSite],
    reading: SymmetryReading,
    matrix: np.ndarray,
    statements: _Statements,
) -> str | None:
    """Why atoms are not those that the file states; None where nothing speaks against them."""
    counts = Counter(expansion.species)
    reason = _formula_contradiction(counts, statements) or _multiplicity_contradiction(
        expansion, sites, len(reading.operations)
    )
    if reason is not None:
        return reason
    stated = statements.density_g_per_cm3
    if stated is not None and stated > 0:
        density = density_g_per_cm3(matrix, expansion.species)
        if abs(density - stated) > _DENSITY_SHARE * stated:
            return (
                f"the density is {density:.2f} g/cm³, but _exptl_crystal_density_diffrn says "
                f"{stated:g}: list every atom, or correct it"
            )
    names = [sites[index].name for index in expansion.site_numbers]
    return too_close(matrix, expansion.species, expansion.positions, names)


def _formula_contradiction(counts: Counter[str], statements: _Statements) -> str | None:
    units = statements.formula_units
    listed = _formula(counts)
    if statements.formula is None:
        common = reduce(gcd, counts.values())
        if units is not None and (units != int(units) or common % int(units)):
            return (
                f"the atoms of the cell are {listed}, which is no {units:g} formula units "
                "(_cell_formula_units_Z): correct Z, or list every atom or symmetry operation"
            )
        return None
    stated = statements.formula
    shown = _formula(stated)
    wrong = (
        f"the atoms of the cell, {listed}, do not add up to _chemical_formula_sum {shown}"
        + ("" if units is None else f" with Z = {units:g}")
        + ": list every atom, or correct the formula"
    )
    if set(counts) != set(stated):
        return wrong
    ratios = [counts[element] / amount for element, amount in stated.items()]
    ratio = sum(ratios) / len(ratios)
    if any(abs(one - ratio) > 0.02 * ratio for one in ratios):
        return wrong
    if units is not None:
        # Some programs write the whole cell's atoms as the sum, beside Z.
        common = reduce(gcd, counts.values())
        whole = abs(ratio - 1.0) < 0.02 and common % int(max(units, 1)) == 0
        return None if whole or abs(ratio - units) < 0.02 * units else wrong
    if (
        all(amount == int(amount) for amount in stated.values())
        and abs(ratio - round(ratio)) > 0.02
    ):
        return wrong
    return None


def _multiplicity_contradiction(
    expansion: Expansion, sites: Sequence[ListedSite], operations: int
) -> str | None:
    placed = Counter(int(index) for index in expansion.site_numbers)
    stated = {n: site.multiplicity for n, site in enumerate(sites) if site.multiplicity is not None}
    if all(placed[n] == said for n, said in stated.items()):
        return None
    # SHELXL once wrote the order of the site's symmetry under this name.
    if all(placed[n] * said == operations for n, said in stated.items()):
        return None
    n, said = next((n, said) for n, said in stated.items() if placed[n] != said)
    return (
        f"{sites[n].name} has {placed[n]} image(s) in the cell, but "
        f"_atom_site_symmetry_multiplicity says {said}: list every symmetry operation"
    )


def _formula(amounts: dict[str, float] | Counter[str]) -> str:
    return " ".join(f"{element}{amount:g}" for element, amount in amounts.items())


def _same(first: Expansion, second: Expansion, matrix: np.ndarray) -> bool:
    """Whether two expansions put the same elements at the same places."""
    if Counter(first.species) != Counter(second.species):
        return False
    symbols = np.array(second.species)
    for symbol, position in zip(first.species, first.positions, strict=True):
        apart = second.positions[symbols == symbol] - position
        apart -= np.round(apart)
        if np.linalg.norm(apart @ matrix, axis=1).min() > 0.01:
            return False
    return True


def _lies_on_its_positions(expansion: Expansion, matrix: np.ndarray) -> bool:
    """Whether no site had to move farther than rounding explains."""
    return max(expansion.shifts_angstrom) < _ROUNDING_ANGSTROM


def _keeps_apart(expansion: Expansion, matrix: np.ndarray) -> bool:
    """Whether no two atoms come closer than chemistry lets them."""
    from ase.data import atomic_numbers, covalent_radii

    radii = np.array([covalent_radii[atomic_numbers[symbol]] for symbol in expansion.species])
    nearest = nearest_sites(matrix, expansion.positions, _CLOSEST_SHARE_OF_RADII * 2 * radii.max())
    if nearest is None:
        return True
    first, second, distance = nearest
    return bool(distance >= _CLOSEST_SHARE_OF_RADII * (radii[first] + radii[second]))
