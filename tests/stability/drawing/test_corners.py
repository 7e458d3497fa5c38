import numpy as np
import pytest
from hull_rows import provenance

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.stability.drawing.corners import element_corners, fixed_corners, open_corners
from crystal_llm.stability.drawing.hull_picture import hull_picture, outside_of
from crystal_llm.stability.hull import PhaseEnergy, decomposition, energies_above_hull
from crystal_llm.stability.known_phases import known_phases
from crystal_llm.stability.references.reference import build_reference

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


def assert_is_cut(picture, corners, reference):
    """Everywhere in the section its facets have the energy of the whole system's hull."""
    known = known_phases(corners.elements, reference)
    rows = np.array(corners.rows)
    rng = np.random.default_rng(0)
    for facet in picture.facets:
        weights = rng.dirichlet(np.ones(len(facet)))
        points = [picture.stable[place] for place in facet]
        fractions = weights @ np.array([point.atomic_fractions for point in points])
        energy = weights @ [point.formation_energy_ev_per_atom for point in points]
        whole = fractions @ rows
        amounts = dict(zip(corners.elements, whole.tolist(), strict=True))
        hull, _ = decomposition({s: a for s, a in amounts.items() if a > 1e-9}, reference)
        assert energy == pytest.approx(hull - whole @ known.terminal_energies, abs=1e-6)


def test_a_section_is_the_whole_hull_cut(reference):
    corners = fixed_corners(QUATERNARY, {"Fe": 1, "P": 1})
    picture = hull_picture(corners, reference)
    assert_is_cut(picture, corners, reference)
    assert any(phase.is_mixture for phase in picture.stable)


@pytest.mark.parametrize(
    ("ratio", "phases", "mixture"),
    [
        ({"Fe": 1, "Mn": 1, "Ni": 1}, [("FeMnNiO3", -1.0), ("FeMn", -0.1)], "0.67 MnFe + 0.33 Ni"),
        (
            {"Fe": 2, "Mn": 1, "Ni": 1},
            [("MnFe2O4", -1.6), ("NiO", -1.2), ("MnO", -1.9)],
            "0.78 Mn(FeO2)2 + 0.22 NiO",
        ),
    ],
)
def test_faces_of_fewer_phases_that_lie_in_a_section_are_its_corners_too(ratio, phases, mixture):
    terminals = [(symbol, symbol, 0.0) for symbol in ("Fe", "Mn", "Ni", "O2")]
    method = EnergyMethod("DFT", None, "PBE(+U)", "MP2020", "formation")
    rows = [*terminals, *((formula, formula, energy) for formula, energy in phases)]
    reference = build_reference(rows, provenance(method))
    corners = fixed_corners(["Fe", "Mn", "Ni", "O"], ratio)
    picture = hull_picture(corners, reference)
    assert any(mixture in phase.formula for phase in picture.stable if phase.is_mixture)
    assert_is_cut(picture, corners, reference)


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
