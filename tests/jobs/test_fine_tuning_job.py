"""Fine-tuning as a job: ends in a model of its owner's, goes on after a kill, refuses in a line."""

import itertools
from dataclasses import replace
from functools import partial

import pytest
from compact_model import write_tiny_card

from crystal_llm.errors import JobError, LibraryError, ModelCardError, TrainingError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.writer import write_crystals
from crystal_llm.jobs.fine_tune_order import FineTuneOrder, TrainingCrystal
from crystal_llm.jobs.fine_tuning import FineTuneWork
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.infill_requests import InfillQuestion
from crystal_llm.jobs.orders import order_yaml, read_order, read_replay
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.record import JobRecord
from crystal_llm.language_model.loading import load_model
from crystal_llm.library.database import open_database
from crystal_llm.library.own_models import OwnModels, model_id_of
from crystal_llm.settings import settings
from crystal_llm.training.compact.fine_tuning import FineTuning
from crystal_llm.types import PlainCrystal

METALS, HALIDES = ("Li", "Na", "K", "Rb", "Ag", "Mg"), ("F", "Cl", "Br", "I", "O")
ROCK_SALTS = tuple(
    TrainingCrystal(
        f"{metal}{halide}",
        PlainCrystal(
            (3.5 + 0.07 * place,) * 3, (60.0,) * 3, (metal, halide), ((0.0,) * 3, (0.5,) * 3)
        ),
        0.0 if place % 2 else None,
    )
    for place, (metal, halide) in enumerate(itertools.product(METALS, HALIDES))
)
ORDER = FineTuneOrder("Salts", ROCK_SALTS, minutes=5.0, patience=1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home, and a folder of models with a tiny compact network."""
    models = tmp_path / "models"
    models.mkdir()
    write_tiny_card(models)
    for name, value in (("HOME", tmp_path), ("MODELS", models), ("MODEL", "tiny")):
        monkeypatch.setenv(f"CRYSTAL_LLM_{name}", str(value))
    monkeypatch.setattr("crystal_llm.training.compact.batches._POOL", 64)
    # A tiny network learns within seconds at a higher rate.
    quick = partial(FineTuning, rate=2e-2, tokens_per_step=256)
    monkeypatch.setattr("crystal_llm.training.compact.fine_tuning.FineTuning", quick)
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def queue(home):
    return JobQueue(settings().database_url)


class Killed(BaseException):
    """What ends a worker."""


class Means:
    """What a worker lends to a job that fine-tunes."""

    def __init__(self, dies_after=None):
        self.database = open_database(settings().database_url)
        self._dies_after = dies_after

    def own_models(self, owner):
        return OwnModels(self.database, settings().home / "models", owner)

    def model(self, name, quantisation, job):
        return load_model(name, quantisation=quantisation)

    def rest_if_stopping(self):
        if self._dies_after is not None:
            self._dies_after -= 1
            if self._dies_after < 0:
                raise Killed


def work(job_id, means, worker="w"):
    job = JobRecord(means.database, job_id, f"{job_id}.1", worker)
    job.begin()
    FineTuneWork(job, means, settings(), lambda name, done: done()).run()
    job.end()


def test_it_ends_in_a_model_that_its_owner_alone_can_use(queue):
    mine, theirs = queue.of("issuer#me"), queue.of("issuer#you")
    job_id = mine.submit(ORDER)
    work(job_id, Means())
    lines = mine.curve(job_id)
    judged = [line["validation"]["free_nats"] for line in lines if "validation" in line]
    assert min(judged) < judged[0]
    read, trained = mine.job(job_id).stages
    assert (read.name, read.done, read.total) == ("transcribed", 30, 30)
    assert (trained.done, trained.total) == (300, 300)
    own = OwnModels(Means().database, settings().home / "models", "issuer#me")
    (model,) = own.all()
    assert (model.id, model.title, model.job_id) == (model_id_of(job_id), "Salts", job_id)
    card = own.fetch(model.id)
    assert card.licence == "MIT"
    assert card.training["after"]["free_nats"] == pytest.approx(min(judged))
    written = list(write_crystals(load_model(model.id), GenerationRequest(2, max_atoms=4)))
    assert len(written) == 2
    assert not (settings().home / "fine-tuning" / job_id).exists()

    # Its owner may name it; for anyone else it is not there, by whatever door.
    assert mine.submit(GenerateOrder(model=model.id))
    crystal = ROCK_SALTS[0].crystal
    for refused in (
        lambda: theirs.submit(GenerateOrder(model=model.id)),
        lambda: theirs.submit(replace(ORDER, model=model.id)),
        lambda: theirs.questions.ask(InfillQuestion(crystal, (0,), model=model.id)),
        lambda: theirs.curve(job_id),
        lambda: theirs.order(job_id),
        lambda: theirs.log(job_id),
        lambda: theirs.submit(
            GenerateOrder(model=str(settings().home / f"models/{model.id}.toml"))
        ),
    ):
        with pytest.raises(JobError, match="there is no"):
            refused()
    others = OwnModels(Means().database, settings().home / "models", "issuer#you")
    assert others.all() == ()
    for refused in (others.card, others.fetch, others.delete):
        with pytest.raises(ModelCardError, match="there is no"):
            refused(model.id)
    own.delete(model.id)
    assert own.all() == () and not (settings().home / "models" / f"{model.id}.toml").exists()


@pytest.mark.long
def test_a_killed_worker_s_job_goes_on_and_ends_in_the_same_model(queue):
    whole = queue.submit(ORDER)
    work(whole, Means())
    cut = queue.submit(ORDER)
    total = len(queue.curve(whole))
    with pytest.raises(Killed):
        work(cut, Means(dies_after=30 + 20))
    curve = queue.curve(cut)
    assert 0 < len(curve) < total
    work(cut, Means(), "another")
    same = [
        [{k: v for k, v in line.items() if k != "minutes"} for line in queue.curve(job)]
        for job in (whole, cut)
    ]
    assert same[0] == same[1]
    database = Means().database
    own = OwnModels(database, settings().home / "models")
    first, second = (own.fetch(model_id_of(job)) for job in (whole, cut))
    assert first.network.sha256["model.safetensors"] == second.network.sha256["model.safetensors"]


def test_what_cannot_be_learned_is_refused_in_one_line(queue):
    for order, reason in (
        (replace(ORDER, crystals=ROCK_SALTS[:3]), "3 crystals: fine-tuning takes from 20"),
        (replace(ORDER, minutes=0.0), "minutes = 0: from 0.1"),
        (replace(ORDER, crystals=ROCK_SALTS + ROCK_SALTS), "the same id"),
    ):
        with pytest.raises(JobError, match=reason):
            queue.submit(order)
    with pytest.raises(LibraryError, match="use 1 to 60 characters"):
        queue.submit(replace(ORDER, name=" "))
    alike = tuple(replace(ROCK_SALTS[0], id=str(place)) for place in range(20))
    job_id = queue.submit(replace(ORDER, crystals=alike))
    with pytest.raises(TrainingError, match="one composition"):
        work(job_id, Means())


def test_its_order_is_a_replay_file(tmp_path):
    path = tmp_path / "order.yaml"
    path.write_text(order_yaml(ORDER))
    assert read_replay(path) == ORDER
    with pytest.raises(JobError, match="fine-tuning takes from 20"):
        read_order({"kind": "fine-tune", "name": "x", "crystals": []})
