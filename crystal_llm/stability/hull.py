"""Energy above the convex hull of the reference phases, and what a phase decomposes into.

The hull at a composition is the mixture of known phases with the least energy there
(:mod:`crystal_llm.stability.lowest_mixture`). A phase on it lies at 0, a new phase below
everything known has a negative value: the reference is never changed by what is asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crystal_llm.crystal.composition import element_amounts, reduced_formula
from crystal_llm.energy_method import EnergyMethod, check_comparable
from crystal_llm.errors import StabilityError
from crystal_llm.stability.lowest_mixture import Mixture, lowest_mixture
from crystal_llm.stability.references.reference import ChemicalSystem, Reference

if TYPE_CHECKING:
    from pymatgen.core import Composition

ON_HULL_EV_PER_ATOM = 1e-5
"""A phase this close to the hull lies on it: what is nearer is noise of the energies."""


def off_hull(above_ev_per_atom: float) -> float:
    """An energy above hull without its noise: exactly 0 for a phase that lies on the hull.

    Every energy above hull in this package passes here once, so that a word, a filter, a
    count and a table that compare it with 0 mean the same phases.
    """
    return 0.0 if abs(above_ev_per_atom) <= ON_HULL_EV_PER_ATOM else above_ev_per_atom


def hull_position(above_ev_per_atom: float) -> str:
    """Where a phase lies, in words: with so many digits that none but 0 reads as 0."""
    above = off_hull(above_ev_per_atom)
    if not above:
        return "on the hull"
    digits = 4 if abs(above) >= 5e-5 else 5
    side = "above the hull" if above > 0 else "below all known phases"
    return f"{abs(above):.{digits}f} eV/atom {side}"


@dataclass(frozen=True, slots=True)
class DecompositionPart:
    """One phase of the mixture that is stable at a composition.

    Attributes:
        material_id: The phase's name in the reference.
        formula: Its reduced formula.
        fraction: Fraction of all atoms that it holds; those of a decomposition sum to 1.
        energy_ev_per_atom: Its energy in the reference.
        relaxed: Whether that is the energy after relaxing under the reference's potential.
    """

    material_id: str
    formula: str
    fraction: float
    energy_ev_per_atom: float
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class HullResult:
    """Where a phase lies with respect to a hull, and which hull that is.

    Attributes:
        formula: Reduced formula of the phase.
        energy_ev_per_atom: Its energy; that of the known phase where it is one.
        energy_above_hull_ev_per_atom: Negative for a phase below all that is known; None
            where no hull spans its chemical system.
        decomposition: The mixture of known phases that is stable at its composition, the
            largest part first; empty where there is no hull.
        reason: Why there is no value, None where there is one.
        missing_terminals: Elements without an elemental phase in the reference.
        n_reference_phases: Reference phases of its chemical system and of those within.
        method: What made the energy.
        reference_id: The reference's id.
        reference_method: What made the reference's energies; another potential than in
            ``method`` only where that comparison was asked for by name.
        reference_made_on: The reference's date.
        known_phase: The known phase that it is and whose place it takes
            (:mod:`crystal_llm.stability.same_phase`); None where it is none, or was not asked.
    """

    formula: str
    energy_ev_per_atom: float
    energy_above_hull_ev_per_atom: float | None
    decomposition: tuple[DecompositionPart, ...]
    reason: str | None
    missing_terminals: tuple[str, ...]
    n_reference_phases: int
    method: EnergyMethod
    reference_id: str
    reference_method: EnergyMethod
    reference_made_on: str
    known_phase: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The result for JSON, under the names that the shell prints."""
        return {
            "formula": self.formula,
            "energy_ev_per_atom": self.energy_ev_per_atom,
            "e_above_hull_ev_per_atom": self.energy_above_hull_ev_per_atom,
            "decomposition": [
                {
                    "material_id": part.material_id,
                    "formula": part.formula,
                    "fraction": part.fraction,
                    "energy_ev_per_atom": part.energy_ev_per_atom,
                    "relaxed": part.relaxed,
                }
                for part in self.decomposition
            ],
            "known_phase": self.known_phase,
            "reason": self.reason,
            "missing_terminals": list(self.missing_terminals),
            "n_reference_phases": self.n_reference_phases,
            "potential": self.method.potential,
            "weights_sha256": self.method.weights_sha256,
            "level_of_theory": self.method.level_of_theory,
            "correction": self.method.correction,
            "energy_kind": self.method.energy_kind,
            "reference": self.reference_id,
            "reference_potential": self.reference_method.potential,
            "reference_made_on": self.reference_made_on,
        }


@dataclass(frozen=True, slots=True)
class PhaseEnergy:
    """A phase to be placed on a hull.

    Attributes:
        composition: A formula, or amounts by element symbol.
        energy_ev_per_atom: Its energy, of the kind that the reference holds.
    """

    composition: str | Mapping[str, float] | Composition
    energy_ev_per_atom: float


def energy_above_hull(
    phase: PhaseEnergy,
    method: EnergyMethod,
    reference: Reference,
    *,
    across_potentials: bool = False,
) -> HullResult:
    """Places one phase on the hull of a reference; see :func:`energies_above_hull`."""
    (result,) = energies_above_hull([phase], method, reference, across_potentials=across_potentials)
    return result


def energies_above_hull(
    phases: Iterable[PhaseEnergy],
    method: EnergyMethod,
    reference: Reference,
    *,
    across_potentials: bool = False,
) -> list[HullResult]:
    """Places phases on the hull of a reference.

    Args:
        phases: Compositions and energies.
        method: What made the energies.
        reference: The known phases.
        across_potentials: Compare with a reference of another potential at the same level
            of theory and correction, as CHGNet with corrected DFT; the results say both.

    Returns:
        One result a phase, in their order.

    Raises:
        StabilityError: The methods do not compare, a composition is none, or an energy is
            no number.
    """
    check_comparable(method, reference.method, across_potentials=across_potentials)
    systems: dict[tuple[str, ...], ChemicalSystem] = {}
    results = []
    for phase in phases:
        amounts = element_amounts(phase.composition)
        energy = float(phase.energy_ev_per_atom)
        if not math.isfinite(energy):
            raise StabilityError(f"{phase.composition}: the energy is {energy}, not a number")
        elements = tuple(amounts)
        if elements not in systems:
            systems[elements] = reference.chemical_system(elements)
        results.append(_place(amounts, energy, method, reference, systems[elements]))
    return results


def decomposition(
    composition: str | Mapping[str, float] | Composition, reference: Reference
) -> tuple[float, tuple[DecompositionPart, ...]]:
    """The hull at a composition, without a phase to compare with it.

    Returns:
        Energy of the hull in eV/atom, and the mixture of phases that has it.

    Raises:
        StabilityError: The composition is none, or the reference lacks a terminal.
    """
    amounts = element_amounts(composition)
    system = reference.chemical_system(amounts)
    if system.missing_terminals:
        raise StabilityError(_reason(system, reference))
    mixture = _lowest(amounts, system)
    return mixture.energy_ev_per_atom, _parts(mixture, system, reference)


def formation_energy(
    composition: str | Mapping[str, float] | Composition,
    energy_ev_per_atom: float,
    method: EnergyMethod,
    reference: Reference,
) -> float | None:
    """Energy of formation in eV/atom from a reference's elemental phases; None where one lacks.

    Raises:
        StabilityError: The methods do not compare, or the composition is none.
    """
    check_comparable(method, reference.method, across_potentials=False)
    amounts = element_amounts(composition)
    system = reference.chemical_system(amounts)
    total = sum(amounts.values())
    energy = energy_ev_per_atom
    for symbol, column in zip(system.elements, system.terminals, strict=True):
        if column is None:
            return None
        energy -= amounts[symbol] / total * float(system.energies_ev_per_atom[column])
    return energy


def _place(
    amounts: dict[str, float],
    energy: float,
    method: EnergyMethod,
    reference: Reference,
    system: ChemicalSystem,
) -> HullResult:
    above: float | None = None
    parts: tuple[DecompositionPart, ...] = ()
    reason: str | None = None
    if system.missing_terminals:
        reason = _reason(system, reference)
    else:
        mixture = _lowest(amounts, system)
        above = off_hull(energy - mixture.energy_ev_per_atom)
        parts = _parts(mixture, system, reference)
    return HullResult(
        formula=reduced_formula(amounts),
        energy_ev_per_atom=energy,
        energy_above_hull_ev_per_atom=above,
        decomposition=parts,
        reason=reason,
        missing_terminals=system.missing_terminals,
        n_reference_phases=len(system.phases),
        method=method,
        reference_id=reference.reference_id,
        reference_method=reference.method,
        reference_made_on=reference.provenance.made_on,
    )


def _lowest(amounts: dict[str, float], system: ChemicalSystem) -> Mixture:
    target = np.fromiter(amounts.values(), dtype=np.float64, count=len(amounts))
    terminals = [column for column in system.terminals if column is not None]
    return lowest_mixture(
        system.atomic_fractions, system.energies_ev_per_atom, terminals, target / target.sum()
    )


def _parts(
    mixture: Mixture, system: ChemicalSystem, reference: Reference
) -> tuple[DecompositionPart, ...]:
    return tuple(
        DecompositionPart(
            phase.material_id, phase.formula, fraction, phase.energy_ev_per_atom, phase.relaxed
        )
        for phase, fraction in (
            (reference.phase(int(system.phases[column])), fraction)
            for column, fraction in zip(mixture.phases, mixture.fractions, strict=True)
        )
    )


def _reason(system: ChemicalSystem, reference: Reference) -> str:
    missing = ", ".join(system.missing_terminals)
    return (
        f"reference {reference.reference_id} has no elemental phase of {missing}, so it has no "
        f"hull for {'-'.join(system.elements)}"
    )
