"""Nobody opens what is another's: every door of the pages, tried with the other's ids."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from ui_jobs import SALT, judged, written
from ui_pages import open_page

from crystal_llm.candidate import Candidate
from crystal_llm.errors import JobError, LibraryError, SettingsError
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.fine_tune_order import FineTuneOrder, TrainingCrystal
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.given_orders import InfillRelaxOrder
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.jobs.infill_requests import InfillAnswer, InfillQuestion
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.pace import stage_paces
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.library.entry import LOCAL_USER, Entry, Search
from crystal_llm.library.own_models import OwnModels
from crystal_llm.library.saved_searches import SavedSearch, SavedSearches
from crystal_llm.library.store import open_library
from crystal_llm.settings import settings
from crystal_llm.studies.grid_study import GridStudy, StudyModel
from crystal_llm.ui import identity

OWNER, OTHER = "https://issuer#owner", "https://issuer#other"
SECRET = "secret salt of Heidelberg"


@pytest.fixture
def user(empty_home, monkeypatch):
    """Who is signed in, as the one place where it is read says it."""
    who = [OWNER]
    monkeypatch.setattr(identity, "current_user", lambda: who[0])
    return who


@pytest.fixture
def things(user):
    """One of everything that a user can have: a job with crystals, a study, entries, a model."""
    url = settings().database_url
    queue, library = JobQueue(url, OWNER), open_library(url, OWNER)
    job = queue.submit(GenerateOrder().asking(count=2, formula="NaCl"))
    record = JobRecord(open_jobs_database(url), job, f"{job}.1", "w")
    record.begin()
    candidate = Candidate((written(0), *judged(0)))
    record.write([(0, step) for step in candidate.steps], "written", 1)
    study = queue.submit(StudyOrder(GridStudy((StudyModel("compact"),), (0.7,), (0.9,))))
    crystals = tuple(
        TrainingCrystal(str(place), replace(SALT, lengths_angstrom=(4.0 + place / 100,) * 3))
        for place in range(20)
    )
    tuning = queue.submit(FineTuneOrder(SECRET, crystals))
    improving = queue.submit(ImproveOrder(SECRET))
    entries = [
        library.add(Entry("uploaded", SALT, source=SECRET, note=SECRET, tags=("secret",)))
        for _ in range(2)
    ]
    deleted = library.add(Entry("uploaded", SALT, note=SECRET))
    deletion = library.delete([deleted.id]).id
    SavedSearches(open_jobs_database(url), OWNER).save(SavedSearch(SECRET, Search(formula="NaCl")))
    models = OwnModels(open_jobs_database(url), settings().home / "models", OWNER)
    card = (settings().models / "compact.toml").read_text(encoding="utf-8")
    model_id = "own-0123456789abcdef"
    card = card.replace("Compact: crystals by their symmetry", SECRET)
    card = card.replace('folder = "compact"', f'folder = "{model_id}"')
    models.add(model_id, SECRET, tuning, card, {"model.safetensors": b"", "network.json": b"{}"})
    return {
        "job": job, "study": study, "tuning": tuning, "improving": improving,
        "entry": entries[0].id,
        "compare": ",".join(entry.id for entry in entries), "undo": deletion, "model": model_id,
        "deleted": deleted.id,
    }  # fmt: skip


DOORS = (
    ("generate.py", {"job": "job"}),
    ("generate.py", {"job": "job", "crystal": "1"}),
    ("generate.py", {}),
    ("explore.py", {"study": "study"}),
    ("explore.py", {}),
    ("models.py", {"job": "tuning"}),
    ("models.py", {"job": "improving"}),
    ("infill.py", {"entry": "entry"}),
    ("infill.py", {}),
    ("library.py", {"entry": "entry"}),
    ("library.py", {"entry": "deleted"}),
    ("library.py", {"compare": "compare"}),
    ("library.py", {"undo": "undo"}),
    ("library.py", {"lib-job": "job"}),
    ("library.py", {}),
    ("jobs.py", {"job": "job"}),
)


def seen(page: AppTest) -> str:
    """All that a page shows, as its browser is told it."""
    return "\n".join(str(getattr(element, "proto", "")) for element in page.main)


@pytest.mark.parametrize(("page", "query"), DOORS, ids=lambda value: str(value))
def test_a_page_shows_nothing_of_another_s(user, things, page, query):
    address = {term: things.get(name, name) for term, name in query.items()}
    user[0] = OTHER
    shown = open_page(page, **address)
    assert not shown.exception
    text = seen(shown)
    # What was asked may stand in the answer: that there is no such thing.
    hidden = [name for name in things.values() if name not in " ".join(address.values())]
    assert [word for word in (SECRET, "× NaCl", *hidden) if word in text] == []
    if set(query) & {"entry", "job", "study", "compare"} and page != "jobs.py":
        assert any("there is no" in error.value for error in shown.error)


def test_its_owner_sees_it(user, things):
    for page, query in (
        ("library.py", {"entry": things["entry"]}),
        ("models.py", {}),
        ("models.py", {"job": things["tuning"]}),
        ("models.py", {"job": things["improving"]}),
    ):
        assert SECRET in seen(open_page(page, **query))


def test_a_user_who_came_in_the_same_process_sees_nothing_of_what_it_kept(user, things):
    """Pages keep orders and results in memory between runs: by user, too."""
    assert not open_page("generate.py", job=things["job"]).error
    user[0] = OTHER
    assert "there is no job" in open_page("generate.py", job=things["job"]).error[0].value


def test_orders_and_questions_reach_nothing_by_a_path_or_an_id(user, things):
    url = settings().database_url
    theirs = JobQueue(url, OTHER)
    here = settings()
    card = f"{here.home}/models/{things['model']}.toml"
    partial = CompleteOrder(SALT, (0,))
    orders = (
        *(GenerateOrder(model=name) for name in (things["model"], card, "../models/compact")),
        replace(partial, model=things["model"]),
        StudyOrder(GridStudy((StudyModel(things["model"]),), (0.7,), (0.9,))),
        FineTuneOrder("x", (), model=things["model"]),
        ImproveOrder("x", model=things["model"]),
        ImproveOrder("x", examiner=Judge("sevennet-0", known=str(here.home / "mine.parquet"))),
        GenerateOrder(judge=Judge(reference="/etc/passwd")),
        GenerateOrder(judge=Judge(known=str(here.home / "mine.parquet"))),
        GenerateOrder(refine=Refine("/etc/passwd.toml")),
    )
    for order in orders:
        with pytest.raises(JobError, match=r"there is no|not offered here"):
            theirs.submit(order)
    for model in (things["model"], card):
        with pytest.raises(JobError, match="there is no"):
            theirs.questions.ask(InfillQuestion(SALT, (0,), model=model))
    # What is offered to everybody goes through, and so does what is given.
    assert theirs.submit(GenerateOrder(judge=Judge()))
    given = replace(written(0), parent_id=things["entry"])
    edited = theirs.submit(InfillRelaxOrder((given,)))
    user[0] = OTHER
    assert SECRET not in seen(open_page("generate.py", job=edited))


def test_what_the_store_gives_is_the_owner_s_alone(user, things):
    url = settings().database_url
    queue, library = JobQueue(url, OTHER), open_library(url, OTHER)
    assert queue.jobs() == () and library.search().total == 0
    assert library.tags() == () and library.jobs() == () and library.deletions() == ()
    assert SavedSearches(open_jobs_database(url), OTHER).all() == ()
    for refused in (
        *(lambda name=name: getattr(queue, name)(things["job"])
          for name in ("job", "order", "results", "log", "curve", "finding", "stop", "retry",
                       "ended_batches")),
    ):  # fmt: skip
        with pytest.raises(JobError, match="there is no job"):
            refused()
    for refused in (
        lambda: library.get(things["entry"]),
        lambda: library.note(things["entry"], "mine"),
        lambda: library.tag(things["entry"], ["mine"]),
        lambda: library.save(things["entry"]),
        lambda: library.delete([things["entry"]]),
        lambda: library.undo(things["undo"]),
        lambda: library.provenance(things["entry"]),
        lambda: library.add(Entry("uploaded", SALT), things["entry"]),
    ):
        with pytest.raises(LibraryError, match=r"there is no|another user"):
            refused()
    library.restore([things["deleted"]])
    assert open_library(url, OWNER).get(things["deleted"]).deleted_unix_s is not None
    question = InfillQuestion(SALT, (0,))
    asked = JobQueue(url, OWNER).questions.ask(question)
    with pytest.raises(JobError, match="there is no question"):
        queue.questions.answer_as(InfillAnswer, asked)
    assert queue.questions.asked_seconds_ago(asked) == 0.0
    assert stage_paces(open_jobs_database(url), "compact", None, OTHER) == {}


def test_what_was_there_before_users_signed_in_is_the_local_user_s(user):
    url = settings().database_url
    open_library(url).add(Entry("uploaded", SALT, note=SECRET))
    job = JobQueue(url).submit(GenerateOrder())
    assert open_library(url, OTHER).search().total == 0
    user[0] = LOCAL_USER
    assert "NaCl" in seen(open_page("library.py"))
    assert not open_page("generate.py", job=job).error


def test_where_users_sign_in_nobody_is_the_local_user(empty_home, monkeypatch):
    assert identity.current_user() == LOCAL_USER
    monkeypatch.setattr(identity, "sign_in_configured", lambda: True)
    with pytest.raises(SettingsError, match="sign in first"):
        identity.current_user()
    shown = AppTest.from_file("../../app.py", default_timeout=120)
    shown.secrets["auth"] = {"client_id": "x", "cookie_secret": "y"}
    shown.run()
    assert [button.label for button in shown.button] == ["Sign in"]
