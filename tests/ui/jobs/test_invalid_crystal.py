"""Why a crystal of a job is not valid stands on its page once."""

import pytest
from ui_jobs import written

from crystal_llm.candidate import Candidate, Checked
from crystal_llm.evaluation.validity import Validity
from crystal_llm.jobs.job import JobResult
from crystal_llm.library.store import open_library
from crystal_llm.ui.jobs.candidate import facts_of_result, faults

CLOSE, CHARGED = "atoms too close: 0.3 Å", "no charge-neutral combination: Na3Cl"


@pytest.mark.parametrize(
    ("structural", "compositional", "warned"),
    [(CLOSE, CHARGED, [CLOSE]), (CLOSE, None, [CLOSE]), (None, CHARGED, []), (None, None, [])],
)
def test_geometry_is_warned_of_and_charges_are_told_with_the_facts(
    structural, compositional, warned, tmp_path
):
    validity = Validity(structural is None, structural, compositional is None, compositional)
    candidate = Candidate((written(0), Checked(validity)))
    library = open_library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    facts = facts_of_result(JobResult("job", candidate, 0.0), library)
    assert faults(candidate) == warned
    assert facts.invalid_reason == compositional
    assert facts.failure is None
