"""Known structures by name, composition, elements or prototype, out of a table of many.

``models/known-structures.parquet`` ships with the program: 94,387 crystals of the Materials
Project in symmetric form, which is also a table to train on. Any other table that
``crystal-llm data`` writes, in either form, can be asked for the crystals it names. A table is
read when it is first asked, and a crystal is made of a row only when that row is wanted: of
94,000 a hull needs a handful.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.crystal.composition import formula_unit, reduced_formula
from crystal_llm.crystal.elemental_lattices import elemental_lattice, lattice_named
from crystal_llm.crystal.symmetric import SymmetricCrystal, plain_crystal
from crystal_llm.crystal.symmetric_prototype import prototype_label
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.dataset.row_building import Failure, RowProgress, SourceCrystal, split_of
from crystal_llm.dataset.symmetric_table import (
    SymmetricRow,
    crystal_of_row,
    write_symmetric_table,
)
from crystal_llm.errors import CrystalLLMError, SymmetryError, TableError
from crystal_llm.settings import Settings
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from pymatgen.core import Structure

SHIPPED_STRUCTURES = "known-structures.parquet"
ATTRIBUTION = (
    "Structures, energies and band gaps: the Materials Project (materialsproject.org), "
    "CC BY 4.0; A. Jain et al., APL Materials 1, 011002 (2013), doi:10.1063/1.4812323"
)
_METADATA = "crystal_llm.known_structures"
_SYMMETRIC = ("spacegroup_number", "lattice", "elements", "letters", "coordinates")
_PLAIN = ("lengths_angstrom", "angles_degrees", "species", "fractional_coordinates")
_ENERGY = "energy_above_hull_ev_per_atom"
_SCALARS = (
    "material_id",
    "formula",
    "chemical_system",
    "prototype",
    "spacegroup_number",
    "atoms",
    "formation_energy_ev_per_atom",
    "energy_above_hull_ev_per_atom",
    "band_gap_ev",
    "split",
    "near_test",
)


@dataclass(frozen=True, slots=True)
class KnownStructure:
    """One known crystal and what is known of it (None where unknown).

    Attributes:
        material_id: Its name in the Materials Project, such as ``mp-22862``.
        formula: Reduced formula.
        chemical_system: Its elements in alphabetical order, such as ``Cl-Na``.
        prototype: Its label by :func:`prototype_label`.
        spacegroup_number: International number, found at 0.05 Å.
        atoms: Atoms in the primitive cell.
        formation_energy_ev_per_atom: By DFT (PBE(+U), MP2020 corrections).
        energy_above_hull_ev_per_atom: The same, above the Materials Project's hull.
        band_gap_ev: By PBE.
        split: ``train``, ``val`` or ``test``: which part of training it belongs to.
        near_test: Formula and space group are those of a val or test row.
        crystal: The crystal by its symmetry.
    """

    material_id: str
    formula: str
    chemical_system: str
    prototype: str
    spacegroup_number: int
    atoms: int
    formation_energy_ev_per_atom: float | None
    energy_above_hull_ev_per_atom: float | None
    band_gap_ev: float | None
    split: str
    near_test: bool
    crystal: SymmetricCrystal

    @property
    def plain(self) -> PlainCrystal:
        """The primitive cell of the group's standard setting."""
        return plain_crystal(self.crystal)

    @property
    def structure(self) -> Structure:
        """The same as a pymatgen Structure."""
        from crystal_llm.crystal.conversion import structure

        return structure(self.plain)


class KnownStructures:
    """A table of known structures, open to questions.

    Crystals are found by name in either form of table. The answers with all that is known of
    a crystal (:class:`KnownStructure`) need the columns that :func:`write_known_structures`
    writes; they come in the order of energy above hull, the unknown ones last, then by name.

    Args:
        path: The table.

    Raises:
        TableError: It is missing, cannot be read, or holds no crystals; of an answer: it lacks
            a column that the answer needs.
    """

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        if not path.is_file():
            raise TableError(f"{path}: no such table of known structures")
        self._path = path
        try:
            names = set(pq.read_schema(path).names)
            self._is_symmetric = {*_SYMMETRIC, "atoms"} <= names
            form = _SYMMETRIC if self._is_symmetric else _PLAIN
            columns = [name for name in dict.fromkeys((*_SCALARS, *form)) if name in names]
            # 0.05 s for the shipped one; threads cost more.
            self._table: Any = pq.read_table(path, columns=columns, use_threads=False)
            metadata = self._table.schema.metadata or {}
            self.about: dict[str, Any] = json.loads(metadata.get(_METADATA.encode(), "{}"))
        except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
            raise TableError(f"{path}: not a readable Parquet table ({error})") from error
        if not {"material_id", *form} <= names:
            raise TableError(f"{path}: a table, but not of crystals")

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def crystal(self, material_id: str) -> PlainCrystal | None:
        """The crystal of a name, in its primitive cell; None where the table has none.

        The name may be of an element's lattice, ``hcp Be``, which the table lacks.
        """
        form = _SYMMETRIC if self._is_symmetric else _PLAIN
        for row in self._rows("material_id", [material_id], form):
            try:
                return plain_crystal(_of_symmetric(row)) if self._is_symmetric else _of_plain(row)
            except (CrystalLLMError, KeyError, ValueError, TypeError, IndexError):
                return None  # a broken row is as good as none
        lattice = lattice_named(material_id)
        return None if lattice is None else lattice.crystal

    def lacking_lattice(self, formula: str) -> str | None:
        """Name of the lattice of an element, where the table lacks it; None for other formulas.

        Args:
            formula: Reduced formula.
        """
        columns = {"formula", "spacegroup_number", "atoms"}
        lattice = elemental_lattice(formula)
        if lattice is None or not columns <= set(self._table.column_names):
            return None
        like = (lattice.spacegroup_number, len(lattice.crystal.species))
        rows = self._rows("formula", [formula], ("spacegroup_number", "atoms"))
        known = any((row["spacegroup_number"], row["atoms"]) == like for row in rows)
        return None if known else lattice.name

    def sizes(self, material_ids: Iterable[str]) -> dict[str, int]:
        """Atoms in the cell of each structure that the table has, of those named."""
        if self._is_symmetric:
            rows = self._rows("material_id", material_ids, ("material_id", "atoms"))
            return {row["material_id"]: row["atoms"] for row in rows}
        rows = self._rows("material_id", material_ids, ("material_id", "species"))
        return {row["material_id"]: len(row["species"]) for row in rows}

    def polymorphs(self, formula: str, *, within_ev_per_atom: float) -> tuple[str, ...]:
        """Names of the structures of one composition, the most stable first.

        Args:
            formula: Reduced formula.
            within_ev_per_atom: Structures further above the most stable one, by the table's
                own energies, are left out, as are those whose energy it does not know.
        """
        if not {"formula", _ENERGY} <= set(self._table.column_names):
            return ()
        rows = self._rows("formula", [formula], ("material_id", _ENERGY))
        energies = sorted(
            (row[_ENERGY], row["material_id"])
            for row in rows
            if row[_ENERGY] is not None and row[_ENERGY] == row[_ENERGY]
        )
        return tuple(
            name for energy, name in energies if energy - energies[0][0] <= within_ev_per_atom
        )

    def names_of(self, formula: str) -> tuple[str, ...]:
        """Names of all structures of one composition, whether their energy is known or not.

        Args:
            formula: Reduced formula.
        """
        if "formula" not in self._table.column_names:
            return ()
        return tuple(
            row["material_id"] for row in self._rows("formula", [formula], ("material_id",))
        )

    def by_id(self, material_id: str) -> KnownStructure | None:
        """The crystal of a name, None where there is none."""
        return next(iter(self._where("material_id", [material_id])), None)

    def by_formula(self, formula: str) -> tuple[KnownStructure, ...]:
        """All polymorphs of a composition, written in any way: ``FeLiPO4`` is ``LiFePO4``.

        Raises:
            StabilityError: Not a formula.
        """
        return self._where("formula", [reduced_formula(formula_unit(formula))])

    def by_chemical_system(
        self, elements: Iterable[str], *, subsystems: bool = False
    ) -> tuple[KnownStructure, ...]:
        """All crystals of exactly these elements; with subsystems, of any part of them too."""
        symbols = sorted(set(elements))
        systems = ["-".join(symbols)]
        if subsystems:
            systems = [
                "-".join(symbol for place, symbol in enumerate(symbols) if part >> place & 1)
                for part in range(1, 2 ** len(symbols))
            ]
        return self._where("chemical_system", systems)

    def _where(self, column: str, values: Iterable[str]) -> tuple[KnownStructure, ...]:
        columns = (*_SCALARS, *_SYMMETRIC)
        self._need(columns)
        known = [_known_structure(row) for row in self._rows(column, values, columns)]
        return tuple(sorted(known, key=_stable_first))

    def _need(self, columns: Iterable[str]) -> None:
        missing = set(columns) - set(self._table.column_names)
        if missing:
            raise TableError(
                f"{self._path}: not a file of known structures (lacks the column(s) "
                f"{', '.join(sorted(missing))}); make one with `crystal-llm data known-structures`"
            )

    def _rows(
        self, column: str, values: Iterable[str], columns: Iterable[str]
    ) -> list[dict[str, Any]]:
        """The rows in which a column has one of the values."""
        import pyarrow as pa
        import pyarrow.compute as pc

        among = pa.array(list(values), self._table.schema.field(column).type)
        chosen = pc.indices_nonzero(pc.is_in(self._table[column], value_set=among))
        names = list(dict.fromkeys(columns))
        rows: list[dict[str, Any]] = self._table.select(names).take(chosen).to_pylist()
        return rows


def shipped_structures(settings: Settings) -> KnownStructures | None:
    """The structures that come with the models, read once; None where there are none."""
    path = settings.models / SHIPPED_STRUCTURES
    return _opened(path, path.stat().st_mtime) if path.is_file() else None


@lru_cache(maxsize=4)
def _opened(path: Path, _changed: float) -> KnownStructures:
    return KnownStructures(path)


def known_rows(
    crystals: Sequence[SourceCrystal], progress: RowProgress | None = None
) -> tuple[list[SymmetricRow], list[Failure]]:
    """Brings crystals of a table, of any size, to symmetric form, or says why one has none.

    Args:
        crystals: As :func:`~crystal_llm.dataset.source_table.read_source_table` gives them.
        progress: Told after every crystal.
    """
    rows: list[SymmetricRow] = []
    failures: list[Failure] = []
    for done, source in enumerate(crystals, start=1):
        assert isinstance(source.content, PlainCrystal)
        species = source.content.species
        try:
            crystal = symmetric_crystal(source.content)
        except SymmetryError as error:
            failures.append(Failure(source.material_id, str(error)))
        else:
            formula = reduced_formula(formula_unit(Counter(species)))
            rows.append(
                SymmetricRow(
                    source.material_id,
                    formula,
                    crystal,
                    source.formation_energy_ev_per_atom,
                    source.energy_above_hull_ev_per_atom,
                    source.band_gap_ev,
                    source.split or split_of(formula),
                    source.near_test,
                )
            )
        if progress is not None:
            progress(done, len(crystals))
    return rows, failures


def write_known_structures(rows: Sequence[SymmetricRow], path: Path, source: str) -> None:
    """Writes rows of a table in symmetric form as a file of known structures.

    Args:
        rows: The crystals.
        path: The file.
        source: Where they come from, in one line.
    """
    about = {"format": 1, "structures": len(rows), "source": source, "attribution": ATTRIBUTION}
    write_symmetric_table(
        rows,
        path,
        more={
            "chemical_system": [_chemical_system(row.crystal) for row in rows],
            "prototype": [prototype_label(row.crystal) for row in rows],
        },
        metadata={_METADATA: json.dumps(about)},
    )


def _chemical_system(crystal: SymmetricCrystal) -> str:
    return "-".join(sorted({orbit.element for orbit in crystal.orbits}))


def _known_structure(row: dict[str, Any]) -> KnownStructure:
    return KnownStructure(**{name: row[name] for name in _SCALARS}, crystal=_of_symmetric(row))


def _of_symmetric(row: dict[str, Any]) -> SymmetricCrystal:
    return crystal_of_row(*(row[name] for name in _SYMMETRIC))


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


def _stable_first(known: KnownStructure) -> tuple[bool, float, str]:
    energy = known.energy_above_hull_ev_per_atom
    return energy is None, energy or 0.0, known.material_id
