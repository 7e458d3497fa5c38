"""What is done with a job's crystals from its page, by Streamlit's own AppTest."""

from dataclasses import replace

import pytest
from ui_jobs import SALT, fill, store
from ui_jobs import judged as judged_steps
from ui_pages import open_page

from crystal_llm.crystal.written import Written
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.given_orders import JudgeOrder, RelaxOrder
from crystal_llm.jobs.library_entries import entries_of
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord
from crystal_llm.library.database import open_database
from crystal_llm.library.entry import Entry, Search
from crystal_llm.settings import settings

JUDGED = GenerateOrder(judge=Judge()).asking(count=4, formula="NaCl")


pytestmark = pytest.mark.usefixtures("empty_home")


@pytest.fixture
def judged(library):
    """A job whose crystals are in the library, as its worker left them."""
    job_id = fill(settings().database_url, JUDGED)
    results = JobQueue(settings().database_url).results(job_id)
    library.add_all(entries_of(job_id, JUDGED, [result.candidate for result in results]))
    return job_id


def page(**query):
    shown = open_page("generate.py", **query)
    assert not shown.exception
    return shown


def press(shown, key):
    next(button for button in shown.button if button.key == key).click()
    shown.run()
    assert not shown.exception


def save(shown, key, tags=(), note=""):
    shown.multiselect(key=f"{key}-tags").set_value(list(tags))
    shown.text_area(key=f"{key}-note").set_value(note)
    press(shown, f"{key}-keep")


def deleted(library):
    return {entry.id for entry in library.search(Search(deleted=True)).entries}


def files(shown):
    return {button.label for button in shown.get("download_button")} & {"CIF", "All as zip"}


def test_one_crystal_of_the_library_has_files_once_it_is_relaxed(library):
    entry = library.add(Entry("uploaded", SALT))
    given = Written("salt", SALT, parent_id=entry.id)
    job_id = JobQueue(settings().database_url).submit(RelaxOrder((given,)))
    record = JobRecord(open_database(settings().database_url), job_id, f"{job_id}.1", "a-worker")
    record.begin()
    store(record, 0, [given], "written", 1)
    for query in ({}, {"crystal": "1"}):
        assert files(page(job=job_id, **query)) == set()
    store(record, 0, judged_steps(0), "relaxed", 1)
    for query in ({}, {"crystal": "1"}):
        assert files(page(job=job_id, **query)) == {"CIF", "All as zip"}


def test_saving_adds_to_the_tags_and_the_note_that_are_there(library, judged):
    shown, key = page(job=judged, crystal="2"), f"one-{judged}-2"
    save(shown, key, ["salt"], "look again")
    save(shown, key, ["known"], "as in the book")
    save(shown, key, [], "look again")
    save(shown, key)
    (saved,) = library.search(Search(saved=True)).entries
    assert saved.tags == ("known", "salt")
    assert saved.note == "look again\nas in the book"


def test_what_was_deleted_is_there_again_once_it_is_saved(library, judged):
    ids = {f"{judged}-1", f"{judged}-1-relaxed", f"{judged}-2"}
    library.delete(sorted(ids))
    save(page(job=judged, crystal="2"), f"one-{judged}-2")
    assert [entry.id for entry in library.search(Search(saved=True)).entries] == [
        f"{judged}-1-relaxed"
    ]
    assert deleted(library) == ids - {f"{judged}-1-relaxed"}, "others came back with it"


def test_what_was_deleted_is_there_again_once_one_goes_on_with_it(library, judged, monkeypatch):
    ids = {f"{judged}-1", f"{judged}-1-relaxed"}
    library.delete(sorted(ids))
    press(page(job=judged, crystal="2"), f"one-{judged}-2-go")
    assert deleted(library) == {f"{judged}-1-relaxed"}
    went = []
    monkeypatch.setattr("streamlit.switch_page", lambda target, **given: went.append(given))
    press(page(job=judged, crystal="2"), f"one-{judged}-2-infill")
    assert went == [{"query_params": {"entry": f"{judged}-1-relaxed"}}]
    assert deleted(library) == set()


def test_a_relaxation_leads_back_to_the_job_that_made_its_crystals(judged):
    shown = page(job=judged, crystal="1")
    press(shown, f"one-{judged}-1-go")
    queue = JobQueue(settings().database_url)
    newest = queue.jobs()[0]
    assert (newest.title, newest.kind) == ("Relax and place NaCl", "judge")
    assert shown.query_params["job"] == newest.id
    button = next(button for button in shown.button if button.key == "job-parent")
    assert "4 × NaCl" in button.label
    press(shown, "job-parent")
    assert shown.query_params["job"] == judged


def test_crystals_of_the_library_are_relaxed_and_placed_in_bulk(library, monkeypatch):
    went = []
    monkeypatch.setattr("streamlit.switch_page", lambda target, **given: went.append(given))
    entries = [library.add(Entry("imported", SALT, source=name)) for name in ("a.cif", "b.cif")]
    shown = open_page("library.py")
    shown.session_state[shown.dataframe[0].key] = {"selection": {"rows": [0, 1]}}
    shown.run()
    press(shown, "lib-chosen-go")
    queue = JobQueue(settings().database_url)
    order = queue.order(queue.jobs()[0].id)
    assert {crystal.parent_id for crystal in order.crystals} == {entry.id for entry in entries}
    assert order.judge.reference == "shipped"
    assert went == [{"query_params": {"job": queue.jobs()[0].id}}]
    origin = next(
        button for button in page(job=queue.jobs()[0].id).button if button.key == "job-parent"
    )
    assert origin.label == "From NaCl and 1 more in the library"


@pytest.mark.parametrize("name", ["library.py", "infill.py"])
def test_a_crystal_of_ones_own_is_relaxed_and_placed_where_it_stands(library, monkeypatch, name):
    monkeypatch.setattr("streamlit.switch_page", lambda target, **given: None)
    entry = library.add(Entry("edited", SALT, edit="Na0 moved"))
    shown = open_page(name, entry=entry.id)
    press(shown, {"library.py": "lib-one-go", "infill.py": "infill-here-go"}[name])
    queue = JobQueue(settings().database_url)
    order = queue.order(queue.jobs()[0].id)
    assert [crystal.parent_id for crystal in order.crystals] == [entry.id]
    assert (order.judge.potential, order.judge.reference) == ("chgnet", "shipped")


def test_a_second_potentials_verdict_is_a_column(judged):
    url = settings().database_url
    queue = JobQueue(url)
    given = tuple(
        Written(f"{judged}-{n}", SALT, index=n, parent_id=f"{judged}-{n}") for n in (0, 2)
    )
    second = queue.submit(JudgeOrder(given, Judge("sevennet-0")))
    record = JobRecord(open_database(url), second, f"{second}.1", "a-worker")
    record.begin()
    for index, crystal in enumerate(given):
        store(
            record, index, [replace(crystal, index=index), *judged_steps(2)], "relaxed", index + 1
        )
    table = page(job=judged).dataframe[0].value
    verdicts = dict(zip(table["#"], table["SevenNet-0"], strict=True))
    assert verdicts[1] == verdicts[3] == 0.04
    assert verdicts[2] != verdicts[2], "it was not relaxed again"
    opened = page(job=judged, crystal="1")
    said = "By SevenNet\\-0: 0.040 ± 0.039 eV/atom above hull"
    assert any(said in paragraph.value for paragraph in opened.markdown)


def test_a_second_verdict_is_asked_with_one_click_from_the_relaxed_forms(judged):
    shown = page(job=judged)
    press(shown, "res-shown-second")
    queue = JobQueue(settings().database_url)
    order = queue.order(queue.jobs()[0].id)
    assert (order.judge.potential, order.judge.reference) == ("sevennet-0", "shipped")
    assert [crystal.parent_id for crystal in order.crystals] == [
        f"{judged}-{place}-relaxed" for place in range(3)
    ]
    assert shown.query_params["job"] == queue.jobs()[0].id
