"""The grammar of symmetric crystal text in the compact vocabulary.

It says at every place which tokens may follow, so that whatever is written decodes and meets
the hard conditions: space group, composition, sizes, a prototype, a given beginning. Every
beginning can be completed, as far as counting goes; where no place is left that keeps atoms
apart, the crystal *fails* and is drawn again.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.symmetric import SymmetricCrystal, free_lattice_parameters
from crystal_llm.crystal.wyckoff import wyckoff_positions
from crystal_llm.errors import RequestError
from crystal_llm.generation.clearance import Spacing
from crystal_llm.generation.orbit_clearance import OrbitClearance, is_flat
from crystal_llm.generation.symmetric_reach import (
    Composition,
    Limits,
    atoms_of_positions,
    can_complete,
    fixed_letters,
    is_whole,
)
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary

Ids = NDArray[np.intp]

_SHORTEST_WHOLE, _LONGEST_WHOLE = 1, 120
_ANGLES = (30, 150)


@dataclass(frozen=True)
class Prototype:
    """A space group and its occupied positions, whose elements are open.

    Attributes:
        spacegroup_number: The group.
        classes: Letters of the orbits that share an element, one string an element.
    """

    spacegroup_number: int
    classes: tuple[str, ...]

    @classmethod
    def of(cls, crystal: SymmetricCrystal) -> Prototype:
        """The prototype of a crystal: what is left when elements and numbers go."""
        letters: dict[str, list[str]] = {}
        for orbit in crystal.orbits:
            letters.setdefault(orbit.element, []).append(orbit.letter)
        return cls(
            crystal.spacegroup_number,
            tuple(sorted("".join(sorted(group)) for group in letters.values())),
        )


@dataclass(frozen=True)
class SymmetricRules:
    """The hard conditions on a crystal.

    Attributes:
        spacegroups: Groups that may be written.
        composition: What it is made of.
        limits: How large it may be.
        prototype: Group and positions that it must have; None leaves them open.
        spacing: How far atoms are kept apart; None leaves it to the model.
    """

    spacegroups: frozenset[int]
    composition: Composition
    limits: Limits
    prototype: Prototype | None = None
    spacing: Spacing | None = None

    def possible_spacegroups(self) -> frozenset[int]:
        """Groups in which some crystal meets all conditions."""
        return self._possible

    @cached_property
    def _possible(self) -> frozenset[int]:
        return frozenset(number for number in self.spacegroups if _starts(self, number))


@lru_cache(maxsize=16_384)
def _starts_of(number: int, composition: _Key, limits: Limits) -> bool:
    return can_complete(number, frozenset(), {}, 0, composition.of, limits)


def _starts(rules: SymmetricRules, number: int) -> bool:
    if rules.prototype is not None:
        if number != rules.prototype.spacegroup_number:
            return False
        return bool(_assignments(rules)) and _size_fits(rules)
    return _starts_of(number, _Key(rules.composition), rules.limits)


@dataclass(frozen=True)
class _Key:
    """A composition that can be a key of a cache."""

    of: Composition

    def __hash__(self) -> int:
        unit = self.of.unit
        return hash(
            (
                self.of.allowed,
                self.of.required,
                None if unit is None else tuple(sorted(unit.items())),
                self.of.units,
            )
        )


def _size_fits(rules: SymmetricRules) -> bool:
    assert rules.prototype is not None
    atoms = atoms_of_positions(rules.prototype.spacegroup_number)
    letters = "".join(rules.prototype.classes)
    if not all(letter in atoms for letter in letters):
        return False
    total = sum(atoms[letter] for letter in letters)
    low, high = rules.limits.atoms
    least, most = rules.limits.orbits
    return low <= total <= high and least <= len(letters) <= most


def _class_atoms(prototype: Prototype) -> tuple[int, ...]:
    atoms = atoms_of_positions(prototype.spacegroup_number)
    return tuple(sum(atoms.get(letter, 0) for letter in group) for group in prototype.classes)


def _assignments(rules: SymmetricRules) -> list[tuple[tuple[str, int], ...]]:
    """Ways to give required elements to classes of a prototype: one empty way if all is open."""
    prototype, composition = rules.prototype, rules.composition
    assert prototype is not None
    sizes = _class_atoms(prototype)
    if composition.unit is not None:
        total, unit_atoms = sum(sizes), sum(composition.unit.values())
        units, rest = divmod(total, unit_atoms)
        if rest or len(composition.unit) != len(sizes):
            return []
        if composition.units not in (None, units):
            return []
        wanted = {element: units * number for element, number in composition.unit.items()}
    else:
        if len(composition.required) > len(sizes) or len(composition.allowed) < len(sizes):
            return []
        wanted = dict.fromkeys(sorted(composition.required), 0)
    ways: list[tuple[tuple[str, int], ...]] = [()]
    for element, number in wanted.items():
        ways = [
            (*way, (element, place))
            for way in ways
            for place, size in enumerate(sizes)
            if place not in {taken for _, taken in way} and number in (0, size)
        ]
    return ways


class SymmetricState:
    """A crystal that is being written, and what may come next.

    Args:
        vocabulary: Spells the tokens.
        rules: The hard conditions.

    Attributes:
        ended: Whether the crystal is complete and ended.
        failure: Why it cannot be completed (no room left), None while it can.
    """

    def __init__(self, vocabulary: CompactVocabulary, rules: SymmetricRules) -> None:
        self._vocabulary, self._rules = vocabulary, rules
        self._fields: tuple[str, ...] = ("spacegroup",)  # what is due before the orbits
        self._number = 0
        self._lattice: list[float] = []
        self._whole = 0
        self._counts: dict[str, int] = {}
        self._taken: frozenset[str] = frozenset()
        self._orbits = 0
        self._element: str | None = None
        self._letter: str | None = None
        self._coordinates: list[float] = []
        self._assigned: list[tuple[tuple[str, int], ...]] = []
        self._clearance: OrbitClearance | None = None
        self._legal: Ids | None = None
        self._is_given = False  # while a fixed beginning is taken
        self.ended = False
        self.failure: str | None = None
        self._filled: tuple[tuple[str, str], ...] = ()  # element and letter of each orbit
        if rules.prototype is not None:
            self._assigned = _assignments(rules)

    def copy(self) -> SymmetricState:
        """A state that goes on by itself."""
        other = copy(self)
        other._lattice = self._lattice.copy()
        other._counts = self._counts.copy()
        other._coordinates = self._coordinates.copy()
        if self._clearance is not None:
            other._clearance = self._clearance.copy()
        return other

    def legal(self) -> Ids:
        """Token ids that may come next; none after the end or a failure."""
        if self._legal is None:
            self._legal = self._find_legal()
            if len(self._legal) == 0 and not self.ended and self.failure is None:
                self.failure = "no place is left that keeps the atoms apart"
        return self._legal

    def advance(self, token: int) -> None:
        """Takes the next token, which must be legal."""
        self._legal = None
        vocabulary = self._vocabulary
        if token == vocabulary.end:
            self.ended = True
            return
        value = vocabulary.value(token)
        if self._fields:
            self._take_field(value)
        elif self._element is None:
            self._element = value
        elif self._letter is None:
            self._letter = value
            self._finish_orbit()
        else:
            self._coordinates.append(int(value) / 100)
            self._finish_orbit()

    def take(self, tokens: Sequence[int]) -> None:
        """Takes given tokens: a fixed beginning.

        What is given may hold elements that may not be added, and atoms at any distance.

        Raises:
            RequestError: A token breaks the format or the hard conditions.
        """
        self._is_given = True
        self._take_given(tokens)
        self._is_given = False
        self._legal = None

    def _take_given(self, tokens: Sequence[int]) -> None:
        for token in tokens:
            if token not in self.legal():
                reason = self._in_words(token)
                raise RequestError(f"the fixed beginning of the crystal: {reason}")
            self.advance(token)

    def _in_words(self, token: int) -> str:
        """A given value that is not legal here, and what would be."""
        family, _, value = self._vocabulary.names[token].partition(":")
        words = {
            "spacegroup": f"space group {value} is not among those that the conditions allow",
            "whole": f"a cell edge of {value} Å; the model writes {_SHORTEST_WHOLE} to "
            f"{_LONGEST_WHOLE} Å",
            "angle": f"a cell angle of {value}°; the model writes {_ANGLES[0]} to {_ANGLES[1]}°",
            "element": f"{value} here breaks the conditions on elements or on the number of atoms",
            "letter": f"Wyckoff position {value} here breaks the conditions, or is occupied",
        }
        return words.get(family, f"coordinate {family} = 0.{value} breaks the conditions")

    def _find_legal(self) -> Ids:
        if self.ended or self.failure is not None:
            return _NONE
        if self._fields:
            return self._legal_field()
        if self._element is None:
            return self._legal_elements()
        if self._letter is None:
            return self._legal_letters()
        return self._legal_coordinates()

    # — space group and lattice —

    def _legal_field(self) -> Ids:
        vocabulary, name = self._vocabulary, self._fields[0]
        if name == "spacegroup":
            return _spacegroup_ids(vocabulary, self._rules.possible_spacegroups())
        if name == "whole":
            start = vocabulary.family_range("whole").start
            return np.arange(start + _SHORTEST_WHOLE, start + _LONGEST_WHOLE + 1)
        if name == "tenth":
            family = vocabulary.family_range("tenth")
            return np.arange(family.start, family.stop)
        start = vocabulary.family_range("angle").start - 1
        low, high = _ANGLES
        if name == "gamma":
            alpha, beta = (round(value) for value in self._lattice[-2:])
            low = max(low, abs(alpha - beta) + 1)
            high = min(high, alpha + beta - 1, 359 - alpha - beta)
            angles = [a for a in range(low, high + 1) if not is_flat((alpha, beta, a))]
            return start + np.array(angles or [90])
        return np.arange(start + low, start + high + 1)

    def _take_field(self, value: str) -> None:
        name = self._fields[0]
        self._fields = self._fields[1:]
        if name == "spacegroup":
            self._number = int(value)
            fields: list[str] = []
            for parameter in free_lattice_parameters(self._number):
                is_angle = parameter in ("alpha", "beta", "gamma")
                fields += [parameter] if is_angle else ["whole", "tenth"]
            self._fields = tuple(fields)
        elif name == "whole":
            self._whole = int(value)
        elif name == "tenth":
            self._lattice.append(self._whole + int(value) / 10)
        else:
            self._lattice.append(float(value))
        if not self._fields and self._rules.spacing is not None:
            self._clearance = OrbitClearance(self._rules.spacing, self._number, self._lattice)

    # — orbits —

    def _legal_elements(self) -> Ids:
        composition = self._rules.composition
        symbols = _ELEMENTS if self._is_given else composition.allowed
        if composition.unit is not None:
            symbols = frozenset(composition.unit)
        vocabulary = self._vocabulary
        if self._is_open():
            # Every element is as good as another here; one look-ahead serves all.
            some = next(iter(symbols))
            ids = list(_element_ids(vocabulary, symbols)) if self._letters_of(some) else []
        else:
            ids = [vocabulary.token("element", s) for s in symbols if self._letters_of(s)]
        if self._may_end():
            ids.append(vocabulary.end)
        return np.array(sorted(ids), dtype=np.intp)

    def _is_open(self) -> bool:
        """Whether the conditions make no difference between elements here."""
        composition = self._rules.composition
        return (
            self._rules.prototype is None
            and composition.unit is None
            and composition.required <= self._counts.keys()
        )

    def _may_end(self) -> bool:
        rules = self._rules
        if not is_whole(self._counts, self._orbits, rules.composition, rules.limits):
            return False
        if rules.prototype is None:
            return True
        return self._orbits == sum(len(group) for group in rules.prototype.classes)

    def _letters_of(self, element: str) -> list[str]:
        """Letters that an orbit of an element may take, as far as counting goes."""
        rules, number = self._rules, self._number
        atoms = atoms_of_positions(number)
        fixed = fixed_letters(number)
        letters = []
        by_size: dict[tuple[int, bool], bool] = {}
        for letter, size in atoms.items():
            if letter in self._taken:
                continue
            if rules.prototype is not None:
                if self._assignments_with(element, letter):
                    letters.append(letter)
                continue
            # Positions of one size, fixed or free, leave the same things possible.
            key = (size, letter in fixed)
            if key not in by_size:
                taken = self._taken | {letter} if letter in fixed else self._taken
                counts = {**self._counts, element: self._counts.get(element, 0) + size}
                by_size[key] = can_complete(
                    number, taken, counts, self._orbits + 1, rules.composition, rules.limits
                )
            if by_size[key]:
                letters.append(letter)
        return letters

    def _legal_letters(self) -> Ids:
        assert self._element is not None
        positions = wyckoff_positions(self._number)
        letters = self._letters_of(self._element)
        if self._clearance is not None and not self._is_given:
            element, clearance = self._element, self._clearance
            letters = [
                letter
                for letter in letters
                if positions[letter].free_axes or clearance.has_room(element, positions[letter], ())
            ]
        ids = [self._vocabulary.token("letter", letter) for letter in letters]
        return np.array(sorted(ids), dtype=np.intp)

    def _legal_coordinates(self) -> Ids:
        assert self._element is not None and self._letter is not None
        position = wyckoff_positions(self._number)[self._letter]
        axis = position.free_axes[len(self._coordinates)]
        start = self._vocabulary.hundredth(axis, 0)
        is_last = len(self._coordinates) + 1 == len(position.free_axes)
        if self._clearance is None or not is_last or self._is_given:
            return np.arange(start, start + 100)
        before = tuple(self._coordinates)
        return start + self._clearance.clear_hundredths(self._element, position, before)

    def _finish_orbit(self) -> None:
        """Closes the orbit once all its coordinates stand."""
        assert self._element is not None and self._letter is not None
        position = wyckoff_positions(self._number)[self._letter]
        if len(self._coordinates) < len(position.free_axes):
            return
        if self._rules.prototype is not None:
            self._assigned = self._assignments_with(self._element, self._letter)
            self._filled = (*self._filled, (self._element, self._letter))
        if not position.free_axes:
            self._taken = self._taken | {self._letter}
        size = atoms_of_positions(self._number)[self._letter]
        self._counts = {**self._counts, self._element: self._counts.get(self._element, 0) + size}
        self._orbits += 1
        if self._clearance is not None:
            self._clearance.add(self._element, position, tuple(self._coordinates))
        self._element = self._letter = None
        self._coordinates = []

    def _assignments_with(self, element: str, letter: str) -> list[tuple[tuple[str, int], ...]]:
        """Ways to give elements to classes of the prototype that allow one more orbit."""
        prototype = self._rules.prototype
        assert prototype is not None
        letters = sorted(written for symbol, written in self._filled if symbol == element)
        wanted = [*letters, letter]
        ways: dict[tuple[tuple[str, int], ...], None] = {}
        for way in self._assigned:
            held = dict(way)
            classes = [held[element]] if element in held else range(len(prototype.classes))
            for place in classes:
                if element not in held and place in held.values():
                    continue
                group = prototype.classes[place]
                if any(wanted.count(symbol) > group.count(symbol) for symbol in wanted):
                    continue
                following = way if element in held else (*way, (element, place))
                if self._rest_can_be_given(following):
                    ways[following] = None
        return list(ways)

    def _rest_can_be_given(self, way: tuple[tuple[str, int], ...]) -> bool:
        """Whether required elements without a class still find one."""
        assert self._rules.prototype is not None
        given = {element for element, _ in way}
        missing = len(self._rules.composition.required - given)
        return missing <= len(self._rules.prototype.classes) - len(way)


_NONE = np.zeros(0, dtype=np.intp)
_ELEMENTS = frozenset(TRAINED_ELEMENTS)


@lru_cache(maxsize=256)
def _element_ids(vocabulary: CompactVocabulary, symbols: frozenset[str]) -> tuple[int, ...]:
    return tuple(sorted(vocabulary.token("element", symbol) for symbol in symbols))


@lru_cache(maxsize=256)
def _spacegroup_ids(vocabulary: CompactVocabulary, numbers: frozenset[int]) -> Ids:
    return np.array(
        sorted(vocabulary.token("spacegroup", number) for number in numbers), dtype=np.intp
    )
