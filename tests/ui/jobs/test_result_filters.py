"""Filters, funnel and requested-and-obtained count the same crystals."""

from dataclasses import replace

import pytest
from ui_jobs import candidate, written

from crystal_llm.candidate import Candidate, Relaxed
from crystal_llm.evaluation.conditioning import check_conditions
from crystal_llm.funnel import funnel, within_name
from crystal_llm.jobs.job import JobResult
from crystal_llm.types import Conditions
from crystal_llm.ui.jobs.results import FILTERS, filtered, obtained_of


def unconverged(place):
    """On the hull by its energy, but at no minimum."""
    judged = candidate(place)
    return judged.after(Relaxed(replace(judged.relaxation, converged=False)))


RESULTS = [
    JobResult("job", crystal, 0.0)
    for crystal in (
        candidate(0),
        unconverged(1),
        candidate(2),
        candidate(3),
        Candidate((written(4),)),
    )
]


@pytest.mark.parametrize("compared", [True, False])
def test_a_filter_shows_what_the_funnel_counts(compared):
    every = [result.candidate for result in RESULTS]
    if not compared:
        every = [replace(crystal, steps=crystal.steps[:4]) for crystal in every]
    stages = funnel(every, with_known=False)
    counts = {stage.name: stage.count for stage in stages}
    for name, stage in FILTERS.items():
        if stage is not None:
            assert len(filtered(RESULTS, name, "", stages)) == counts[stage], name
    shown = filtered(RESULTS, "≤ 0.1 eV/atom", "", stages)
    assert all(result.candidate.relaxed for result in shown)
    assert counts[within_name(0.1)] == len(shown)


def test_what_did_not_converge_is_not_obtained():
    checks = check_conditions(
        Conditions(spacegroup_number=225, energy_above_hull_ev_per_atom=0.0),
        [
            obtained
            for obtained in (obtained_of(row.candidate) for row in RESULTS)
            if obtained is not None
        ],
    )
    group, energy = checks
    assert [(rate.total, rate.whole) for rate in group.rates] == [(4, "as written"), (2, "relaxed")]
    assert energy.rates[0].total == 2
