"""References of single chemical systems, computed when a potential that has none is asked.

A second potential's verdict needs the phases that a crystal competes with under that potential.
For one chemical system these are some dozens of the known structures: their energies as given
take seconds to minutes, and a journal for each set of elements keeps them, so that NaCl and
NaBr share sodium. The phases that decide where a candidate lies are then relaxed as with any
reference (:mod:`crystal_llm.stability.relaxed_competitors`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.dataset.known_structures import KnownStructures
from crystal_llm.stability.references.reference import Reference
from crystal_llm.stability.references.reference_from_structures import (
    ComputedEnergy,
    KnownCrystal,
    compute_energies,
    reference_of,
)

if TYPE_CHECKING:
    from crystal_llm.energy_method import EnergyMethod

ON_DEMAND = "the known phases of each chemical system, computed on demand"
"""What stands in place of a reference's id."""

WITHIN_EV_PER_ATOM = 0.05
"""Known phases further above the Materials Project's hull are left out: by a second potential
they would have to fall by more than its error to be on its hull."""

_MOST_ATOMS = 100
"""In a phase's primitive cell; the most stable phase of an element has any number."""

Energies = Callable[..., list[ComputedEnergy]]


class DemandedReference:
    """Known phases under one potential, a chemical system at a time.

    Several threads may ask at once; one computes and the others wait.

    Args:
        potential: Its name.
        method: What makes its energies.
        structures: The known structures.
        folder: Where energies are kept; made where there is none.
        energies: Computes energies as :func:`compute_energies`.
    """

    def __init__(
        self,
        potential: str,
        method: EnergyMethod,
        structures: KnownStructures,
        folder: Path,
        energies: Energies = compute_energies,
    ) -> None:
        self._potential, self._structures, self._energies = potential, structures, energies
        # Other weights are another potential.
        self._folder = folder / f"{Path(potential).name}-{(method.weights_sha256 or 'none')[:12]}"
        self._found: dict[frozenset[str], Reference | None] = {}
        self._lock = threading.Lock()

    def of(
        self, elements: Iterable[str], tell: Callable[[str], None] = lambda line: None
    ) -> Reference | None:
        """The known phases of some elements and of any part of them; None where there are none.

        Args:
            elements: Of the chemical system.
            tell: Called with what is computed, before it is.

        Raises:
            PotentialError: The potential cannot be loaded.
            StabilityError: What was kept is damaged.
        """
        symbols = frozenset(elements)
        with self._lock:
            if symbols not in self._found:
                self._found[symbols] = self._computed(symbols, tell)
            return self._found[symbols]

    def _computed(self, symbols: frozenset[str], tell: Callable[[str], None]) -> Reference | None:
        phases = {
            part: crystals
            for count in range(1, len(symbols) + 1)
            for part in combinations(sorted(symbols), count)
            if (crystals := self._phases(part))
        }
        total = sum(map(len, phases.values()))
        if not total:
            return None
        tell(
            f"{total} known phases of {'-'.join(sorted(symbols))} under {self._potential}, "
            "computed once and kept"
        )
        energies = [
            energy
            for part, crystals in phases.items()
            for energy in self._energies(
                crystals,
                self._potential,
                self._folder / f"{'-'.join(part)}.jsonl",
                processes=1,
                begin_anew=True,  # another release may know other phases
            )
        ]
        if all(phase.energy_ev_per_atom is None for phase in energies):
            return None
        return reference_of(
            energies,
            self._potential,
            f"the Materials Project, within {WITHIN_EV_PER_ATOM:g} eV/atom of its hull",
            f"chemical system {'-'.join(sorted(symbols))}",
        )

    def _phases(self, elements: tuple[str, ...]) -> list[KnownCrystal]:
        """Structures of exactly these elements that may be on the potential's hull."""
        known = self._structures.by_chemical_system(elements)
        near = [
            structure
            for structure in known
            if structure.energy_above_hull_ev_per_atom is not None
            and structure.energy_above_hull_ev_per_atom <= WITHIN_EV_PER_ATOM
            and structure.atoms <= _MOST_ATOMS
        ]
        if len(elements) == 1 and known and known[0] not in near:
            near.insert(0, known[0])
        return [KnownCrystal(structure.material_id, structure.plain) for structure in near]


def demanded_reference(
    potential: str, structures: KnownStructures, home: Path
) -> DemandedReference:
    """The one whose energies an installation keeps in its home folder.

    Args:
        potential: Its name.
        structures: The known structures.
        home: The installation's home folder.

    Raises:
        PotentialError: There is no such potential, or it cannot be fetched.
    """
    from crystal_llm.relaxation.batch import card_of

    method = card_of(potential).method
    return DemandedReference(potential, method, structures, home / "references" / "systems")
