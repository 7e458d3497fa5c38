"""The library: found, marked, deleted and undone, by several users and processes."""

import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

from crystal_llm.energy_method import MP2020_TOTAL
from crystal_llm.errors import LibraryError
from crystal_llm.library.comparison import compare_entries
from crystal_llm.library.database import open_database
from crystal_llm.library.entry import Entry, Search
from crystal_llm.library.store import Library, open_library
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0, 4.0, 4.0), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))


def cubic(*species):
    places = ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.0), (0.0, 0.5, 0.5))
    return PlainCrystal((4.0,) * 3, (90.0,) * 3, species, places[: len(species)])


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'home' / 'library.sqlite'}"


@pytest.fixture
def library(url):
    return open_library(url)


def test_an_entry_says_what_follows_from_its_crystal(library):
    given = Entry(
        "relaxed", SALT, energy_ev_per_atom=-3.4, energy_above_hull_ev_per_atom=0.01,
        method=MP2020_TOTAL, reference_id="r", seed=3, prompt="Write.", tags=("b", "a", "b"),
    )  # fmt: skip
    entry = library.add(given)
    assert (entry.formula, entry.elements, entry.n_sites) == ("NaCl", ("Cl", "Na"), 2)
    assert (entry.spacegroup_number, entry.owner) == (225, "local")
    said = replace(
        entry, id="", owner="", formula=None, elements=(), n_sites=None, spacegroup_number=None,
        created_unix_s=0.0,
    )  # fmt: skip
    assert said == replace(given, tags=("a", "b"))
    assert library.get(entry.id) == entry
    failed = library.add(Entry("generated", None, failure="line 3: no number"))
    assert (failed.formula, failed.title, failed.elements) == (None, "no crystal", ())


def test_a_search_finds_by_everything_a_user_says(library):
    def add(name, origin, crystal, above=None, **said):
        library.add(Entry(origin, crystal, energy_above_hull_ev_per_atom=above, **said), name)

    add("salt", "imported", SALT, tags=("kept",), saved=True, note="From the Dead Sea, 100%")
    add("oxide", "generated", cubic("Fe", "O"), 0.05, job_id="j")
    add("mixed", "relaxed", cubic("Li", "Fe", "O", "O"), -0.01, parent_id="oxide")
    add("cobalt", "generated", cubic("Co"), 0.3)
    add("none", "generated", None, failure="no")

    def ids(**wanted):
        return {entry.id for entry in library.search(Search(**wanted)).entries}

    everything = {"salt", "oxide", "mixed", "cobalt", "none"}
    assert ids() == everything
    assert ids(with_crystal=True) == everything - {"none"}
    assert ids(formula="Na2Cl2") == {"salt"}
    assert ids(elements=("Fe", "O")) == {"oxide", "mixed"}
    assert ids(elements=("C",)) == ids(elements=("F",)) == set()
    assert ids(only_elements=("O", "Fe", "Co"), with_crystal=True) == {"oxide", "cobalt"}
    assert ids(energy_above_hull_max_ev_per_atom=0.1) == {"oxide", "mixed"}
    assert ids(energy_above_hull_min_ev_per_atom=0.0) == {"oxide", "cobalt"}
    assert ids(tags=("kept",)) == ids(saved=True) == ids(origin="imported") == {"salt"}
    assert ids(tags=("kep",)) == ids(text="5%") == set()
    assert ids(text="dead sea") == ids(text="100%") == {"salt"}
    assert (ids(job_id="j"), ids(parent_id="oxide")) == ({"oxide"}, {"mixed"})
    page = library.search(Search(limit=2, offset=1))
    assert (len(page.entries), page.total) == (2, 5)
    for wanted in (Search(formula="Xx"), Search(elements=("%",))):
        with pytest.raises(LibraryError, match=r"formula|symbol"):
            library.search(wanted)


def test_notes_and_tags_outlive_the_work_being_done_again(library):
    library.add(Entry("generated", SALT), "a")
    library.tag("a", ["good", "salt"])
    library.note("a", "look again")
    again = library.add(Entry("generated", SALT, valid=True), "a")
    assert (again.valid, again.note, again.saved) == (True, "look again", True)
    assert again.tags == library.tags() == ("good", "salt")
    assert library.search().total == 1
    for tags in (["a,b"], [" "], ["x" * 41]):
        with pytest.raises(LibraryError, match="tag"):
            library.tag("a", tags)
    with pytest.raises(LibraryError, match="10,001"):
        library.note("a", "x" * 10_001)


def test_tags_are_added_and_taken_one_by_one(library):
    library.add(Entry("generated", SALT, tags=("a", "b")), "a")
    assert library.tag("a", ["c"], without=["b", "none"]).tags == ("a", "c")
    assert library.get("a").saved


def test_saving_adds_to_what_was_said_and_brings_back_that_entry_alone(library):
    for name in "abc":
        library.add(Entry("generated", SALT, tags=("old",), note="first"), name)
    library.delete(["a", "b", "c"])
    for _ in range(2):
        saved = library.save("a", tags=["new"], note="second")
    assert (saved.tags, saved.note) == (("new", "old"), "first\nsecond")
    assert saved == library.get("a") and saved.saved and saved.deleted_unix_s is None
    library.restore(["b", "nothing"])
    assert {entry.id for entry in library.search().entries} == {"a", "b"}
    (deletion,) = library.deletions()
    assert deletion.entry_ids == ("c",)
    with pytest.raises(LibraryError, match="tag"):
        library.save("c", tags=["a,b"])
    assert not library.save("c", False).saved
    assert library.get("c").deleted_unix_s is not None
    open_library(library._database.url, "bob").restore(["c"])
    assert library.get("c").deleted_unix_s is not None, "another user brought it back"


def test_what_is_deleted_together_comes_back_together(library):
    for name in "abc":
        library.add(Entry("imported", SALT), name)
    deletion = library.delete(["a", "b"])
    assert [entry.id for entry in library.search().entries] == ["c"]
    assert {entry.id for entry in library.search(Search(deleted=True)).entries} == {"a", "b"}
    assert library.deletions() == (deletion,)
    with pytest.raises(LibraryError, match="deleted already"):
        library.delete(["c", "a"])
    assert library.search().total == 1, "part of a refused deletion was done"
    assert {entry.id for entry in library.undo(deletion.id)} == {"a", "b"}
    assert library.search().total == 3
    with pytest.raises(LibraryError, match="undone already"):
        library.undo(deletion.id)
    with pytest.raises(LibraryError, match="there is no entry 'z'"):
        library.delete(["z"])


def test_the_chain_leads_both_ways(library):
    for name, origin, parent in (
        *(("first", "generated", None), ("edited", "infill", "first")),
        *(("end", "relaxed", "edited"), ("other", "relaxed", "edited")),
    ):
        library.add(Entry(origin, SALT, parent_id=parent), name)
    library.delete(["first"])
    chain = library.provenance("edited")
    assert [ancestor.id for ancestor in chain.ancestors] == ["first"]
    assert [descendant.id for descendant in chain.descendants] == ["end", "other"]
    # A loop, as a foreign hand might make one, ends.
    library.add(Entry("generated", SALT, parent_id="end"), "first")
    assert [ancestor.id for ancestor in library.provenance("end").ancestors] == ["first", "edited"]


def test_entries_side_by_side(library):
    entries = [
        library.add(Entry("imported", crystal), name)
        for name, crystal in (("a", SALT), ("b", SALT), ("c", cubic("Co")), ("d", None))
    ]
    a, b, c, d = compare_entries(entries)
    assert (a.same_as, b.same_as, c.same_as, d.same_as) == (("b",), ("a",), (), ())
    assert c.volume_per_atom_cubic_angstrom == pytest.approx(64.0)
    assert a.density_g_per_cubic_cm == pytest.approx(2.144, abs=0.01)
    for few in (entries[:1], entries[:1] * 2):
        with pytest.raises(LibraryError, match="compare 2 to 4"):
            compare_entries(few)


def test_another_users_entries_are_not_there(url, library):
    library.add(Entry("imported", SALT), "a")
    other = open_library(url, "bob")
    assert other.search().total == 0
    for ask in (other.get, other.provenance, other.save, lambda library: other.delete([library])):
        with pytest.raises(LibraryError, match="there is no entry 'a'"):
            ask("a")
    with pytest.raises(LibraryError, match="another user"):
        other.add(Entry("imported", SALT), "a")


WRITER = """
import sys
from crystal_llm.library.entry import Entry
from crystal_llm.library.store import open_library
library = open_library(sys.argv[1])
for number in range(20):
    library.add(Entry("imported", None, failure="x"), f"{sys.argv[2]}-{number}")
    library.add(Entry("imported", None, failure="x"), f"both-{number}")
"""


def test_several_processes_write_at_once(url, library):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, str(n)]) for n in range(3)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    assert library.search().total == 80


def test_foreign_newer_and_damaged_files_are_refused_and_left_alone(tmp_path):
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    newer = tmp_path / "newer.sqlite"
    open_database(f"sqlite:///{newer}").engine.dispose()
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE crystal_llm_schema SET version = 99")
        journal, synchronous = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        )
    assert (journal, synchronous) == ("delete", 2)
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"SQLite format 3\x00" + b"\x07" * 5000)
    for path, said in (
        (foreign, "database of another program .tables recipes"),
        (newer, "is of schema 99, this program reads 1"),
        (damaged, "damaged"),
        (tmp_path, "is a folder"),
    ):
        before = path.read_bytes() if path.is_file() else b""
        # Another spelling of the URL: the first is remembered as open.
        with pytest.raises(LibraryError, match=said):
            open_database(f"sqlite:///{path.parent}/./{path.name}")
        assert not before or path.read_bytes() == before


def test_a_url_that_is_none_is_refused():
    for url in ("nonsense", "mysql://x/y", "sqlite://"):
        with pytest.raises(LibraryError, match="URL"):
            open_database(url)


def test_a_library_of_a_database_is_the_databases(url):
    database = open_database(url)
    assert Library(database).add(Entry("imported", SALT)).formula == "NaCl"
    assert open_library(url).search().total == 1


def test_a_relaxed_form_stands_for_the_written_one_where_both_are_found(library):
    library.add(Entry("generated", SALT, tags=("mine",)), "written")
    library.add(Entry("relaxed", SALT, parent_id="written"), "relaxed")
    library.add(Entry("edited", SALT, parent_id="relaxed"), "edited")

    def ids(**asked):
        return {entry.id for entry in library.search(Search(folded=True, **asked)).entries}

    assert ids() == {"relaxed", "edited"}
    assert ids(tags=("mine",)) == {"written"}
    assert ids(origin="generated") == {"written"}
    library.add(Entry("relaxed", SALT, parent_id="relaxed"), "relaxed-on")
    assert ids() == {"relaxed", "relaxed-on", "edited"}, "each has an energy of its own"
    library.delete(["relaxed", "relaxed-on"])
    assert ids() == {"written", "edited"}


def test_of_what_was_refined_and_relaxed_the_last_form_stands_for_all(library):
    for name in ("a", "b"):
        library.add(Entry("generated", SALT, job_id="j"), name)
        library.add(Entry("refined", SALT, job_id="j", parent_id=name), f"{name}-refined")

    def ids(**asked):
        return {entry.id for entry in library.search(Search(folded=True, **asked)).entries}

    assert ids() == {"a-refined", "b-refined"}
    relaxed = Entry("relaxed", SALT, job_id="j", parent_id="a-refined",
                    energy_above_hull_ev_per_atom=0.1)  # fmt: skip
    last = library.add(relaxed, "a-relaxed")
    assert ids() == {"a-relaxed", "b-refined"}
    assert ids(energy_above_hull_max_ev_per_atom=0.2) == {"a-relaxed"}
    assert ids(origin="generated") == {"a", "b"}
    (job,) = library.jobs()
    assert job[2] == 2, "each crystal counts once"
    unrelaxed = library.get("b-refined")
    forms = library.earlier_forms([last, unrelaxed, library.get("a")])
    assert {name: [form.id for form in before] for name, before in forms.items()} == {
        "a-relaxed": ["a", "a-refined"],
        "b-refined": ["b"],
    }
    library.delete(["a-refined"])
    assert ids() == {"a-relaxed", "b-refined"}
    again = library.add(Entry("relaxed", SALT, parent_id="a-relaxed"), "again")
    assert library.earlier_forms([again]) == {}


def test_the_lowest_comes_first_where_that_is_asked_and_what_has_no_energy_last(library):
    for name, above in (("b", 0.2), ("none", None), ("a", 0.0), ("c", 0.05)):
        library.add(Entry("generated", SALT, energy_above_hull_ev_per_atom=above), name)
    lowest = Search(lowest_first=True)
    assert [entry.id for entry in library.search(lowest).entries] == ["a", "c", "b", "none"]
    second = library.search(replace(lowest, limit=2, offset=2))
    assert [entry.id for entry in second.entries] == ["b", "none"]
    assert [entry.id for entry in library.search().entries] == ["c", "a", "none", "b"]


def test_a_search_by_novelty_is_not_misled_by_a_note(library):
    library.add(Entry("uploaded", SALT, note='it says "novel": true here'), "note")
    library.add(Entry("uploaded", SALT, novel=True), "novel")
    assert [entry.id for entry in library.search(Search(novel=True)).entries] == ["novel"]
    assert library.search(Search(novel=False)).total == 0


def test_jobs_and_earlier_forms_are_found(library):
    library.add(Entry("generated", SALT, job_id="j"), "written")
    relaxed = library.add(Entry("relaxed", SALT, job_id="j", parent_id="written"), "relaxed")
    assert [(job, count) for job, _, count in library.jobs()] == [("j", 1)]
    assert [form.id for form in library.earlier_forms([relaxed])["relaxed"]] == ["written"]
    assert library.earlier_forms([]) == {}
