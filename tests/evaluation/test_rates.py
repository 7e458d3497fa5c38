import pytest

from crystal_llm.evaluation.rates import Rate


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [  # statsmodels.stats.proportion.proportion_confint(method="wilson")
        (8, 10, 0.490162, 0.943318),
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
        (500, 1000, 0.469070, 0.530930),
    ],
)
def test_wilson_interval(count, total, low, high):
    assert Rate(count, total, "parsed").interval == pytest.approx((low, high), abs=1e-5)


def test_a_rate_of_nothing():
    rate = Rate(0, 0, "parsed")
    assert rate.share is None and rate.interval is None
    assert str(rate) == "0 of 0 parsed"


def test_shown_with_its_denominator():
    assert str(Rate(8, 10, "asked")) == "8 of 10 asked = 80.0% (49.0 to 94.3%)"
