"""Questions to the model: asked once, answered by a worker beside its jobs, kept."""

import pytest
import sqlalchemy as sa
from waiting import until

from crystal_llm.errors import InfillError, JobError
from crystal_llm.infill.distribution import element_distribution
from crystal_llm.infill.weighing import WEIGHED_ELEMENTS, energies_by_element
from crystal_llm.io.record_json import from_json, to_json
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.infill_requests import (
    InfillAnswer,
    InfillQuestion,
    answers,
    read_question,
    store_answer,
)
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import QUESTIONS, open_jobs_database
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0, 4.0, 4.0), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
THREE = PlainCrystal(
    (4.0, 4.0, 4.0),
    (90.0, 90.0, 90.0),
    ("Sr", "Ti", "O"),
    ((0, 0, 0), (0.5, 0.5, 0.5), (0.5, 0, 0)),
)
ASKED = InfillQuestion(SALT, (0,), translations=2)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


def test_a_question_is_asked_once_and_its_first_answer_counts(url):
    questions, database = JobQueue(url).questions, open_jobs_database(url)
    asked = questions.ask(ASKED)
    assert questions.ask(ASKED) == asked
    assert questions.ask(InfillQuestion(SALT, (1,), translations=2)) != asked
    assert questions.answer(asked) is None
    assert read_question(database, asked) == ASKED
    store_answer(database, asked, InfillAnswer(whole=False))
    assert not questions.answer(asked).whole
    assert read_question(database, asked) == ASKED, "a worker that died left no more than this"
    store_answer(database, asked, InfillAnswer(failure="no model"))
    store_answer(database, asked, InfillAnswer(failure="too late"))
    assert questions.answer(asked).failure == "no model"
    assert read_question(database, asked) is None
    assert questions.ask(ASKED, again=True) == asked
    assert questions.answer(asked) is None
    with database.transaction() as connection:
        assert connection.scalar(sa.select(QUESTIONS.c.attempt).where(QUESTIONS.c.id == asked)) == 2


def test_a_wrong_pick_is_refused_before_it_is_queued(url):
    questions = JobQueue(url).questions
    for sites, said in (((), "no site is masked"), ((0, 1), "all 2 sites"), ((5,), "site 5")):
        with pytest.raises(InfillError, match=said):
            questions.ask(InfillQuestion(SALT, sites))
    with pytest.raises(JobError, match="no question"):
        questions.answer("nothing")


def test_another_users_question_is_as_if_it_were_not_there(url):
    asked = JobQueue(url, "one").questions.ask(ASKED)
    other = JobQueue(url, "two").questions
    assert other.ask(ASKED) != asked
    with pytest.raises(JobError, match="no question"):
        other.answer(asked)


def whole_answer(queue, question_id):
    answer = queue.questions.answer(question_id)
    return answer if answer is not None and answer.whole else None


@pytest.mark.model
def test_the_first_look_is_the_answer_at_one_origin(tiny_card, tmp_path):
    from crystal_llm.language_model.loading import load_model
    from crystal_llm.settings import Settings

    tiny_model = load_model("tiny", configured=Settings(home=tmp_path, models=tiny_card))
    first, whole = answers(tiny_model, InfillQuestion(SALT, (0,), translations=3))
    alone = element_distribution(tiny_model, SALT, (0,), translations=1)
    together = element_distribution(tiny_model, SALT, (0,), translations=3)
    assert not first.whole
    assert whole.whole
    assert first.together.log_probabilities == alone.log_probabilities
    assert whole.together.shifts == together.shifts
    assert whole.together.probabilities() == pytest.approx(together.probabilities(), abs=1e-6)
    (only,) = answers(tiny_model, InfillQuestion(SALT, (0,), translations=1))
    assert only.whole
    before, both = answers(tiny_model, InfillQuestion(SALT, (0,), translations=1, weigh=True))
    assert before.together.log_probabilities == alone.log_probabilities and not before.whole
    assert len(energies_by_element(both.together)) == WEIGHED_ELEMENTS and both.whole
    assert from_json(InfillAnswer, to_json(both), "answer") == both
    alone = element_distribution(tiny_model, THREE, (0,), translations=1)
    for way, orders in (("in turn", 1), ("all orders", 2)):
        first, whole = answers(tiny_model, InfillQuestion(THREE, (0, 1), way, translations=2))
        assert not first.whole
        assert first.together.sites == (0,)
        assert first.together.log_probabilities == alone.log_probabilities
        assert len(whole.in_turn.orders) == orders
        assert whole == InfillAnswer(in_turn=whole.in_turn)


@pytest.mark.model
def test_a_worker_is_woken_and_answers_while_it_does_a_job(queue, workers, tiny_card, tmp_path):
    workers.start()
    queue.questions.wake()
    until(lambda: queue.workers() and queue.workers()[0].model_loads, seconds=60)
    job = queue.submit(GenerateOrder().asking(count=1000, max_atoms=4, batch_size=64))
    until(lambda: queue.job(job).stages[0].done)
    asked = queue.questions.ask(ASKED)
    answer = until(lambda: whole_answer(queue, asked), seconds=60)
    assert queue.job(job).open, "the job was over before: it proves nothing"
    queue.stop(job)
    pairs = answer.together
    assert answer.failure is None and len(pairs.shifts) == 2
    assert pairs.probabilities().sum() == pytest.approx(1.0)
    assert pairs.probabilities(0.2).max() > pairs.probabilities().max()
    turn = queue.questions.ask(InfillQuestion(THREE, (0, 1), "in turn", translations=1))
    in_turn = until(lambda: queue.questions.answer(turn), seconds=60).in_turn
    assert [part.element for part in in_turn.groups] == ["Sr", "Ti"]
    missing = queue.questions.ask(InfillQuestion(SALT, (0,), model="nobody"))
    assert "nobody" in until(lambda: queue.questions.answer(missing), seconds=60).failure
    assert [job.kind for job in queue.jobs()] == ["generate"]
    assert queue.workers()[0].model_loads == 1

    from crystal_llm.language_model.loading import load_model
    from crystal_llm.settings import Settings

    model = load_model("tiny", configured=Settings(home=tmp_path, models=tiny_card))
    own = element_distribution(model, SALT, (0,), translations=2)
    assert pairs.probabilities() == pytest.approx(own.probabilities(), abs=1e-5)
