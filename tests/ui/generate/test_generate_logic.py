"""The Generate page's logic, by Streamlit's own AppTest."""

import sys
from dataclasses import replace

import pytest
from ui_jobs import fill, written
from ui_pages import open_page

from crystal_llm.errors import CrystalLLMError, JobError
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.given_orders import JudgeOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.orders import order_yaml
from crystal_llm.jobs.record import JobRecord
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.library.database import open_database
from crystal_llm.library.entry import Search
from crystal_llm.library.store import open_library
from crystal_llm.settings import ADAPTED_MODEL, DEFAULT_MODEL, PACKAGE_ROOT, settings
from crystal_llm.studies.grid_study import GridStudy, StudyModel
from crystal_llm.ui.generate.examples import EXAMPLE_ORDERS
from crystal_llm.ui.generate.replay import order_of_upload

JUDGED = GenerateOrder(judge=Judge()).asking(
    count=8, formula="NaCl", hard=("formula",), spacegroup_number=225
)


pytestmark = pytest.mark.usefixtures("empty_home")


def page(**query):
    return open_page("generate.py", **query)


def button(shown, key):
    return next(button for button in shown.button if button.key == key)


def field(shown, kind, key):
    return next(widget for widget in getattr(shown, kind) if widget.key == key)


def said(shown):
    return " ".join(text.value for text in (*shown.markdown, *shown.caption))


def test_a_new_home_shows_form_examples_and_prompt_and_says_that_no_worker_runs(queue):
    shown = page()
    assert not shown.exception
    assert shown.title[0].value == "Generate"
    assert [button.label for button in shown.button][: len(EXAMPLE_ORDERS)] == [
        example.title for example in EXAMPLE_ORDERS
    ]
    assert shown.code[0].value == "write\nenergy above hull: ≤0.05 eV/atom"
    assert "0.03 is read as at most 0.05" in said(shown)
    field(shown, "selectbox", "gen-model").set_value("smollm2-135m-symmetric").run()
    assert not shown.exception
    assert "is read as" not in said(shown)
    assert "The energy above the convex hull is 0.03. " in shown.code[0].value
    field(shown, "selectbox", "gen-model").set_value("compact").run()
    assert "No formula is given" in said(shown)
    assert "crystal-llm worker" in shown.warning[0].value
    assert queue.jobs() == ()


@pytest.mark.parametrize("example", EXAMPLE_ORDERS, ids=lambda example: example.title)
def test_every_example_is_possible_and_runs_with_one_click(example, queue):
    example.order.check()
    shown = page()
    button(shown, f"example-{example.title}").click()
    shown.run()
    assert not shown.exception
    (job,) = queue.jobs()
    asked = replace(example.order, refine=Refine()).with_model(settings())
    assert queue.order(job.id) == asked
    assert shown.query_params["job"] == job.id
    assert "No worker is running" in shown.warning[0].value


def test_best_of_twelve_and_novel_only_are_usual_until_a_formula_or_the_user_says_otherwise():
    shown = page()

    def novel():
        return field(shown, "toggle", "gen-new")

    assert (field(shown, "number_input", "gen-best").value, novel().value) == (12, True)
    assert field(shown, "selectbox", "gen-by").value == "energy"
    field(shown, "text_input", "gen-formula").set_value("NaCl").run()
    assert not novel().value
    field(shown, "text_input", "gen-formula").set_value("").run()
    assert novel().value
    # Who wants novel crystals of a formula switches it on, and another formula leaves it.
    field(shown, "text_input", "gen-formula").set_value("NaCl").run()
    novel().set_value(True).run()
    field(shown, "text_input", "gen-formula").set_value("KCl").run()
    assert novel().value
    assert "no known structure" in said(shown)


def test_another_kind_of_model_takes_its_own_usual_choice():
    shown = page()
    model = field(shown, "selectbox", "gen-model")
    model.set_value(ADAPTED_MODEL).run()
    assert field(shown, "number_input", "gen-best").value == 1
    assert not field(shown, "toggle", "gen-new").value
    field(shown, "selectbox", "gen-model").set_value(DEFAULT_MODEL).run()
    assert field(shown, "number_input", "gen-best").value == 12
    assert field(shown, "toggle", "gen-new").value


def test_the_form_says_its_prompt_and_queues_what_it_says(queue):
    shown = page()
    field(shown, "text_input", "gen-formula").set_value("Ti2O4")
    field(shown, "selectbox", "gen-group").set_value(136)
    field(shown, "number_input", "gen-hull").set_value(0.0)
    field(shown, "number_input", "gen-count").set_value(3)
    shown.run()
    prompt = shown.code[0].value
    assert prompt.splitlines()[1:] == [
        "energy above hull: ≤0.001 eV/atom",
        "formula: Ti 1 O 2",
        "space group: 136",
    ]
    assert "space group P4₂/mnm (136), exactly TiO₂" in said(shown).replace("\\", "")
    button(shown, "gen-go").click()
    shown.run()
    order = queue.order(queue.jobs()[0].id)
    asked = order.request.conditions
    assert (order.count, asked.formula, order.request.hard) == (
        *(3, "TiO2"),
        {"formula", "spacegroup_number"},
    )
    assert (asked.spacegroup_number, asked.energy_above_hull_ev_per_atom) == (136, 0.0)
    assert (order.request.min_distance_angstrom, order.judge) == (0.5, Judge())


def test_another_model_brings_its_own_prompt_and_what_it_can_hold(queue):
    shown = page()
    field(shown, "text_input", "gen-formula").set_value("NaCl")
    field(shown, "selectbox", "gen-group").set_value(225)
    field(shown, "selectbox", "gen-model").set_value(ADAPTED_MODEL)
    shown.run()
    assert field(shown, "number_input", "gen-hull").value is None
    assert not field(shown, "toggle", "gen-group_exact").value
    assert shown.code[0].value.startswith("Below is a description of a bulk material.")
    assert "The spacegroup number is 225." in shown.code[0].value
    field(shown, "toggle", "gen-group_exact").set_value(True)
    shown.run()
    assert "cannot hold space group exactly" in shown.error[0].value.replace("\\", "")
    assert button(shown, "gen-go").disabled
    field(shown, "selectbox", "gen-model").set_value(DEFAULT_MODEL)
    shown.run()
    assert field(shown, "number_input", "gen-hull").value == 0.03
    assert not shown.error


def test_what_no_crystal_can_be_is_refused_in_the_form_with_its_reason(queue):
    shown = page()
    field(shown, "text_input", "gen-formula").set_value("Na2Cl")
    field(shown, "selectbox", "gen-group").set_value(225)
    field(shown, "number_input", "gen-atoms").set_value(2)
    shown.run()
    message = shown.error[0].value.replace("\\", "")
    assert "at most 2" in message or "multiplicities of the Wyckoff positions" in message
    field(shown, "number_input", "gen-atoms").set_value(3)
    field(shown, "selectbox", "gen-group").set_value(194)
    shown.run()
    assert "multiplicities of the Wyckoff" in shown.error[0].value.replace("\\", "")
    assert button(shown, "gen-go").disabled
    assert queue.jobs() == ()


def test_a_known_structure_is_a_prototype(queue):
    shown = page()
    field(shown, "button_group", "gen-prototype_from").set_value("Known structure")
    shown.run()
    for unknown in ("", "mp-99999999"):  # without it nothing would hold the crystals to it
        field(shown, "text_input", "gen-prototype_name").set_value(unknown)
        shown.run()
        assert "no prototype yet" in shown.error[0].value and button(shown, "gen-go").disabled
    field(shown, "text_input", "gen-prototype_name").set_value("SrTiO3")
    shown.run()
    of = field(shown, "selectbox", "gen-prototype_of")
    assert any("Pm-3m (221)" in option for option in of.options)
    of.set_value(
        next(option for option in of.options if "Pm-3m (221)" in option).rpartition(" ")[2]
    )
    field(shown, "number_input", "gen-atoms_from").set_value(5)
    field(shown, "number_input", "gen-atoms").set_value(5)
    field(shown, "number_input", "gen-orbits_to").set_value(4)
    shown.run()
    assert not shown.exception
    assert "Pm-3m (221), positions 1a | 1b | 3c" in said(shown).replace("\\", "")
    button(shown, "gen-go").click()
    shown.run()
    request = queue.order(queue.jobs()[0].id).request
    assert request.prototype.spacegroup_number == 221
    assert (request.min_atoms, request.max_atoms, request.orbits_range) == (5, 5, (1, 4))
    assert request.conditions.atoms == 5


def test_a_soft_formula_is_not_held_and_judging_can_be_left_out(queue):
    shown = page()
    field(shown, "text_input", "gen-formula").set_value("NaCl")
    field(shown, "button_group", "gen-firmness").set_value("Soft")
    field(shown, "toggle", "gen-judge").set_value(False)
    shown.run()
    button(shown, "gen-go").click()
    shown.run()
    order = queue.order(queue.jobs()[0].id)
    assert (order.request.conditions.formula, order.request.hard) == ("NaCl", frozenset())
    assert order.judge is None


@pytest.mark.parametrize("formula", ["NaXx", "Na(", "Po2", "<script>"])
def test_a_bad_formula_is_explained_in_one_sentence_and_starts_nothing(formula, queue):
    shown = page()
    field(shown, "text_input", "gen-formula").set_value(formula)
    shown.run()
    assert not shown.exception
    assert len(shown.error) == 1
    assert button(shown, "gen-go").disabled
    assert queue.jobs() == ()


def test_a_job_that_is_not_there_is_explained(queue):
    shown = page(job="20200101-000000-abcdef")
    assert not shown.exception
    assert "there is no job" in shown.error[0].value.replace("\\", "")


def test_results_are_shown_with_failures_funnel_and_rates(queue):
    job_id = fill(settings().database_url, JUDGED)
    shown = page(job=job_id)
    assert not shown.exception
    table = shown.dataframe[0].value
    assert list(table["#"]) == [1, 2, 3, 5, 6, 7, 4, 8], "by energy above hull, blanks last"
    assert list(table["formula"]) == ["NaCl"] * 6 + ["no crystal"] * 2
    assert table["written group"][0] == table["relaxed group"][0] == "Fm-3m (225)"
    assert table["above hull"][1] == pytest.approx(0.02)
    assert table["change"][0] == pytest.approx(-0.4)
    assert list(table["unique"])[:2] == ["unique", "repeats #1"]
    assert table["crystal"][0].startswith("data:image/svg+xml;base64,")
    assert "line 3" in table["reason"][6]
    bars = " ".join(element.proto.body for element in shown.get("html"))
    assert "6 of 8 (75%)" in bars
    assert "space group 225, as written" in bars
    assert "6 of 6 = 100% (61 to 100%)" in bars


def test_a_click_on_a_row_opens_the_crystal_once(queue):
    job_id = fill(settings().database_url, JUDGED)
    shown = page(job=job_id)
    key = shown.dataframe[0].key
    cell = {"selection": {"rows": [], "columns": [], "cells": [(3, "formula")]}}
    shown.session_state[key] = cell
    shown.run()
    assert not shown.exception
    assert shown.query_params["crystal"] == "5", "the fourth row by energy above hull"
    shown.query_params.pop("crystal")
    shown.session_state[key] = cell
    shown.run()
    assert "crystal" not in shown.query_params, "coming back to the list opens nothing"


def test_results_are_filtered(queue):
    job_id = fill(settings().database_url, JUDGED)
    shown = page(job=job_id)
    field(shown, "button_group", "res-filter").set_value("Failed or invalid")
    shown.run()
    assert len(shown.dataframe[0].value) == 2
    field(shown, "button_group", "res-filter").set_value("All")
    field(shown, "text_input", "res-find").set_value("Cl Na")
    shown.run()
    assert len(shown.dataframe[0].value) == 6


def test_without_a_reference_the_page_says_why_there_is_no_energy_above_hull(queue):
    job_id = fill(settings().database_url, JUDGED, hull=False)
    shown = page(job=job_id)
    assert not shown.exception
    assert shown.dataframe[0].value["above hull"].isna().all()
    assert any("CHGNet has no reference" in info.value for info in shown.info)


def test_a_crystal_opens_by_its_address_and_is_saved_with_note_and_tags(queue):
    job_id = fill(settings().database_url, JUDGED)
    shown = page(job=job_id, crystal="2")
    assert not shown.exception
    assert shown.title[0].value == "NaCl"
    key = f"one-{job_id}-2"
    field(shown, "text_area", f"{key}-note").set_value("keep")
    button(shown, f"{key}-keep").click()
    shown.run()
    assert not shown.exception
    (saved,) = open_library(settings().database_url).search(Search(saved=True)).entries
    assert (saved.id, saved.note) == (f"{job_id}-1-relaxed", "keep")


def test_a_crystal_is_relaxed_with_another_potential_as_a_job_of_its_own(queue):
    job_id = fill(settings().database_url, JUDGED)
    shown = page(job=job_id, crystal="1")
    field(shown, "selectbox", f"one-{job_id}-1-potential").set_value("sevennet-0")
    button(shown, f"one-{job_id}-1-go").click()
    shown.run()
    assert not shown.exception
    newest = queue.jobs()[0]
    order = queue.order(newest.id)
    assert isinstance(order, JudgeOrder)
    assert (order.judge.potential, order.crystals[0].parent_id) == ("sevennet-0", f"{job_id}-0")
    assert order.judge.reference == "shipped", "what is relaxed is placed on a hull"
    assert shown.query_params["job"] == newest.id


def test_ticks_stay_with_their_crystals_while_others_arrive(queue):
    job_id = queue.submit(JUDGED)
    record = JobRecord(open_database(settings().database_url), job_id, f"{job_id}.1", "a-worker")
    record.begin()
    record.write([(place, written(place)) for place in range(4, 8)], "written", 4)
    shown = page(job=job_id)
    first = shown.dataframe[0].key
    shown.session_state[first] = {"selection": {"rows": [1]}}
    shown.run()
    assert "**1 chosen**" in said(shown)
    record.write([(place, written(place)) for place in range(4)], "written", 8)
    shown.run()
    assert shown.dataframe[0].key != first
    assert list(shown.dataframe[0].value["#"]) == list(range(1, 9))
    assert "**1 chosen**" in said(shown)
    field(shown, "button_group", "res-filter").set_value("Valid")
    shown.run()
    button(shown, "res-open").click()
    shown.run()
    assert not shown.exception
    assert shown.query_params["crystal"] == "6"
    # Back in the list, and after a reload, it is still ticked.
    button(shown, "res-back").click()
    shown.run()
    assert not shown.exception
    assert "**1 chosen**" in said(shown)
    assert "**1 chosen**" in said(page(job=job_id, chosen="6"))


@pytest.mark.parametrize("crystal", ["99", "abc", "-1"])
def test_a_crystal_that_is_not_there_is_explained(crystal, queue):
    job_id = fill(settings().database_url, JUDGED)
    shown = page(job=job_id, crystal=crystal)
    assert not shown.exception
    assert shown.info or shown.error


def test_a_stopped_job_is_retried_from_its_page(queue):
    job_id = fill(settings().database_url, JUDGED)
    shown = page(job=job_id)
    button(shown, "job-Retry").click()
    shown.run()
    assert queue.job(job_id).attempt == 2
    button(shown, "job-Stop").click()
    shown.run()
    assert queue.job(job_id).state == "stopped"


def test_an_order_goes_back_into_the_form_and_comes_out_the_same(queue):
    job_id = fill(settings().database_url, JUDGED)
    shown = page(job=job_id)
    button(shown, "job-again").click()
    shown.run()
    assert field(shown, "text_input", "gen-formula").value == "NaCl"
    button(shown, "gen-go").click()
    shown.run()
    again = queue.order(queue.jobs()[0].id)
    assert again == JUDGED.with_model(settings())


def test_a_replay_file_says_what_is_wrong_with_it():
    assert order_of_upload("a.yaml", order_yaml(JUDGED).encode()) == JUDGED
    for content in (b"kind: relax\n", b"[1, 2", b"kind: generate\ncount: many\n", b"\xff\xfe",
                    b"kind: generate\nformula: Xx\n"):  # fmt: skip
        with pytest.raises(CrystalLLMError) as caught:
            order_of_upload("../evil.yaml", content)
        assert str(caught.value).startswith("evil.yaml: ")
        assert "/tmp" not in str(caught.value)


def test_a_replay_file_of_a_study_names_what_takes_it():
    study = StudyOrder(GridStudy((StudyModel("compact"),), (0.7,), (0.9,)))
    with pytest.raises(JobError) as caught:
        order_of_upload("study.yaml", order_yaml(study).encode())
    assert str(caught.value) == (
        "study.yaml: the replay file of another kind of job (study); give it to Explore, to "
        "`crystal-llm explore --config` or to `crystal-llm jobs submit`"
    )


def test_a_thousand_results_are_shown_in_pages_of_cards(queue):
    order = GenerateOrder(judge=Judge()).asking(count=1000)
    job_id = fill(settings().database_url, order)
    shown = page(job=job_id, **{"res-view": "Cards"})
    assert not shown.exception
    opened = [button for button in shown.button if str(button.key).startswith("res-cards-open-")]
    assert len(opened) == 24
    opened[0].click()
    shown.run()
    assert shown.query_params["crystal"] == "1"


def test_one_leaves_a_job_whose_view_is_kept_in_the_address(queue):
    shown = page(job=fill(settings().database_url, JUDGED), **{"res-view": "Cards"})
    next(button for button in shown.button if button.label == "New crystals").click()
    shown.run()
    assert not shown.exception
    assert not shown.query_params
    assert shown.title[0].value == "Generate"


def test_no_torch_is_loaded_for_a_page(queue):
    """In a process of its own: other tests load torch here."""
    import subprocess

    job_id = fill(settings().database_url, JUDGED)
    program = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        f"for query in ({{}}, {{'job': {job_id!r}}}, {{'job': {job_id!r}, 'crystal': '1'}}):\n"
        f"    shown = AppTest.from_file({str(PACKAGE_ROOT / 'pages' / 'generate.py')!r},"
        " default_timeout=120)\n"
        "    for name, value in query.items(): shown.query_params[name] = value\n"
        "    assert not shown.run().exception\n"
        "assert 'torch' not in sys.modules, 'torch'\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
