"""Fine-tuned models and saved searches on either kind of database."""

import pytest

from crystal_llm.errors import LibraryError, ModelCardError
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.library.entry import Search
from crystal_llm.library.own_models import OwnModels, model_id_of
from crystal_llm.library.saved_searches import SavedSearch, SavedSearches

CARD = """title = "Mine"
[network]
folder = "{name}"
licence = "MIT"
[network.sha256]
"model.safetensors" = "{hash}"
"network.json" = "{hash}"
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        return open_jobs_database(f"sqlite:///{tmp_path / 'models.sqlite'}")
    return open_jobs_database(request.getfixturevalue("postgresql_workers").url)


def test_a_model_travels_by_the_database_to_a_machine_that_needs_it(database, tmp_path):
    name = model_id_of("a-job")
    files = {"model.safetensors": bytes(range(256)) * 9, "network.json": b"{}"}
    card = CARD.format(name=name, hash="0" * 64)
    maker = OwnModels(database, tmp_path / "maker", "me")
    maker.add(name, "Mine", "a-job", card, files)
    maker.add(name, "Mine", "a-job", card, files)  # a job that is done again doubles nothing
    elsewhere = OwnModels(database, tmp_path / "elsewhere", "me")
    (model,) = elsewhere.all()
    assert (model.id, model.title, model.job_id) == (name, "Mine", "a-job")
    # A page needs the card alone, a worker the weights too.
    assert not (tmp_path / "elsewhere" / name).exists()
    source = elsewhere.fetch(name).network
    assert {path.name: path.read_bytes() for path in source.folder.iterdir()} == files
    elsewhere.rename(name, "Ours")
    assert maker.of_job("a-job").title == "Ours"
    other = OwnModels(database, tmp_path / "elsewhere", "you")
    assert other.all() == ()
    for door in (other.card, other.fetch, other.delete, lambda models: other.rename(models, "x")):
        with pytest.raises(ModelCardError, match="there is no fine-tuned model"):
            door(name)
    with pytest.raises(LibraryError, match="1 to 60 characters"):
        maker.rename(name, "x" * 61)
    maker.delete(name)
    assert elsewhere.all() == ()


def test_a_search_is_saved_by_name_and_asks_for_all_pages(database):
    mine, theirs = SavedSearches(database, "me"), SavedSearches(database, "you")
    mine.save(
        SavedSearch("salts", Search(formula="NaCl", tags=("a",), limit=3, offset=6), "f=NaCl")
    )
    theirs.save(SavedSearch("salts", Search(formula="KCl")))
    (saved,) = mine.all()
    assert saved == SavedSearch("salts", Search(formula="NaCl", tags=("a",), limit=None), "f=NaCl")
    mine.save(SavedSearch("salts", Search(formula="LiF")))
    assert [saved.search.formula for saved in mine.all()] == ["LiF"]
    mine.forget("salts")
    assert mine.all() == () and len(theirs.all()) == 1
    with pytest.raises(LibraryError, match="1 to 60 characters"):
        mine.save(SavedSearch(" ", Search()))
