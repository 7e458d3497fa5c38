"""The distribution over elements at a mask.

The model is asked with the paper's infill prompt (CrystalLLM, arXiv 2402.04379, Section 4
and Appendix A.2), in which every masked site reads ``[MASK]`` and one element answers for
all of them. Its answer is taken apart by a trie of the elements' tokens: at every branch
the model's probabilities are renormalised on the tokens that lead to an element, and the
product along an element's branch is its probability, so that they sum to 1.

The cell is read at several random origins in one forward pass and the probabilities are
averaged. Where the origin lies is measured from the first masked site, so that the answer
is the same wherever the file puts its origin; what is left to chance is reported.

A model of symmetric text reads the crystal by its orbits (:mod:`crystal_llm.infill.orbits`): no
origin is left to average over. Where all other elements are told, it also says how likely it finds
the whole crystal with each element (:mod:`crystal_llm.infill.whole_crystals`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.errors import InfillError
from crystal_llm.infill.element_trie import (
    ElementTrie,
    branch_scores,
    continued_log_probabilities,
)
from crystal_llm.infill.masks import check_coordinate_text, masked_sites
from crystal_llm.infill.orbits import (
    INFILL_ENERGY_ABOVE_HULL_EV_PER_ATOM,
    element_log_probabilities,
    masked_orbits,
    orbit_prompt,
)
from crystal_llm.infill.whole_crystals import (
    can_be_read_whole,
    filled_log_probabilities,
    joined,
)
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.coordinate_vocabulary import CoordinateVocabulary
from crystal_llm.text.prompts import infill_prompt
from crystal_llm.types import Array, PlainCrystal, Vector

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel

TRANSLATIONS = 4
"""Origins by default."""

MAX_TRANSLATIONS = 64


@dataclass(frozen=True, slots=True)
class RankedElement:
    """One element of a distribution.

    Attributes:
        element: Symbol.
        probability: Averaged over the origins.
        spread: Standard deviation of the probability over the origins.
    """

    element: str
    probability: float
    spread: float


@dataclass(frozen=True, slots=True)
class OriginDependence:
    """How much an answer depended on where the origin lay.

    Attributes:
        mean_total_variation: Half the summed absolute difference between the distribution
            at one origin and the average (0: equal, 1: disjoint), averaged over origins.
        largest_total_variation: The same at the worst origin.
    """

    mean_total_variation: float
    largest_total_variation: float


@dataclass(frozen=True, slots=True)
class ElementDistribution:
    """What a model would put at masked sites, all of which get one element.

    Temperatures need no new call of the model: everything follows from the stored
    log-probabilities.

    Attributes:
        sites: The masked sites.
        replaced: The elements that they hold, one a site.
        elements: Symbols, the order of the columns.
        log_probabilities: Natural logarithms at τ = 1, one row an origin (one for a model
            of symmetric text), one column an element.
        shifts: The vectors that the crystal was moved by, fractional, one a row; none for
            a model of symmetric text, which knows no origin.
        model: Identity of the model.
        wall_s: Seconds that the model took, and the weighing.
        energies_above_hull_ev_per_atom: With each element at the masked sites, as the crystal
            stands, where that was weighed (:mod:`crystal_llm.infill.weighing`); the
            log-probabilities are then those of both together.
    """

    sites: tuple[int, ...]
    replaced: tuple[str, ...]
    elements: tuple[str, ...]
    log_probabilities: tuple[tuple[float, ...], ...]
    shifts: tuple[Vector, ...]
    model: str
    wall_s: float
    energies_above_hull_ev_per_atom: tuple[float | None, ...] = ()

    def with_origins_of(self, other: ElementDistribution) -> ElementDistribution:
        """The same question's answer at further origins joined to this one."""
        return replace(
            self,
            log_probabilities=self.log_probabilities + other.log_probabilities,
            shifts=self.shifts + other.shifts,
            wall_s=self.wall_s + other.wall_s,
        )

    @property
    def is_by_orbits(self) -> bool:
        """Whether a model of symmetric text answered: no origin is left to average over."""
        return not self.shifts

    def probabilities(self, temperature: float = 1.0) -> Array:
        """Probabilities averaged over the origins, then tempered; shape (n_elements,).

        Averaged first: so the ranking is the same at every temperature.

        Raises:
            InfillError: The temperature is not above 0.
        """
        logarithms = np.array(self.log_probabilities)
        mean = np.logaddexp.reduce(logarithms, axis=0) - math.log(len(logarithms))
        return tempered(mean, temperature)

    def at_each_origin(self, temperature: float = 1.0) -> Array:
        """Tempered probabilities at each origin, shape (n_origins, n_elements)."""
        return np.array([tempered(np.array(row), temperature) for row in self.log_probabilities])

    def origin_dependence(self, temperature: float = 1.0) -> OriginDependence:
        """How far the answers at single origins lie from the average."""
        apart = np.abs(self.at_each_origin(temperature) - self.probabilities(temperature))
        variations = 0.5 * apart.sum(axis=1)
        return OriginDependence(float(variations.mean()), float(variations.max()))

    def ranked(self, temperature: float = 1.0) -> tuple[RankedElement, ...]:
        """All elements, the likeliest first; ties in the order of atomic numbers."""
        mean = self.probabilities(temperature)
        spreads = self.at_each_origin(temperature).std(axis=0)
        return tuple(
            RankedElement(self.elements[place], float(mean[place]), float(spreads[place]))
            for place in np.argsort(-mean, kind="stable")
        )

    def restricted(self, allowed: Iterable[str], temperature: float = 1.0) -> dict[str, float]:
        """Tempered probabilities renormalised on some elements, none where none is allowed.

        The paper's language-guided mutation draws from this, with the swap table's
        entries (Appendix C).
        """
        wanted = set(allowed)
        places = [place for place, element in enumerate(self.elements) if element in wanted]
        if not places:
            return {}
        logarithms = np.array(self.log_probabilities)[:, places]
        mean = np.logaddexp.reduce(logarithms, axis=0)
        values = tempered(mean, temperature)
        return {
            self.elements[place]: float(value) for place, value in zip(places, values, strict=True)
        }


def tempered(log_probabilities: Array, temperature: float) -> Array:
    """Probabilities to the power 1/τ, renormalised.

    Args:
        log_probabilities: Natural logarithms, shape (n,).
        temperature: τ; towards 0 the likeliest takes all, towards ∞ all are alike.

    Raises:
        InfillError: The temperature is not above 0.
    """
    if not (math.isfinite(temperature) and temperature > 0.0):
        raise InfillError(f"temperature = {temperature}: must be above 0 (1 is the model's own)")
    # Shifted first: divided by a tiny τ, a logarithm could pass the largest number.
    shifted = (log_probabilities - log_probabilities.max()) / temperature
    weights = np.exp(shifted)
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True, slots=True)
class MaskQuery:
    """One question to the model.

    Attributes:
        crystal: The crystal, in any cell.
        sites: The masked sites.
        seed: Of the origins.
        hidden: Masked sites that are asked about later, those of one element together.
            Symmetric text hides their elements; coordinate text shows those that they hold.
        energy_above_hull_ev_per_atom: Told to a model of symmetric text; None tells none.
    """

    crystal: PlainCrystal
    sites: tuple[int, ...]
    seed: int = 0
    hidden: tuple[tuple[int, ...], ...] = ()
    energy_above_hull_ev_per_atom: float | None = INFILL_ENERGY_ABOVE_HULL_EV_PER_ATOM


def element_distribution(
    model: LoadedModel,
    crystal: PlainCrystal,
    sites: Iterable[int],
    *,
    translations: int = TRANSLATIONS,
    seed: int = 0,
    known: ElementDistribution | None = None,
) -> ElementDistribution:
    """What a model would put at masked sites, one element at all of them.

    Args:
        model: The model.
        crystal: The crystal, in any cell.
        sites: The masked sites; if they hold different elements now, one element is still
            asked for all of them (:mod:`crystal_llm.infill.sequential` takes them in turn).
        translations: Origins to average over; without effect on a model of symmetric text.
        seed: Of the origins.
        known: The answer at the first of these origins, which are not asked again.

    Raises:
        InfillError: A wrong pick (none, all, out of range), an element that no model has
            seen, an impossible number of origins, or a crystal that is too large to be read.
    """
    query = MaskQuery(crystal, tuple(sites), seed)
    if known is not None and known.is_by_orbits:
        return known
    first = 0 if known is None else len(known.shifts)
    (distribution,) = element_distributions(model, [query], translations=translations, first=first)
    return distribution if known is None else known.with_origins_of(distribution)


def element_distributions(
    model: LoadedModel,
    queries: Sequence[MaskQuery],
    *,
    translations: int = TRANSLATIONS,
    first: int = 0,
) -> list[ElementDistribution]:
    """The same of several crystals side by side; errors as for one.

    Args:
        model: The model.
        queries: The questions.
        translations: Origins to average over.
        first: How many of them to leave out, from the first.
    """
    if not 1 <= translations <= MAX_TRANSLATIONS:
        raise InfillError(f"translations = {translations}: from 1 to {MAX_TRANSLATIONS}")
    if not 0 <= first < translations:
        raise InfillError(f"{first} of {translations} origins are known: none is left to ask")
    if isinstance(model.vocabulary, CompactVocabulary):
        return _by_orbits(model, model.vocabulary, queries)
    if model.text == "symmetric":
        raise InfillError(
            f"{model.card.name} writes symmetric text and has not learned to fill masks: choose "
            "a compact model, or one of coordinate text"
        )
    from crystal_llm.language_model.loading import vocabulary_of

    vocabulary = vocabulary_of(model)
    assert isinstance(vocabulary, CoordinateVocabulary)
    began = time.perf_counter()
    masks = [masked_sites(query.crystal, query.sites) for query in queries]
    for query in queries:
        check_coordinate_text(query.crystal)
    moves = [
        _shifts(query, sites[0], translations)[first:]
        for query, sites in zip(queries, masks, strict=True)
    ]
    prompts = [
        vocabulary.prompt_of(infill_prompt(query.crystal.translated(shift), sites))
        for query, sites, shifts in zip(queries, masks, moves, strict=True)
        for shift in shifts
    ]
    trie = ElementTrie.of(vocabulary.symbols)
    if model.server is not None:
        log_probabilities = continued_log_probabilities(model.decoder, prompts, vocabulary.symbols)
    else:
        scores = branch_scores(model.decoder, prompts, trie.branches)
        log_probabilities = trie.log_probabilities(scores, model.decoder.alphabet)
    wall_s = (time.perf_counter() - began) / max(len(queries), 1)
    return [
        ElementDistribution(
            sites,
            tuple(query.crystal.species[site] for site in sites),
            trie.elements,
            tuple(tuple(map(float, row)) for row in log_probabilities[start : start + len(shifts)]),
            shifts,
            model.identity,
            wall_s,
        )
        for start, query, sites, shifts in zip(
            range(0, len(log_probabilities), translations - first),
            queries,
            masks,
            moves,
            strict=True,
        )
    ]


def _by_orbits(
    model: LoadedModel, vocabulary: CompactVocabulary, queries: Sequence[MaskQuery]
) -> list[ElementDistribution]:
    """The masks are read in one forward pass, the whole crystals in one for each question."""
    began = time.perf_counter()
    masks, prompts, whole = [], [], []
    for query in queries:
        hidden = [site for sites in query.hidden for site in sites]
        sites = masked_sites(query.crystal, query.sites, hidden)
        masked = masked_orbits(query.crystal, sites, query.hidden)
        energy = query.energy_above_hull_ev_per_atom
        prompts.append(orbit_prompt(masked, energy, vocabulary, model.decoder.longest_tokens))
        masks.append(sites)
        whole.append((masked, energy))
    if not queries:
        return []
    by_mask = element_log_probabilities(model.decoder, prompts, vocabulary)
    answers = [
        joined(row, filled_log_probabilities(model.decoder, masked, energy, vocabulary))
        if can_be_read_whole(masked)
        else row
        for row, (masked, energy) in zip(by_mask, whole, strict=True)
    ]
    wall_s = (time.perf_counter() - began) / max(len(queries), 1)
    return [
        ElementDistribution(
            sites,
            tuple(query.crystal.species[site] for site in sites),
            TRAINED_ELEMENTS,
            (tuple(map(float, row)),),
            (),
            model.identity,
            wall_s,
        )
        for query, sites, row in zip(queries, masks, answers, strict=True)
    ]


def _shifts(query: MaskQuery, anchor: int, count: int) -> tuple[Vector, ...]:
    """Random vectors, uniform in the cell, that depend on the origin only through a site."""
    if query.seed < 0:
        raise InfillError(f"seed = {query.seed}: at least 0")
    at = query.crystal.fractional_coordinates[anchor]
    # Where the anchor shall lie; hundredths keep it off the edge between two texts.
    wanted = np.random.default_rng(query.seed).integers(0, 100, size=(count, 3)) / 100
    return tuple(
        (float(x - at[0]) % 1.0, float(y - at[1]) % 1.0, float(z - at[2]) % 1.0)
        for x, y, z in wanted
    )
