"""Coverage that adds up crystal by crystal is the coverage of all at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.evaluation.cdvae_scale import MEANS, STANDARD_DEVIATIONS
from crystal_llm.evaluation.coverage import FingerprintSet, coverage, fingerprint_set
from crystal_llm.evaluation.coverage_marks import coverage_marks, covers, marked_recall
from crystal_llm.evaluation.fingerprints import Fingerprint
from crystal_llm.evaluation.rates import Rate


def made(structure, composition):
    """Fingerprints that differ in their first numbers alone; the composition is scaled."""
    first, second = np.zeros(61), np.zeros(132)
    second[0] = composition
    unscaled = second * np.array(STANDARD_DEVIATIONS) + np.array(MEANS)
    if structure is None:
        return Fingerprint(None, unscaled, "atoms on each other")
    first[0] = structure
    return Fingerprint(first, unscaled)


def test_marks_by_hand():
    test = fingerprint_set([made(0.3, 1), made(1.2, 21), made(9, 0), made(0, 50)])
    marks = [coverage_marks(made(*spot), test) for spot in ((0, 0), (1, 20), (5, 0))]
    # 1000 0000: the first test crystal is the highest bit.
    assert [mark.near_structure for mark in marks] == ["90", "40", "00"]
    assert [mark.near_composition for mark in marks] == ["a0", "40", "a0"]
    assert marked_recall(marks) == Rate(2, 4, "test crystals")
    assert [covers(mark) for mark in marks] == [True, True, False]
    assert marked_recall([]) is None


def test_what_has_no_fingerprint_covers_nothing_and_says_why():
    marks = coverage_marks(made(None, 0), fingerprint_set([made(0, 0)]))
    assert marks.structure is None and marks.failure == "atoms on each other"
    assert marked_recall([marks]) == Rate(0, 1, "test crystals") and not covers(marks)


places = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(0, 3)), st.floats(0, 60)), min_size=1, max_size=12
)


@given(places, places)
def test_marks_have_together_what_coverage_finds_at_once(samples, test):
    crystals = [made(*sample) for sample in samples]
    against = fingerprint_set([made(*spot) for spot in test])
    marks = [coverage_marks(crystal, against) for crystal in crystals]
    whole = coverage(fingerprint_set(crystals), against, len(crystals))
    assert marked_recall(marks) == whole.recall
    assert sum(map(covers, marks)) == whole.precision.count


def test_no_test_crystal_no_share():
    none = FingerprintSet(np.zeros((0, 61)), np.zeros((0, 132)))
    assert marked_recall([coverage_marks(made(0, 0), none)]) == Rate(0, 0, "test crystals")
