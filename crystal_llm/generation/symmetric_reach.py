"""What can still be completed: sums of Wyckoff multiplicities.

Atoms are counted in the primitive cell. A position without free coordinates holds one orbit;
one with freedom holds any number. Sets of orbit counts and of atom totals are bit sets: bit n
says that n is possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from crystal_llm.crystal.wyckoff import centring_multiplicity, wyckoff_positions

Slots = tuple[tuple[int, int], ...]
"""Free fixed positions: (atoms, how many), by atoms."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a crystal may be; both ends belong to a range.

    Attributes:
        atoms: Fewest and most atoms in the primitive cell.
        orbits: Fewest and most orbits.
    """

    atoms: tuple[int, int]
    orbits: tuple[int, int]


@dataclass(frozen=True)
class Composition:
    """What a crystal may be made of.

    Attributes:
        allowed: Elements that may occur.
        required: Elements that must occur.
        unit: Atoms of each element in a formula unit that must be met; None leaves it open.
        units: The number of formula units, None for any.
    """

    allowed: frozenset[str]
    required: frozenset[str] = frozenset()
    unit: Mapping[str, int] | None = None
    units: int | None = None


@lru_cache(maxsize=230)
def atoms_of_positions(spacegroup_number: int) -> dict[str, int]:
    """Atoms of each position's orbit in the primitive cell."""
    centring = centring_multiplicity(spacegroup_number)
    return {
        letter: position.multiplicity // centring
        for letter, position in wyckoff_positions(spacegroup_number).items()
    }


@lru_cache(maxsize=230)
def fixed_letters(spacegroup_number: int) -> frozenset[str]:
    """Letters of the positions without free coordinates."""
    positions = wyckoff_positions(spacegroup_number)
    return frozenset(letter for letter, position in positions.items() if not position.free_axes)


@lru_cache(maxsize=65_536)
def slots(spacegroup_number: int, taken: frozenset[str]) -> Slots:
    """The fixed positions that are still free."""
    atoms = atoms_of_positions(spacegroup_number)
    numbers: dict[int, int] = {}
    for letter in fixed_letters(spacegroup_number) - taken:
        numbers[atoms[letter]] = numbers.get(atoms[letter], 0) + 1
    return tuple(sorted(numbers.items()))


@lru_cache(maxsize=230)
def _free_multiplicities(spacegroup_number: int) -> tuple[int, ...]:
    atoms = atoms_of_positions(spacegroup_number)
    fixed = fixed_letters(spacegroup_number)
    return tuple(sorted({atoms[letter] for letter in atoms if letter not in fixed}))


def can_complete(
    spacegroup_number: int,
    taken: frozenset[str],
    counts: Mapping[str, int],
    orbits: int,
    composition: Composition,
    limits: Limits,
) -> bool:
    """Whether some further orbits, or none, make a whole crystal.

    Args:
        spacegroup_number: The group.
        taken: Fixed positions that are occupied.
        counts: Atoms of each element so far, in the primitive cell.
        orbits: Orbits so far.
        composition: What the crystal must be made of.
        limits: How large it may be.
    """
    total = sum(counts.values())
    least, most = limits.orbits[0] - orbits, limits.orbits[1] - orbits
    if total > limits.atoms[1] or most < 0:
        return False
    free = slots(spacegroup_number, taken)
    if composition.unit is None:
        missing = sum(element not in counts for element in composition.required)
        least = max(least, missing, 1 - orbits, 0)
        if least > most:
            return False
        low, high = max(0, limits.atoms[0] - total), limits.atoms[1] - total
        return _reaches(spacegroup_number, free, least, most, low, high)
    unit_atoms = sum(composition.unit.values())
    for units in formula_units(composition, limits):
        remaining = [
            units * number - counts.get(element, 0) for element, number in composition.unit.items()
        ]
        if min(remaining) < 0 or units * unit_atoms < total:
            continue
        possible = _orbit_counts(
            spacegroup_number, free, tuple(sorted(r for r in remaining if r)), limits.orbits[1]
        )
        if _any_within(possible, max(least, 0), most):
            return True
    return False


def formula_units(composition: Composition, limits: Limits) -> range:
    """Numbers of formula units within the limits on atoms."""
    unit_atoms = sum((composition.unit or {}).values())
    if composition.units is not None:
        fits = limits.atoms[0] <= composition.units * unit_atoms <= limits.atoms[1]
        return range(composition.units, composition.units + fits)
    first = max(1, -(-limits.atoms[0] // unit_atoms))
    return range(first, limits.atoms[1] // unit_atoms + 1)


def is_whole(
    counts: Mapping[str, int], orbits: int, composition: Composition, limits: Limits
) -> bool:
    """Whether a crystal may end as it is."""
    total = sum(counts.values())
    if not (
        total
        and limits.atoms[0] <= total <= limits.atoms[1]
        and limits.orbits[0] <= orbits <= limits.orbits[1]
        and composition.required <= counts.keys()
    ):
        return False
    if composition.unit is None:
        return True
    units, rest = divmod(total, sum(composition.unit.values()))
    return (
        not rest
        and units in formula_units(composition, limits)
        and all(counts.get(e, 0) == units * n for e, n in composition.unit.items())
    )


@lru_cache(maxsize=65_536)
def _reaches(number: int, free: Slots, least: int, most: int, low: int, high: int) -> bool:
    """Whether some orbits, within a number of them, hold so many atoms."""
    totals = _totals(number, free, most, high)
    window = ((1 << (high + 1)) - 1) ^ ((1 << low) - 1)
    return any(totals[count] & window for count in range(least, most + 1))


@lru_cache(maxsize=65_536)
def _totals(number: int, free: Slots, most: int, high: int) -> tuple[int, ...]:
    """For each number of orbits up to ``most``: the atom totals that it can have."""
    within = (1 << (high + 1)) - 1
    totals = [1] + [0] * most
    for atoms, copies in free:
        for _ in range(copies):
            for count in range(most, 0, -1):
                totals[count] |= (totals[count - 1] << atoms) & within
    for atoms in _free_multiplicities(number):
        for count in range(1, most + 1):
            totals[count] |= (totals[count - 1] << atoms) & within
    return tuple(totals)


@lru_cache(maxsize=262_144)
def _orbit_counts(number: int, free: Slots, remaining: tuple[int, ...], most: int) -> int:
    """Numbers of orbits that hold exactly the remaining atoms of each element, as bits."""
    if not remaining:
        return 1
    atoms, others = remaining[-1], remaining[:-1]
    possible = 0
    for used, rest, copies in _choices(free, atoms):
        by_freedom = _free_orbit_counts(number, rest, most)
        if not by_freedom:
            continue
        left = tuple(
            (size, count - copies.get(size, 0))
            for size, count in free
            if count > copies.get(size, 0)
        )
        possible |= _convolved(by_freedom, _orbit_counts(number, left, others, most), used, most)
    return possible


@lru_cache(maxsize=65_536)
def _choices(free: Slots, atoms: int) -> tuple[tuple[int, int, Mapping[int, int]], ...]:
    """Ways to fill fixed positions: how many, atoms left over, copies of each size."""
    ways: list[tuple[int, int, dict[int, int]]] = [(0, atoms, {})]
    for size, count in free:
        ways = [
            (used + copies, rest - copies * size, {**held, size: copies} if copies else held)
            for used, rest, held in ways
            for copies in range(min(count, rest // size) + 1)
        ]
    return tuple(ways)


@lru_cache(maxsize=65_536)
def _free_orbit_counts(number: int, atoms: int, most: int) -> int:
    """Numbers of orbits with freedom that hold exactly so many atoms, as bits."""
    possible = [1] + [0] * atoms
    within = (1 << (most + 1)) - 1
    for total in range(1, atoms + 1):
        for size in _free_multiplicities(number):
            if size <= total:
                possible[total] |= (possible[total - size] << 1) & within
    return possible[atoms]


def _convolved(first: int, second: int, shift: int, most: int) -> int:
    """Sums of a number of each bit set and of a shift, as bits."""
    sums = 0
    place = 0
    while first:
        if first & 1:
            sums |= second << (place + shift)
        first >>= 1
        place += 1
    return sums & ((1 << (most + 1)) - 1)


def _any_within(bits: int, least: int, most: int) -> bool:
    return bool(bits & (((1 << (most + 1)) - 1) ^ ((1 << least) - 1)))
