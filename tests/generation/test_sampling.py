"""Temperature and nucleus, against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.generation.sampling import choose_tokens, nucleus, restricted_log_probabilities

scores = st.lists(st.floats(-30, 30), min_size=1, max_size=12)


@given(scores, st.data())
def test_restriction_renormalises_on_legal_tokens(values, data):
    size = len(values)
    legal = data.draw(st.lists(st.booleans(), min_size=size, max_size=size).filter(any))
    logs = restricted_log_probabilities(np.array([values]), np.array([legal]))[0]
    whole = np.exp(np.array(values) - max(values))
    wanted = whole * legal / (whole * legal).sum()
    np.testing.assert_allclose(np.exp(logs), wanted, rtol=1e-9, atol=1e-300)


@given(scores, st.floats(0.05, 5), st.floats(0.01, 1))
def test_the_nucleus_is_the_smallest_set_of_the_likeliest(values, temperature, top_p):
    logs = restricted_log_probabilities(np.array([values]), np.ones((1, len(values)), bool))
    probabilities = nucleus(logs, temperature, top_p)[0]
    tempered = np.exp((np.array(values) - max(values)) / temperature)
    tempered /= tempered.sum()
    nucleus_probabilities, held = [], 0.0
    for place in sorted(range(len(values)), key=lambda i: (-tempered[i], i)):
        if held >= top_p - 1e-12:
            break
        nucleus_probabilities.append(place)
        held += tempered[place]
    assert np.isclose(probabilities.sum(), 1)
    # Sums at the very edge of the nucleus may round either way.
    edge = {place for place in range(len(values)) if probabilities[place] > 0} ^ set(
        nucleus_probabilities
    )
    assert all(tempered[place] < 1e-9 or abs(held - top_p) < 1e-9 for place in edge)
    if not edge:
        np.testing.assert_allclose(
            probabilities[nucleus_probabilities], tempered[nucleus_probabilities] / held, rtol=1e-9
        )


def test_without_a_nucleus_at_temperature_one_nothing_changes():
    logs = np.log([[0.5, 0.3, 0.2]])
    np.testing.assert_allclose(nucleus(logs, 1.0, 1.0), [[0.5, 0.3, 0.2]])


def test_choices_follow_the_probabilities():
    weights = np.array([0.5, 0.0, 0.3, 0.2])
    uniforms = np.random.default_rng(0).random(20_000)
    picked = choose_tokens(np.tile(weights, (20_000, 1)), uniforms)
    counts = np.bincount(picked, minlength=4)
    assert counts[1] == 0
    expected = 20_000 * weights[[0, 2, 3]]
    chi_square = ((counts[[0, 2, 3]] - expected) ** 2 / expected).sum()
    assert chi_square < 13.8  # 0.1% of honest samples are above this (2 degrees)


@pytest.mark.parametrize("uniform", [0.0, 1 - 2**-53])
def test_the_ends_of_the_unit_interval_choose_a_possible_token(uniform):
    weights = np.array([[0.0, 1 / 3, 1 / 3, 1 / 3, 0.0]])
    assert choose_tokens(weights, np.array([uniform]))[0] in (1, 2, 3)
