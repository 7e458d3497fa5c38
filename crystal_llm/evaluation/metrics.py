"""The result of an evaluation: figures, what they were made by, one row a crystal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.coverage import Coverage, FingerprintNovelty
from crystal_llm.evaluation.protocol import EvaluationProtocol
from crystal_llm.evaluation.rates import Mean, Rate
from crystal_llm.evaluation.relaxation_change import RelaxationChange
from crystal_llm.evaluation.stability_rates import Agreement, StabilityRates
from crystal_llm.io.record_json import RecordError, from_plain, to_plain

_DERIVED = ("share", "wilson_95_low", "wilson_95_high")


@dataclass(frozen=True, slots=True)
class Diversity:
    """Mean pair distances of a set's fingerprints; None for fewer than two crystals.

    Attributes:
        structure: Of the structures.
        composition: Of the compositions, on CDVAE's scale.
    """

    structure: Mean | None
    composition: Mean | None


@dataclass(frozen=True, slots=True)
class TestComparison:
    """Samples against test crystals.

    Attributes:
        coverage: CDVAE's: every sample that has fingerprints counts, all samples are the
            denominator of precision.
        coverage_of_valid: Of the valid samples alone, as CrystalLLM's code counts.
        density_g_per_cm3: Wasserstein distance of the densities of valid samples.
        elements: Wasserstein distance of their numbers of elements.
        diversity: Of the test crystals, to see the samples' beside.
        novelty: Of the test crystals by fingerprint, to see the samples' beside; None
            where novelty by fingerprint was not asked.
        without_fingerprint: Test crystals that have none.
    """

    __test__ = False  # no test of pytest's

    coverage: Coverage
    coverage_of_valid: Coverage
    density_g_per_cm3: Mean | None
    elements: Mean | None
    diversity: Diversity
    novelty: FingerprintNovelty | None
    without_fingerprint: int


@dataclass(frozen=True, slots=True)
class Form:
    """Figures of the samples in one form: as written, or relaxed.

    Attributes:
        unique: Of all samples.
        novel: Of all samples; None where novelty was not asked.
        unique_and_novel: Likewise.
        space_groups: How many samples have each, by international number; those that spglib
            finds none for are left out.
    """

    unique: Rate
    novel: Rate | None
    unique_and_novel: Rate | None
    space_groups: dict[str, int]


@dataclass(frozen=True, slots=True)
class PotentialFigures:
    """What one potential says of the samples.

    Attributes:
        potential: Its name.
        relaxed: The relaxed forms.
        change: How far crystals moved.
        stability_written: By the energies of the crystals as written.
        stability_relaxed: By the energies of their relaxed forms.
        energies_written: Histogram of energies above hull, as written.
        energies_relaxed: Of the relaxed forms.
        without_hull: Relaxed crystals that no hull spans.
        novelty_of_metastable: By fingerprint, of the relaxed forms within the highest
            threshold; None where it was not asked.
        diversity_of_metastable: Of the same crystals.
        relaxation_s: Seconds of relaxing, summed over processes.
        seconds_per_sun: Seconds of writing (where told) and relaxing for one S.U.N. crystal,
            by threshold; None where there is none.
    """

    potential: str
    relaxed: Form
    change: RelaxationChange
    stability_written: tuple[StabilityRates, ...]
    stability_relaxed: tuple[StabilityRates, ...]
    energies_written: dict[str, int]
    energies_relaxed: dict[str, int]
    without_hull: int
    novelty_of_metastable: FingerprintNovelty | None
    diversity_of_metastable: Diversity
    relaxation_s: float
    seconds_per_sun: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class EvaluationFigures:
    """All figures of a set of samples; failures are in every denominator of "asked".

    Attributes:
        parsed: Samples that are crystals at all.
        structurally_valid: Of all samples.
        compositionally_valid: Of all samples.
        valid: Both at once.
        written: The crystals as written.
        elements: How many crystals have each number of elements.
        diversity: Of the valid samples.
        novelty: Of the valid samples by fingerprint; None where it was not asked.
        without_fingerprint: Crystals that have none of their structure.
        test: Against test crystals; None without them.
        potentials: One a potential, the first one first.
        agreements: Of the first potential with each other one, at each threshold.
        writing_s: Seconds that writing the samples took, where told.
        reasons: Why samples are none or invalid, by kind, the most frequent first.
    """

    parsed: Rate
    structurally_valid: Rate
    compositionally_valid: Rate
    valid: Rate
    written: Form
    elements: dict[str, int]
    diversity: Diversity
    novelty: FingerprintNovelty | None
    without_fingerprint: int
    test: TestComparison | None
    potentials: tuple[PotentialFigures, ...]
    agreements: tuple[Agreement, ...]
    writing_s: float | None
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class PotentialVerdict:
    """What one potential says of one crystal; None where it says nothing.

    Attributes:
        potential: Its name.
        converged: Whether the relaxation converged.
        steps: Of the optimizer.
        failure: Why there is no relaxed form.
        energy_above_hull_written_ev_per_atom: Of the crystal as written.
        energy_above_hull_ev_per_atom: Of its relaxed form.
        unique: Whether the relaxed form repeats no earlier one.
        novel: Whether no known crystal matches it.
        spacegroup_number: Of the relaxed form.
    """

    potential: str
    converged: bool
    steps: int
    failure: str | None
    energy_above_hull_written_ev_per_atom: float | None = None
    energy_above_hull_ev_per_atom: float | None = None
    unique: bool | None = None
    novel: bool | None = None
    spacegroup_number: int | None = None


@dataclass(frozen=True, slots=True)
class EvaluatedCrystal:
    """One sample and all that was found of it.

    Attributes:
        name: Its name in its file.
        source: Its file.
        failure: Why it is no crystal; None where it is one.
        remarks: What was repaired in reading it.
        formula: Its reduced formula.
        structural_reason: Why it is structurally invalid; None where it is not.
        compositional_reason: Why it is compositionally invalid.
        unique: Whether it repeats no earlier sample.
        duplicate_of: The name of the sample that it repeats.
        novel: Whether no known crystal matches; None where that was not asked.
        known: The known crystal that matches.
        spacegroup_number: As written.
        fingerprint_failure: Why it has no fingerprint of its structure.
        verdicts: One a potential that relaxed it.
    """

    name: str
    source: str
    failure: str | None
    remarks: tuple[str, ...] = ()
    formula: str | None = None
    structural_reason: str | None = None
    compositional_reason: str | None = None
    unique: bool | None = None
    duplicate_of: str | None = None
    novel: bool | None = None
    known: str | None = None
    spacegroup_number: int | None = None
    fingerprint_failure: str | None = None
    verdicts: tuple[PotentialVerdict, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether it is a crystal, structurally and compositionally valid."""
        return self.failure is None and not (self.structural_reason or self.compositional_reason)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures with what they were made by.

    Attributes:
        protocol: Everything that they depend on.
        figures: The figures.
    """

    protocol: EvaluationProtocol
    figures: EvaluationFigures


def evaluation_record(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as JSON; every rate with its share and interval."""
    return {
        "protocol_sha256": evaluation.protocol.sha256,
        "protocol": to_plain(evaluation.protocol),
        "figures": with_shares(evaluation.figures),
    }


def with_shares(value: Any) -> Any:
    """Dataclasses as JSON, every rate with its share and its 95% interval (Wilson)."""
    if isinstance(value, Rate):
        low, high = value.interval or (None, None)
        said = to_plain(value)
        return said | dict(zip(_DERIVED, (value.share, low, high), strict=True))
    if hasattr(value, "__dataclass_fields__"):
        return {name: with_shares(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, list | tuple):
        return [with_shares(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): with_shares(item) for key, item in value.items()}
    return value


def read_evaluation(path: Path) -> Evaluation:
    """An evaluation that was written as :func:`evaluation_record`.

    Raises:
        EvaluationError: It cannot be read or is none.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(said, dict) or not {"protocol", "figures"} <= said.keys():
            raise EvaluationError(f"{path}: not an evaluation of `crystal-llm evaluate`")
        return Evaluation(
            from_plain(EvaluationProtocol, said["protocol"], "protocol"),
            from_plain(EvaluationFigures, without_shares(said["figures"]), "figures"),
        )
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError, RecordError) as error:
        raise EvaluationError(f"{path}: not an evaluation ({str(error)[:120]})") from error


def without_shares(said: Any) -> Any:
    """JSON of :func:`with_shares` without what follows from the counts."""
    if isinstance(said, dict):
        derived = _DERIVED if {"count", "total", "whole"} <= said.keys() else ()
        return {key: without_shares(item) for key, item in said.items() if key not in derived}
    if isinstance(said, list):
        return [without_shares(item) for item in said]
    return said


def reasons_by_kind(reasons: Iterable[str]) -> dict[str, int]:
    """How often each kind of reason occurs: what stands before its colon, numbers left out.

    The line or site that a reason begins with is no kind.
    """
    import re
    from collections import Counter

    place = r"^(line \d+|site \d+( \([A-Za-z]+\))?): "
    varied = r"'[^']*'|\"[^\"]*\"|\d+([.,]\d+)*"
    kinds = Counter(
        re.sub(varied, "…", re.sub(place, "", reason)).partition(":")[0] for reason in reasons
    )
    return dict(kinds.most_common())
