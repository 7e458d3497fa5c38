import json
from dataclasses import replace
from pathlib import Path

import pytest
from relaxed_salts import relaxation_to

from crystal_llm.dataset.known_structures import KnownStructures
from crystal_llm.dataset.sample_files import Sample
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.errors import EvaluationError, StabilityError
from crystal_llm.evaluation.metrics import (
    Evaluation,
    evaluation_record,
    read_evaluation,
    reasons_by_kind,
)
from crystal_llm.evaluation.normalised import over_test_crystals
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.evaluation.protocol import EvaluationProtocol, EvaluationSettings
from crystal_llm.evaluation.rates import Rate
from crystal_llm.judging import JudgingResources
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.cache import RelaxationCache, cache_key
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.studies.sample_evaluation import evaluate
from crystal_llm.studies.written_samples import Assessment, EvaluationInputs
from crystal_llm.types import PlainCrystal

SOURCE = Path("samples")
CHGNET = potential_card("chgnet").method
CUBIC = (90.0, 90.0, 90.0)


def rock_salt(a, cation="Na", anion="Cl"):
    edge = a / 2**0.5
    return PlainCrystal((edge,) * 3, (60.0,) * 3, (cation, anion), ((0, 0, 0), (0.5, 0.5, 0.5)))


SALT, SYLVITE = rock_salt(5.7), rock_salt(6.3, "K")
CLASH = replace(SALT, fractional_coordinates=((0, 0, 0), (0.01, 0, 0)))
CRYSTALS = (SALT, rock_salt(5.72), SYLVITE, CLASH, None, rock_salt(5.0, "Na", "Na"))
SAMPLES = [
    Sample(f"s{n}", SOURCE, crystal, None if crystal else "the file is empty")
    for n, crystal in enumerate(CRYSTALS)
]
TEST = [rock_salt(5.69), rock_salt(6.29, "K"), rock_salt(4.2, "Mg", "O")]


def known(crystal, name):
    return CrystalRow(name, "NaCl", crystal, 225, None, None, None, "train")


def relaxed(crystal, energy, start, converged=True):
    result = relaxation_to(crystal, (start, energy), steps=5, wall_s=2.0)
    if converged:
        return result
    failed = {"relaxed": None, "failure": "exploded", "energy_ev_per_atom": None}
    return replace(result, converged=False, **failed)


def reference(method=CHGNET):
    rows = [("na", "Na", -1.0), ("cl", "Cl", -2.0), ("k", "K", -1.0), ("nacl", "NaCl", -3.4)]
    rows.append(("kcl", "KCl", -3.3))
    return build_reference(rows, ReferenceProvenance(method, "a test", "2026-01-02"))


def inputs(**chosen):
    return EvaluationInputs(processes=0, **chosen)


def test_validity_uniqueness_and_reasons_without_anything_to_compare_with():
    figures, rows = evaluate(SAMPLES, inputs())
    assert figures.parsed == Rate(5, 6, "asked")
    assert figures.structurally_valid == Rate(4, 6, "asked")
    # NaCl twice, its clash and KCl are neutral, Na alone passes.
    assert figures.compositionally_valid == Rate(5, 6, "asked")
    assert figures.valid == Rate(4, 6, "asked")
    # The second NaCl repeats the first; the clash cannot be compared with it or is another.
    assert figures.written.unique.count == sum(bool(row.unique) for row in rows)
    assert rows[1].duplicate_of == "s0" and rows[1].unique is False
    assert figures.written.novel is None is rows[0].novel
    assert figures.elements == {"1": 1, "2": 4}
    assert figures.test is None and figures.potentials == () and figures.novelty is None
    assert figures.reasons == {"the file is empty": 1, "atoms too close": 1}
    assert rows[4].failure == "the file is empty" and rows[4].formula is None
    assert [row.spacegroup_number for row in rows[:3]] == [225, 225, 225]


def test_against_test_crystals():
    figures, _ = evaluate(SAMPLES, inputs(test=TEST))
    against_test = figures.test
    # All test crystals have six-fold sites as the samples have; MgO is far in composition.
    assert against_test.coverage.recall == Rate(2, 3, "test crystals")
    assert against_test.coverage.precision.total == 6 and against_test.coverage.precision.count >= 3
    assert against_test.coverage_of_valid.precision.total == 4
    # Numbers of elements of the valid samples 2, 2, 2, 1 against 2, 2, 2.
    assert against_test.elements.value == pytest.approx(0.25)
    assert against_test.density_g_per_cm3.value > 0 and against_test.without_fingerprint == 0
    assert against_test.diversity.structure.total == 3


def test_novelty_against_known_crystals_and_by_fingerprint():
    rows = [known(rock_salt(5.65), "mp-22862")]
    figures, crystals = evaluate(
        SAMPLES,
        inputs(
            test=TEST,
            known=[row.crystal for row in rows],
            known_phases=KnownCrystals(rows),
            fingerprint_known=True,
        ),
    )
    assert [row.novel for row in crystals[:3]] == [False, False, True]
    assert crystals[0].known == "mp-22862"
    assert figures.written.novel.total == 6
    # Every site has six neighbours in an octahedron, the simple cubic metal's too, so none is
    # new in structure; KCl and the metal are in composition.
    assert figures.novelty.overall.total == 4
    assert figures.novelty.compositional.count == 2 and figures.novelty.structural.count == 0
    assert figures.test.novelty.compositional == Rate(2, 3, "test crystals")


def assessed(done, **chosen):
    bench = JudgingResources(potential="chgnet", reference=reference(), processes=1)
    assessment = Assessment(bench, done, relax=False)
    return evaluate(SAMPLES, inputs(assessments=[assessment], **chosen))


DONE = {
    0: relaxed(SALT, -3.4, -3.3),
    1: relaxed(SALT, -3.4, -3.35),
    2: relaxed(SYLVITE, -3.25, -3.0),
    5: relaxed(rock_salt(5.0, "Na", "Na"), -1.0, -0.9, converged=False),
}


def test_stability_as_written_and_relaxed_from_relaxations_that_are_known():
    rows = [known(rock_salt(6.31, "K"), "mp-23193")]
    figures, crystals = assessed(
        DONE, known=[row.crystal for row in rows], known_phases=KnownCrystals(rows), writing_s=4.0
    )
    (potential,) = figures.potentials
    assert potential.potential == "chgnet"
    assert potential.change.converged == Rate(3, 4, "to be relaxed")
    assert potential.change.match.count == 3
    assert potential.change.energy_drop_ev_per_atom.value == pytest.approx((0.1 + 0.05 + 0.25) / 3)
    written = {rate.threshold_ev_per_atom: rate for rate in potential.stability_written}
    relaxed_rates = {rate.threshold_ev_per_atom: rate for rate in potential.stability_relaxed}
    # As written 0.1, 0.05 and 0.3 eV/atom above the hull; relaxed 0, 0 and 0.05. The metal
    # lies 0.1 above as written and never relaxed: it is an element, and counts as within alone.
    assert written[0.0].within.count == 0 and written[0.08].within.count == 1
    assert written[0.1].within.count == 3 and written[0.1].stable.count == 2
    assert relaxed_rates[0.0].within == Rate(2, 6, "asked")
    assert relaxed_rates[0.0].unique.count == 1 and relaxed_rates[0.0].sun.count == 1
    # KCl is metastable, but known.
    assert relaxed_rates[0.08].stable.count == 3 and relaxed_rates[0.08].sun.count == 1
    assert potential.relaxation_s == pytest.approx(8.0)
    assert potential.seconds_per_sun == pytest.approx({"0": 12.0, "0.08": 12.0, "0.1": 12.0})
    verdict = crystals[2].verdicts[0]
    assert verdict.energy_above_hull_ev_per_atom == pytest.approx(0.05)
    assert verdict.energy_above_hull_written_ev_per_atom == pytest.approx(0.3)
    assert verdict.novel is False and verdict.spacegroup_number == 225
    assert crystals[5].verdicts[0].failure == "exploded"
    assert crystals[3].verdicts == ()
    assert figures.agreements == ()


def test_both_forms_are_placed_among_known_phases_that_are_relaxed_too(tmp_path):
    """Known rock salt gains 3 meV/atom in relaxing, and so does what lies above it."""
    row = replace(known(rock_salt(5.6), "nacl"), energy_above_hull_ev_per_atom=0.0)
    write_table([row], tmp_path / "known.parquet")
    structures = KnownStructures(tmp_path / "known.parquet")
    with RelaxationCache(tmp_path / "relaxations.sqlite") as cache:
        key = cache_key(structures.crystal("nacl"), RelaxationSettings(), CHGNET)
        cache.put(key, relaxed(SALT, -3.403, -3.4))
        bench = JudgingResources(
            potential="chgnet",
            reference=reference(),
            structures=structures,
            processes=1,
            cache=cache,
        )
        assessments = [Assessment(bench, DONE, relax=False)]
        figures, crystals = evaluate(SAMPLES, inputs(assessments=assessments))
    verdict = crystals[0].verdicts[0]
    assert verdict.energy_above_hull_ev_per_atom == pytest.approx(0.003)
    assert verdict.energy_above_hull_written_ev_per_atom == pytest.approx(0.103)
    # Nothing lies on the hull any more, and as written 0.1 is no longer reached.
    (rates,) = figures.potentials
    assert rates.stability_relaxed[0].within == Rate(0, 6, "asked")
    assert crystals[1].verdicts[0].energy_above_hull_written_ev_per_atom == pytest.approx(0.053)


def test_a_part_may_be_relaxed_and_is_the_denominator_of_its_rates():
    rows = [known(rock_salt(6.31, "K"), "mp-23193")]
    bench = JudgingResources(potential="chgnet", reference=reference(), processes=1)
    figures, crystals = evaluate(
        SAMPLES,
        inputs(
            assessments=[Assessment(bench, DONE, relax=False, first=2)],
            known=[row.crystal for row in rows],
            known_phases=KnownCrystals(rows),
            writing_s=3.0,
        ),
    )
    (part,) = figures.potentials
    assert figures.valid.total == 6
    # Two of six samples: both NaCl, relaxed onto the hull, one a repetition of the other.
    assert part.stability_relaxed[0].sun == Rate(1, 2, "sent to relaxation")
    assert part.stability_written[-1].within == Rate(2, 2, "sent to relaxation")
    assert part.relaxed.unique == Rate(1, 2, "sent to relaxation")
    # 2 s of each relaxation, and a third of the writing.
    assert part.relaxation_s == pytest.approx(4.0)
    assert part.seconds_per_sun["0"] == pytest.approx(5.0)
    assert [len(row.verdicts) for row in crystals] == [1, 1, 0, 0, 0, 0]


def test_metastable_crystals_stand_over_the_test_crystals():
    rows = [known(rock_salt(5.65), "mp-22862")]
    figures, _ = assessed(
        DONE,
        test=TEST,
        known=[row.crystal for row in rows],
        known_phases=KnownCrystals(rows),
        fingerprint_known=True,
    )
    ratios = over_test_crystals(figures.potentials[0], figures.test)
    # New in composition is KCl of NaCl twice and KCl; of the test crystals KCl and MgO of three.
    assert ratios["compositional novelty"] == pytest.approx((1 / 3) / (2 / 3))
    assert ratios["overall novelty"] == pytest.approx(0.5) and "structural novelty" not in ratios
    assert ratios["diversity of compositions"] > 0


def test_two_potentials_stand_beside_each_other():
    second = replace(CHGNET, potential="sevennet-0")
    done = {
        place: replace(relaxation, method=second)
        for place, relaxation in DONE.items()
        if place != 1
    }
    done[0] = replace(done[0], energy_ev_per_atom=-3.0)
    assessments = [
        Assessment(JudgingResources(potential="chgnet", reference=reference()), DONE, relax=False),
        Assessment(JudgingResources(potential="sevennet-0", reference=None), done, relax=False),
    ]
    figures, crystals = evaluate(SAMPLES, inputs(assessments=assessments))
    assert [potential.potential for potential in figures.potentials] == ["chgnet", "sevennet-0"]
    # Without a hull the second says how far crystals moved, and nothing of stability.
    assert figures.potentials[1].change.converged == Rate(2, 3, "to be relaxed")
    assert figures.potentials[1].without_hull == 2
    assert len(crystals[0].verdicts) == 2
    assert all(agreement.both + agreement.first_alone == 0 for agreement in figures.agreements)


def test_energies_that_do_not_compare_with_the_hull_are_refused():
    other = replace(CHGNET, potential="DFT", weights_sha256=None)
    bench = JudgingResources(potential="chgnet", reference=reference(other))
    with pytest.raises(StabilityError):
        evaluate(SAMPLES, inputs(assessments=[Assessment(bench, DONE, relax=False)]))


def test_nothing_to_evaluate():
    with pytest.raises(EvaluationError, match="no sample"):
        evaluate([], inputs())


def test_all_samples_failed():
    failed = [Sample("a", SOURCE, None, "broken")]
    figures, rows = evaluate(failed, inputs(test=TEST))
    assert figures.parsed == Rate(0, 1, "asked")
    assert figures.test.coverage.recall == Rate(0, 3, "test crystals")
    assert figures.diversity.structure is None and len(rows) == 1


def test_an_evaluation_survives_its_file_with_shares_for_a_reader(tmp_path):
    rows = [known(rock_salt(5.65), "mp-22862")]
    figures, _ = assessed(
        DONE, test=TEST, known=[row.crystal for row in rows], known_phases=KnownCrystals(rows)
    )
    evaluation = Evaluation(EvaluationProtocol(EvaluationSettings(), (), None, None, ()), figures)
    record = evaluation_record(evaluation)
    assert record["figures"]["parsed"]["share"] == pytest.approx(5 / 6)
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps(record))
    assert read_evaluation(path) == evaluation
    path.write_text(json.dumps({"figures": {}}))
    with pytest.raises(EvaluationError, match="not an evaluation"):
        read_evaluation(path)


def test_reasons_are_counted_by_kind():
    reasons = reasons_by_kind(
        [
            "line 3: 'Ln' is not an element",
            "line 7: 'Gro' is not an element",
            "atoms too close: x",
            "site 1: nan is not a number within ±1,000,000",
            "site 2 (I): nan is not a number within ±1,000,000",
            "line 4: the position must be 3 numbers in Å, at most 10,000",
        ]
    )
    assert reasons == {
        "… is not an element": 2,
        "atoms too close": 1,
        "nan is not a number within ±…": 2,
        "the position must be … numbers in Å, at most …": 1,
    }
