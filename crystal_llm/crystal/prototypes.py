"""Well-known structures to begin with, made from their published lattices and positions.

Each is given as its primitive standard cell, the way in which the models here read crystals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from crystal_llm.errors import InfillError
from crystal_llm.types import PlainCrystal, Vector

TRAINED_ATOMS = 20
"""Cells of the training data have at most so many atoms; larger ones are read, less surely."""


@dataclass(frozen=True, slots=True)
class GalleryStructure:
    """A published structure.

    Attributes:
        id: By which pages and addresses call it.
        name: What mineralogists and chemists call the structure.
        formula: Reduced formula, the way it is usually written.
        spacegroup_number: International number.
        spacegroup_symbol: Its symbol for pymatgen.
        lattice: a, b, c in Å and α, β, γ in degrees, of the conventional cell.
        sites: Element and fractional position of each orbit, in the standard setting of
            the International Tables (origin choice 1 where there are two).
        source: Where lattice and positions were published.
        hint: What one may try with it.
    """

    id: str
    name: str
    formula: str
    spacegroup_number: int
    spacegroup_symbol: str
    lattice: tuple[float, float, float, float, float, float]
    sites: tuple[tuple[str, Vector], ...]
    source: str
    hint: str

    @property
    def crystal(self) -> PlainCrystal:
        """The primitive standard cell."""
        return _primitive(self)


GALLERY: tuple[GalleryStructure, ...] = (
    GalleryStructure(
        "rock-salt", "Rock salt", "NaCl", 225, "Fm-3m",
        (5.6402, 5.6402, 5.6402, 90.0, 90.0, 90.0),
        (("Na", (0.0, 0.0, 0.0)), ("Cl", (0.5, 0.5, 0.5))),
        "Swanson & Fuyat, NBS Circular 539, vol. 2, 41 (1953)",
        "the quickest to try",
    ),
    GalleryStructure(
        "caesium-chloride", "Caesium chloride", "CsCl", 221, "Pm-3m",
        (4.123, 4.123, 4.123, 90.0, 90.0, 90.0),
        (("Cs", (0.0, 0.0, 0.0)), ("Cl", (0.5, 0.5, 0.5))),
        "Swanson & Fuyat, NBS Circular 539, vol. 2, 44 (1953)",
        "eightfold sites; many intermetallics",
    ),
    GalleryStructure(
        "zinc-blende", "Zinc blende", "ZnS", 216, "F-43m",
        (5.4093, 5.4093, 5.4093, 90.0, 90.0, 90.0),
        (("Zn", (0.0, 0.0, 0.0)), ("S", (0.25, 0.25, 0.25))),
        "Skinner, American Mineralogist 46, 1399 (1961)",
        "tetrahedral semiconductors",
    ),
    GalleryStructure(
        "wurtzite", "Wurtzite", "ZnO", 186, "P6_3mc",
        (3.2501, 3.2501, 5.2071, 90.0, 90.0, 120.0),
        (("Zn", (1 / 3, 2 / 3, 0.0)), ("O", (1 / 3, 2 / 3, 0.3817))),
        "Kisi & Elcombe, Acta Crystallographica C45, 1867 (1989)",
        "polar; doping of the metal",
    ),
    GalleryStructure(
        "fluorite", "Fluorite", "CaF2", 225, "Fm-3m",
        (5.463, 5.463, 5.463, 90.0, 90.0, 90.0),
        (("Ca", (0.0, 0.0, 0.0)), ("F", (0.25, 0.25, 0.25))),
        "Batchelder & Simmons, Journal of Chemical Physics 41, 2324 (1964)",
        "fluorides, oxides, antifluorites",
    ),
    GalleryStructure(
        "rutile", "Rutile", "TiO2", 136, "P4_2/mnm",
        (4.593659, 4.593659, 2.958682, 90.0, 90.0, 90.0),
        (("Ti", (0.0, 0.0, 0.0)), ("O", (0.30479, 0.30479, 0.0))),
        "Abrahams & Bernstein, Journal of Chemical Physics 55, 3206 (1971)",
        "dioxides of transition metals",
    ),
    GalleryStructure(
        "cubic-perovskite", "Perovskite, cubic", "SrTiO3", 221, "Pm-3m",
        (3.905, 3.905, 3.905, 90.0, 90.0, 90.0),
        (("Sr", (0.0, 0.0, 0.0)), ("Ti", (0.5, 0.5, 0.5)), ("O", (0.5, 0.5, 0.0))),
        "Swanson, Fuyat & Ugrinic, NBS Circular 539, vol. 3, 44 (1954)",
        "the large A or the small B site",
    ),
    GalleryStructure(
        "perovskite", "Perovskite", "CaTiO3", 62, "Pnma",
        (5.4423, 7.6401, 5.3796, 90.0, 90.0, 90.0),
        (
            ("Ca", (0.0356, 0.25, 0.99352)),
            ("Ti", (0.0, 0.0, 0.5)),
            ("O", (0.4839, 0.25, 0.0711)),
            ("O", (0.2888, 0.0373, 0.7103)),
        ),
        "Sasaki, Prewitt, Bass & Schulze, Acta Crystallographica C43, 1668 (1987)",
        "tilted octahedra",
    ),
    GalleryStructure(
        "spinel", "Spinel", "MgAl2O4", 227, "Fd-3m",
        (8.0832, 8.0832, 8.0832, 90.0, 90.0, 90.0),
        (
            ("Mg", (0.0, 0.0, 0.0)),
            ("Al", (0.625, 0.625, 0.625)),
            ("O", (0.3874, 0.3874, 0.3874)),
        ),
        "Hill, Craig & Gibbs, Physics and Chemistry of Minerals 4, 317 (1979)",
        "tetrahedral against octahedral",
    ),
    GalleryStructure(
        "layered-oxide", "Layered oxide", "LiCoO2", 166, "R-3m",
        (2.8161, 2.8161, 14.0536, 90.0, 90.0, 120.0),
        (("Li", (0.0, 0.0, 0.0)), ("Co", (0.0, 0.0, 0.5)), ("O", (0.0, 0.0, 0.23968))),
        "Akimoto, Gotoh & Oosawa, Journal of Solid State Chemistry 141, 298 (1998)",
        "cathodes: another ion, another metal",
    ),
    GalleryStructure(
        "olivine", "Olivine", "LiFePO4", 62, "Pnma",
        (10.332, 6.010, 4.692, 90.0, 90.0, 90.0),
        (
            ("Li", (0.0, 0.0, 0.0)),
            ("Fe", (0.28222, 0.25, 0.97472)),
            ("P", (0.09486, 0.25, 0.41820)),
            ("O", (0.09678, 0.25, 0.74279)),
            ("O", (0.45710, 0.25, 0.20602)),
            ("O", (0.16558, 0.04646, 0.28478)),
        ),
        "Streltsov, Belokoneva, Tsirelson & Hansen, Acta Crystallographica B49, 147 (1993)",
        "Mn, Co or Ni for Fe, Na for Li",
    ),
    GalleryStructure(
        "garnet", "Garnet", "Mg3Al2Si3O12", 230, "Ia-3d",
        (11.459, 11.459, 11.459, 90.0, 90.0, 90.0),
        (
            ("Mg", (0.125, 0.0, 0.25)),
            ("Al", (0.0, 0.0, 0.0)),
            ("Si", (0.375, 0.0, 0.25)),
            ("O", (0.0329, 0.0502, 0.6534)),
        ),
        "Gibbs & Smith, American Mineralogist 50, 2023 (1965)",
        "three cation sites at once",
    ),
)  # fmt: skip


def prototype(name: str) -> GalleryStructure:
    """The structure of an id.

    Raises:
        InfillError: There is none.
    """
    for structure in GALLERY:
        if structure.id == name:
            return structure
    raise InfillError(
        f"there is no structure {name[:40]!r} in the gallery; there are "
        + ", ".join(structure.id for structure in GALLERY)
    )


def size_note(atoms: int) -> str | None:
    """What is to be said of a cell's size; None within what models were trained on."""
    if atoms <= TRAINED_ATOMS:
        return None
    return (
        f"This cell has {atoms} atoms. The model was trained on cells of at most "
        f"{TRAINED_ATOMS}, so its probabilities are less sure here, and take longer."
    )


@cache
def _primitive(structure: GalleryStructure) -> PlainCrystal:
    from pymatgen.core import Lattice, Structure
    from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

    from crystal_llm.crystal.reduction import from_lattice_matrix

    whole: Any = Structure.from_spacegroup(
        structure.spacegroup_symbol,
        Lattice.from_parameters(*structure.lattice),
        [element for element, _ in structure.sites],
        [position for _, position in structure.sites],
    )
    cell = SpacegroupAnalyzer(whole, symprec=0.01).get_primitive_standard_structure()
    species: Sequence[str] = [site.specie.symbol for site in cell]
    return from_lattice_matrix(cell.lattice.matrix, species, cell.frac_coords)
