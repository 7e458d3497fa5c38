"""Which atoms are bonded, for the eye.

CrystalNN (pymatgen) where it is affordable; sums of covalent radii where it is not: in large
cells, in cells packed closer than any real crystal (as unrelaxed model output may be), and
where CrystalNN gives up.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crystal_llm.ui.viewer.crystal import ViewedCrystal

if TYPE_CHECKING:
    from pymatgen.analysis.graphs import StructureGraph

# CrystalNN takes about 10 ms a site.
CRYSTAL_NN_SITES = 64
_CLOSEST_VOLUME = 4.0  # Å³ an atom; diamond has 5.7
_TOLERANCE = 0.45  # Å beyond the sum of covalent radii, as Jmol and Open Babel have it
_TOO_CLOSE = 0.4  # Å; atoms on top of each other have no bond to draw


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond from a site of the home cell to a site of another.

    Attributes:
        start: Index of the site in the home cell.
        end: Index of the other site.
        image: The other site's cell, in lattice vectors from the home cell.
    """

    start: int
    end: int
    image: tuple[int, int, int]


@lru_cache(maxsize=256)
def find_bonds(crystal: ViewedCrystal) -> tuple[Bond, ...]:
    """Every bond once, in a settled order."""
    graph = structure_graph(crystal)
    bonds = set()
    for start, end, edge in graph.graph.edges(data=True):
        x, y, z = (int(value) for value in edge["to_jimage"])
        # Of the two names of one bond the smaller one stands.
        there, back = (start, end, (x, y, z)), (end, start, (-x, -y, -z))
        bonds.add(min(there, back))
    return tuple(Bond(*bond) for bond in sorted(bonds))


def structure_graph(crystal: ViewedCrystal) -> StructureGraph:
    """The bonded crystal as a graph of pymatgen."""
    from pymatgen.analysis.graphs import StructureGraph
    from pymatgen.analysis.local_env import CrystalNN

    structure = crystal.structure()
    sites = len(structure)
    if sites <= CRYSTAL_NN_SITES and structure.volume / sites >= _CLOSEST_VOLUME:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return StructureGraph.from_local_env_strategy(structure, CrystalNN())
            except Exception:
                # It raises many kinds on odd crystals; a picture needs no reason.
                pass
    return _by_radii(structure)


def _by_radii(structure: object) -> StructureGraph:
    import numpy as np
    from ase.data import atomic_numbers, covalent_radii
    from pymatgen.analysis.graphs import StructureGraph
    from pymatgen.core import Structure

    assert isinstance(structure, Structure)
    radii = np.array([covalent_radii[atomic_numbers[site.specie.symbol]] for site in structure])
    metal = np.array([site.specie.is_metal for site in structure])
    starts, ends, images, distances = structure.get_neighbor_list(2 * radii.max() + _TOLERANCE)
    bonded = (distances > _TOO_CLOSE) & (distances <= radii[starts] + radii[ends] + _TOLERANCE)
    if not metal.all():
        # Cations of a salt are close to each other, but what holds them are the anions.
        bonded &= ~(metal[starts] & metal[ends])
    edges = {
        (int(i), int(j), (0, 0, 0), tuple(int(value) for value in image)): None
        for i, j, image in zip(starts[bonded], ends[bonded], images[bonded], strict=True)
        if (i, *image) <= (j, *(-image))
    }
    return StructureGraph.from_edges(structure, edges)
