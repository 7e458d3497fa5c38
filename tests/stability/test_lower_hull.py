import numpy as np
import pytest
from hull_rows import provenance, random_rows
from pymatgen.core import Composition

from crystal_llm.stability.hull import PhaseEnergy, energies_above_hull
from crystal_llm.stability.known_phases import known_phases
from crystal_llm.stability.lower_hull import lower_hull
from crystal_llm.stability.references.reference import build_reference


@pytest.mark.parametrize("elements", [("Li", "O"), ("Li", "O", "Fe"), ("P", "Fe", "Li", "O")])
def test_facets_place_every_phase_where_the_linear_programs_do(reference, elements):
    known = known_phases(elements, reference)
    asked = [PhaseEnergy(phase.formula, phase.energy_ev_per_atom) for phase in known.phases]
    placed = energies_above_hull(asked, reference.method, reference)
    for phase, result in zip(known.phases, placed, strict=True):
        assert phase.energy_above_hull_ev_per_atom == pytest.approx(
            result.energy_above_hull_ev_per_atom, abs=1e-9
        )
        assert sum(part.fraction for part in phase.decomposition) == pytest.approx(1)
        hull = sum(part.fraction * part.energy_ev_per_atom for part in phase.decomposition)
        assert phase.energy_ev_per_atom - hull == pytest.approx(
            phase.energy_above_hull_ev_per_atom, abs=1e-8
        )


@pytest.mark.parametrize("elements", [("Li", "O"), ("Li", "Fe", "O"), ("Li", "Fe", "P", "O")])
def test_a_flat_face_of_many_phases_gives_mixtures_that_hold_the_composition(elements):
    # Two planes that meet at half lithium: every phase lies on one of two flat faces.
    rows = [
        (name, formula, -min(share, 1 - share))
        for name, formula, _ in random_rows(elements, 80)
        for share in [Composition(formula).get_atomic_fraction("Li")]
    ]
    reference = build_reference(rows, provenance())
    known = known_phases(elements, reference)
    hull = lower_hull(known.atomic_fractions, known.formation_energies)
    asked = [PhaseEnergy(phase.formula, phase.energy_ev_per_atom) for phase in known.phases]
    placed = energies_above_hull(asked, reference.method, reference)
    for fractions, phase, result in zip(known.atomic_fractions, known.phases, placed, strict=True):
        mixture = hull.mixture(fractions)
        mixed = sum(part * known.atomic_fractions[place] for place, part in mixture)
        assert mixed == pytest.approx(fractions, abs=1e-6)
        assert sum(part for _, part in mixture) == pytest.approx(1, abs=1e-6)
        assert phase.energy_above_hull_ev_per_atom == pytest.approx(
            result.energy_above_hull_ev_per_atom, abs=1e-9
        )
        energy = sum(part.fraction * part.energy_ev_per_atom for part in phase.decomposition)
        assert energy == pytest.approx(phase.energy_ev_per_atom, abs=1e-6)


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_corners_alone_make_one_flat_facet(n):
    hull = lower_hull(np.eye(n), np.zeros(n))
    assert sorted(hull.facets[0].tolist()) == list(range(n))
    assert len(hull.facets) == 1
    middle = np.full(n, 1 / n)
    assert hull.energies(middle[None])[0] == pytest.approx(0)
    assert len(hull.mixture(middle)) == n


def test_the_order_in_which_elements_are_named_is_nothing(reference):
    assert known_phases(["O", "Li"], reference) is known_phases(["Li", "O", "Li"], reference)
