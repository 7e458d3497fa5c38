"""What belonged to the local user goes to one who signs in, on either kind of database."""

import pytest

from crystal_llm.errors import JobError, LibraryError
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.jobs.users import Belongings, all_belongings, hand_over
from crystal_llm.library.entry import LOCAL_USER, Entry, Search
from crystal_llm.library.offered_models import OfferedModels
from crystal_llm.library.own_models import OwnModels
from crystal_llm.library.saved_searches import MAX_NAME_CHARACTERS, SavedSearch, SavedSearches
from crystal_llm.library.store import open_library
from crystal_llm.types import PlainCrystal

ADA = "https://idp.example.org#ada"
SALT = PlainCrystal((5.64,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'users.sqlite'}"
    return request.getfixturevalue("postgresql_workers").url


@pytest.fixture
def things(url, tmp_path):
    """One of everything of the local user's; the job, an entry and a deletion."""
    database = open_jobs_database(url)
    queue, library = JobQueue(url), open_library(url)
    job = queue.submit(GenerateOrder(model="compact").asking(count=2, formula="NaCl"))
    entry = library.add(Entry("uploaded", SALT, note="mine", tags=("kept",), saved=True))
    deletion = library.delete([library.add(Entry("uploaded", SALT)).id])
    SavedSearches(database).save(SavedSearch("salts", Search(formula="NaCl")))
    OwnModels(database, tmp_path / "models").add("own-0", "Mine", "a-job", "", {"w": b"1"})
    OfferedModels(database).offer("own-1", "Offered", "a-round", "", {"w": b"1"})
    return job, entry.id, deletion.id


def test_all_of_it_is_the_other_s_and_nothing_is_left(url, things, tmp_path):
    job, entry, deletion = things
    with pytest.raises(JobError, match="has not ended"):
        hand_over(url, ADA)
    JobQueue(url).stop(job)
    mine = Belongings(LOCAL_USER, jobs=1, entries=2, models=1, searches=1)
    assert all_belongings(url) == (mine,)
    given = hand_over(url, ADA)
    assert given == Belongings(ADA, jobs=1, entries=2, models=1, searches=1)
    assert all_belongings(url) == (given,)
    with pytest.raises(JobError, match="there is no job"):
        JobQueue(url).job(job)
    with pytest.raises(LibraryError, match="there is no entry"):
        open_library(url).get(entry)
    hers = open_library(url, ADA)
    assert (hers.get(entry).note, hers.get(entry).tags, hers.get(entry).saved) == (
        "mine", ("kept",), True,
    )  # fmt: skip
    assert len(hers.undo(deletion)) == 1
    assert JobQueue(url, ADA).retry(job).state == "waiting"
    database = open_jobs_database(url)
    assert OfferedModels(database).of_job("a-round") is None
    assert OfferedModels(database, ADA).of_job("a-round") == "own-1"
    assert [saved.name for saved in SavedSearches(database, ADA).all()] == ["salts"]
    assert [model.title for model in OwnModels(database, tmp_path / "there", ADA).all()] == ["Mine"]


def test_searches_of_one_name_are_told_apart(url):
    database = open_jobs_database(url)
    long = "x" * MAX_NAME_CHARACTERS
    for owner, formula in ((LOCAL_USER, "NaCl"), (ADA, "KCl")):
        for name in ("salts", long):
            SavedSearches(database, owner).save(SavedSearch(name, Search(formula=formula)))
    assert hand_over(url, ADA).searches == 2
    formulas = {saved.name: saved.search.formula for saved in SavedSearches(database, ADA).all()}
    assert formulas == {
        "salts": "KCl",
        "salts (2)": "NaCl",
        long: "KCl",
        f"{long[:-4]} (2)": "NaCl",
    }


def test_nobody_is_given_it_who_is_no_user(url):
    for taker in ("ada@example.org", "https://idp.example.org#", "#ada", ""):
        with pytest.raises(JobError, match="ISSUER#SUBJECT"):
            hand_over(url, taker)
    with pytest.raises(JobError, match="has it already"):
        hand_over(url, LOCAL_USER)
