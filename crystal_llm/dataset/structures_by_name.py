"""Structures of known phases by their names, out of a table of many.

A table of the symmetric form (:mod:`crystal_llm.dataset.symmetric_table`), which
``models/known-structures.parquet`` has, or of the form that ``crystal-llm data`` writes. A
crystal is made when it is asked for: of 94,000 a hull needs a handful.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from crystal_llm.errors import CrystalLLMError, TableError
from crystal_llm.settings import Settings
from crystal_llm.types import PlainCrystal

SHIPPED = "known-structures.parquet"

_PLAIN = ("lengths_angstrom", "angles_degrees", "species", "fractional_coordinates")
_SYMMETRIC = ("spacegroup_number", "lattice", "elements", "letters", "coordinates", "atoms")
_OTHERS = ("material_id", "formula")
_ENERGY = "energy_above_hull_ev_per_atom"


class StructuresByName:
    """The structures of one table.

    Args:
        path: The table.

    Raises:
        TableError: It cannot be read, or has neither of the two forms.
    """

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        try:
            named = set(pq.read_schema(path).names)
            self._symmetric = set(_SYMMETRIC) <= named
            if not {"material_id", *(_SYMMETRIC if self._symmetric else _PLAIN)} <= named:
                raise TableError(f"{path}: a table, but not of crystals")
            form = _SYMMETRIC if self._symmetric else _PLAIN
            others = [name for name in (*_OTHERS, _ENERGY) if name in named]
            self._table: Any = pq.read_table(path, columns=[*others, *form], use_threads=False)
        except TableError:
            raise
        except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
            raise TableError(f"{path}: not a readable Parquet table ({error})") from error

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def crystal(self, material_id: str) -> PlainCrystal | None:
        """The crystal of a name, in its primitive cell; None where the table has none."""
        for row in self._rows("material_id", material_id):
            try:
                return _of_symmetric(row) if self._symmetric else _of_plain(row)
            except (CrystalLLMError, KeyError, ValueError, TypeError, IndexError):
                return None  # a broken row is as good as none
        return None

    def sizes(self, material_ids: Iterable[str]) -> dict[str, int]:
        """Atoms in the cell of each structure that the table has, of those named."""
        import pyarrow as pa
        import pyarrow.compute as pc

        named = self._table["material_id"]
        within = pc.is_in(named, value_set=pa.array(list(material_ids), named.type))
        column = "atoms" if "atoms" in self._table.column_names else "species"
        rows = self._table.select(["material_id", column]).filter(within).to_pylist()
        counted = ((row["material_id"], row[column]) for row in rows)
        return {name: size if isinstance(size, int) else len(size) for name, size in counted}

    def polymorphs(self, formula: str, *, within_ev_per_atom: float) -> tuple[str, ...]:
        """Names of the structures of one composition, the most stable first.

        Args:
            formula: Reduced formula.
            within_ev_per_atom: Structures further above the most stable one, by the table's
                own energies, are left out, as are those whose energy it does not know.
        """
        if not {"formula", _ENERGY} <= set(self._table.column_names):
            return ()
        rows = self._rows("formula", formula, columns=["material_id", _ENERGY])
        known = sorted((row[_ENERGY], row["material_id"]) for row in rows if _is_known(row))
        return tuple(name for above, name in known if above - known[0][0] <= within_ev_per_atom)

    def _rows(
        self, column: str, value: str, columns: list[str] | None = None
    ) -> list[dict[str, Any]]:
        import pyarrow.compute as pc

        places = pc.indices_nonzero(pc.equal(self._table[column], value))
        table = self._table if columns is None else self._table.select(columns)
        rows: list[dict[str, Any]] = table.take(places).to_pylist()
        return rows


def shipped_structures(settings: Settings) -> StructuresByName | None:
    """The structures that come with the models, read once; None where there are none."""
    path = settings.models / SHIPPED
    return _opened(path, path.stat().st_mtime) if path.is_file() else None


@lru_cache(maxsize=4)
def _opened(path: Path, _changed: float) -> StructuresByName:
    return StructuresByName(path)


def _is_known(row: dict[str, Any]) -> bool:
    above = row[_ENERGY]
    return above is not None and above == above


def _of_symmetric(row: dict[str, Any]) -> PlainCrystal:
    from crystal_llm.crystal.symmetric import plain_crystal
    from crystal_llm.dataset.symmetric_table import crystal_of_row

    fields = ("spacegroup_number", "lattice", "elements", "letters", "coordinates")
    return plain_crystal(crystal_of_row(*(row[name] for name in fields)))


def _of_plain(row: dict[str, Any]) -> PlainCrystal:
    a, b, c = (float(value) for value in row["lengths_angstrom"])
    alpha, beta, gamma = (float(value) for value in row["angles_degrees"])
    flat = [float(value) for value in row["fractional_coordinates"]]
    return PlainCrystal(
        (a, b, c),
        (alpha, beta, gamma),
        tuple(row["species"]),
        tuple(zip(flat[::3], flat[1::3], flat[2::3], strict=True)),
    )
