"""What is out of reach after a few steps is given up; all else ends as it would have."""

from dataclasses import replace

import pytest
from salt_rounds import SALTS, bench, relaxed, written

from crystal_llm.candidate import begun
from crystal_llm.crystal.symmetric import plain_crystal
from crystal_llm.judging import checked
from crystal_llm.relaxation.cache import RelaxationCache, cache_key
from crystal_llm.relaxation.relax import failed_relaxation
from crystal_llm.studies.glance import Glance, judge_at_a_glance

GLANCE = Glance(steps=5, reach_ev_per_atom=0.4)
ENERGIES = {"Li": (2.0, -0.1), "Na": (0.3, -0.2), "K": (0.45, 0.0), "Rb": (0.0, 0.0)}
"""After five steps, and at the end; rubidium's salts are at their minimum by then."""


@pytest.fixture
def calls(monkeypatch):
    made = []

    def relax_many(crystals, potential, settings, **_):
        for place, crystal in enumerate(crystals):
            metal = crystal.species[0]
            made.append((metal, settings.max_steps))
            if metal == "Cs":
                yield place, failed_relaxation("blown up", bench(potential).reference.method, 1.0)
                continue
            looked = settings.max_steps == GLANCE.steps
            energy = ENERGIES[metal][0 if looked else 1]
            result = relaxed(crystal, energy, potential)
            yield place, replace(result, converged=not looked or metal == "Rb", steps=5)

    monkeypatch.setattr("crystal_llm.relaxation.batch.relax_many", relax_many)
    return made


def candidates(*metals):
    salts = {salt.orbits[0].element: salt for salt in reversed(SALTS)}
    crystals = [written(plain_crystal(salts[metal]), n) for n, metal in enumerate(metals)]
    return [checked(candidate) for candidate in begun(crystals)]


def judged(asked, resources, **watched):
    ended = {each.index: each for each in judge_at_a_glance(asked, resources, GLANCE, **watched)}
    return [ended[candidate.index] for candidate in asked]


def test_only_what_may_come_within_reach_is_gone_on_with(calls):
    counts = []
    asked = candidates("Li", "Na", "K", "Rb", "Cs")
    far, near, just_out, done, failed = judged(
        asked, bench("chgnet"), progress=lambda *count: counts.append(count)
    )
    assert calls == [*((m, 5) for m in ("Li", "Na", "K", "Rb", "Cs")), ("Na", 500)]
    assert near.relaxed and near.relaxation.steps == 10
    assert near.energy_above_hull_ev_per_atom == pytest.approx(-0.2)
    assert near.relaxation.energies_ev_per_atom[-1] == -0.2
    for candidate, above in ((far, 2.0), (just_out, 0.45)):
        assert GLANCE.gives_up(candidate) and not candidate.relaxed
        assert candidate.energy_above_hull_ev_per_atom == pytest.approx(above)
    assert done.relaxed and failed.stopped == "blown up" and not GLANCE.gives_up(failed)
    assert counts == [(n, 5) for n in range(1, 6)]


def test_what_was_relaxed_before_is_not_looked_at(calls, tmp_path):
    resources = bench("chgnet")
    asked = candidates("Li", "Na")
    with RelaxationCache(tmp_path / "relaxations.sqlite") as cache:
        crystal = asked[0].crystal
        result = relaxed(crystal, -0.1, "chgnet")
        cache.put(cache_key(crystal, resources.settings, result.method), result)
        first, second = judged(asked, replace(resources, cache=cache))
    assert first.relaxed and second.relaxed
    assert calls == [("Na", 5), ("Na", 500)]


def test_a_relaxation_shorter_than_the_glance_is_not_gone_on_with(calls):
    resources = bench("chgnet")
    short = replace(resources, settings=replace(resources.settings, max_steps=5))
    (candidate,) = judged(candidates("Na"), short)
    assert calls == [("Na", 5)] and not candidate.relaxed
