"""Questions that a page waits for: what a model would put at masked sites, or along a crystal.

A question is no job: it takes seconds, and is not listed. It has a queue of its own, so that
no job stands in its way, and its answer is stored under the hash of what was asked, so that
the same question is answered once. The web process asks and looks; a worker, which holds the
model, answers: at one origin first, so that there is something to see early.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import sqlalchemy as sa

from crystal_llm.errors import JobError
from crystal_llm.infill.distribution import TRANSLATIONS, ElementDistribution
from crystal_llm.infill.sequential import SequentialInfill
from crystal_llm.io.record_json import RecordError, from_json, to_json, to_plain
from crystal_llm.jobs.choice_requests import ChoicesAnswer, ChoicesQuestion, choices_answer
from crystal_llm.jobs.tables import (
    APPLICATION_VERSION,
    QUESTION_QUEUE,
    QUESTION_WORKFLOW,
    QUESTIONS,
    WAKE_WORKFLOW,
)
from crystal_llm.library.database import Database
from crystal_llm.library.entry import LOCAL_USER
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

    from crystal_llm.language_model.loading import LoadedModel

InfillWay = Literal["together", "in turn", "all orders"]

KEPT_SECONDS = 30 * 86_400.0
"""Answers older than this are forgotten when the next question comes; asking again is cheap."""

_DIGITS = 6  # of a stored log-probability: far finer than what origins make of it


@dataclass(frozen=True, slots=True)
class InfillQuestion:
    """What a model is asked about a crystal.

    Attributes:
        crystal: The crystal.
        sites: The masked sites.
        way: One element at all of them, or one for each element that is masked: in the
            order of their first sites, or averaged over all orders.
        translations: Origins to average over.
        seed: Of the origins.
        model: Name of the model; None for the worker's own.
        weights: Hash of its adapter where the asker knows it, so that an answer of other
            weights is not taken for this one.
        weigh: Whether the energy above hull with each element is weighed in, where one element
            is asked for (:mod:`crystal_llm.infill.weighing`).
    """

    crystal: PlainCrystal
    sites: tuple[int, ...]
    way: InfillWay = "together"
    translations: int = TRANSLATIONS
    seed: int = 0
    model: str | None = None
    weights: str | None = None
    weigh: bool = False


@dataclass(frozen=True, slots=True)
class InfillAnswer:
    """What the model said, or why it could not.

    Attributes:
        together: One element at all masked sites; in a first look at several elements in
            turn, at those of the first.
        in_turn: One for each element that is masked.
        failure: Why there is neither.
        waited_s: Seconds from the question to the answer.
        whole: Whether every origin, and the energies, are in it; else it is a first look, and the
            rest follows.
    """

    together: ElementDistribution | None = None
    in_turn: SequentialInfill | None = None
    failure: str | None = None
    waited_s: float = 0.0
    whole: bool = True


Question: TypeAlias = InfillQuestion | ChoicesQuestion
Answer: TypeAlias = InfillAnswer | ChoicesAnswer
AnyAnswer = TypeVar("AnyAnswer", InfillAnswer, ChoicesAnswer)


class Questions:
    """The questions of one owner.

    Args:
        database: Where they are.
        client: What puts them into the queue.
        owner: Whose.
        check: Refuses names of models that the owner may not ask.
    """

    def __init__(
        self,
        database: Database,
        client: DBOSClient,
        owner: str = LOCAL_USER,
        check: Callable[[Sequence[str]], None] = lambda models: None,
    ) -> None:
        self._database, self._client, self._owner = database, client, owner
        self._check = check

    def ask(self, question: Question, *, again: bool = False) -> str:
        """Asks, unless this was asked before.

        Args:
            question: What is asked.
            again: Ask anew where the answer was a failure, or does not come.

        Returns:
            The question's id, for :meth:`answer`.

        Raises:
            InfillError: A wrong pick of sites.
            JobError: There is no such model for the owner.
            LibraryError: The database does not answer.
        """
        from crystal_llm.infill.masks import masked_sites

        self._check(() if question.model is None else (question.model,))
        if isinstance(question, InfillQuestion):
            _ = masked_sites(question.crystal, question.sites)
        text = to_json(question)
        question_id = hashlib.sha256(f"{self._owner}\n{text}".encode()).hexdigest()[:32]
        now = time.time()
        with self._database.transaction() as connection:
            here = QUESTIONS.c.id == question_id
            attempt = connection.scalar(sa.select(QUESTIONS.c.attempt).where(here)) or 0
            if attempt and not again:
                return question_id
            connection.execute(
                sa.delete(QUESTIONS).where(
                    sa.or_(here, QUESTIONS.c.asked_unix_s < now - KEPT_SECONDS)
                )
            )
            row = {
                "id": question_id,
                "owner": self._owner,
                "attempt": attempt + 1,
                "question_json": text,
                "asked_unix_s": now,
            }
            connection.execute(sa.insert(QUESTIONS).values(**row))
            # The time keeps a question that was forgotten apart from its second asking.
            name = f"{question_id}.{attempt + 1}.{int(now * 1000)}"
            options = self._options(QUESTION_WORKFLOW, name)
            self._client.enqueue_in_transaction(connection, options, question_id)
        return question_id

    def wake(self) -> None:
        """Has a worker load its model now, so that the first question need not wait for it.

        Raises:
            LibraryError: The database does not answer.
        """
        options = self._options(WAKE_WORKFLOW, f"wake.{int(time.time() * 1000)}")
        with self._database.transaction() as connection:
            self._client.enqueue_in_transaction(connection, options)

    def _options(self, workflow: str, name: str) -> EnqueueOptions:
        return {
            "workflow_name": workflow,
            "queue_name": QUESTION_QUEUE,
            "workflow_id": name,
            "app_version": APPLICATION_VERSION,
            "authenticated_user": self._owner,
        }

    def answer(self, question_id: str) -> InfillAnswer | None:
        """The answer to a question about masked sites; as :meth:`answer_as`."""
        return self.answer_as(InfillAnswer, question_id)

    def answer_as(self, kind: type[AnyAnswer], question_id: str) -> AnyAnswer | None:
        """The answer, or a first look at it; None while there is neither.

        Args:
            kind: What the question is answered with.
            question_id: Of :meth:`ask`.

        Raises:
            JobError: There is no such question, or the answer is damaged.
        """
        chosen = sa.select(QUESTIONS.c.answer_json).where(
            QUESTIONS.c.id == question_id, QUESTIONS.c.owner == self._owner
        )
        with self._database.transaction() as connection:
            row = connection.execute(chosen).first()
        if row is None:
            raise JobError(f"there is no question {question_id[:40]!r}: ask it again")
        if row.answer_json is None:
            return None
        try:
            return from_json(kind, row.answer_json, "answer")
        except RecordError as error:
            raise JobError(f"the stored answer cannot be read ({error}): ask again") from error

    def asked_seconds_ago(self, question_id: str) -> float:
        """Seconds since a question was asked; 0 where there is none."""
        chosen = sa.select(QUESTIONS.c.asked_unix_s).where(
            QUESTIONS.c.id == question_id, QUESTIONS.c.owner == self._owner
        )
        with self._database.transaction() as connection:
            asked = connection.scalar(chosen)
        return 0.0 if asked is None else max(time.time() - asked, 0.0)


def read_question(database: Database, question_id: str) -> Question | None:
    """A question that waits for its answer; None where it is answered or forgotten.

    Raises:
        JobError: It cannot be read.
    """
    chosen = sa.select(QUESTIONS.c.question_json).where(
        QUESTIONS.c.id == question_id, QUESTIONS.c.answered_unix_s.is_(None)
    )
    with database.transaction() as connection:
        text = connection.scalar(chosen)
    if text is None:
        return None
    try:
        # What is asked along a whole crystal names the request that wrote it.
        if "request" in json.loads(text):
            return from_json(ChoicesQuestion, text, "question")
        return from_json(InfillQuestion, text, "question")
    except RecordError as error:
        raise JobError(f"the question cannot be read: {error}") from error


def owner_of(database: Database, question_id: str) -> str:
    """Who asked a question; nobody where it is forgotten."""
    chosen = sa.select(QUESTIONS.c.owner).where(QUESTIONS.c.id == question_id)
    with database.transaction() as connection:
        return str(connection.scalar(chosen) or "")


def failed_answer(question: Question | None, reason: str) -> Answer:
    """What a question is answered with that cannot be."""
    if isinstance(question, ChoicesQuestion):
        return ChoicesAnswer(failure=reason)
    return InfillAnswer(failure=reason)


def answers(model: LoadedModel, question: Question) -> Iterator[Answer]:
    """Asks the model; the last answer is the whole one.

    Raises:
        CrystalLLMError: It cannot be asked that; says why.
    """
    if isinstance(question, ChoicesQuestion):
        yield choices_answer(model, question)
    else:
        yield from _infill_answers(model, question)


def _infill_answers(model: LoadedModel, question: InfillQuestion) -> Iterator[InfillAnswer]:
    """A first look at one origin, if there are more; before energies; and the whole answer.

    A model of symmetric text knows no origins and answers at once.

    Raises:
        InfillError: It cannot be asked that; says why.
    """
    from crystal_llm.infill.distribution import element_distribution
    from crystal_llm.infill.masks import groups
    from crystal_llm.infill.sequential import sequential_infill
    from crystal_llm.infill.weighing import weighed
    from crystal_llm.settings import settings
    from crystal_llm.stability.written_energies import shipped_energies

    crystal, sites, seed = question.crystal, question.sites, question.seed
    looked: ElementDistribution | None = None
    if question.translations > 1 and model.text == "coordinate":
        # Of several elements in turn, the first: it needs none of the others.
        at_once = sites if question.way == "together" else groups(crystal, sites)[0].sites
        looked = element_distribution(model, crystal, at_once, translations=1, seed=seed)
        yield InfillAnswer(together=looked, whole=False)
    if question.way == "together":
        whole = element_distribution(
            model, crystal, sites, translations=question.translations, seed=seed, known=looked
        )
        energies = shipped_energies(settings()) if question.weigh else None
        if energies is not None:
            yield InfillAnswer(together=whole, whole=False)
            whole = weighed(whole, crystal, energies)
        yield InfillAnswer(together=whole)
    else:
        # Nothing is taken over: what is followed depends on the average.
        every = question.way == "all orders"
        turn = sequential_infill(
            model, crystal, sites, all_orders=every, translations=question.translations, seed=seed
        )
        yield InfillAnswer(in_turn=turn)


def store_answer(database: Database, question_id: str, answer: Answer) -> None:
    """Stores an answer, with the time that it took; the first whole one counts."""
    now = time.time()
    here = (QUESTIONS.c.id == question_id, QUESTIONS.c.answered_unix_s.is_(None))
    with database.transaction() as connection:
        asked = connection.scalar(sa.select(QUESTIONS.c.asked_unix_s).where(*here))
        plain = _rounded(to_plain(answer))
        plain["waited_s"] = round(max(now - (asked or now), 0.0), 3)
        connection.execute(
            sa.update(QUESTIONS)
            .where(*here)
            .values(
                answer_json=json.dumps(plain, ensure_ascii=False),
                answered_unix_s=now if answer.whole else None,
            )
        )


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return value
