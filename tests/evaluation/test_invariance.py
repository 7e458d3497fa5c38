import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.figures import invariance_svg
from crystal_llm.evaluation.invariance import TranslationPerplexity, translation_invariance


def test_by_hand():
    first = TranslationPerplexity("a", (2.0, 3.0, 4.0))  # mean 3, least 2
    second = TranslationPerplexity("b", (10.0, 10.0, 10.0))
    assert first.increase == pytest.approx(1.0)
    assert first.normalised_increase == pytest.approx(1 / 3)
    invariance = translation_invariance([first, second])
    assert invariance.normalised.value == pytest.approx(1 / 6)
    assert invariance.increase.value == pytest.approx(0.5)
    assert invariance.perplexity.value == pytest.approx(6.5)
    assert invariance.by_rank == pytest.approx(((2 / 3 + 1) / 2, 1.0, (4 / 3 + 1) / 2))


def test_the_plot_counts_translations_in_whole_numbers():
    few = translation_invariance([TranslationPerplexity("a", (2.0, 3.0, 4.0, 5.0))])
    axis = invariance_svg(few).partition('id="matplotlib.axis_2"')[0]
    assert {"1", "2", "3", "4"} <= set(re.findall(r">([\d.]+)</text>", axis))
    assert not re.search(r">\d\.\d</text>", axis)


@given(st.lists(st.floats(1.0, 100.0), min_size=2, max_size=20), st.floats(0.1, 10.0))
def test_it_knows_neither_order_nor_scale(perplexities, scale):
    perplexity = TranslationPerplexity("a", tuple(perplexities))
    other = TranslationPerplexity("a", tuple(scale * p for p in reversed(perplexities)))
    assert 0.0 <= perplexity.normalised_increase + 1e-12 < 1.0 + 1e-12
    assert other.normalised_increase == pytest.approx(perplexity.normalised_increase, abs=1e-9)


@pytest.mark.parametrize(
    "crystals",
    [
        [],
        [TranslationPerplexity("a", ())],
        [TranslationPerplexity("a", (1.0, 2.0)), TranslationPerplexity("b", (1.0,))],
        [TranslationPerplexity("a", (1.0, float("nan")))],
    ],
)
def test_what_has_no_ipt(crystals):
    with pytest.raises(EvaluationError):
        translation_invariance(crystals)
