"""What a worker keeps between jobs does not pile up."""

import gc
import shutil
from pathlib import Path

import pytest
import torch

from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.tables import open_jobs_database
from crystal_llm.jobs.worker import _Worker
from crystal_llm.language_model import loading
from crystal_llm.relaxation.pool import usable_cores
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import Settings

MODELS = Path(__file__).parents[2] / "models"


def a_worker(home, models):
    database = open_jobs_database(f"sqlite:///{home / 'jobs.sqlite'}")
    return _Worker(database, Settings(home=home, models=models), "w", lambda line: None)


def test_all_that_is_judged_is_relaxed_by_one_pool(tmp_path):
    worker = a_worker(tmp_path, tmp_path)
    judges = [
        Judge(reference=None),
        Judge(reference=None, relaxation=RelaxationSettings(max_steps=3)),
        Judge(reference=None, potential="tensornet-matpes-pbe"),
        Judge(reference=None, across_potentials=True),
    ]
    benches = [worker.bench(judge) for judge in judges]
    assert len({id(bench.pool) for bench in benches}) == 1
    assert benches[0].pool is not None
    assert benches[2].potential != benches[0].potential
    assert len(worker._benches) == 2


@pytest.mark.model
def test_a_model_gives_way_to_the_next(tmp_path, tiny_card, monkeypatch):
    monkeypatch.setattr(loading, "_loaded", {})
    for name in ("tiny", "tiny-2", "tiny-3"):
        shutil.copy(tiny_card / "tiny.toml", tmp_path / f"{name}.toml")
    worker, said = a_worker(tmp_path, tmp_path), []
    first = worker._model("tiny", None, said.append, lambda: "local")
    assert worker._model("tiny", None, said.append, lambda: "local") is first
    for name in ("tiny-2", "tiny-3"):
        worker._model(name, None, said.append, lambda: "local")
    assert [line.partition("/")[0] for line in said] == ["tiny", "tiny-2", "tiny-3"]
    del first
    gc.collect()
    alive = [held().card.name for held in worker._models if held() is not None]
    assert alive == ["tiny-2", "tiny-3"], "the worker holds a model that was evicted"


@pytest.mark.model
def test_a_small_network_leaves_a_core_to_the_pages(tmp_path, tiny_card):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(usable_cores())
        for models, name, threads in (
            (tiny_card, "tiny", usable_cores()),
            (MODELS, "compact", max(1, usable_cores() - 1)),
        ):
            a_worker(tmp_path, models)._model(name, None, lambda line: None, lambda: "local")
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


@pytest.mark.model
def test_a_large_model_after_a_small_one_takes_what_torch_chose(tmp_path, tiny_card):
    before = torch.get_num_threads()
    shutil.copytree(MODELS / "compact", tmp_path / "compact")
    for card in (MODELS / "compact.toml", tiny_card / "tiny.toml"):
        shutil.copy(card, tmp_path)
    try:
        torch.set_num_threads(usable_cores())
        worker = a_worker(tmp_path, tmp_path)
        for name in ("compact", "tiny"):
            worker._model(name, None, lambda line: None, lambda: "local")
        assert torch.get_num_threads() == usable_cores()
    finally:
        torch.set_num_threads(before)
