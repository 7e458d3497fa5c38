"""The phases that a relaxed crystal competes with, relaxed under the same potential.

A potential's minimum lies a little below the energy that it gives a crystal which DFT
relaxed. A candidate at its minimum, placed among phases as given, therefore comes out too
low: known ground states by 1.6 meV/atom in the mean. So the few phases that decide where a
candidate lies, the mixture that is stable at its composition and the phases of its own
composition, are relaxed as it was, when it first needs them. The cache of relaxations keeps
them.

A known structure is relaxed from its full symmetry and may stay on a saddle where a candidate
falls to one side. Whoever lies below all known phases is therefore compared once more, with
those relaxed from displaced atoms too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from crystal_llm.crystal.composition import element_amounts, reduced_formula
from crystal_llm.dataset.known_structures import KnownStructures
from crystal_llm.errors import StabilityError
from crystal_llm.relaxation.batch import relax_many
from crystal_llm.relaxation.cache import RelaxationCache, cached_relaxations
from crystal_llm.relaxation.pool import RelaxationPool
from crystal_llm.relaxation.result import RelaxationResult, RelaxationSettings
from crystal_llm.stability.hull import PhaseEnergy, energies_above_hull, energy_above_hull
from crystal_llm.stability.references.reference import Reference, RelaxedPhase
from crystal_llm.stability.same_phase import RELAXATION_NOISE_EV_PER_ATOM
from crystal_llm.types import PlainCrystal

COMPETES_WITHIN_EV_PER_ATOM = 0.2
"""Further above the hull a few meV/atom decide nothing, and nothing is relaxed for them."""

POLYMORPHS_WITHIN_EV_PER_ATOM = 0.02
"""Structures of one composition that relaxing may bring into another order."""

MOST_POLYMORPHS = 4
BATCH = 32

SHAKEN_STRAIN, SHAKEN_ANGSTROM = 0.01, 0.03
"""Standard deviations by which the lengths and the atoms of a shaken phase are off."""

SHAKES = 4
"""From a saddle there is more than one way down."""

Relax: TypeAlias = Callable[[Sequence[PlainCrystal]], Iterable[tuple[int, RelaxationResult]]]
"""Gives the place of each crystal and what became of it, as ``relax_many`` does."""


def with_relaxed_competitors(
    reference: Reference,
    phases: Iterable[PhaseEnergy],
    structures: KnownStructures | None,
    relax: Relax,
) -> Reference:
    """A reference in which what some phases compete with is relaxed.

    What is lowered may let other phases into the mixture at a composition, so it is asked
    again until every phase of it is relaxed; those below which a phase lies by more than noise,
    from displaced atoms too. A phase whose structure is not known, or whose
    relaxation fails, stays as given; results say of each part which it was.

    Args:
        reference: Known phases, with energies of the potential that relaxes.
        phases: Relaxed phases that will be placed, with total energies of that potential.
        structures: Structures of the known phases; None: nothing is relaxed.
        relax: Relaxes under that potential, as the phases were.
    """
    if structures is None:
        return reference
    tried: set[int] = set(reference.relaxed)
    shaken: set[int] = set()
    asked = list(phases)
    while True:
        places = _competitors(asked, reference) - tried
        if places:
            tried |= places
            reference = reference.with_relaxed(relaxed_phases(reference, places, structures, relax))
            continue
        below = -RELAXATION_NOISE_EV_PER_ATOM
        places = _competitors(asked, reference, at_most_ev_per_atom=below) - shaken
        if not places:
            return reference
        shaken |= places
        lower = relaxed_phases(reference, places, structures, relax, shaken=True)
        reference = reference.with_relaxed(
            {
                place: replace(phase, undisplaced_ev_per_atom=before)
                for place, phase in lower.items()
                if phase.energy_ev_per_atom < (before := reference.phase(place).energy_ev_per_atom)
            }
        )


def relaxed_phases(
    reference: Reference,
    places: Iterable[int],
    structures: KnownStructures,
    relax: Relax,
    *,
    shaken: bool = False,
) -> dict[int, RelaxedPhase]:
    """What relaxing makes of the phases at some places; those it fails for are left out.

    Of each composition the phase itself and its near polymorphs are relaxed, and the lowest
    counts: which is lowest may change.

    Args:
        reference: The known phases.
        places: Which of them.
        structures: Their structures.
        relax: Relaxes under the reference's potential.
        shaken: Begin with displaced atoms and a strained cell, :data:`SHAKES` times, always the
            same of a structure.
    """
    owners: list[tuple[int, str]] = []
    crystals: list[PlainCrystal] = []
    for place in sorted(places):
        for name in _structures_of(reference, place, structures):
            crystal = structures.crystal(name)
            if crystal is None:
                continue
            begun = [_shaken(crystal, name, n) for n in range(SHAKES)] if shaken else [crystal]
            owners += [(place, name)] * len(begun)
            crystals += begun
    lowest: dict[int, RelaxedPhase] = {}
    for index, result in relax(crystals) if crystals else ():
        place, name = owners[index]
        energy = result.energy_ev_per_atom
        if result.relaxed is None or energy is None:
            continue
        if place not in lowest or energy < lowest[place].energy_ev_per_atom:
            lowest[place] = RelaxedPhase(name, energy)
    return lowest


def relax_reference(
    reference: Reference,
    structures: KnownStructures,
    relax: Relax,
    *,
    within_ev_per_atom: float,
    most: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Reference:
    """A reference in which the phases near its hull are relaxed, as far as time allows.

    Args:
        reference: Known phases, with energies of the potential that relaxes.
        structures: Structures of the known phases.
        relax: Relaxes under that potential.
        within_ev_per_atom: Phases further above the hull stay as given.
        most: At most so many phases are relaxed, those of fewest atoms first; None for all.
        progress: Called with the phases done and their number.
        should_stop: Asked between batches.
    """
    phases = [PhaseEnergy(phase.composition, phase.energy_ev_per_atom) for phase in reference]
    places = []
    for place, result in enumerate(energies_above_hull(phases, reference.method, reference)):
        above = result.energy_above_hull_ev_per_atom
        if above is not None and above <= within_ev_per_atom and place not in reference.relaxed:
            places.append(place)
    names = reference.as_given.material_ids
    sizes = structures.sizes([names[place] for place in places])
    places = sorted(
        (place for place in places if names[place] in sizes), key=lambda p: sizes[names[p]]
    )[:most]
    relaxed: dict[int, RelaxedPhase] = {}
    for first in range(0, len(places), BATCH):
        if should_stop():
            break
        batch = places[first : first + BATCH]
        relaxed |= relaxed_phases(reference, batch, structures, relax)
        progress(first + len(batch), len(places))
    return reference.with_relaxed(relaxed)


def relaxing(
    potential: str,
    settings: RelaxationSettings,
    cache: RelaxationCache | None = None,
    *,
    processes: int | None = None,
    pool: RelaxationPool | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Relax:
    """Relaxes as :func:`~crystal_llm.relaxation.batch.relax_many`, for the functions above."""
    return lambda crystals: relax_many(
        crystals,
        potential,
        settings,
        processes=processes,
        cache=cache,
        pool=pool,
        progress=progress,
    )


def relaxed_before(
    reference: Reference, settings: RelaxationSettings, cache: RelaxationCache
) -> Relax:
    """Gives what the cache holds and relaxes nothing: for the web process."""

    def look_up(crystals: Sequence[PlainCrystal]) -> Iterable[tuple[int, RelaxationResult]]:
        return cached_relaxations(crystals, settings, reference.method, cache).items()

    return look_up


def _shaken(crystal: PlainCrystal, name: str, number: int) -> PlainCrystal:
    """A crystal with its symmetry broken, in the same way whenever it is asked for."""
    named = f"{name} {number}".encode()
    rng = np.random.default_rng(int(hashlib.sha256(named).hexdigest()[:16], 16))
    a, b, c = (
        length * (1 + shift)
        for length, shift in zip(
            crystal.lengths_angstrom, rng.normal(0, SHAKEN_STRAIN, 3).tolist(), strict=True
        )
    )
    shifts = rng.normal(0, SHAKEN_ANGSTROM, (len(crystal.species), 3)) / crystal.lengths_angstrom
    moved = (np.array(crystal.fractional_coordinates) + shifts) % 1.0
    return replace(
        crystal,
        lengths_angstrom=(a, b, c),
        fractional_coordinates=tuple((x, y, z) for x, y, z in moved.tolist()),
    )


def _competitors(
    phases: Iterable[PhaseEnergy],
    reference: Reference,
    *,
    at_most_ev_per_atom: float = COMPETES_WITHIN_EV_PER_ATOM,
) -> set[int]:
    places: set[int] = set()
    for phase in phases:
        try:
            result = energy_above_hull(phase, reference.method, reference)
        except StabilityError:
            continue  # whoever places it says why
        above = result.energy_above_hull_ev_per_atom
        if above is None or above > at_most_ev_per_atom:
            continue
        compositions = [phase.composition, *(part.formula for part in result.decomposition)]
        for composition in compositions:
            place = reference.place_of(element_amounts(composition))
            if place is not None:
                places.add(place)
    return places


def _structures_of(reference: Reference, place: int, structures: KnownStructures) -> list[str]:
    """The phase's own structure first; none where the table is of other phases.

    An element's lattice that the table lacks is one of them: it may be the ground state.
    """
    own = reference.as_given.material_ids[place]
    if structures.crystal(own) is None:
        return []
    formula = reduced_formula(reference.phase(place).composition)
    others = structures.polymorphs(formula, within_ev_per_atom=POLYMORPHS_WITHIN_EV_PER_ATOM)
    names = [own, *(name for name in others if name != own)][:MOST_POLYMORPHS]
    lattice = structures.lacking_lattice(formula)
    return names if lattice is None else [*names, lattice]
