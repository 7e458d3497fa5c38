"""A crystal's symmetric text: edited, it becomes a crystal with its parent."""

import pytest
from streamlit.testing.v1 import AppTest

from crystal_llm.jobs.given_orders import InfillRelaxOrder
from crystal_llm.library.entry import Entry, Search
from crystal_llm.types import PlainCrystal

BARIUM = PlainCrystal(
    (4.0,) * 3, (90.0,) * 3, ("Ba", "Ti", "O", "O", "O"),
    ((0.0,) * 3, (0.5,) * 3, (0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.0, 0.5, 0.5)),
)  # fmt: skip


def section(entry_id):
    from crystal_llm.ui.crystal.facts import facts_of_entry
    from crystal_llm.ui.crystal.text_section import text_section
    from crystal_llm.ui.services import crystal_library

    provenance = crystal_library().provenance(entry_id)
    text_section(facts_of_entry(provenance.entry, provenance), "it")


@pytest.fixture
def shown(library, monkeypatch):
    went = []
    monkeypatch.setattr(
        "crystal_llm.ui.crystal.text_section.st.switch_page",
        lambda page, query_params: went.append((page, query_params)),
    )
    entry = library.add(Entry("uploaded", BARIUM))
    page = AppTest.from_function(section, kwargs={"entry_id": entry.id}, default_timeout=60).run()
    assert not page.exception
    return page, entry, went


def edit(page, old, new):
    area = page.text_area[0]
    assert old in area.value
    area.set_value(area.value.replace(old, new))
    page.run()
    assert not page.exception


def press(page, key):
    next(button for button in page.button if button.key == key).click()
    page.run()
    assert not page.exception


def test_an_edited_text_is_kept_as_a_child(shown, library):
    page, entry, went = shown
    edit(page, "Ba ", "Sr ")
    press(page, "it-keep")
    (child,) = library.search(Search(parent_id=entry.id)).entries
    assert (child.formula, child.origin) == ("SrTiO3", "edited")
    assert child.edit in ("symmetric text: Ba 1a → Sr 1a", "symmetric text: Ba 1b → Sr 1b")
    assert went[-1] == ("pages/library.py", {"entry": child.id})


def test_or_relaxed_as_a_job_that_names_its_parent(shown, queue):
    page, entry, went = shown
    edit(page, "Ba ", "Sr ")
    (go,) = [button for button in page.button if button.key == "it-relax-text"]
    assert go.label == "Relax and place on the hull", "it is called the same everywhere"
    press(page, "it-relax-text")
    (job,) = queue.jobs()
    order = queue.order(job.id)
    assert isinstance(order, InfillRelaxOrder) and order.judge.reference == "shipped"
    (written,) = order.crystals
    assert written.parent_id == entry.id
    assert sorted(set(written.crystal.species)) == ["O", "Sr", "Ti"]
    assert went[-1][1] == {"job": job.id}


def test_a_text_that_says_no_crystal_is_explained_and_offers_nothing(shown):
    page, _, _ = shown
    edit(page, "Ba ", "Xy ")
    assert "is not an element" in page.error[0].value.replace("\\", "")
    assert not page.button
