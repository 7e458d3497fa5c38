"""The equivalent descriptions of one crystal by its symmetry: settings, sites, order of orbits.

A group's Euclidean normaliser gives the settings in which group and cell are the same and
coordinates are not, and any site of an orbit can stand for it. One is drawn, or the least of all
is taken, which is the same wherever the crystal came from.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crystal_llm.crystal.symmetric import (
    ELECTRONEGATIVITY_ORDER,
    LATTICE_PARAMETERS,
    Orbit,
    SymmetricCrystal,
    cell_vectors,
    conventional_parameters,
    crystal_system,
)
from crystal_llm.crystal.wyckoff import LETTERS, operations, polar_axes, wyckoff_positions
from crystal_llm.errors import SymmetryError

if TYPE_CHECKING:
    import moyopy

Varied: TypeAlias = Literal["both", "setting", "representative", "none"]

VARIED: tuple[Varied, ...] = ("both", "setting", "representative", "none")
"""What is drawn of a crystal's equivalent descriptions: the setting, the sites for orbits."""


def arranged(
    crystal: SymmetricCrystal, generator: random.Random | None = None, varied: Varied = "both"
) -> SymmetricCrystal:
    """One of the equivalent descriptions of a crystal, its orbits in order.

    Args:
        crystal: The crystal, its orbits in any order.
        generator: Draws what is varied. None takes the least of all sites in the present
            setting, so that one description stands for the present setting.
        varied: What is drawn: the setting (an element of the group's Euclidean normaliser),
            the site that stands for each orbit, or both. The setting is else the present
            one, and the sites are the least of all.
    """
    number = crystal.spacegroup_number
    if generator is None or varied == "none":
        return replace(crystal, orbits=_least_arrangement(number, _choices(crystal, 0)))
    setting = generator.randrange(len(normaliser(number))) if varied != "representative" else 0
    if varied == "setting":
        return replace(crystal, orbits=_least_arrangement(number, _choices(crystal, setting)))
    drawn = []
    for orbit in crystal.orbits:
        letter, maps = _moved_position(number, setting, orbit.letter)
        linear, shift = maps[generator.randrange(len(maps))]
        point = wyckoff_positions(number)[orbit.letter].representative(orbit.coordinates)
        drawn.append((orbit.element, letter, linear @ point + shift))
    return replace(crystal, orbits=_arrangement(number, drawn, generator))


def least_setting(crystal: SymmetricCrystal) -> SymmetricCrystal:
    """The least of all descriptions, over every equivalent setting.

    Unlike :func:`arranged` it does not depend on the setting that the crystal stands in, so
    that it is the same wherever a cell has its origin.
    """
    number = crystal.spacegroup_number
    arrangements = [
        _least_arrangement(number, _choices(crystal, setting))
        for setting in range(len(normaliser(number)))
    ]
    return replace(crystal, orbits=min(arrangements, key=_order_key))


def _choices(
    crystal: SymmetricCrystal, setting: int
) -> list[tuple[str, str, list[NDArray[np.float64]]]]:
    """Element, letter and all sites of each orbit in a setting; 0 is the present one."""
    number = crystal.spacegroup_number
    table = wyckoff_positions(number)
    choices = []
    for orbit in crystal.orbits:
        point = table[orbit.letter].representative(orbit.coordinates)
        letter, maps = _moved_position(number, setting, orbit.letter)
        choices.append((orbit.element, letter, [linear @ point + shift for linear, shift in maps]))
    return choices


def shuffled(crystal: SymmetricCrystal, generator: random.Random) -> SymmetricCrystal:
    """The crystal with its orbits in random order, the first at zero along polar axes."""
    orbits = list(crystal.orbits)
    generator.shuffle(orbits)
    return replace(crystal, orbits=origin_at_first(crystal.spacegroup_number, orbits))


def origin_at_first(number: int, orbits: Sequence[Orbit]) -> tuple[Orbit, ...]:
    """Orbits of a group with the first at zero along polar axes."""
    polar = polar_axes(number)
    if not polar:
        return tuple(orbits)
    table = wyckoff_positions(number)
    first = table[orbits[0].letter].representative(orbits[0].coordinates)
    moved = []
    for orbit in orbits:
        axes = table[orbit.letter].free_axes
        values = tuple(
            (value - float(first[axis])) % 1.0 if axis in polar else value
            for axis, value in zip(axes, orbit.coordinates, strict=True)
        )
        moved.append(replace(orbit, coordinates=values))
    return tuple(moved)


@lru_cache(maxsize=230)
def normaliser(
    spacegroup_number: int,
) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
    """Changes of setting that leave group and cell as they are, one a coset of the group.

    They are the Euclidean normaliser of a cell without special metric, modulo the group
    itself and modulo shifts along polar axes; the identity stands first.
    """
    import moyopy

    dataset = moyopy.MoyoDataset(
        _general_crystal(spacegroup_number), symprec=1e-4, setting=moyopy.Setting.standard()
    )
    if dataset.number != spacegroup_number:
        raise SymmetryError(f"space group {spacegroup_number}: no crystal of it could be made")
    group = dataset.normalizer_wyckoff_positions()
    rotations, translations = operations(spacegroup_number)
    polar = list(polar_axes(spacegroup_number))
    known: set[tuple[int, ...]] = set()
    settings = []
    changes = [(np.eye(3), np.zeros(3))]
    changes += [(np.array(op.linear, float), np.array(op.origin_shift)) for op in group.stabilizer]
    for linear, shift in changes:
        shift = shift.copy()
        shift[polar] = 0.0
        if _affine_key(linear, shift, polar) in known:
            continue
        settings.append((linear, shift))
        known |= {
            _affine_key(rotation @ linear, rotation @ shift + translation, polar)
            for rotation, translation in zip(rotations, translations, strict=True)
        }
    return tuple(settings)


@lru_cache(maxsize=230)
def letters_in_settings(spacegroup_number: int) -> tuple[dict[str, str], ...]:
    """What equivalent settings call each Wyckoff letter; the identity stands first."""
    maps: dict[tuple[str, ...], dict[str, str]] = {}
    for setting in range(len(normaliser(spacegroup_number))):
        letters = {
            letter: _moved_position(spacegroup_number, setting, letter)[0]
            for letter in wyckoff_positions(spacegroup_number)
        }
        maps.setdefault(tuple(letters.values()), letters)
    return tuple(maps.values())


_Placed = tuple[str, str, "NDArray[np.float64]"]  # element, letter, site of the first form


def _arrangement(
    number: int, drawn: list[_Placed], generator: random.Random | None
) -> tuple[Orbit, ...]:
    """Orbits in order, moved along polar axes so that one of the first kind stands at zero."""
    polar = list(polar_axes(number))
    if polar:
        kinds = [_kind(element, letter) for element, letter, _ in drawn]
        firsts = [index for index, kind in enumerate(kinds) if kind == min(kinds)]
        first = firsts[0] if generator is None else generator.choice(firsts)
        move = np.zeros(3)
        move[polar] = drawn[first][2][polar]
        drawn = [(element, letter, site - move) for element, letter, site in drawn]
    table = wyckoff_positions(number)
    orbits = [
        Orbit(element, letter, tuple(float(site[axis]) % 1.0 for axis in table[letter].free_axes))
        for element, letter, site in drawn
    ]
    return tuple(sorted(orbits, key=_place_in_order))


def _least_arrangement(
    number: int, choices: list[tuple[str, str, list[NDArray[np.float64]]]]
) -> tuple[Orbit, ...]:
    kinds = [_kind(element, letter) for element, letter, _ in choices]
    firsts = [index for index, kind in enumerate(kinds) if kind == min(kinds)]
    polar = list(polar_axes(number))
    table = wyckoff_positions(number)
    best: tuple[Orbit, ...] | None = None
    origins = [site for first in firsts for site in choices[first][2]] if polar else [np.zeros(3)]
    for origin in origins:
        move = np.zeros(3)
        move[polar] = origin[polar]
        orbits = []
        for element, letter, sites in choices:
            free = list(table[letter].free_axes)
            least = _least(np.array(sites)[:, free] - move[free])
            orbits.append(Orbit(element, letter, least))
        ordered = tuple(sorted(orbits, key=_place_in_order))
        if best is None or _order_key(ordered) < _order_key(best):
            best = ordered
    assert best is not None
    return best


def _least(rows: NDArray[np.float64]) -> tuple[float, ...]:
    """The least of some free coordinates to a hundredth, the first of several such."""
    if not rows.shape[1]:
        return ()
    within = rows % 1.0
    said = np.rint(within * 100) % 100
    return tuple(within[np.lexsort(said.T[::-1])[0]].tolist())


@cache
def _moved_position(
    number: int, setting: int, letter: str
) -> tuple[str, tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]]:
    """The letter of a position in another setting, and the maps of its sites to that form."""
    linear, shift = normaliser(number)[setting]
    multiplicity = wyckoff_positions(number)[letter].multiplicity
    for other, position in wyckoff_positions(number).items():
        if position.multiplicity == multiplicity:
            maps = _maps_to_form(number, letter, linear, shift, other)
            if maps:
                return other, tuple(maps)
    raise SymmetryError(f"space group {number}: position {letter} is lost in setting {setting}")


def _maps_to_form(
    number: int,
    letter: str,
    linear: NDArray[np.float64],
    shift: NDArray[np.float64],
    other: str,
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Maps x → g(linear x + shift), g in the group, that give sites of another form."""
    table = wyckoff_positions(number)
    first, target = table[letter], table[other]
    rotations, translations = operations(number)
    wholes, moves = rotations @ linear, rotations @ shift + translations
    images = wholes @ first.linear[0]
    coordinates = wholes @ first.shifts[0] + moves
    again = target.linear[0] @ images - images
    difference = coordinates @ target.linear[0].T + target.shifts[0] - coordinates
    difference -= np.round(difference)
    is_of_form = (np.abs(again) < 1e-6).all(axis=(1, 2)) & (np.abs(difference) < 1e-6).all(axis=1)
    maps: dict[tuple[int, ...], tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
    for index in np.flatnonzero(is_of_form):
        key = _affine_key(images[index], coordinates[index], [])
        maps.setdefault(key, (wholes[index], moves[index]))
    return list(maps.values())


def _affine_key(
    linear: NDArray[np.float64], shift: NDArray[np.float64], ignored: list[int]
) -> tuple[int, ...]:
    shift = shift.copy()
    shift[ignored] = 0.0
    values = np.concatenate([np.rint(linear * 24).ravel(), np.rint(shift * 24) % 24])
    return tuple(int(value) for value in values)


def _general_crystal(number: int) -> moyopy.Cell:
    """A crystal of a group with neither special metric nor special sites."""
    import moyopy

    generator = random.Random(number)
    system = crystal_system(number)
    generic = {"a": 11.3, "b": 13.7, "c": 17.9, "alpha": 83.0, "beta": 97.0, "gamma": 101.0}
    lattice = [generic[name] for name in LATTICE_PARAMETERS[system]]
    general = list(wyckoff_positions(number).values())[-1]
    sites: list[list[float]] = []
    labels: list[int] = []
    for label in range(3):
        point = tuple(generator.random() for _ in range(3))
        orbit = general.sites(point)
        sites += orbit.tolist()
        labels += [label] * len(orbit)
    vectors = cell_vectors(*conventional_parameters(number, lattice))
    return moyopy.Cell(vectors.tolist(), sites, labels)


def _kind(element: str, letter: str) -> tuple[int, int]:
    return ELECTRONEGATIVITY_ORDER[element], LETTERS.index(letter)


def _hundredths(coordinates: Sequence[float]) -> tuple[int, ...]:
    return tuple(round(value * 100) % 100 for value in coordinates)


def _place_in_order(orbit: Orbit) -> tuple[Any, ...]:
    return (*_kind(orbit.element, orbit.letter), _hundredths(orbit.coordinates), orbit.coordinates)


def _order_key(orbits: Sequence[Orbit]) -> tuple[Any, ...]:
    # What text says of all orbits comes first: float error in one must not decide on the next.
    said = tuple(
        (*_kind(orbit.element, orbit.letter), _hundredths(orbit.coordinates)) for orbit in orbits
    )
    return said, tuple(orbit.coordinates for orbit in orbits)
