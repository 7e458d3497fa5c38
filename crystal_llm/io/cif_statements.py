"""What a CIF states of its crystal beside the sites: formula, Z, multiplicities, density.

Atoms that do not add up to it were misread, or the file is wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS, isotope_free
from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_expansion import Expansion, ListedSite
from crystal_llm.io.cif_symmetry import SymmetryReading
from crystal_llm.io.cif_values import CifBlock, number
from crystal_llm.io.crystal_check import (
    TWICE_ANGSTROM,
    cell_mass_daltons,
    density_g_per_cm3,
    nearest_sites,
    too_close,
)
from crystal_llm.io.site_symbols import element_of_type

_DENSITY_SHARE = 0.10
_MEASURED_DENSITY_SHARE = 0.30
"""Pores and inclusions make a weighed crystal lighter than its cell."""

_SHARES_ROUNDED = 0.1
"""How far a formula may be from occupancies, which were refined and rounded apart from it."""

_SAME_SHARE = 0.05
"""How far a formula's weight or F(000) may be from the atoms': isotopes and dispersion matter."""

_OTHER_FORMULAS = tuple(
    f"_chemical_formula_{kind}" for kind in ("moiety", "structural", "iupac", "analytical")
)
_DEUTERON_MORE = 1.006  # daltons
_RADIATION = ("_diffrn_radiation_probe", "_diffrn_radiation_type", "_diffrn_source")
_NO_X_RAYS = re.compile("neutron|electron|reactor|spallation", re.IGNORECASE)

_KNOWN = frozenset(ELEMENTS)


@dataclass(frozen=True)
class OtherStatements:
    """What tells the atoms of a cell where no formula sum does; None where nothing is said.

    Attributes:
        elements: Tag of another formula, and the elements that it names.
        formula_weight: In daltons.
        electrons: F(000) of X-rays: electrons of the cell.
        numbers_in_cell: Atoms of the cell by element.
    """

    elements: tuple[str, frozenset[str]] | None
    formula_weight: float | None
    electrons: float | None
    numbers_in_cell: dict[str, float] | None = None


@dataclass(frozen=True)
class Statements:
    """What the file says of its crystal beside the sites; None where it says nothing.

    Attributes:
        formula: Amounts by element of the formula sum.
        formula_units: Z.
        density_g_per_cm3: Calculated from the crystal.
        measured_density_g_per_cm3: Weighed.
        beside_formula: What stands in for a formula sum; None where that is given.
    """

    formula: dict[str, float] | None
    formula_units: float | None
    density_g_per_cm3: float | None
    measured_density_g_per_cm3: float | None = None
    beside_formula: OtherStatements | None = None


def read_statements(block: CifBlock, remarks: list[str]) -> Statements:
    """What a data block states; adds a remark for a formula that is not understood."""
    formula = None
    said = block.first("_chemical_formula_sum")
    if said is not None:
        formula = formula_sum(said)
        if formula is None:
            remarks.append(f"_chemical_formula_sum {said[:40]!r} is not understood: not compared")
    units = block.number("_cell_formula_units_z")
    return Statements(
        formula,
        units if units is not None and units > 0 else None,
        block.number("_exptl_crystal_density_diffrn"),
        block.number("_exptl_crystal_density_meas"),
        None if formula is not None else _other_statements(block),
    )


def _other_statements(block: CifBlock) -> OtherStatements:
    formulas = ((tag, _elements_named(block.first(tag) or "")) for tag in _OTHER_FORMULAS)
    radiation = " ".join(block.first(tag) or "" for tag in _RADIATION)
    return OtherStatements(
        next(((tag, elements) for tag, elements in formulas if elements), None),
        block.number("_chemical_formula_weight"),
        # Neutrons and electrons are scattered by other numbers.
        None if _NO_X_RAYS.search(radiation) else block.number("_exptl_crystal_f_000"),
        _numbers_in_cell(block),
    )


def _numbers_in_cell(block: CifBlock) -> dict[str, float] | None:
    """Atoms of the cell as the list of atom types has them; None where it has not all."""
    symbols = block.fields.get("_atom_type_symbol", ())
    numbers = [number(said) for said in block.fields.get("_atom_type_number_in_cell", ())]
    if not symbols or len(symbols) != len(numbers):
        return None
    amounts: dict[str, float] = {}
    for symbol, amount in zip(symbols, numbers, strict=True):
        if amount is None or amount < 0:
            return None
        try:
            element = element_of_type(symbol)
        except StructureFileError:
            return None
        amounts[element] = amounts.get(element, 0.0) + amount
    return {element: amount for element, amount in amounts.items() if amount} or None


def _elements_named(formula: str) -> frozenset[str] | None:
    """The elements of a formula of any form; None where not every letter of it is of one."""
    letters = re.sub(r"[^A-Za-z]+", " ", formula).split()
    if any(not re.fullmatch(r"(?:[A-Z][a-z]?)+", word) for word in letters):
        return None
    elements = {isotope_free(name) for word in letters for name in re.findall("[A-Z][a-z]?", word)}
    return frozenset(elements) if elements and elements <= _KNOWN else None


def formula_sum(text: str) -> dict[str, float] | None:
    """Amounts by element of a CIF's formula sum, such as ``'Ca S O6 H4'``; None if it is none."""
    amounts: dict[str, float] = {}
    for part in text.replace(",", " ").split():
        match = re.fullmatch(r"([A-Za-z]{1,2})(\d+\.?\d*|\.\d+)?", part, re.ASCII)
        parts = [match.groups()] if match else re.findall(r"([A-Z][a-z]?)(\d*\.?\d*)", part)
        if not match and "".join(f"{name}{amount}" for name, amount in parts) != part:
            return None
        for name, amount in parts:
            element = isotope_free(name.capitalize())
            if element not in _KNOWN or amount == ".":
                return None
            amounts[element] = amounts.get(element, 0.0) + float(amount or 1)
    stated = {element: amount for element, amount in amounts.items() if amount > 0}
    return stated or None


def contradiction(
    expansion: Expansion,
    sites: Sequence[ListedSite],
    reading: SymmetryReading,
    matrix: np.ndarray,
    statements: Statements,
    *,
    apart: bool = True,
) -> str | None:
    """Why atoms are not those that the file states; None where nothing speaks against them.

    Args:
        expansion: The atoms.
        sites: The listed sites.
        reading: The symmetry that made the atoms of the sites.
        matrix: Lattice vectors as rows, Å, shape (3, 3).
        statements: What the file states.
        apart: Whether atoms too close to one another speak against them.
    """
    counts = Counter(expansion.species)
    reason = _formula_contradiction(counts, statements) or _multiplicity_contradiction(
        expansion, sites, len(reading.operations)
    )
    if reason is not None:
        return reason
    reason = _other_contradiction(expansion.species, statements)
    if reason is not None:
        return reason
    reason = _density_contradiction(density_g_per_cm3(matrix, expansion.species), statements)
    if reason is not None:
        return reason
    names = [sites[index].name for index in expansion.site_numbers]
    doubled = _image_listed_too(expansion, sites, reading, matrix)
    if doubled is not None or not apart:
        return doubled
    return too_close(matrix, expansion.species, expansion.positions, names)


def _other_contradiction(species: Sequence[str], statements: Statements) -> str | None:
    """Why the atoms are not those of a file that gives no formula sum; None as above."""
    other, units = statements.beside_formula, statements.formula_units
    if other is None:
        return None
    if other.elements is not None and other.elements[1] != frozenset(species):
        tag, elements = other.elements
        return (
            f"the atoms are of {' '.join(sorted(set(species)))}, but {tag} names "
            f"{' '.join(sorted(elements))}: list every atom, or correct it"
        )
    numbers = Counter(species)
    listed = other.numbers_in_cell
    if listed is not None and any(
        abs(numbers[element] - listed.get(element, 0.0)) > _SAME_SHARE * numbers[element] + 1e-9
        for element in {*numbers, *listed}
    ):
        return (
            f"the atoms of the cell, {_formula(numbers)}, are not those of "
            f"_atom_type_number_in_cell, {_formula(listed)}: list every atom, or correct it"
        )
    if other.formula_weight is not None and units is not None:
        light = cell_mass_daltons(species)
        heavy = light + numbers["H"] * _DEUTERON_MORE
        # As with the sum, some programs say the whole cell's beside Z.
        stated = {other.formula_weight * units, other.formula_weight}
        if not any(_near(light, heavy, mass) for mass in stated):
            return (
                f"the cell's atoms weigh {light:.1f} u, but {units:g} formula units of "
                f"_chemical_formula_weight {other.formula_weight:g} do not: list every atom, or "
                "correct it"
            )
    if other.electrons is not None and other.electrons > 0:
        electrons = sum((ELEMENTS.index(symbol) + 1) * n for symbol, n in numbers.items())
        if not _near(electrons, electrons, other.electrons):
            return (
                f"the cell's atoms have {electrons} electrons, but _exptl_crystal_F_000 is "
                f"{other.electrons:g}: list every atom, or correct it"
            )
    return None


def _near(least: float, most: float, stated: float) -> bool:
    return least * (1 - _SAME_SHARE) <= stated <= most * (1 + _SAME_SHARE)


def _density_contradiction(density: float, statements: Statements) -> str | None:
    for name, stated, share in (
        ("_exptl_crystal_density_diffrn", statements.density_g_per_cm3, _DENSITY_SHARE),
        (
            "_exptl_crystal_density_meas",
            statements.measured_density_g_per_cm3,
            _MEASURED_DENSITY_SHARE,
        ),
    ):
        if stated is not None and stated > 0 and abs(density - stated) > share * stated:
            return (
                f"the density is {density:.2f} g/cm³, but {name} says {stated:g}: list every atom, "
                "or correct it"
            )
    return None


def _image_listed_too(
    expansion: Expansion, sites: Sequence[ListedSite], reading: SymmetryReading, matrix: np.ndarray
) -> str | None:
    """Names a listed site that is another's image: the whole cell stands below its group's name."""
    nearest = nearest_sites(matrix, expansion.positions, TWICE_ANGSTROM)
    if nearest is None:
        return None
    first, second = (sites[expansion.site_numbers[place]] for place in nearest[:2])
    apart = np.array(first.position) - np.array(second.position)
    apart = (apart - np.round(apart)) @ matrix
    if first.element != second.element or np.linalg.norm(apart) < TWICE_ANGSTROM:
        return None
    return (
        f"{second.name} is an image of {first.name} in {reading.name}: list one of them, or name "
        "P 1 above all atoms of the cell"
    )


def shares_contradiction(
    amounts: Mapping[str, float],
    expansion: Expansion,
    sites: Sequence[ListedSite],
    reading: SymmetryReading,
    statements: Statements,
) -> str | None:
    """Why the shares of a disordered crystal are not those that the file states; None as above.

    Args:
        amounts: Atoms of each element in the cell, whole or not.
        expansion: The sites of the cell.
        sites: The listed sites.
        reading: The symmetry.
        statements: What the file says beside the sites.
    """
    reason = _multiplicity_contradiction(expansion, sites, len(reading.operations))
    stated = statements.formula
    if reason is not None or stated is None:
        return reason
    ratios = [amounts.get(element, 0.0) / amount for element, amount in stated.items()]
    ratio = sum(ratios) / len(ratios)
    units = statements.formula_units
    fits = set(amounts) == set(stated) and all(
        abs(quotient - ratio) <= _SHARES_ROUNDED * ratio for quotient in ratios
    )
    if units is not None:
        fits &= any(abs(ratio - whole) <= _SHARES_ROUNDED * whole for whole in (1.0, units))
    if fits:
        return None
    return (
        f"the atoms of the cell, {_formula(amounts)}, do not add up to _chemical_formula_sum "
        f"{_formula(stated)}: correct the occupancies or the formula"
    )


def _formula_contradiction(counts: Counter[str], statements: Statements) -> str | None:
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
    if any(abs(other - ratio) > 0.02 * ratio for other in ratios):
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
    for n, site in enumerate(sites):
        order = site.symmetry_order
        if order is not None and placed[n] * order != operations:
            return (
                f"{site.name} has {placed[n]} image(s) by {operations} symmetry operations, but "
                f"_atom_site_site_symmetry_order says {order}: list every symmetry operation, or "
                "correct it"
            )
    for n, site in enumerate(sites):
        said_by_letter = site.wyckoff[:-1]
        if said_by_letter and placed[n] != int(said_by_letter):
            return (
                f"{site.name} has {placed[n]} image(s) in the cell, but its Wyckoff symbol is "
                f"{site.wyckoff}: list every symmetry operation, or correct its coordinates"
            )
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


def _formula(amounts: Mapping[str, float]) -> str:
    return " ".join(f"{element}{round(amount, 3):g}" for element, amount in amounts.items())
