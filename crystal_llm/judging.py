"""What becomes of the crystals that a model wrote: valid? relaxed? on the hull? new?

One function a stage, to be read from top to bottom: :func:`checked`, where asked for
:func:`refined`, :func:`relaxed`, :func:`placed` and, for a whole set, :func:`compared`, since
"unique" is a question to all of them together. Each gives a candidate with one step more.
:func:`judge` takes candidates from validity to the hull; :mod:`crystal_llm.funnel` counts. A
candidate that fails stays, with its reason.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crystal_llm.candidate import (
    Candidate,
    Checked,
    Compared,
    Placed,
    Refined,
    Relaxed,
)
from crystal_llm.relaxation.result import RelaxationResult, RelaxationSettings, RelaxationStep

if TYPE_CHECKING:
    from crystal_llm.dataset.known_structures import KnownStructures
    from crystal_llm.evaluation.novelty import KnownCrystals, Novelty
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.flow.sampler_settings import SamplerSettings
    from crystal_llm.relaxation.cache import RelaxationCache
    from crystal_llm.relaxation.pool import RelaxationPool
    from crystal_llm.stability.demanded_reference import DemandedReference
    from crystal_llm.stability.hull import HullResult, PhaseEnergy
    from crystal_llm.stability.references.reference import Reference
    from crystal_llm.types import PlainCrystal


@dataclass(frozen=True)
class JudgingResources:
    """What candidates are judged with.

    Attributes:
        potential: Name of the potential that relaxes them.
        settings: How far.
        reference: Known phases with energies of the same method; None: no hull.
        demanded: Computes the known phases of a crystal's chemical system where there is no
            reference.
        across_potentials: Compare with a reference of another potential of the same level
            of theory and correction; the results say both.
        structures: Structures of the reference's phases, so that those a candidate competes
            with are relaxed as it is; None: they stay as given.
        known: Known crystals; None: novelty is not asked, uniqueness is.
        processes: The most processes at once; None for one a core, or a few on a GPU.
        cache: Relaxations done before; None to do all again.
        pool: Processes that relax and stay for the next batch; None starts some for each.
    """

    potential: str = "chgnet"
    settings: RelaxationSettings = field(default_factory=RelaxationSettings)
    reference: Reference | None = None
    demanded: DemandedReference | None = None
    across_potentials: bool = False
    structures: KnownStructures | None = None
    known: KnownCrystals | None = None
    processes: int | None = None
    cache: RelaxationCache | None = None
    pool: RelaxationPool | None = None

    @property
    def reference_said(self) -> str | None:
        """The reference's id, or that phases are computed on demand; None without a hull."""
        if self.reference is not None:
            return self.reference.reference_id
        if self.demanded is None:
            return None
        from crystal_llm.stability.demanded_reference import ON_DEMAND

        return ON_DEMAND

    def reference_for(
        self, candidate: Candidate, tell: Callable[[str], None] = lambda line: None
    ) -> Reference | None:
        """The known phases among which a candidate is placed; None where there are none.

        Args:
            candidate: A relaxed candidate.
            tell: Called with what is computed for it, before it is.
        """
        if self.reference is not None or self.demanded is None or not candidate.elements:
            return self.reference
        return self.demanded.of(candidate.elements, tell)


def checked(candidate: Candidate) -> Candidate:
    """Says whether a crystal is possible; a candidate without one is given back as it is."""
    from crystal_llm.evaluation.validity import judge_plain

    crystal = candidate.crystal
    if crystal is None:
        return candidate
    began = time.perf_counter()
    return candidate.after(Checked(judge_plain(crystal), time.perf_counter() - began))


def refined(
    candidates: Sequence[Candidate],
    flow: LoadedFlow,
    settings: SamplerSettings,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Candidate]:
    """Brings the crystals of candidates nearer to their relaxed form.

    Args:
        candidates: Those to refine; each has a crystal. Their indexes differ.
        flow: The network.
        settings: How its velocity is followed.
        progress: Called with the crystals done and their number.
        should_stop: Asked after every step of the flow; those not done are not given then.

    Yields:
        The candidates, as their batches end. One whose refined crystal is impossible goes on
        as it was written, and its step says why.
    """
    from crystal_llm.evaluation.validity import judge_plain
    from crystal_llm.flow.refinement import refine_crystals

    refinements = refine_crystals(
        flow,
        [
            crystal
            for crystal in (candidate.crystal for candidate in candidates)
            if crystal is not None
        ],
        settings,
        indexes=[candidate.index for candidate in candidates],
        progress=progress,
        should_stop=should_stop,
    )
    for place, refinement in refinements:
        crystal = refinement.refined
        validity = None if crystal is None else judge_plain(crystal)
        yield candidates[place].after(Refined(refinement, validity))


def relaxed(
    candidates: Sequence[Candidate],
    bench: JudgingResources,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    watch: Callable[[Candidate, RelaxationStep], None] = lambda candidate, step: None,
) -> Iterator[Candidate]:
    """Relaxes the crystals of candidates under the potential.

    Args:
        candidates: Those to relax; each has a crystal.
        bench: What they are relaxed with.
        progress: Called with the relaxations done and their number.
        should_stop: Asked between relaxations; those not begun are not given then.
        watch: Called now and then with a candidate and where its relaxation is.

    Yields:
        The candidates, as their relaxations end.

    Raises:
        PotentialError: No such potential, or it cannot be loaded.
    """
    from crystal_llm.relaxation.batch import relax_many

    results = relax_many(
        [
            crystal
            for crystal in (candidate.crystal for candidate in candidates)
            if crystal is not None
        ],
        bench.potential,
        bench.settings,
        processes=bench.processes,
        cache=bench.cache,
        pool=bench.pool,
        progress=progress,
        should_stop=should_stop,
        watch=lambda place, step: watch(candidates[place], step),
    )
    for place, result in results:
        yield candidates[place].after(Relaxed(result))


def placed(
    candidate: Candidate,
    bench: JudgingResources,
    reference: Reference | None = None,
    *,
    tell: Callable[[str], None] = lambda line: None,
) -> Candidate:
    """Puts a relaxed crystal on the hull, where there are both.

    Args:
        candidate: The candidate.
        bench: What it is judged with.
        reference: Taken in place of the bench's.
        tell: Called with what is computed for it, before it is.
    """
    from crystal_llm.stability.same_phase import RelaxedCrystal, place_relaxed

    result, phase = candidate.relaxation, _phase(candidate)
    if result is None or result.relaxed is None or phase is None:
        return candidate
    reference = reference or bench.reference_for(candidate, tell)
    if reference is None:
        return candidate
    began = time.perf_counter()
    hull = place_relaxed(
        RelaxedCrystal(result.relaxed, phase),
        result.method,
        reference,
        bench.structures,
        across_potentials=bench.across_potentials,
    )
    return candidate.after(Placed(hull, time.perf_counter() - began))


def placed_among_relaxed(
    candidates: Sequence[Candidate],
    bench: JudgingResources,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    watch: Callable[[PlainCrystal, RelaxationStep | None], None] = lambda crystal, step: None,
) -> list[Candidate]:
    """Places those near the hull anew, once the phases that they compete with are relaxed too.

    Args:
        candidates: Placed candidates; those that are far from the hull stay as they are.
        bench: What they are judged with.
        progress: Called with the known phases relaxed and their number, which grows while
            others join those that are stable.
        should_stop: Asked between relaxations.
        watch: Called now and then with a known phase's crystal and where its relaxation is; with
            None once that has ended.
    """
    from crystal_llm.relaxation.batch import relax_many
    from crystal_llm.stability.relaxed_competitors import with_relaxed_competitors

    near = [candidate for candidate in candidates if competes(candidate, bench)]
    groups: dict[Reference, list[Candidate]] = {}
    for candidate in near:
        if (reference := bench.reference_for(candidate)) is not None:
            groups.setdefault(reference, []).append(candidate)
    placed_anew: dict[int, Candidate] = {}
    before = 0

    def relax(crystals: Sequence[PlainCrystal]) -> Iterator[tuple[int, RelaxationResult]]:
        nonlocal before
        progress(before, before + len(crystals))
        for place, result in relax_many(
            crystals,
            bench.potential,
            bench.settings,
            processes=bench.processes,
            cache=bench.cache,
            pool=bench.pool,
            progress=lambda done, total: progress(before + done, before + total),
            should_stop=should_stop,
            watch=lambda place, step: watch(crystals[place], step),
        ):
            watch(crystals[place], None)
            yield place, result
        before += len(crystals)

    for reference, group in groups.items():
        phases = [_phase(candidate) for candidate in group]
        lowered = with_relaxed_competitors(
            reference,
            [phase for phase in phases if phase is not None],
            bench.structures,
            relax,
        )
        placed_anew |= {candidate.index: placed(candidate, bench, lowered) for candidate in group}
    return [placed_anew.get(candidate.index, candidate) for candidate in candidates]


def competes(candidate: Candidate, bench: JudgingResources) -> bool:
    """Whether the phases that a candidate competes with are to be relaxed, and can be."""
    from crystal_llm.stability.relaxed_competitors import COMPETES_WITHIN_EV_PER_ATOM

    above, hull = candidate.energy_above_hull_ev_per_atom, candidate.hull
    return (
        bench.structures is not None
        and hull is not None
        and hull.method == hull.reference_method
        and above is not None
        and above <= COMPETES_WITHIN_EV_PER_ATOM
    )


def _phase(candidate: Candidate) -> PhaseEnergy | None:
    from crystal_llm.evaluation.validity import formula_of
    from crystal_llm.stability.hull import PhaseEnergy

    result = candidate.relaxation
    if result is None or result.relaxed is None or result.energy_ev_per_atom is None:
        return None
    return PhaseEnergy(formula_of(result.relaxed.species), result.energy_ev_per_atom)


def compared(
    candidates: Sequence[Candidate],
    known: KnownCrystals | None,
    reference: Reference | None = None,
    *,
    prototypes: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Candidate]:
    """Says of each crystal whether it is unique in the set, and novel against known ones.

    What is compared is the crystal as it stands: relaxed where it was relaxed.

    Args:
        candidates: All of a set, in its order. Of several equal ones the relaxed one of
            lowest energy is the unique one, for which the others count as repeats; where none
            is relaxed, the first.
        known: Known crystals, or None.
        reference: Phases whose compositions are known, or None.
        prototypes: Look for the prototype of those that are no known crystal, which takes longer
            than all the rest.
        progress: Called with the crystals done and their number.
    """
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.evaluation.novelty import PROTOTYPE_TRIALS, compare

    ordered = sorted(candidates, key=_stands_first)
    crystals = [
        (candidate, candidate.crystal) for candidate in ordered if candidate.crystal is not None
    ]
    structures = [structure(crystal) for _, crystal in crystals]
    began = time.perf_counter()
    trials = PROTOTYPE_TRIALS if prototypes else 0
    novelties = compare(structures, known, prototype_trials=trials, progress=progress)
    share_s = (time.perf_counter() - began) / max(len(crystals), 1)
    with_novelty: dict[int, Candidate] = {}
    for (candidate, crystal), novelty in zip(crystals, novelties, strict=True):
        first = novelty.duplicate_of
        compared = replace(
            novelty, duplicate_of=None if first is None else crystals[first][0].index
        )
        if reference is not None:
            compared = _among_reference(compared, crystal, reference, candidate.hull)
        with_novelty[candidate.index] = candidate.after(Compared(compared, share_s))
    return [with_novelty.get(candidate.index, candidate) for candidate in candidates]


def _stands_first(candidate: Candidate) -> tuple[bool, float]:
    relaxation = candidate.relaxation
    energy = None if relaxation is None else relaxation.energy_ev_per_atom
    return not candidate.relaxed, math.inf if energy is None else energy


def _among_reference(
    novelty: Novelty, crystal: PlainCrystal, reference: Reference, hull: HullResult | None
) -> Novelty:
    """What the reference knows of a crystal's composition, and at which energy.

    Where the hull has that phase it is the hull's, relaxed as the crystal was.
    """
    from crystal_llm.evaluation.novelty import KnownPolymorph

    place = reference.place_of(Counter(crystal.species))
    polymorph = novelty.polymorph
    if place is not None and novelty.known is None and novelty.failure is None:
        phase = reference.phase(place)
        material_id, energy = phase.material_id, phase.energy_ev_per_atom
        for part in () if hull is None else hull.decomposition:
            if part.formula == phase.formula:
                material_id, energy = part.material_id, part.energy_ev_per_atom
        above = None
        if polymorph is not None and polymorph.material_id == material_id:
            above = polymorph.energy_above_hull_ev_per_atom
        polymorph = KnownPolymorph(material_id, phase.formula, above, energy)
    return replace(novelty, composition_known=place is not None, polymorph=polymorph)


def judge(
    candidates: Sequence[Candidate],
    bench: JudgingResources,
    *,
    relaxing: Callable[[Candidate], None] = lambda candidate: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    competing: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Candidate]:
    """Takes candidates through validity, relaxation and hull, one after the other.

    Args:
        candidates: What is judged; a relaxation that one has already is not done again.
        bench: What they are judged with.
        relaxing: Called with each of the others as its relaxation ends.
        progress: Called with the relaxations done and their number.
        competing: Called with the relaxations of known phases that they compete with, likewise.
        should_stop: Asked between relaxations; those not begun are not given then.

    Yields:
        First those that are not relaxed, then the others as their relaxations end, last those
        near the hull, for which the phases that they compete with are relaxed.

    Raises:
        StabilityError: The reference is of another method than the potential.
        PotentialError: No such potential, or it cannot be loaded.
    """
    check_bench(bench)
    waiting: list[Candidate] = []
    near: list[Candidate] = []
    for begun in candidates:
        # As written: one that was refined since then was checked before.
        candidate = begun if begun.has("refined") else checked(begun)
        if candidate.has("relaxed"):
            after = placed(candidate, bench)
            if competes(after, bench):
                near.append(after)
            else:
                yield after
        elif can_relax(candidate):
            waiting.append(candidate)
        else:
            yield candidate
    if waiting:
        for candidate in relaxed(waiting, bench, progress=progress, should_stop=should_stop):
            relaxing(candidate)
            after = placed(candidate, bench)
            if competes(after, bench):
                near.append(after)
            else:
                yield after
    if not should_stop():
        yield from placed_among_relaxed(near, bench, progress=competing, should_stop=should_stop)


def can_relax(candidate: Candidate) -> bool:
    """Whether there is a crystal whose atoms do not lie on each other."""
    return candidate.crystal is not None and candidate.stopped is None


def check_bench(bench: JudgingResources) -> None:
    """Refuses energies that do not compare, before hours are spent on them.

    Raises:
        PotentialError: There is no such potential, or it cannot be fetched.
        StabilityError: The reference is of another method.
    """
    from crystal_llm.energy_method import check_comparable
    from crystal_llm.relaxation.batch import card_of

    card = card_of(bench.potential)
    if bench.reference is not None:
        check_comparable(
            card.method, bench.reference.method, across_potentials=bench.across_potentials
        )
