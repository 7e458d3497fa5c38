"""Relaxed energies that lie beside a reference: what was relaxed of it ahead of time.

``relaxed-chgnet.parquet`` belongs to ``reference-chgnet.parquet`` and is read with it. Its
columns:

==========================  ============================================================
``phase``                   whole number, place of the phase in the reference
``relaxed_material_id``     text, the known structure that came out lowest
``relaxed_energy``          number, eV/atom
==========================  ============================================================

``relaxed-chgnet.toml``, its card, names the file's hash, the reference and the potential. A
file that does not have its card's hash is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from crystal_llm.errors import StabilityError
from crystal_llm.io.toml_file import read_toml
from crystal_llm.stability.references.reference import Reference, RelaxedPhase

_PREFIX, _OWN_PREFIX = "reference-", "relaxed-"
_RESTORE = "restore it, or remove its card"


@dataclass(frozen=True, slots=True)
class RelaxedEnergiesCard:
    """What a file of relaxed energies is.

    Attributes:
        file: Its name, beside the card.
        sha256: Its hash.
        reference_id: The reference whose phases it relaxes.
        potential: What relaxed them.
        weights_sha256: Hash of that potential's weights.
        relaxed: How many phases it holds.
        phases: How many the reference has.
        command: What made it.
    """

    file: str
    sha256: str
    reference_id: str
    potential: str
    weights_sha256: str
    relaxed: int
    phases: int
    command: str


def card_beside(reference_path: Path) -> Path:
    """Where the card of a reference's relaxed energies lies, whether there is one or not."""
    name = _OWN_PREFIX + reference_path.stem.removeprefix(_PREFIX)
    return reference_path.with_name(f"{name}.toml")


def write_relaxed_energies(reference: Reference, reference_path: Path, command: str) -> Path:
    """Writes what was relaxed of a reference beside it, with its card.

    Args:
        reference: The reference with its relaxed phases.
        reference_path: Its file.
        command: What made them, for the card.

    Returns:
        The card.

    Raises:
        StabilityError: Nothing was relaxed, or a file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not reference.relaxed:
        raise StabilityError("no phase was relaxed: there is nothing to write")
    card = card_beside(reference_path)
    path = card.with_suffix(".parquet")
    places = sorted(reference.relaxed)
    table = pa.table(
        {
            "phase": pa.array(places, pa.int32()),
            "relaxed_material_id": [reference.relaxed[place].material_id for place in places],
            "relaxed_energy": [reference.relaxed[place].energy_ev_per_atom for place in places],
        }
    )
    method = reference.method
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        pq.write_table(table, unfinished, compression="zstd", compression_level=19)
        lines = [
            "# Relaxed energies of known phases; written and read by crystal_llm.",
            *(
                f'{name} = "{value}"'
                for name, value in (
                    ("file", path.name),
                    ("sha256", _sha256(unfinished)),
                    ("reference_id", reference.reference_id),
                    ("potential", method.potential),
                    ("weights_sha256", method.weights_sha256),
                    ("command", command.replace("\\", "\\\\").replace('"', '\\"')),
                )
            ),
            f"relaxed = {len(places)}",
            f"phases = {len(reference)}",
        ]
        unfinished.replace(path)
        card.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise StabilityError(f"{path}: cannot be written ({error.strerror or error})") from error
    return card


def with_relaxed_energies(reference: Reference, reference_path: Path) -> Reference:
    """A reference with the relaxed energies that lie beside it; as it is where there are none.

    Raises:
        StabilityError: The card or its file is damaged, or belongs to another reference.
    """
    import pyarrow.parquet as pq

    path = card_beside(reference_path)
    if not path.is_file():
        return reference
    card = read_toml(RelaxedEnergiesCard, path, StabilityError)
    file = path.with_name(card.file)
    try:
        sound = _sha256(file) == card.sha256
    except OSError as error:
        raise StabilityError(
            f"{file}: cannot be read ({error.strerror or error}); {_RESTORE}"
        ) from error
    if not sound:
        raise StabilityError(f"{file}: does not have the hash that its card says; {_RESTORE}")
    if card.reference_id != reference.reference_id:
        raise StabilityError(
            f"{path}: belongs to the reference {card.reference_id}, and {reference_path.name} is "
            f"{reference.reference_id}; remove the card, or relax this one with `crystal-llm "
            "reference relax`"
        )
    columns = pq.read_table(file, use_threads=False, partitioning=None).to_pydict()
    return reference.with_relaxed(
        {
            place: RelaxedPhase(material_id, energy)
            for place, material_id, energy in zip(
                columns["phase"],
                columns["relaxed_material_id"],
                columns["relaxed_energy"],
                strict=True,
            )
        }
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
