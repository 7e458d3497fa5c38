"""The references that are there, and what each says of itself, without reading its phases."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.stability.references.reference import ReferenceProvenance

_METADATA_KEY = b"crystal_llm.reference"


@dataclass(frozen=True, slots=True)
class ReferenceEntry:
    """A reference file.

    Attributes:
        name: Its file name without the ending, by which a page or a URL calls it.
        path: The file.
        reference_id: Hash of its phases, as the file says it.
        n_phases: How many it holds.
        provenance: Where it comes from.
    """

    name: str
    path: Path
    reference_id: str
    n_phases: int
    provenance: ReferenceProvenance

    @property
    def title(self) -> str:
        """One line for a list to choose from."""
        method = self.provenance.method
        return f"{title_of(method.potential)} · {method.level_of_theory} · {self.n_phases:,} phases"


@dataclass(frozen=True, slots=True)
class ReferenceCatalogue:
    """All references, and the files that look like one and are none.

    Attributes:
        entries: In the order of the folders, by name within each.
        unreadable: Names of the files that could not be read.
    """

    entries: tuple[ReferenceEntry, ...]
    unreadable: tuple[str, ...]

    def named(self, name: str) -> ReferenceEntry | None:
        """The reference of a name."""
        return next((entry for entry in self.entries if entry.name == name), None)


def find_references(models: Path, home: Path) -> ReferenceCatalogue:
    """Shipped references (``reference-*.parquet``) and those of a home's ``references``.

    Args:
        models: Folder of the shipped models.
        home: Folder of everything that the program keeps.
    """
    return _catalogue(
        (*sorted(models.glob("reference-*.parquet")), *sorted(home.glob("references/*.parquet")))
    )


def _catalogue(paths: Iterable[Path]) -> ReferenceCatalogue:
    entries: dict[str, ReferenceEntry] = {}
    unreadable = []
    for path in paths:
        try:
            entry = _entry(path)
        except Exception:  # pyarrow and foreign metadata raise many kinds; all mean "no reference"
            unreadable.append(path.name)
        else:
            entries.setdefault(entry.name, entry)
    return ReferenceCatalogue(tuple(entries.values()), tuple(unreadable))


def _entry(path: Path) -> ReferenceEntry:
    import pyarrow.parquet as pq

    about = json.loads(pq.read_schema(path).metadata[_METADATA_KEY])
    return ReferenceEntry(
        path.stem,
        path,
        str(about["reference_id"]),
        int(about["n_phases"]),
        ReferenceProvenance(
            EnergyMethod(**about["method"]), about["source"], about["made_on"], about["notes"]
        ),
    )


def default_reference(models: Path, potential: str) -> Path | None:
    """The shipped reference of a potential, if there is one.

    Args:
        models: Folder of the shipped models.
        potential: Name of the potential.
    """
    path = models / f"reference-{potential}.parquet"
    return path if path.is_file() else None
