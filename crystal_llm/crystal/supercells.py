"""The supercells of a lattice that are not the same one turned, compact ones first.

A sublattice of index n has one basis in Hermite normal form; two of them are alike where a
rotation of the crystal takes one into the other (G. L. W. Hart and R. W. Forcade, Phys. Rev. B
77, 224115, 2008).
"""

from __future__ import annotations

from itertools import product

import numpy as np


def distinct_supercells(
    index: int, matrix: np.ndarray, rotations: np.ndarray, most: int
) -> list[np.ndarray]:
    """One supercell of each class that rotations of the crystal make alike.

    Args:
        index: How many cells a supercell holds, from 1.
        matrix: Lattice vectors of the cell as rows, Å, shape (3, 3).
        rotations: Of the crystal's point group, on fractional coordinates, shape (n, 3, 3).
        most: How many are wanted, those with the shortest edges.

    Returns:
        Upper triangular integer matrices of determinant ``index``, whose rows are the
        supercell's vectors in terms of the cell's.
    """
    by_edges = sorted(
        ((_edges(form @ matrix), form) for form in _hermite_normal_forms(index)),
        key=lambda pair: (pair[0], pair[1].tolist()),
    )
    distinct: list[tuple[tuple[float, ...], np.ndarray]] = []
    for edges, form in by_edges:
        if not any(
            edges == other_edges and _alike(form, other, rotations)
            for other_edges, other in distinct
        ):
            distinct.append((edges, form))
        if len(distinct) == most:
            break
    return [form for _, form in distinct]


def reduced_lattice(lattice: np.ndarray) -> np.ndarray:
    """The Niggli-reduced vectors of a lattice; its own where there are none."""
    import spglib

    reduced = spglib.niggli_reduce(lattice)
    return lattice if reduced is None else np.asarray(reduced)


def _edges(lattice: np.ndarray) -> tuple[float, ...]:
    lengths = np.linalg.norm(reduced_lattice(lattice), axis=1)
    return tuple(round(float(length), 3) for length in sorted(lengths, reverse=True))


def _hermite_normal_forms(index: int) -> list[np.ndarray]:
    forms = []
    for a, b in product(range(1, index + 1), repeat=2):
        if index % (a * b):
            continue
        c = index // (a * b)
        # The first row is shortened by the second and third, the second by the third.
        for xy, xz, yz in product(range(b), range(c), range(c)):
            forms.append(np.array([[a, xy, xz], [0, b, yz], [0, 0, c]]))
    return forms


def _alike(first: np.ndarray, second: np.ndarray, rotations: np.ndarray) -> bool:
    # Fractional coordinates are columns to a rotation, and vectors are rows here.
    steps = first @ np.swapaxes(rotations, 1, 2) @ np.linalg.inv(second)
    return bool((np.abs(steps - np.round(steps)).max(axis=(1, 2)) < 1e-6).any())
