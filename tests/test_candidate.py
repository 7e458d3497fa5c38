"""A candidate answers for itself from its steps; each word has one meaning."""

from dataclasses import replace

import pytest

from crystal_llm.candidate import (
    STEP_ORDER,
    Candidate,
    Checked,
    Compared,
    Fingerprinted,
    Placed,
    Refined,
    Relaxed,
)
from crystal_llm.crystal.written import Written
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.evaluation.coverage_marks import CoverageMarks
from crystal_llm.evaluation.novelty import Novelty
from crystal_llm.evaluation.oxidation_states import SOURCE
from crystal_llm.evaluation.validity import Validity
from crystal_llm.flow.result import Refinement
from crystal_llm.funnel import funnel, within_name
from crystal_llm.io.record_json import from_json, to_json
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.stability.hull import HullResult
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
SMALL = replace(SALT, lengths_angstrom=(3.9,) * 3)
METHOD = EnergyMethod("chgnet", "ab" * 32, "PBE(+U)", "MP2020", "total")
VALID = Checked(Validity(True, None, True, None))
UNBALANCED = Checked(Validity(True, None, False, "no charge-neutral combination"))
CLASHING = Checked(Validity(False, "atoms too close: 0.2 Å", True, None))


def relaxed(*, converged=True):
    return Relaxed(
        RelaxationResult(
            SMALL, None, converged, 7, -3.0, -3.4, (-3.0, -3.4), 0.01, -0.07, 225, 225, 0.0,
            False, METHOD, 1.5,
        )
    )  # fmt: skip


def refined(crystal=SMALL, failure=None, validity=VALID.validity):
    made = Refinement(SALT, crystal, failure, 0.1, 0.2, -0.07, "flow/abc", 50, 0.01)
    return Refined(made, validity if crystal else None)


def placed(above):
    return Placed(
        HullResult("NaCl", -3.4, above, (), None, (), 9, METHOD, "r" * 12, METHOD, "2026-01-01")
    )


def candidate(index, *steps):
    return Candidate((Written(f"c{index}", SALT, index=index), *steps))


def test_a_candidate_survives_json_whole():
    marks = Fingerprinted(CoverageMarks((0.5, 1.0), (-1.5,), "80", "c0", 2))
    whole = candidate(3, VALID, refined(), marks, relaxed(), placed(0.02), Compared(Novelty(1)))
    assert from_json(Candidate, to_json(whole)) == whole
    assert tuple(step.name for step in whole.steps) == STEP_ORDER


def test_its_crystal_is_what_the_last_step_made():
    assert candidate(0).crystal == candidate(0, VALID).crystal == SALT
    assert candidate(0, VALID, relaxed(), placed(0.0)).crystal == SMALL
    assert candidate(0, relaxed()).written.crystal == SALT


def test_a_refined_crystal_goes_on_if_it_is_possible_and_else_the_written_one():
    good = candidate(0, VALID, refined())
    assert (good.crystal, good.unrelaxed_crystal, good.stopped) == (SMALL, SMALL, None)
    assert good.step(Refined).made_by == "flow/abc, 50 steps"
    for bad, said in (
        (refined(validity=CLASHING.validity), "atoms too close: 0.2 Å"),
        (refined(None, "the network never saw Na"), "the network never saw Na"),
    ):
        judged = candidate(0, VALID, bad)
        assert (judged.crystal, judged.unrelaxed_crystal, judged.refined_crystal) == (
            SALT,
            SALT,
            None,
        )
        assert (judged.step(Refined).refused, judged.stopped) == (said, None)
    assert candidate(0, VALID).refinement is None and candidate(0).unrelaxed_crystal == SALT


def test_a_step_takes_the_place_of_an_earlier_one_and_steps_stay_in_order():
    again = candidate(0).after(placed(0.5)).after(VALID).after(relaxed()).after(placed(0.1))
    assert [step.name for step in again.steps] == ["written", "checked", "relaxed", "placed"]
    assert again.energy_above_hull_ev_per_atom == 0.1


def test_every_step_says_what_made_it_how_long_it_took_and_why_it_stopped():
    whole = candidate(0, CLASHING, relaxed(), placed(None), Compared(Novelty(), 0.25))
    assert [step.wall_s for step in whole.steps] == [None, 0.0, 1.5, 0.0, 0.25]
    assert [step.made_by for step in whole.steps] == [
        *(None, SOURCE, str(METHOD), "r" * 12, "StructureMatcher")
    ]
    assert candidate(0, CLASHING).stopped == "atoms too close: 0.2 Å"
    assert Candidate((Written("a", None, "line 3"),)).stopped == "line 3"


def test_a_composition_that_fails_stops_nothing_and_is_a_reason():
    crystal = candidate(0, UNBALANCED, relaxed(converged=False))
    assert (crystal.stopped, crystal.valid) == (None, False)
    assert crystal.reasons == (
        "no charge-neutral combination", "relaxation not converged after 7 steps"
    )  # fmt: skip


def test_relaxed_is_converged_and_within_a_bound_is_relaxed():
    far = candidate(0, VALID, relaxed(converged=False), placed(0.0))
    assert not far.relaxed and not far.within(0.1) and far.energy_above_hull_ev_per_atom == 0.0
    near = candidate(1, VALID, relaxed(), placed(0.1))
    assert near.relaxed and near.within(0.1) and not near.within(0.05)


@pytest.mark.parametrize("compared", [True, False])
def test_the_funnel_counts_the_members_that_it_names(compared):
    novelty = (Compared(Novelty()),) if compared else ()
    every = [
        Candidate((Written("c0", None, "line 3"),)),
        candidate(1, CLASHING, *novelty),
        candidate(2, VALID, relaxed(converged=False), placed(0.0), *novelty),
        candidate(3, VALID, relaxed(), placed(0.05), *novelty),
        candidate(4, VALID, relaxed(), placed(0.5), *novelty),
    ]
    stages = {stage.name: stage for stage in funnel(every, with_known=False)}
    members = {name: sorted(stage.members) for name, stage in stages.items()}
    assert members["valid"] == [2, 3, 4] and members["relaxed"] == [3, 4]
    assert members[within_name(0.1)] == [3]
    assert stages["unique"].count == (2 if compared else None)
    assert all(stage.count in (None, len(stage.members)) for stage in stages.values())
