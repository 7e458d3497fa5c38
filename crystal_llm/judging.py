"""What is made of the crystals that a model wrote: valid? relaxed? on the hull? new?

One function a stage, to be read from top to bottom: :func:`judge` takes candidates one by
one through validity, relaxation and hull and gives each as soon as it is done;
:func:`compare_judged` then looks at all of them together, since "unique" is a question to
the whole set; :func:`funnel` counts. A candidate that fails stays, with its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.relaxation.result import RelaxationResult, RelaxationSettings

if TYPE_CHECKING:
    from crystal_llm.dataset.known_structures import KnownStructures
    from crystal_llm.evaluation.novelty import KnownPhases, Novelty
    from crystal_llm.evaluation.validity import Validity
    from crystal_llm.io.candidates_file import CandidateRow
    from crystal_llm.relaxation.cache import RelaxationCache
    from crystal_llm.relaxation.pool import RelaxationPool
    from crystal_llm.stability.hull import HullResult, PhaseEnergy
    from crystal_llm.stability.references.reference import Reference

METASTABLE_EV_PER_ATOM = 0.1
"""CrystalLLM's bound of metastability on the energy above hull."""


@dataclass(frozen=True)
class Bench:
    """What candidates are judged with.

    Attributes:
        potential: Name of the potential that relaxes them.
        settings: How far.
        reference: Known phases with energies of the same method; None: no hull.
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
    across_potentials: bool = False
    structures: KnownStructures | None = None
    known: KnownPhases | None = None
    processes: int | None = None
    cache: RelaxationCache | None = None
    pool: RelaxationPool | None = None


@dataclass(frozen=True, slots=True)
class JudgedCandidate:
    """A candidate and all that was found of it; None where a stage was not reached.

    Attributes:
        row: The candidate, with the reason where its text is no crystal.
        validity: Whether it is possible as written.
        relaxation: What became of it under the potential.
        hull: Where its relaxed form lies.
        novelty: What is new in its relaxed form, or as written where it was not relaxed.
        stopped: Why it went no further; None where it reached the hull.
    """

    row: CandidateRow
    validity: Validity | None = None
    relaxation: RelaxationResult | None = None
    hull: HullResult | None = None
    novelty: Novelty | None = None
    stopped: str | None = None

    @property
    def valid(self) -> bool:
        """Whether it is structurally and compositionally valid."""
        return self.validity is not None and self.validity.valid

    @property
    def relaxed(self) -> bool:
        """Whether its relaxation converged."""
        return self.relaxation is not None and self.relaxation.converged

    @property
    def energy_above_hull_ev_per_atom(self) -> float | None:
        """The energy above hull; None where there is none."""
        return None if self.hull is None else self.hull.energy_above_hull_ev_per_atom


def judge(
    rows: Sequence[CandidateRow],
    bench: Bench,
    *,
    done: Mapping[int, RelaxationResult] | None = None,
    relaxed: Callable[[int, RelaxationResult], None] = lambda place, result: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[int, JudgedCandidate]]:
    """Takes candidates through validity, relaxation and hull.

    A structurally invalid crystal is not relaxed: its atoms lie on each other, where no
    potential knows anything. A compositionally invalid one is, since intermetallics often
    fail that test.

    Args:
        rows: The candidates.
        bench: What they are judged with.
        done: Relaxations by place among ``rows`` that are known already.
        relaxed: Called with place and relaxation as each of the others ends.
        progress: Called with the relaxations done and their number.
        should_stop: Asked between relaxations; those not begun are not given then.

    Yields:
        Place among ``rows`` and verdict; first those that are not relaxed, then the others
        as their relaxations end, last those near the hull, for which the phases that they
        compete with are relaxed.

    Raises:
        StabilityError: The reference is of another method than the potential.
        PotentialError: No such potential, or it cannot be loaded.
    """
    from crystal_llm.evaluation.validity import judge_plain

    check_bench(bench)
    known = dict(done or {})
    waiting: list[tuple[int, JudgedCandidate]] = []
    near: list[tuple[int, JudgedCandidate]] = []

    def placed(place: int, verdict: JudgedCandidate) -> Iterator[tuple[int, JudgedCandidate]]:
        verdict = _placed(verdict, bench, bench.reference)
        if _is_near_hull(verdict, bench):
            near.append((place, verdict))
        else:
            yield place, verdict

    for place, row in enumerate(rows):
        if row.crystal is None:
            yield place, JudgedCandidate(row, stopped=row.failure)
            continue
        verdict = JudgedCandidate(row, judge_plain(row.crystal))
        if verdict.validity is not None and verdict.validity.structural_reason is not None:
            yield place, replace(verdict, stopped=verdict.validity.structural_reason)
        elif place in known:
            yield from placed(place, replace(verdict, relaxation=known[place]))
        else:
            waiting.append((place, verdict))
    if waiting:
        from crystal_llm.relaxation.batch import relax_many

        crystals = [verdict.row.crystal for _, verdict in waiting]
        results = relax_many(
            [crystal for crystal in crystals if crystal is not None],
            bench.potential,
            bench.settings,
            processes=bench.processes,
            cache=bench.cache,
            pool=bench.pool,
            progress=progress,
            should_stop=should_stop,
        )
        for index, result in results:
            place, verdict = waiting[index]
            relaxed(place, result)
            yield from placed(place, replace(verdict, relaxation=result))
    if near and not should_stop():
        reference = _with_relaxed_competitors(near, bench, should_stop)
        for place, verdict in near:
            yield place, _placed(verdict, bench, reference)


def check_bench(bench: Bench) -> None:
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


def _placed(verdict: JudgedCandidate, bench: Bench, reference: Reference | None) -> JudgedCandidate:
    """Puts a relaxed crystal on the hull, where there is one."""
    from crystal_llm.stability.hull import energy_above_hull

    result, phase = verdict.relaxation, _phase(verdict)
    if result is None or phase is None:
        return replace(verdict, stopped=None if result is None else result.failure)
    if reference is None:
        return verdict
    hull = energy_above_hull(
        phase, result.method, reference, across_potentials=bench.across_potentials
    )
    return replace(verdict, hull=hull, stopped=hull.reason)


def _phase(verdict: JudgedCandidate) -> PhaseEnergy | None:
    from crystal_llm.evaluation.validity import formula_of
    from crystal_llm.stability.hull import PhaseEnergy

    result = verdict.relaxation
    if result is None or result.relaxed is None or result.energy_ev_per_atom is None:
        return None
    return PhaseEnergy(formula_of(result.relaxed.species), result.energy_ev_per_atom)


def _is_near_hull(verdict: JudgedCandidate, bench: Bench) -> bool:
    """Whether what it competes with is to be relaxed, and can be."""
    from crystal_llm.stability.relaxed_competitors import COMPETES_WITHIN_EV_PER_ATOM

    above, hull = verdict.energy_above_hull_ev_per_atom, verdict.hull
    return (
        bench.structures is not None
        and hull is not None
        and hull.method == hull.reference_method
        and above is not None
        and above <= COMPETES_WITHIN_EV_PER_ATOM
    )


def _with_relaxed_competitors(
    near: Sequence[tuple[int, JudgedCandidate]], bench: Bench, should_stop: Callable[[], bool]
) -> Reference | None:
    from crystal_llm.relaxation.batch import relax_many
    from crystal_llm.stability.relaxed_competitors import with_relaxed_competitors

    if bench.reference is None:
        return None
    phases = [phase for _, verdict in near if (phase := _phase(verdict)) is not None]
    return with_relaxed_competitors(
        bench.reference,
        phases,
        bench.structures,
        lambda crystals: relax_many(
            crystals,
            bench.potential,
            bench.settings,
            processes=bench.processes,
            cache=bench.cache,
            pool=bench.pool,
            should_stop=should_stop,
        ),
    )


def compare_judged(
    judged: Sequence[JudgedCandidate],
    known: KnownPhases | None,
    reference: Reference | None = None,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[JudgedCandidate]:
    """Says of each crystal whether it is unique in the set, and novel against known ones.

    What is compared is the relaxed crystal; the crystal as written where there is none.

    Args:
        judged: All of a set, in its order: the first of several equal ones is the unique.
            Valid ones whose relaxation converged come before the others, so that none is
            lost to the funnel for repeating one that was.
        known: Known crystals, or None.
        reference: Phases whose compositions are known, or None.
        progress: Called with the crystals done and their number.
    """
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.evaluation.novelty import compare

    places, structures = [], []
    for place, one in sorted(enumerate(judged), key=lambda pair: not _went_through(pair[1])):
        relaxed = None if one.relaxation is None else one.relaxation.relaxed
        crystal = relaxed or one.row.crystal
        if crystal is not None:
            places.append(place)
            structures.append(structure(crystal))
    compared = list(judged)
    for place, novelty in zip(places, compare(structures, known, progress=progress), strict=True):
        first = novelty.duplicate_of
        told = replace(novelty, duplicate_of=None if first is None else places[first])
        crystal = judged[place].row.crystal
        if reference is not None and crystal is not None:
            known_too = reference.has_composition(Counter(crystal.species))
            told = replace(told, composition_known=known_too)
        compared[place] = replace(judged[place], novelty=told)
    return compared


def _went_through(one: JudgedCandidate) -> bool:
    return one.valid and one.relaxed


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage of a funnel.

    Attributes:
        name: What its members have, besides all that the stages before say.
        count: How many have it.
        before: How many the stage before had.
    """

    name: str
    count: int
    before: int


def funnel(judged: Sequence[JudgedCandidate], *, with_known: bool) -> tuple[FunnelStage, ...]:
    """What is left of a set after each stage; every stage counts within the one before.

    Args:
        judged: The set, after :func:`compare_judged`.
        with_known: Whether there were known crystals to compare with; without, the stage is
            left out.
    """
    bounds = (METASTABLE_EV_PER_ATOM, 0.0)
    tests: list[tuple[str, Callable[[JudgedCandidate], bool]]] = [
        ("parsed", lambda one: one.row.crystal is not None),
        ("valid", lambda one: one.valid),
        ("relaxed", lambda one: one.relaxed),
        ("unique", lambda one: one.novelty is not None and one.novelty.unique),
    ]
    if with_known:
        tests.append(("novel", lambda one: one.novelty is not None and bool(one.novelty.novel)))
    tests += [(f"at most {bound:g} eV/atom above hull", _at_most(bound)) for bound in bounds]
    stages = [FunnelStage("asked", len(judged), len(judged))]
    left = list(judged)
    for name, test in tests:
        kept = [one for one in left if test(one)]
        stages.append(FunnelStage(name, len(kept), len(left)))
        left = kept
    return tuple(stages)


def _at_most(bound_ev_per_atom: float) -> Callable[[JudgedCandidate], bool]:
    def test(one: JudgedCandidate) -> bool:
        above = one.energy_above_hull_ev_per_atom
        return above is not None and above <= bound_ev_per_atom

    return test


def default_reference(models: Path, potential: str) -> Path | None:
    """The shipped reference of a potential, if there is one.

    Args:
        models: Folder of the shipped models.
        potential: Name of the potential.
    """
    path = models / f"reference-{potential}.parquet"
    return path if path.is_file() else None
