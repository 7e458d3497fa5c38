"""The form of an order: what is filled in comes out again, whatever an order may say."""

import pytest
from streamlit.testing.v1 import AppTest
from tiny_flow import save_tiny_flow
from ui_pages import open_page

from crystal_llm.errors import JobError, RequestError
from crystal_llm.generation.symmetric_grammar import Prototype
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.orders import flat, order_yaml
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.refine import Refine, usual_refine
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import settings
from crystal_llm.ui.generate.fields import MAX_SEED, check_fits
from crystal_llm.ui.generate.replay import order_of_upload

SALT = GenerateOrder(model="some", judge=Judge()).asking(formula="NaCl")
OXIDE = SALT.asking(formula=None, elements=("Li", "Fe", "O"))
FREE = SALT.asking(formula=None)

ORDERS = {
    "nothing": FREE,
    "count": SALT.asking(count=10_000),
    "formula": SALT.asking(formula=" Ti2O4 "),
    "a long formula": SALT.asking(formula="LiFePO4" * 20),
    "hard formula": SALT.asking(hard=("formula",)),
    "formula units": SALT.asking(hard=("formula",), formula_units=3),
    "many formula units": SALT.asking(
        formula="Fe", hard=("formula",), formula_units=120, max_atoms=200
    ),
    "formula and exclusion": SALT.asking(excluded_elements=("Pb",)),
    "formula and elements": SALT.asking(elements=("Na", "Cl")),
    "formula and elements, both hard": SALT.asking(
        elements=("Na", "Cl"), hard=("formula", "elements")
    ),
    "formula, hard elements": SALT.asking(elements=("Na", "Cl"), hard=("elements",)),
    "formula and allowed": SALT.asking(allowed_elements=("Na", "Cl", "K")),
    "elements": OXIDE,
    "hard elements": OXIDE.asking(hard=("elements",)),
    "elements and allowed": OXIDE.asking(allowed_elements=("Li", "Fe", "O", "P")),
    "elements and nothing else": OXIDE.asking(allowed_elements=("Li", "Fe", "O")),
    "hard elements and allowed": OXIDE.asking(
        hard=("elements",), allowed_elements=("O", "Li", "P", "Fe")
    ),
    "elements that are not allowed": OXIDE.asking(allowed_elements=("O",)),
    "elements and exclusion": OXIDE.asking(excluded_elements=("U", "Pb")),
    "elements that are excluded": OXIDE.asking(excluded_elements=("Fe",)),
    "allowed": FREE.asking(allowed_elements=("Na", "K", "Cl")),
    "allowed and excluded": FREE.asking(
        allowed_elements=("Na", "K", "Cl"), excluded_elements=("K",)
    ),
    "excluded": FREE.asking(excluded_elements=("Pb",)),
    "space group": SALT.asking(spacegroup_number=225),
    "energy above hull": SALT.asking(energy_above_hull_ev_per_atom=0.0),
    "formation energy": SALT.asking(formation_energy_ev_per_atom=-1.25),
    "band gap": SALT.asking(band_gap_ev=3.1),
    "atoms": SALT.asking(max_atoms=200),
    "symmetry": FREE.asking(
        crystal_system="cubic",
        atoms=5,
        hard=("crystal_system", "atoms"),
        min_atoms=2,
        orbits_range=(2, 3),
        prototype=Prototype(221, ("a", "b", "c")),
    ),
    "guidance": SALT.asking(guidance=2.0),
    "no distance": SALT.asking(min_distance_angstrom=None),
    "new only": SALT.asking(new_only=True),
    "best of": SALT.asking(best_of=6),
    "best by energy": SALT.asking(best_of=6, chosen_by="energy"),
    "no share": SALT.asking(min_radii_share=None),
    "not apart": SALT.asking(min_distance_angstrom=None, min_radii_share=None),
    "odd distances": SALT.asking(min_distance_angstrom=0.333, min_radii_share=0.123),
    "cold": SALT.asking(temperature=0.01),
    "very cold": SALT.asking(temperature=1e-6),
    "hot": SALT.asking(temperature=2.5),
    "off the steps": SALT.asking(temperature=0.333, top_p=0.777),
    "a small nucleus": SALT.asking(top_p=0.01),
    "seed": SALT.asking(seed=MAX_SEED),
    "quantisation": SALT.asking(quantisation="none"),
    "batch": SALT.asking(batch_size=3),
    "no judge": SALT.asking(judge=None),
    "potential": SALT.asking(judge=Judge("m3gnet")),
    "unknown potential": SALT.asking(judge=Judge("made-up")),
    "no hull": SALT.asking(judge=Judge(reference=None)),
    "a reference that is not here": SALT.asking(judge=Judge(reference="/other/mine.parquet")),
    "a reference called none": SALT.asking(judge=Judge(reference="none")),
    "a reference without a name": SALT.asking(judge=Judge(reference="")),
    "across": SALT.asking(judge=Judge(reference="/other/m.parquet", across_potentials=True)),
    "across its own": SALT.asking(judge=Judge(across_potentials=True)),
    "known": SALT.asking(judge=Judge(known="/other/known.parquet")),
    "refined": SALT.asking(refine=Refine(steps=20)),
    "refined, not held to its group": SALT.asking(
        refine=Refine("mine", steps=7, keep_space_group=False)
    ),
    "relaxation": SALT.asking(
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
        fill(orders.pop(0), settings())
    st.session_state["said"] = ask_order(settings())


def shown_form(*orders):
    return AppTest.from_function(form, kwargs={"orders": list(orders)}, default_timeout=60).run()


def field(shown, kind, key):
    return next(widget for widget in getattr(shown, kind) if widget.key == key)


def captions(shown):
    return " ".join(caption.value for caption in shown.caption).replace("\\", "")


def test_the_orders_here_are_possible_and_set_every_field():
    usual = flat(GenerateOrder())
    for order in ORDERS.values():
        order.check()
    for name in usual.keys() - {"kind", "beginning", "weights_sha256"}:
        assert any(flat(order)[name] != usual[name] for order in ORDERS.values()), name


@pytest.fixture(scope="module")
def refilled():
    """A form that is filled in with one order after another, and the orders still to come."""
    orders = []
    shown = AppTest.from_function(form, kwargs={"orders": orders}, default_timeout=60)
    return shown, orders


@pytest.mark.parametrize("name", ORDERS)
def test_what_is_filled_in_after_another_order_comes_out_the_same_and_stays_so(name, refilled):
    shown, orders = refilled
    orders.append(ORDERS[name])
    shown.run()
    assert not shown.exception
    assert shown.session_state["said"] == ORDERS[name]
    shown.run()  # now every field sends what it shows
    assert not shown.exception
    assert shown.session_state["said"] == ORDERS[name]
    # Whatever else is changed, the composition stays.
    field(shown, "number_input", "gen-count").set_value(2)
    shown.run()
    assert shown.session_state["said"] == ORDERS[name].asking(count=2)


@pytest.mark.parametrize("name", ["nothing", "symmetry", "refined", "across"])
def test_what_is_filled_in_first_comes_out_the_same(name):
    shown = shown_form(ORDERS[name])
    assert not shown.exception
    assert shown.session_state["said"] == ORDERS[name]


def test_the_models_name_is_filled_in_where_an_order_leaves_it_open():
    shown = shown_form(SALT.asking(model=None))
    assert shown.session_state["said"] == SALT.asking(model=settings().model)


@pytest.mark.parametrize(
    ("name", "caption"),
    [
        ("formula and exclusion", "no Pb"),
        ("formula and elements, both hard", "elements Na Cl, hard elements"),
        ("formula and allowed", "only Cl K Na"),
        ("elements that are not allowed", "only O"),
        ("formation energy", "formation energy -1.25 eV/atom"),
        ("quantisation", "model in none"),
        ("guidance", "guidance 2.0"),
        ("batch", "3 crystals a batch"),
        ("relaxation", "at most 9 s for a relaxation, optimizer LBFGS"),
    ],
)
def test_the_form_says_what_no_field_of_it_shows(name, caption):
    assert f"shown by no field: {caption}." in captions(shown_form(ORDERS[name]))


@pytest.mark.parametrize(
    "name", ["nothing", "formula units", "elements", "elements and allowed", "seed", "across"]
)
def test_the_form_says_nothing_more_where_it_shows_all(name):
    assert "Also asked" not in captions(shown_form(ORDERS[name]))


def test_another_composition_drops_what_no_field_shows_of_it_and_keeps_the_rest():
    shown = shown_form(ORDERS["formula and exclusion"].asking(batch_size=3))
    field(shown, "text_input", "gen-formula").set_value("PbO")
    shown.run()
    said = shown.session_state["said"]
    assert said.request.conditions.formula == "PbO"
    assert (said.request.excluded_elements, said.batch_size) == (frozenset(), 3)
    assert "no Pb" not in captions(shown)
    assert "3 crystals a batch" in captions(shown)
    field(shown, "text_input", "gen-formula").set_value("NaCl")
    shown.run()
    assert shown.session_state["said"].request.excluded_elements == {"Pb"}


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
    assert said.request.conditions.elements == ("Li", "O", "Fe")
    assert said.request.allowed_elements == {"Li", "O", "Fe", "P"}
    assert said.request.excluded_elements == {"Pb"}


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
    assert shown.session_state["said"] == SALT.asking(temperature=1.0)


def test_an_own_reference_that_is_named_stays_named():
    own = settings().models / "reference-chgnet.parquet"
    order = SALT.asking(judge=Judge(reference=str(own)))
    shown = shown_form(order)
    shown.run()
    assert shown.session_state["said"] == order


def test_the_shipped_reference_is_called_as_on_the_hull_page():
    choice = field(shown_form(SALT.asking(judge=Judge())), "selectbox", "gen-reference")
    assert choice.options[0] == "reference-chgnet (CHGNet's own)"


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
    order = SALT.asking(judge=Judge(known="/other/mine.parquet"))
    shown = shown_form(order)
    shown.run()
    assert shown.session_state["said"] == order


def asked_again(job_id):
    """The Generate page after "Change and run again" of a job."""
    shown = open_page("generate.py", job=job_id)
    next(button for button in shown.button if button.key == "job-again").click()
    shown.run()
    assert not shown.exception
    return shown


@pytest.mark.parametrize("seed", [2**53, 2**60])
def test_a_seed_that_a_browser_cannot_hold_is_refused_with_what_is_allowed(seed):
    order = SALT.asking(seed=seed)
    order.check()
    with pytest.raises(RequestError, match=rf"seed = {seed}: this page takes 0 to 2\^53 - 1"):
        check_fits(order)
    with pytest.raises(JobError, match=rf"^a\.yaml: seed = {seed}: .* 0 to 2\^53 - 1"):
        order_of_upload("a.yaml", order_yaml(order).encode())


def test_a_job_whose_seed_does_not_fit_is_not_filled_in_and_the_page_says_why():
    queue = JobQueue(settings().database_url)
    job_id = queue.submit(SALT.asking(seed=2**60))
    shown = asked_again(job_id)
    assert "this page takes 0 to 2^53" in shown.error[0].value.replace("\\", "")
    assert field(shown, "number_input", "gen-seed").value == 0
    assert field(shown, "text_input", "gen-formula").value == ""


@pytest.mark.parametrize("name", ["hot", "very cold", "a small nucleus", "formula and exclusion"])
def test_change_and_run_again_asks_for_the_same(name):
    queue = JobQueue(settings().database_url)
    job_id = queue.submit(ORDERS[name])
    shown = asked_again(job_id)
    next(button for button in shown.button if button.key == "gen-go").click()
    shown.run()
    assert not shown.exception
    newest = queue.jobs()[0]
    assert newest.id != job_id
    assert queue.order(newest.id) == ORDERS[name].with_model(settings())


def test_without_a_network_the_switch_to_refine_says_why_it_is_off(tmp_path, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(tmp_path))
    settings.cache_clear()
    try:
        shown = shown_form(FREE)
        assert field(shown, "toggle", "gen-refine").disabled
        assert "Off: no flow card named 'flow'" in captions(shown)
        assert shown.session_state["said"].refine is None
        save_tiny_flow(tmp_path)
        shown.run()
        field(shown, "toggle", "gen-refine").set_value(True).run()
        assert shown.session_state["said"].refine == Refine(steps=50)
        field(shown, "number_input", "gen-refine-steps").set_value(20).run()
        assert shown.session_state["said"].refine == Refine(steps=20)
    finally:
        settings.cache_clear()


def test_a_network_that_keeps_elements_alone_is_offered_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(tmp_path))
    settings.cache_clear()
    try:
        save_tiny_flow(tmp_path, title="From the crystal")
        shown = shown_form(SALT.asking(refine=Refine(steps=20)))
        assert not [box for box in shown.selectbox if box.key == "gen-refine-network"]
        save_tiny_flow(tmp_path, name="flow-types", title="From its elements")
        shown.run()
        network = field(shown, "selectbox", "gen-refine-network")
        assert network.options == ["From the crystal", "From its elements"]
        network.set_value("flow-types").run()
        anew = Refine("flow-types", steps=50, keep_space_group=False)
        assert shown.session_state["said"].refine == anew
        shown = shown_form(SALT.asking(refine=anew))
        assert shown.session_state["said"].refine == anew
    finally:
        settings.cache_clear()


def test_a_new_form_refines_where_a_network_lies(tmp_path, monkeypatch):
    assert usual_refine(settings()) == Refine()
    shown = shown_form()
    assert field(shown, "toggle", "gen-refine").value
    assert shown.session_state["said"].refine.with_weights(settings()).passes == 2
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(tmp_path))
    settings.cache_clear()
    try:
        assert usual_refine(settings()) is None
        shown = shown_form()
        assert not field(shown, "toggle", "gen-refine").value
        assert shown.session_state["said"].refine is None
    finally:
        settings.cache_clear()
