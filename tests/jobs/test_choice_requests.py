"""The choices along a crystal, asked for by a page and answered by a worker's code."""

import pytest
from compact_model import load_tiny

from crystal_llm.errors import CrystalLLMError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.jobs.choice_requests import ChoicesAnswer, ChoicesQuestion, choices_answer
from crystal_llm.jobs.infill_requests import (
    InfillAnswer,
    answers,
    failed_answer,
    read_question,
    store_answer,
)
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.types import Conditions, PlainCrystal

SALT = PlainCrystal(
    (3.99, 3.99, 3.99), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5))
)
REQUEST = GenerationRequest(1, Conditions(formula="NaCl"), max_atoms=8, seed=2)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return load_tiny(tmp_path_factory.mktemp("tiny"))


def test_a_given_crystal_is_read_in_the_models_text(tiny):
    answer = choices_answer(tiny, ChoicesQuestion(REQUEST, SALT))
    assert answer.text.splitlines()[:3] == ["225", "5.6", "Na 4a"]
    assert [choice.written for choice in answer.choices if choice.kind == "element"] == ["Na", "Cl"]


def test_a_question_goes_to_a_worker_and_comes_back(tiny, tmp_path):
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    queue, database = JobQueue(url), open_jobs_database(url)
    question = ChoicesQuestion(REQUEST)
    question_id = queue.questions.ask(question)
    assert queue.questions.ask(question) == question_id
    assert queue.questions.answer_as(ChoicesAnswer, question_id) is None
    read = read_question(database, question_id)
    assert read == question
    (answer,) = answers(tiny, read)
    store_answer(database, question_id, answer)
    stored = queue.questions.answer_as(ChoicesAnswer, question_id)
    assert stored.text == answer.text and len(stored.choices) == len(answer.choices)
    assert stored.choices[0].log_probabilities == pytest.approx(
        answer.choices[0].log_probabilities, abs=1e-6
    )
    assert read_question(database, question_id) is None


def test_what_cannot_be_asked_is_answered_with_its_reason(tiny):
    crowded = PlainCrystal((4.0, 4.0, 4.0), (90.0,) * 3, ("Na", "Na"), ((0, 0, 0), (0, 0, 0)))
    with pytest.raises(CrystalLLMError):
        choices_answer(tiny, ChoicesQuestion(REQUEST, crowded))
    assert failed_answer(ChoicesQuestion(REQUEST), "why") == ChoicesAnswer(failure="why")
    assert isinstance(failed_answer(None, "why"), InfillAnswer)
