"""The distribution at a mask against a slow plain reference, and its invariances."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.errors import InfillError
from crystal_llm.infill.distribution import (
    TRANSLATIONS,
    ElementDistribution,
    MaskQuery,
    element_distribution,
    element_distributions,
    tempered,
)
from crystal_llm.infill.element_trie import ElementTrie
from crystal_llm.language_model.tokenizer import SymbolTokens
from crystal_llm.text.prompts import infill_prompt


def slow_reference(network, tokenizer, symbols, prompt):
    """Every element by itself: one whole forward pass each, renormalised by hand.

    Only the scores that count are asked of the head: it has 49,000 rows.
    """
    asked = tokenizer(prompt)["input_ids"]
    spelled = {element: (*symbols.ids[element], symbols.end) for element in TRAINED_ELEMENTS}
    probabilities = {}
    for element, ids in spelled.items():
        with torch.inference_mode():
            tokens = torch.tensor([[*asked, *ids]])
            scores = network(tokens, logits_to_keep=len(ids) + 1).logits[0].double()
        logarithm = 0.0
        for depth, token in enumerate(ids):
            legal = sorted(
                {tokens[depth] for tokens in spelled.values() if tokens[:depth] == ids[:depth]}
            )
            here = scores[depth]
            logarithm += float(here[token] - torch.logsumexp(here[legal], dim=0))
        probabilities[element] = math.exp(logarithm)
    return probabilities


def test_every_element_has_the_probability_of_the_slow_reference(
    tiny_models, tiny_llama, tokenizer, symbols, perovskite
):
    distribution = element_distribution(
        tiny_models["float32"], perovskite, [1], translations=3, seed=5
    )
    for row, shift in zip(distribution.log_probabilities, distribution.shifts, strict=True):
        prompt = infill_prompt(perovskite.translated(shift), [1])
        expected = slow_reference(tiny_llama, tokenizer, symbols, prompt)
        assert sum(expected.values()) == pytest.approx(1.0)
        assert dict(zip(distribution.elements, np.exp(row), strict=True)) == pytest.approx(
            expected, abs=1e-6
        )
    assert distribution.elements == TRAINED_ELEMENTS
    assert any(len(symbols.ids[element]) > 1 for element in TRAINED_ELEMENTS)


def test_origins_that_are_known_are_not_asked_again(tiny_models, perovskite):
    model = tiny_models["float32"]
    whole = element_distribution(model, perovskite, [1], translations=3, seed=5)
    first = element_distribution(model, perovskite, [1], translations=1, seed=5)
    more = element_distribution(model, perovskite, [1], translations=3, seed=5, known=first)
    assert more.log_probabilities[0] == first.log_probabilities[0]
    assert more.shifts == whole.shifts
    assert np.allclose(more.log_probabilities, whole.log_probabilities, atol=1e-5)
    assert more.wall_s > first.wall_s
    with pytest.raises(InfillError, match="3 of 3 origins are known"):
        element_distribution(model, perovskite, [1], translations=3, seed=5, known=more)


def test_decoders_agree_and_sum_to_one(tiny_models, rock_salt):
    distributions = {
        name: element_distribution(model, rock_salt, range(4), translations=2)
        for name, model in tiny_models.items()
    }
    for distribution in distributions.values():
        assert np.exp(distribution.log_probabilities).sum(axis=1) == pytest.approx([1.0, 1.0])
        assert distribution.probabilities(0.3).sum() == pytest.approx(1.0)
    float32, other = (
        distributions["float32"].probabilities(),
        distributions["transformers"].probabilities(),
    )
    assert other == pytest.approx(float32, abs=1e-5)


def test_many_crystals_side_by_side_are_answered_as_alone(tiny_models, rock_salt, perovskite):
    model = tiny_models["float32"]
    queries = [MaskQuery(rock_salt, (4, 5, 6, 7), 1), MaskQuery(perovskite, (0,), 2)]
    together = element_distributions(model, queries, translations=2)
    for query, distribution in zip(queries, together, strict=True):
        alone = element_distribution(
            model, query.crystal, query.sites, translations=2, seed=query.seed
        )
        assert distribution.shifts == alone.shifts
        assert distribution.probabilities() == pytest.approx(alone.probabilities(), abs=1e-6)


@pytest.mark.parametrize("shift", [(0.25, 0.5, 0.125), (0.999, 0.001, 0.3)])
def test_the_answer_is_the_same_wherever_the_origin_lies(tiny_models, perovskite, shift):
    model = tiny_models["float32"]
    here = element_distribution(model, perovskite, [0], translations=4)
    there = element_distribution(model, perovskite.translated(shift), [0], translations=4)
    assert there.probabilities() == pytest.approx(here.probabilities(), abs=1e-9)
    assert here.origin_dependence().largest_total_variation > 0.0


def test_one_origin_has_no_spread(tiny_models, perovskite):
    distribution = element_distribution(tiny_models["float32"], perovskite, [0], translations=1)
    assert distribution.origin_dependence().mean_total_variation == pytest.approx(0.0, abs=1e-12)
    assert all(element.spread == 0.0 for element in distribution.ranked())


def made(rows, elements=TRAINED_ELEMENTS[:4]):
    logarithms = [np.log(np.array(row) / sum(row)) for row in rows]
    return ElementDistribution(
        (0,), ("H",), elements, tuple(map(tuple, logarithms)), ((0.0,) * 3,) * len(rows), "m", 0.0
    )


weights = st.lists(st.floats(1e-6, 1.0), min_size=4, max_size=4)


@given(st.lists(weights, min_size=1, max_size=5), st.floats(0.05, 50.0))
def test_tempered_distributions_sum_to_one_and_keep_the_ranking(rows, temperature):
    distribution = made(rows)
    values = distribution.probabilities(temperature)
    assert values.sum() == pytest.approx(1.0)
    order = [element.element for element in distribution.ranked()]
    place = {element: index for index, element in enumerate(distribution.elements)}
    ranked = [values[place[element]] for element in order]
    assert all(first >= second - 1e-12 for first, second in pairwise(ranked))
    restricted = distribution.restricted(distribution.elements[:2], temperature)
    assert sum(restricted.values()) == pytest.approx(1.0)


@given(st.permutations(range(4)), weights, st.floats(0.2, 5.0))
def test_temperature_knows_no_order_of_elements(order, row, temperature):
    straight = tempered(np.log(row), temperature)
    assert tempered(np.log(row)[order], temperature) == pytest.approx(straight[order])


def test_the_limits_of_temperature():
    distribution = made([(0.5, 0.3, 0.15, 0.05)])
    assert distribution.probabilities(1.0) == pytest.approx([0.5, 0.3, 0.15, 0.05])
    assert distribution.probabilities(1e-6) == pytest.approx([1, 0, 0, 0])
    assert distribution.probabilities(1e9) == pytest.approx([0.25] * 4)
    for wrong in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InfillError, match="must be above 0"):
            distribution.probabilities(wrong)
    assert distribution.restricted(["Xx"]) == {}


def test_averages_are_of_probabilities_and_variation_is_total():
    distribution = made([(1.0, 1e-12, 1e-12, 1e-12), (1e-12, 1.0, 1e-12, 1e-12)])
    assert distribution.probabilities() == pytest.approx([0.5, 0.5, 0, 0])
    assert distribution.origin_dependence().mean_total_variation == pytest.approx(0.5)
    assert distribution.ranked()[0].spread == pytest.approx(0.5)


def test_an_element_that_begins_another_ends_before_it():
    spelling = SymbolTokens({"C": (1,), "Cd": (1, 2), "Cs": (1, 3), "O": (4,)}, end=0)
    trie = ElementTrie.of(spelling, ("C", "Cd", "Cs", "O"))
    assert trie.branches == ((), (1,))
    assert trie.legal == ((1, 4), (0, 2, 3))
    scores = np.zeros((2, 1, 5))
    probabilities = np.exp(trie.log_probabilities(scores, (0, 1, 2, 3, 4)))[0]
    assert probabilities == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])


@pytest.mark.parametrize(
    ("sites", "options", "said"),
    [
        ([], {}, "no site is masked"),
        (range(5), {}, "all 5 sites are masked"),
        ([5], {}, "0 to 4"),
        ([-1], {}, "0 to 4"),
        ([0], {"translations": 0}, "from 1 to"),
        ([0], {"translations": 1000}, "from 1 to"),
        ([0], {"seed": -1}, "at least 0"),
    ],
)
def test_wrong_picks_are_refused(tiny_models, perovskite, sites, options, said):
    with pytest.raises(InfillError, match=said):
        element_distribution(tiny_models["float32"], perovskite, sites, **options)


def test_shell_page_and_package_average_over_equally_many_origins_by_default():
    from crystal_llm.cli.main import parser
    from crystal_llm.jobs.infill_requests import InfillQuestion

    asked = parser().parse_args(["infill", "a.cif", "--sites=0"])
    fields = InfillQuestion.__dataclass_fields__
    assert asked.translations == fields["translations"].default == TRANSLATIONS == 4
