"""What the funnel says of stages that were computed, that were not, and of those under way."""

from dataclasses import replace

from ui_jobs import SALT, candidate, written

from crystal_llm.candidate import Candidate, Compared
from crystal_llm.crystal.written import Written
from crystal_llm.evaluation.novelty import Novelty
from crystal_llm.funnel import SUN, FunnelStage, within_name
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.given_orders import JudgeOrder
from crystal_llm.jobs.job import JobResult
from crystal_llm.jobs.order import Judge
from crystal_llm.ui.jobs.funnel import counted_text, remark_text, stages_of

ORDER = GenerateOrder(judge=Judge()).asking(count=6)


def texts(candidates, order=ORDER):
    stages = stages_of(order, [JobResult("job", candidate, 0.0) for candidate in candidates])
    return {stage.name: counted_text(stage) for stage in stages}


def test_a_stage_that_was_not_computed_is_no_zero():
    captions = texts([Candidate((written(place),)) for place in range(3)])
    assert captions["asked"] == "6" and captions["written"] == "3 of 6 (50%)"
    assert captions["parsed"] == "3 of 3 (100%)"
    for name in ("valid", "relaxed", "unique", "novel", within_name(0.1), within_name(0.0), SUN):
        assert captions[name] == "–", name


def test_of_crystals_that_were_given_no_text_is_counted():
    given = JudgeOrder((Written("a", SALT),))
    assert "parsed" in texts([candidate(0)]) and "parsed" not in texts([candidate(0)], given)


def test_pending_crystals_are_in_no_denominator():
    captions = texts([candidate(0), Candidate((written(1),)), Candidate((written(2),))])
    assert captions["relaxed"] == "1 of 1 (100%)"
    assert captions[within_name(0.0)] == "1 of 1 (100%)"
    assert captions[SUN] == "–", "whether it is novel was not asked of the first"


def test_one_pending_crystal_is_told_in_the_singular():
    def remarks(count, ended):
        candidates = [candidate(0), *(Candidate((written(place),)) for place in range(1, count))]
        results = [JobResult("job", each, 0.0) for each in candidates]
        stages = {stage.name: stage for stage in stages_of(ORDER, results)}
        return remark_text(stages["relaxed"], ended=ended)

    assert remarks(2, False) == "1 is still to be checked."
    assert remarks(2, True) == "1 was not checked."
    assert remarks(3, False) == "2 are still to be checked."


def test_what_novel_means_does_not_read_as_what_was_found():
    """“None of the known structures is the same crystal.” stood below a count of 0."""
    stage = FunnelStage("novel", 0, 3, "unique", 3)
    assert remark_text(stage, ended=True).startswith("Counts those")


def test_without_a_hull_nothing_is_said_of_one():
    order = replace(ORDER, judge=Judge(reference=None))
    assert set(texts([candidate(0, hull=False)], order)) == {
        *("asked", "written", "parsed", "valid", "relaxed", "unique", "novel"),
    }


def test_where_none_is_left_the_next_stage_is_zero_as_the_last_one_is():
    # Above the hull by more than 0.1 eV/atom: nothing is left to be on the hull.
    first, *others = candidate(8).steps
    far = Candidate((replace(first, index=0), *others[:-1], Compared(Novelty())))
    captions = texts([far], replace(ORDER, judge=Judge(known=None)).asking(count=1))
    assert captions[within_name(0.1)] == "0 of 1 (0%)"
    assert captions[within_name(0.0)] == "0"


def test_before_the_first_crystal_nothing_is_zero():
    assert texts([])["relaxed"] == "–"
