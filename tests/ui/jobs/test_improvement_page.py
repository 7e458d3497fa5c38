"""A round of self-improvement on its page: form, stages as they end, the model that is offered."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from ui_pages import open_page

from crystal_llm.evaluation.rates import Rate
from crystal_llm.io.record_json import from_plain, to_plain
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.library.offered_models import OfferedModels
from crystal_llm.library.own_models import OwnModels
from crystal_llm.settings import settings
from crystal_llm.studies.improvement import Improvement, ImprovementResult, Trial
from crystal_llm.ui.jobs.improvement import can_tell_apart, rate_cell, trial_lines
from crystal_llm.ui.jobs.learning import learning_curve


def trial(novel, unique=11):
    return Trial(
        Rate(novel, 12, "asked"), Rate(unique, 12, "valid"), Rate(12, 12, "asked"),
        Rate(novel + 2, 12, "asked"),
    )  # fmt: skip


SO_FAR = ImprovementResult(120, {"known": 20, "invalid": 9}, 91, 30, 30, given_up=17)
DONE = ImprovementResult(120, {"known": 20, "invalid": 9}, 91, 30, 30, before=trial(5),
                         after=trial(4))  # fmt: skip


@pytest.fixture
def round_of(empty_home):
    """A job with what a round came to, as a worker stores it."""

    def job(result):
        queue = JobQueue(settings().database_url)
        job_id = queue.submit(ImproveOrder("Oxides"))
        record = JobRecord(open_jobs_database(settings().database_url), job_id, f"{job_id}.1", "w")
        record.begin()
        record.write_finding(to_plain(result))
        validation = {"free_nats": 30.0, "formula_nats": 20.0, "infill_first": 0.4}
        record.write_curve(0, {"crystals": 0, "validation": validation, "minutes": 0.0})
        queue.stop(job_id)
        return job_id

    return job


def texts(page):
    kinds = ("markdown", "success", "info", "caption")
    return "\n".join(str(element.value) for kind in kinds for element in page.get(kind))


def test_every_stage_says_what_it_came_to(round_of):
    page = open_page("models.py", job=round_of(SO_FAR))
    assert not page.exception and not page.error
    assert page.title[0].value == "Oxides"
    assert [header.value for header in page.subheader] == ["Learned"]
    shown = "\n".join(str(element.proto) for element in page.main)
    for said in (
        "20 known, 9 invalid",
        "17 were given up",
        "Beside 30 known crystals",
        "at most 0.1 eV/atom",
    ):
        assert said in shown
    assert "Keep the old model" not in texts(page)


def test_a_model_that_is_not_recommended_is_taken_or_discarded(round_of):
    for name, own in (("round-take", 1), ("round-discard", 0)):
        job_id = round_of(DONE)
        database = open_jobs_database(settings().database_url)
        card = (settings().models / "compact.toml").read_text(encoding="utf-8")
        offered = OfferedModels(database)
        offered.offer(f"own-{own:016x}", "Oxides", job_id, card, {"network.json": b"{}"})
        page = open_page("models.py", job=job_id)
        assert "Keep the old model" in texts(page) and "may be chance" in texts(page)
        assert "| Metastable, unique, novel | 5 of 12 = 42%" in texts(page)
        page.button(key=name).click().run()
        assert not page.exception
        assert offered.of_job(job_id) is None
        models = OwnModels(database, settings().home / "models").all()
        assert len([model for model in models if model.job_id == job_id]) == own
        assert [button.key for button in page.button if button.key == name] == []


def test_a_round_that_taught_nothing_says_so(round_of):
    nothing = ImprovementResult(120, {}, 91, 30, 30, nothing_learned="nothing was learned (time)")
    assert "**Keep the old model:** nothing was learned" in texts(
        open_page("models.py", job=round_of(nothing))
    )


def test_a_round_with_too_few_good_crystals_is_started_again_with_more(empty_home):
    queue = JobQueue(settings().database_url)
    improvement = Improvement(count=40, elements=("Li", "O"), max_atoms=6)
    job_id = queue.submit(ImproveOrder("Oxides", improvement))
    order = queue.order(job_id)
    record = JobRecord(open_jobs_database(settings().database_url), job_id, f"{job_id}.1", "w")
    record.begin()
    record.write_finding(to_plain(ImprovementResult(40, {"known": 14}, 26, 13, 13)))
    record.end("13 of 40 crystals are metastable, unique and novel: write more")
    with open_jobs_database(settings().database_url).transaction() as connection:
        connection.execute(sa.text("UPDATE workflow_status SET status = 'ERROR'"))
    listed = open_page("jobs.py", job=job_id)
    page = open_page("models.py", job=job_id)
    assert not page.exception and "write more" in page.error[0].value
    assert "Worth learning from" in "".join(str(element.proto) for element in page.main)
    assert not page.subheader
    for shown in (page, listed):  # it would only fail again
        assert not [button.label for button in shown.button if button.label == "Retry"]
    assert not any("Retry" in caption.value for caption in page.caption)
    page.button(key="round-larger").click().run()
    assert not page.exception and not page.error
    larger = queue.order(queue.jobs(1)[0].id)
    assert larger == replace(order, improvement=replace(order.improvement, count=95))
    # What is written first is what was written before.
    for before, after in zip(
        order.improvement.requests(), larger.improvement.requests(), strict=True
    ):
        assert after.count > before.count and replace(after, count=before.count) == before


@pytest.mark.parametrize(
    ("count", "learned", "larger"),
    [(40, 13, 95), (300, 6, 1500), (5000, 19, 10_000), (40, 0, 400), (6000, 3, 10_000)],
)
def test_a_larger_round_should_leave_enough(count, learned, larger):
    assert Improvement(count=count).enlarged(learned).count == larger
    assert Improvement(count=10_000).enlarged(learned) is None


def test_the_form_estimates_refuses_in_a_line_and_queues_a_round(empty_home):
    page = open_page("models.py")
    assert page.button(key="improve-go").disabled
    page.text_input(key="improve-name").set_value("Oxides").run()
    assert any("About" in caption.value and "relax" in caption.value for caption in page.caption)
    for field, value, said in (
        ("improve-elements", "Li Xx", "Xx"),
        ("improve-elements", "Li Po", "Po: no crystal with it was in the training data"),
        ("improve-temperatures", "0.7 warm", "'warm' is not a number"),
        ("improve-temperatures", "0.7 0", "temperature = 0.0: must be above 0"),
    ):
        before = page.text_input(key=field).value
        page.text_input(key=field).set_value(value).run()
        (refused,) = page.error
        assert said in refused.value.replace("\\", "") and page.button(key="improve-go").disabled
        page.text_input(key=field).set_value(before).run()
        assert not page.error
    page.number_input(key="improve-count").set_value(5).run()
    assert "n = 5: from 20 to" in page.error[0].value.replace("\\", "")
    page.number_input(key="improve-count").set_value(40).run()
    page.text_input(key="improve-elements").set_value("O, Li-Mn").run()
    page.segmented_control(key="improve-way").set_value("preference").run()
    page.button(key="improve-go").click().run()
    assert not page.exception and not page.error
    (job,) = JobQueue(settings().database_url).jobs()
    order = JobQueue(settings().database_url).order(job.id)
    assert (order.name, order.count, order.improvement.elements) == (
        "Oxides",
        40,
        ("Li", "O", "Mn"),
    )
    assert order.improvement.learn == "preference" and order.judges == (
        Judge(), Judge("sevennet-0"),
    )  # fmt: skip
    assert page.query_params["job"] == job.id and page.title[0].value == "Oxides"


def test_the_trial_stands_side_by_side_with_its_intervals():
    assert rate_cell(Rate(5, 12, "asked")) == "5 of 12 = 42% (19 to 68)"
    assert rate_cell(Rate(0, 0, "relaxed")) == "0 of 0"
    lines = trial_lines(trial(5), None)
    assert lines[2].endswith("| 5 of 12 = 42% (19 to 68) | … |") and len(lines) == 6
    assert not can_tell_apart(Rate(5, 12, "asked"), Rate(7, 12, "asked"))
    assert can_tell_apart(Rate(100, 500, "asked"), Rate(200, 500, "asked"))


def test_the_curve_of_a_comparison_is_that_of_pairs():
    def line(drawn, loss):
        judged = {"free_nats": 30.0, "formula_nats": 20.0, "preference_loss": loss}
        return {"crystals": drawn, "validation": judged}

    figure = learning_curve([line(0, 0.693), line(100, 0.6)], "light")
    (curve,) = figure.data
    assert list(curve.y) == [0.693, 0.6] and figure.layout.shapes[0].y0 == 0.693
    assert figure.layout.yaxis.title.text == "nats per pair"


def test_a_round_of_before_still_shows_what_it_measured():
    rate = {"count": 5, "total": 12, "whole": "asked"}
    stored = {
        "novel_metastable": rate,
        "metastable": rate | {"count": 7},
        "unique": {"count": 11, "total": 11, "whole": "relaxed"},
        "valid": rate | {"count": 12},
    }
    text = "\n".join(trial_lines(from_plain(Trial, stored), None))
    assert "| Metastable | 7 of 12" in text and "Unique, of those relaxed" in text
    assert "New:" not in text
