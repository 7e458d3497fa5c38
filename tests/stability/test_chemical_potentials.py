import numpy as np
import pytest
from hull_rows import provenance
from scipy.optimize import linprog

from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.errors import StabilityError
from crystal_llm.stability.chemical_potentials import chemical_potentials
from crystal_llm.stability.drawing.chemical_potential_figure import chemical_potential_figure
from crystal_llm.stability.drawing.hull_traces import formula_markup
from crystal_llm.stability.known_phases import known_phases
from crystal_llm.stability.references.reference import build_reference

ROWS = [("mg", "Mg", 0.0), ("o", "O2", 0.0), ("mgo", "MgO", -3.0)]


def test_a_binary_by_hand():
    reference = build_reference(ROWS, provenance(MP2020_FORMATION))
    potentials = chemical_potentials(["Mg", "O"], reference)
    oxide = potentials.domain("MgO")
    # The two potentials add up to -6 eV per formula unit, each at most 0.
    for (low, high), symbol in zip(potentials.ranges_ev(oxide), ("Mg", "O"), strict=True):
        assert (low, high) == (pytest.approx(-6), pytest.approx(0, abs=1e-6)), symbol
    assert {other.name for other, _ in potentials.neighbours(oxide)} == {"mg", "o"}


@pytest.mark.parametrize("elements", [("O", "Li", "Fe"), ("Li", "Fe", "P", "O")])
def test_potentials_in_a_domain_add_up_to_its_energy_and_overtake_no_other(reference, elements):
    potentials = chemical_potentials(elements, reference)
    known = known_phases(elements, reference)
    columns = [known.elements.index(symbol) for symbol in elements]
    fractions = known.atomic_fractions[:, columns]
    stable = {phase.formula for phase in known.phases if phase.is_stable}
    assert {domain.formula for domain in potentials.domains} == stable
    for domain in potentials.domains:
        place = known.places[domain.name]
        mixed = domain.vertices_ev @ fractions.T  # (n_corners, n_phases)
        assert np.allclose(mixed[:, place], known.formation_energies[place], atol=1e-4)
        assert (mixed <= known.formation_energies + 1e-4).all()
        assert potentials.neighbours(domain)


@pytest.mark.parametrize("elements", [("Li", "O"), ("O", "Li", "Fe"), ("Li", "Fe", "P", "O")])
def test_every_kind_is_drawn(reference, elements):
    potentials = chemical_potentials(elements, reference)
    chosen = next(domain.formula for domain in potentials.domains if len(domain.formula) > 2)
    figure = chemical_potential_figure(potentials, chosen, theme="dark", caption="by <a>")
    assert figure.data
    assert "&lt;a&gt;" in figure.layout.title.text
    axes = figure.layout.scene if len(elements) > 2 else figure.layout
    assert axes.xaxis.title.text == f"Δμ({elements[0]}) (eV)"


def test_a_small_diagram_names_fewer_phases_and_always_the_chosen_one(reference):
    potentials = chemical_potentials(("Li", "Fe", "O"), reference)
    chosen = min(potentials.domains, key=lambda domain: len(domain.vertices_ev)).formula

    def names(scale):
        figure = chemical_potential_figure(potentials, chosen, scale=scale)
        named = (
            trace for trace in figure.data if trace.type == "scatter3d" and trace.mode == "text"
        )
        return next(named).text

    assert len(names(0.05)) < len(names(1.0)) <= len(potentials.domains)
    assert all(any(text.startswith("<b>") for text in names(scale)) for scale in (0.05, 1.0))


def test_names_of_a_diagram_in_space_stand_upon_their_own_polygons(reference):
    potentials = chemical_potentials(("Li", "Fe", "O"), reference)
    chosen = max(potentials.domains, key=lambda domain: len(domain.vertices_ev)).formula
    figure = chemical_potential_figure(potentials, chosen)
    (names,) = (trace for trace in figure.data if trace.type != "mesh3d" and trace.text)
    assert names.textposition == "middle center"
    plain = {formula_markup(domain.formula): domain for domain in potentials.domains}
    for x, y, z, text in zip(names.x, names.y, names.z, names.text, strict=True):
        vertices = plain[text.removeprefix("<b>").removesuffix("</b>")].vertices_ev
        inside = linprog(
            np.zeros(len(vertices)),
            A_eq=np.vstack([vertices.T, np.ones(len(vertices))]),
            b_eq=[x, y, z, 1.0],
        )
        assert inside.success, text


def test_names_of_two_elements_keep_off_the_lines():
    reference = build_reference(ROWS, provenance(MP2020_FORMATION))
    figure = chemical_potential_figure(chemical_potentials(("Mg", "O"), reference), "MgO")
    (names,) = (trace for trace in figure.data if "text" in trace.mode)
    sides = dict(zip(names.text, names.textposition, strict=True))
    # The line of an element is level or upright, that of a compound falls.
    assert sides["O<sub>2</sub>"] == "top center"
    assert sides["Mg"] == "middle right"
    assert sides["<b>MgO</b>"] in ("top center", "top right", "middle right")
    assert names.marker.size > 0  # which keeps a name away from its point


def test_of_five_elements_none_is_drawn(reference):
    with pytest.raises(StabilityError, match="two, three or four"):
        chemical_potentials(["Li", "Fe", "P", "O", "Na"], reference)
