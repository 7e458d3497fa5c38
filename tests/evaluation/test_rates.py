import pytest

from crystal_llm.evaluation.rates import Rate, mean_with_interval


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


def test_the_interval_of_a_mean_is_its_bootstrap():
    # A share as a mean of zeros and ones: about 1.96 standard errors of 0.05 to either side.
    mean = mean_with_interval([0.0] * 50 + [1.0] * 50)
    assert (mean.value, mean.total) == (0.5, 100)
    assert (mean.low, mean.high) == pytest.approx((0.402, 0.598), abs=0.015)
    # Of two values, three means are possible, and the outer ones are each drawn once in four.
    assert mean_with_interval([1.0, 3.0]).low == 1.0 and mean_with_interval([1.0, 3.0]).high == 3.0
    alike = mean_with_interval([2.0, 2.0, 2.0])
    assert alike.low == alike.value == alike.high == 2.0
