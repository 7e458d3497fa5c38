"""Edits of a crystal: each gives a new crystal and one line that says what was done."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.reduction import from_lattice_matrix, lattice_matrix
from crystal_llm.errors import InfillError
from crystal_llm.types import MAX_WRITTEN_ATOMS, MIN_DISTANCE_ANGSTROM, PlainCrystal, Vector

_SHOWN_SITES = 8


@dataclass(frozen=True, slots=True)
class Edit:
    """An edited crystal.

    Attributes:
        crystal: After the edit; the input is left as it was.
        description: What was done, in one line.
    """

    crystal: PlainCrystal
    description: str


def substitute(crystal: PlainCrystal, sites: Iterable[int], element: str) -> Edit:
    """Puts an element at sites; all else stays.

    Raises:
        InfillError: No site, a site that is not there, or no such element.
    """
    picked = checked_sites(crystal, sites)
    _check_element(element)
    before = ", ".join(dict.fromkeys(crystal.species[site] for site in picked))
    species = tuple(
        element if site in picked else symbol for site, symbol in enumerate(crystal.species)
    )
    return Edit(replace(crystal, species=species), f"{before} → {element} at {_sites_text(picked)}")


def delete(crystal: PlainCrystal, sites: Iterable[int]) -> Edit:
    """Takes sites out; those behind them move up.

    Raises:
        InfillError: No site, a site that is not there, or all of them.
    """
    picked = checked_sites(crystal, sites)
    remaining = [site for site in range(len(crystal.species)) if site not in picked]
    if not remaining:
        raise InfillError("all atoms would be deleted: leave at least one")
    gone = ", ".join(dict.fromkeys(crystal.species[site] for site in picked))
    return Edit(_selected(crystal, remaining), f"{gone} deleted at {_sites_text(picked)}")


def add_atom(crystal: PlainCrystal, element: str, position: Vector) -> Edit:
    """Adds an atom behind the others.

    Args:
        crystal: The crystal.
        element: Symbol.
        position: Fractional coordinates, wrapped into the cell.

    Raises:
        InfillError: No such element, a coordinate that is not finite, a full cell, or
            another atom within 0.5 Å.
    """
    _check_element(element)
    if len(position) != 3 or not all(math.isfinite(value) for value in position):
        raise InfillError(f"position {position}: give three finite fractional coordinates")
    _check_size(len(crystal.species) + 1)
    # Twice: a coordinate of -1e-17 becomes 1.0 the first time.
    x, y, z = ((value % 1.0) % 1.0 for value in position)
    distances = site_distances_angstrom(crystal, (x, y, z))
    nearest = int(np.argmin(distances))
    if distances[nearest] < MIN_DISTANCE_ANGSTROM:
        raise InfillError(
            f"{element} at {x:.3f} {y:.3f} {z:.3f} would be {distances[nearest]:.2f} Å from site "
            f"{nearest} ({crystal.species[nearest]}): keep {MIN_DISTANCE_ANGSTROM} Å"
        )
    return Edit(
        replace(
            crystal,
            species=(*crystal.species, element),
            fractional_coordinates=(*crystal.fractional_coordinates, (x, y, z)),
        ),
        f"{element} added at {x:.3f} {y:.3f} {z:.3f}",
    )


def supercell(crystal: PlainCrystal, repeats: tuple[int, int, int]) -> Edit:
    """Repeats the cell along a, b and c; the images of a site stand one behind the other.

    Raises:
        InfillError: A number below 1, or more atoms than a cell may have.
    """
    if len(repeats) != 3 or any(count < 1 for count in repeats):
        raise InfillError(f"repeats {repeats}: give three whole numbers of at least 1")
    _check_size(len(crystal.species) * math.prod(repeats))
    na, nb, nc = repeats
    a, b, c = crystal.lengths_angstrom
    offsets = list(product(range(na), range(nb), range(nc)))
    return Edit(
        PlainCrystal(
            (a * na, b * nb, c * nc),
            crystal.angles_degrees,
            tuple(symbol for symbol in crystal.species for _ in offsets),
            tuple(
                ((x + i) / na, (y + j) / nb, (z + k) / nc)
                for x, y, z in crystal.fractional_coordinates
                for i, j, k in offsets
            ),
        ),
        f"supercell {na} × {nb} × {nc}",
    )


def primitive_cell(crystal: PlainCrystal, tolerance_angstrom: float = 0.1) -> Edit:
    """The primitive standard cell (pymatgen's SpacegroupAnalyzer), positions idealised.

    Raises:
        InfillError: No symmetry is found, or an impossible tolerance.
    """
    return _standard(crystal, tolerance_angstrom, "primitive")


def conventional_cell(crystal: PlainCrystal, tolerance_angstrom: float = 0.1) -> Edit:
    """The conventional standard cell (pymatgen's SpacegroupAnalyzer), positions idealised.

    Raises:
        InfillError: As for :func:`primitive_cell`, or more atoms than a cell may have.
    """
    return _standard(crystal, tolerance_angstrom, "conventional")


def scale_lattice(crystal: PlainCrystal, factor: float) -> Edit:
    """Multiplies all three lengths.

    Raises:
        InfillError: A factor outside 0.5 to 2.
    """
    if not 0.5 <= factor <= 2.0:
        raise InfillError(f"factor {factor}: from 0.5 to 2")
    a, b, c = crystal.lengths_angstrom
    return Edit(
        replace(crystal, lengths_angstrom=(a * factor, b * factor, c * factor)),
        f"lattice lengths × {factor:.4f}",
    )


def checked_sites(crystal: PlainCrystal, sites: Iterable[int]) -> frozenset[int]:
    """Sites that exist, each once.

    Raises:
        InfillError: None is picked, or one is not there.
    """
    picked = frozenset(sites)
    count = len(crystal.species)
    if not picked:
        raise InfillError("no site is picked: pick at least one atom")
    outside = sorted(site for site in picked if not 0 <= site < count)
    if outside:
        raise InfillError(
            f"site {outside[0]} is not there: the crystal has {count} sites, 0 to {count - 1}"
        )
    return picked


def site_distances_angstrom(crystal: PlainCrystal, position: Vector) -> np.ndarray:
    """Distance from a position to the nearest image of every site, Å, shape (n,)."""
    from pymatgen.core import Lattice

    lattice = Lattice(lattice_matrix(crystal))
    distances = lattice.get_all_distances([position], list(crystal.fractional_coordinates))
    return np.asarray(distances).reshape(-1)


def _standard(crystal: PlainCrystal, tolerance_angstrom: float, kind: str) -> Edit:
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer, SymmetryUndeterminedError

    from crystal_llm.crystal.conversion import structure

    if not 0.0 < tolerance_angstrom <= 1.0:
        raise InfillError(f"tolerance {tolerance_angstrom}: above 0 and at most 1 Å")
    try:
        analyzer = SpacegroupAnalyzer(structure(crystal), symprec=tolerance_angstrom)
        if kind == "primitive":
            cell = analyzer.get_primitive_standard_structure()
        else:
            cell = analyzer.get_conventional_standard_structure()
    except (SymmetryUndeterminedError, TypeError, ValueError) as error:
        raise InfillError(
            f"no {kind} cell is found within {tolerance_angstrom:g} Å: try another tolerance"
        ) from error
    _check_size(len(cell))
    edited = from_lattice_matrix(
        np.asarray(cell.lattice.matrix),
        [site.specie.symbol for site in cell],
        np.asarray(cell.frac_coords),
    )
    return Edit(
        edited,
        f"{kind} cell, {len(crystal.species)} → {len(cell)} atoms, space group "
        f"{analyzer.get_space_group_number()} at {tolerance_angstrom:g} Å",
    )


def _selected(crystal: PlainCrystal, sites: Iterable[int]) -> PlainCrystal:
    places = list(sites)
    return replace(
        crystal,
        species=tuple(crystal.species[site] for site in places),
        fractional_coordinates=tuple(crystal.fractional_coordinates[site] for site in places),
    )


def select(crystal: PlainCrystal, sites: Iterable[int]) -> PlainCrystal:
    """The crystal with some of its sites alone, in the order of their indices; none is allowed."""
    picked = set(sites)
    if picked:
        checked_sites(crystal, picked)
    return _selected(crystal, sorted(picked))


def _check_element(element: str) -> None:
    if element not in ELEMENTS:
        raise InfillError(f"{element!r} is not an element; write a symbol such as Fe")


def _check_size(atoms: int) -> None:
    if atoms > MAX_WRITTEN_ATOMS:
        raise InfillError(
            f"the cell would have {atoms} atoms; at most {MAX_WRITTEN_ATOMS} are kept"
        )


def _sites_text(sites: Iterable[int]) -> str:
    ordered = sorted(sites)
    shown = ", ".join(str(site) for site in ordered[:_SHOWN_SITES])
    more = len(ordered) - _SHOWN_SITES
    return f"site{'s' if len(ordered) > 1 else ''} {shown}" + (f" and {more} more" * (more > 0))
