"""Where in the space of chemical potentials each stable phase is stable.

The domains are pymatgen's (``ChemicalPotentialDiagram``; P. K. Todd et al., J. Am. Chem. Soc.
143, 15185 (2021)). A domain has one dimension less than the space: the chemical potentials in
a phase add up to its energy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from crystal_llm.crystal.composition import formula_unit, reduced_formula
from crystal_llm.errors import StabilityError
from crystal_llm.stability.known_phases import known_phases
from crystal_llm.stability.references.reference import Reference
from crystal_llm.types import Array

MAX_DIAGRAM_ELEMENTS = 4
FARTHEST_EV = -50.0
SAME_POINT_EV = 1e-4


@dataclass(frozen=True, slots=True)
class Domain:
    """Where one phase is stable.

    Attributes:
        formula: Reduced formula.
        name: Its material id.
        vertices_ev: Corners, shape (n_corners, n_elements), elemental phases at 0.
    """

    formula: str
    name: str
    vertices_ev: Array


@dataclass(frozen=True, slots=True)
class ChemicalPotentials:
    """The domains of a chemical system's stable phases.

    Attributes:
        elements: In the order of the columns of the vertices.
        domains: One a stable phase.
        lowest_ev: Where domains that have no end are cut.
    """

    elements: tuple[str, ...]
    domains: tuple[Domain, ...]
    lowest_ev: float

    def domain(self, formula: str | None) -> Domain | None:
        """The domain of a composition; None where no phase of it is stable."""
        return next((domain for domain in self.domains if domain.formula == formula), None)

    def neighbours(self, domain: Domain) -> tuple[tuple[Domain, Array], ...]:
        """Domains that share a side with one, with that side's corners.

        Each is a phase with which it is in equilibrium; the side has one dimension less.
        """
        sides = []
        for other in self.domains:
            if other.name == domain.name:
                continue
            apart = np.abs(domain.vertices_ev[:, None] - other.vertices_ev[None]).max(axis=2)
            shared = domain.vertices_ev[(apart < SAME_POINT_EV).any(axis=1)]
            if len(shared) >= len(self.elements) - 1:
                sides.append((other, shared))
        return tuple(sides)

    def ranges_ev(self, domain: Domain) -> tuple[tuple[float, float], ...]:
        """Lowest and highest chemical potential of each element within a domain."""
        low, high = domain.vertices_ev.min(axis=0), domain.vertices_ev.max(axis=0)
        return tuple(zip(low.tolist(), high.tolist(), strict=True))


def chemical_potentials(elements: Iterable[str], reference: Reference) -> ChemicalPotentials:
    """The domains of a chemical system.

    Args:
        elements: Two to four, in the order of the axes.
        reference: The known phases.

    Raises:
        StabilityError: Fewer or more elements, or the reference lacks an elemental phase.
    """
    asked = tuple(dict.fromkeys(elements))
    if not 2 <= len(asked) <= MAX_DIAGRAM_ELEMENTS:
        raise StabilityError(
            f"{'-'.join(asked)}: chemical potentials are drawn of two, three or four elements"
        )
    return _potentials(asked, reference)


@lru_cache(maxsize=16)
def _potentials(elements: tuple[str, ...], reference: Reference) -> ChemicalPotentials:
    from pymatgen.analysis.chempot_diagram import ChemicalPotentialDiagram
    from pymatgen.analysis.phase_diagram import PDEntry
    from pymatgen.core import Composition

    stable = [phase for phase in known_phases(elements, reference).phases if phase.is_stable]
    names = {phase.formula: phase.material_id for phase in stable}
    entries = []
    for phase in stable:
        composition = Composition(phase.formula)
        energy = phase.formation_energy_ev_per_atom * composition.num_atoms
        entries.append(PDEntry(composition, energy, name=phase.formula))

    def domains(lowest_ev: float) -> tuple[Domain, ...]:
        diagram: Any = ChemicalPotentialDiagram(entries, default_min_limit=lowest_ev)
        columns = [
            [element.symbol for element in diagram.elements].index(symbol) for symbol in elements
        ]
        made = []
        for formula, vertices in diagram.domains.items():
            called = reduced_formula(formula_unit(formula))
            corners = _distinct(np.asarray(vertices, dtype=float)[:, columns])
            made.append(Domain(called, names.get(called, called), corners))
        return tuple(made)

    corners = np.concatenate([domain.vertices_ev for domain in domains(FARTHEST_EV)])
    inside = corners[(corners > FARTHEST_EV + 1).all(axis=1)]
    lowest = float(min(inside.min(initial=-0.5), -0.5)) * 1.15
    return ChemicalPotentials(elements, domains(lowest), lowest)


def _distinct(vertices: Array) -> Array:
    """Corners without their repetitions."""
    corners: list[Array] = []
    for vertex in vertices:
        if all(np.abs(vertex - other).max() > SAME_POINT_EV for other in corners):
            corners.append(vertex)
    return np.array(corners)
