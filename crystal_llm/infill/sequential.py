"""Masked sites of different elements: one element after another.

The model was trained with one element masked at a time, so groups of sites that hold
different elements are asked about in turn. While one group is masked, groups that were
asked before hold what was taken for them, and groups that follow still hold their present
elements, which symmetric text hides from the model. The answer therefore depends on the order:
it is stated, or all orders are averaged.

Only the likeliest fillings of a group are followed to the next. What is left out is told
as the share of probability that was followed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.edits import substitute
from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.errors import InfillError
from crystal_llm.infill.distribution import (
    TRANSLATIONS,
    ElementDistribution,
    MaskQuery,
    element_distributions,
)
from crystal_llm.infill.masks import MaskedGroup, groups
from crystal_llm.types import Array, PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel

FOLLOWED = 3
MAX_GROUPS = 4
MAX_GROUPS_IN_ALL_ORDERS = 3


@dataclass(frozen=True, slots=True)
class Branch:
    """One question of a chain and its answer.

    Attributes:
        order: Places of the groups, in the order in which they are asked about.
        filled: Elements taken for the groups asked about before this one.
        distribution: What the model says of the next group.
    """

    order: tuple[int, ...]
    filled: tuple[str, ...]
    distribution: ElementDistribution


@dataclass(frozen=True, slots=True)
class Combination:
    """One element for each group.

    Attributes:
        elements: In the order of the groups.
        probability: Product along the chain, averaged over the orders.
    """

    elements: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class SequentialInfill:
    """What a model would put at groups of masked sites, one group after another.

    Attributes:
        groups: The groups, in the order of their first sites.
        orders: The orders that were asked, each as places of groups.
        branches: All questions and answers.
    """

    groups: tuple[MaskedGroup, ...]
    orders: tuple[tuple[int, ...], ...]
    branches: tuple[Branch, ...]

    def marginal(self, group: int, temperature: float = 1.0) -> Array:
        """Probabilities of the elements at one group, shape (n_elements,), summing to 1.

        Those of the groups before it are summed over what was followed of them.
        """
        total = np.zeros(len(self.branches[0].distribution.elements))
        for order in self.orders:
            depth = order.index(group)
            weighted = np.zeros_like(total)
            for branch in self._at(order, depth):
                weight = self._weight(branch, temperature)
                weighted += weight * branch.distribution.probabilities(temperature)
            total += weighted / weighted.sum()
        return np.asarray(total / len(self.orders))

    def combinations(self, temperature: float = 1.0) -> tuple[Combination, ...]:
        """All fillings that were reached, the likeliest first."""
        fillings: dict[tuple[str, ...], float] = defaultdict(float)
        for order in self.orders:
            for branch in self._at(order, len(order) - 1):
                weight = self._weight(branch, temperature) / len(self.orders)
                probabilities = branch.distribution.probabilities(temperature)
                for element, value in zip(branch.distribution.elements, probabilities, strict=True):
                    chosen = dict(zip(order, (*branch.filled, element), strict=True))
                    filling = tuple(chosen[place] for place in range(len(order)))
                    fillings[filling] += weight * float(value)
        ranked = sorted(fillings.items(), key=lambda item: -item[1])
        return tuple(Combination(elements, value) for elements, value in ranked)

    def followed(self, temperature: float = 1.0) -> float:
        """Share of probability that was followed to the last group, averaged over orders."""
        return float(
            np.mean(
                [
                    sum(
                        self._weight(branch, temperature)
                        for branch in self._at(order, len(order) - 1)
                    )
                    for order in self.orders
                ]
            )
        )

    def _at(self, order: tuple[int, ...], depth: int) -> list[Branch]:
        return [
            branch
            for branch in self.branches
            if branch.order == order and len(branch.filled) == depth
        ]

    def _weight(self, branch: Branch, temperature: float) -> float:
        """Probability of what a branch has filled so far."""
        weight = 1.0
        for depth, element in enumerate(branch.filled):
            (before,) = [
                sibling
                for sibling in self._at(branch.order, depth)
                if sibling.filled == branch.filled[:depth]
            ]
            place = before.distribution.elements.index(element)
            weight *= float(before.distribution.probabilities(temperature)[place])
        return weight


def sequential_infill(
    model: LoadedModel,
    crystal: PlainCrystal,
    sites: Iterable[int],
    *,
    all_orders: bool = False,
    allowed: Sequence[frozenset[str]] | None = None,
    follow: int = FOLLOWED,
    translations: int = TRANSLATIONS,
    seed: int = 0,
) -> SequentialInfill:
    """Asks about groups of masked sites in turn.

    Args:
        model: The model.
        crystal: The crystal.
        sites: The masked sites; those that hold the same element now form a group.
        all_orders: Whether every order of the groups is asked and averaged; else the one
            of their first sites.
        allowed: For each group, in the order of their first sites, the elements that may
            be taken for it before the next is asked about; None for all.
        follow: How many fillings are followed to the next group.
        translations: Origins to average each answer over.
        seed: Of the origins.

    Raises:
        InfillError: A wrong pick, too many groups, or a group with nothing to follow.
    """
    parts = groups(crystal, sites)
    limit = MAX_GROUPS_IN_ALL_ORDERS if all_orders else MAX_GROUPS
    if len(parts) > limit:
        raise InfillError(
            f"{len(parts)} different elements are masked; at most {limit} can be asked about "
            + ("in all orders" if all_orders else "one after another")
        )
    if follow < 1:
        raise InfillError(f"follow = {follow}: at least 1")
    wanted = allowed or [frozenset(TRAINED_ELEMENTS)] * len(parts)
    for part, elements in zip(parts, wanted, strict=True):
        if not elements:
            raise InfillError(
                f"no element is left for the sites of {part.element}: loosen the filters"
            )
    places = tuple(range(len(parts)))
    orders = tuple(permutations(places)) if all_orders else (places,)
    # Each path: its order, what is filled, and the logarithm of its probability.
    paths: list[tuple[tuple[int, ...], tuple[str, ...], float]] = [
        (order, (), 0.0) for order in orders
    ]
    branches: list[Branch] = []
    for depth in places:
        queries = [
            MaskQuery(
                _filled(crystal, [parts[place] for place in order], filled),
                parts[order[depth]].sites,
                seed,
                tuple(parts[place].sites for place in order[depth + 1 :]),
            )
            for order, filled, _ in paths
        ]
        answers = element_distributions(model, queries, translations=translations)
        longer: dict[tuple[int, ...], list[tuple[tuple[str, ...], float]]] = defaultdict(list)
        for (order, filled, logarithm), answer in zip(paths, answers, strict=True):
            branches.append(Branch(order, filled, answer))
            likely = [guess for guess in answer.ranked() if guess.element in wanted[order[depth]]][
                :follow
            ]
            for guess in likely:
                # Probabilities of a softmax can round to 0.
                step = float(np.log(max(guess.probability, 1e-300)))
                longer[order].append(((*filled, guess.element), logarithm + step))
        paths = [
            (order, filled, logarithm)
            for order in orders
            for filled, logarithm in sorted(longer[order], key=lambda path: -path[1])[:follow]
        ]
    return SequentialInfill(parts, orders, tuple(branches))


def _filled(
    crystal: PlainCrystal, parts: Sequence[MaskedGroup], filled: Sequence[str]
) -> PlainCrystal:
    """The crystal with the elements that were taken for the first groups of an order."""
    for part, element in zip(parts, filled, strict=False):
        crystal = substitute(crystal, part.sites, element).crystal
    return crystal
