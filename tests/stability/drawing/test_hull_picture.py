from itertools import combinations

import pytest
from hull_rows import CHGNET, provenance
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition

from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.errors import StabilityError
from crystal_llm.stability.drawing.hull_picture import hull_picture
from crystal_llm.stability.hull import PhaseEnergy, energies_above_hull, energy_above_hull
from crystal_llm.stability.references.reference import build_reference


@pytest.mark.parametrize("elements", [("O", "Li"), ("Li", "O", "Fe"), ("P", "Fe", "Na", "O")])
def test_the_hull_is_that_of_pymatgen(reference, elements):
    picture = hull_picture(elements, reference)
    phases = [reference.phase(i) for i in reference.chemical_system(elements).phases.tolist()]
    diagram = PhaseDiagram(
        [
            PDEntry(c := Composition(p.composition), p.energy_ev_per_atom * c.num_atoms)
            for p in phases
        ]
    )
    stable = {entry.composition.reduced_formula for entry in diagram.stable_entries}
    assert {phase.formula for phase in picture.stable} == stable
    drawn = {frozenset(picture.stable[i].formula for i in facet) for facet in picture.facets}
    facets = {
        frozenset(diagram.qhull_entries[i].composition.reduced_formula for i in facet)
        for facet in diagram.facets
    }
    assert drawn == facets
    for phase in (*picture.stable, *picture.unstable):
        entry = next(
            e for e in diagram.all_entries if e.composition.reduced_formula == phase.formula
        )
        formation = diagram.get_form_energy_per_atom(entry)
        assert phase.formation_energy_ev_per_atom == pytest.approx(formation, abs=1e-9)
        assert phase.energy_above_hull_ev_per_atom <= 0.2
        assert sum(phase.atomic_fractions) == pytest.approx(1)
        fraction = entry.composition.get_atomic_fraction(elements[0])
        assert phase.atomic_fractions[0] == pytest.approx(fraction)


def test_candidates_are_not_part_of_the_hull(lithium_oxides):
    asked = [PhaseEnergy("Li3FeO3", -2.5), PhaseEnergy("Li2O", -1.9)]
    results = energies_above_hull(asked, MP2020_FORMATION, lithium_oxides)
    picture = hull_picture(["Li", "Fe", "O"], lithium_oxides, results)
    below, above = picture.candidates
    assert below.energy_above_hull_ev_per_atom < 0
    assert {picture.stable[place].formula for place in below.decomposition} == {"LiFeO2", "Li2O"}
    assert above.energy_above_hull_ev_per_atom == pytest.approx(0.1)
    assert above.source == "candidate, DFT"
    assert "Li3FeO3" not in {phase.formula for phase in picture.stable}
    assert picture.stable == hull_picture(["Li", "Fe", "O"], lithium_oxides).stable


def test_phases_far_above_the_hull_are_left_out(reference):
    elements = ["Li", "Fe", "O"]
    few = hull_picture(elements, reference, highest_ev_per_atom=0.05)
    many = hull_picture(elements, reference, highest_ev_per_atom=10)
    assert len(few.unstable) < len(many.unstable)
    assert len(many.unstable) + len(many.stable) == len(reference.chemical_system(elements).phases)


@pytest.mark.parametrize("elements", list(combinations(["Li", "Fe", "O", "Cl"], 2)))
def test_elements_alone_make_a_hull(elements):
    rows = [(symbol, symbol, -1.0) for symbol in ("Li", "Fe", "O", "Cl")]
    picture = hull_picture(elements, build_reference(rows, provenance()))
    assert len(picture.stable) == 2
    assert [sorted(facet) for facet in picture.facets] == [[0, 1]]


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ([], "two, three or four"),
        (["Li"], "two, three or four"),
        (["Li", "Li"], "two, three or four"),
        (["Li", "Fe", "P", "O", "Na"], "two, three or four"),
        (["Li", "Cl"], "no elemental phase of Cl"),
        (["Li", "Xx"], "not an element"),
    ],
)
def test_what_cannot_be_drawn_is_one_error(reference, elements, said):
    with pytest.raises(StabilityError, match=said):
        hull_picture(elements, reference)


def test_candidates_of_other_hulls_or_elements_are_refused(reference, lithium_oxides):
    other = energy_above_hull(PhaseEnergy("Li2O", -1.9), MP2020_FORMATION, lithium_oxides)
    with pytest.raises(StabilityError, match="place it on that hull"):
        hull_picture(["Li", "O"], reference, [other])
    iron = energy_above_hull(PhaseEnergy("FeO", -5), CHGNET, reference)
    with pytest.raises(StabilityError, match="FeO holds Fe"):
        hull_picture(["Li", "O"], reference, [iron])
