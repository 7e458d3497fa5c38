"""Known phases out of a table, of which only those rows are made that a comparison asks for.

Making all 94,387 crystals of the shipped table takes 13 s; a job of a few compositions needs
some dozens. What has to be known of every row, its formula and its number of atoms, stands in
columns of its own.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from crystal_llm.crystal.composition import reduced_formula
from crystal_llm.dataset.known_crystals import read_known_crystals
from crystal_llm.dataset.known_structures import SHIPPED_STRUCTURES
from crystal_llm.dataset.symmetric_table import is_symmetric_table
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import CrystalLLMError, TableError
from crystal_llm.evaluation.novelty import FormulaKey, KnownCrystals

if TYPE_CHECKING:
    from crystal_llm.settings import Settings

_ELEMENT = re.compile(r"([A-Z][a-z]?)(\d*)")
_GROUP = re.compile(r"\(([A-Za-z0-9]+)\)(\d*)")
_ENERGIES = ("formation_energy_ev_per_atom", "energy_above_hull_ev_per_atom", "band_gap_ev")
_CRYSTAL = ("spacegroup_number", "lattice", "elements", "letters", "coordinates")
_COLUMNS = ("material_id", "formula", *_CRYSTAL, *_ENERGIES, "split", "atoms")


def read_known_phases(path: Path) -> KnownCrystals:
    """The known phases of a table.

    Args:
        path: A table as :func:`~crystal_llm.dataset.known_crystals.read_known_crystals` reads
            it. In symmetric form its crystals are made when they are asked for.

    Raises:
        TableError: No such table, not Parquet, columns missing, or no crystal in it.
    """
    if not is_symmetric_table(path, more=("atoms",)):
        return KnownCrystals(read_known_crystals(path))
    table = _opened(path, path.stat().st_mtime_ns)
    return KnownCrystals(table, table)


def shipped_table(configured: Settings) -> Path | None:
    """The table of known structures that comes with the models; None where it is not there."""
    path = configured.models / SHIPPED_STRUCTURES
    return path if path.is_file() else None


def shipped_phases(configured: Settings) -> KnownCrystals | None:
    """The known phases that come with the models; None where they are not there.

    Raises:
        TableError: The table cannot be read.
    """
    path = shipped_table(configured)
    return None if path is None else read_known_phases(path)


@lru_cache(maxsize=2)
def _opened(path: Path, _changed_ns: int) -> _SymmetricTable:
    return _SymmetricTable(path)


class _SymmetricTable(Sequence[CrystalRow]):
    """The rows of a table in symmetric form, each made when it is first looked at."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self._path = path
        try:
            self._table: Any = pq.read_table(path, columns=list(_COLUMNS), use_threads=False)
        except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
            raise TableError(f"{path}: not a readable Parquet table ({error})") from error
        self._made: dict[int, CrystalRow] = {}

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @overload
    def __getitem__(self, place: int) -> CrystalRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[CrystalRow]: ...
    def __getitem__(self, place: int | slice) -> CrystalRow | list[CrystalRow]:
        if isinstance(place, slice):
            return [self[row] for row in range(*place.indices(len(self)))]
        if place not in self._made:
            (record,) = self._table.slice(place, 1).to_pylist()
            self._made[place] = self._row(place, record)
        return self._made[place]

    def of_formula(self, formula: FormulaKey) -> Sequence[int]:
        """Places of the rows of a reduced formula."""
        return self._by_formula.get(reduced_formula(dict(formula)), ())

    def of_prototype(self, amounts: tuple[int, ...], atoms: int) -> Sequence[int]:
        """Places of the rows of an anonymous formula with so many atoms in the cell."""
        return self._by_prototype.get((amounts, atoms), ())

    @cached_property
    def _by_formula(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = defaultdict(list)
        for place, formula in enumerate(self._table["formula"].to_pylist()):
            rows[formula].append(place)
        return dict(rows)

    @cached_property
    def _by_prototype(self) -> dict[tuple[tuple[int, ...], int], list[int]]:
        """Takes a second or two: only a crystal that is none of the known ones needs it."""
        rows: dict[tuple[tuple[int, ...], int], list[int]] = defaultdict(list)
        atoms = self._table["atoms"].to_pylist()
        for formula, places in self._by_formula.items():
            amounts = _amounts(formula)
            for place in places:
                rows[amounts, atoms[place]].append(place)
        return dict(rows)

    def _row(self, place: int, record: dict[str, Any]) -> CrystalRow:
        from crystal_llm.crystal.symmetric import plain_crystal
        from crystal_llm.dataset.symmetric_table import crystal_of_row

        try:
            crystal = plain_crystal(crystal_of_row(*(record[name] for name in _CRYSTAL)))
        except (CrystalLLMError, TypeError, ValueError, KeyError, IndexError) as error:
            raise TableError(
                f"{self._path}: row {place} ({record['material_id']}): {error}"
            ) from error
        formation, above, gap = (_known(record[name]) for name in _ENERGIES)
        return CrystalRow(
            record["material_id"],
            record["formula"],
            crystal,
            record["spacegroup_number"],
            formation,
            above,
            gap,
            record["split"],
        )


def _known(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


def _amounts(formula: str) -> tuple[int, ...]:
    """The anonymous formula of a reduced one: (1, 2, 8) of ``Mg(ScS4)2``."""
    counts: dict[str, int] = defaultdict(int)

    def add(part: str, times: int) -> None:
        for symbol, amount in _ELEMENT.findall(part):
            counts[symbol] += times * int(amount or 1)

    for group, amount in _GROUP.findall(formula):
        add(group, int(amount or 1))
    add(_GROUP.sub("", formula), 1)
    divisor = reduce(math.gcd, counts.values(), 0) or 1
    return tuple(sorted(count // divisor for count in counts.values()))
