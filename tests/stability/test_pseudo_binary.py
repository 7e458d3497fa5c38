import numpy as np
import pytest
from pymatgen.core import Composition

from crystal_llm.errors import StabilityError
from crystal_llm.stability.drawing.pseudo_binary_figure import cut_figure
from crystal_llm.stability.hull import PhaseEnergy, decomposition, energies_above_hull
from crystal_llm.stability.known_phases import known_phases
from crystal_llm.stability.pseudo_binary import pseudo_binary


@pytest.mark.parametrize(("first", "second"), [("Li2O", "Fe2O3"), ("LiP", "FeO"), ("Li", "O2")])
def test_the_cut_follows_the_hull_everywhere(reference, first, second):
    cut = pseudo_binary(first, second, reference)
    xs = np.array([point.fraction for point in cut.hull])
    energies = np.array([point.energy_ev_per_atom for point in cut.hull])
    assert xs[0] == 0
    assert xs[-1] == 1
    assert (np.diff(xs) > 0).all()
    known = known_phases([s for s in ("Li", "Fe", "P", "O") if s in first + second], reference)
    ends = [
        np.array([Composition(formula).get_atomic_fraction(s) for s in known.elements])
        for formula in (first, second)
    ]
    for x in np.linspace(0.01, 0.99, 37):
        amounts = (1 - x) * ends[0] + x * ends[1]
        mixed = {s: a for s, a in zip(known.elements, amounts.tolist(), strict=True) if a > 1e-9}
        hull, _ = decomposition(mixed, reference)
        expected = hull - amounts @ known.terminal_energies
        assert np.interp(x, xs, energies) == pytest.approx(expected, abs=2e-3)


def test_phases_and_candidates_on_the_line(lithium_oxides):
    method = lithium_oxides.method
    asked = [PhaseEnergy("LiFeO2", -2.2), PhaseEnergy("LiFe2O4", -1.9)]
    results = energies_above_hull(asked, method, lithium_oxides)
    cut = pseudo_binary("Li2O", "Fe2O3", lithium_oxides, results, names=["mine", "off the line"])
    (candidate,) = [phase for phase in cut.phases if phase.is_candidate]
    assert candidate.name == "mine"
    assert candidate.fraction == pytest.approx(5 / 8)
    assert cut.ends == ("Li2O", "Fe2O3")
    for from_ends in (True, False):
        figure = cut_figure(cut, from_ends=from_ends, theme="dark", caption="reference")
        assert "candidate" in {trace.name for trace in figure.data}
    assert cut.from_ends(0.0) == cut.hull[0].energy_ev_per_atom


def test_where_a_tie_line_crosses_the_cut_there_is_a_mixture(lithium_oxides):
    crossed = pseudo_binary("Li", "FeO", lithium_oxides)
    assert [len(point.decomposition) for point in crossed.mixtures] == [2] * len(crossed.mixtures)
    assert 0 < len(crossed.mixtures) == len(crossed.hull) - 2
    along = pseudo_binary("Li2O", "Fe2O3", lithium_oxides)
    assert (len(along.mixtures), len(along.hull)) == (0, 3)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("Li2O", "Li4O2", "one composition"),
        ("Li2O", "Xx", "not a chemical formula"),
        ("", "Li2O", "chemical formula|holds no atoms"),
    ],
)
def test_two_compositions_are_needed(reference, first, second, said):
    with pytest.raises(StabilityError, match=said):
        pseudo_binary(first, second, reference)
