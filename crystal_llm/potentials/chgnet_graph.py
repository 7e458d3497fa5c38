"""The graph that CHGNet reads, made with arrays instead of objects for each bond.

Equal to chgnet's own converter but for the order of bonds and angles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from chgnet.graph import CrystalGraph

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.neighbors import directed_bonds


def crystal_graph(
    numbers: np.ndarray,
    fractional: np.ndarray,
    lattice: np.ndarray,
    bond_cutoffs: tuple[float, float],
) -> CrystalGraph:
    """The graph of a crystal.

    Args:
        numbers: Atomic numbers, shape (n_atoms,).
        fractional: Fractional coordinates, shape (n_atoms, 3); wrapped here.
        lattice: Cell vectors as rows, Å, shape (3, 3).
        bond_cutoffs: Longest bond, and longest bond that takes part in an angle, Å.

    Raises:
        PotentialError: An atom has no neighbour, or the cell has collapsed.
    """
    atom_cutoff, angle_cutoff = bond_cutoffs
    fractional = fractional - np.floor(fractional)
    center, neighbor, image, length = directed_bonds(fractional, lattice, atom_cutoff)
    undirected, first = _pair_reversed(center, neighbor, image)
    return CrystalGraph(
        atomic_number=torch.as_tensor(numbers, dtype=torch.int32),
        atom_frac_coord=torch.as_tensor(fractional, dtype=torch.float32),
        atom_graph=_indices(np.stack([center, neighbor], axis=1)),
        atom_graph_cutoff=atom_cutoff,
        neighbor_image=torch.as_tensor(image, dtype=torch.float32),
        directed2undirected=_indices(undirected),
        undirected2directed=_indices(first),
        bond_graph=_indices(_angles(center, length, undirected, angle_cutoff)),
        bond_graph_cutoff=angle_cutoff,
        lattice=torch.tensor(lattice, dtype=torch.float32),  # it may be read-only
    )


def _indices(values: np.ndarray) -> Any:
    return torch.as_tensor(values.astype(np.int32))


def _pair_reversed(
    center: np.ndarray, neighbor: np.ndarray, image: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Finds for each directed bond the bond that it shares with its reverse.

    Returns:
        Index of the undirected bond of each directed one, shape (n_bonds,), and one directed
        bond of each undirected one, shape (n_bonds / 2,).
    """
    forward = np.column_stack([center, neighbor, image])
    backward = np.column_stack([neighbor, center, -image])
    # Of the two directions the one that is first in lexicographic order names the bond.
    differing = forward != backward
    at = np.argmax(differing, axis=1)
    rows = np.arange(len(forward))
    swapped = forward[rows, at] > backward[rows, at]
    names = np.where(swapped[:, None], backward, forward)
    low = names.min(axis=0)
    spans = names.max(axis=0) - low + 1
    keys = np.ravel_multi_index(tuple((names - low).T), tuple(spans))
    _, first, undirected, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    if not (counts == 2).all():
        raise PotentialError("the bonds of the crystal do not pair: two atoms share one place")
    return undirected.reshape(-1), first


def _angles(
    center: np.ndarray, length: np.ndarray, undirected: np.ndarray, cutoff: float
) -> np.ndarray:
    """Ordered pairs of different short bonds around each atom.

    Args:
        center: Index of the centre of each directed bond, sorted, shape (n_bonds,).
        length: Length of each, Å, shape (n_bonds,).
        undirected: Its undirected bond, shape (n_bonds,).
        cutoff: Longest bond that takes part, Å.

    Returns:
        Centre, undirected and directed index of the first bond, and of the second,
        shape (n_angles, 5).
    """
    short = np.flatnonzero(length < cutoff)
    if not len(short):
        return np.zeros((0, 5), dtype=np.int64)
    start = np.searchsorted(center[short], center[short], side="left")
    end = np.searchsorted(center[short], center[short], side="right")
    degree = end - start
    left = np.repeat(np.arange(len(short)), degree)
    offset = np.arange(len(left)) - np.repeat(np.cumsum(degree) - degree, degree)
    right = start[left] + offset
    keep = left != right
    bond, other = short[left[keep]], short[right[keep]]
    return np.column_stack([center[bond], undirected[bond], bond, undirected[other], other])
