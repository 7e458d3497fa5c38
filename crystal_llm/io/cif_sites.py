"""The sites that a CIF lists: element, position and occupancy, read or refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from crystal_llm.crystal.disorder import Occupants
from crystal_llm.crystal.elements import ELEMENTS, isotope_free
from crystal_llm.errors import DisorderError, StructureFileError
from crystal_llm.io.cif_expansion import ListedSite
from crystal_llm.io.cif_statements import Statements
from crystal_llm.io.cif_values import UNKNOWN_VALUES, CifBlock, number
from crystal_llm.io.crystal_check import FULL_OCCUPANCY_TOLERANCE
from crystal_llm.io.site_symbols import element_of_label, element_of_type

_FILLED_TOLERANCE = 0.02
"""Shares of a site that add up to this much more or less than 1 fill it: programs round."""

_POSITION = tuple(f"_atom_site_fract_{name}" for name in "xyz")


_SITE_TAGS = (
    *("_atom_site_label", "_atom_site_type_symbol", *_POSITION[1:], "_atom_site_occupancy"),
    *("_atom_site_calc_flag", "_atom_site_attached_hydrogens", "_atom_site_disorder_group"),
    *("_atom_site_symmetry_multiplicity", "_atom_site_site_symmetry_multiplicity"),
)
"""Whatever of these a file gives must be given for every atom; less would be passed over."""


def listed_sites(block: CifBlock, statements: Statements, remarks: list[str]) -> list[ListedSite]:
    """The fully occupied sites of a CIF, in the order of the file.

    Args:
        block: The data block.
        statements: What the file says beside them; its formula decides between two readings
            of a label.
        remarks: What was left out or put together is added here.

    Raises:
        DisorderError: A site is disordered.
        StructureFileError: A site names no element, or has an unknown or impossible value.
    """
    return _full_sites(_rows(block, statements, remarks, disordered=False), remarks)


def shared_sites(
    block: CifBlock, statements: Statements, remarks: list[str]
) -> list[tuple[ListedSite, Occupants]]:
    """The sites of a CIF with what shares each; a site stands under its first occupant.

    Args:
        block: The data block.
        statements: As for :func:`listed_sites`.
        remarks: What was left out is added here.

    Raises:
        StructureFileError: A site names no element, has an unknown or impossible value, or is
            occupied more than once.
    """
    sites = []
    for group in _sites_together(_rows(block, statements, remarks, disordered=True)):
        shares: dict[str, float] = {}
        for site, occupancy in group:
            shares[site.element] = shares.get(site.element, 0.0) + occupancy
        total = sum(shares.values())
        if total > 1 + _FILLED_TOLERANCE:
            raise StructureFileError(
                f"site {group[0][0].name} is occupied {total:.3g} times: correct its occupancies"
            )
        scale = 1.0 if total < 1 - _FILLED_TOLERANCE else total
        name = " and ".join(dict.fromkeys(site.name for site, _ in group))
        occupants = tuple((element, share / scale) for element, share in shares.items())
        sites.append((replace(group[0][0], name=name), occupants))
    return sites


def _rows(
    block: CifBlock, statements: Statements, remarks: list[str], *, disordered: bool
) -> list[tuple[ListedSite, float]]:
    columns = block.fields
    count = len(columns[_POSITION[0]])
    labels = columns.get("_atom_site_label")
    symbols = columns.get("_atom_site_type_symbol")
    if labels is None and symbols is None:
        raise StructureFileError(
            "the atoms have neither _atom_site_type_symbol nor _atom_site_label: name the elements"
        )
    for tag in _SITE_TAGS:
        if tag in columns and len(columns[tag]) != count:
            raise StructureFileError(
                f"{tag} has {len(columns[tag])} value(s) for {count} atoms: give one for each in "
                "the loop of the atoms",
                block.line_of(tag),
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
        name = label if label not in ("", *UNKNOWN_VALUES) else f"atom {place + 1} ({symbol})"
        if row.get("_atom_site_calc_flag", "").lower() == "dum":
            remarks.append(f"{name} is a dummy atom: left out")
            continue
        occupancy = _occupancy(block, row, name)
        if occupancy == 0.0:
            remarks.append(f"{name} has the occupancy 0: left out")
            continue
        _refuse_implied(row, name)
        if not disordered:
            _refuse_group(row, name)
        site = ListedSite(
            name,
            _element(block, symbol, label, elements),
            _position(block, row, name, label or symbol),
            _multiplicity(block, row, name),
            _wyckoff(row),
            _symmetry_order(row),
        )
        rows.append((site, occupancy))
    if not rows:
        raise StructureFileError("the file lists no atoms")
    _tell_other_labels([site for site, _ in rows], remarks)
    return rows


def _tell_other_labels(sites: Sequence[ListedSite], remarks: list[str]) -> None:
    """Says which sites are labelled as another element: one of the two may be a slip."""
    others = []
    for site in sites:
        labelled = re.fullmatch(r"([A-Z][a-z]?)\d*", site.name)
        element = None if labelled is None else isotope_free(labelled[1])
        if element in ELEMENTS and element != site.element:
            others.append(f"{site.name} is {site.element}")
    if others:
        shown = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        remarks.append(f"by their type symbols {shown}: the labels name other elements")


def _is_site_tag(tag: str, values: Sequence[str], count: int) -> bool:
    return tag.startswith("_atom_site_") and len(values) == count


def _element(block: CifBlock, symbol: str, label: str, elements: frozenset[str]) -> str:
    try:
        if symbol.strip() not in ("", *UNKNOWN_VALUES):
            return element_of_type(symbol, elements)
        return element_of_label(label, elements)
    except StructureFileError as error:
        said = symbol if symbol not in ("", *UNKNOWN_VALUES) else label
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
        if said.strip() in UNKNOWN_VALUES:
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
    if said.strip() in ("", *UNKNOWN_VALUES):
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


def _refuse_group(row: dict[str, str], name: str) -> None:
    group = row.get("_atom_site_disorder_group", ".").strip()
    if group not in ("", "0", *UNKNOWN_VALUES):
        raise DisorderError(f"{name} is disordered (group {group[:20]}): order the structure first")


def _multiplicity(block: CifBlock, row: dict[str, str], name: str) -> int | None:
    said = row.get("_atom_site_symmetry_multiplicity") or row.get(
        "_atom_site_site_symmetry_multiplicity"
    )
    if said is None or said.strip() in ("", *UNKNOWN_VALUES):
        return None
    value = number(said)
    if value is None:
        raise StructureFileError(
            f"_atom_site_symmetry_multiplicity is {said[:40]}, not a number",
            block.line_of(name, said),
        )
    return None if value is None or value != int(value) else int(value)


def _symmetry_order(row: dict[str, str]) -> int | None:
    value = number(row.get("_atom_site_site_symmetry_order", "."))
    return None if value is None or value != int(value) or value < 1 else int(value)


def _wyckoff(row: dict[str, str]) -> str:
    """A Wyckoff symbol, such as 4a or a; empty where none is given."""
    for tag in ("_atom_site_wyckoff_symbol", "_atom_site_wyckoff_label"):
        said = "".join(row.get(tag, "").split())
        if re.fullmatch(r"\d{0,3}[A-Za-z]", said, re.ASCII):
            return said
    return ""


def _sites_together(
    rows: Sequence[tuple[ListedSite, float]],
) -> list[list[tuple[ListedSite, float]]]:
    """Rows by the site that they share, where they do not fill it alone."""
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
    return groups


def _full_sites(rows: Sequence[tuple[ListedSite, float]], remarks: list[str]) -> list[ListedSite]:
    """Fully occupied sites; those that share one site and one element (D and H) are one."""
    sites = []
    for group in _sites_together(rows):
        total = sum(occupancy for _, occupancy in group)
        elements = {site.element for site, _ in group}
        if len(elements) > 1 or abs(total - 1.0) > FULL_OCCUPANCY_TOLERANCE * len(group):
            occupants = ", ".join(f"{site.element}:{occupancy:g}" for site, occupancy in group)
            raise DisorderError(
                f"site {group[0][0].name} is disordered ({occupants}): only ordered "
                "crystals are read, with one element on each site, fully occupied"
            )
        names = " and ".join(dict.fromkeys(site.name for site, _ in group))
        if len(group) > 1:
            remarks.append(f"{names} share one site of {group[0][0].element}: one atom")
        sites.append(replace(group[0][0], name=names))
    return sites
