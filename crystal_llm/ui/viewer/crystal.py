"""What the viewer draws: sites of one cell, whatever they came as."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from crystal_llm.errors import RequestError
from crystal_llm.types import PlainCrystal, Vector

if TYPE_CHECKING:
    from pymatgen.core import Structure

# Of middling size and electronegativity: bonds of an unknown atom are guessed with it.
STAND_IN = "Si"

Viewable: TypeAlias = "PlainCrystal | Structure | Mapping[str, Any]"


@dataclass(frozen=True, slots=True)
class ViewedCrystal:
    """The sites of one cell.

    Attributes:
        matrix: Lattice vectors a, b, c in ångström, one a row.
        symbols: Element symbols, one a site.
        fractional: Fractional coordinates, one a site, as they were given.
    """

    matrix: tuple[Vector, Vector, Vector]
    symbols: tuple[str, ...]
    fractional: tuple[Vector, ...]

    @property
    def digest(self) -> str:
        """Tells crystals apart; equal for equal numbers."""
        said = json.dumps([self.matrix, self.symbols, self.fractional])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def formula(self) -> str:
        """Elements in the order of their first site, each with its number in the cell."""
        counts = {symbol: self.symbols.count(symbol) for symbol in dict.fromkeys(self.symbols)}
        return "".join(f"{symbol}{n if n > 1 else ''}" for symbol, n in counts.items())

    def structure(self) -> Structure:
        """As pymatgen's Structure; a symbol that is no element's becomes ``STAND_IN``."""
        from pymatgen.core import Element, Lattice, Structure

        known = [symbol if Element.is_valid_symbol(symbol) else STAND_IN for symbol in self.symbols]
        return Structure(Lattice(self.matrix), known, list(self.fractional))


def viewed(crystal: Viewable) -> ViewedCrystal:
    """Takes a PlainCrystal, pymatgen's Structure or its dict.

    Raises:
        RequestError: A site is disordered, or the crystal has no site.
    """
    if isinstance(crystal, PlainCrystal):
        from pymatgen.core import Lattice

        lattice = Lattice.from_parameters(*crystal.lengths_angstrom, *crystal.angles_degrees)
        matrix = lattice.matrix
        symbols: list[str] = list(crystal.species)
        fractional: Any = crystal.fractional_coordinates
    elif isinstance(crystal, Mapping):
        matrix = crystal["lattice"]["matrix"]
        symbols = [
            _only([occupant["element"] for occupant in site["species"]])
            for site in crystal["sites"]
        ]
        fractional = [site["abc"] for site in crystal["sites"]]
    else:
        matrix = crystal.lattice.matrix
        symbols = [_only([element.symbol for element in site.species.elements]) for site in crystal]
        fractional = crystal.frac_coords
    if not symbols:
        raise RequestError("a crystal without sites cannot be drawn")
    a, b, c = (_vector(row) for row in matrix)
    return ViewedCrystal((a, b, c), tuple(symbols), tuple(_vector(row) for row in fractional))


def _vector(row: Any) -> Vector:
    x, y, z = (float(value) for value in row)
    return (x, y, z)


def _only(elements: list[str]) -> str:
    if len(elements) != 1:
        raise RequestError(
            f"a site holds {' and '.join(elements) or 'nothing'}: only ordered crystals are drawn; "
            "choose one element for each site"
        )
    return elements[0]
