"""What is asked of a model."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal, get_args

from crystal_llm.crystal.elements import ELEMENTS, TRAINED_ELEMENTS
from crystal_llm.crystal.formula import formula_amounts, shown
from crystal_llm.crystal.symmetric import LATTICE_PARAMETERS, crystal_system
from crystal_llm.errors import CrystalTextError, FormulaError, RequestError
from crystal_llm.generation.clearance import Spacing
from crystal_llm.generation.composition_rules import (
    CompositionRule,
    ElementsRule,
    FormulaRule,
    check_reachable,
)
from crystal_llm.generation.grammar import CrystalState, state_after
from crystal_llm.generation.guidance import STRENGTHS
from crystal_llm.generation.symmetric_grammar import Prototype, SymmetricRules
from crystal_llm.generation.symmetric_reach import (
    Composition,
    Limits,
    atoms_of_positions,
    fixed_letters,
)
from crystal_llm.text.codec import encode_plain
from crystal_llm.text.prompts import generation_prompt
from crystal_llm.types import MAX_WRITTEN_ATOMS, Conditions, PlainCrystal, Vector

MAX_CRYSTALS = 10_000
MAX_BEST_OF = 16
ChosenBy = Literal["energy", "likelihood"]
"""What the best of several crystals is chosen by."""
MAX_RADII_SHARE = 0.9
MAX_DISTANCE_ANGSTROM = 1.0
"""Longer, and a cell could fill up so that no place is left for the next atom."""
HARD_CONDITIONS = ("formula", "elements", "spacegroup_number", "crystal_system", "atoms")
"""Conditions that a grammar can hold; coordinate text knows the first two alone."""

_WORDS = {
    "spacegroup_number": "space group",
    "crystal_system": "crystal system",
    "atoms": "number of atoms",
}

MAX_ORBITS = 60
"""What the compact model's context of 512 tokens has room for, prompt included."""


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """Crystals to be written.

    A condition is *soft* by default: the prompt asks for it and the model may ignore
    it. A *hard* one is held by the grammar. The two are independent of each other.

    Attributes:
        count: How many crystals.
        conditions: What the prompt says.
        hard: Conditions that the grammar holds too, of :data:`HARD_CONDITIONS`; all but formula and
            elements need a model of symmetric text.
        allowed_elements: Elements that may occur, None for all the model knows. Hard.
        excluded_elements: Elements that may not occur. Hard.
        formula_units: With a hard formula, the number of formula units in the cell;
            None for any that fits.
        min_distance_angstrom: No two atoms come closer, images of the others included, as
            far as the lattice leaves room (:mod:`crystal_llm.generation.clearance`); None
            leaves it to the model.
        min_radii_share: The same with this share of the sum of their covalent radii.
        new_only: A crystal that is a known structure is drawn again; whoever writes is told
            which are known (:func:`crystal_llm.generation.writer.write_crystals`).
        best_of: How many crystals are written for each one asked, of which one is kept
            (:mod:`crystal_llm.generation.best_of`).
        chosen_by: Which: the one of the lowest energy above hull as written, or the one whose
            geometry (all but the elements) the model finds likeliest.
        max_atoms: The most atoms in a (primitive) cell.
        min_atoms: The fewest. Hard.
        orbits_range: Fewest and most orbits; None leaves them open. Hard.
        prototype: Space group and occupied positions that every crystal has, its elements
            open. Hard.
        temperature: τ, above 0; 1 leaves the model's own distribution.
        top_p: Nucleus: sample from the likeliest tokens that hold this much probability.
        guidance: Strength w of classifier-free guidance; None leaves it off, as w = 1 does.
        seed: Makes a run repeatable; crystal i depends on the seed and i alone.
        beginning: Crystal text that every crystal starts with; see :func:`fixed_lattice`
            and :func:`fixed_atoms`.

    Raises:
        RequestError: A value is impossible; says what is allowed.
    """

    count: int
    conditions: Conditions = field(default_factory=Conditions)
    hard: frozenset[str] = frozenset()
    allowed_elements: frozenset[str] | None = None
    excluded_elements: frozenset[str] = frozenset()
    formula_units: int | None = None
    min_distance_angstrom: float | None = None
    min_radii_share: float | None = None
    new_only: bool = False
    best_of: int = 1
    chosen_by: ChosenBy = "likelihood"
    max_atoms: int = 20
    min_atoms: int = 1
    orbits_range: tuple[int, int] | None = None
    prototype: Prototype | None = None
    temperature: float = 0.7
    top_p: float = 0.9
    guidance: float | None = None
    seed: int = 0
    beginning: str = ""

    def __post_init__(self) -> None:
        _check(1 <= self.count <= MAX_CRYSTALS, f"n = {self.count}: from 1 to {MAX_CRYSTALS:,}")
        distance = self.min_distance_angstrom
        _check(
            distance is None or 0 < distance <= MAX_DISTANCE_ANGSTROM,
            f"min distance = {distance}: above 0 and at most {MAX_DISTANCE_ANGSTROM} Å",
        )
        share = self.min_radii_share
        _check(
            share is None or 0 < share <= MAX_RADII_SHARE,
            f"min radii = {share}: above 0 and at most {MAX_RADII_SHARE}",
        )
        _check(1 <= self.best_of <= MAX_BEST_OF, f"best of {self.best_of}: from 1 to {MAX_BEST_OF}")
        _check(
            self.chosen_by in get_args(ChosenBy),
            f"chosen by {self.chosen_by!r}: {' or '.join(get_args(ChosenBy))}",
        )
        _check(
            1 <= self.max_atoms <= MAX_WRITTEN_ATOMS,
            f"max atoms = {self.max_atoms}: from 1 to {MAX_WRITTEN_ATOMS}",
        )
        _check(
            1 <= self.min_atoms <= self.max_atoms,
            f"min atoms = {self.min_atoms}: from 1 to the most atoms ({self.max_atoms})",
        )
        orbits = self.orbits_range
        _check(
            orbits is None or 1 <= orbits[0] <= orbits[1] <= MAX_ORBITS,
            f"orbits = {orbits}: a range within 1 to {MAX_ORBITS}",
        )
        _check(
            math.isfinite(self.temperature) and self.temperature > 0,
            f"temperature = {self.temperature}: must be above 0 (0.7 is usual)",
        )
        _check(
            0 < self.top_p <= 1,
            f"top-p = {self.top_p}: must be above 0 and at most 1 (0.9 is usual)",
        )
        _check(
            self.guidance is None
            or (math.isfinite(self.guidance) and STRENGTHS[0] <= self.guidance <= STRENGTHS[1]),
            f"guidance = {self.guidance}: from {STRENGTHS[0]:g} to {STRENGTHS[1]:g} (1: as it is)",
        )
        _check(
            self.guidance is None or self.conditions != Conditions(),
            "guidance strengthens conditions: give one, or leave it off",
        )
        _check(0 <= self.seed < 2**63, f"seed = {self.seed}: from 0 to 2^63 - 1")
        _check_conditions(self.conditions)
        for name in self.hard:
            known = ", ".join(_WORDS.get(other, other) for other in HARD_CONDITIONS)
            _check(name in HARD_CONDITIONS, f"hard {name!r}: can be hard are {known}")
            word = _WORDS.get(name, name)
            _check(
                getattr(self.conditions, name) is not None,
                f"hard {word}: there is no {word} condition to hold; give one or drop it",
            )
        _check_elements(self.allowed_elements or frozenset())
        _check_elements(self.excluded_elements)
        _check(
            self.formula_units is None or "formula" in self.hard,
            "a number of formula units needs a hard formula",
        )
        if self.prototype is not None:
            _check_prototype(self.prototype, (self.min_atoms, self.max_atoms))
        if self.needs_symmetric_text:
            rules = self.symmetric_rules()
            _check(bool(rules.possible_spacegroups()), self.impossible())
            return
        # An impossible composition or beginning fails here, not in a batch.
        start = self.start()
        _check(
            not start.is_full,
            "the fixed beginning of the crystal is a whole crystal already; leave atoms to write",
        )
        check_reachable(self.rule(), start.counts)

    @property
    def prompt(self) -> str:
        """The prompt, as the model reads it."""
        return generation_prompt(self.conditions)

    @property
    def by_energy(self) -> bool:
        """Whether energies choose among several crystals."""
        return self.best_of > 1 and self.chosen_by == "energy"

    @property
    def needs_symmetric_text(self) -> bool:
        """Whether only a model of symmetric text can hold the hard conditions."""
        return bool(self.needing_symmetric_text)

    @property
    def needing_symmetric_text(self) -> str:
        """What only a model of symmetric text can hold, in words; empty where there is nothing."""
        names = [_WORDS[name] for name in HARD_CONDITIONS[2:] if name in self.hard]
        names += ["prototype"] * (self.prototype is not None)
        names += ["number of orbits"] * (self.orbits_range is not None)
        names += ["least number of atoms"] * (self.min_atoms > 1)
        if self.beginning and " " not in self.beginning.split("\n")[0]:
            names.append("beginning in symmetric text")
        return ", ".join(names)

    def symmetric_rules(self) -> SymmetricRules:
        """The hard conditions as the grammar of symmetric text holds them."""
        allowed = self.allowed_elements
        if allowed is None:
            allowed = frozenset(TRAINED_ELEMENTS)
        allowed -= self.excluded_elements
        unit = required = None
        if "elements" in self.hard:
            required = frozenset(self.conditions.elements or ())
            allowed &= required
            absent = sorted(required - allowed)
            _check(not absent, f"{', '.join(absent)} must occur but may not: allow or drop it")
        if "formula" in self.hard:
            unit = requested_formula_unit(str(self.conditions.formula))
            barred = sorted(set(unit) - allowed)
            _check(not barred, f"the formula needs {', '.join(barred)}, which is excluded")
            _check(required in (None, set(unit)), "the hard formula and the hard elements differ")
            required = frozenset(unit)
        atoms = (self.min_atoms, self.max_atoms)
        if "atoms" in self.hard:
            wanted = int(self.conditions.atoms or 0)
            _check(
                atoms[0] <= wanted <= atoms[1],
                f"atoms = {wanted}: outside {atoms[0]} to {atoms[1]}; move the limits on atoms",
            )
            atoms = (wanted, wanted)
        return SymmetricRules(
            self._spacegroups(),
            Composition(allowed, required or frozenset(), unit, self.formula_units),
            Limits(atoms, self.orbits_range or (1, MAX_ORBITS)),
            self.prototype,
            self.spacing(),
        )

    def impossible(self) -> str:
        """Says that no crystal meets the hard conditions, and names them."""
        asked = self.conditions
        held = [f"{name.replace('_', ' ')} {getattr(asked, name)}" for name in sorted(self.hard)]
        if self.prototype is not None:
            positions = " ".join(self.prototype.classes)
            held.append(f"prototype {self.prototype.spacegroup_number} ({positions})")
        held.append(f"{self.min_atoms} to {self.max_atoms} atoms")
        if self.orbits_range is not None:
            held.append(f"{self.orbits_range[0]} to {self.orbits_range[1]} orbits")
        return (
            f"no crystal can have {', '.join(held)} together: the multiplicities of the Wyckoff "
            "positions do not add up; loosen one of them"
        )

    def _spacegroups(self) -> frozenset[int]:
        numbers = set(range(1, 231))
        asked = self.conditions
        if "spacegroup_number" in self.hard:
            numbers &= {int(asked.spacegroup_number or 0)}
        if "crystal_system" in self.hard:
            numbers = {
                number for number in numbers if crystal_system(number) == asked.crystal_system
            }
            _check(
                bool(numbers),
                f"space group {asked.spacegroup_number} is not {asked.crystal_system}",
            )
        first_line = self.beginning.split("\n")[0]
        if first_line.isdecimal():
            numbers &= {int(first_line)}
            _check(bool(numbers), f"the fixed beginning has space group {first_line}, another one")
        if self.prototype is not None:
            numbers &= {self.prototype.spacegroup_number}
            _check(
                bool(numbers),
                f"the prototype has space group {self.prototype.spacegroup_number}, "
                "another than the one asked for",
            )
        return frozenset(numbers)

    def rule(self) -> CompositionRule:
        """The hard conditions on the composition."""
        allowed = self.allowed_elements
        if allowed is None:
            allowed = frozenset(TRAINED_ELEMENTS)
        allowed -= self.excluded_elements
        if "formula" in self.hard:
            unit = requested_formula_unit(str(self.conditions.formula))
            barred = sorted(set(unit) - allowed)
            _check(not barred, f"the formula needs {', '.join(barred)}, which is excluded")
            if "elements" in self.hard:
                asked = set(self.conditions.elements or ())
                _check(asked == set(unit), "the hard formula and the hard elements differ")
            return FormulaRule(unit, self.max_atoms, self.formula_units)
        if "elements" in self.hard:
            required = frozenset(self.conditions.elements or ())
            return ElementsRule(required & allowed, required, self.max_atoms)
        return ElementsRule(allowed, frozenset(), self.max_atoms)

    def spacing(self) -> Spacing | None:
        """How far atoms are kept apart; None: as the model has it."""
        if self.min_distance_angstrom is None and self.min_radii_share is None:
            return None
        return Spacing(self.min_distance_angstrom or 0.0, self.min_radii_share or 0.0)

    def start(self) -> CrystalState:
        """The grammar's state before the first symbol that the model chooses.

        Raises:
            RequestError: The beginning breaks the format or the hard conditions.
        """
        try:
            return state_after(self.rule(), self.beginning, self.spacing())
        except CrystalTextError as error:
            raise RequestError(f"the fixed beginning of the crystal: {error}") from error


def fixed_lattice(lengths_angstrom: Vector, angles_degrees: Vector) -> str:
    """The beginning that fixes a lattice."""
    # Any atom serves to write the two lattice lines.
    whole = encode_plain(PlainCrystal(lengths_angstrom, angles_degrees, ("H",), ((0, 0, 0),)))
    return "\n".join(whole.split("\n")[:2]) + "\n"


def fixed_atoms(crystal: PlainCrystal) -> str:
    """The beginning that fixes a lattice and its first atoms; at least one more follows."""
    return encode_plain(crystal) + "\n"


def requested_formula(formula: str) -> str:
    """A formula as prompts say it, with the elements in pymatgen's order.

    Raises:
        RequestError: Not a formula of real elements in whole numbers.
    """
    from pymatgen.core import Composition

    return str(Composition(requested_formula_unit(formula)).reduced_formula)


def requested_formula_unit(formula: str) -> dict[str, int]:
    """Atoms of each element in the smallest formula unit.

    Raises:
        RequestError: Not a formula of real elements in whole numbers.
    """
    try:
        amounts = formula_amounts(formula)
    except FormulaError as error:
        raise RequestError(f"formula: {error}") from error
    _check_elements(frozenset(amounts))
    if not amounts or not all(n.is_integer() and n >= 1 for n in amounts.values()):
        raise RequestError(f"formula {shown(formula)}: amounts must be whole numbers of at least 1")
    divisor = reduce(math.gcd, (int(n) for n in amounts.values()))
    return {element: int(n) // divisor for element, n in amounts.items()}


def _check_conditions(asked: Conditions) -> None:
    if asked.formula is not None:
        requested_formula_unit(asked.formula)
    if asked.elements is not None:
        _check(bool(asked.elements), "elements: name at least one")
        _check(len(set(asked.elements)) == len(asked.elements), "elements: one is named twice")
        _check_elements(frozenset(asked.elements))
    system = asked.crystal_system
    _check(
        system is None or system in LATTICE_PARAMETERS,
        f"crystal system {system!r}: one of {', '.join(LATTICE_PARAMETERS)}",
    )
    _check(
        asked.atoms is None or 1 <= asked.atoms <= MAX_WRITTEN_ATOMS,
        f"atoms = {asked.atoms}: from 1 to {MAX_WRITTEN_ATOMS}",
    )
    group = asked.spacegroup_number
    if group is not None:
        _check(1 <= group <= 230, f"space group {group}: the numbers are 1 to 230")
    for name, value, low, high in (
        ("energy above hull", asked.energy_above_hull_ev_per_atom, 0.0, 20.0),
        ("formation energy", asked.formation_energy_ev_per_atom, -20.0, 20.0),
        ("band gap", asked.band_gap_ev, 0.0, 30.0),
    ):
        if value is not None:
            _check(
                math.isfinite(value) and low <= value <= high,
                f"{name} = {value}: must be from {low:g} to {high:g}",
            )


def _check_prototype(prototype: Prototype, limits: tuple[int, int]) -> None:
    number, letters = prototype.spacegroup_number, "".join(prototype.classes)
    _check(1 <= number <= 230, f"prototype: space group {number}: the numbers are 1 to 230")
    _check(bool(letters), "prototype: it occupies no position")
    atoms, fixed = atoms_of_positions(number), fixed_letters(number)
    for letter in dict.fromkeys(letters):
        _check(
            letter in atoms,
            f"prototype: space group {number} has no Wyckoff position {letter!r}; its positions "
            f"are {' '.join(atoms)}",
        )
        _check(
            letters.count(letter) == 1 or letter not in fixed,
            f"prototype: position {letter} of space group {number} has no freedom and is there "
            f"{letters.count(letter)} times",
        )
    _check(
        len(letters) <= MAX_ORBITS,
        f"prototype: {len(letters)} orbits of space group {number}; a model writes at most "
        f"{MAX_ORBITS}: take the structure in its own symmetry, or a smaller one",
    )
    total = sum(atoms[letter] for letter in letters)
    _check(
        limits[0] <= total <= limits[1],
        f"prototype: {total} atoms in the primitive cell, and {limits[0]} to {limits[1]} are asked "
        "for: move the limits on atoms",
    )


def _check_elements(symbols: frozenset[str]) -> None:
    unknown = sorted(symbols - set(ELEMENTS))
    _check(not unknown, f"{', '.join(unknown)}: not an element; write symbols such as Li,Fe,O")
    untrained = sorted(symbols - set(TRAINED_ELEMENTS))
    _check(
        not untrained,
        f"{', '.join(untrained)}: no crystal with it was in the training data, so no model "
        "here can write it",
    )


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise RequestError(message)
