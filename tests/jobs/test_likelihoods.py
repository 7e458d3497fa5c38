"""Likelihoods by line go from the writer to a job's results; results from before open too."""

import json

import pytest

from crystal_llm.generation.request import GenerationRequest
from crystal_llm.io.record_json import from_plain, to_plain
from crystal_llm.jobs.handlers import _crystal_of
from crystal_llm.jobs.orders import JobCrystal
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5)))
LINES = (-9.0, -3.0, -1.0, -0.5, -2.0, -0.25)


@pytest.mark.model
def test_a_written_crystal_keeps_the_likelihood_of_each_site(tiny_models):
    from crystal_llm.generation.writer import write_crystals

    request = GenerationRequest(4, max_atoms=4, temperature=1.0)
    for candidate in write_crystals(tiny_models["int8"], request):
        stored = json.loads(json.dumps(to_plain(_crystal_of(candidate))))
        crystal = from_plain(JobCrystal, stored)
        sites = crystal.site_log_likelihoods
        assert len(sites) == len(crystal.crystal.species)
        assert max(sites) < 0
        lattice = sum(crystal.line_log_likelihoods[:2])
        assert lattice + sum(sites) == pytest.approx(crystal.log_likelihood)


def test_sites_have_no_likelihood_where_there_is_no_text():
    written = JobCrystal("0-0", SALT, text="…", log_likelihood=-15.75, line_log_likelihoods=LINES)
    assert written.site_log_likelihoods == (-1.5, -2.25)
    before = to_plain(written)
    del before["line_log_likelihoods"]  # as an earlier release stored it
    assert from_plain(JobCrystal, before).site_log_likelihoods is None
    failed = JobCrystal("0-1", None, failure="line 3", log_likelihood=-1.0,
                        line_log_likelihoods=(-0.5, -0.5, 0.0))  # fmt: skip
    assert failed.site_log_likelihoods is None
