"""A crystal by its symmetry: space group, free lattice parameters, one entry an orbit.

It says the same crystal as a list of all sites, in the standard setting of its group. Where a
group leaves the origin open along an axis (polar groups), the first orbit stands at zero.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crystal_llm.crystal.wyckoff import (
    LETTERS,
    WyckoffPosition,
    operations,
    polar_axes,
    refuse_other_spacegroups,
    wyckoff_positions,
)
from crystal_llm.errors import SymmetryError
from crystal_llm.types import PlainCrystal, Vector

if TYPE_CHECKING:
    import moyopy

_SYMMETRY_TOLERANCE_ANGSTROM = 0.05
"""Displacement within which an operation counts as a symmetry of a crystal."""

_SITE_TOLERANCE_ANGSTROM = 0.1

_BY_ELECTRONEGATIVITY = """
Fr Cs K Rb Ba Ra Na Sr Li Ca La Tb Yb Ac Ce Pr Pm Nd Sm Eu Gd Y Dy Ho Er Tm Lu Pu Hf Th Am Cm Bk
Cf Es Fm Md No Lr Mg Zr Sc Np U Ta Pa Ti Mn Be Nb Al Tl V Zn Cr Cd In Ga Fe Co Si Cu Tc Re Ni Ag
Sn Hg Po Ge Bi B Sb Te Mo As P H Ru Pd Os Ir At Rn Rh Pt Pb W Au C Se S Xe I Br Kr N Cl O F He
Ne Ar Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
"""
HIDDEN = "[?]"
"""Stands for an element that is neither told nor asked for."""

MASKED = "[MASK]"
"""Stands for the element that is asked for; both come after all elements."""

ELECTRONEGATIVITY_ORDER: dict[str, int] = {
    symbol: rank for rank, symbol in enumerate((*_BY_ELECTRONEGATIVITY.split(), HIDDEN, MASKED))
}
"""Rank of each element by Pauling electronegativity; those without a value come last."""

LATTICE_PARAMETERS: dict[str, tuple[str, ...]] = {
    "triclinic": ("a", "b", "c", "alpha", "beta", "gamma"),
    "monoclinic": ("a", "b", "c", "beta"),
    "orthorhombic": ("a", "b", "c"),
    "tetragonal": ("a", "c"),
    "trigonal": ("a", "c"),
    "hexagonal": ("a", "c"),
    "cubic": ("a",),
}
"""Free lattice parameters of each crystal system."""


@dataclass(frozen=True, slots=True)
class Orbit:
    """Sites that the group's operations carry into each other.

    Attributes:
        element: Element symbol, or :data:`MASKED`.
        letter: Wyckoff letter.
        coordinates: Free fractional coordinates of one site of the position's first form.
    """

    element: str
    letter: str
    coordinates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SymmetricCrystal:
    """A crystal in the standard setting of its space group.

    Attributes:
        spacegroup_number: International number, 1 to 230.
        lattice: Free lattice parameters in Å and degrees, as :func:`free_lattice_parameters`
            names them.
        orbits: The orbits, in the order in which they are written.
    """

    spacegroup_number: int
    lattice: tuple[float, ...]
    orbits: tuple[Orbit, ...]

    @property
    def positions(self) -> tuple[WyckoffPosition, ...]:
        """The Wyckoff position of each orbit."""
        table = wyckoff_positions(self.spacegroup_number)
        return tuple(table[orbit.letter] for orbit in self.orbits)


def crystal_system(spacegroup_number: int) -> str:
    """The crystal system of a space group: ``triclinic`` to ``cubic``."""
    refuse_other_spacegroups(spacegroup_number)
    last_numbers = (2, 15, 74, 142, 167, 194, 230)
    return list(LATTICE_PARAMETERS)[
        next(place for place, last in enumerate(last_numbers) if spacegroup_number <= last)
    ]


def free_lattice_parameters(spacegroup_number: int) -> tuple[str, ...]:
    """Names of the lattice parameters that a group leaves free (rhombohedral: hexagonal axes)."""
    return LATTICE_PARAMETERS[crystal_system(spacegroup_number)]


def conventional_parameters(
    spacegroup_number: int, lattice: Sequence[float]
) -> tuple[Vector, Vector]:
    """Lengths (Å) and angles (degrees) of the conventional cell from its free parameters."""
    system = crystal_system(spacegroup_number)
    values = dict(zip(LATTICE_PARAMETERS[system], lattice, strict=True))
    a = values["a"]
    third = a if system == "cubic" else values["c"]
    gamma = 120.0 if system in ("trigonal", "hexagonal") else 90.0
    return (
        (a, values.get("b", a), third),
        (values.get("alpha", 90.0), values.get("beta", 90.0), values.get("gamma", gamma)),
    )


def symmetric_crystal(
    crystal: PlainCrystal,
    *,
    tolerance_angstrom: float = _SYMMETRY_TOLERANCE_ANGSTROM,
    generator: random.Random | None = None,
) -> SymmetricCrystal:
    """Finds the symmetry of a crystal and describes it by orbits.

    Args:
        crystal: Any cell of the crystal; species may be :data:`MASKED`.
        tolerance_angstrom: How far a site may lie from its symmetric place.
        generator: Draws one of the equivalent descriptions; None takes the canonical one.

    Raises:
        SymmetryError: No group is found, or its orbits do not account for all sites.
    """
    standard = standard_setting(crystal, tolerance_angstrom=tolerance_angstrom)
    return arranged(standard.crystal, generator)


@dataclass(frozen=True, slots=True, eq=False)
class StandardSetting:
    """A crystal in the standard setting of its group, and the way back to the cell it came in.

    Attributes:
        crystal: Its orbits, special positions first, where the setting has them.
        linear: Shape (3, 3); x = ``linear`` · x' + ``origin`` takes fractional coordinates of
            the standard cell to those of the given one.
        origin: Shape (3,).
    """

    crystal: SymmetricCrystal
    linear: NDArray[np.float64]
    origin: NDArray[np.float64]


def standard_setting(
    crystal: PlainCrystal, *, tolerance_angstrom: float = _SYMMETRY_TOLERANCE_ANGSTROM
) -> StandardSetting:
    """Finds the symmetry of a crystal; arguments and errors of :func:`symmetric_crystal`."""
    import moyopy

    _refuse_flaws(crystal)
    symbols = list(dict.fromkeys(crystal.species))
    cell = moyopy.Cell(
        cell_vectors(crystal.lengths_angstrom, crystal.angles_degrees).tolist(),
        [list(position) for position in crystal.fractional_coordinates],
        [symbols.index(symbol) for symbol in crystal.species],
    )
    try:
        dataset = moyopy.MoyoDataset(
            cell, symprec=tolerance_angstrom, setting=moyopy.Setting.standard()
        )
    except ValueError as error:
        raise SymmetryError(f"no space group is found ({error})") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust, and no Exception
            raise
        raise SymmetryError("no space group is found (moyopy gave up)") from error
    standard = dataset.std_cell
    basis = np.array(standard.basis)
    sites = np.array(standard.positions) % 1.0
    species = [symbols[number] for number in standard.numbers]
    orbits = _orbits(dataset.number, basis, sites, species)
    lattice = _free_values(dataset.number, basis)
    return StandardSetting(
        SymmetricCrystal(dataset.number, lattice, tuple(orbits)),
        np.array(dataset.std_linear),
        np.array(dataset.std_origin_shift),
    )


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


def plain_crystal(crystal: SymmetricCrystal, *, primitive: bool = True) -> PlainCrystal:
    """All sites of a crystal, in the primitive cell or in the conventional one.

    Sites stand orbit by orbit. The primitive cell is the one of the group's standard
    setting, not yet reduced.
    """
    number = crystal.spacegroup_number
    lengths, angles = conventional_parameters(number, crystal.lattice)
    centring = _primitive_vectors(number)
    reduces = primitive and len(centring) > 0
    species: list[str] = []
    blocks = []
    for orbit, position in zip(crystal.orbits, crystal.positions, strict=True):
        sites = position.sites(orbit.coordinates)
        if reduces:
            # By triplets, not by coordinates: sites that coincide stay two, and are seen.
            sites = sites[list(position.in_primitive_cell)]
        blocks.append(sites)
        species += [orbit.element] * len(sites)
    sites = np.concatenate(blocks)
    if not reduces:
        return PlainCrystal(lengths, angles, tuple(species), _vectors(sites))
    # Rows of `centring` are the primitive vectors in terms of the conventional ones.
    vectors = centring @ cell_vectors(lengths, angles)
    inside = sites @ np.linalg.inv(centring) % 1.0
    return PlainCrystal(*cell_parameters(vectors), tuple(species), _vectors(inside))


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


def cell_vectors(lengths: Sequence[float], angles: Sequence[float]) -> NDArray[np.float64]:
    """Lattice vectors as rows, Å, with a along x and b in the xy plane."""
    a, b, c = lengths
    cos_alpha, cos_beta, cos_gamma = (math.cos(math.radians(angle)) for angle in angles)
    sin_gamma = math.sin(math.radians(angles[2]))
    x = c * cos_beta
    y = c * (cos_alpha - cos_beta * cos_gamma) / sin_gamma
    height = c * c - x * x - y * y
    if height <= 0.0:
        raise SymmetryError(f"the angles {tuple(angles)} enclose no volume")
    return np.array([[a, 0.0, 0.0], [b * cos_gamma, b * sin_gamma, 0.0], [x, y, math.sqrt(height)]])


def cell_parameters(vectors: NDArray[np.float64]) -> tuple[Vector, Vector]:
    """Lengths (Å) and angles (degrees) of lattice vectors given as rows."""
    lengths = np.linalg.norm(vectors, axis=1)
    angles = []
    for first, second in ((1, 2), (0, 2), (0, 1)):
        cosine = vectors[first] @ vectors[second] / (lengths[first] * lengths[second])
        angles.append(math.degrees(math.acos(max(-1.0, min(1.0, float(cosine))))))
    a, b, c = (float(length) for length in lengths)
    return (a, b, c), (angles[0], angles[1], angles[2])


def _refuse_flaws(crystal: PlainCrystal) -> None:
    if not crystal.species:
        raise SymmetryError("the crystal has no atoms")
    strange = next((s for s in crystal.species if s not in ELECTRONEGATIVITY_ORDER), None)
    if strange is not None:
        raise SymmetryError(f"{strange!r} is not an element")
    numbers = [*crystal.lengths_angstrom, *crystal.angles_degrees]
    for position in crystal.fractional_coordinates:
        numbers += position
    if not all(math.isfinite(number) for number in numbers):
        raise SymmetryError("a lattice parameter or coordinate is not a finite number")


def _orbits(
    number: int,
    basis: NDArray[np.float64],
    sites: NDArray[np.float64],
    species: list[str],
) -> list[Orbit]:
    """Parts the sites of a conventional cell into orbits, special positions first."""
    labels = np.array([ELECTRONEGATIVITY_ORDER[symbol] for symbol in species])
    unplaced = np.ones(len(sites), dtype=bool)
    orbits = []
    for position in wyckoff_positions(number).values():
        if position.multiplicity > unplaced.sum():
            continue
        deviation = sites @ position.linear[0].T + position.shifts[0] - sites
        deviation = (deviation - np.round(deviation)) @ basis
        of_form = np.linalg.norm(deviation, axis=1) <= _SITE_TOLERANCE_ANGSTROM
        for index in np.flatnonzero(of_form & unplaced):
            if not unplaced[index]:
                continue
            free = tuple(float(sites[index, axis]) for axis in position.free_axes)
            alike = np.flatnonzero(unplaced & (labels == labels[index]))
            if len(alike) < position.multiplicity:
                continue
            difference = position.sites(free)[:, None, :] - sites[alike][None, :, :]
            difference = (difference - np.round(difference)) @ basis
            distance = np.linalg.norm(difference, axis=2)
            nearest = distance.argmin(axis=1)
            if (
                distance[np.arange(len(nearest)), nearest].max() <= _SITE_TOLERANCE_ANGSTROM
                and len(set(nearest.tolist())) == position.multiplicity
            ):
                unplaced[alike[nearest]] = False
                orbits.append(Orbit(species[index], position.letter, free))
    if unplaced.any():
        raise SymmetryError(
            f"{int(unplaced.sum())} of {len(sites)} sites belong to no orbit of group {number}"
        )
    return orbits


def _free_values(number: int, basis: NDArray[np.float64]) -> tuple[float, ...]:
    (a, b, c), (alpha, beta, gamma) = cell_parameters(basis)
    values = {"a": a, "b": b, "c": c, "alpha": alpha, "beta": beta, "gamma": gamma}
    return tuple(values[name] for name in free_lattice_parameters(number))


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


@lru_cache(maxsize=230)
def _primitive_vectors(number: int) -> NDArray[np.float64]:
    """Primitive vectors in terms of the conventional ones, as rows; empty for P groups."""
    rotations, translations = operations(number)
    centring = translations[(rotations == np.eye(3)).all(axis=(1, 2))]
    if len(centring) == 1:
        return np.zeros((0, 3))
    symbol: dict[tuple[float, ...], str] = {
        (0.0, 0.5, 0.5): "A",
        (0.5, 0.0, 0.5): "B",
        (0.5, 0.5, 0.0): "C",
        (0.5, 0.5, 0.5): "I",
    }
    if len(centring) == 4:
        return np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]])
    if len(centring) == 3:  # obverse setting of hexagonal axes
        return np.array([[2.0, 1.0, 1.0], [-1.0, 1.0, 1.0], [-1.0, -2.0, 1.0]]) / 3.0
    x, y, z = (float(value) for value in next(row for row in centring if row.any()) % 1.0)
    return {
        "A": np.array([[1.0, 0.0, 0.0], [0.0, 0.5, -0.5], [0.0, 0.5, 0.5]]),
        "B": np.array([[0.5, 0.0, -0.5], [0.0, 1.0, 0.0], [0.5, 0.0, 0.5]]),
        "C": np.array([[0.5, 0.5, 0.0], [-0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]),
        "I": np.array([[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]]),
    }[symbol[x, y, z]]


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


def _vectors(rows: NDArray[np.float64]) -> tuple[Vector, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in rows)
