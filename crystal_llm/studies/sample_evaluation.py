"""Evaluates a set of samples, of whatever program: the papers' metrics under one protocol.

:func:`evaluate` is to be read from top to bottom. What a figure means is said where it is
computed, in :mod:`crystal_llm.evaluation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crystal_llm.dataset.sample_files import Sample
from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.coverage import (
    FingerprintSet,
    coverage,
    fingerprint_novelty,
    fingerprint_set,
)
from crystal_llm.evaluation.distributions import (
    densities,
    histogram,
    numbers_of_elements,
    wasserstein,
)
from crystal_llm.evaluation.fingerprinting import fingerprints
from crystal_llm.evaluation.fingerprints import Fingerprint
from crystal_llm.evaluation.metrics import (
    EvaluatedCrystal,
    EvaluationFigures,
    TestComparison,
    reasons_by_kind,
)
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.validity import formula_of
from crystal_llm.studies.stability_assessment import assess, compare_potentials
from crystal_llm.studies.written_samples import (
    EvaluationInputs,
    NamedProgress,
    WrittenSamples,
    diversity_of,
    form_figures,
    look_at,
)


def evaluate(
    samples: Sequence[Sample],
    inputs: EvaluationInputs,
    progress: NamedProgress = lambda what, done, total: None,
) -> tuple[EvaluationFigures, list[EvaluatedCrystal]]:
    """Evaluates samples.

    Args:
        samples: The samples, failures among them.
        inputs: What they are evaluated with.
        progress: Called while it goes on.

    Raises:
        EvaluationError: There are no samples.
        CrystalLLMError: A potential cannot be used, or its energies do not compare with the
            hull's.
    """
    if not samples:
        raise EvaluationError("there is no sample to evaluate")
    asked, settings = len(samples), inputs.settings
    made = _fingerprints(samples, inputs, progress)
    written = look_at(samples, made.samples, inputs, progress)
    known = made.known
    assessed = [
        assess(written, assessment, inputs, known, progress) for assessment in inputs.assessments
    ]
    crystals = _rows(written)
    for assessment in assessed:
        for place, verdict in assessment.verdicts.items():
            row = crystals[place]
            crystals[place] = replace(row, verdicts=(*row.verdicts, verdict))
    valid = written.valid_fingerprints

    def of_asked(count: int) -> Rate:
        return Rate(count, asked, "asked")

    figures = EvaluationFigures(
        parsed=of_asked(len(written.crystals)),
        structurally_valid=of_asked(sum(validity.structural for validity in written.validities)),
        compositionally_valid=of_asked(
            sum(validity.compositional for validity in written.validities)
        ),
        valid=of_asked(sum(validity.valid for validity in written.validities)),
        written=form_figures(
            written.novelties, written.spacegroups, asked, with_known=inputs.known is not None
        ),
        elements={str(n): k for n, k in histogram(numbers_of_elements(written.crystals)).items()},
        diversity=diversity_of(valid, settings.seed),
        novelty=None
        if known is None
        else fingerprint_novelty(valid, known, settings.novelty_cutoffs, "valid"),
        without_fingerprint=sum(
            fingerprint.structure is None for fingerprint in written.fingerprints
        ),
        test=_against_test(written, made, inputs),
        potentials=tuple(assessment.figures for assessment in assessed),
        agreements=compare_potentials(crystals, settings.thresholds_ev_per_atom),
        writing_s=inputs.writing_s,
        reasons=reasons_by_kind(
            reason
            for row in crystals
            for reason in (row.failure, row.structural_reason, row.compositional_reason)
            if reason is not None
        ),
    )
    return figures, crystals


@dataclass(frozen=True)
class _Fingerprints:
    """Fingerprints of the samples that are crystals, the test and the known crystals."""

    samples: Sequence[Fingerprint]
    test: FingerprintSet
    known: FingerprintSet | None


def _fingerprints(
    samples: Sequence[Sample], inputs: EvaluationInputs, progress: NamedProgress
) -> _Fingerprints:
    crystals = [sample.crystal for sample in samples if sample.crystal is not None]
    known = (inputs.known or ()) if inputs.fingerprint_known else ()
    made = fingerprints(
        [*crystals, *inputs.test, *known],
        inputs.cache,
        processes=inputs.processes,
        progress=lambda *now: progress("fingerprints", *now),
    )
    last = len(crystals) + len(inputs.test)
    return _Fingerprints(
        made[: len(crystals)],
        fingerprint_set(made[len(crystals) : last]),
        fingerprint_set(made[last:]) if inputs.fingerprint_known else None,
    )


def _against_test(
    written: WrittenSamples, made: _Fingerprints, inputs: EvaluationInputs
) -> TestComparison | None:
    if not inputs.test:
        return None
    settings, asked = inputs.settings, len(written.samples)
    test, valid, crystals = made.test, written.valid_fingerprints, written.valid
    cutoffs, seed = settings.coverage_cutoffs, settings.seed
    return TestComparison(
        coverage(fingerprint_set(made.samples), test, asked, cutoffs),
        coverage(valid, test, len(valid), cutoffs, "valid with a fingerprint"),
        wasserstein(densities(crystals), densities(inputs.test), seed=seed),
        wasserstein(numbers_of_elements(crystals), numbers_of_elements(inputs.test), seed=seed),
        diversity_of(test, seed),
        None
        if made.known is None
        else fingerprint_novelty(test, made.known, settings.novelty_cutoffs, "test crystals"),
        len(inputs.test) - len(test),
    )


def _rows(written: WrittenSamples) -> list[EvaluatedCrystal]:
    rows = [
        EvaluatedCrystal(sample.name, str(sample.source), sample.failure, sample.remarks)
        for sample in written.samples
    ]
    for index, place in enumerate(written.places):
        validity, novelty = written.validities[index], written.novelties[index]
        first = novelty.duplicate_of
        rows[place] = replace(
            rows[place],
            formula=formula_of(written.crystals[index].species),
            structural_reason=validity.structural_reason,
            compositional_reason=validity.compositional_reason,
            unique=novelty.unique,
            duplicate_of=None if first is None else rows[written.places[first]].name,
            novel=novelty.novel,
            known=None if novelty.known is None else novelty.known.material_id,
            spacegroup_number=written.spacegroups[index],
            fingerprint_failure=written.fingerprints[index].failure,
        )
    return rows
