"""The Materials Project as the source of a reference, with the user's own key."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

from crystal_llm.crystal.composition import ATOMIC_NUMBERS
from crystal_llm.dataset.materials_project import ENDPOINT, project_client
from crystal_llm.energy_method import MP2020_TOTAL
from crystal_llm.errors import MaterialsProjectError, StabilityError
from crystal_llm.stability.references.reference import (
    PhaseRow,
    Reference,
    ReferenceProvenance,
    build_reference,
)

_MOST_ELEMENTS = 8
"""Of one reference: every system within is asked for by name, 255 of eight elements."""

# Its energies are of PBE and PBE+U, mixed and corrected as MP2020: not of r2SCAN.
THERMO_TYPE = "GGA_GGA+U"
_FIELDS = ("material_id", "formula_pretty", "energy_per_atom")


def fetch_reference(elements: Sequence[str], api_key: str, endpoint: str = ENDPOINT) -> Reference:
    """A reference of all phases within one chemical system.

    Args:
        elements: Symbols of the system.
        api_key: The user's key.
        endpoint: Address of the interface.

    Raises:
        StabilityError: The elements are none, or too many; the system has no phases.
        MaterialsProjectError: The key is refused, or no usable answer comes.
    """
    unknown = sorted(set(elements) - ATOMIC_NUMBERS.keys())
    if unknown:
        raise StabilityError(f"{', '.join(unknown)}: not an element; write a system as Li-Fe-O")
    if not 1 <= len(set(elements)) <= _MOST_ELEMENTS:
        raise StabilityError(
            f"a chemical system of {len(set(elements))} elements: from 1 to {_MOST_ELEMENTS}"
        )
    symbols = sorted(set(elements))
    # The database spells a system with its elements in alphabetical order.
    systems = [
        "-".join(chosen)
        for size in range(1, len(symbols) + 1)
        for chosen in itertools.combinations(symbols, size)
    ]
    documents, version = _search(systems, api_key, endpoint)
    try:
        rows: list[PhaseRow] = [
            (
                str(document["material_id"]),
                str(document["formula_pretty"]),
                float(document["energy_per_atom"]),
            )
            for document in documents
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise MaterialsProjectError(
            f"the Materials Project's answer lacks or garbles {error}: try again later, or update "
            "mp-api"
        ) from error
    source = f"Materials Project{f', database {version}' if version else ''}"
    provenance = ReferenceProvenance(
        MP2020_TOTAL,
        source,
        date.today().isoformat(),
        f"phases of {'-'.join(symbols)} and of the systems within, thermo type {THERMO_TYPE}",
    )
    return build_reference(rows, provenance)


def _search(
    systems: list[str], api_key: str, endpoint: str
) -> tuple[list[dict[str, Any]], str | None]:
    """The documents of the systems, and the version of the database."""
    with project_client(api_key, endpoint) as client:
        documents = client.materials.thermo.search(
            chemsys=systems,
            thermo_types=[THERMO_TYPE],
            all_fields=False,
            fields=list(_FIELDS),
        )
        return list(documents), client.db_version
