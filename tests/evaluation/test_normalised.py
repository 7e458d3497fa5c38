"""Metastable crystals in units of the test crystals, as CrystalLLM's Figure 6."""

import pytest

from crystal_llm.evaluation.coverage import FingerprintNovelty
from crystal_llm.evaluation.metrics import Diversity
from crystal_llm.evaluation.normalised import over_test_crystals
from crystal_llm.evaluation.rates import Mean, Rate


class Figures:
    """What is looked at of a potential's figures, or of test crystals."""

    def __init__(self, diversity, novelty):
        self.diversity_of_metastable = self.diversity = diversity
        self.novelty_of_metastable = self.novelty = novelty


def mean(value):
    return Mean(value, value, value, 5)


def novelty(*counts, total=10):
    return FingerprintNovelty(*(Rate(count, total, "x") for count in counts))


TEST = Figures(Diversity(mean(0.5), mean(20.0)), novelty(0, 4, 5))


def test_by_hand():
    metastable = Figures(Diversity(mean(0.6), mean(15.0)), novelty(1, 4, 2, total=5))
    assert over_test_crystals(metastable, TEST) == pytest.approx(
        {
            "diversity of structures": 1.2,
            "diversity of compositions": 0.75,
            # None of the test crystals is new in structure: there is nothing to divide by.
            "compositional novelty": 0.8 / 0.4,
            "overall novelty": 0.4 / 0.5,
        }
    )


def test_what_is_not_known_is_left_out():
    few = Figures(Diversity(None, None), None)
    assert over_test_crystals(few, TEST) == {}
    none_metastable = Figures(Diversity(None, None), novelty(0, 0, 0, total=0))
    assert over_test_crystals(none_metastable, TEST) == {}
