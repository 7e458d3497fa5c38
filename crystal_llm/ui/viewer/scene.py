"""A crystal as Crystal Toolkit's Scene, each drawn atom with the index of its site.

Groups of the scene, shown and hidden by their names:

- ``atoms``: the cell's atoms; one on a face stands at the opposite face too;
- ``bonds``: between atoms that are drawn; an atom on no face has its half of every bond,
  so that none floats where its neighbours lie beyond the cell;
- ``polyhedra`` around cations, and ``outside``: the atoms beyond the cell that complete them;
- ``unit_cell``: the edges of every cell.

Spheres of one element form one primitive; its ``_meta[0]`` holds, beside ``element`` and
``masked``, ``sites`` (indices in the original cell) in the order of its positions.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Any

from crystal_llm.errors import RequestError
from crystal_llm.ui.viewer.bonds import Bond, find_bonds
from crystal_llm.ui.viewer.colours import MASKED_COLOUR, MASKED_RADIUS, element_colours, radius
from crystal_llm.ui.viewer.crystal import ViewedCrystal
from crystal_llm.ui.viewer.toolkit import plain_numbers, scene_classes

CellOffset = tuple[int, int, int]
_Place = tuple[int, CellOffset]
HalfBond = tuple[_Place, _Place]

# Cells are shown up to so many atoms; software rendering keeps up with that.
MAX_VIEWED_ATOMS = 1200
MOST_CELLS = 3
_FACE = 0.05  # fractional; Crystal Toolkit draws images of atoms so near to a face
_BOND_RADIUS = 0.09
_FLAT = 0.35  # Å; corners within a plane make no polyhedron


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """What of a crystal is drawn.

    Attributes:
        supercell: Number of cells along a, b and c, 1 to 3 each.
        masked: Indices of sites whose element is not known.
        bonds: The bonds, instead of those that are found.
    """

    supercell: CellOffset = (1, 1, 1)
    masked: tuple[int, ...] = ()
    bonds: tuple[Bond, ...] | None = None

    def check(self, sites: int) -> None:
        """Raises RequestError where the options do not fit a crystal."""
        if any(not 1 <= count <= MOST_CELLS for count in self.supercell):
            raise RequestError(f"supercell {self.supercell}: 1 to {MOST_CELLS} cells a direction")
        if strange := [site for site in self.masked if not 0 <= site < sites]:
            raise RequestError(f"masked sites {strange}: the crystal has sites 0 to {sites - 1}")


@dataclass(slots=True)
class _Drawing:
    """What is drawn of a crystal: places are sites in cells."""

    crystal: ViewedCrystal
    options: SceneOptions
    bonds: tuple[Bond, ...]
    inside: list[_Place] = field(default_factory=list)
    outside: list[_Place] = field(default_factory=list)
    colours: dict[str, str] = field(default_factory=dict)
    neighbours: dict[int, list[_Place]] = field(default_factory=lambda: defaultdict(list))

    def colour(self, site: int) -> str:
        masked = site in self.options.masked
        return MASKED_COLOUR if masked else self.colours[self.crystal.symbols[site]]

    def named(self, site: int) -> str:
        """The element as the legend has it."""
        return "?" if site in self.options.masked else self.crystal.symbols[site]

    def position(self, place: _Place) -> list[float]:
        site, cell = place
        fraction = [x + shift for x, shift in zip(self.crystal.fractional[site], cell, strict=True)]
        return cartesian(self.crystal, fraction)

    def bonded(self, place: _Place) -> list[_Place]:
        site, cell = place
        return [(other, _add(cell, image)) for other, image in self.neighbours[site]]


def cell_limit(sites: int) -> int:
    """The most cells that are drawn of a crystal with so many sites."""
    return max(1, MAX_VIEWED_ATOMS // max(1, sites))


def fitting_supercell(wanted: Collection[int], sites: int) -> CellOffset:
    """The wanted numbers of cells, lowered where there would be too many atoms."""
    a, b, c = (min(MOST_CELLS, max(1, int(count))) for count in wanted)
    while a * b * c > cell_limit(sites):
        largest = max(a, b, c)
        if c == largest:
            c -= 1
        elif b == largest:
            b -= 1
        else:
            a -= 1
    return a, b, c


@lru_cache(maxsize=128)
def build_scene(crystal: ViewedCrystal, options: SceneOptions) -> dict[str, Any]:
    """The JSON of Crystal Toolkit's Scene; read it, do not change it.

    Raises:
        RequestError: The options do not fit the crystal.
    """
    options.check(len(crystal.symbols))
    drawing = _drawing(crystal, options)
    toolkit = scene_classes()
    origin = [-value for value in cartesian(crystal, [n / 2 for n in options.supercell])]
    bonds, beyond = _half_bonds(drawing)
    groups = {
        "atoms": _spheres(drawing, drawing.inside),
        "bonds": _cylinders(drawing, bonds),
        "polyhedra": _polyhedra(drawing),
        "outside": [*_spheres(drawing, drawing.outside), *_cylinders(drawing, beyond)],
        "unit_cell": [_edges(crystal, options.supercell)],
    }
    scene = toolkit.Scene(
        name="crystal",
        lattice=[list(row) for row in crystal.matrix],
        contents=[toolkit.Scene(name, contents, origin) for name, contents in groups.items()],
    )
    made: dict[str, Any] = plain_scene(scene.to_json())
    made["_meta"] = {"corner": round(_farthest_corner(crystal, options.supercell), 4)}
    return made


def plain_scene(value: Any) -> Any:
    """A scene's JSON with every number rounded and every array a list."""
    if isinstance(value, dict):
        return {key: plain_scene(item) for key, item in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [plain_scene(item) for item in value]
    return plain_numbers(value)


def _drawing(crystal: ViewedCrystal, options: SceneOptions) -> _Drawing:
    bonds = find_bonds(crystal) if options.bonds is None else options.bonds
    drawing = _Drawing(crystal, options, bonds)
    drawing.colours = element_colours(crystal.symbols)
    for site, fraction in enumerate(crystal.fractional):
        a, b, c = map(_shifts, fraction, options.supercell)
        drawing.inside += [(site, cell) for cell in product(a, b, c)]
    for bond in drawing.bonds:
        x, y, z = bond.image
        drawing.neighbours[bond.start].append((bond.end, bond.image))
        if (bond.end, bond.image) != (bond.start, (0, 0, 0)):
            drawing.neighbours[bond.end].append((bond.start, (-x, -y, -z)))
    inside = set(drawing.inside)
    corners = {
        corner
        for place in drawing.inside
        if _is_centre(drawing, place)
        for corner in drawing.bonded(place)
    }
    drawing.outside = sorted(corners - inside)
    return drawing


def _shifts(fraction: float, count: int) -> list[int]:
    """The cells in which a coordinate lies within 0 to ``count``, faces included."""
    first, last = -int(fraction) - 2, count - int(fraction) + 2
    return [
        shift for shift in range(first, last + 1) if -_FACE <= fraction + shift <= count + _FACE
    ]


def _spheres(drawing: _Drawing, places: list[_Place]) -> list[Any]:
    """One primitive for each element, and one for each element's masked sites."""
    grouped: dict[tuple[str, bool], list[_Place]] = defaultdict(list)
    for place in places:
        site = place[0]
        grouped[drawing.crystal.symbols[site], site in drawing.options.masked].append(place)
    return [
        scene_classes().Spheres(
            positions=[drawing.position(place) for place in members],
            color=drawing.colour(members[0][0]),
            radius=MASKED_RADIUS if masked else radius(symbol),
            # Also what keeps Crystal Toolkit from merging elements of one colour and size.
            tooltip=f"masked {symbol}" if masked else symbol,
            clickable=True,
            # Crystal Toolkit's to_json drops a dict, but not one in a list.
            _meta=[{"element": symbol, "masked": masked, "sites": [site for site, _ in members]}],
        )
        for (symbol, masked), members in grouped.items()
    ]


def _half_bonds(drawing: _Drawing) -> tuple[list[HalfBond], list[HalfBond]]:
    """Halves of the bonds of the cell's atoms, and those that atoms beyond the cell add."""
    inside, all_drawn = set(drawing.inside), {*drawing.inside, *drawing.outside}
    bonds: list[HalfBond] = []
    beyond: list[HalfBond] = []
    for place in sorted(all_drawn):
        within = place in inside and _within(drawing.crystal, place[0])
        for other in drawing.bonded(place):
            if within or (place in inside and other in inside):
                bonds.append((place, other))
            elif other in all_drawn:
                beyond.append((place, other))
    return bonds, beyond


def _within(crystal: ViewedCrystal, site: int) -> bool:
    """Whether a site lies on no face of the cell."""
    return all(_FACE < x % 1 < 1 - _FACE for x in crystal.fractional[site])


def _cylinders(drawing: _Drawing, bonds: list[HalfBond]) -> list[Any]:
    """Bonds from an atom to the middle, in the atom's colour."""
    halves: dict[tuple[str, str, str], list[list[list[float]]]] = defaultdict(list)
    for place, other in bonds:
        start, end = drawing.position(place), drawing.position(other)
        middle = [(coordinate + two) / 2 for coordinate, two in zip(start, end, strict=True)]
        ends = drawing.named(place[0]), drawing.named(other[0])
        halves[drawing.colour(place[0]), *ends].append([start, middle])
    return [
        scene_classes().Cylinders(
            positionPairs=pairs,
            color=colour,
            radius=_BOND_RADIUS,
            # Also what keeps bonds to different elements apart: one of them may be hidden.
            tooltip=f"{element} {other}",
            _meta=[{"element": element, "other": other}],
        )
        for (colour, element, other), pairs in halves.items()
    ]


def _is_centre(drawing: _Drawing, place: _Place) -> bool:
    """Whether a polyhedron stands around a site: over three neighbours, all more electronegative.

    It is Crystal Toolkit's rule.
    """
    neighbours = drawing.neighbours[place[0]]
    if len(neighbours) <= 3 or place[0] in drawing.options.masked:
        return False
    own = _electronegativity(drawing.crystal.symbols[place[0]])
    return all(_electronegativity(drawing.crystal.symbols[site]) > own for site, _ in neighbours)


def _polyhedra(drawing: _Drawing) -> list[Any]:
    import numpy as np

    shapes = []
    for place in drawing.inside:
        if not _is_centre(drawing, place):
            continue
        corners = [drawing.position(corner) for corner in drawing.bonded(place)]
        spread = np.array(corners) - np.mean(corners, axis=0)
        # The hull of flat corners has no inside, and the renderer's algorithm no end to it.
        if np.linalg.svd(spread, compute_uv=False)[-1] < _FLAT:
            continue
        shapes.append(
            scene_classes().Convex(
                positions=corners,
                color=drawing.colour(place[0]),
                _meta=[{"element": drawing.named(place[0])}],
            )
        )
    return shapes


def _edges(crystal: ViewedCrystal, supercell: CellOffset) -> Any:
    """The edges of every cell, each run of them along one lattice direction as one line."""
    positions: list[list[float]] = []
    for axis in range(3):
        others = [range(count + 1) for at, count in enumerate(supercell) if at != axis]
        for first, second in product(*others):
            ends = []
            for along in (0, supercell[axis]):
                corner: list[float] = [first, second]
                corner.insert(axis, along)
                ends.append(cartesian(crystal, corner))
            positions += ends
    return scene_classes().Lines(positions=positions)


@lru_cache(maxsize=128)
def _electronegativity(symbol: str) -> float:
    from pymatgen.core import Element

    # Not a number compares false with all: no polyhedron around or of what is unknown.
    return float(Element(symbol).X) if Element.is_valid_symbol(symbol) else float("nan")


def cartesian(crystal: ViewedCrystal, fraction: Collection[float]) -> list[float]:
    """A place in fractions of the lattice vectors, in Å."""
    rows = zip(fraction, crystal.matrix, strict=True)
    scaled = [[part * value for value in row] for part, row in rows]
    return [float(sum(values)) for values in zip(*scaled, strict=True)]


def _farthest_corner(crystal: ViewedCrystal, supercell: CellOffset) -> float:
    """Half the longest diagonal of what is shown, Å."""
    a, b, c = supercell
    ends = [cartesian(crystal, (a, y * b, z * c)) for y in (-1, 1) for z in (-1, 1)]
    return max(math.hypot(*end) for end in ends) / 2


def _add(cell: CellOffset, other: CellOffset) -> CellOffset:
    return cell[0] + other[0], cell[1] + other[1], cell[2] + other[2]
