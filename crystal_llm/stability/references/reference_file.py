"""A reference on disk: one Parquet file, with its provenance in the file's metadata.

==========================  ============================================================
``material_id``             text
``atomic_numbers``          list of small whole numbers, ascending
``atoms``                   list of whole numbers, atoms of those elements
``energy_ev_per_atom``      number, of the structure as given
``relaxed_material_id``     text; only where phases were relaxed, null for the others
``relaxed_energy``          number, eV/atom, likewise
==========================  ============================================================

The reference id is a hash of the phases and is computed again when the file is read: a
file that was damaged or edited is refused. Relaxed energies that lie beside it are read with it
(:mod:`~crystal_llm.stability.references.relaxed_energies`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

import numpy as np

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.stability.references.reference import Reference, ReferenceProvenance, RelaxedPhase
from crystal_llm.stability.references.relaxed_energies import with_relaxed_energies

_FORMAT = 1
_METADATA_KEY = b"crystal_llm.reference"
_MADE_BY = "make one with `crystal-llm reference build`"


def write_reference(reference: Reference, path: Path) -> None:
    """Writes a reference, whole or not at all.

    Raises:
        StabilityError: The file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {
        "format": _FORMAT,
        "reference_id": reference.reference_id,
        "n_phases": len(reference),
        **asdict(reference.provenance),
    }
    given = reference.as_given
    offsets = pa.array(reference.offsets, pa.int32())
    table = pa.table(
        {
            "material_id": pa.array(given.material_ids, pa.string()),
            "atomic_numbers": pa.ListArray.from_arrays(
                offsets, pa.array(reference.atomic_numbers, pa.uint8())
            ),
            "atoms": pa.ListArray.from_arrays(offsets, pa.array(reference.atoms, pa.uint16())),
            "energy_ev_per_atom": pa.array(given.energies_ev_per_atom, pa.float64()),
        }
    )
    if reference.relaxed:
        phases = [reference.relaxed.get(place) for place in range(len(reference))]
        for name, values in (
            ("relaxed_material_id", [phase and phase.material_id for phase in phases]),
            ("relaxed_energy", [phase and phase.energy_ev_per_atom for phase in phases]),
        ):
            table = table.append_column(name, pa.array(values))
        about["relaxed_sha256"] = _relaxed_sha256(reference)
    table = table.replace_schema_metadata({_METADATA_KEY: json.dumps(about).encode()})
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, unfinished, compression="zstd", compression_level=19)
        unfinished.replace(path)
    except OSError as error:
        raise StabilityError(f"{path}: cannot be written ({error.strerror or error})") from error


def read_reference(path: Path) -> Reference:
    """Reads a reference, with the relaxed energies that lie beside it.

    Raises:
        StabilityError: The file is missing, is not a reference, is of another format, or
            is damaged, or what lies beside it is.
    """
    import pyarrow.parquet as pq

    if not path.is_file():
        raise StabilityError(f"{path}: no such reference; {_MADE_BY}")
    try:
        # A damaged page must not be decoded by many threads for a file of a few MB.
        table = pq.read_table(path, use_threads=False, partitioning=None)
    except Exception as error:  # pyarrow raises many kinds; all mean "not a table"
        raise StabilityError(f"{path}: not a readable Parquet file; {_MADE_BY}") from error
    stored = (table.schema.metadata or {}).get(_METADATA_KEY)
    if stored is None:
        raise StabilityError(f"{path}: a Parquet table, but not a reference; {_MADE_BY}")
    try:
        about = json.loads(stored)
        version = about["format"]
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path) from error
    if version != _FORMAT:
        raise StabilityError(
            f"{path}: is of format {version}, this version reads {_FORMAT}; {_MADE_BY}"
        )
    try:
        reference = _reference(about, table)
    except Exception as error:  # a missing column, another type, lists that do not match
        raise _damaged(path) from error
    if reference.reference_id != about.get("reference_id"):
        raise _damaged(path)
    if reference.relaxed and _relaxed_sha256(reference) != about.get("relaxed_sha256"):
        raise _damaged(path)
    return with_relaxed_energies(reference, path)


def _reference(about: dict[str, Any], table: Any) -> Reference:
    numbers, atoms = (table[name].combine_chunks() for name in ("atomic_numbers", "atoms"))
    offsets = _array(numbers.offsets, np.int64)
    if not np.array_equal(offsets, _array(atoms.offsets, np.int64)):
        raise ValueError("elements and atoms do not match")
    method = EnergyMethod(**about["method"])
    reference = Reference(
        ReferenceProvenance(method, about["source"], about["made_on"], about["notes"]),
        table["material_id"].to_pylist(),
        _array(table["energy_ev_per_atom"], np.float64),
        offsets,
        _array(numbers.values, np.uint8),
        _array(atoms.values, np.uint16),
    )
    if "relaxed_energy" not in table.column_names:
        return reference
    columns = (table[name].to_pylist() for name in ("relaxed_material_id", "relaxed_energy"))
    return reference.with_relaxed(
        {
            place: RelaxedPhase(material_id, energy)
            for place, (material_id, energy) in enumerate(zip(*columns, strict=True))
            if energy is not None
        }
    )


def _relaxed_sha256(reference: Reference) -> str:
    phases = sorted((place, *astuple(phase)) for place, phase in reference.relaxed.items())
    return hashlib.sha256(json.dumps(phases).encode()).hexdigest()


def _array(column: Any, kind: type) -> np.ndarray[Any, np.dtype[Any]]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=kind)


def _damaged(path: Path) -> StabilityError:
    return StabilityError(
        f"{path}: the reference is damaged or was edited (its phases do not have its hash); "
        "restore the file or build it again"
    )
