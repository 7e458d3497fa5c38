"""How often the model finds the element that was masked in known crystals.

One element of each crystal is masked at all its sites, drawn as in training
(CrystalLLM, Appendix A.2). Two guesses without a model stand beside it: the most frequent
elements of the training set, and the swap table's uniform choice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.swap_table import RADIUS_TOLERANCE_ANGSTROM
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import InfillError
from crystal_llm.evaluation.rates import Mean, Rate, mean_with_interval
from crystal_llm.generation.best_of import EnergiesAboveHull
from crystal_llm.infill.distribution import ElementDistribution, MaskQuery, element_distributions
from crystal_llm.infill.weighing import weighed
from crystal_llm.studies.infill_baselines import frequency_ranking, swap_candidates

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel

TOP = (1, 3, 10)
_BATCH = 8


@dataclass(frozen=True, slots=True)
class MaskedCrystal:
    """A test crystal and the element that is masked in it."""

    row: CrystalRow
    element: str
    seed: int

    @property
    def sites(self) -> tuple[int, ...]:
        """All sites of the element."""
        species = self.row.crystal.species
        return tuple(site for site, symbol in enumerate(species) if symbol == self.element)


@dataclass(frozen=True, slots=True)
class MaskedOutcome:
    """What became of one masked crystal.

    Attributes:
        material_id: The crystal.
        formula: Its reduced formula.
        element: The masked element.
        rank: The model's rank of it among all elements, from 1.
        rank_in_swaps: The model's rank of it among itself and the swap table's entries.
        swaps: How many those are, itself included.
        frequency_rank: Its rank by frequency in the training set.
        probability: The model's probability of it.
        likeliest: The model's first choice.
        total_variation: Mean over the origins; 0 with one origin.
        weighed_rank: Its rank with the energies weighed in; None where that was not asked.
    """

    material_id: str
    formula: str
    element: str
    rank: int
    rank_in_swaps: int
    swaps: int
    frequency_rank: int
    probability: float
    likeliest: str
    total_variation: float
    weighed_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Guesser:
    """One line of the table: the model or a baseline.

    Attributes:
        name: What guesses.
        top: Share of crystals whose element is among the first 1, 3 and 10 guesses. For
            the uniform choice it is an expectation, so no count.
        reciprocal_rank: Mean of 1/rank.
    """

    name: str
    top: tuple[Mean, Mean, Mean]
    reciprocal_rank: Mean


def sample_masks(
    rows: Sequence[CrystalRow], count: int, *, seed: int = 0, max_atoms: int = 20
) -> list[MaskedCrystal]:
    """Test crystals, each with one element drawn to be masked.

    Args:
        rows: A table; its test rows with at least two elements (one alone could only be
            masked whole) that a model can write are drawn from.
        count: At most so many.
        seed: Of the draw.
        max_atoms: Larger cells are left out.

    Raises:
        InfillError: No such row, or an impossible number.
    """
    if count < 1:
        raise InfillError(f"n = {count}: at least 1")
    eligible = [
        row
        for row in rows
        if row.split == "test"
        and len(row.crystal.species) <= max_atoms
        and len(set(row.crystal.species)) > 1
        and set(row.crystal.species) <= set(TRAINED_ELEMENTS)
    ]
    if not eligible:
        raise InfillError(
            "the table has no test crystal of at least two elements within the limit on atoms"
        )
    chance = random.Random(seed)
    drawn = chance.sample(eligible, min(count, len(eligible)))
    return [
        MaskedCrystal(row, chance.choice(sorted(set(row.crystal.species))), chance.randrange(2**31))
        for row in drawn
    ]


def measure(
    model: LoadedModel,
    masks: Sequence[MaskedCrystal],
    table: Sequence[CrystalRow],
    *,
    translations: int = 1,
    tolerance_angstrom: float = RADIUS_TOLERANCE_ANGSTROM,
    energies: EnergiesAboveHull | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[MaskedOutcome]:
    """Asks the model about masked crystals.

    Args:
        model: The model.
        masks: The masked crystals.
        table: The whole table: training rows for the frequencies.
        translations: Origins to average over.
        tolerance_angstrom: Of the swap table.
        energies: Energies above hull, to be weighed in beside; None: the model alone.
        progress: Called with the crystals done and their number.
        should_stop: Asked between batches.

    Yields:
        Outcomes, crystals of like sizes together.
    """
    frequencies = frequency_ranking(table)
    # Drawn at random already: sorting only brings like lengths into one pass, and a run
    # that is stopped would else hold small crystals alone, so windows are sorted, not all.
    done = 0
    for first in range(0, len(masks), _BATCH * 4):
        window = sorted(
            masks[first : first + _BATCH * 4], key=lambda mask: len(mask.row.crystal.species)
        )
        for start in range(0, len(window), _BATCH):
            if should_stop():
                return
            batch = window[start : start + _BATCH]
            distributions = element_distributions(
                model,
                [MaskQuery(mask.row.crystal, mask.sites, mask.seed) for mask in batch],
                translations=translations,
            )
            for mask, distribution in zip(batch, distributions, strict=True):
                outcome = _outcome(mask, distribution, frequencies, tolerance_angstrom)
                if energies is not None:
                    both = weighed(distribution, mask.row.crystal, energies).ranked()
                    ranking = [guess.element for guess in both]
                    outcome = replace(outcome, weighed_rank=ranking.index(mask.element) + 1)
                yield outcome
            done += len(batch)
            progress(done, len(masks))


def _outcome(
    mask: MaskedCrystal,
    distribution: ElementDistribution,
    frequencies: Sequence[str],
    tolerance_angstrom: float,
) -> MaskedOutcome:
    ranked = distribution.ranked()
    ranking = [guess.element for guess in ranked]
    among = swap_candidates(mask.element, tolerance_angstrom)
    rank = ranking.index(mask.element) + 1
    return MaskedOutcome(
        material_id=mask.row.material_id,
        formula=mask.row.formula,
        element=mask.element,
        rank=rank,
        rank_in_swaps=[symbol for symbol in ranking if symbol in among].index(mask.element) + 1,
        swaps=len(among),
        frequency_rank=frequencies.index(mask.element) + 1,
        probability=ranked[rank - 1].probability,
        likeliest=ranking[0],
        total_variation=distribution.origin_dependence().mean_total_variation,
    )


def compare_guessers(outcomes: Sequence[MaskedOutcome]) -> tuple[Guesser, ...]:
    """The model beside the baselines, all on the same crystals.

    Raises:
        InfillError: There is no outcome.
    """
    if not outcomes:
        raise InfillError("no crystal was measured, so nothing can be compared")
    weighed_ranks = [outcome.weighed_rank for outcome in outcomes]
    both = [rank for rank in weighed_ranks if rank is not None]
    return (
        _ranks("model", [outcome.rank for outcome in outcomes]),
        *([_ranks("model, weighed by energy", both)] if len(both) == len(outcomes) else []),
        _ranks("most frequent element", [outcome.frequency_rank for outcome in outcomes]),
        _ranks("model, within the swap table", [outcome.rank_in_swaps for outcome in outcomes]),
        _uniform("swap table, uniform choice", [outcome.swaps for outcome in outcomes]),
    )


def _ranks(name: str, ranks: Sequence[int]) -> Guesser:
    tops = [Rate(sum(rank <= top for rank in ranks), len(ranks), "masked crystals") for top in TOP]
    top, three, ten = (_of_rate(rate) for rate in tops)
    return Guesser(name, (top, three, ten), mean_with_interval([1 / rank for rank in ranks]))


def _of_rate(rate: Rate) -> Mean:
    low, high = rate.interval or (0.0, 1.0)
    return Mean(rate.share or 0.0, low, high, rate.total)


def _uniform(name: str, sizes: Sequence[int]) -> Guesser:
    """Expectations of a uniform order of so many elements, one of them the answer."""
    top, three, ten = (mean_with_interval([min(top, n) / n for n in sizes]) for top in TOP)
    reciprocal = [sum(1 / rank for rank in range(1, n + 1)) / n for n in sizes]
    return Guesser(name, (top, three, ten), mean_with_interval(reciprocal))
