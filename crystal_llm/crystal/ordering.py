"""Ordered versions of a disordered crystal, the most favourable by electrostatics first.

The smallest supercell in which the shares become whole numbers of atoms is sought, in each of
its distinct shapes; arrangements of the atoms that symmetry makes alike count as one. Ions in
arrangements are compared by the Ewald energy of point charges, their oxidation states guessed
from the composition (pymatgen), as pymatgen's OrderDisorderedStructureTransformation does within
one given cell. It ranks what is worth relaxing, and is no stability.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from crystal_llm.crystal.arrangements import (
    EMPTY,
    Counted,
    SharedSites,
    all_arrangements,
    exchanged_arrangements,
    number_of_arrangements,
    pair_energies,
    symmetry_images,
    symmetry_of,
)
from crystal_llm.crystal.disorder import DisorderedCrystal, Occupants, formula_with_shares
from crystal_llm.crystal.reduction import from_lattice_matrix, niggli_primitive, spacegroup_number
from crystal_llm.crystal.supercells import distinct_supercells, reduced_lattice
from crystal_llm.errors import StructureFileError
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, PlainCrystal

MAX_ORDERED_ATOMS = 80
"""In a supercell; the cell itself may have more."""

MAX_VERSIONS = 6

_EXACT = 0.005
"""A share this near to a whole number of atoms is meant so: files write 0.33 for a third."""

_TOLD_CHANGE = 0.01
"""Of an element's amount that is said when it had to be rounded."""

_MAX_CELLS = 20
_MAX_SHAPES = 8
_MAX_ARRANGEMENTS = 20_000
"""Of one supercell that are all looked at; of more, the best are sought by exchanges."""

_MAX_COMPOSITIONS = 200
"""That rounding is followed through, orbit by orbit."""

_SYMPREC_ANGSTROM = 0.02


@dataclass(frozen=True, slots=True)
class OrderedVersion:
    """An ordered crystal that a disordered one may stand for.

    Attributes:
        crystal: Its primitive cell.
        formula: Reduced.
        spacegroup_number: None where none is found.
        ewald_ev_per_atom: Electrostatic energy of its point charges; None without charges.
    """

    crystal: PlainCrystal
    formula: str
    spacegroup_number: int | None
    ewald_ev_per_atom: float | None


@dataclass(frozen=True, slots=True)
class Ordering:
    """What a disordered crystal may be.

    Attributes:
        formula: Its composition with its shares.
        versions: The best first.
        oxidation_states: By which they are ranked, averages where an element has several; None
            where none balance.
        remarks: What the reader should know of them, a sentence each.
    """

    formula: str
    versions: tuple[OrderedVersion, ...]
    oxidation_states: dict[str, float] | None
    remarks: tuple[str, ...] = ()


def order(disordered: DisorderedCrystal, most: int = MAX_VERSIONS) -> Ordering:
    """The ordered versions of a disordered crystal that are worth a look.

    Args:
        disordered: The crystal.
        most: How many are given.

    Raises:
        StructureFileError: The cell is too large, or nothing tells the many arrangements apart.
    """
    cell = _primitive(disordered)
    if len(cell.occupants) > 2 * MAX_ORDERED_ATOMS:
        raise StructureFileError(
            f"its primitive cell has {len(cell.occupants)} sites; at most "
            f"{2 * MAX_ORDERED_ATOMS} are ordered: order it in a program made for that"
        )
    orbits = _orbits(cell)
    cells = _cells_needed(cell, orbits)
    together = _of_equal_shares(cell, orbits)
    each_rounded = _deviation(cell, orbits, cells) > _EXACT and len(together) < len(orbits)
    if each_rounded:
        orbits, cells = together, _cells_needed(cell, together)
    counts, states = _balanced_counts(cell, orbits, cells)
    arrangements = prod(number_of_arrangements([n for _, n in counted]) for counted in counts)
    if arrangements > _MAX_ARRANGEMENTS and states is None:
        raise StructureFileError(
            "no oxidation states balance its composition, so nothing tells its "
            f"{arrangements:.0e} arrangements apart: order it first"
        )
    shapes = distinct_supercells(
        cells,
        cell.matrix,
        np.asarray(symmetry_of(cell)["rotations"]),
        _MAX_SHAPES if arrangements <= _MAX_ARRANGEMENTS else 1,
    )
    ranked: list[tuple[float, OrderedVersion]] = []
    for shape in shapes:
        ranked += _versions(cell, orbits, counts, shape, states, most)
    ranked.sort(key=lambda pair: (round(pair[0], 6), len(pair[1].crystal.species)))
    versions = _distinct([version for _, version in ranked], most)
    if not versions:
        raise StructureFileError(
            f"every ordered version has atoms nearer than {MIN_DISTANCE_ANGSTROM} Å: correct its "
            "occupancies or positions"
        )
    remarks = list(_remarks(cell, counts, cells))
    if each_rounded:
        remarks.append(
            f"no cell of up to {MAX_ORDERED_ATOMS} atoms has the shares of every site: sites of "
            "equal shares are filled as one"
        )
    return Ordering(disordered.formula, tuple(versions), states, tuple(remarks))


def _primitive(crystal: DisorderedCrystal) -> DisorderedCrystal:
    import spglib

    kinds = list(dict.fromkeys(crystal.occupants))
    numbers = [kinds.index(site) for site in crystal.occupants]
    primitive = spglib.find_primitive(
        (crystal.matrix, crystal.positions, numbers), symprec=_SYMPREC_ANGSTROM
    )
    if primitive is None or len(primitive[2]) >= len(numbers):
        return crystal
    matrix, positions, left = primitive
    return DisorderedCrystal(matrix, positions, tuple(kinds[number] for number in left))


def _orbits(cell: DisorderedCrystal) -> list[tuple[int, ...]]:
    """Sites by symmetry; the disordered ones alone."""
    alike = symmetry_of(cell)["equivalent_atoms"]
    return [
        tuple(int(site) for site in np.flatnonzero(alike == number))
        for number in np.unique(alike)
        if not _is_full(cell.occupants[int(number)])
    ]


def _of_equal_shares(
    cell: DisorderedCrystal, orbits: Sequence[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Orbits with the same occupants together: six half-filled sites hold three atoms."""
    together: dict[tuple[tuple[str, float], ...], tuple[int, ...]] = {}
    for orbit in orbits:
        occupants = tuple(sorted((name, round(n, 4)) for name, n in cell.occupants[orbit[0]]))
        together[occupants] = together.get(occupants, ()) + orbit
    return list(together.values())


def _is_full(site: Occupants) -> bool:
    return len(site) == 1 and site[0][1] > 1 - 1e-6


def _shares(site: Occupants) -> list[tuple[str, float]]:
    """Elements and their shares, with what is left empty."""
    empty = 1.0 - sum(share for _, share in site)
    return [*site, (EMPTY, empty)] if empty > 1e-6 else list(site)


def _deviation(cell: DisorderedCrystal, orbits: Sequence[tuple[int, ...]], cells: int) -> float:
    """How far shares are from whole numbers of atoms, the worst one."""
    return max(
        (
            abs(round(share * len(orbit) * cells) / (len(orbit) * cells) - share)
            for orbit in orbits
            for _, share in _shares(cell.occupants[orbit[0]])
        ),
        default=0.0,
    )


def _cells_needed(cell: DisorderedCrystal, orbits: Sequence[tuple[int, ...]]) -> int:
    atoms = sum(cell.amounts.values())
    possible = range(1, max(1, min(_MAX_CELLS, int(MAX_ORDERED_ATOMS // max(atoms, 1.0)))) + 1)
    whole = next((n for n in possible if _deviation(cell, orbits, n) <= _EXACT), None)
    return whole or min(possible, key=lambda n: (round(_deviation(cell, orbits, n), 6), n))


def _balanced_counts(
    cell: DisorderedCrystal, orbits: Sequence[tuple[int, ...]], cells: int
) -> tuple[list[Counted], dict[str, float] | None]:
    """Atoms of each orbit, near to its shares and neutral if that can be, and the charges."""
    from pymatgen.core import Composition

    ranked = _nearest_counts(
        [(_shares(cell.occupants[orbit[0]]), len(orbit) * cells) for orbit in orbits]
    )
    for counts in ranked[:8]:
        atoms = _atoms(cell, counts, cells)
        guesses = Composition(atoms).oxi_state_guesses(max_sites=-1)
        if guesses and any(guesses[0].values()):
            return counts, {element: float(state) for element, state in guesses[0].items()}
    return ranked[0], None


def _nearest_counts(
    orbits: Sequence[tuple[Sequence[tuple[str, float]], int]],
) -> list[list[Counted]]:
    """Whole numbers of atoms for all orbits, the nearest to shares and composition first.

    Of choices with the same atoms in all, the one nearest to the shares of each orbit. Orbits
    rounded apart would all be rounded the same way, and the composition be another.
    """
    target: Counter[str] = Counter()
    nearest: list[tuple[float, Counter[str], list[Counted]]] = [(0.0, Counter(), [])]

    def off(choice: tuple[float, Counter[str], list[Counted]]) -> float:
        strain, atoms, _ = choice
        return round(strain + sum(abs(atoms[name] - n) for name, n in target.items()), 6)

    for shares, sites in orbits:
        for element, share in shares:
            target[element] += share * sites  # type: ignore[assignment]
        by_atoms: dict[frozenset[tuple[str, int]], tuple[float, Counter[str], list[Counted]]] = {}
        for before, atoms, counts in nearest:
            for strain, counted in _roundings(shares, sites):
                more = atoms + Counter(dict(counted))
                key = frozenset(more.items())
                if key not in by_atoms or before + strain < by_atoms[key][0]:
                    by_atoms[key] = (before + strain, more, [*counts, counted])
        nearest = sorted(by_atoms.values(), key=off)[:_MAX_COMPOSITIONS]
    return [counts for _, _, counts in nearest]


def _roundings(shares: Sequence[tuple[str, float]], sites: int) -> list[tuple[float, Counted]]:
    """Whole numbers of atoms near to the shares of an orbit, the nearest first."""
    near = [sorted({int(share * sites + 1e-9), -int(-share * sites // 1)}) for _, share in shares]
    roundings = []
    for numbers in product(*near):
        if sum(numbers) == sites:
            strain = sum(
                abs(n - share * sites) for n, (_, share) in zip(numbers, shares, strict=True)
            )
            counted = tuple((element, n) for (element, _), n in zip(shares, numbers, strict=True))
            roundings.append((round(strain, 9), counted))
    return sorted(roundings)[:4]


def _versions(
    cell: DisorderedCrystal,
    orbits: Sequence[tuple[int, ...]],
    counts: Sequence[Counted],
    shape: np.ndarray,
    states: dict[str, float] | None,
    most: int,
) -> list[tuple[float, OrderedVersion]]:
    """The best arrangements in one supercell, with their energies per atom."""
    lattice = reduced_lattice(shape @ cell.matrix)
    origins, positions = _filled(cell, shape, lattice)
    groups = [
        SharedSites(tuple(np.flatnonzero(np.isin(origins, orbit)).tolist()), counted)
        for orbit, counted in zip(orbits, counts, strict=True)
    ]
    site_elements = np.array([cell.occupants[origin][0][0] for origin in origins], dtype=object)
    kinds = [cell.occupants[origin] for origin in origins]
    same = symmetry_images(lattice, positions, kinds)
    pairs = None if states is None else pair_energies(lattice, positions)
    total = prod(number_of_arrangements([n for _, n in group.counts]) for group in groups)
    if total <= _MAX_ARRANGEMENTS:
        arranged = all_arrangements(groups, site_elements)
    else:
        assert pairs is not None and states is not None
        arranged = exchanged_arrangements(groups, site_elements, pairs, states)
    elements = [
        EMPTY,
        *sorted({str(element) for row in arranged[:1] for element in row if element}),
    ]
    codes = np.searchsorted(elements, arranged.astype(str)).astype(np.int16)
    energies = np.zeros(len(arranged))
    if pairs is not None and states is not None:
        charges = np.array([0.0 if element == EMPTY else states[element] for element in elements])[
            codes
        ]
        energies = np.einsum("ai,ij,aj->a", charges, pairs, charges, optimize=True)
    versions: list[tuple[float, OrderedVersion]] = []
    seen: set[bytes] = set()
    for index in np.lexsort((np.arange(len(codes)), np.round(energies, 6))):
        if len(versions) == most:
            break
        if codes[index].tobytes() in seen:
            continue
        seen.update(image.tobytes() for image in codes[index][same])
        filled = np.flatnonzero(codes[index])
        species = [elements[code] for code in codes[index][filled]]
        crystal = from_lattice_matrix(lattice, species, positions[filled])
        if _closest(crystal) < MIN_DISTANCE_ANGSTROM:
            continue
        energy = float(energies[index]) / len(filled)
        versions.append((energy, _version(crystal, None if states is None else energy)))
    return versions


def _version(crystal: PlainCrystal, energy: float | None) -> OrderedVersion:
    from pymatgen.core import Composition

    smallest = niggli_primitive(crystal)
    formula = Composition(Counter(smallest.species)).reduced_formula
    return OrderedVersion(smallest, formula, spacegroup_number(smallest, 0.01), energy)


def _filled(
    cell: DisorderedCrystal, shape: np.ndarray, lattice: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The sites of a supercell: for each that of the cell, and its fractional coordinates."""
    into = cell.matrix @ np.linalg.inv(lattice)
    # A triangular shape's cells are those of the box of its diagonal.
    steps = np.array(list(product(*(range(n) for n in np.diag(shape)))), dtype=float)
    positions = (cell.positions[:, None] + steps[None]).reshape(-1, 3) @ into
    return np.repeat(np.arange(len(cell.occupants)), len(steps)), positions % 1.0


def _closest(crystal: PlainCrystal) -> float:
    from crystal_llm.crystal.conversion import structure

    distances = structure(crystal).get_neighbor_list(MIN_DISTANCE_ANGSTROM + 1e-6)[3]
    return float(distances.min()) if len(distances) else MIN_DISTANCE_ANGSTROM + 1e-6


def _distinct(versions: Sequence[OrderedVersion], most: int) -> list[OrderedVersion]:
    """Versions that are one structure, in supercells of two shapes, count once."""
    from pymatgen.analysis.structure_matcher import StructureMatcher

    from crystal_llm.crystal.conversion import structure

    matcher = StructureMatcher(ltol=0.01, stol=0.02, angle_tol=0.5, scale=False)
    distinct: list[OrderedVersion] = []
    for version in versions:
        alike = (
            len(version.crystal.species) == len(other.crystal.species)
            and version.spacegroup_number == other.spacegroup_number
            and abs((version.ewald_ev_per_atom or 0) - (other.ewald_ev_per_atom or 0)) < 1e-4
            and matcher.fit(structure(version.crystal), structure(other.crystal))
            for other in distinct
        )
        if not any(alike):
            distinct.append(version)
        if len(distinct) == most:
            break
    return distinct


def _remarks(cell: DisorderedCrystal, counts: Sequence[Counted], cells: int) -> Iterator[str]:
    made = {element: n / cells for element, n in _atoms(cell, counts, cells).items()}
    given = cell.amounts
    if any(abs(made.get(element, 0.0) - n) > _TOLD_CHANGE * n for element, n in given.items()):
        units = cell.formula_units
        formula = formula_with_shares({element: n / units for element, n in made.items()})
        yield (
            f"no cell of up to {MAX_ORDERED_ATOMS} atoms has the shares of {cell.formula} exactly: "
            f"the versions are {formula}"
        )


def _atoms(cell: DisorderedCrystal, counts: Sequence[Counted], cells: int) -> Counter[str]:
    """Atoms of a supercell."""
    atoms = Counter(site[0][0] for site in cell.occupants if _is_full(site))
    for element in atoms:
        atoms[element] *= cells
    for counted in counts:
        atoms.update({element: n for element, n in counted if element != EMPTY and n})
    return atoms
