"""Between a crystal's plain numbers and pymatgen's Structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crystal_llm.errors import CrystalTextError
from crystal_llm.types import PlainCrystal, Vector

if TYPE_CHECKING:
    from pymatgen.core import Structure


def plain(structure: Structure) -> PlainCrystal:
    """A pymatgen Structure as plain numbers, its sites in their own order.

    Raises:
        CrystalTextError: A site is disordered, empty or not a real element.
    """
    for index, site in enumerate(structure):
        if not site.is_ordered:
            raise CrystalTextError(
                f"site {index} is disordered ({site.species_string}): crystal text has one "
                "element a site; order the structure first"
            )
    # Oxidation-state labels (Na+) fall away here: text knows elements alone.
    species = tuple(site.specie.symbol for site in structure)
    return PlainCrystal(
        _vector(structure.lattice.abc),
        _vector(structure.lattice.angles),
        species,
        tuple(_vector(row) for row in structure.frac_coords),
    )


def structure(crystal: PlainCrystal) -> Structure:
    """Plain numbers as a pymatgen Structure."""
    from pymatgen.core import Lattice, Structure

    lattice = Lattice.from_parameters(*crystal.lengths_angstrom, *crystal.angles_degrees)
    return Structure(lattice, list(crystal.species), list(crystal.fractional_coordinates))


def _vector(values: object) -> Vector:
    x, y, z = (float(value) for value in values)  # type: ignore[attr-defined]
    return x, y, z
