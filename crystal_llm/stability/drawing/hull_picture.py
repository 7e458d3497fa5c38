"""What a drawing of a hull shows: phases, candidates and the facets between them.

pymatgen's ``PDPlotter`` is not used: its colours are fixed (black lines that a dark page
swallows, green against red), its labels lie under markers, and a candidate can only be
drawn by making it part of the hull. Its ``PhaseDiagram`` gives the same facets (a test
compares them) and takes several times as long.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.errors import StabilityError
from crystal_llm.stability.drawing.corners import Corners, element_corners
from crystal_llm.stability.drawing.hull_section import section_crossings
from crystal_llm.stability.hull import HullResult, off_hull
from crystal_llm.stability.known_phases import (
    SYSTEMS_KEPT,
    KnownPhases,
    known_phases,
)
from crystal_llm.stability.lower_hull import LowerHull, lower_hull
from crystal_llm.stability.references.reference import Reference
from crystal_llm.types import Array

SAME_PLACE = 1e-9
NOTE_WIDTH = 62  # letters of a line below a drawing, so that a narrow page holds it


@dataclass(frozen=True, slots=True)
class PicturedPhase:
    """A phase as a point of the drawing.

    Attributes:
        formula: Reduced formula.
        atomic_fractions: In the order of the picture's corners.
        formation_energy_ev_per_atom: With the corners at 0.
        energy_above_hull_ev_per_atom: Negative for a candidate below the hull.
        source: Where it comes from.
        decomposition: Places of the stable phases that it decomposes into.
        name: Of a known phase its material id, of a candidate its name.
        is_mixture: Whether it is a corner of a section's hull and no phase.
    """

    formula: str
    atomic_fractions: tuple[float, ...]
    formation_energy_ev_per_atom: float
    energy_above_hull_ev_per_atom: float
    source: str
    decomposition: tuple[int, ...] = ()
    name: str = ""
    is_mixture: bool = False


@dataclass(frozen=True, slots=True)
class HullPicture:
    """A hull with two to four corners.

    Attributes:
        elements: Corners, in the order that was asked for.
        stable: Known phases on the hull, and the mixtures of a section.
        unstable: Known phases above it, up to the height that was asked for.
        candidates: New phases, not part of the hull.
        facets: Places in ``stable`` of the corners of each facet.
        caption: The reference, its size and its method, in two lines; what else a reader
            must know in a third.
        asked: The composition that was asked about: one of the phases above or, where none
            is known, its place on the hull, without a name.
    """

    elements: tuple[str, ...]
    stable: tuple[PicturedPhase, ...]
    unstable: tuple[PicturedPhase, ...]
    candidates: tuple[PicturedPhase, ...]
    facets: tuple[tuple[int, ...], ...]
    caption: str
    asked: PicturedPhase | None = None

    def upon(self, name: str, within_ev_per_atom: float = math.inf) -> tuple[str, ...]:
        """Names of all phases that lie upon one another where a named one is, on top first.

        Args:
            name: One of them.
            within_ev_per_atom: How near in energy they are, where it is the height of the
                drawing; seen from above, or in a tetrahedron, any of one composition are.
        """
        phases = (*self.candidates, *self.stable, *self.unstable)
        there = next((phase for phase in phases if phase.name == name), None)
        if there is None:
            return (name,)
        fractions = np.array(there.atomic_fractions)
        return tuple(
            phase.name
            for phase in phases
            if phase.name
            and np.abs(fractions - phase.atomic_fractions).max() < SAME_PLACE
            and abs(phase.formation_energy_ev_per_atom - there.formation_energy_ev_per_atom)
            <= within_ev_per_atom
        )


@dataclass(frozen=True, slots=True)
class _Frame:
    """What of a picture follows from the reference and the corners alone."""

    known: KnownPhases
    stable: tuple[PicturedPhase, ...]
    unstable: tuple[PicturedPhase, ...]
    hull: LowerHull
    corner_energies: Array
    caption: str


def hull_picture(
    elements: Sequence[str] | Corners,
    reference: Reference,
    candidates: Sequence[HullResult] = (),
    *,
    highest_ev_per_atom: float = 0.2,
    names: Sequence[str] = (),
    asked: str | None = None,
) -> HullPicture:
    """Gathers what a drawing of a chemical system shows.

    Args:
        elements: Two to four of them, or the corners of a drawing of more.
        reference: The known phases.
        candidates: Phases placed on the hull of the same reference.
        highest_ev_per_atom: Known phases further above the hull are left out.
        names: One a candidate; their formulas where there are none.
        asked: A composition that is shown however high its phase lies.

    Raises:
        StabilityError: One element or more than four, a missing terminal, or a candidate
            of another reference or of other elements.
    """
    corners = elements if isinstance(elements, Corners) else element_corners(elements)
    frame = _frame(reference, corners)
    called = names or [result.formula for result in candidates]
    unstable = tuple(
        phase
        for phase in frame.unstable
        if phase.energy_above_hull_ev_per_atom <= highest_ev_per_atom or phase.formula == asked
    )
    pictured = tuple(
        _candidate(result, name, corners, frame, reference)
        for result, name in zip(candidates, called, strict=True)
    )
    return HullPicture(
        elements=corners.labels,
        stable=frame.stable,
        unstable=unstable,
        candidates=pictured,
        facets=tuple(map(tuple, frame.hull.facets.tolist())),
        caption=frame.caption,
        asked=_asked(asked, (*pictured, *frame.stable, *unstable), corners, frame),
    )


def outside_of(formula: str, corners: Corners) -> str | None:
    """Why a composition has no place in a drawing; None where it has one."""
    amounts = element_amounts(formula)
    others = sorted(set(amounts) - set(corners.elements))
    if others:
        return (
            f"{formula} holds {', '.join(others)}, which is no corner of "
            f"{'-'.join(corners.labels)}: leave it out or add the element"
        )
    if not corners.holds(_row(amounts, corners))[0]:
        return f"{formula} does not lie in this drawing; choose another"
    return None


@lru_cache(maxsize=SYSTEMS_KEPT)
def _frame(reference: Reference, corners: Corners) -> _Frame:
    known = known_phases(corners.elements, reference)
    held = np.flatnonzero(corners.holds(known.atomic_fractions))
    amounts = corners.amounts(known.atomic_fractions[held])
    atoms = amounts.sum(axis=1)
    fractions = amounts / atoms[:, None]
    energies = known.formation_energies[held] / atoms
    above = known.energies_above_hull[held]
    corner_energies = np.zeros(len(corners.labels))
    if corners.open_to:
        for corner in range(len(corners.labels)):
            at_corner = fractions[:, corner] > 1 - 1e-12
            corner_energies[corner] = energies[at_corner].min()
        energies = energies - fractions @ corner_energies
        above = energies - lower_hull(fractions, energies).energies(fractions)
    points = [
        PicturedPhase(
            phase.formula,
            tuple(row),
            energy,
            max(off_hull(height), 0.0),
            f"{phase.material_id}, {reference.provenance.source}",
            name=phase.material_id,
        )
        for phase, row, energy, height in zip(
            (known.phases[place] for place in held.tolist()),
            fractions.tolist(),
            energies.tolist(),
            above.tolist(),
            strict=True,
        )
    ]
    stable = [point for point in points if point.energy_above_hull_ev_per_atom == 0]
    if corners.kind == "fixed":
        stable += _mixtures(known, corners)
    hull = lower_hull(
        np.array([phase.atomic_fractions for phase in stable]),
        np.array([phase.formation_energy_ev_per_atom for phase in stable]),
    )
    caption = (
        f"reference {reference.reference_id} of {reference.provenance.made_on}, "
        f"{len(known.phases)} phases\n{reference.method}"
    )
    return _Frame(
        known,
        tuple(stable),
        tuple(p for p in points if p.energy_above_hull_ev_per_atom > 0),
        hull,
        corner_energies,
        "\n".join([caption, *textwrap.wrap(corners.note, NOTE_WIDTH)]),
    )


def _mixtures(known: KnownPhases, corners: Corners) -> list[PicturedPhase]:
    """Corners of a section's hull that are no phases."""
    on_hull = np.flatnonzero(known.energies_above_hull == 0)
    crossings = section_crossings(
        np.array(corners.rows), known.atomic_fractions[on_hull], known.formation_energies[on_hull]
    )
    return [
        PicturedPhase(
            " + ".join(
                f"{part:.2f} {known.phases[int(on_hull[place])].formula}"
                for place, part in crossing.parts
            ),
            tuple(corners.amounts(np.array([crossing.atomic_fractions]))[0].round(12).tolist()),
            crossing.energy_ev_per_atom,
            0.0,
            "mixture, fractions of atoms",
            is_mixture=True,
        )
        for crossing in crossings
    ]


def _candidate(
    result: HullResult, name: str, corners: Corners, frame: _Frame, reference: Reference
) -> PicturedPhase:
    if result.reference_id != reference.reference_id:
        raise StabilityError(
            f"{result.formula} was placed on the hull of reference {result.reference_id}, the "
            f"drawing is of {reference.reference_id}: place it on that hull"
        )
    reason = outside_of(result.formula, corners)
    if reason:
        raise StabilityError(reason)
    row = _row(element_amounts(result.formula), corners)
    amounts = corners.amounts(row)[0]
    atoms = float(amounts.sum())
    fractions = amounts / atoms
    formed = result.energy_ev_per_atom - float(row[0] @ frame.known.terminal_energies)
    energy = formed / atoms - float(fractions @ frame.corner_energies)
    above = result.energy_above_hull_ev_per_atom
    if above is None or corners.open_to:
        above = off_hull(energy - float(frame.hull.energies(fractions[None])[0]))
    point = PicturedPhase(
        formula=result.formula,
        atomic_fractions=tuple(fractions.tolist()),
        formation_energy_ev_per_atom=energy,
        energy_above_hull_ev_per_atom=above,
        source=f"candidate, {result.method.potential}",
        name=name,
    )
    return replace(point, decomposition=tuple(place for place, _ in frame.hull.mixture(fractions)))


def _asked(
    formula: str | None, phases: Sequence[PicturedPhase], corners: Corners, frame: _Frame
) -> PicturedPhase | None:
    """The phase of a composition, or the composition's place on the hull."""
    if formula is None or outside_of(formula, corners):
        return None
    phase = next((phase for phase in phases if phase.formula == formula), None)
    if phase is not None:
        return phase
    amounts = corners.amounts(_row(element_amounts(formula), corners))[0]
    fractions = amounts / amounts.sum()
    energy = float(frame.hull.energies(fractions[None])[0])
    mixture = tuple(place for place, _ in frame.hull.mixture(fractions))
    return PicturedPhase(
        formula, tuple(fractions.tolist()), energy, 0.0, "no phase of it is known", mixture
    )


def _row(amounts: dict[str, float], corners: Corners) -> Array:
    row = np.array([[amounts.get(symbol, 0.0) for symbol in corners.elements]])
    return np.asarray(row / row.sum())
