"""Groups of different elements, one after another and in all orders."""

import pytest

from crystal_llm.crystal.edits import substitute
from crystal_llm.errors import InfillError
from crystal_llm.infill.distribution import element_distribution
from crystal_llm.infill.sequential import sequential_infill


def test_the_chain_is_the_product_of_its_answers(tiny_models, perovskite):
    model = tiny_models["float32"]
    infill = sequential_infill(model, perovskite, [0, 1], follow=2, translations=2)
    assert infill.orders == ((0, 1),)
    assert [group.element for group in infill.groups] == ["Sr", "Ti"]
    first = element_distribution(model, perovskite, [0], translations=2)
    assert infill.marginal(0) == pytest.approx(first.probabilities(), abs=1e-6)
    likeliest = first.ranked()[0]
    filled = substitute(perovskite, [0], likeliest.element).crystal
    second = element_distribution(model, filled, [1], translations=2).ranked()[0]
    together = {
        combination.elements: combination.probability for combination in infill.combinations()
    }
    assert together[likeliest.element, second.element] == pytest.approx(
        likeliest.probability * second.probability, abs=1e-6
    )
    assert infill.followed() == pytest.approx(
        sum(element.probability for element in first.ranked()[:2]), abs=1e-6
    )
    assert sum(together.values()) == pytest.approx(infill.followed())
    assert infill.marginal(1, 0.5).sum() == pytest.approx(1.0)


def test_all_orders_are_averaged(tiny_models, perovskite):
    model = tiny_models["float32"]
    both = sequential_infill(model, perovskite, [0, 1], all_orders=True, follow=1, translations=1)
    assert set(both.orders) == {(0, 1), (1, 0)}
    forward = sequential_infill(model, perovskite, [0, 1], follow=1, translations=1)
    backward = element_distribution(model, perovskite, [1], translations=1).probabilities()
    mean = 0.5 * (forward.marginal(1) + backward)
    assert both.marginal(1) == pytest.approx(mean, abs=1e-6)
    assert both.marginal(0).sum() == pytest.approx(1.0)


def test_only_allowed_elements_are_followed(tiny_models, perovskite):
    infill = sequential_infill(
        tiny_models["float32"],
        perovskite,
        [0, 1],
        allowed=[frozenset({"Ba", "Ca"}), frozenset({"Zr"})],
        translations=1,
    )
    assert {branch.filled for branch in infill.branches if branch.filled} == {("Ba",), ("Ca",)}


def test_limits(tiny_models, perovskite):
    with pytest.raises(InfillError, match="follow = 0"):
        sequential_infill(tiny_models["float32"], perovskite, [0, 1], follow=0)
    with pytest.raises(InfillError, match="no element is left for the sites of Ti"):
        sequential_infill(
            tiny_models["float32"], perovskite, [0, 1], allowed=[frozenset({"Ba"}), frozenset()]
        )
    with pytest.raises(InfillError, match="all 5 sites"):
        sequential_infill(tiny_models["float32"], perovskite, range(5))
