"""Likelihood by site: from a job's result to the opened crystal."""

from dataclasses import replace

import pytest
from ui_jobs import fill, written

from crystal_llm.candidate import Candidate
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.library.store import open_library
from crystal_llm.ui.jobs.candidate import facts_of_result


@pytest.fixture
def results(tmp_path):
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    job_id = fill(url, GenerateOrder().asking(count=4))
    return open_library(url), JobQueue(url).results(job_id)


def test_the_opened_crystal_shows_the_likelihood_of_its_sites(results):
    library, (first, *_) = results
    lines = (-3.0, -1.0, -0.5, -0.75, -0.25, -0.5)
    by_line = replace(written(0), line_log_likelihoods=lines)
    facts = facts_of_result(replace(first, candidate=Candidate((by_line,))), library)
    assert facts.atom_likelihoods == (-1.25, -0.75)
    assert facts.log_likelihood == pytest.approx(sum(lines))


def test_results_without_likelihoods_of_lines_open_too(results):
    library, stored = results
    for result in stored:
        assert facts_of_result(result, library).atom_likelihoods is None
