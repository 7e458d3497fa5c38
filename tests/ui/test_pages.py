"""The pages' logic, by Streamlit's own AppTest."""

import pytest
from streamlit.testing.v1 import AppTest

from crystal_llm.settings import PACKAGE_ROOT, settings
from crystal_llm.ui.order_form import EXAMPLES


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def page(name):
    return AppTest.from_file(str(PACKAGE_ROOT / "pages" / name), default_timeout=60)


def test_a_new_home_shows_the_form_and_a_hint(home):
    shown = page("generate.py").run()
    assert not shown.exception
    assert shown.title[0].value == "Generate"
    assert "Results appear here" in shown.info[0].value
    assert [button.label for button in shown.button if button.label in {e.title for e in EXAMPLES}]


def test_a_bad_formula_is_explained_and_starts_nothing(home):
    shown = page("generate.py").run()
    shown.text_input[0].set_value("NaXx")
    next(button for button in shown.button if button.label == "Write crystals").click()
    shown.run()
    assert "NaXx" in shown.error[0].value
    assert not (home / "runs").exists()


def test_a_run_that_is_not_there_is_explained(home):
    shown = page("generate.py")
    shown.query_params["run"] = "20200101-000000-abcdef"
    shown.run()
    assert not shown.exception
    assert "no run" in shown.error[0].value


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_example_is_possible(example):
    assert example.order.check()


def test_the_models_page_shows_every_card(home):
    shown = page("models.py").run()
    assert not shown.exception
    assert not shown.error
    assert shown.subheader
