"""The Explore page: its form, a study that fills, one cell, a stored study."""

import re
from dataclasses import replace

import pytest
from ui_jobs import judged, written
from ui_pages import open_page

from crystal_llm.generation.request import GenerationRequest
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.record import JobRecord
from crystal_llm.jobs.study_folder import study_record
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.library.database import open_database
from crystal_llm.settings import settings
from crystal_llm.studies.grid_file import StudyRecord
from crystal_llm.studies.grid_study import GridStudy, StudyModel
from crystal_llm.types import Conditions
from crystal_llm.ui.explore.study_figures import heat_map
from crystal_llm.ui.explore.study_view import order_of_cell


def texts(page):
    shown = (*page.markdown, *page.caption, *page.info, *page.error)
    return " ".join(str(element.value) for element in shown).replace("\\", "")


@pytest.fixture
def form(queue):
    return open_page("explore.py")


def press(page, key):
    return page.button(key=key).click().run()


def test_the_first_view_waits_for_a_worker_and_offers_a_study(form, queue):
    assert form.title[0].value == "Explore" and not form.exception
    assert "9 cells × 40 = 360 crystals" in texts(form)
    assert any("No worker is running" in warning.value for warning in form.warning)
    form = press(form, "exp-start")
    (job,) = queue.jobs()
    assert job.kind == "study" and job.title == "Study of 9 cells × 40 crystals"
    assert form.query_params["study"] in (job.id, [job.id])
    assert queue.order(job.id).study.models[0].weights_sha256


def test_refined_and_not_stand_beside_each_other_and_coverage_is_asked_for(form, queue):
    form.segmented_control(key="exp-refined").set_value("Both").run()
    form.toggle(key="exp-covers").set_value(True).run()
    assert "18 cells × 40 = 720 crystals" in texts(form)
    press(form, "exp-start")
    (job,) = queue.jobs()
    order = queue.order(job.id)
    assert order.study.refinements == (False, True) and order.study.test_crystals == 1000
    assert order.refine.weights_sha256
    assert [stage.name for stage in order.stages] == [
        *("written", "checked", "refined", "fingerprinted", "compared"),
    ]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("exp-temperatures", "", "the grid is empty"),
        ("exp-nuclei", "", "top_p (nucleus sizes P) holds no value"),
        ("exp-temperatures", "0 1", "τ = 0: above 0"),
        ("exp-temperatures", "warm", "'warm' is not a number"),
        ("exp-nuclei", "1.5", "P = 1.5: above 0 and at most 1"),
        ("exp-nuclei", "0.9 0.9", "0.9 stands there twice"),
        ("exp-study-formula", "Xx2", "Xx"),
    ],
)
def test_what_is_impossible_is_said_and_cannot_be_started(form, key, value, message):
    form.text_input(key=key).set_value(value).run()
    assert message in texts(form)
    assert form.button(key="exp-start").disabled


def test_a_study_of_one_cell_says_so(form):
    form.text_input(key="exp-temperatures").set_value("0.7").run()
    form.text_input(key="exp-nuclei").set_value("0.9").run()
    assert "**1 cell × 40 = 40 crystals**" in texts(form)


def test_a_frame_stands_round_the_cell_that_is_open():
    study = ORDER.study
    cells = study_record(ORDER, [], []).summary()
    shown = {"front": (), "given_up": (), "theme": "light"}
    figure = heat_map(study, cells, "valid", (0, 1), chosen=1, **shown)
    (frame,) = figure.layout.shapes
    # The cell of τ = 1 and P = 0.9 is the first column's second row.
    assert frame.x0 < 0 < frame.x1 and frame.y0 < 1 < frame.y1
    assert heat_map(study, cells, "valid", (0, 1), chosen=None, **shown).layout.shapes == ()


def test_more_crystals_relaxed_than_written_are_refused(form):
    form.number_input(key="exp-relaxed").set_value(41).run()
    assert any("from 0 to the 40 crystals" in error.value for error in form.error)


ORDER = StudyOrder(
    GridStudy(
        (StudyModel("compact"),),
        (0.7, 1.0),
        (0.9,),
        GenerationRequest(4, Conditions(formula="NaCl")),
        relaxed=4,
    ),
    Judge(),
    batch_size=2,
)


def fill(queue, cells):
    """Queues the study and stores the crystals of some of its cells, as a worker would."""
    job_id = queue.submit(ORDER)
    record = JobRecord(open_database(settings().database_url), job_id, f"{job_id}.1", "worker")
    record.begin()
    places = [place for cell in cells for place in ORDER.study.indexes_of(cell)]
    record.write([(place, written(place)) for place in places], "written", len(places))
    steps = [(place, step) for place in places for step in judged(place)]
    record.write(steps, "relaxed", len(places))
    for batch in ORDER.batches:
        record.end_batch(f"{batch.start}-{batch.stop}")
    return job_id


def test_a_study_shows_its_cells_and_names_those_given_up(queue):
    job_id = fill(queue, [0])
    page = open_page("explore.py", study=job_id)
    assert not page.exception
    assert "Given up so far" in texts(page) and "τ = 1, P = 0.9" in texts(page)
    page.selectbox(key="exp-study-cell-0").select(0).run()
    assert "4 of 4 crystals" in texts(page)
    assert "3 of 4 = 75%" in texts(page)  # every fourth is no crystal
    page.button(key="exp-study-carry").click().run()
    assert page.session_state["gen-temperature"] == 0.7
    assert page.session_state["gen-formula"] == "NaCl"
    assert page.session_state["gen-model"] == "compact"


def test_every_box_of_a_study_begins_with_its_choice(queue):
    # A value that comes after the box can miss a slow browser, which then shows the first one.
    page = open_page("explore.py", study=fill(queue, [0, 1]))
    wanted = {"measure": "Valid, unique and novel", "x": "Valid", "y": "Unique"}
    for name, title in wanted.items():
        proto = page.selectbox(key=f"exp-study-{name}").proto
        assert proto.options[proto.default] == title and not proto.set_value
    # A click in a chart makes the box of cells anew, with the cell that was clicked.
    page.session_state["exp-study-chosen"] = 1
    page.session_state["exp-study-chosen-clicks"] = 1
    page.run()
    proto = page.selectbox(key="exp-study-cell-1").proto
    assert proto.default == 1 and not proto.set_value
    assert "compact, τ = 1, P = 0.9" in texts(page)


def test_a_cell_opens_its_own_crystals(queue):
    job_id = fill(queue, [0, 1])
    page = open_page("generate.py", job=job_id, cell="1")
    assert not page.exception
    assert "compact, τ = 1, P = 0.9" in texts(page)
    shown = page.dataframe[0].value
    assert len(shown) == 4 and set(shown.iloc[:, 0].astype(str)) == {"5", "6", "7", "8"}
    everything = open_page("generate.py", job=job_id)
    assert len(everything.dataframe[0].value) == 8


def test_another_job_is_no_study(queue):
    job_id = queue.submit(GenerateOrder())
    page = open_page("explore.py", study=job_id)
    assert any("is no study" in error.value for error in page.error)


def test_the_shipped_study_says_what_made_it(form):
    assert re.search(r"Computed on \d{4}-\d\d-\d\d by `crystal-llm explore", texts(form))
    assert form.selectbox(key="exp-stored-study-compact-measure").value == "new"
    assert "Share of the crystals asked for, with its 95% interval" in texts(form)
    form.selectbox(key="exp-stored-study-compact-measure").select("log_likelihood").run()
    assert "Mean in nats/atom, with its 95% interval" in texts(form)
    form.selectbox(key="exp-stored-study-compact-cell-0").select(0).run()
    crystals = form.dataframe[-1].value
    assert {"formula", "eV/atom above hull", "log-likelihood (nats/atom)"} <= set(crystals.columns)
    assert not crystals.isna().all().any()  # what is known of none has no column


def test_without_a_stored_study_the_page_says_so(queue, tmp_path, monkeypatch):
    cards = tmp_path / "models"
    cards.mkdir()
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(cards))
    settings.cache_clear()
    page = open_page("explore.py")
    assert "No finished study is shipped yet" in texts(page)


def test_a_refined_cell_carries_its_refining_to_generate():
    study = replace(ORDER.study, refinements=(False, True))
    record = StudyRecord(study, (), refine={"network": "flow", "steps": 7})
    assert order_of_cell(record, 0).refine is None
    assert order_of_cell(record, 2).refine.steps == 7


def test_orders_of_cells_are_those_of_the_grid():
    study = replace(ORDER.study, temperatures=(0.5,), top_ps=(0.8, 0.9))
    assert [study.request_of(cell).top_p for cell in study.cells] == [0.8, 0.9]
