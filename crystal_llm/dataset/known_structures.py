"""Known structures that ship with the program: 94,387 crystals of the Materials Project.

They lie in symmetric form in ``models/known-structures.parquet``, which is also a table to
train on. The web process asks it: it is read when it is first asked, column by column, and a
crystal is made of a row only when that row is wanted.
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
from crystal_llm.crystal.symmetric import SymmetricCrystal, plain_crystal, symmetric_crystal
from crystal_llm.crystal.symmetric_prototype import prototype_label
from crystal_llm.dataset.row_building import Failure, Progress, SourceCrystal, split_of
from crystal_llm.dataset.symmetric_table import (
    COLUMNS,
    SymmetricRow,
    crystal_of_row,
    write_symmetric_table,
)
from crystal_llm.errors import SymmetryError, TableError
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from pymatgen.core import Structure

FILE = "known-structures.parquet"
ATTRIBUTION = (
    "Structures, energies and band gaps: the Materials Project (materialsproject.org), "
    "CC BY 4.0; A. Jain et al., APL Materials 1, 011002 (2013), doi:10.1063/1.4812323"
)
_METADATA = "crystal_llm.known_structures"
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
    """A file of known structures, open to questions.

    Each answer is in the order of energy above hull, the unknown ones last, then by name.

    Args:
        path: The file, as :func:`write_known_structures` writes it.

    Raises:
        TableError: The file is missing or another one.
    """

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        if not path.is_file():
            raise TableError(f"{path}: no such file; restore it, or set CRYSTAL_LLM_MODELS")
        try:
            self._table: Any = pq.read_table(path, use_threads=False)  # 0.05 s; threads cost more
            self.about: dict[str, Any] = json.loads(self._table.schema.metadata[_METADATA.encode()])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TableError(f"{path}: not a file of known structures ({error})") from error
        missing = {*COLUMNS, *_SCALARS} - set(self._table.column_names)
        if missing:
            raise TableError(f"{path}: lacks the column(s) {', '.join(sorted(missing))}")

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def by_id(self, material_id: str) -> KnownStructure | None:
        """The crystal of a name, None where there is none."""
        return next(iter(self._where("material_id", [material_id])), None)

    def by_ids(self, material_ids: Iterable[str]) -> dict[str, KnownStructure]:
        """The crystals of several names, those that there are."""
        return {known.material_id: known for known in self._where("material_id", material_ids)}

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

    def by_prototype(self, prototype: SymmetricCrystal | str) -> tuple[KnownStructure, ...]:
        """All crystals of a crystal's prototype, or of a prototype's label."""
        label = prototype if isinstance(prototype, str) else prototype_label(prototype)
        return self._where("prototype", [label])

    def prototype_counts(self) -> dict[str, int]:
        """How many crystals each prototype has, the most frequent first."""
        counts = self._table["prototype"].value_counts().to_pylist()
        counts.sort(key=lambda entry: (-entry["counts"], entry["values"]))
        return {entry["values"]: entry["counts"] for entry in counts}

    def _where(self, column: str, values: Iterable[str]) -> tuple[KnownStructure, ...]:
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(list(values), pa.string())
        chosen = self._table.filter(pc.is_in(self._table[column], value_set=wanted))
        known = [_known_structure(record) for record in chosen.to_pylist()]
        return tuple(sorted(known, key=_stable_first))


@lru_cache(maxsize=1)
def known_structures() -> KnownStructures:
    """The shipped file, read once a process.

    Raises:
        TableError: The file is missing or another one.
    """
    from crystal_llm.settings import settings

    return KnownStructures(settings().models / FILE)


def known_rows(
    crystals: Sequence[SourceCrystal], progress: Progress | None = None
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


def _known_structure(record: dict[str, Any]) -> KnownStructure:
    crystal = crystal_of_row(
        record["spacegroup_number"],
        record["lattice"],
        record["elements"],
        record["letters"],
        record["coordinates"],
    )
    return KnownStructure(**{name: record[name] for name in _SCALARS}, crystal=crystal)


def _stable_first(known: KnownStructure) -> tuple[bool, float, str]:
    energy = known.energy_above_hull_ev_per_atom
    return energy is None, energy or 0.0, known.material_id
