import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.evaluation.coverage import (
    Cutoffs,
    FingerprintSet,
    coverage,
    fingerprint_novelty,
    fingerprint_set,
    nearest,
)
from crystal_llm.evaluation.distributions import (
    densities,
    energy_histogram,
    histogram,
    numbers_of_elements,
    wasserstein,
)
from crystal_llm.evaluation.diversity import mean_pair_distance
from crystal_llm.evaluation.fingerprints import Fingerprint
from crystal_llm.evaluation.rates import Rate
from crystal_llm.types import PlainCrystal


def on_lines(structures, compositions):
    """A set of fingerprints that differ in their first numbers alone."""
    first = np.zeros((len(structures), 61))
    second = np.zeros((len(compositions), 132))
    first[:, 0], second[:, 0] = structures, compositions
    return FingerprintSet(first, second)


def test_coverage_by_hand():
    samples = on_lines([0.0, 1.0, 5.0], [0.0, 20.0, 0.0])
    test = on_lines([0.3, 1.2, 9.0, 0.0], [1.0, 21.0, 0.0, 50.0])
    covered = coverage(samples, test, asked=5)
    # Test crystals: 0.3 and 1.2 have a sample within 0.4 and one within 10; 9.0 is far in
    # structure, the last one 30 away in composition.
    assert covered.recall == Rate(2, 4, "test crystals")
    # Samples: the third is 3.8 from the nearest structure. Two failed ones count.
    assert covered.precision == Rate(2, 5, "asked")
    assert covered.structure_distance_recall == pytest.approx((0.3 + 0.2 + 4.0 + 0.0) / 4)
    assert covered.structure_distance_precision == pytest.approx((0.0 + 0.2 + 3.8) / 3)
    assert covered.composition_distance_recall == pytest.approx((1 + 1 + 0 + 30) / 4)
    assert covered.composition_distance_precision == pytest.approx((0 + 1 + 0) / 3)


def test_the_nearest_in_structure_and_in_composition_may_be_two_crystals():
    samples = on_lines([0.0, 9.0], [99.0, 0.0])
    test = on_lines([0.0], [0.0])
    assert coverage(samples, test, asked=2).recall == Rate(1, 1, "test crystals")


def test_a_distance_at_the_cutoff_counts():
    covered = coverage(on_lines([0.4], [10.0]), on_lines([0.0], [0.0]), asked=1)
    assert covered.recall.count == covered.precision.count == 1


def test_no_samples_cover_nothing():
    covered = coverage(on_lines([], []), on_lines([0.0], [0.0]), asked=7)
    assert covered.recall == Rate(0, 1, "test crystals")
    assert covered.precision == Rate(0, 7, "asked")
    assert covered.structure_distance_recall is None


def test_novelty_by_hand():
    samples = on_lines([0.0, 0.2, 0.05, 0.2], [0.0, 0.0, 3.0, 3.0])
    novelty = fingerprint_novelty(samples, on_lines([0.0], [0.0]))
    assert (novelty.structural.count, novelty.compositional.count, novelty.overall.count) == (
        2,
        2,
        3,
    )
    assert novelty.overall.total == 4


def test_at_the_cutoff_is_not_novel_and_without_known_crystals_all_are():
    assert fingerprint_novelty(on_lines([0.1], [2.0]), on_lines([0], [0])).overall.count == 0
    assert fingerprint_novelty(on_lines([0.1], [2.0]), on_lines([], [])).overall.count == 1


def test_fingerprints_that_failed_are_left_out():
    whole = Fingerprint(np.zeros(61), np.zeros(132))
    failed = Fingerprint(None, np.zeros(132), "no neighbours")
    assert len(fingerprint_set([whole, failed, whole])) == 2
    assert len(fingerprint_set([failed])) == 0


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 1000))
def test_nearest_agrees_with_all_distances(n, m, seed):
    random = np.random.default_rng(seed)
    first, second = random.random((n, 5)), random.random((m, 5))
    apart = np.linalg.norm(first[:, None] - second[None], axis=2)
    from_first, from_second = nearest(first, second)
    assert from_first == pytest.approx(apart.min(axis=1))
    assert from_second == pytest.approx(apart.min(axis=0))


def test_as_the_public_metric_defines_it():
    # CDVAE's code, sentence by sentence: of each fingerprint the distance to the nearest of the
    # other set; within both cutoffs; the mean over test crystals, the sum over all asked for.
    random = np.random.default_rng(7)
    samples = FingerprintSet(random.random((40, 61)) * 0.145, random.random((40, 132)) * 2.3)
    test = FingerprintSet(random.random((25, 61)) * 0.145, random.random((25, 132)) * 2.3)
    structures = np.linalg.norm(samples.structures[:, None] - test.structures[None], axis=2)
    compositions = np.linalg.norm(samples.compositions[:, None] - test.compositions[None], axis=2)
    recalled = (structures.min(axis=0) <= 0.4) & (compositions.min(axis=0) <= 10.0)
    precise = (structures.min(axis=1) <= 0.4) & (compositions.min(axis=1) <= 10.0)
    covered = coverage(samples, test, asked=50)
    assert 0 < recalled.sum() < 25 and 0 < precise.sum() < 40
    assert covered.recall == Rate(int(recalled.sum()), 25, "test crystals")
    assert covered.precision == Rate(int(precise.sum()), 50, "asked")
    assert covered.structure_distance_recall == pytest.approx(structures.min(axis=0).mean())
    assert covered.composition_distance_precision == pytest.approx(compositions.min(axis=1).mean())


def test_recall_grows_and_never_shrinks_with_samples():
    random = np.random.default_rng(3)
    test = on_lines(random.random(50) * 10, random.random(50) * 100)
    structures, compositions = random.random(40) * 10, random.random(40) * 100
    counts = [
        coverage(on_lines(structures[:n], compositions[:n]), test, n).recall.count
        for n in (1, 10, 40)
    ]
    assert counts == sorted(counts) and counts[-1] > counts[0]


def test_cutoffs_can_be_others():
    samples, test = on_lines([0.3], [0.0]), on_lines([0.0], [0.0])
    assert coverage(samples, test, 1, Cutoffs(0.2, 4.0)).recall.count == 0


def test_diversity_by_hand():
    # Three points on a line at 0, 3 and 4: pairs 3, 4 and 1.
    distance = mean_pair_distance(np.array([[0.0], [3.0], [4.0]]))
    assert distance.value == pytest.approx(8 / 3) and distance.total == 3
    assert distance.low <= distance.value <= distance.high
    assert mean_pair_distance(np.array([[1.0]])) is None


def test_diversity_of_many_is_that_of_a_draw():
    points = np.random.default_rng(0).random((1500, 2))
    distance = mean_pair_distance(points)
    assert distance.total == 1000
    # The mean distance of two points in a unit square is 0.5214.
    assert distance.value == pytest.approx(0.5214, abs=0.02)


def test_wasserstein_by_hand():
    # One of two is moved by 1: 0.5. Of points all moved by 3: 3.
    assert wasserstein([0.0, 1.0], [0.0, 2.0]).value == pytest.approx(0.5)
    assert wasserstein([1, 2, 3], [4, 5, 6]).value == pytest.approx(3.0)
    # scipy's own example.
    assert wasserstein([0, 1, 3], [5, 6, 8]).value == pytest.approx(5.0)
    assert wasserstein([], [1.0]) is None is wasserstein([1.0], [])


def test_the_interval_of_a_wasserstein_distance_is_of_the_samples():
    alike = wasserstein([2.0] * 5, [5.0, 7.0])
    assert alike.low == alike.value == alike.high == pytest.approx(4.0) and alike.total == 5
    # Of 100 samples all below the test crystals, the distance is that of the means, and the
    # bootstrap gives 1.96 standard errors of 0.1 to either side.
    samples = [0.0] * 50 + [2.0] * 50
    spread = wasserstein(samples, [10.0])
    assert spread.value == pytest.approx(9.0)
    assert (spread.low, spread.high) == pytest.approx((8.804, 9.196), abs=0.05)


def test_density_and_elements_of_silicon_and_salt():
    silicon = PlainCrystal((2.0, 2.0, 2.0), (90, 90, 90), ("Si",), ((0, 0, 0),))
    salt = PlainCrystal((4, 4, 4), (90, 90, 90), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
    # 28.085 u in 8 Å³ and 58.44 u in 64 Å³, at 1.66054 g/cm³ for u/Å³.
    assert densities([silicon, salt]) == pytest.approx([5.8295, 1.5163], abs=1e-3)
    assert numbers_of_elements([silicon, salt]) == [1, 2]


def test_histograms():
    assert histogram([2, 3, 2]) == {2: 2, 3: 1}
    bins = energy_histogram([-0.2, 0.0, 0.01, 0.1, 0.1000001, 5.0])
    assert bins["≤ -0.05"] == 1 and bins["-0.05 to 0"] == 1 and bins["0 to 0.02"] == 1
    assert bins["0.08 to 0.1"] == 1 and bins["0.1 to 0.15"] == 1 and bins["> 1"] == 1
    assert sum(bins.values()) == 6
