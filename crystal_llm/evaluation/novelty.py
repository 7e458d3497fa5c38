"""Unique within a batch, and novel against known phases.

Two crystals are the same where pymatgen's ``StructureMatcher`` with default settings says
so (ltol 0.2, stol 0.3, angle_tol 5°, primitive cells, equal volume): the criterion of
FlowLLM's S.U.N. rate (arXiv 2410.23405, Appendix D). The matcher is asked only where it
could agree, and these tests give up nothing:

- it never matches different reduced formulas, since species are compared;
- it never matches reduced cells with different numbers of atoms, and a reduced cell's
  number divides that of the cell it came from.

The matcher is not symmetric: it may match A with B and not B with A, near its tolerances.
Here the earlier crystal of a batch is compared with the later, and a crystal with a known
phase, in this order (:data:`ORDER`). A reference set for novelty must hold every known phase,
large cells and those near a test crystal too
(:func:`crystal_llm.dataset.known_crystals.read_known_crystals`).

Where no known phase matches, the same test with the elements made anonymous says whether
the crystal is a known prototype with other elements. Prototypes have thousands of known
members, so this search is capped: the members closest in the shape of their cells are
tried, and the result says how many of how many.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from crystal_llm.crystal.conversion import plain
from crystal_llm.crystal.conversion import structure as structure_of
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import CrystalTextError

if TYPE_CHECKING:
    from pymatgen.core import Structure

    from crystal_llm.types import PlainCrystal

ORDER = "StructureMatcher.fit(earlier crystal, later crystal) and fit(crystal, known phase)"
"""Which crystal the matcher is given first."""

PROTOTYPE_TRIALS = 5
"""Known phases tried for each prototype search; most hits come with the first."""

MAX_LATTICE_POINTS = 50_000
"""Lattice points within 1.2 times a cell's longest edge. The matcher lists them all: beyond
this number (cells of more than about 200 Å by 3 Å) it takes any time and memory."""

MIN_VOLUME_PER_ATOM_CUBIC_ANGSTROM = 1.0
"""Denser cells (diamond has 5.7) are clumps, whose reduction may take the matcher minutes."""

_REACH = 1.2  # the matcher's 1 + ltol

FormulaKey = tuple[tuple[str, int], ...]
"""Elements with their amounts in the reduced formula."""


@dataclass(frozen=True, slots=True)
class KnownMatch:
    """A known phase that is the same crystal.

    Attributes:
        material_id: Its name in the table.
        formula: Its reduced formula.
        rms: Root mean square displacement of the atoms, in units of (V/atom)^(1/3); None
            where the matcher, which reduces the cells once more for it, gives none.
    """

    material_id: str
    formula: str
    rms: float | None


@dataclass(frozen=True, slots=True)
class KnownPolymorph:
    """The most stable known phase of a composition, another crystal than the one compared.

    Attributes:
        material_id: Its name in the table.
        formula: Its reduced formula.
        energy_above_hull_ev_per_atom: By the table's own energies (DFT); None where unknown.
        energy_ev_per_atom: Of the reference's method, so that it compares with the relaxed
            crystal's; None without a reference.
    """

    material_id: str
    formula: str
    energy_above_hull_ev_per_atom: float | None = None
    energy_ev_per_atom: float | None = None


@dataclass(frozen=True, slots=True)
class PrototypeSearch:
    """The search for the same prototype with other elements.

    Attributes:
        material_id: The phase that was found, None where none was.
        formula: Its reduced formula.
        tried: Known phases that were compared.
        possible: Known phases of the same anonymous formula and number of atoms. Where
            ``tried`` is less, one that was not tried may still match.
    """

    material_id: str | None
    formula: str | None
    tried: int
    possible: int


@dataclass(frozen=True, slots=True)
class Novelty:
    """What is new in one crystal of a batch.

    Attributes:
        duplicate_of: Place in the batch of the earlier crystal that it repeats, if any.
        known: The nearest of the known phases that match; None where none does or none
            were given.
        compared: Known phases of its reduced formula; None where none were given.
        prototype: The search for its prototype; None where it matches a known phase, or
            where none were given.
        failure: Why it cannot be compared at all; None where it can.
        composition_known: Whether a phase of the reference has its composition, whatever
            the structure; None where there is no reference.
        polymorph: The most stable known phase of its composition, where it is none of them.
    """

    duplicate_of: int | None = None
    known: KnownMatch | None = None
    compared: int | None = None
    prototype: PrototypeSearch | None = None
    failure: str | None = None
    composition_known: bool | None = None
    polymorph: KnownPolymorph | None = None

    @property
    def unique(self) -> bool:
        """Whether it can be compared and repeats no earlier crystal of its batch."""
        return self.failure is None and self.duplicate_of is None

    @property
    def novel(self) -> bool | None:
        """Whether no known phase matches; None where that was not asked or cannot be."""
        if self.failure is not None or self.compared is None:
            return None
        return self.known is None

    @property
    def unique_and_novel(self) -> bool:
        """Both at once."""
        return self.unique and bool(self.novel)


@dataclass(frozen=True, slots=True)
class ComparableCrystal:
    """A crystal ready to be compared; :func:`reduced` makes it.

    Attributes:
        cell: The primitive Niggli cell, as the matcher itself reduces it.
        formula: What its atoms sum to.
    """

    cell: Structure
    formula: FormulaKey


class KnownIndex(Protocol):
    """Finds rows of known crystals by what they consist of."""

    def of_formula(self, formula: FormulaKey) -> Sequence[int]:
        """Places of the rows of a reduced formula."""

    def of_prototype(self, amounts: tuple[int, ...], atoms: int) -> Sequence[int]:
        """Places of the rows of an anonymous formula with so many atoms in the cell."""


class KnownCrystals:
    """Known crystals, found by formula and by prototype.

    Args:
        rows: Known crystals. Cells that are not primitive are found all the same, but not
            by the search for prototypes.
        index: Finds rows among them; None makes one, for which all are looked at.
    """

    def __init__(self, rows: Sequence[CrystalRow], index: KnownIndex | None = None) -> None:
        self._rows = rows
        self._index = index or _RowIndex(rows)
        self._shapes: dict[tuple[tuple[int, ...], int], np.ndarray] = {}
        self._reduced: dict[int, Structure] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def same_formula(self, crystal: ComparableCrystal) -> int:
        """How many known phases have a crystal's reduced formula."""
        return len(self._index.of_formula(crystal.formula))

    def most_stable(self, crystal: ComparableCrystal) -> KnownPolymorph | None:
        """The known phase of a crystal's formula that lies lowest by the table's energies."""
        rows = [self._rows[place] for place in self._index.of_formula(crystal.formula)]
        if not rows:
            return None
        lowest = min(rows, key=_above_hull)
        above = lowest.energy_above_hull_ev_per_atom
        return KnownPolymorph(lowest.material_id, lowest.formula, above)

    def nearest(self, crystal: ComparableCrystal) -> KnownMatch | None:
        """The known phase that matches a crystal with the least displacement, if any."""
        matches = []
        for place in self._matching(crystal):
            row = self._rows[place]
            known = self._reduced_cell(place)
            rms = _matcher(primitive_cell=False).get_rms_dist(crystal.cell, known)
            distance = None if rms is None else float(rms[0])
            matches.append(KnownMatch(row.material_id, row.formula, distance))
        return min(
            matches, key=lambda match: math.inf if match.rms is None else match.rms, default=None
        )

    def _matching(self, crystal: ComparableCrystal) -> Iterator[int]:
        """Places of the known phases that match a crystal."""
        for place in self._index.of_formula(crystal.formula):
            if len(self._rows[place].crystal.species) % len(crystal.cell):
                continue
            known = self._reduced_cell(place)
            if len(known) == len(crystal.cell) and _fits(crystal.cell, known):
                yield place

    def name_of(self, crystal: PlainCrystal) -> str | None:
        """Formula and id of a known phase that a crystal is.

        Returns:
            None where it is none of them, or cannot be compared.
        """
        row = self._row_of(crystal)
        return None if row is None else f"{row.formula} ({row.material_id})"

    def band_gap_of(self, crystal: PlainCrystal) -> float | None:
        """Band gap, in eV, of the known phase that a crystal is.

        Returns:
            None where it is none of them, cannot be compared, or the table has no gap of it.
        """
        row = self._row_of(crystal)
        return None if row is None else row.band_gap_ev

    def _row_of(self, crystal: PlainCrystal) -> CrystalRow | None:
        try:
            place = next(self._matching(reduced(structure_of(crystal))), None)
        except Exception:  # the matcher and the cell reduction raise many kinds
            return None
        return None if place is None else self._rows[place]

    def prototype(self, crystal: ComparableCrystal, trials: int) -> PrototypeSearch:
        """Looks for a crystal's prototype among phases of other formulas.

        Args:
            crystal: The crystal.
            trials: The most phases to compare, closest cell shape first.
        """
        group = anonymous(crystal.formula), len(crystal.cell)
        places = np.array(self._index.of_prototype(*group), dtype=int)
        own = set(self._index.of_formula(crystal.formula))
        distances = np.abs(self._shapes_of(group) - _shape(crystal.cell)).sum(axis=1)
        # Cells of one shape differ by rounding, in each processor's own way.
        distances = distances.round(9)
        nearest = [
            int(p) for p in places[np.argsort(distances, kind="stable")] if int(p) not in own
        ]
        for tried, place in enumerate(nearest[:trials], start=1):
            row = self._rows[place]
            known = structure_of(row.crystal)
            if _matcher().fit_anonymous(crystal.cell, known, skip_structure_reduction=True):
                return PrototypeSearch(row.material_id, row.formula, tried, len(nearest))
        return PrototypeSearch(None, None, min(trials, len(nearest)), len(nearest))

    def _reduced_cell(self, place: int) -> Structure:
        # The matcher's own reduction, for spglib's may differ and change the verdict.
        if place not in self._reduced:
            self._reduced[place] = _reduced_cell(structure_of(self._rows[place].crystal))
        return self._reduced[place]

    def _shapes_of(self, group: tuple[tuple[int, ...], int]) -> np.ndarray:
        if group not in self._shapes:
            crystals = [self._rows[place].crystal for place in self._index.of_prototype(*group)]
            self._shapes[group] = _cell_shapes(
                np.array([crystal.lengths_angstrom for crystal in crystals]).reshape(-1, 3),
                np.array([crystal.angles_degrees for crystal in crystals]).reshape(-1, 3),
            )
        return self._shapes[group]


class _RowIndex:
    """Made of all rows at once."""

    def __init__(self, rows: Sequence[CrystalRow]) -> None:
        self._of_formula: dict[FormulaKey, list[int]] = defaultdict(list)
        self._of_prototype: dict[tuple[tuple[int, ...], int], list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            key = formula_key(row.crystal.species)
            self._of_formula[key].append(place)
            self._of_prototype[anonymous(key), len(row.crystal.species)].append(place)

    def of_formula(self, formula: FormulaKey) -> Sequence[int]:
        return self._of_formula.get(formula, ())

    def of_prototype(self, amounts: tuple[int, ...], atoms: int) -> Sequence[int]:
        return self._of_prototype.get((amounts, atoms), ())


def compare(
    structures: Sequence[Structure],
    known: KnownCrystals | None = None,
    *,
    prototype_trials: int = PROTOTYPE_TRIALS,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Novelty, ...]:
    """What is new in each crystal of a batch.

    Oxidation states that label the sites are not looked at. The first of several equal
    crystals counts as unique, the others name it.

    Args:
        structures: The batch.
        known: Known phases; None asks for uniqueness alone.
        prototype_trials: The most phases each prototype search compares; 0 for none.
        progress: Called with the crystals done and their number.
    """
    batch = _Batch(known, prototype_trials)
    # pymatgen warns of elements without electronegativity whenever it sorts a formula.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for done, structure in enumerate(structures):
            progress(done, len(structures))
            batch.add(structure)
    return tuple(batch.found)


def reduced(structure: Structure) -> ComparableCrystal:
    """A crystal in the cell in which the matcher with default settings compares it.

    Raises:
        CrystalTextError: The crystal is disordered, or its cell is one that would take the
            matcher any time and memory.
    """
    bare = structure_of(plain(structure))
    _check_cell(bare)
    cell = _reduced_cell(bare)
    return ComparableCrystal(cell, formula_key([site.specie.symbol for site in cell]))


def rms_displacement(first: ComparableCrystal, second: ComparableCrystal) -> float | None:
    """Root mean square displacement of two crystals that match, by the default matcher.

    Returns:
        In units of (V/atom)^(1/3); None where they do not match.
    """
    rms = _matcher().get_rms_dist(first.cell, second.cell)
    return None if rms is None else float(rms[0])


class _Batch:
    """The crystals compared so far."""

    def __init__(self, known: KnownCrystals | None, trials: int) -> None:
        self.found: list[Novelty] = []
        self._known, self._trials = known, trials
        self._firsts: dict[tuple[FormulaKey, int], list[tuple[int, Structure]]] = defaultdict(list)

    def add(self, structure: Structure) -> None:
        """Compares one more crystal with those before it and with the known phases."""
        try:
            crystal = reduced(structure)
            alike = self._firsts[crystal.formula, len(crystal.cell)]
            double = next((place for place, cell in alike if _fits(cell, crystal.cell)), None)
            novelty = self._against_known(crystal, double)
        except CrystalTextError as error:
            novelty = Novelty(failure=str(error))
        except Exception as error:  # the matcher and the cell reduction raise many kinds
            novelty = Novelty(failure=f"cannot be compared: {' '.join(str(error).split())[:160]}")
        if novelty.unique:
            alike.append((len(self.found), crystal.cell))
        self.found.append(novelty)

    def _against_known(self, crystal: ComparableCrystal, double: int | None) -> Novelty:
        if self._known is None:
            return Novelty(duplicate_of=double)
        match = self._known.nearest(crystal)
        prototype = polymorph = None
        if match is None:
            polymorph = self._known.most_stable(crystal)
            # The search is the costly part; a double shares its first one's.
            prototype = None if double is None else self.found[double].prototype
            prototype = prototype or self._known.prototype(crystal, self._trials)
        same = self._known.same_formula(crystal)
        return Novelty(double, match, same, prototype, polymorph=polymorph)


def _reduced_cell(structure: Structure) -> Structure:
    """The cell in which the matcher with default settings compares a structure."""
    return structure.get_reduced_structure("niggli").get_primitive_structure()


def _check_cell(structure: Structure) -> None:
    """Refuses cells for which the matcher would take any time and memory."""
    lattice = structure.lattice.get_lll_reduced_lattice()
    each = lattice.volume / len(structure)
    if each < MIN_VOLUME_PER_ATOM_CUBIC_ANGSTROM:
        raise CrystalTextError(
            f"cannot be compared: {each:.2g} Å³ an atom is less than "
            f"{MIN_VOLUME_PER_ATOM_CUBIC_ANGSTROM:g} Å³"
        )
    longest = max(lattice.abc)
    points = 4.0 / 3.0 * math.pi * (_REACH * longest) ** 3 / lattice.volume
    if not points <= MAX_LATTICE_POINTS:
        raise CrystalTextError(
            f"cannot be compared: the cell is too flat or too long ({longest:.4g} Å at a volume "
            f"of {lattice.volume:.3g} Å³)"
        )


@cache
def _matcher(primitive_cell: bool = True) -> Any:
    """The matcher with default settings; the other is for cells known to be primitive."""
    from pymatgen.analysis.structure_matcher import StructureMatcher

    return StructureMatcher(primitive_cell=primitive_cell)


def _fits(first: Structure, second: Structure) -> bool:
    return bool(_matcher().fit(first, second, skip_structure_reduction=True))


def formula_key(species: Iterable[str] | Mapping[str, int]) -> FormulaKey:
    """Elements with their amounts in the reduced formula, of sites or of amounts."""
    amounts = Counter(species)
    divisor = reduce(math.gcd, amounts.values())
    return tuple(sorted((symbol, n // divisor) for symbol, n in amounts.items()))


def _above_hull(row: CrystalRow) -> float:
    above = row.energy_above_hull_ev_per_atom
    return math.inf if above is None else above


def anonymous(formula: FormulaKey) -> tuple[int, ...]:
    """The anonymous formula: (1, 1, 3) of SrTiO3."""
    return tuple(sorted(n for _, n in formula))


def _shape(structure: Structure) -> np.ndarray:
    lattice = structure.lattice
    shape: np.ndarray = _cell_shapes(np.array([lattice.abc]), np.array([lattice.angles]))[0]
    return shape


def _cell_shapes(lengths_angstrom: np.ndarray, angles_degrees: np.ndarray) -> np.ndarray:
    """Cells made comparable, shape (n, 6): edges over V^(1/3), angles over 30°."""
    x, y, z = np.cos(np.radians(angles_degrees)).T
    square = 1.0 + 2.0 * x * y * z - x * x - y * y - z * z
    volumes = lengths_angstrom.prod(axis=1) * np.sqrt(np.maximum(square, 1e-12))
    edges = lengths_angstrom / np.cbrt(volumes)[:, None]
    return np.column_stack((edges, angles_degrees / 30.0))
