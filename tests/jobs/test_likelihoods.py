"""Likelihoods by line go from the writer to a job's results; results from before open too."""

import pytest

from crystal_llm.candidate import Candidate
from crystal_llm.crystal.written import Written
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.io.record_json import from_json, from_plain, to_json, to_plain
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5)))
LINES = (-9.0, -3.0, -1.0, -0.5, -2.0, -0.25)


@pytest.mark.model
def test_a_written_crystal_keeps_the_likelihood_of_each_site(tiny_models):
    from crystal_llm.generation.writer import write_crystals

    request = GenerationRequest(4, max_atoms=4, temperature=1.0)
    for written in write_crystals(tiny_models["int8"], request):
        candidate = from_json(Candidate, to_json(Candidate((written,))))
        assert candidate.written == written
        sites = candidate.site_log_likelihoods
        assert len(sites) == len(written.crystal.species)
        assert max(sites) < 0
        lattice = sum(written.line_log_likelihoods[:2])
        assert lattice + sum(sites) == pytest.approx(written.log_likelihood)


def test_sites_have_no_likelihood_where_there_is_no_text():
    written = Written("0-0", SALT, text="…", log_likelihood=-15.75, line_log_likelihoods=LINES)
    assert Candidate((written,)).site_log_likelihoods == (-1.5, -2.25)
    before = to_plain(written)
    del before["line_log_likelihoods"]  # as an earlier release stored it
    assert Candidate((from_plain(Written, before),)).site_log_likelihoods is None
    failed = Written("0-1", None, failure="line 3", log_likelihood=-1.0,
                        line_log_likelihoods=(-0.5, -0.5, 0.0))  # fmt: skip
    assert Candidate((failed,)).site_log_likelihoods is None
