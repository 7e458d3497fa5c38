"""Pseudopotentials that Quantum ESPRESSO's inputs name: the SSSP efficiency library for PBE.

``pseudopotentials.csv`` holds, for each element of SSSP PBE efficiency 1.3.0, the file's name
and the recommended cutoffs (Prandini et al., npj Comput. Mater. 4, 72 (2018)); for those that
MPRelaxSet starts with a moment of their own also the electrons in valence, by which pw.x wants
that moment divided. The files themselves are not here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from crystal_llm.errors import StructureFileError

LIBRARY = "SSSP PBE efficiency 1.3.0"


@dataclass(frozen=True, slots=True)
class Pseudopotential:
    """One element's pseudopotential.

    Attributes:
        file: Its name in the library.
        cutoff_wavefunctions_ry: Kinetic energy cutoff of the wavefunctions.
        cutoff_density_ry: That of the charge density.
        valence_electrons: How many electrons it leaves in valence; None for elements that are
            not started with a magnetic moment.
    """

    file: str
    cutoff_wavefunctions_ry: float
    cutoff_density_ry: float
    valence_electrons: int | None


def pseudopotential(element: str) -> Pseudopotential:
    """The pseudopotential of an element.

    Raises:
        StructureFileError: The library has none.
    """
    try:
        return _library()[element]
    except KeyError:
        raise StructureFileError(f"{LIBRARY} has no pseudopotential for {element}") from None


@cache
def _library() -> dict[str, Pseudopotential]:
    source = resources.files("crystal_llm.io") / "pseudopotentials.csv"
    return {
        row["element"]: Pseudopotential(
            row["file"],
            float(row["cutoff_wavefunctions_ry"]),
            float(row["cutoff_density_ry"]),
            int(row["valence_electrons"]) if row["valence_electrons"] else None,
        )
        for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    }
