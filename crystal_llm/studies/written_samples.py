"""Samples as written: what they are evaluated with, and what is seen before any relaxation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crystal_llm.crystal.conversion import structure
from crystal_llm.crystal.reduction import spacegroup_number
from crystal_llm.dataset.sample_files import Sample
from crystal_llm.evaluation.coverage import FingerprintSet, fingerprint_set
from crystal_llm.evaluation.distributions import histogram
from crystal_llm.evaluation.diversity import mean_pair_distance
from crystal_llm.evaluation.fingerprint_cache import FingerprintCache
from crystal_llm.evaluation.fingerprinting import FINGERPRINT_PROCESSES
from crystal_llm.evaluation.fingerprints import Fingerprint
from crystal_llm.evaluation.metrics import Diversity, Form
from crystal_llm.evaluation.novelty import KnownCrystals, Novelty, compare
from crystal_llm.evaluation.protocol import EvaluationSettings
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.validity import Validity, judge_plain
from crystal_llm.judging import JudgingResources
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.types import PlainCrystal

NamedProgress = Callable[[str, int, int], None]
"""Called with what is done, how many of it are, and of how many."""


@dataclass(frozen=True)
class Assessment:
    """One potential, and what it has relaxed already.

    Attributes:
        bench: The potential, its settings and its hull.
        done: Relaxations that are known, by place among the samples.
        relax: Whether the others are relaxed too; else only those that are known count.
        first: Only so many samples, from the first on, have to do with it; None for all.
    """

    bench: JudgingResources
    done: Mapping[int, RelaxationResult] = field(default_factory=dict)
    relax: bool = True
    first: int | None = None

    def denominator(self, samples: int) -> tuple[int, str]:
        """What its rates are of: how many of so many samples, and what they are."""
        if self.first is None or self.first >= samples:
            return samples, "asked"
        return self.first, "sent to relaxation"


@dataclass(frozen=True)
class EvaluationInputs:
    """What samples are evaluated with.

    Attributes:
        settings: Thresholds and cutoffs.
        test: Test crystals for coverage and distributions; empty: these are left out.
        known: Known crystals for novelty; None: it is left out.
        known_phases: The same, found by formula.
        fingerprint_known: Whether novelty by fingerprint is asked: every known crystal gets
            its fingerprints, 0.1 s each at the first time.
        assessments: Potentials, the first one first.
        cache: Fingerprints made before.
        processes: At once, for fingerprints.
        writing_s: Seconds that writing the samples took, where known.
    """

    settings: EvaluationSettings = field(default_factory=EvaluationSettings)
    test: Sequence[PlainCrystal] = ()
    known: Sequence[PlainCrystal] | None = None
    known_phases: KnownCrystals | None = None
    fingerprint_known: bool = False
    assessments: Sequence[Assessment] = ()
    cache: FingerprintCache | None = None
    processes: int = FINGERPRINT_PROCESSES
    writing_s: float | None = None


@dataclass(frozen=True)
class WrittenSamples:
    """The samples as written, looked at one by one and as a batch.

    Attributes:
        samples: All of them.
        places: Places of those that are crystals.
        crystals: These crystals.
        validities: Whether they are valid.
        novelties: What is new in them; ``duplicate_of`` is a place among the crystals.
        fingerprints: Theirs.
        spacegroups: Theirs.
    """

    samples: Sequence[Sample]
    places: Sequence[int]
    crystals: Sequence[PlainCrystal]
    validities: Sequence[Validity]
    novelties: Sequence[Novelty]
    fingerprints: Sequence[Fingerprint]
    spacegroups: Sequence[int | None]

    @property
    def valid(self) -> list[PlainCrystal]:
        """The valid crystals."""
        return [
            crystal
            for crystal, validity in zip(self.crystals, self.validities, strict=True)
            if validity.valid
        ]

    @property
    def valid_fingerprints(self) -> FingerprintSet:
        """Those of the valid crystals."""
        return fingerprint_set(
            [
                fingerprint
                for fingerprint, validity in zip(self.fingerprints, self.validities, strict=True)
                if validity.valid
            ]
        )


def look_at(
    samples: Sequence[Sample],
    made: Sequence[Fingerprint],
    inputs: EvaluationInputs,
    progress: NamedProgress,
) -> WrittenSamples:
    """Validity, uniqueness, novelty and space groups of samples as written.

    Args:
        samples: All of them.
        made: The fingerprints of those that are crystals.
        inputs: Known crystals, and the tolerance of space groups.
        progress: Called while it goes on.
    """
    places = [place for place, sample in enumerate(samples) if sample.crystal is not None]
    crystals = [sample.crystal for sample in samples if sample.crystal is not None]
    validities = []
    for done, crystal in enumerate(crystals, start=1):
        validities.append(judge_plain(crystal))
        progress("checked", done, len(crystals))
    return WrittenSamples(
        samples,
        places,
        crystals,
        validities,
        compare_all(crystals, inputs.known_phases, lambda *now: progress("compared", *now)),
        made,
        [space_group(crystal, inputs.settings.symmetry_tolerance_angstrom) for crystal in crystals],
    )


def compare_all(
    crystals: Sequence[PlainCrystal],
    known: KnownCrystals | None,
    progress: Callable[[int, int], None],
) -> tuple[Novelty, ...]:
    """What is new in each crystal; prototypes are not looked for."""
    structures = [structure(crystal) for crystal in crystals]
    return compare(structures, known, prototype_trials=0, progress=progress)


def form_figures(
    novelties: Sequence[Novelty],
    spacegroups: Sequence[int | None],
    asked: int,
    *,
    with_known: bool,
    whole: str = "asked",
) -> Form:
    """Uniqueness, novelty and space groups of crystals in one form."""

    def of_asked(count: int) -> Rate:
        return Rate(count, asked, whole)

    groups = histogram([group for group in spacegroups if group is not None])
    return Form(
        of_asked(sum(novelty.unique for novelty in novelties)),
        of_asked(sum(bool(novelty.novel) for novelty in novelties)) if with_known else None,
        of_asked(sum(novelty.unique_and_novel for novelty in novelties)) if with_known else None,
        {str(number): count for number, count in groups.items()},
    )


def diversity_of(fingerprints: FingerprintSet, seed: int) -> Diversity:
    """Mean pair distances of a set."""
    return Diversity(
        mean_pair_distance(fingerprints.structures, seed),
        mean_pair_distance(fingerprints.compositions, seed),
    )


def space_group(crystal: PlainCrystal, tolerance_angstrom: float) -> int | None:
    """The international number of a space group; None where spglib finds none."""
    try:
        return spacegroup_number(crystal, tolerance_angstrom)
    except Exception:  # spglib on a cell without volume
        return None
