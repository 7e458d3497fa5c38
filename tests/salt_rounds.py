"""A model that writes salts, and potentials by which all but silver's are stable: for rounds of
self-improvement that take a second."""

import itertools
from dataclasses import replace

from relaxed_salts import relaxation_to

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal, plain_crystal
from crystal_llm.crystal.written import Written
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.judging import JudgingResources
from crystal_llm.potentials.loading import potential_card
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.studies.improvement import Improvement
from crystal_llm.training.compact.fine_tuning import fine_tune
from crystal_llm.training.compact.preference import learn_preferences

METALS, ANIONS = ("Li", "Na", "K", "Rb", "Ag", "Cs", "Tl"), ("F", "Cl", "Br", "I")
SALTS = [
    SymmetricCrystal(225, (5.0 + 0.1 * n,), (Orbit(metal, "a", ()), Orbit(anion, "b", ())))
    for n, (metal, anion) in enumerate((m, a) for m in METALS for a in ANIONS)
]
KNOWN = SALTS[0]
ASKED = Improvement(count=60, trial=6, minutes=9.0, known_share=0.25)


def written(crystal, index, seed=0, failure=None):
    return Written(f"{seed}-{index}", crystal, failure, index, text=f"{index}", seed=seed)


def relaxed(crystal, energy, potential):
    return relaxation_to(crystal, (energy,), potential=potential, wall_s=0.0)


def bench(potential):
    """Elements at 0 eV/atom and nothing else known but one salt, for novelty."""
    method = potential_card(potential).method
    rows = [(symbol, symbol, 0.0) for symbol in (*METALS, *ANIONS)]
    known = CrystalRow("known", "LiF", plain_crystal(KNOWN), 225, None, 0.0, None, "train")
    return JudgingResources(
        potential=potential,
        reference=build_reference(rows, ReferenceProvenance(method, "a test", "2026-01-02")),
        known=KnownCrystals([known]),
    )


def write_salts(monkeypatch, is_new):
    """Puts them in the place of writing, relaxing and learning; gives how often each was done.

    Args:
        monkeypatch: As pytest's.
        is_new: Says of a model whether it is one that learned; the old one repeats itself.
    """
    calls = {"written": 0, "relaxed": 0, "taught": 0}

    def write_crystals(model, request, should_stop=lambda: False, **_):
        calls["written"] += 1
        improved = is_new(model)
        for index in range(request.count):
            if should_stop():
                return
            crystal = plain_crystal(SALTS[index % len(SALTS)])
            if request.count == ASKED.trial and not improved:
                crystal = plain_crystal(SALTS[index % 2])  # the old one repeats itself
            if index == 7:
                yield written(None, index, request.seed, "line 1: not a space group")
            else:
                yield written(crystal, index, request.seed)

    def relax_many(crystals, potential, *_, progress, **__):
        for place, crystal in enumerate(crystals):
            calls["relaxed"] += 1
            progress(place + 1, len(crystals))
            result = relaxed(crystal, 0.5 if "Ag" in crystal.species else -1.0, potential)
            yield place, result

    def few_steps(learn):
        def learned(*given, stopped, report, **mixed_in):
            *given, settings = given
            steps = itertools.count()
            quick = replace(settings, tokens_per_step=256, rate=5e-3)
            calls["taught"] += 1
            return learn(
                *given, quick, stopped=lambda: stopped() or next(steps) >= 30, report=report,
                **mixed_in,
            )  # fmt: skip

        return learned

    room = "crystal_llm.training.compact"
    monkeypatch.setattr(f"{room}.fine_tuning.fine_tune", few_steps(fine_tune))
    monkeypatch.setattr(f"{room}.preference.learn_preferences", few_steps(learn_preferences))
    monkeypatch.setattr("crystal_llm.generation.writer.write_crystals", write_crystals)
    monkeypatch.setattr("crystal_llm.relaxation.batch.relax_many", relax_many)
    return calls
