"""The accuracy and mutation experiments on a table of textbook crystals."""

import math
from dataclasses import replace

import numpy as np
import pytest

from crystal_llm.crystal.swap_table import swap_table
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import InfillError
from crystal_llm.evaluation.diversity import mean_pair_distance, standardised
from crystal_llm.evaluation.rates import (
    mean_with_interval,
)
from crystal_llm.infill.weighing import WEIGHED_ELEMENTS
from crystal_llm.studies.infill_accuracy import (
    MaskedOutcome,
    compare_guessers,
    measure,
    sample_masks,
)
from crystal_llm.studies.infill_baselines import frequency_ranking, swap_candidates
from crystal_llm.studies.infill_figures import (
    accuracy_table,
    draw_accuracy,
    draw_mutations,
    mutation_table,
)
from crystal_llm.studies.mutation import MutationVerdict, judge_mutations, mutable_masks, mutate


@pytest.fixture(scope="module")
def rows(rock_salt):
    pairs = [("Na", "Cl"), ("K", "Cl"), ("Mg", "O"), ("Ca", "O"), ("Fe", "O"), ("Li", "F")]
    made = []
    for place, (cation, anion) in enumerate(pairs * 2):
        crystal = replace(rock_salt, species=(cation,) * 4 + (anion,) * 4)
        split = "test" if place % 2 else "train"
        made.append(CrystalRow(f"id-{place}", cation + anion, crystal, 225, None, 0.0, None, split))
    alone = replace(rock_salt, species=("Cu",) * 8)
    return [*made, CrystalRow("alone", "Cu", alone, 225, None, 0.0, None, "test")]


def test_masks_are_drawn_from_the_test_rows_and_repeat(rows):
    masks = sample_masks(rows, 100, seed=3)
    assert {mask.row.split for mask in masks} == {"test"}
    assert "alone" not in {mask.row.material_id for mask in masks}
    assert masks == sample_masks(rows, 100, seed=3)
    assert masks != sample_masks(rows, 100, seed=4)
    for mask in masks:
        assert all(mask.row.crystal.species[site] == mask.element for site in mask.sites)
        assert len(mask.sites) == 4
    with pytest.raises(InfillError, match="at least 1"):
        sample_masks(rows, 0)
    with pytest.raises(InfillError, match="no test crystal"):
        sample_masks(rows, 5, max_atoms=2)


def test_outcomes_are_those_of_the_model(tiny_models, rows, tmp_path):
    masks = sample_masks(rows, 6)
    progress = []
    measurements = list(
        measure(
            tiny_models["float32"],
            masks,
            rows,
            translations=2,
            progress=lambda done, total: progress.append((done, total)),
        )
    )
    assert {measurement.material_id for measurement in measurements} == {
        mask.row.material_id for mask in masks
    }
    assert progress[-1] == (6, 6)
    for measurement in measurements:
        assert 1 <= measurement.rank_in_swaps <= min(measurement.swaps, measurement.rank)
        assert measurement.swaps == len(swap_candidates(measurement.element))
        assert (measurement.rank == 1) == (measurement.likeliest == measurement.element)
        assert 0.0 < measurement.total_variation < 1.0
    draw_accuracy(compare_guessers(measurements), tmp_path / "a.html")
    draw_accuracy(compare_guessers(measurements), tmp_path / "a.svg")
    assert (tmp_path / "a.html").stat().st_size > 1000
    with pytest.raises(InfillError, match="name a figure"):
        draw_accuracy(compare_guessers(measurements), tmp_path / "a.gif")


def test_a_model_of_symmetric_text_is_measured_on_the_same_masks(compact_model, rows):
    masks = sample_masks(rows, 6)
    measurements = list(measure(compact_model, masks, rows, translations=4))
    assert {measurement.material_id for measurement in measurements} == {
        mask.row.material_id for mask in masks
    }
    assert max(measurement.total_variation for measurement in measurements) == pytest.approx(
        0.0, abs=1e-12
    )
    assert {measurement.weighed_rank for measurement in measurements} == {None}
    # As if what was masked alone lay on the hull.
    known = {frozenset(mask.row.crystal.species) for mask in masks}
    both = measure(
        compact_model,
        masks,
        rows,
        energies=lambda crystals: [
            0.0 if frozenset(each.species) in known else 1.9 for each in crystals
        ],
    )
    for measurement, alone in zip(both, measurements, strict=True):
        assert measurement.rank == alone.rank
        # No more than three of these salts share an ion.
        assert measurement.weighed_rank <= (3 if alone.rank <= WEIGHED_ELEMENTS else 89)
    mutated = mutate(compact_model, mutable_masks(rows, 5), (1.0,))
    for each in mutated.values():
        assert all(mutation.replacement in swap_table()[mutation.element] for mutation in each)


def outcome(rank, swaps=4, frequency_rank=1):
    return MaskedOutcome(
        "id", "AB", "A", rank, min(rank, swaps), swaps, frequency_rank, 0.1, "B", 0.0
    )


def test_rates_and_means_by_hand():
    outcomes = [outcome(1), outcome(2), outcome(5), outcome(20)]
    model, frequent, _, uniform = compare_guessers(outcomes)
    assert [accuracy.value for accuracy in model.top] == [0.25, 0.5, 0.75]
    assert model.reciprocal_rank.value == pytest.approx((1 + 1 / 2 + 1 / 5 + 1 / 20) / 4)
    assert model.top[0].low < 0.25 < model.top[0].high
    assert frequent.top[0].value == 1.0
    assert [accuracy.value for accuracy in uniform.top] == [0.25, 0.75, 1.0]
    assert uniform.reciprocal_rank.value == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert len(accuracy_table([model, uniform])) == 4
    with pytest.raises(InfillError, match="no crystal was measured"):
        compare_guessers([])


def test_bootstrap_covers_as_it_says():
    random = np.random.default_rng(1)
    covered = 0
    for _ in range(100):
        mean = mean_with_interval(random.normal(2.0, 1.0, 80))
        covered += mean.low <= 2.0 <= mean.high
    assert 87 <= covered <= 100


def test_frequencies_are_of_training_rows(rows):
    ranking = frequency_ranking(rows)
    assert len(set(ranking)) == len(ranking) == 89
    counts = [
        sum(symbol in row.crystal.species for row in rows if row.split == "train")
        for symbol in ranking
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0


def test_every_method_mutates_the_same_element_within_the_table(tiny_models, rows, tmp_path):
    masks = mutable_masks(rows, 5)
    mutations = mutate(tiny_models["float32"], masks, (0.1, 1.0), rescale=True)
    assert list(mutations) == ["uniform swap", "model, τ = 0.1", "model, τ = 1"]
    for each in mutations.values():
        assert [mutation.material_id for mutation in each] == [
            mask.row.material_id for mask in masks
        ]
        for mutation, mask in zip(each, masks, strict=True):
            assert mutation.element == mask.element
            assert mutation.replacement in swap_table()[mask.element]
            assert mutation.crystal.species.count(mutation.replacement) >= 4
    asked = []

    def judge(crystals):
        asked.append(len(crystals))
        return [
            MutationVerdict(crystal, 0.05 if place % 2 else 0.5, None)
            if place % 5
            else MutationVerdict(None, None, "failed")
            for place, crystal in enumerate(crystals)
        ]

    results = judge_mutations(mutations, [mask.row.crystal for mask in masks], judge)
    assert asked == [15]
    assert [result.mutated for result in results] == [5, 5, 5]
    assert [result.relaxed for result in results] == [4, 4, 4]
    assert [result.metastable.count for result in results] == [2, 2, 2]
    assert results[0].composition_diversity.value >= 0.0
    assert len(mutation_table(results)) == 5
    draw_mutations(results, tmp_path / "m.html")
    with pytest.raises(InfillError, match="were judged"):
        judge_mutations(mutations, [], lambda crystals: [])


def test_the_model_is_not_needed_for_the_template_method(rows):
    masks = mutable_masks(rows, 3)
    mutations = mutate(None, masks, (1.0,))
    assert list(mutations) == ["uniform swap"]


def test_diversity_by_hand():
    prints = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]])
    assert mean_pair_distance(prints).value == pytest.approx(10 / 3)
    assert mean_pair_distance(prints[:1]) is None
    scaled = standardised(prints, np.array([[0.0, 1.0], [2.0, 1.0]]))
    assert scaled[:, 0] == pytest.approx([-1.0, 2.0, -1.0])
    assert not scaled[:, 1].any()
    assert all(math.isfinite(value) for value in scaled.flat)
