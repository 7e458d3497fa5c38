from dataclasses import replace

from salt_candidates import (
    RELAXED,
    begun,
    candidate,
    judged,
    reference,
    relaxation,
    rock_salt,
)

from crystal_llm.candidate import Relaxed
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.funnel import SUN, funnel, within_name
from crystal_llm.judging import (
    JudgingResources,
    compared,
    judge,
)
from crystal_llm.types import PlainCrystal


def test_of_equal_crystals_the_one_of_lowest_energy_stands_for_them():
    relaxed = {**RELAXED, 2: RELAXED[3], 3: RELAXED[2]}
    candidates = list(judge(begun(relaxed), JudgingResources(reference=reference())))
    verdicts = compared(sorted(candidates, key=lambda candidate: candidate.index), None)
    assert verdicts[3].novelty.unique and verdicts[2].novelty.duplicate_of == 3
    on_hull = {stage.name: stage for stage in funnel(verdicts, with_known=False)}[within_name(0.0)]
    assert 3 in on_hull.members


def test_the_funnel_counts_every_stage_within_the_one_before():
    known = KnownCrystals(
        [CrystalRow("mp-1", "KCl", rock_salt(6.3, "K"), 225, None, None, None, "train")]
    )
    stages = funnel(compared(judged(), known), with_known=True)
    assert [(stage.name, stage.count, stage.before, stage.within) for stage in stages] == [
        ("asked", 6, 6, ""),
        ("parsed", 5, 6, "asked"),
        ("valid", 4, 5, "parsed"),
        ("relaxed", 3, 5, "parsed"),
        ("unique", 2, 3, "relaxed"),
        ("novel", 1, 2, "unique"),
        ("at most 0.1 eV/atom above hull", 2, 2, "unique"),
        ("at most 0 eV/atom above hull", 2, 2, "at most 0.1 eV/atom above hull"),
        (SUN, 1, 6, "asked"),
    ]


def test_what_was_not_checked_is_pending_and_counts_in_no_denominator():
    candidates = judged()
    waiting = [
        replace(candidate, steps=candidate.steps[:2]) for candidate in candidates[:4]
    ] + candidates[4:]
    stages = {stage.name: stage for stage in funnel(waiting, with_known=True)}
    relaxed = stages["relaxed"]
    assert (relaxed.count, relaxed.before, relaxed.pending) == (1, 3, 2)
    for name in ("unique", "novel"):
        assert stages[name].count is None and stages[name].before == 0, name
    assert stages[within_name(0.0)].members == {4}, "what follows counts without it"
    sun = stages[SUN]
    assert (sun.count, sun.before, sun.pending) == (0, 3, 3)


def test_a_crystal_of_no_charge_balance_may_be_stable_unique_and_novel():
    odd = PlainCrystal(
        (4.2,) * 3, (90.0,) * 3, ("Na", "Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0), (0.5, 0.5, 0.5))
    )
    relaxed = candidate(0, odd).after(Relaxed(relaxation(odd, -2.9)))
    (verdict,) = compared(
        list(judge([relaxed], JudgingResources(reference=reference()))), KnownCrystals([])
    )
    assert not verdict.valid
    assert {stage.name: stage.count for stage in funnel([verdict], with_known=True)}[SUN] == 1


def test_the_funnel_without_known_crystals_asks_for_no_novelty():
    names = [stage.name for stage in funnel(compared(judged(), None), with_known=False)]
    assert "novel" not in names


def test_an_empty_set_has_an_empty_funnel():
    assert {stage.count for stage in funnel([], with_known=False)} == {0}
