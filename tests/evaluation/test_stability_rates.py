import pytest

from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.stability_rates import (
    Agreement,
    Standing,
    agreement,
    stability_rates,
)


def standing(energy, *, elements=2, valid=True, kind=None, novel=True):
    return Standing(elements, valid, kind, novel, energy)


CRYSTALS = [
    standing(-0.02, kind=0),
    standing(0.0, kind=1, novel=False),
    standing(0.05, kind=0),  # the same crystal as the first
    standing(0.09, kind=3, valid=False),
    standing(0.0, elements=1, kind=4),  # an element is not counted as stable
    standing(None, kind=5),
    standing(0.3, kind=6),
]


def counts(rates):
    return [
        (rate.within.count, rate.valid.count, rate.stable.count, rate.unique.count, rate.sun.count)
        for rate in rates
    ]


def test_rates_by_hand():
    rates = stability_rates(CRYSTALS, 10, (0.0, 0.08, 0.1), with_known=True)
    assert counts(rates) == [(3, 3, 2, 2, 1), (4, 4, 3, 2, 1), (5, 4, 4, 3, 2)]
    # Three samples were no crystals: they are in the denominator.
    assert rates[0].sun == Rate(1, 10, "asked")


def test_without_known_crystals_there_is_no_sun_rate():
    assert stability_rates(CRYSTALS, 10, (0.0,), with_known=False)[0].sun is None


def test_a_repetition_counts_once_whichever_of_them_is_stable():
    # FlowLLM takes the stable ones, then the novel ones, then the different ones: a stable
    # crystal is not lost for repeating one that is not.
    pair = [standing(0.2, kind=0), standing(-0.1, kind=0)]
    assert counts(stability_rates(pair, 2, (0.0, 0.5), with_known=True)) == [
        (1, 1, 1, 1, 1),
        (2, 2, 2, 1, 1),
    ]


def test_what_cannot_be_compared_is_neither_unique_nor_novel():
    odd = [standing(-0.1, kind=None, novel=None)]
    assert counts(stability_rates(odd, 1, (0.0,), with_known=True)) == [(1, 1, 1, 0, 0)]


def test_on_the_hull_within_noise_is_on_the_hull():
    assert standing(5e-9).within(0.0)
    assert not standing(1e-3).within(0.0)


def test_two_potentials():
    pairs = [(-0.1, 0.0), (0.05, 0.2), (0.3, 0.1), (0.5, 0.6), (0.1, 0.1)]
    assert agreement(("a", "b"), pairs, 0.1) == Agreement("a", "b", 0.1, 2, 1, 1, 1)
    assert agreement(("a", "b"), [], 0.1).neither == 0


@pytest.mark.parametrize("asked", [7, 100])
def test_every_rate_has_all_samples_in_its_denominator(asked):
    for rates in stability_rates(CRYSTALS, asked, with_known=True):
        assert {
            rate.total
            for rate in (rates.within, rates.valid, rates.stable, rates.unique, rates.sun)
        } == {asked}
