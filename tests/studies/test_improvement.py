"""One round of self-improvement: what is learned from, what the trial says, and going on."""

import itertools
import json
from dataclasses import replace

import pytest

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal, plain_crystal
from crystal_llm.crystal.written import Written
from crystal_llm.dataset.symmetric_table import SymmetricRow
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import EvaluationError, RequestError
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.judging import JudgingResources
from crystal_llm.language_model.loading import load_model
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.studies.improvement import (
    Improvement,
    ImprovementStoppedError,
    ImprovementTools,
    improve,
)
from crystal_llm.training.compact.fine_tuning import fine_tune

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
    return RelaxationResult(
        relaxed=crystal,
        failure=None,
        converged=True,
        steps=3,
        energy_start_ev_per_atom=energy,
        energy_ev_per_atom=energy,
        energies_ev_per_atom=(energy,),
        max_force_ev_per_angstrom=0.01,
        volume_change=0.0,
        spacegroup_before=225,
        spacegroup_after=225,
        displacement_angstrom=0.0,
        retried=False,
        method=potential_card(potential).method,
        wall_s=0.0,
    )


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


@pytest.fixture
def world(compact_model, monkeypatch):
    """A model that writes salts, and a potential by which all but silver's are stable."""
    calls = {"written": 0, "relaxed": 0}

    def write_crystals(model, request, should_stop=lambda: False, **_):
        calls["written"] += 1
        improved = model is not compact_model
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

    def few_steps(rows, base, out, settings, stopped):
        steps = itertools.count()
        quick = replace(settings, tokens_per_step=256, rate=5e-3)
        return fine_tune(rows, base, out, quick, stopped=lambda: stopped() or next(steps) >= 30)

    monkeypatch.setattr("crystal_llm.training.compact.fine_tuning.fine_tune", few_steps)
    monkeypatch.setattr("crystal_llm.generation.writer.write_crystals", write_crystals)
    monkeypatch.setattr("crystal_llm.relaxation.batch.relax_many", relax_many)
    return calls


def tools(model, **changes):
    known = SymmetricRow("k", "NaCl", SALTS[5], None, 0.0, None, "train", near_test=False)
    return ImprovementTools(
        **{
            "model": model,
            "chooser": bench("chgnet"),
            "examiner": bench("sevennet-0"),
            "known": [known] * 9,
            "load": lambda card: load_model(str(card)),
        }
        | changes
    )


def test_a_round_learns_what_is_stable_unique_and_novel_and_is_tried(
    world, compact_model, tmp_path
):
    progress = []
    counted = tools(
        compact_model, countdown=lambda what: lambda *counts: progress.append((what, counts))
    )
    result = improve(tmp_path / "run", ASKED, counted)
    # Of 30 at each temperature two repeat, one is no text, one is known, and silver is not stable.
    assert result.written == 60
    assert result.left_out == {"known": 1, "invalid": 2, "written before": 31}
    assert (result.relaxed, result.learned, result.known) == (26, 22, 6)
    assert ("relaxed", (26, 26)) in progress
    assert result.tuned.after.free_nats < result.tuned.before.free_nats
    assert (result.before.novel_metastable.count, result.before.unique.count) == (1, 2)
    assert (result.after.novel_metastable.count, result.after.unique.count) == (5, 6)
    assert result.after.valid.total == 6 and result.kept
    stored = json.loads((tmp_path / "run" / "result.json").read_text())
    assert stored["after"]["novel_metastable"] == {"count": 5, "total": 6, "whole": "asked"}
    new = load_model(str(tmp_path / "run" / "model.toml"))
    assert new.card.weights_sha256 != compact_model.card.weights_sha256

    # Done again, nothing is written, relaxed or learned anew.
    before = dict(world)
    assert improve(tmp_path / "run", ASKED, tools(compact_model)) == result
    assert world == before
    with pytest.raises(EvaluationError, match="holds a round of another model"):
        improve(tmp_path / "run", replace(ASKED, seed=1), tools(compact_model))


def test_a_round_that_was_stopped_goes_on_with_the_stage_it_was_in(world, compact_model, tmp_path):
    asked = []

    def after_the_writing():
        asked.append(1)
        return len(asked) > 61

    with pytest.raises(ImprovementStoppedError, match="call again to go on"):
        improve(tmp_path, ASKED, tools(compact_model, should_stop=after_the_writing))
    assert (tmp_path / "written.jsonl").is_file() and not (tmp_path / "judged.jsonl").exists()
    for _ in range(2):
        with pytest.raises(ImprovementStoppedError, match="call again to go on"):
            judged = tools(compact_model, should_stop=(tmp_path / "judged.jsonl").is_file)
            improve(tmp_path, ASKED, judged)
        # What was learned until the stop does not pass for the whole.
        assert not (tmp_path / "model").exists()
    # The stage that was under way is done again (by the cache, where there is one), no other.
    assert world == {"written": 2, "relaxed": 2 * 26}


def test_what_cannot_be_a_round_is_refused_before_any_work(world, compact_model, tmp_path):
    for changes, said in (
        ({"temperatures": ()}, "name at least one"),
        ({"count": 0}, "n = 0: from 1 to"),
        ({"trial": 10**7}, "trial = 10,000,000: from 1 to"),
        ({"temperatures": (0.7, 1.0, 1.2), "count": 2}, "fewer crystals than temperatures"),
        ({"minutes": 0.0}, "the last above 0"),
    ):
        with pytest.raises(EvaluationError, match=said):
            replace(ASKED, **changes)
    for changes, said in (
        ({"temperatures": (0.0,)}, "temperature = 0.0"),
        ({"elements": ("Xx",)}, "Xx"),
        ({"max_atoms": 0}, "max atoms = 0"),
    ):
        with pytest.raises(RequestError, match=said):
            replace(ASKED, **changes)
    with pytest.raises(EvaluationError, match="chgnet chooses and examines"):
        improve(tmp_path / "a", ASKED, tools(compact_model, examiner=bench("chgnet")))
    with pytest.raises(EvaluationError, match="are the fewest to learn from"):
        few = replace(ASKED, count=8, temperatures=(0.7,))
        improve(tmp_path / "b", few, tools(compact_model))
    (tmp_path / "b" / "written.jsonl").write_text("{broken\n")
    with pytest.raises(EvaluationError, match=r"written.jsonl: damaged .* remove it"):
        improve(tmp_path / "b", few, tools(compact_model))
    assert not (tmp_path / "a").exists()
