"""The data that travels between the rooms of the package.

Everything here is frozen, plain and cheap to import.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np

Vector = tuple[float, float, float]

Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

TextKind: TypeAlias = Literal["coordinate", "symmetric"]
"""How a model writes a crystal: every site, or symmetry and orbits."""

TEXTS: tuple[TextKind, ...] = ("coordinate", "symmetric")

MIN_DISTANCE_ANGSTROM = 0.5
"""Structural validity (CrystalLLM, Section 5): no two atoms nearer than this."""

MIN_RADII_SHARE = 0.7
"""How far page and shell keep written atoms apart, of the sum of their covalent radii."""

MAX_WRITTEN_ATOMS = 200
"""The most atoms in a cell that is written by a model or made by an edit."""


@dataclass(frozen=True, slots=True)
class PlainCrystal:
    """A crystal as the plain numbers that its text can say.

    Attributes:
        lengths_angstrom: Lattice lengths a, b, c.
        angles_degrees: Lattice angles α, β, γ.
        species: Element symbols, one a site.
        fractional_coordinates: One (x, y, z) a site, in the order of ``species``.
    """

    lengths_angstrom: Vector
    angles_degrees: Vector
    species: tuple[str, ...]
    fractional_coordinates: tuple[Vector, ...]

    def translated(self, shift: Vector) -> PlainCrystal:
        """The same crystal with every site moved by one fractional vector."""
        return PlainCrystal(
            self.lengths_angstrom,
            self.angles_degrees,
            self.species,
            tuple(
                ((x + shift[0]) % 1.0, (y + shift[1]) % 1.0, (z + shift[2]) % 1.0)
                for x, y, z in self.fractional_coordinates
            ),
        )


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a prompt asks of a crystal; None means "not said".

    Attributes:
        formula: Reduced chemical formula, such as ``Na2ZnO2``.
        elements: Element symbols that the crystal consists of.
        spacegroup_number: International number, 1 to 230.
        energy_above_hull_ev_per_atom: Target energy above the convex hull.
        formation_energy_ev_per_atom: Target formation energy.
        band_gap_ev: Target band gap (PBE).
        crystal_system: ``triclinic`` to ``cubic``.
        atoms: Atoms in the primitive cell.
    """

    formula: str | None = None
    elements: tuple[str, ...] | None = None
    spacegroup_number: int | None = None
    energy_above_hull_ev_per_atom: float | None = None
    formation_energy_ev_per_atom: float | None = None
    band_gap_ev: float | None = None
    crystal_system: str | None = None
    atoms: int | None = None
