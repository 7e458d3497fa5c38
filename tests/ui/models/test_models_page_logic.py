"""The pages' logic, by Streamlit's own AppTest."""

import pytest
from streamlit.testing.v1 import AppTest

from crystal_llm.library.entry import Entry
from crystal_llm.library.store import open_library
from crystal_llm.settings import PACKAGE_ROOT, settings
from crystal_llm.types import PlainCrystal


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def page(name):
    return AppTest.from_file(str(PACKAGE_ROOT / "pages" / name), default_timeout=60)


def test_the_models_page_shows_every_card(home):
    shown = page("models.py").run()
    assert not shown.exception
    assert not shown.error
    models = shown.table[0].value
    assert models["Model"][0] == settings().model
    assert "space group" in models["Enforced"][0]
    infill = dict(zip(models["Model"], models["Infill"], strict=True))
    assert infill["compact"] == "yes" and infill["smollm2-135m-symmetric"] == "no"
    assert set(models["Licence"]) == {"MIT", "Apache-2.0"}
    assert "not measured" in set(models["Valid"])  # of the model in four bits
    stories = [expander.label for expander in shown.expander if "how it was made" in expander.label]
    assert len(stories) == len(models) and "(default)" in stories[0]


def test_the_form_begins_with_what_was_chosen_in_the_library(home, caplog):
    salt = PlainCrystal((4.1,) * 3, (90.0,) * 3, ("Cs", "Cl"), ((0.0,) * 3, (0.5,) * 3))
    entry = open_library(settings().database_url).add(Entry("uploaded", salt))
    shown = page("models.py")
    shown.session_state["tune-chosen"] = (entry.id,)
    shown.run()
    assert not shown.exception
    assert any("**1 crystal** to learn from" in text.value for text in shown.markdown)
    assert "Session State API" not in caplog.text  # a default beside it


def test_the_models_page_names_potentials_and_references(home):
    shown = page("models.py").run()
    potentials, references = (frame.value for frame in shown.dataframe)
    assert "CHGNet 0.3.0" in list(potentials["potential"])
    assert "reference-chgnet" in list(references["reference"])
