"""Cartesian coordinates that a CIF gives beside the fractional ones, held against them."""

from __future__ import annotations

import numpy as np

from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_values import CifBlock, number
from crystal_llm.io.crystal_check import SAME_ANGSTROM, periodic_distance

_AXES = ("x", "y", "z")
_CELLS = np.array(np.meshgrid(*[(-1, 0, 1)] * 3, indexing="ij")).reshape(3, -1).T


def refuse_other_cartesian(block: CifBlock, matrix: np.ndarray) -> None:
    """Refuses Cartesian coordinates that are not those of the sites.

    Their axes are the file's (``_atom_sites_Cartn_tran_matrix``) or x along a, with y in the
    plane of a and b; in any other, which a file need not tell, distances are compared.

    Raises:
        StructureFileError: Names two sites that are not so far apart.
    """
    rows = _rows(block)
    if not rows:
        return
    names = [name for name, _, _ in rows]
    fractional = np.array([position for _, position, _ in rows])
    cartesian = np.array([position for _, _, position in rows])
    transformation, shift = _stated_axes(block) or (matrix.T, np.zeros(3))
    if abs(float(np.linalg.det(transformation))) > 1e-9:
        apart = np.linalg.solve(transformation, (cartesian - shift).T).T - fractional
        if max(periodic_distance(row, matrix) for row in apart) < SAME_ANGSTROM:
            return
    for place in range(len(rows) - 1):
        between = (fractional[place + 1 :] - fractional[place])[:, None] + _CELLS
        distances = np.linalg.norm(between @ matrix, axis=2)
        given = np.linalg.norm(cartesian[place + 1 :] - cartesian[place], axis=1)
        differences = np.abs(distances - given[:, None]).min(axis=1)
        worst = int(differences.argmax())
        if differences[worst] > SAME_ANGSTROM:
            raise StructureFileError(
                f"{names[place]} and {names[place + 1 + worst]} are {given[worst]:.2f} Å apart by "
                "_atom_site_Cartn_x, _y, _z, but not by _atom_site_fract_x, _y, _z: remove the "
                "wrong ones"
            )


def _rows(block: CifBlock) -> list[tuple[str, list[float], list[float]]]:
    """Name, fractional and Cartesian coordinates of the sites that have both."""
    fields = block.fields
    tags = [f"_atom_site_{kind}_{axis}" for kind in ("fract", "cartn") for axis in _AXES]
    columns = [fields[tag] for tag in tags if tag in fields]
    if len(columns) < len(tags) or len(set(map(len, columns))) > 1:
        return []
    labels = fields.get("_atom_site_label", fields.get("_atom_site_type_symbol", []))
    rows = []
    for place, said in enumerate(zip(*columns, strict=True)):
        values = [number(value) for value in said]
        if all(value is not None and np.isfinite(value) for value in values):
            name = labels[place] if place < len(labels) else f"atom {place + 1}"
            rows.append((name, values[:3], values[3:]))
    return rows  # type: ignore[return-value]


def _stated_axes(block: CifBlock) -> tuple[np.ndarray, np.ndarray] | None:
    begin = "_atom_sites_cartn_tran"
    for stem in (begin, f"{begin}sf"):
        values = [block.number(f"{stem}_matrix_{row}{column}") for row in "123" for column in "123"]
        shift = [block.number(f"{stem}_vector_{row}") or 0.0 for row in "123"]
        if None not in values:
            return np.array(values, dtype=float).reshape(3, 3), np.array(shift)
    return None
