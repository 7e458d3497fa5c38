"""What the flow's tests share: pairs of small crystals, and a network trained for a moment."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from flow_crystals import ROWS, SHORT_RUN, disturbed

from crystal_llm.flow.pairs import PairsPlan, draw_pairs
from crystal_llm.flow.training import train_flow


@pytest.fixture(scope="session")
def one_thread():
    """Sums have one order, so that two runs can be compared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def plan():
    return PairsPlan("language-model", "disturbed", targets=40, samples_each=3)


@pytest.fixture(scope="session")
def samples(plan):
    """Known crystals with every number a little wrong, in another order at another origin."""

    def drawn(row, seed):
        for number in range(plan.samples_each):
            yield disturbed(row.crystal, np.random.default_rng([seed, number]), angstrom=0.3)

    return drawn


@pytest.fixture(scope="session")
def pairs(samples, plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("flow") / "pairs"
    count = draw_pairs(ROWS, samples, plan, folder)
    assert count.pairs == 120
    return folder


@pytest.fixture(scope="session")
def finished_run(pairs, tmp_path_factory, one_thread):
    """The folder of a run that went through without a stop."""
    run = tmp_path_factory.mktemp("flow-runs") / "whole"
    train_flow(pairs, run, SHORT_RUN)
    return run
