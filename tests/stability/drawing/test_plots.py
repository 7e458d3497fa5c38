import json

import numpy as np
import pytest
from hull_rows import CHGNET, provenance

from crystal_llm.errors import RequestError
from crystal_llm.stability.drawing.hull_picture import hull_picture
from crystal_llm.stability.drawing.hull_traces import LABELS, formula_markup
from crystal_llm.stability.drawing.plots import draw_hull
from crystal_llm.stability.hull import PhaseEnergy, energies_above_hull
from crystal_llm.stability.references.reference import build_reference
from crystal_llm.theme import palette

SYSTEMS = [
    (["Li", "O"], {}),
    (["Li", "Fe", "O"], {}),
    (["Li", "Fe", "O"], {"ternary": "3d"}),
    (["Li", "Fe", "P", "O"], {}),
]


@pytest.fixture(scope="module")
def candidates(reference):
    asked = [PhaseEnergy("Li5O2", -5.5), PhaseEnergy("Li3O5", -2.0)]
    return energies_above_hull(asked, CHGNET, reference)


def hull_figure(elements, reference, candidates=(), highest_ev_per_atom=0.2, **style):
    picture = hull_picture(elements, reference, candidates, highest_ev_per_atom=highest_ev_per_atom)
    return draw_hull(picture, **style)


def traces(figure):
    return {trace.name: trace for trace in figure.data if trace.name}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("elements", "style"), SYSTEMS)
def test_every_kind_is_drawn_with_its_hover_text(reference, candidates, elements, style, theme):
    figure = hull_figure(elements, reference, candidates, theme=theme, **style)
    drawn = traces(figure)
    assert {
        "known, stable",
        "known, above the hull",
        "candidate",
        "decomposition of candidates",
    } < drawn.keys()
    for text in drawn["known, stable"].text:
        assert "on the hull" in text
        assert "t-" in text
    low, high = drawn["candidate"].text
    assert "Li<sub>5</sub>O<sub>2</sub>" in low
    assert "candidate, CHGNet 0.3.0" in low
    assert "below all known phases" in low
    assert "above the hull" in high
    assert reference.reference_id in figure.layout.title.text
    colours = palette(theme)
    assert figure.layout.paper_bgcolor == colours.background
    assert drawn["candidate"].marker.color == colours.candidate
    json.loads(figure.to_json())


@pytest.mark.parametrize(("elements", "style"), SYSTEMS)
def test_tie_lines_join_a_candidate_to_its_decomposition(reference, candidates, elements, style):
    figure = hull_figure(elements, reference, candidates, **style)
    drawn = traces(figure)

    def points(name):
        trace = drawn[name]
        axes = [trace.x, trace.y, *([trace.z] if trace.type == "scatter3d" else [])]
        return np.array(axes, dtype=float).T

    ends = points("decomposition of candidates").reshape(-1, 3, len(points("candidate")[0]))
    assert len(ends) == sum(len(candidate.decomposition) for candidate in candidates)
    for start, end, gap in ends:
        assert np.isclose(points("candidate"), start).all(axis=1).any()
        assert np.isclose(points("known, stable"), end).all(axis=1).any()
        assert np.isnan(gap).all()


def test_a_binary_is_drawn_at_its_formation_energies(reference):
    (result,) = energies_above_hull([PhaseEnergy("LiO3", -4.0)], CHGNET, reference)
    figure = hull_figure(["Li", "O"], reference, [result])
    candidate = traces(figure)["candidate"]
    lone = {p.formula: p.energy_ev_per_atom for p in reference if len(p.composition) == 1}
    assert candidate.x[0] == pytest.approx(0.75)
    assert candidate.y[0] == pytest.approx(-4.0 - 0.25 * lone["Li"] - 0.75 * lone["O2"])
    assert "O" in figure.layout.xaxis.title.text


def test_a_quaternary_opens_without_the_unstable_phases(reference):
    figure = hull_figure(["Li", "Fe", "P", "O"], reference)
    assert traces(figure)["known, above the hull"].visible == "legendonly"


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("ternary", ["2d", "3d"])
def test_a_system_of_elements_alone_is_drawn(count, ternary):
    elements = ["Li", "Fe", "P", "O"][:count]
    rows = [(symbol, symbol, -1.0) for symbol in elements]
    reference = build_reference(rows, provenance())
    figure = hull_figure(elements, reference, ternary=ternary)
    assert len(traces(figure)["known, stable"].x) == count


def test_text_from_files_is_never_markup():
    rows = [("<a href='x'>mp</a>", "Li", -1.0), ("b", "O", -1.0)]
    figure = hull_figure(["Li", "O"], build_reference(rows, provenance()))
    assert not any("<a" in text for text in traces(figure)["known, stable"].text)


def test_there_are_two_themes(reference):
    with pytest.raises(RequestError, match="theme"):
        hull_figure(["Li", "O"], reference, theme="sepia")


def test_a_system_without_compounds_is_no_tower():
    rows = [(symbol, symbol, 0.0) for symbol in ("Li", "Na", "K")] + [("x", "LiNaK", 0.16)]
    reference = build_reference(rows, provenance())
    figure = hull_figure(["Li", "Na", "K"], reference, ternary="3d", highest_ev_per_atom=0.2)
    assert "known, above the hull" in traces(figure)
    assert figure.layout.scene.aspectratio.z < 3


@pytest.mark.parametrize(("elements", "style"), SYSTEMS[1:])
def test_a_small_drawing_names_fewer_phases_and_always_its_corners(reference, elements, style):
    picture = hull_picture(elements, reference)
    large, tiny = (draw_hull(picture, scale=scale, **style) for scale in (1.0, 0.05))
    assert len(traces(tiny)[LABELS].text) < len(traces(large)[LABELS].text)
    corners = [text for text in traces(tiny)[LABELS].text if text.startswith("<b>")]
    assert len(corners) == len(elements)


@pytest.mark.parametrize("style", [{}, {"ternary": "3d"}], ids=["flat", "deep"])
def test_a_crowded_drawing_names_what_it_is_about_and_its_products_first(reference, style):
    asked = energies_above_hull([PhaseEnergy("Li3FeO3", -2.0)], CHGNET, reference)
    picture = hull_picture(["Li", "Fe", "O"], reference, asked)
    (candidate,) = picture.candidates
    named = traces(draw_hull(picture, scale=0.05, **style))[LABELS].text
    assert named[3] == formula_markup(candidate.formula), "after the three corners"
    named = traces(draw_hull(picture, scale=1.0, **style))[LABELS].text[4:]
    products = {
        formula_markup(picture.stable[place].formula)
        for place in candidate.decomposition
        if max(picture.stable[place].atomic_fractions) < 1
    }
    assert products and set(named[: len(products)]) == products


def test_the_height_of_a_ternary_has_its_unit(reference):
    figure = hull_figure(["Li", "Fe", "O"], reference, ternary="3d")
    scale = next(trace for trace in figure.data if trace.text and "eV/atom" in trace.text)
    assert float(scale.text[0].replace("−", "-")) < 0
    assert len(scale.text) == len(scale.z) == len(scale.textposition)
