"""The known phases of one chemical system, each placed on the hull that they make.

What follows from a reference and a system alone is kept, so that a page which draws the
same system again, with other candidates or another threshold, does not compute it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from crystal_llm.crystal.composition import reduced_formula
from crystal_llm.errors import StabilityError
from crystal_llm.stability.hull import (
    ON_HULL_EV_PER_ATOM,
    DecompositionPart,
    PhaseEnergy,
    energies_above_hull,
)
from crystal_llm.stability.lower_hull import lower_hull
from crystal_llm.stability.references.reference import Reference
from crystal_llm.types import Array

# Beyond so many elements a hull has too many facets to list; linear programs take over.
MOST_WITH_FACETS = 4
SYSTEMS_KEPT = 32


@dataclass(frozen=True, slots=True)
class KnownPhase:
    """A known phase on the hull of its chemical system.

    Attributes:
        material_id: Its name in the source.
        formula: Reduced formula.
        energy_ev_per_atom: As the reference has it.
        formation_energy_ev_per_atom: With the reference's elements at 0.
        energy_above_hull_ev_per_atom: 0 for a phase on the hull.
        decomposition: What is stable at its composition, the largest part first.
    """

    material_id: str
    formula: str
    energy_ev_per_atom: float
    formation_energy_ev_per_atom: float
    energy_above_hull_ev_per_atom: float
    decomposition: tuple[DecompositionPart, ...]

    @property
    def is_stable(self) -> bool:
        """Whether it lies on the hull."""
        return self.energy_above_hull_ev_per_atom == 0


@dataclass(frozen=True)
class KnownPhases:
    """All known phases within a chemical system.

    Attributes:
        elements: Symbols by atomic number.
        phases: The phases, those of fewest elements first.
        atomic_fractions: One row a phase, shape (n_phases, n_elements).
        terminal_energies: Energy of each elemental phase in eV/atom, shape (n_elements,).
    """

    elements: tuple[str, ...]
    phases: tuple[KnownPhase, ...]
    atomic_fractions: Array
    terminal_energies: Array

    @cached_property
    def formation_energies(self) -> Array:
        """Formation energies of the phases in eV/atom, shape (n_phases,)."""
        return np.array([phase.formation_energy_ev_per_atom for phase in self.phases])

    @cached_property
    def energies_above_hull(self) -> Array:
        """Energies above the hull in eV/atom, shape (n_phases,)."""
        return np.array([phase.energy_above_hull_ev_per_atom for phase in self.phases])

    @cached_property
    def places(self) -> dict[str, int]:
        """Place of each phase by its material id."""
        return {phase.material_id: place for place, phase in enumerate(self.phases)}


def known_phases(elements: Iterable[str], reference: Reference) -> KnownPhases:
    """The known phases of a chemical system, in whatever order its elements are named.

    Raises:
        StabilityError: A symbol is not an element, or the reference lacks an elemental
            phase of one.
    """
    return _known(reference, tuple(sorted(set(elements))))


@lru_cache(maxsize=SYSTEMS_KEPT)
def _known(reference: Reference, elements: tuple[str, ...]) -> KnownPhases:
    system = reference.chemical_system(elements)
    if system.missing_terminals:
        raise StabilityError(
            f"reference {reference.reference_id} has no elemental phase of "
            f"{', '.join(system.missing_terminals)}: there is no hull to draw"
        )
    simplest_first = np.argsort((system.atomic_fractions > 0).sum(axis=0), kind="stable")
    fractions = system.atomic_fractions[:, simplest_first].T
    energies = system.energies_ev_per_atom[simplest_first]
    members = [reference.phase(place) for place in system.phases[simplest_first].tolist()]
    formulas = [reduced_formula(phase.composition) for phase in members]
    columns = [column for column in system.terminals if column is not None]
    terminals = system.energies_ev_per_atom[columns]
    formation = energies - fractions @ terminals
    mixtures: list[tuple[tuple[int, float], ...]]
    if 2 <= len(system.elements) <= MOST_WITH_FACETS:
        hull = lower_hull(fractions, formation)
        above = formation - hull.energies(fractions)
        mixtures = [hull.mixture(row) for row in fractions]
    else:
        placed = energies_above_hull(
            [PhaseEnergy(phase.composition, phase.energy_ev_per_atom) for phase in members],
            reference.method,
            reference,
        )
        above = np.array(
            [placement.energy_above_hull_ev_per_atom for placement in placed], dtype=float
        )
        by_id = {phase.material_id: place for place, phase in enumerate(members)}
        mixtures = [
            tuple((by_id[part.material_id], part.fraction) for part in placement.decomposition)
            for placement in placed
        ]
    above = np.where(above <= ON_HULL_EV_PER_ATOM, 0.0, above)
    parts = [
        DecompositionPart(phase.material_id, formula, 1.0, phase.energy_ev_per_atom, phase.relaxed)
        for phase, formula in zip(members, formulas, strict=True)
    ]
    phases = tuple(
        KnownPhase(
            part.material_id,
            part.formula,
            part.energy_ev_per_atom,
            formed,
            height,
            tuple(replace(parts[place], fraction=fraction) for place, fraction in mixture),
        )
        for part, formed, height, mixture in zip(
            parts, formation.tolist(), above.tolist(), mixtures, strict=True
        )
    )
    return KnownPhases(system.elements, phases, fractions, terminals)
