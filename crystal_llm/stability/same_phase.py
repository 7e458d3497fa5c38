"""A relaxed crystal that is a known phase takes that phase's place on the hull.

Two relaxations of one crystal, begun at different places, stop at the force limit a little
apart: at 0.05 eV/Å by 0.2 meV/atom in the median (``docs/measured.md``). And a known structure
that is no minimum of the potential stays on its saddle by symmetry, while the same crystal with
its atoms a little displaced falls to one side. Compared number with number, a known ground state
that was relaxed once more would lie above itself, or below. So a crystal whose structure is that
of the known phase of its composition, and whose energy is at most that noise above what the
phase's own structure relaxes to, is one more relaxation of the phase: both have one energy, the
lowest of all. No known structure lies below the known phases: one that comes out lower than the
phase of its composition takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.dataset.known_structures import KnownStructures
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import CrystalTextError
from crystal_llm.stability.hull import HullResult, PhaseEnergy, energy_above_hull
from crystal_llm.stability.references.reference import Reference, RelaxedPhase
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.evaluation.novelty import ComparableCrystal

RELAXATION_NOISE_EV_PER_ATOM = 2e-3
"""Relaxations of one crystal to the usual force limit end this near to one another, or in
another minimum: of 100 ground states relaxed twice, 97 within 1.4 meV/atom."""


@dataclass(frozen=True, slots=True)
class RelaxedCrystal:
    """A relaxed crystal to be placed on a hull.

    Attributes:
        crystal: Its structure.
        phase: Its composition and energy.
    """

    crystal: PlainCrystal
    phase: PhaseEnergy


def place_relaxed(
    relaxed: RelaxedCrystal,
    method: EnergyMethod,
    reference: Reference,
    structures: KnownStructures | None,
    *,
    across_potentials: bool = False,
) -> HullResult:
    """Places a relaxed crystal on the hull of a reference, as the known phase that it may be.

    Args:
        relaxed: The crystal with its energy.
        method: What made the energy.
        reference: Known phases, those that the crystal competes with relaxed as it was.
        structures: Structures of the known phases; None: the energy alone is asked.
        across_potentials: As for :func:`~crystal_llm.stability.hull.energy_above_hull`.

    Raises:
        StabilityError: As there.
    """
    result = energy_above_hull(
        relaxed.phase, method, reference, across_potentials=across_potentials
    )
    if structures is None or method != reference.method:
        return result
    place = reference.place_of(element_amounts(relaxed.phase.composition))
    if place is None or place not in reference.relaxed:
        return result
    known, energy = reference.relaxed[place], relaxed.phase.energy_ev_per_atom
    if energy > known.highest_ev_per_atom + RELAXATION_NOISE_EV_PER_ATOM:
        return result
    names = [known.material_id]
    if energy < known.energy_ev_per_atom:
        names += structures.names_of(reference.phase(place).formula)
    same_as = (name for name in names if is_known_structure(relaxed.crystal, name, structures))
    if (name := next(same_as, None)) is None:
        return result
    if energy < known.energy_ev_per_atom:
        known = RelaxedPhase(name, energy)
        reference = reference.with_relaxed({place: known})
    same = energy_above_hull(
        PhaseEnergy(relaxed.phase.composition, known.energy_ev_per_atom), method, reference
    )
    return replace(same, known_phase=known.material_id)


def is_known_structure(
    crystal: PlainCrystal, material_id: str, structures: KnownStructures
) -> bool:
    """Whether a crystal is a known structure, by the matcher that tells novelty."""
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.evaluation.novelty import reduced, rms_displacement

    known = _known(structures, material_id)
    if known is None:
        return False
    try:
        return rms_displacement(reduced(structure(crystal)), known) is not None
    except CrystalTextError:
        return False


@lru_cache(maxsize=256)
def _known(structures: KnownStructures, material_id: str) -> ComparableCrystal | None:
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.evaluation.novelty import reduced

    crystal = structures.crystal(material_id)
    if crystal is None:
        return None
    try:
        return reduced(structure(crystal))
    except CrystalTextError:
        return None
