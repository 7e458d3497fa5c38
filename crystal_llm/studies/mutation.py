"""Template mutations: uniform swaps against swaps that the model proposes.

Source: CrystalLLM (arXiv 2402.04379), Section 5 and Appendix C. Of each test structure one
element is chosen at random and swapped at all its sites: for a uniform entry of the swap
table (the template method), or for one drawn from the model's infill distribution at a
temperature, restricted to the same entries. Each mutated structure is relaxed once.
Measured: percentage at most 0.1 eV/atom above the hull, and the diversity of those.

Every method mutates the same element of the same structures, so that they differ in the
swap alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.edits import substitute
from crystal_llm.crystal.lattice_change import rescale_by_radii
from crystal_llm.crystal.swap_table import RADIUS_TOLERANCE_ANGSTROM, swap_table
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import InfillError
from crystal_llm.evaluation.diversity import mean_pair_distance, standardised
from crystal_llm.evaluation.fingerprints import composition_fingerprints, fingerprint
from crystal_llm.evaluation.rates import Mean, Rate
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM
from crystal_llm.evaluation.validity import formula_of
from crystal_llm.infill.distribution import MaskQuery, element_distributions
from crystal_llm.studies.infill_accuracy import MaskedCrystal
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel

UNIFORM = "uniform swap"
_BATCH = 8


@dataclass(frozen=True, slots=True)
class Mutation:
    """One structure with one element swapped.

    Attributes:
        material_id: The structure that was mutated.
        element: What was there.
        replacement: What is there now.
        crystal: The mutated structure, not relaxed.
    """

    material_id: str
    element: str
    replacement: str
    crystal: PlainCrystal


@dataclass(frozen=True, slots=True)
class MutationVerdict:
    """What became of a mutated structure.

    Attributes:
        relaxed: After relaxation; None where it failed.
        energy_above_hull_ev_per_atom: None where it has no place on the hull.
        reason: Why something is missing.
    """

    relaxed: PlainCrystal | None
    energy_above_hull_ev_per_atom: float | None
    reason: str | None


MutationJudge = Callable[[Sequence[PlainCrystal]], Sequence[MutationVerdict]]
"""Relaxes structures and places them on a hull, in their order."""


@dataclass(frozen=True, slots=True)
class MutationResult:
    """One method's line of the table.

    Attributes:
        method: How the swap was drawn.
        mutated: Structures that were mutated.
        relaxed: Of them, those with a relaxed structure.
        on_hull: Of them, those with an energy above hull.
        metastable: Those at most 0.1 eV/atom above the hull, of all mutated.
        formulas: Distinct reduced formulas among the metastable ones.
        composition_diversity: Mean distance of their Magpie fingerprints; None for fewer
            than two.
        structure_diversity: The same of CrystalNN fingerprints.
    """

    method: str
    mutated: int
    relaxed: int
    on_hull: int
    metastable: Rate
    formulas: int
    composition_diversity: Mean | None
    structure_diversity: Mean | None


def mutable_masks(
    rows: Sequence[CrystalRow],
    count: int,
    *,
    seed: int = 0,
    max_atoms: int = 20,
    tolerance_angstrom: float = RADIUS_TOLERANCE_ANGSTROM,
) -> list[MaskedCrystal]:
    """Test structures, each with one element drawn that the swap table can swap.

    Elements alone in their structure are left out: masked whole, nothing would be left to
    read.

    Raises:
        InfillError: No such structure, or an impossible number.
    """
    if count < 1:
        raise InfillError(f"mutations = {count}: at least 1")
    table = swap_table(tolerance_angstrom)
    eligible = []
    for row in rows:
        species = sorted(set(row.crystal.species))
        swappable = [symbol for symbol in species if table.get(symbol)]
        known = set(species) <= table.keys()
        small = len(row.crystal.species) <= max_atoms
        if row.split == "test" and len(species) > 1 and swappable and known and small:
            eligible.append((row, swappable))
    if not eligible:
        raise InfillError("the table has no test structure that the swap table can mutate")
    chance = random.Random(seed)
    return [
        MaskedCrystal(row, chance.choice(swappable), chance.randrange(2**31))
        for row, swappable in chance.sample(eligible, min(count, len(eligible)))
    ]


def mutate(
    model: LoadedModel | None,
    masks: Sequence[MaskedCrystal],
    temperatures: Sequence[float],
    *,
    translations: int = 1,
    tolerance_angstrom: float = RADIUS_TOLERANCE_ANGSTROM,
    rescale: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, list[Mutation]]:
    """Mutates every structure once by each method; the model is asked once a structure.

    Args:
        model: The model; None for the uniform swap alone.
        masks: Structures and their masked elements.
        temperatures: τ of the guided methods.
        translations: Origins to average over.
        tolerance_angstrom: Of the swap table.
        rescale: Whether lattices are rescaled by radii first (not in the paper).
        progress: Called with the structures done and their number.

    Returns:
        Mutations by method, in the order of ``masks``.
    """
    table = swap_table(tolerance_angstrom)
    names = [f"model, τ = {value:g}" for value in temperatures] if model else []
    mutants: dict[str, list[Mutation]] = {name: [] for name in (UNIFORM, *names)}
    for first in range(0, len(masks), _BATCH):
        batch = masks[first : first + _BATCH]
        answers = (
            []
            if model is None
            else element_distributions(
                model,
                [MaskQuery(mask.row.crystal, mask.sites, mask.seed) for mask in batch],
                translations=translations,
            )
        )
        for index, mask in enumerate(batch):
            entries = table[mask.element]
            uniform = dict.fromkeys(entries, 1.0 / len(entries))
            guided = [answers[index].restricted(entries, value) for value in temperatures if model]
            for place, (name, weights) in enumerate(zip(mutants, (uniform, *guided), strict=True)):
                chance = np.random.default_rng([mask.seed, place])
                drawn = str(chance.choice(list(weights), p=list(weights.values())))
                mutants[name].append(_mutation(mask, drawn, rescale))
        progress(min(first + _BATCH, len(masks)), len(masks))
    return mutants


def _mutation(mask: MaskedCrystal, replacement: str, rescale: bool) -> Mutation:
    before = mask.row.crystal
    after = substitute(before, mask.sites, replacement).crystal
    if rescale:
        after = rescale_by_radii(before, after).crystal
    return Mutation(mask.row.material_id, mask.element, replacement, after)


def judge_mutations(
    mutations: dict[str, list[Mutation]], sources: Sequence[PlainCrystal], judge: MutationJudge
) -> tuple[MutationResult, ...]:
    """Relaxes and places all mutated structures and compares the methods.

    Args:
        mutations: Of :func:`mutate`.
        sources: The structures that were mutated: the common scale of the fingerprints.
        judge: Relaxation and hull, given from above.
    """
    flat = [mutation.crystal for each in mutations.values() for mutation in each]
    verdicts = judge(flat)
    if len(verdicts) != len(flat):
        raise InfillError(
            f"{len(verdicts)} of {len(flat)} mutated structures were judged: nothing is compared"
        )
    scale = composition_fingerprints(sources)
    results = []
    start = 0
    for method, each in mutations.items():
        results.append(_result(method, verdicts[start : start + len(each)], scale))
        start += len(each)
    return tuple(results)


def _result(method: str, verdicts: Sequence[MutationVerdict], scale: np.ndarray) -> MutationResult:
    metastable = [
        verdict.relaxed
        for verdict in verdicts
        if verdict.relaxed is not None
        and verdict.energy_above_hull_ev_per_atom is not None
        and verdict.energy_above_hull_ev_per_atom <= METASTABLE_EV_PER_ATOM
    ]
    compositions = structures = None
    if len(metastable) > 1:
        compositions = mean_pair_distance(standardised(composition_fingerprints(metastable), scale))
        prints = [
            features
            for crystal in metastable
            if (features := fingerprint(crystal).structure) is not None
        ]
        structures = mean_pair_distance(np.array(prints)) if len(prints) > 1 else None
    return MutationResult(
        method=method,
        mutated=len(verdicts),
        relaxed=sum(verdict.relaxed is not None for verdict in verdicts),
        on_hull=sum(verdict.energy_above_hull_ev_per_atom is not None for verdict in verdicts),
        metastable=Rate(len(metastable), len(verdicts), "mutated structures"),
        formulas=len({formula_of(crystal.species) for crystal in metastable}),
        composition_diversity=compositions,
        structure_diversity=structures,
    )
