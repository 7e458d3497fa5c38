"""Reference phases: what is known, and at which energies, for a hull to be made of.

A reference holds the phase of least energy at each composition; only that one can lie on
a hull. Phases are kept in the order of their chemical systems, so a question about one
system touches the phases of that system and of those within it, and no others.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

import numpy as np

from crystal_llm.crystal.composition import ATOMIC_NUMBERS, formula_unit, reduced_formula
from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.types import Array

PhaseRow: TypeAlias = tuple[str, "str | Mapping[str, float]", float]
"""Id, composition (a formula, or atoms by symbol) and energy in eV/atom of one phase."""

ELEMENTAL_ID = "elemental-"
# A formation energy of an element this far below 0 (eV/atom) is no formation energy.
ZERO_TOLERANCE_EV_PER_ATOM = 1e-6


@dataclass(frozen=True, slots=True)
class ReferenceProvenance:
    """Where a reference comes from.

    Attributes:
        method: What made its energies.
        source: The table, database or set of structures.
        made_on: Date, ``YYYY-MM-DD``.
        notes: What else a reader should know of the energies.
    """

    method: EnergyMethod
    source: str
    made_on: str
    notes: str = ""

    def __post_init__(self) -> None:
        """Checks that the source and the date are said.

        Raises:
            StabilityError: The source is empty or the date is none.
        """
        if not (isinstance(self.source, str) and self.source and isinstance(self.notes, str)):
            raise StabilityError("the source of the reference is not said")
        try:
            date.fromisoformat(self.made_on)
        except (ValueError, TypeError) as error:
            raise StabilityError(f"{self.made_on!r} is no date such as 2026-01-31") from error


SAME_FRACTION = 1e-9
"""Atomic fractions of whole numbers of atoms that are equal differ by less."""


@dataclass(frozen=True, slots=True)
class ReferencePhase:
    """One known phase.

    Attributes:
        material_id: Its name in the source.
        composition: Atoms of each element in the smallest formula unit.
        energy_ev_per_atom: Its energy, of the reference's method.
        relaxed: Whether that is the energy after relaxing under the reference's potential.
    """

    material_id: str
    composition: Mapping[str, int]
    energy_ev_per_atom: float
    relaxed: bool = False

    @property
    def formula(self) -> str:
        """The formula as chemists write it."""
        return reduced_formula(self.composition)


@dataclass(frozen=True, slots=True)
class RelaxedPhase:
    """What relaxing under the reference's potential made of the phase at a composition.

    Attributes:
        material_id: The known structure that came out lowest.
        energy_ev_per_atom: Its energy then.
        undisplaced_ev_per_atom: Energy of the phase relaxed from its known structure, where one
            relaxed from displaced atoms came out lower; None where none did.
    """

    material_id: str
    energy_ev_per_atom: float
    undisplaced_ev_per_atom: float | None = None

    @property
    def highest_ev_per_atom(self) -> float:
        """Energy of the phase relaxed from its known structure, be that a saddle or not."""
        if self.undisplaced_ev_per_atom is None:
            return self.energy_ev_per_atom
        return self.undisplaced_ev_per_atom


@dataclass(frozen=True, slots=True)
class ChemicalSystem:
    """The phases within one chemical system, ready for a hull.

    Attributes:
        elements: Symbols by atomic number.
        phases: Places of the phases in the reference, shape (n_phases,).
        atomic_fractions: One column a phase, shape (n_elements, n_phases).
        energies_ev_per_atom: Shape (n_phases,).
        terminals: Column of each element's elemental phase; None where there is none.
    """

    elements: tuple[str, ...]
    phases: Array
    atomic_fractions: Array
    energies_ev_per_atom: Array
    terminals: tuple[int | None, ...]

    @property
    def missing_terminals(self) -> tuple[str, ...]:
        """Elements without an elemental phase: no hull spans the system."""
        pairs = zip(self.elements, self.terminals, strict=True)
        return tuple(symbol for symbol, column in pairs if column is None)


class Reference:
    """Known phases with their energies, all of one method.

    Made by :func:`build_reference` or read by
    :func:`~crystal_llm.stability.references.reference_file.read_reference`.

    Two references are equal when they hold the same phases, as many of them relaxed.

    Attributes:
        provenance: Where it comes from.
        material_ids: One a phase.
        energies_ev_per_atom: Shape (n_phases,), of the relaxed phase where it is known.
        relaxed: What relaxing made of phases, by their place.
        offsets: Phase i has the entries ``offsets[i]`` to ``offsets[i + 1]`` of the two
            next arrays; shape (n_phases + 1,).
        atomic_numbers: Elements of the phases, ascending within each.
        atoms: Atoms of those elements in the smallest formula unit.
        reference_id: Hash of the method and of all phases: the same phases have the same
            id, whenever and from whatever file they were read.
    """

    def __init__(
        self,
        provenance: ReferenceProvenance,
        material_ids: Sequence[str],
        energies_ev_per_atom: Array,
        offsets: Array,
        atomic_numbers: Array,
        atoms: Array,
    ) -> None:
        self.provenance = provenance
        self.material_ids = material_ids
        self.energies_ev_per_atom = energies_ev_per_atom
        self.offsets = offsets
        self.atomic_numbers = atomic_numbers
        self.atoms = atoms
        self.relaxed: Mapping[int, RelaxedPhase] = {}
        self.reference_id = self._hash()
        self._given = self

    def __len__(self) -> int:
        return len(self.material_ids)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Reference):
            return NotImplemented
        return self.reference_id == other.reference_id and self.relaxed == other.relaxed

    def __hash__(self) -> int:
        return hash((self.reference_id, len(self.relaxed)))

    @property
    def method(self) -> EnergyMethod:
        """What made the energies."""
        return self.provenance.method

    @property
    def as_given(self) -> Reference:
        """The same phases, none of them relaxed."""
        return self._given

    def with_relaxed(self, relaxed: Mapping[int, RelaxedPhase]) -> Reference:
        """The same phases, those at some places with what relaxing made of them.

        The id stays: what a result names is the set of phases.
        """
        other = copy(self)
        other.relaxed = {**self.relaxed, **relaxed}
        other.material_ids = list(self.material_ids)
        other.energies_ev_per_atom = self.energies_ev_per_atom.copy()
        for place, phase in relaxed.items():
            other.material_ids[place] = phase.material_id
            other.energies_ev_per_atom[place] = phase.energy_ev_per_atom
        return other

    def phase(self, place: int) -> ReferencePhase:
        """The phase at a place."""
        entries = slice(int(self.offsets[place]), int(self.offsets[place + 1]))
        numbers, atoms = self.atomic_numbers[entries].tolist(), self.atoms[entries].tolist()
        return ReferencePhase(
            self.material_ids[place],
            {ELEMENTS[number - 1]: count for number, count in zip(numbers, atoms, strict=True)},
            float(self.energies_ev_per_atom[place]),
            place in self.relaxed,
        )

    def __iter__(self) -> Iterator[ReferencePhase]:
        return (self.phase(place) for place in range(len(self)))

    def place_of(self, composition: Mapping[str, float]) -> int | None:
        """Place of the phase with a composition, in any number of formula units.

        Raises:
            StabilityError: A symbol is not an element.
        """
        system = self.chemical_system(composition)
        total = sum(composition.values())
        wanted = np.array([composition[symbol] / total for symbol in system.elements])
        apart = np.abs(system.atomic_fractions - wanted[:, None]).max(axis=0, initial=0.0)
        places = system.phases[apart < SAME_FRACTION]
        return int(places[0]) if places.size else None

    def has_composition(self, composition: Mapping[str, float]) -> bool:
        """Whether a phase has a composition, in any number of formula units.

        Raises:
            StabilityError: A symbol is not an element.
        """
        return self.place_of(composition) is not None

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """All elements that occur, by atomic number."""
        return tuple(ELEMENTS[number - 1] for number in np.unique(self.atomic_numbers))

    @cached_property
    def missing_terminals(self) -> tuple[str, ...]:
        """Elements that occur in phases but have no elemental phase."""
        alone = self.atomic_numbers[self.offsets[:-1][np.diff(self.offsets) == 1]]
        present = {ELEMENTS[number - 1] for number in alone}
        return tuple(symbol for symbol in self.elements if symbol not in present)

    def chemical_system(self, elements: Iterable[str]) -> ChemicalSystem:
        """The phases that consist of some of the elements and of no others.

        Raises:
            StabilityError: A symbol is not an element.
        """
        numbers = _atomic_numbers(elements)
        starts, bits = self._systems
        others = ~_bits(numbers)
        within = np.flatnonzero(((bits[0] & others[0]) | (bits[1] & others[1])) == 0)
        first, last = starts[within], starts[within + 1]
        phases = _ranges(first, last)
        lengths = self.offsets[phases + 1] - self.offsets[phases]
        entries = _ranges(self.offsets[phases], self.offsets[phases + 1])
        rows = np.searchsorted(numbers, self.atomic_numbers[entries])
        columns = np.repeat(np.arange(phases.size), lengths)
        fractions = np.zeros((len(numbers), phases.size))
        fractions[rows, columns] = self.atoms[entries]
        fractions /= fractions.sum(axis=0)
        terminals: list[int | None] = [None] * len(numbers)
        for column in np.flatnonzero(lengths == 1).tolist():
            terminals[int(fractions[:, column].argmax())] = column
        return ChemicalSystem(
            tuple(ELEMENTS[number - 1] for number in numbers),
            phases,
            fractions,
            self.energies_ev_per_atom[phases],
            tuple(terminals),
        )

    @cached_property
    def _systems(self) -> tuple[Array, Array]:
        """First phase of each chemical system, and the system's elements as 118 bits.

        The bits lie in two rows of 64, which makes asking every system for a subset of
        some elements a matter of 0.1 ms.
        """
        number = self.atomic_numbers.astype(np.int64) - 1
        bits = np.zeros((2, number.size), dtype=np.uint64)
        bits[number // 64, np.arange(number.size)] = np.left_shift(
            np.uint64(1), (number % 64).astype(np.uint64)
        )
        bits = np.bitwise_or.reduceat(bits, self.offsets[:-1], axis=1)
        new = np.flatnonzero((bits[:, 1:] != bits[:, :-1]).any(axis=0)) + 1
        starts = np.concatenate(([0], new, [len(self)]))
        return starts, np.ascontiguousarray(bits[:, starts[:-1]])

    def _hash(self) -> str:
        digest = hashlib.sha256()
        digest.update(json.dumps(self.method.as_dict(), sort_keys=True).encode())
        digest.update(json.dumps(list(self.material_ids)).encode())
        for array, kind in (
            (self.energies_ev_per_atom, "<f8"),
            (self.offsets, "<i8"),
            (self.atomic_numbers, "<u1"),
            (self.atoms, "<u2"),
        ):
            digest.update(np.ascontiguousarray(array, dtype=kind).tobytes())
        return digest.hexdigest()[:16]


def build_reference(rows: Iterable[PhaseRow], provenance: ReferenceProvenance) -> Reference:
    """Makes a reference of known phases.

    Of several phases of one composition the one of least energy is kept. With formation
    energies, every element that occurs gets a terminal at 0 eV/atom.

    Raises:
        StabilityError: No rows, a composition that is none, an energy that is no number,
            or an element with a formation energy below 0; names the row.
    """
    lowest: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[float, str]] = {}
    for material_id, composition, energy in rows:
        try:
            unit = formula_unit(composition)
        except StabilityError as error:
            raise StabilityError(f"{material_id}: {error}") from error
        if not math.isfinite(energy):
            raise StabilityError(
                f"{material_id}: the energy is {energy}; leave the phase out or compute it again"
            )
        key = (tuple(ATOMIC_NUMBERS[symbol] for symbol in unit), tuple(unit.values()))
        phase = (float(energy), str(material_id))
        lowest[key] = min(phase, lowest.get(key, phase))
    if not lowest:
        raise StabilityError(f"{provenance.source}: holds no phases to make a reference of")
    if provenance.method.energy_kind == "formation":
        _set_terminals_to_zero(lowest)
    keys = sorted(lowest)
    counts = [len(numbers) for numbers, _ in keys]
    return Reference(
        provenance,
        [lowest[key][1] for key in keys],
        np.array([lowest[key][0] for key in keys]),
        np.concatenate(([0], np.cumsum(counts))),
        np.array([number for numbers, _ in keys for number in numbers], dtype=np.uint8),
        np.array([count for _, atoms in keys for count in atoms], dtype=np.uint16),
    )


def _set_terminals_to_zero(
    lowest: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[float, str]],
) -> None:
    for number in {number for numbers, _ in lowest for number in numbers}:
        key, symbol = ((number,), (1,)), ELEMENTS[number - 1]
        energy, material_id = lowest.get(key, (math.inf, ""))
        if energy < -ZERO_TOLERANCE_EV_PER_ATOM:
            raise StabilityError(
                f"{material_id}: elemental {symbol} has {energy:g} eV/atom, but the formation "
                "energy of an element is 0: are these total energies?"
            )
        if energy > ZERO_TOLERANCE_EV_PER_ATOM:
            lowest[key] = (0.0, f"{ELEMENTAL_ID}{symbol}")


def _atomic_numbers(elements: Iterable[str]) -> list[int]:
    asked = set(elements)
    unknown = sorted(asked - ATOMIC_NUMBERS.keys())
    if unknown:
        raise StabilityError(f"{', '.join(unknown)}: not an element; write symbols such as Li")
    if not asked:
        raise StabilityError("a chemical system has at least one element; name it")
    return sorted(ATOMIC_NUMBERS[symbol] for symbol in asked)


def _bits(atomic_numbers: Iterable[int]) -> Array:
    words = [0, 0]
    for number in atomic_numbers:
        words[(number - 1) // 64] |= 1 << ((number - 1) % 64)
    return np.array(words, dtype=np.uint64)


def _ranges(first: Array, last: Array) -> Array:
    """All whole numbers of the ranges [first, last), one range after the other."""
    lengths = last - first
    before = np.concatenate(([0], np.cumsum(lengths)[:-1])) if lengths.size else lengths
    return np.repeat(first - before, lengths) + np.arange(int(lengths.sum()))
