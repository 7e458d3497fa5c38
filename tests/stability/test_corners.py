import numpy as np
import pytest

from crystal_llm.errors import StabilityError
from crystal_llm.stability.corners import element_corners, fixed_corners, open_corners
from crystal_llm.stability.hull import PhaseEnergy, decomposition, energies_above_hull
from crystal_llm.stability.hull_picture import hull_picture, outside_of
from crystal_llm.stability.known_phases import known_phases

QUATERNARY = ["Li", "Fe", "P", "O"]


def test_open_to_an_element_is_the_hull_of_what_is_stable_with_it(reference):
    """Phases on the open hull are those that share a facet with the element."""
    picture = hull_picture(open_corners(QUATERNARY, ["O"]), reference)
    whole = hull_picture(element_corners(QUATERNARY), reference)
    formulas = [phase.formula for phase in whole.stable]
    touching = {
        formulas[place]
        for facet in whole.facets
        if "O2" in {formulas[place] for place in facet}
        for place in facet
    } - {"O2"}
    assert {phase.formula for phase in picture.stable} == touching
    for phase in (*picture.stable, *picture.unstable):
        assert sum(phase.atomic_fractions) == pytest.approx(1)
    assert "Open to O" in picture.caption


def test_a_section_is_the_whole_hull_cut(reference):
    """Everywhere in the section its facets have the energy of the whole system's hull."""
    corners = fixed_corners(QUATERNARY, {"Fe": 1, "P": 1})
    picture = hull_picture(corners, reference)
    known = known_phases(QUATERNARY, reference)
    rows = np.array(corners.rows)
    rng = np.random.default_rng(0)
    for facet in picture.facets:
        weights = rng.dirichlet(np.ones(len(facet)))
        points = [picture.stable[place] for place in facet]
        fractions = weights @ np.array([one.atomic_fractions for one in points])
        energy = weights @ [one.formation_energy_ev_per_atom for one in points]
        whole = fractions @ rows
        amounts = dict(zip(corners.elements, whole.tolist(), strict=True))
        hull, _ = decomposition({s: a for s, a in amounts.items() if a > 1e-9}, reference)
        assert energy == pytest.approx(hull - whole @ known.terminal_energies, abs=1e-6)
    assert any(phase.is_mixture for phase in picture.stable)


def test_candidates_have_a_place_in_an_open_drawing_and_not_off_a_section(reference):
    (result,) = energies_above_hull([PhaseEnergy("LiFePO4", -6.0)], reference.method, reference)
    assert outside_of("LiFePO4", fixed_corners(QUATERNARY, {"Fe": 1, "P": 1})) is None
    assert "does not lie" in outside_of("LiFeO2", fixed_corners(QUATERNARY, {"Fe": 1, "P": 1}))
    assert "holds Na" in outside_of("NaO2", element_corners(["Li", "O"]))
    picture = hull_picture(open_corners(QUATERNARY, ["O"]), reference, [result], names=["mine"])
    (point,) = picture.candidates
    assert point.name == "mine"
    assert point.atomic_fractions == pytest.approx((1 / 3, 1 / 3, 1 / 3))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: open_corners(QUATERNARY, []), "name an element"),
        (lambda: open_corners(QUATERNARY, ["Na"]), "Na: not in Li-Fe-P-O"),
        (lambda: open_corners(["Li", "O"], ["O"]), "would have 1 corners"),
        (lambda: open_corners(["Li", "Na", "K", "Fe", "P", "O"], ["O"]), "name more elements"),
        (lambda: fixed_corners(QUATERNARY, {"Fe": 1}), "two elements or more"),
        (lambda: fixed_corners(list("HBCNOFPSK"), {"H": 1, "B": 1}), "up to 6"),
        (lambda: element_corners(["Li"]), "two, three or four"),
        (lambda: element_corners(["Li", "Xx"]), "not an element"),
    ],
)
def test_what_cannot_be_drawn_is_one_error(make, said):
    with pytest.raises(StabilityError, match=said):
        make()
