"""What a job says of itself while it works: relaxations under way, time left, time worked."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from crystal_llm.crystal.written import Written
from crystal_llm.jobs.given_orders import JudgeOrder
from crystal_llm.jobs.job import LiveRelaxation, StageProgress
from crystal_llm.jobs.queue import JobQueue, relaxing_of
from crystal_llm.jobs.record import JobRecord
from crystal_llm.jobs.tables import LIVE, open_jobs_database
from crystal_llm.jobs.worker import _Worker
from crystal_llm.potentials.loading import load_potential
from crystal_llm.relaxation.relax import relax_one
from crystal_llm.relaxation.result import RelaxationSettings, RelaxationStep
from crystal_llm.settings import Settings, settings
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.1,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5)))
STEPS = (RelaxationStep(0, -3.0, 0.4), RelaxationStep(3, -3.3, 0.1))


@pytest.fixture
def job(tmp_path):
    """A queue with a job of three crystals, its record, and its id."""
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    queue = JobQueue(url)
    job_id = queue.submit(JudgeOrder(tuple(Written(name, SALT) for name in "abc")))
    record = JobRecord(open_jobs_database(url), job_id, f"{job_id}.1", "me")
    record.begin()
    return queue, record, job_id


def test_what_a_worker_says_is_seen_and_its_end_clears_it(job):
    queue, record, job_id = job
    assert queue.job(job_id).worked_s is None
    live = LiveRelaxation(1, "NaCl", STEPS)
    record.beat("relaxed", [live])
    seen = queue.job(job_id)
    assert seen.worked_s >= 0.0
    known = LiveRelaxation(None, "FePO4", STEPS)
    record.beat("placed", [live, known])
    with record._database.transaction() as connection:
        row = connection.execute(sa.select(LIVE)).one()
    assert relaxing_of(row) == (live, known), "one of the job, and a phase that it competes with"
    record.end()
    assert queue.job(job_id).relaxing == ()


def test_the_time_of_two_workers_adds_up_without_what_lies_between(job):
    queue, record, job_id = job
    record.beat("relaxed", ())
    first = queue.job(job_id).worked_s
    again = JobRecord(record._database, job_id, f"{job_id}.1", "another")
    again.begin()
    again.beat("relaxed", ())
    assert first <= queue.job(job_id).worked_s < first + 5.0


def test_the_clock_goes_on_while_the_work_says_nothing(job, tmp_path):
    """A model that loads takes half a minute, in which a job says nothing by itself."""
    queue, record, job_id = job
    worker = _Worker(record._database, Settings(tmp_path, tmp_path), "me", print)
    worker._under_way.add(record)
    worker._stopping = True  # takes over no job of another

    def seen():
        with record._database.transaction() as connection:
            return connection.execute(sa.select(LIVE)).one()

    worker.look_around()
    first = seen()
    assert 0.0 < first.worked_s == queue.job(job_id).worked_s
    record.beat("placed", [LiveRelaxation(1, "NaCl", STEPS)])
    worker.look_around()
    second = seen()
    assert first.worked_s < second.worked_s and second.stage == "placed"
    assert relaxing_of(second)[0].formula == "NaCl", "what else was said stays"
    queue.stop(job_id)
    worker.look_around()
    assert seen().worked_s == second.worked_s
    queue.retry(job_id)
    worker.look_around()
    assert seen().worked_s == second.worked_s, "it is another attempt's by now"


def test_time_left_counts_down_and_is_no_promise_once_it_is_over(job):
    queue, _, job_id = job
    seen = queue.job(job_id)
    place = [stage.name for stage in seen.stages].index("relaxed")
    stages = list(seen.stages)
    stages[place] = replace(stages[place], done=1, working_s=10.0)
    running = replace(seen, state="running", stages=tuple(stages), stage="relaxed")
    assert running.stage_time_left_s(place) == 20.0
    assert replace(running, waited_s=4.0).stage_time_left_s(place) == 16.0
    assert replace(running, waited_s=11.0).stage_time_left_s(place) is None
    assert replace(running, waited_s=11.0, stage="written").stage_time_left_s(place) == 20.0


def test_relaxations_under_way_count_as_half_done(job):
    queue, _, job_id = job
    seen = queue.job(job_id)
    place = [stage.name for stage in seen.stages].index("relaxed")
    stages = list(seen.stages)
    stages[place] = replace(stages[place], done=1, total=5, working_s=36.0)
    live = tuple(LiveRelaxation(index, "NaCl", STEPS) for index in (1, 2))
    running = replace(seen, state="running", stages=tuple(stages), stage="relaxed", relaxing=live)
    # Two crystals' worth in 36 s, and three are left; by the ended one alone it would be 144 s.
    assert running.stage_time_left_s(place) == 54.0
    known = replace(live[0], index=None)
    assert replace(running, relaxing=(known, known)).stage_time_left_s(place) == 144.0


def test_a_training_is_counted_in_seconds_that_run_down(job):
    queue, _, job_id = job
    training = StageProgress("trained", 20, 600, 45.0)
    assert training.time_left_s == 580.0, "whatever loading took"
    running = replace(queue.job(job_id), state="running", stages=(training,), stage="trained")
    assert replace(running, waited_s=15.0).stage_time_left_s(0) == 565.0
    assert replace(running, waited_s=900.0).stage_time_left_s(0) == 0.0
    begun = replace(running, stages=(replace(training, done=0),), waited_s=5.0)
    assert begun.stage_time_left_s(0) == 595.0
    assert replace(begun, stage="relaxed").stage_time_left_s(0) is None, "it has not begun"


@pytest.mark.model
def test_a_relaxation_tells_every_step():
    seen = []
    asked = RelaxationSettings(max_steps=3)
    result = relax_one(SALT, load_potential("chgnet", settings()), asked, watch=seen.append)
    assert [step.step for step in seen] == list(range(result.steps + 1))
    shift = result.energies_ev_per_atom[0] - seen[0].energy_ev_per_atom
    energies = [step.energy_ev_per_atom + shift for step in seen]
    assert energies == pytest.approx(list(result.energies_ev_per_atom))
    assert seen[-1].max_force_ev_per_angstrom == result.max_force_ev_per_angstrom
