"""A database as the first release wrote it (made with that release) opens, nothing lost."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from crystal_llm.errors import JobError
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.library.database import SCHEMA, SCHEMA_VERSION, open_database
from crystal_llm.library.store import open_library

WRITTEN = Path(__file__).with_name("first_release.sql").read_text(encoding="utf-8")
GENERATED, RELAXED, COMPLETED = (
    "20261126-013520-8c8dcd", "20261126-013521-5c4823", "20261126-013522-0b9839",
)  # fmt: skip


@pytest.fixture
def url(tmp_path):
    """A copy of that database."""
    path = tmp_path / "jobs.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(WRITTEN)
    connection.close()
    return f"sqlite:///{path}"


def test_its_results_are_candidates_with_the_same_facts(url):
    first, second, _, failed = [result.candidate for result in JobQueue(url).results(GENERATED)]
    assert [step.name for step in first.steps] == [
        *("written", "checked", "relaxed", "placed", "compared")
    ]
    assert (first.id, first.index, first.formula) == ("0-0", 0, "NaCl")
    assert (first.written.log_likelihood, first.written.model) == (-6.0, "m/int8/abc")
    assert first.valid and first.relaxed and first.unique and first.within(0.0)
    assert first.relaxation.energies_ev_per_atom == (-3.0, -3.3, -3.4)
    assert (second.energy_above_hull_ev_per_atom, second.novelty.duplicate_of) == (0.02, 0)
    assert (failed.crystal, failed.stopped) == (None, "line 3: <b>no</b> atom")
    relaxed, bad = JobQueue(url).results(RELAXED)
    assert relaxed.candidate.written.parent_id == f"{GENERATED}-0"
    assert relaxed.relaxed_entry_id == f"{RELAXED}-0-relaxed"
    assert (bad.candidate.id, bad.candidate.written.failure) == ("bad", "no atoms")


def test_its_orders_ask_for_the_same(url):
    queue = JobQueue(url)
    order = queue.order(GENERATED)
    request = order.request_at(0)
    assert (order.count, request.conditions.formula, request.hard) == (4, "NaCl", {"formula"})
    assert (request.allowed_elements, request.conditions.spacegroup_number) == ({"Cl", "Na"}, 225)
    assert (request.min_distance_angstrom, request.min_radii_share) == (0.5, 0.7)
    assert (order.judge, order.model, order.weights_sha256) == (Judge(known=None), None, None)
    assert [crystal.id for crystal in queue.order(RELAXED).given] == ["salt", "bad"]
    completed = queue.order(COMPLETED)
    assert isinstance(completed, CompleteOrder) and completed.request.allowed_elements == {
        "Cl",
        "Br",
    }


def test_its_jobs_show_their_stages_by_their_present_names(url):
    stages = {job.id: job.stages for job in JobQueue(url).jobs()}
    assert [(stage.name, stage.done) for stage in stages[RELAXED]] == [
        *(("written", 2), ("relaxed", 1), ("compared", 0)),
    ]


def test_its_library_is_there(url):
    library = open_library(url)  # without a look at the jobs
    assert library.search().total == 7
    relaxed = library.get(f"{GENERATED}-0-relaxed")
    assert (relaxed.note, relaxed.tags, relaxed.saved) == ("keep", ("salt",), True)
    assert (relaxed.formula, relaxed.spacegroup_number, relaxed.energy_above_hull_ev_per_atom) == (
        *("NaCl", 225, 0.0),
    )
    assert library.get(f"{GENERATED}-3").failure == "line 3: <b>no</b> atom"


def test_a_second_look_changes_nothing_and_a_damaged_row_harms_its_own_job_alone(url):
    path = url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE crystal_llm_job_results SET verdict_json = '{' WHERE job_id = ?", (RELAXED,)
        )
    connection.close()
    database = open_database(url)
    with database.transaction() as connection:
        assert connection.scalar(sa.select(SCHEMA.c.version)) == SCHEMA_VERSION
        names = sa.inspect(connection).get_table_names()
    assert "crystal_llm_job_results" not in names and "crystal_llm_job_steps" in names
    assert len(JobQueue(url).results(GENERATED)) == 4
    with pytest.raises(JobError, match=f"damaged: job {RELAXED}, crystal 0"):
        JobQueue(url).results(RELAXED)
