"""A round of self-improvement as a job: its verdict decides the model, and a kill loses nothing."""

import threading
from dataclasses import replace

import pytest
from compact_model import write_tiny_card
from salt_rounds import ASKED, SALTS, bench, write_salts
from tiny_flow import tiny_flow

from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.errors import EvaluationError, JobError, LibraryError, ModelCardError, RequestError
from crystal_llm.io.record_json import from_plain
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.jobs.improve_time import seconds_of_round
from crystal_llm.jobs.improve_work import ImproveWork
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.orders import order_yaml, read_order, read_replay
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord, JobStopped
from crystal_llm.jobs.refine import Refine
from crystal_llm.language_model.loading import load_model
from crystal_llm.library.database import open_database
from crystal_llm.library.entry import Search
from crystal_llm.library.offered_models import OfferedModels
from crystal_llm.library.own_models import OwnModels, model_id_of
from crystal_llm.library.store import Library
from crystal_llm.settings import settings
from crystal_llm.studies.improvement import Improvement, ImprovementResult

ORDER = ImproveOrder("Salts, improved", ASKED)


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """A home with a queue, and a folder of models with a tiny compact network."""
    models = tmp_path / "models"
    models.mkdir()
    write_tiny_card(models)
    for name, value in (("HOME", tmp_path), ("MODELS", models), ("MODEL", "tiny")):
        monkeypatch.setenv(f"CRYSTAL_LLM_{name}", str(value))
    known = SymmetricRow("k", "NaCl", SALTS[5], None, 0.0, None, "train", near_test=False)
    monkeypatch.setattr("crystal_llm.jobs.improve_work.known_to_mix", lambda *_: [known] * 9)
    settings.cache_clear()
    yield JobQueue(settings().database_url)
    settings.cache_clear()


@pytest.fixture
def world(queue, monkeypatch):
    return write_salts(monkeypatch, lambda model: model.card.name != "tiny")


class Killed(BaseException):
    """What ends a worker."""


class Means:
    """What a worker lends to a round; it is killed as soon as that is so."""

    def __init__(self, dies=lambda: False):
        self.database = open_database(settings().database_url)
        self.writing = threading.Lock()
        self._dies = dies

    def own_models(self, owner):
        return OwnModels(self.database, settings().home / "models", owner)

    def offered_models(self, owner):
        return OfferedModels(self.database, owner)

    def library(self, owner):
        return Library(self.database, owner)

    def model(self, name, quantisation, job):
        return load_model(name, quantisation=quantisation)

    def bench(self, judge):
        return bench(judge.potential)

    def rest_if_stopping(self):
        if self._dies():
            raise Killed


def work(job_id, means, worker="first", attempt=1):
    job = JobRecord(means.database, job_id, f"{job_id}.{attempt}", worker)
    job.begin()
    ImproveWork(job, means, settings(), lambda name, done: done()).run()
    job.end()


def found(queue, job_id):
    finding = queue.finding(job_id)
    return None if finding is None else from_plain(ImprovementResult, finding)


def same(queue, job_id):
    """What two rounds have in common, minutes apart."""
    result = found(queue, job_id)
    lines = [{k: v for k, v in line.items() if k != "minutes"} for line in queue.curve(job_id)]
    return replace(result, tuned=replace(result.tuned, minutes=0.0)), lines


def test_a_recommended_round_ends_in_its_owner_s_model_and_a_killed_one_in_the_same(
    queue, world, monkeypatch
):
    monkeypatch.setattr("crystal_llm.jobs.training_work._LIVE_SECONDS", 0.0)
    mine, theirs = queue.of("issuer#me"), queue.of("issuer#you")
    whole = mine.submit(ORDER)
    assert mine.finding(whole) is None
    means = Means()
    work(whole, means)
    result = found(mine, whole)
    assert (result.written, result.relaxed, result.learned, result.kept) == (60, 26, 22, True)
    stages = [(stage.name, stage.done, stage.total) for stage in mine.job(whole).stages]
    assert stages == [
        ("written", 60, 60), ("relaxed", 26, 26), ("trained", 540, 540),
        ("tried before", 1, 1), ("tried after", 5, 5),
    ]  # fmt: skip
    own = means.own_models("issuer#me")
    (model,) = own.all()
    assert (model.id, model.title) == (model_id_of(whole), "Salts, improved")
    card = own.fetch(model.id)
    assert "22 of its own crystals, with known ones" in card.description
    assert card.training["made_from"] == "tiny"
    assert load_model(model.id).card.weights_sha256 != load_model("tiny").card.weights_sha256
    assert means.offered_models("issuer#me").of_job(whole) is None
    # What it learned from is in the library, as written and as relaxed.
    page = means.library("issuer#me").search(Search(job_id=whole, limit=100))
    assert page.total == 2 * 22
    assert {entry.origin for entry in page.entries} == {"generated", "relaxed"}
    assert not (settings().home / "improvement" / whole).exists()
    assert means.own_models("issuer#you").all() == ()
    for refused in (
        lambda: theirs.finding(whole),
        lambda: theirs.submit(GenerateOrder(model=model.id)),
        lambda: theirs.submit(replace(ORDER, model=model.id)),
    ):
        with pytest.raises(JobError, match="there is no"):
            refused()

    # Another round is killed while it writes, stopped while it learns, killed while it is tried.
    before, cut = dict(world), mine.submit(ORDER)
    with pytest.raises(Killed):
        work(cut, Means(lambda: world["written"] == before["written"] + 2))

    def stop_while_it_learns():
        if mine.curve(cut) and mine.job(cut).open:
            mine.stop(cut)
        return False

    with pytest.raises(JobStopped):
        work(cut, Means(stop_while_it_learns), "second")
    assert (found(mine, cut).learned, found(mine, cut).tuned) == (22, None)
    mine.retry(cut)
    with pytest.raises(Killed):
        work(cut, Means(lambda: found(mine, cut).before is not None), "third", attempt=2)
    work(cut, means, "last", attempt=2)
    assert same(mine, cut) == same(mine, whole)
    # Only what was under way was done again: the writing, the learning, the new one's trial.
    done = {name: world[name] - before[name] for name in world}
    assert done == {"written": 2 + 2 + 3, "relaxed": before["relaxed"], "taught": 2}
    weights = own.fetch(model_id_of(cut)).network.sha256["model.safetensors"]
    assert weights == card.network.sha256["model.safetensors"]


def test_a_round_may_refine_what_it_relaxes(queue, world, tmp_path):
    flow = tiny_flow(tmp_path / "models")
    refine = Refine("flow", flow.card.weights.sha256, steps=2)
    asked = replace(ASKED, count=30, temperatures=(0.7,))
    job_id, means = queue.submit(replace(ORDER, improvement=asked, refine=refine)), Means()
    means.flow = lambda name: {"flow": flow}[name]
    work(job_id, means)
    stages = [(stage.name, stage.done) for stage in queue.job(job_id).stages]
    assert stages[:3] == [("written", 30), ("refined", 26), ("relaxed", 26)]
    page = means.library("local").search(Search(job_id=job_id, limit=100))
    assert {entry.origin for entry in page.entries} == {"generated", "refined", "relaxed"}
    with pytest.raises(JobError, match="steps = 0"):
        queue.submit(replace(ORDER, refine=Refine(steps=0)))


@pytest.mark.long
def test_a_round_that_is_not_recommended_leaves_the_choice_to_its_owner(queue, monkeypatch):
    write_salts(monkeypatch, lambda model: False)  # the new one repeats itself as the old one
    job_id, means = queue.submit(ORDER), Means()
    work(job_id, means)
    assert found(queue, job_id).kept is False
    own, offered = means.own_models("local"), means.offered_models("local")
    assert own.all() == () and offered.of_job(job_id) == model_id_of(job_id)
    others = means.offered_models("issuer#you")
    assert others.of_job(job_id) is None
    for refused in (others.take, others.discard):
        with pytest.raises(ModelCardError, match="offers no model"):
            refused(job_id)
    taken = offered.take(job_id)
    assert [model.id for model in own.all()] == [taken] and offered.of_job(job_id) is None
    assert load_model(own.fetch(taken).name).card.training["made_from"] == "tiny"
    with pytest.raises(ModelCardError, match="offers no model"):
        offered.discard(job_id)


def test_what_cannot_be_a_round_is_refused_in_one_line(queue):
    with pytest.raises(LibraryError, match="use 1 to 60 characters"):
        queue.submit(replace(ORDER, name=" "))
    for changes, reason in (
        ({"examiner": Judge()}, "chgnet chooses and examines"),
        ({"judge": Judge(reference=None)}, "needs a hull and known crystals"),
        ({"improvement": replace(ASKED, minutes=1e-3)}, "minutes = 0.001: from 0.1"),
    ):
        with pytest.raises((JobError, EvaluationError), match=reason):
            queue.submit(replace(ORDER, **changes))
    base = {"kind": "improve", "name": "x"}
    for said, reason in (
        ({"count": 5}, "n = 5: from 20 to"),
        ({"temperatures": ["warm"]}, "temperatures"),
        ({"temperatures": [-1.0]}, "temperature = -1.0: must be above 0"),
        ({"elements": ["Xx"]}, "Xx"),
        ({"elements": ["Li", "Po"]}, "Po: no crystal with it was in the training data"),
        ({"learn": "by heart"}, "learn"),
    ):
        with pytest.raises((JobError, EvaluationError, RequestError), match=reason) as refused:
            read_order(base | {"improvement": said})
        assert "\n" not in str(refused.value)


def test_its_order_is_a_replay_file(tmp_path):
    order = replace(ORDER, improvement=replace(ASKED, learn="preference", elements=("Li", "O")))
    path = tmp_path / "order.yaml"
    path.write_text(order_yaml(order))
    assert read_replay(path) == order
    path.write_text("kind: improve\nname: Mine\nimprovement: {count: 2000}\n")
    assert read_replay(path) == ImproveOrder("Mine", Improvement(count=2000))


def test_the_estimate_grows_with_what_is_relaxed():
    small = Improvement(count=1000, trial=100, max_atoms=10)
    seconds = seconds_of_round(small, {})
    assert seconds_of_round(replace(small, count=2000, trial=200, minutes=20), {}) > 1.9 * seconds
    assert 2.0 < seconds_of_round(replace(small, max_atoms=20), {}) / seconds < 3.1
    paced = seconds_of_round(small, {"written": 0.01, "relaxed": 30.0})
    assert paced > 5 * seconds
