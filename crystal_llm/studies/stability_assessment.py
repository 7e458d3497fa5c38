"""What a potential says of samples: relaxed, placed on its hull, compared with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crystal_llm.candidate import Candidate, Relaxed
from crystal_llm.crystal.written import Written
from crystal_llm.evaluation.coverage import FingerprintSet, fingerprint_novelty, fingerprint_set
from crystal_llm.evaluation.distributions import energy_histogram
from crystal_llm.evaluation.fingerprinting import fingerprints
from crystal_llm.evaluation.metrics import (
    EvaluatedCrystal,
    PotentialFigures,
    PotentialVerdict,
)
from crystal_llm.evaluation.novelty import Novelty
from crystal_llm.evaluation.relaxation_change import relaxation_change
from crystal_llm.evaluation.stability_rates import (
    Agreement,
    StabilityRates,
    Standing,
    agreement,
    stability_rates,
)
from crystal_llm.evaluation.validity import formula_of
from crystal_llm.judging import JudgingResources, judge
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.stability.hull import (
    ON_HULL_EV_PER_ATOM,
    PhaseEnergy,
    energies_above_hull,
    off_hull,
)
from crystal_llm.studies.written_samples import (
    Assessment,
    EvaluationInputs,
    NamedProgress,
    WrittenSamples,
    compare_all,
    diversity_of,
    form_figures,
    space_group,
)
from crystal_llm.types import PlainCrystal


@dataclass(frozen=True)
class Assessed:
    """What one potential says.

    Attributes:
        figures: Of all samples.
        verdicts: Of each that it was given, by place among the samples.
    """

    figures: PotentialFigures
    verdicts: dict[int, PotentialVerdict]


def assess(
    written: WrittenSamples,
    assessment: Assessment,
    inputs: EvaluationInputs,
    known: FingerprintSet | None,
    progress: NamedProgress,
) -> Assessed:
    """Relaxes samples with one potential and places both forms on its hull.

    Args:
        written: The samples as written.
        assessment: The potential, and what it has relaxed already.
        inputs: Known crystals and thresholds.
        known: Fingerprints of the known crystals, where novelty by fingerprint is asked.
        progress: Called while it goes on.

    Raises:
        CrystalLLMError: The potential cannot be used, or its energies do not compare with
            the hull's.
    """
    bench, thresholds = assessment.bench, inputs.settings.thresholds_ev_per_atom
    with_known = inputs.known is not None
    asked, whole = assessment.denominator(len(written.samples))
    judged = _judged(written, assessment, progress)
    start = _energies_as_written(judged, bench)
    verdicts = {place: _verdict(bench.potential, candidate) for place, candidate in judged.items()}
    for place, energy in start.items():
        verdicts[place] = replace(verdicts[place], energy_above_hull_written_ev_per_atom=energy)

    # The relaxed forms are compared among themselves, in the order of the samples.
    forms = {
        place: candidate.relaxation.relaxed
        for place, candidate in sorted(judged.items())
        if candidate.relaxed
        and candidate.relaxation is not None
        and candidate.relaxation.relaxed is not None
    }
    label = f"relaxed crystals compared ({bench.potential})"
    novelties = compare_all(
        list(forms.values()), inputs.known_phases, lambda *now: progress(label, *now)
    )
    tolerance = inputs.settings.symmetry_tolerance_angstrom
    groups = [space_group(form, tolerance) for form in forms.values()]
    kinds = dict(zip(forms, _kinds(novelties), strict=True))
    for place, novelty, group in zip(forms, novelties, groups, strict=True):
        verdicts[place] = replace(
            verdicts[place], unique=novelty.unique, novel=novelty.novel, spacegroup_number=group
        )

    rates = stability_rates(
        _standings(written, verdicts, kinds),
        asked,
        thresholds,
        with_known=with_known,
        whole=whole,
    )
    metastable = [
        forms[place]
        for place in forms
        if (above := verdicts[place].energy_above_hull_ev_per_atom) is not None
        and above <= thresholds[-1] + ON_HULL_EV_PER_ATOM
    ]
    prints = _fingerprints(metastable, inputs, bench.potential, progress)
    # Equal crystals are relaxed once, and each tells the seconds of that.
    each_s = {
        candidate.written.crystal: candidate.relaxation.wall_s
        for candidate in judged.values()
        if candidate.relaxation is not None
    }
    spent_s = sum(each_s.values())
    writing_s = (inputs.writing_s or 0.0) * asked / len(written.samples)
    figures = PotentialFigures(
        potential=bench.potential,
        relaxed=form_figures(novelties, groups, asked, with_known=with_known, whole=whole),
        change=relaxation_change(_pairs(written, judged)),
        stability_written=stability_rates(
            _standings_as_written(written, verdicts),
            asked,
            thresholds,
            with_known=with_known,
            whole=whole,
        ),
        stability_relaxed=rates,
        energies_written=energy_histogram(list(start.values())),
        energies_relaxed=energy_histogram(_known_energies(verdicts)),
        without_hull=sum(verdicts[place].energy_above_hull_ev_per_atom is None for place in forms),
        novelty_of_metastable=None
        if known is None
        else fingerprint_novelty(
            prints, known, inputs.settings.novelty_cutoffs, "metastable, relaxed"
        ),
        diversity_of_metastable=diversity_of(prints, inputs.settings.seed),
        relaxation_s=spent_s,
        seconds_per_sun=_seconds_per_sun(rates, spent_s + writing_s),
    )
    return Assessed(figures, verdicts)


def compare_potentials(
    crystals: Sequence[EvaluatedCrystal], thresholds_ev_per_atom: Sequence[float]
) -> tuple[Agreement, ...]:
    """The first potential's energies above hull beside each other one's."""
    names = list(dict.fromkeys(verdict.potential for row in crystals for verdict in row.verdicts))
    energies = {
        name: {
            place: verdict.energy_above_hull_ev_per_atom
            for place, row in enumerate(crystals)
            for verdict in row.verdicts
            if verdict.potential == name and verdict.energy_above_hull_ev_per_atom is not None
        }
        for name in names
    }
    return tuple(
        agreement(
            (names[0], other),
            [
                (first, energies[other][place])
                for place, first in energies[names[0]].items()
                if place in energies[other]
            ],
            threshold,
        )
        for other in names[1:]
        for threshold in thresholds_ev_per_atom
    )


def _judged(
    written: WrittenSamples, assessment: Assessment, progress: NamedProgress
) -> dict[int, Candidate]:
    """Verdicts by place among the samples."""
    last, _ = assessment.denominator(len(written.samples))
    places = [
        place
        for place in written.places
        if place < last and (assessment.relax or place in assessment.done)
    ]
    candidates = []
    for place in places:
        sample = written.samples[place]
        candidate = Candidate(
            (Written(sample.name, sample.crystal, sample.failure, place, text=sample.text),)
        )
        if place in assessment.done:
            candidate = candidate.after(Relaxed(assessment.done[place]))
        candidates.append(candidate)
    bench = assessment.bench
    judged = judge(
        candidates,
        bench,
        progress=lambda *now: progress(f"relaxed ({bench.potential})", *now),
        competing=lambda *now: progress(f"competing phases relaxed ({bench.potential})", *now),
    )
    return {candidate.index: candidate for candidate in judged}


def _energies_as_written(judged: dict[int, Candidate], bench: JudgingResources) -> dict[int, float]:
    """Energies above hull of the crystals before they were relaxed, eV/atom, by place.

    The hull is the one that the relaxed form was placed on; of those without a relaxed form, the
    reference's.
    """
    energies: dict[int, float] = {}
    for place, candidate in judged.items():
        crystal, result, hull = candidate.written.crystal, candidate.relaxation, candidate.hull
        start = None if result is None else result.energy_start_ev_per_atom
        if crystal is None or result is None or start is None:
            continue
        if hull is None or hull.energy_above_hull_ev_per_atom is None:
            reference = bench.reference_for(candidate)
            if reference is None:
                continue
            (hull,) = energies_above_hull(
                [PhaseEnergy(formula_of(crystal.species), start)],
                result.method,
                reference,
                across_potentials=bench.across_potentials,
            )
        above = hull.energy_above_hull_ev_per_atom
        if above is not None:
            energies[place] = off_hull(above + start - hull.energy_ev_per_atom)
    return energies


def _verdict(potential: str, candidate: Candidate) -> PotentialVerdict:
    result = candidate.relaxation
    return PotentialVerdict(
        potential,
        converged=candidate.relaxed,
        steps=0 if result is None else result.steps,
        failure=candidate.stopped,
        energy_above_hull_ev_per_atom=candidate.energy_above_hull_ev_per_atom
        if candidate.relaxed
        else None,
    )


def _standings_as_written(
    written: WrittenSamples, verdicts: dict[int, PotentialVerdict]
) -> list[Standing]:
    kinds = _kinds(written.novelties)
    return [
        Standing(
            len(set(written.crystals[index].species)),
            written.validities[index].valid,
            kinds[index],
            written.novelties[index].novel,
            verdicts[place].energy_above_hull_written_ev_per_atom,
        )
        for index, place in enumerate(written.places)
        if place in verdicts
    ]


def _standings(
    written: WrittenSamples,
    verdicts: dict[int, PotentialVerdict],
    kinds: dict[int, int | None],
) -> list[Standing]:
    return [
        Standing(
            len(set(written.crystals[index].species)),
            written.validities[index].valid,
            kinds[place],
            verdicts[place].novel,
            verdicts[place].energy_above_hull_ev_per_atom,
        )
        for index, place in enumerate(written.places)
        if place in kinds
    ]


def _kinds(novelties: Sequence[Novelty]) -> list[int | None]:
    """The place of the first crystal that each one repeats, or its own."""
    return [
        None
        if novelty.failure is not None
        else place
        if novelty.duplicate_of is None
        else novelty.duplicate_of
        for place, novelty in enumerate(novelties)
    ]


def _pairs(
    written: WrittenSamples, judged: dict[int, Candidate]
) -> list[tuple[PlainCrystal, RelaxationResult]]:
    return [
        (crystal, candidate.relaxation)
        for place, crystal in zip(written.places, written.crystals, strict=True)
        if (candidate := judged.get(place)) is not None and candidate.relaxation is not None
    ]


def _fingerprints(
    crystals: Sequence[PlainCrystal],
    inputs: EvaluationInputs,
    potential: str,
    progress: NamedProgress,
) -> FingerprintSet:
    label = f"fingerprints of metastable crystals ({potential})"
    return fingerprint_set(
        fingerprints(
            crystals,
            inputs.cache,
            processes=inputs.processes,
            progress=lambda *now: progress(label, *now),
        )
    )


def _known_energies(verdicts: dict[int, PotentialVerdict]) -> list[float]:
    energies = [verdict.energy_above_hull_ev_per_atom for verdict in verdicts.values()]
    return [energy for energy in energies if energy is not None]


def _seconds_per_sun(rates: Sequence[StabilityRates], spent_s: float) -> dict[str, float | None]:
    return {
        f"{rate.threshold_ev_per_atom:g}": spent_s / rate.sun.count
        if rate.sun is not None and rate.sun.count
        else None
        for rate in rates
    }
