import itertools
from dataclasses import replace
from types import SimpleNamespace

import pytest
from symmetric_cases import random_crystal

from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.training.compact.config import CompactConfig, CompactShape


@pytest.fixture(scope="session")
def vocabulary():
    return CompactVocabulary()


@pytest.fixture(scope="session")
def symmetric_table_rows():
    """Rows of every split and kind; the space group tells them apart."""
    rows = []
    for number in range(1, 61):
        crystal = random_crystal(number, 1 + number % 6, number, most_sites=60)
        split = {0: "val", 1: "test"}.get(number % 10, "train")
        energy = (0.0, 0.05, 0.3, None)[number % 4]
        row = SymmetricRow(
            f"row-{number}", "X", crystal, -1.0, energy, 0.0, split, near_test=number % 10 == 2
        )
        rows.append(row)
    return rows


@pytest.fixture(scope="session")
def symmetric_table(symmetric_table_rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("compact") / "table.parquet"
    write_symmetric_table(symmetric_table_rows, path)
    return path


@pytest.fixture(scope="session")
def short_run():
    """A network of one layer, batches of a few crystals, no warm-up to speak of."""
    return replace(
        CompactConfig(),
        network=CompactShape(layers=1, hidden=16, heads=2, feed_forward=24, context=256),
        tokens_per_step=192,
        warmup_steps=2,
        average_steps=4,
        validate_every_steps=1000,
        checkpoint_every_minutes=1e-9,
        precision="float32",
    )


@pytest.fixture
def steady_clock(monkeypatch):
    """A clock of the loop that a busy machine cannot hurry: 10 ms from one look to the next."""
    ticks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: next(ticks) / 100)
    monkeypatch.setattr("crystal_llm.training.compact.loop.time", clock)


@pytest.fixture
def small_pools(monkeypatch):
    """Pools of 64 draws, so that a run of a few steps goes through several."""
    monkeypatch.setattr("crystal_llm.training.compact.batches._POOL", 64)
