"""What a drawing of a hull shows: phases, candidates and the facets between them.

pymatgen's ``PhaseDiagram`` finds the facets. Its ``PDPlotter`` is not used: its colours
are fixed (black lines that a dark page swallows, green against red), its labels lie under
markers, and a candidate can only be drawn by making it part of the hull.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crystal_llm.errors import StabilityError
from crystal_llm.stability.amounts import element_amounts
from crystal_llm.stability.hull import HullResult, PhaseEnergy, energies_above_hull
from crystal_llm.stability.reference import Reference

# A known phase this close to the hull (eV/atom) lies on it.
ON_HULL_EV_PER_ATOM = 1e-8


@dataclass(frozen=True, slots=True)
class PicturedPhase:
    """A phase as a point of the drawing.

    Attributes:
        formula: Reduced formula.
        atomic_fractions: In the order of the picture's elements.
        formation_energy_ev_per_atom: With the reference's elements at 0.
        energy_above_hull_ev_per_atom: Negative for a candidate below the hull.
        source: Where it comes from.
        decomposition: Places of the stable phases that it decomposes into.
    """

    formula: str
    atomic_fractions: tuple[float, ...]
    formation_energy_ev_per_atom: float
    energy_above_hull_ev_per_atom: float
    source: str
    decomposition: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HullPicture:
    """A hull of two to four elements.

    Attributes:
        elements: Corners, in the order that was asked for.
        stable: Known phases on the hull.
        unstable: Known phases above it, up to the height that was asked for.
        candidates: New phases, not part of the hull.
        facets: Places in ``stable`` of the corners of each facet.
        caption: The reference, its size and its method, in two lines.
    """

    elements: tuple[str, ...]
    stable: tuple[PicturedPhase, ...]
    unstable: tuple[PicturedPhase, ...]
    candidates: tuple[PicturedPhase, ...]
    facets: tuple[tuple[int, ...], ...]
    caption: str


def hull_picture(
    elements: Sequence[str],
    reference: Reference,
    candidates: Sequence[HullResult] = (),
    *,
    highest_ev_per_atom: float = 0.2,
) -> HullPicture:
    """Gathers what a drawing of a chemical system shows.

    Args:
        elements: Two to four of them.
        reference: The known phases.
        candidates: Phases placed on the hull of the same reference.
        highest_ev_per_atom: Known phases further above the hull are left out.

    Raises:
        StabilityError: One element or more than four, a missing terminal, or a candidate
            of another reference or of other elements.
    """
    if not 2 <= len(set(elements)) <= 4 or len(set(elements)) != len(elements):
        raise StabilityError(
            f"{'-'.join(elements) or 'no element'}: a hull is drawn of two, three or four "
            "elements; choose so many"
        )
    system = reference.chemical_system(elements)
    if system.missing_terminals:
        raise StabilityError(
            f"reference {reference.reference_id} has no elemental phase of "
            f"{', '.join(system.missing_terminals)}: there is no hull to draw"
        )
    phases = [reference.phase(place) for place in system.phases.tolist()]
    placed = energies_above_hull(
        [PhaseEnergy(phase.composition, phase.energy_ev_per_atom) for phase in phases],
        reference.method,
        reference,
    )
    terminals = {
        next(iter(phase.composition)): phase.energy_ev_per_atom
        for phase in phases
        if len(phase.composition) == 1
    }
    stable: list[PicturedPhase] = []
    unstable: list[PicturedPhase] = []
    for phase, result in sorted(
        zip(phases, placed, strict=True), key=lambda pair: len(pair[0].composition)
    ):
        source = f"{phase.material_id}, {reference.provenance.source}"
        point = _point(result, elements, terminals, source)
        above = point.energy_above_hull_ev_per_atom
        if above <= ON_HULL_EV_PER_ATOM:
            stable.append(point)
        elif above <= highest_ev_per_atom:
            unstable.append(point)
    places = {phase.formula: place for place, phase in enumerate(stable)}
    return HullPicture(
        elements=tuple(elements),
        stable=tuple(stable),
        unstable=tuple(unstable),
        candidates=tuple(
            _candidate(result, elements, terminals, reference, places) for result in candidates
        ),
        facets=_facets(stable, elements),
        caption=f"reference {reference.reference_id} of {reference.provenance.made_on}, "
        f"{len(phases)} phases\n{reference.method}",
    )


def _candidate(
    result: HullResult,
    elements: Sequence[str],
    terminals: dict[str, float],
    reference: Reference,
    places: dict[str, int],
) -> PicturedPhase:
    if result.reference_id != reference.reference_id:
        raise StabilityError(
            f"{result.formula} was placed on the hull of reference {result.reference_id}, the "
            f"drawing is of {reference.reference_id}: place it on that hull"
        )
    others = sorted(set(element_amounts(result.formula)) - set(elements))
    if others:
        raise StabilityError(
            f"{result.formula} holds {', '.join(others)}, which is no corner of "
            f"{'-'.join(elements)}: leave it out or add the element"
        )
    decomposition = tuple(places[part.formula] for part in result.decomposition)
    source = f"candidate, {result.method.potential}"
    return _point(result, elements, terminals, source, decomposition)


def _point(
    result: HullResult,
    elements: Sequence[str],
    terminals: dict[str, float],
    source: str,
    decomposition: tuple[int, ...] = (),
) -> PicturedPhase:
    amounts = element_amounts(result.formula)
    atoms = sum(amounts.values())
    fractions = tuple(amounts.get(symbol, 0.0) / atoms for symbol in elements)
    unmixed = sum(terminals[symbol] * n for symbol, n in amounts.items()) / atoms
    above = result.energy_above_hull_ev_per_atom
    assert above is not None  # every terminal of the system is there
    return PicturedPhase(
        formula=result.formula,
        atomic_fractions=fractions,
        formation_energy_ev_per_atom=result.energy_ev_per_atom - unmixed,
        energy_above_hull_ev_per_atom=above,
        source=source,
        decomposition=decomposition,
    )


def _facets(
    stable: Sequence[PicturedPhase], elements: Sequence[str]
) -> tuple[tuple[int, ...], ...]:
    from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
    from pymatgen.core import Composition, Element

    entries = [
        PDEntry(
            Composition(dict(zip(elements, phase.atomic_fractions, strict=True))),
            phase.formation_energy_ev_per_atom,
            attribute=place,
        )
        for place, phase in enumerate(stable)
    ]
    diagram = PhaseDiagram(entries, elements=[Element(symbol) for symbol in elements])
    return tuple(
        tuple(int(diagram.qhull_entries[corner].attribute) for corner in facet)
        for facet in diagram.facets
    )
