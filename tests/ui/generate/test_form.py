"""The form of an order: what is filled in comes out again, whatever an order may say."""

from dataclasses import fields, replace

import pytest
from streamlit.testing.v1 import AppTest
from ui_pages import open_page

from crystal_llm.errors import JobError, RequestError
from crystal_llm.jobs.orders import GenerateOrder, Judge, check_order, order_yaml
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import settings
from crystal_llm.ui.generate.fields import MAX_SEED, check_fits
from crystal_llm.ui.generate.replay import order_of_upload

SALT = GenerateOrder(formula="NaCl", model="some", judge=Judge())
OXIDE = replace(SALT, formula=None, elements=("Li", "Fe", "O"))
FREE = replace(SALT, formula=None)

ORDERS = {
    "nothing": FREE,
    "count": replace(SALT, count=10_000),
    "formula": replace(SALT, formula=" Ti2O4 "),
    "a long formula": replace(SALT, formula="LiFePO4" * 20),
    "hard formula": replace(SALT, hard=("formula",)),
    "formula units": replace(SALT, hard=("formula",), formula_units=3),
    "many formula units": replace(
        SALT, formula="Fe", hard=("formula",), formula_units=120, max_atoms=200
    ),
    "formula and exclusion": replace(SALT, excluded_elements=("Pb",)),
    "formula and elements": replace(SALT, elements=("Na", "Cl")),
    "formula and elements, both hard": replace(
        SALT, elements=("Na", "Cl"), hard=("formula", "elements")
    ),
    "formula, hard elements": replace(SALT, elements=("Na", "Cl"), hard=("elements",)),
    "formula and allowed": replace(SALT, allowed_elements=("Na", "Cl", "K")),
    "elements": OXIDE,
    "hard elements": replace(OXIDE, hard=("elements",)),
    "elements and allowed": replace(OXIDE, allowed_elements=("Li", "Fe", "O", "P")),
    "elements and nothing else": replace(OXIDE, allowed_elements=("Li", "Fe", "O")),
    "hard elements and allowed": replace(
        OXIDE, hard=("elements",), allowed_elements=("O", "Li", "P", "Fe")
    ),
    "elements that are not allowed": replace(OXIDE, allowed_elements=("O",)),
    "elements and exclusion": replace(OXIDE, excluded_elements=("U", "Pb")),
    "elements that are excluded": replace(OXIDE, excluded_elements=("Fe",)),
    "allowed": replace(FREE, allowed_elements=("Na", "K", "Cl")),
    "allowed and excluded": replace(
        FREE, allowed_elements=("Na", "K", "Cl"), excluded_elements=("K",)
    ),
    "excluded": replace(FREE, excluded_elements=("Pb",)),
    "space group": replace(SALT, spacegroup_number=225),
    "energy above hull": replace(SALT, energy_above_hull_ev_per_atom=0.0),
    "formation energy": replace(SALT, formation_energy_ev_per_atom=-1.25),
    "band gap": replace(SALT, band_gap_ev=3.1),
    "atoms": replace(SALT, max_atoms=200),
    "no distance": replace(SALT, min_distance_angstrom=None),
    "no share": replace(SALT, min_radii_share=None),
    "not apart": replace(SALT, min_distance_angstrom=None, min_radii_share=None),
    "odd distances": replace(SALT, min_distance_angstrom=0.333, min_radii_share=0.123),
    "cold": replace(SALT, temperature=0.01),
    "very cold": replace(SALT, temperature=1e-6),
    "hot": replace(SALT, temperature=2.5),
    "off the steps": replace(SALT, temperature=0.333, top_p=0.777),
    "a small nucleus": replace(SALT, top_p=0.01),
    "seed": replace(SALT, seed=MAX_SEED),
    "quantisation": replace(SALT, quantisation="none"),
    "batch": replace(SALT, batch_size=3),
    "no judge": replace(SALT, judge=None),
    "potential": replace(SALT, judge=Judge("m3gnet")),
    "unknown potential": replace(SALT, judge=Judge("made-up")),
    "no hull": replace(SALT, judge=Judge(reference=None)),
    "a reference that is not here": replace(SALT, judge=Judge(reference="/other/mine.parquet")),
    "a reference called none": replace(SALT, judge=Judge(reference="none")),
    "a reference without a name": replace(SALT, judge=Judge(reference="")),
    "across": replace(SALT, judge=Judge(reference="/other/m.parquet", across_potentials=True)),
    "across its own": replace(SALT, judge=Judge(across_potentials=True)),
    "known": replace(SALT, judge=Judge(known="/other/known.parquet")),
    "relaxation": replace(
        SALT,
        judge=Judge(
            relaxation=RelaxationSettings(
                max_force_ev_per_angstrom=1.0, max_steps=5000, time_limit_s=9.0, optimizer="LBFGS"
            )
        ),
    ),
}


pytestmark = pytest.mark.usefixtures("empty_home")


def form(orders):
    """Fills the form with the first order that is left, and says what comes out."""
    import streamlit as st

    from crystal_llm.settings import settings
    from crystal_llm.ui.generate.fields import fill
    from crystal_llm.ui.generate.form import ask_order

    if orders:
        fill(orders.pop(0), settings().model)
    st.session_state["said"] = ask_order(settings())


def shown_form(*orders):
    return AppTest.from_function(form, kwargs={"orders": list(orders)}, default_timeout=60).run()


def field(shown, kind, key):
    return next(one for one in getattr(shown, kind) if one.key == key)


def captions(shown):
    return " ".join(one.value for one in shown.caption).replace("\\", "")


def test_the_orders_here_are_possible_and_set_every_field():
    for order in ORDERS.values():
        check_order(order)
    for one in fields(GenerateOrder):
        assert any(getattr(order, one.name) != one.default for order in ORDERS.values()), one.name


@pytest.mark.parametrize("name", ORDERS)
def test_what_is_filled_in_comes_out_the_same_and_stays_so(name):
    shown = shown_form(ORDERS[name])
    assert not shown.exception
    assert shown.session_state["said"] == ORDERS[name]
    shown.run()  # now every field sends what it shows
    assert not shown.exception
    assert shown.session_state["said"] == ORDERS[name]
    # Whatever else is changed, the composition stays.
    field(shown, "number_input", "gen-count").set_value(2)
    shown.run()
    assert shown.session_state["said"] == replace(ORDERS[name], count=2)


def test_one_order_after_another_is_filled_in_whole():
    shown = shown_form(*ORDERS.values())
    for order in ORDERS.values():
        assert not shown.exception
        assert shown.session_state["said"] == order
        shown.run()


def test_the_models_name_is_filled_in_where_an_order_leaves_it_open():
    shown = shown_form(replace(SALT, model=None))
    assert shown.session_state["said"] == replace(SALT, model=settings().model)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("formula and exclusion", "no Pb"),
        ("formula and elements, both hard", "elements Na Cl, hard elements"),
        ("formula and allowed", "only Na Cl K"),
        ("elements that are not allowed", "only O"),
        ("formation energy", "formation energy -1.25 eV/atom"),
        ("quantisation", "model in none"),
        ("batch", "3 crystals a batch"),
        ("relaxation", "at most 9 s for a relaxation, optimizer LBFGS"),
    ],
)
def test_the_form_says_what_no_field_of_it_shows(name, told):
    assert f"shown by no field: {told}." in captions(shown_form(ORDERS[name]))


@pytest.mark.parametrize(
    "name", ["nothing", "formula units", "elements", "elements and allowed", "seed", "across"]
)
def test_the_form_says_nothing_more_where_it_shows_all(name):
    assert "Also asked" not in captions(shown_form(ORDERS[name]))


def test_another_composition_drops_what_no_field_shows_of_it_and_keeps_the_rest():
    shown = shown_form(replace(ORDERS["formula and exclusion"], batch_size=3))
    field(shown, "text_input", "gen-formula").set_value("PbO")
    shown.run()
    said = shown.session_state["said"]
    assert (said.formula, said.excluded_elements, said.batch_size) == ("PbO", (), 3)
    assert "no Pb" not in captions(shown)
    assert "3 crystals a batch" in captions(shown)
    field(shown, "text_input", "gen-formula").set_value("NaCl")
    shown.run()
    assert shown.session_state["said"].excluded_elements == ("Pb",)


def test_an_element_stands_in_one_mode_so_that_a_click_loses_none():
    shown = shown_form(ORDERS["elements and allowed"])
    typed = {
        mode: field(shown, "text_input", f"gen-elements-typed-{mode}").value
        for mode in ("required", "allowed", "excluded")
    }
    assert typed == {"required": "Li O Fe", "allowed": "P", "excluded": ""}
    field(shown, "text_input", "gen-elements-typed-excluded").set_value("Pb")
    shown.run()
    said = shown.session_state["said"]
    assert said.elements == ("Li", "O", "Fe")
    assert said.allowed_elements == ("Li", "O", "Fe", "P")
    assert said.excluded_elements == ("Pb",)


def test_a_slider_reaches_as_far_as_the_order_and_no_further_than_usual_else():
    shown = shown_form(ORDERS["hot"], SALT)
    slider = field(shown, "slider", "gen-temperature")
    assert (slider.min, slider.max, slider.value) == (0.05, 2.5, 2.5)
    shown.run()
    slider = field(shown, "slider", "gen-temperature")
    assert (slider.min, slider.max, slider.value) == (0.05, 2.0, 0.7)
    shown = shown_form(ORDERS["cold"])
    field(shown, "slider", "gen-temperature").set_value(1.0)
    shown.run()
    assert not shown.exception
    assert shown.session_state["said"] == replace(SALT, temperature=1.0)


def test_an_own_reference_that_is_named_stays_named():
    own = settings().models / "reference-chgnet.parquet"
    order = replace(SALT, judge=Judge(reference=str(own)))
    shown = shown_form(order)
    shown.run()
    assert shown.session_state["said"] == order


def test_a_reference_that_is_not_here_is_a_choice_that_says_so():
    shown = shown_form(ORDERS["a reference that is not here"])
    choice = field(shown, "selectbox", "gen-reference")
    assert "/other/mine.parquet (not listed here)" in choice.options
    assert "Not among the references here" in captions(shown)
    choice.set_value("shipped")
    shown.run()
    assert shown.session_state["said"].judge == Judge()


def test_known_tables_of_one_name_are_told_apart(empty_home):
    (empty_home / "known").mkdir()
    (empty_home / "known" / "mine.parquet").touch()
    order = replace(SALT, judge=Judge(known="/other/mine.parquet"))
    shown = shown_form(order)
    shown.run()
    assert shown.session_state["said"] == order


def asked_again(job_id):
    """The Generate page after "Change and run again" of a job."""
    shown = open_page("generate.py", job=job_id)
    next(one for one in shown.button if one.key == "job-again").click()
    shown.run()
    assert not shown.exception
    return shown


@pytest.mark.parametrize("seed", [2**53, 2**60])
def test_a_seed_that_a_browser_cannot_hold_is_refused_with_what_is_allowed(seed):
    order = replace(SALT, seed=seed)
    check_order(order)
    with pytest.raises(RequestError, match=rf"seed = {seed}: this page takes 0 to 2\^53 - 1"):
        check_fits(order)
    with pytest.raises(JobError, match=rf"^a\.yaml: seed = {seed}: .* 0 to 2\^53 - 1"):
        order_of_upload("a.yaml", order_yaml(order).encode())


def test_a_job_whose_seed_does_not_fit_is_not_filled_in_and_the_page_says_why():
    queue = JobQueue(settings().database_url)
    job_id = queue.submit(replace(SALT, seed=2**60))
    shown = asked_again(job_id)
    assert "this page takes 0 to 2^53" in shown.error[0].value.replace("\\", "")
    assert field(shown, "number_input", "gen-seed").value == 0
    assert field(shown, "text_input", "gen-formula").value == ""


@pytest.mark.parametrize("name", ["hot", "very cold", "a small nucleus", "formula and exclusion"])
def test_change_and_run_again_asks_for_the_same(name):
    queue = JobQueue(settings().database_url)
    job_id = queue.submit(ORDERS[name])
    shown = asked_again(job_id)
    next(one for one in shown.button if one.key == "gen-go").click()
    shown.run()
    assert not shown.exception
    newest = queue.jobs()[0]
    assert newest.id != job_id
    assert queue.order(newest.id) == ORDERS[name]
