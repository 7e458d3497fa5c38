"""A judging job from its order to the library, with real relaxations and no queue."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from tiny_flow import tiny_flow

from crystal_llm.candidate import Refined
from crystal_llm.crystal.written import Written
from crystal_llm.errors import JobError
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.generation.best_of import MOST_DRAWS
from crystal_llm.jobs.bench import bench_of, judge_files
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.given_orders import InfillRelaxOrder, JudgeOrder, RelaxOrder
from crystal_llm.jobs.handlers import Work
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord, JobStopped
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.tables import JOBS, open_jobs_database
from crystal_llm.library.entry import Entry
from crystal_llm.library.store import Library
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import PACKAGE_ROOT, Settings, settings
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.1, 4.1, 4.1), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
CLASH = PlainCrystal((4.1, 4.1, 4.1), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0, 0, 0), (0, 0, 0.01)))
ALLOY = PlainCrystal((2.95,) * 3, (90.0,) * 3, ("Be", "Ti"), ((0, 0, 0), (0.5, 0.5, 0.5)))
"""Of whose chemical system no phase was relaxed beforehand."""
QUICK = RelaxationSettings(max_steps=3)


class Bench:
    """What a worker lends, without a worker."""

    def __init__(self, database, home: Path, model=None):
        self.lent = model
        self.writing = threading.Lock()
        self._database = database
        self.configured = Settings(home=home, models=PACKAGE_ROOT / "models")

    def model(self, name, quantisation, job):
        assert self.lent is not None, "no model is needed"
        return self.lent

    def flow(self, name):
        return tiny_flow(self.configured.home)

    def bench(self, judge):
        return bench_of(judge, judge_files(judge, self.configured), self.configured)

    def library(self, owner):
        return Library(self._database, owner)

    def rest_if_stopping(self):
        pass


@pytest.fixture
def do(tmp_path, monkeypatch):
    """Does an order as a worker would, and gives queue, job and what was done anew."""
    # The lent model has this one's card.
    monkeypatch.setenv("CRYSTAL_LLM_MODEL", "smollm2-135m")
    settings.cache_clear()
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    queue, database = JobQueue(url), open_jobs_database(url)

    def run(order, job=None, stop_first=False, model=None, record=JobRecord):
        job = job or queue.submit(order)
        record = record(database, job, f"{job}.1", "me")
        record.begin()
        if stop_first:
            queue.stop(job)
        Work(record, Bench(database, tmp_path, model), lambda name, done: done()).run()
        return queue, job

    run.library = Library(database)
    run.database = database
    run.url = url
    yield run
    settings.cache_clear()


def test_new_crystals_alone_are_those_that_the_shipped_structures_lack(
    do, tiny_models, monkeypatch
):
    monkeypatch.setattr(KnownCrystals, "name_of", lambda known, _: f"one of {len(known):,}")
    order = GenerateOrder().asking(count=2, max_atoms=4, new_only=True)
    queue, job = do(order, model=tiny_models["float32"])
    candidates = [result.candidate for result in queue.results(job)]
    assert [candidate.written.redrawn for candidate in candidates] == [MOST_DRAWS - 1] * 2
    for candidate in candidates:
        assert candidate.stopped.endswith("in 20 draws, the last one one of 94,387")


def test_a_judged_crystal_is_a_child_of_its_parent_and_failures_stay(do):
    do.library.add(Entry("imported", SALT, note="mine"), "parent")
    given = (
        Written("a", SALT, parent_id="parent"),
        Written("b", None, failure="line 3: not a number"),
        Written("c", CLASH),
        Written("d", SALT),
    )
    order = JudgeOrder(given, Judge(relaxation=QUICK, reference=None), batch_size=3)
    queue, job = do(order)
    a, b, c, d = [result.candidate for result in queue.results(job)]
    assert a.relaxation.steps <= 3 and a.relaxation.relaxed is not None
    assert a.relaxation.method.potential.lower().startswith("chgnet")
    assert (b.stopped, b.validity) == ("line 3: not a number", None)
    assert "too close" in c.stopped and c.relaxation is None
    assert (a.novelty.unique, d.novelty.duplicate_of) == (True, 0)
    assert [(stage.name, stage.done, stage.total) for stage in queue.job(job).stages] == [
        *(("written", 4, 4), ("relaxed", 4, 4), ("compared", 4, 4)),
    ]
    chain = do.library.provenance("parent")
    assert [descendant.id for descendant in chain.descendants] == [
        queue.results(job)[0].relaxed_entry_id
    ]
    assert chain.entry.note == "mine" and chain.entry.job_id is None
    relaxed = do.library.get(queue.results(job)[0].relaxed_entry_id)
    assert relaxed.energy_ev_per_atom == a.relaxation.energy_ev_per_atom
    assert (relaxed.origin, relaxed.formula) == ("relaxed", "NaCl")
    assert do.library.get(queue.results(job)[1].entry_id).failure == "line 3: not a number"
    before = do.library.search().total
    do(order, job)  # again: nothing is doubled
    assert do.library.search().total == before == 6
    assert queue.results(job)[0].candidate.relaxation == a.relaxation


@pytest.mark.model
def test_the_known_phases_that_are_relaxed_beside_a_crystal_are_counted(do):
    counted = []
    progress = JobRecord.progress

    class Watched(JobRecord):
        def progress(self, stage, done, total=None):
            counted.append((stage, done, total))
            progress(self, stage, done, total)

    order = JudgeOrder((Written("a", ALLOY),), Judge(relaxation=RelaxationSettings(max_steps=40)))
    queue, job = do(order, record=Watched)
    known = [(done, total) for stage, done, total in counted if stage == "competitors"]
    (row,) = [stage for stage in queue.job(job).stages if stage.name == "competitors"]
    assert known[0][0] == 0 < known[0][1], "their number is there before the first has ended"
    assert (row.done, row.total) == known[-1]
    assert row.done == row.total > 0


def test_a_refined_crystal_is_a_child_of_the_written_one_and_is_what_is_relaxed(do, tmp_path):
    strange = replace(SALT, species=("Rb", "Cl"))
    order = JudgeOrder(
        (Written("a", SALT), Written("b", strange)),
        Judge(relaxation=QUICK, reference=None),
        refine=Refine("flow", tiny_flow(tmp_path).card.weights.sha256, steps=3),
    )
    queue, job = do(order)
    rows = queue.results(job)
    a, b = [row.candidate for row in rows]
    assert [step.name for step in a.steps] == [
        *("written", "checked", "refined", "relaxed", "compared"),
    ]
    assert a.refined_crystal not in (None, SALT) and a.refinement.steps == 3
    assert b.step(Refined).refused == "the network never saw Rb"
    assert b.refined_crystal is None and b.relaxation.relaxed is not None
    assert [stage.name for stage in queue.job(job).stages] == [
        *("written", "refined", "relaxed", "compared")
    ]
    chain = do.library.provenance(rows[0].relaxed_entry_id)
    assert [ancestor.origin for ancestor in chain.ancestors] == ["uploaded", "refined"]
    assert chain.ancestors[1].crystal == a.refined_crystal
    assert chain.ancestors[1].edit.startswith("refined by flow/")
    chain = do.library.provenance(rows[1].relaxed_entry_id)
    assert [ancestor.origin for ancestor in chain.ancestors] == ["uploaded"]


def test_a_flow_of_other_weights_than_asked_for_is_refused(do):
    refine = Refine(weights_sha256="ab" * 32)
    with pytest.raises(JobError, match="is for weights abababababab of the flow flow"):
        do(JudgeOrder((Written("a", SALT),), refine=refine))


def test_infilled_crystals_hang_on_their_parents(do):
    do.library.add(Entry("generated", SALT), "parent")
    order = InfillRelaxOrder(
        (Written("a", SALT, parent_id="parent"),), Judge(relaxation=QUICK, reference=None)
    )
    queue, job = do(order)
    chain = do.library.provenance(queue.results(job)[0].relaxed_entry_id)
    assert [ancestor.origin for ancestor in chain.ancestors] == ["generated", "infill"]


def test_completions_keep_what_is_kept_hang_on_their_parent_and_can_be_repeated(do, tiny_models):
    do.library.add(Entry("imported", SALT), "parent")
    judge = Judge(relaxation=QUICK, reference=None)
    order = CompleteOrder(SALT, (1,), "parent", atoms=2, judge=judge, batch_size=2).asking(
        count=3, allowed_elements=("Na", "K"), temperature=2.0, seed=3
    )
    queue, job = do(order, model=tiny_models["float32"])
    results = queue.results(job)
    assert [result.candidate.id for result in results] == ["3-0", "3-1", "3-2"]
    for result in results:
        written = result.candidate.written
        made = written.crystal
        assert made.lengths_angstrom == SALT.lengths_angstrom
        assert made.fractional_coordinates[0] == SALT.fractional_coordinates[1]
        assert made.species[0] == "Cl" and made.species[1] in ("Na", "K")
        assert written.edit == f"1 of 2 atoms kept, {made.species[1]} added by the model"
        assert written.log_likelihood < 0 and result.candidate.validity is not None
        entry = do.library.get(result.entry_id)
        assert (entry.origin, entry.parent_id) == ("infill", "parent")
        assert (entry.seed, entry.edit) == (3, written.edit)
    relaxed = [result for result in results if result.relaxed_entry_id]
    for result in relaxed:
        chain = do.library.provenance(result.relaxed_entry_id)
        assert [step.id for step in chain.ancestors] == ["parent", result.entry_id]
    again, second = do(order, model=tiny_models["float32"])
    texts = [
        [result.candidate.written.text for result in queue.results(name)] for name in (job, second)
    ]
    assert texts[0] == texts[1] and again.job(second).kind == "complete"


def test_a_stopped_job_does_nothing_more(do):
    order = RelaxOrder((Written("a", SALT),), relaxation=QUICK)
    assert order.title == "Relax NaCl"
    with pytest.raises(JobStopped):
        do(order, stop_first=True)
    with do.database.transaction() as connection:
        assert connection.scalar(sa.select(JOBS.c.failure)) is None


def test_a_stopped_job_compares_what_it_has(do):
    order = RelaxOrder(tuple(Written(name, SALT) for name in "abc"), relaxation=QUICK)
    queue, database = JobQueue(do.url), do.database
    job = queue.submit(order)
    record = JobRecord(database, job, f"{job}.1", "me")
    record.begin()
    taken_up = [
        (index, replace(candidate, index=index)) for index, candidate in enumerate(order.given[:2])
    ]
    record.write(taken_up, "written", 2)
    queue.stop(job)
    with pytest.raises(JobStopped):
        do(order, job)
    candidates = [result.candidate for result in queue.results(job)]
    assert [candidate.novelty.duplicate_of for candidate in candidates] == [None, 0]
    assert candidates[0].novelty.known.material_id == "mp-22862"
    assert [stage.done for stage in queue.job(job).stages if stage.name == "compared"] == [2]
    assert do.library.search().total == 2, "what a stopped job made is in the library"


@pytest.mark.model
def test_an_order_for_other_weights_is_refused(do, tiny_models):
    model = tiny_models["float32"]
    order = GenerateOrder(weights_sha256="ab" * 32).asking(count=1, max_atoms=3)
    with pytest.raises(JobError, match=r"for weights abababababab of model .*, and those here are"):
        do(order, model=model)
    queue, job = do(replace(order, weights_sha256=None), model=model)
    (result,) = queue.results(job)
    assert (result.candidate.index, result.candidate.validity is not None) == (0, True)


@pytest.mark.model
def test_the_worker_says_which_model_an_order_was_for_that_left_it_open(do, tiny_models, tmp_path):
    model = tiny_models["float32"]
    weights = {"model.safetensors": "cd" * 32}
    card = replace(model.card, base=replace(model.card.base, sha256=weights))
    order = GenerateOrder(model="only-here").asking(count=1, max_atoms=3)
    queue, job = do(order, model=replace(model, card=card))
    stored = queue.order(job)
    assert (stored.model, stored.weights_sha256) == ("only-here", card.weights_sha256)


def test_a_step_that_an_earlier_release_left_out_is_made_up_for(do):
    order = RelaxOrder((Written("a", CLASH), Written("b", None, "no atoms")), relaxation=QUICK)
    job = JobQueue(do.url).submit(order)
    record = JobRecord(do.database, job, f"{job}.1", "me")
    record.begin()
    taken_up = [
        (index, replace(candidate, index=index)) for index, candidate in enumerate(order.given)
    ]
    record.write(taken_up, "written", 2)
    queue, _ = do(order, job)
    clash, bad = [result.candidate for result in queue.results(job)]
    assert "too close" in clash.stopped and clash.relaxation is None
    assert [step.name for step in bad.steps] == ["written"]
