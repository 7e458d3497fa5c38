"""Asks a model for the values of test crystals, one condition at a time, and looks at the answers.

See :mod:`crystal_llm.evaluation.condition_rates` for what counts as met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crystal_llm.candidate import Candidate
from crystal_llm.crystal.composition import formula_unit
from crystal_llm.crystal.reduction import spacegroup_number
from crystal_llm.crystal.written import Written
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.condition_rates import (
    PAPER_SYMMETRY_TOLERANCE_ANGSTROM,
    ConditionKind,
    ConditionTrial,
)
from crystal_llm.evaluation.validity import formula_of, structural_flaw
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.usual import USUAL
from crystal_llm.judging import JudgingResources, judge
from crystal_llm.types import Conditions, PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.evaluation.novelty import KnownCrystals
    from crystal_llm.language_model.loading import LoadedModel

CONDITION_KINDS: tuple[ConditionKind, ...] = ("formula", "spacegroup", "elements", "energy", "gap")
_HELD = {"formula": "formula", "spacegroup": "spacegroup_number", "elements": "elements"}


@dataclass(frozen=True, slots=True)
class ConditioningStudy:
    """What is asked.

    Attributes:
        kinds: Conditions, one at a time.
        hard: Whether what the model's grammar can hold (formulas, and space groups of
            symmetric text) is asked for in this way too.
        each: Crystals for each condition.
        temperature: τ.
        top_p: The nucleus.
        max_atoms: In a cell.
        seed: Of the crystals.
        guidance: Strength of classifier-free guidance of the crystals asked for softly; None
            leaves it off.
    """

    kinds: tuple[ConditionKind, ...] = ("formula", "spacegroup")
    hard: bool = True
    each: int = 4
    temperature: float = USUAL.temperature
    top_p: float = USUAL.top_p
    max_atoms: int = USUAL.max_atoms
    seed: int = 0
    guidance: float | None = None

    def __post_init__(self) -> None:
        """Checks the kinds and the number of crystals.

        Raises:
            EvaluationError: None, an unknown kind, or an impossible number.
        """
        unknown = [kind for kind in self.kinds if kind not in CONDITION_KINDS]
        if unknown or not self.kinds:
            raise EvaluationError(f"conditions: some of {', '.join(CONDITION_KINDS)}")
        if not 1 <= self.each <= 1000:
            raise EvaluationError(f"crystals for each condition = {self.each}: from 1 to 1,000")


def write_trials(
    model: LoadedModel,
    rows: Sequence[CrystalRow],
    study: ConditioningStudy,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[tuple[ConditionTrial, PlainCrystal | None]]:
    """Writes crystals for the values of test crystals.

    Args:
        model: The model.
        rows: Test crystals; one without a space group, energy or gap is not asked for these.
        study: What is asked.
        progress: Called with the conditions done and their number.
        should_stop: Asked between conditions.

    Returns:
        Every crystal that was asked for, as far as it was written.
    """
    from crystal_llm.generation.text_format import text_format_of
    from crystal_llm.generation.writer import write_crystals

    held = text_format_of(model).held
    asked = [
        (row, kind, hard)
        for row in rows
        for kind in study.kinds
        for hard in ((False, True) if _HELD.get(kind) in held and study.hard else (False,))
        if _value(row, kind) is not None
    ]
    trials: list[tuple[ConditionTrial, PlainCrystal | None]] = []
    for done, (row, kind, hard) in enumerate(asked, start=1):
        if should_stop():
            break
        trial = _trial(row, kind, hard)
        for written in write_crystals(model, _request(row, kind, hard, done, study)):
            trials.append(_looked_at(trial, written))
        progress(done, len(asked))
    return trials


def with_energies(
    trials: Sequence[tuple[ConditionTrial, PlainCrystal | None]],
    bench: JudgingResources,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[ConditionTrial]:
    """Relaxes the crystals that were asked for by energy, and places them on the hull.

    Raises:
        CrystalLLMError: The potential cannot be used, or its energies do not compare with
            the hull's.
    """
    judged_trials = [trial for trial, _ in trials]
    candidates = [
        Candidate((Written(f"trial {place}", crystal, index=place),))
        for place, (trial, crystal) in enumerate(trials)
        if trial.kind == "energy" and crystal is not None
    ]
    for candidate in judge(candidates, bench, progress=progress):
        above = candidate.energy_above_hull_ev_per_atom
        judged_trials[candidate.index] = replace(
            judged_trials[candidate.index],
            energy_above_hull_ev_per_atom=above,
            failure=None if above is not None else candidate.stopped or "no energy above hull",
        )
    return judged_trials


def with_gaps(
    trials: Sequence[tuple[ConditionTrial, PlainCrystal | None]], known: KnownCrystals
) -> list[tuple[ConditionTrial, PlainCrystal | None]]:
    """Says of crystals that were asked for by band gap which gap they have, if that is known.

    Args:
        trials: Any; those of other kinds stay as they are.
        known: Known structures, with the gaps that were calculated for them.
    """
    return [
        (
            replace(trial, band_gap_ev=known.band_gap_of(crystal))
            if trial.kind == "gap" and crystal is not None
            else trial,
            crystal,
        )
        for trial, crystal in trials
    ]


def _value(row: CrystalRow, kind: ConditionKind) -> str | None:
    if kind == "formula":
        return row.formula
    if kind == "elements":
        return _elements(row.crystal)
    value = {
        "spacegroup": row.spacegroup_number,
        "energy": row.energy_above_hull_ev_per_atom,
        "gap": row.band_gap_ev,
    }[kind]
    return None if value is None else f"{value:.6g}"


def _elements(crystal: PlainCrystal) -> str:
    return " ".join(sorted(set(crystal.species)))


def _trial(row: CrystalRow, kind: ConditionKind, hard: bool) -> ConditionTrial:
    atoms = sum(formula_unit(Counter(row.crystal.species)).values())
    asked = _value(row, kind)
    assert asked is not None
    return ConditionTrial(kind, hard, row.material_id, asked, atoms, row.spacegroup_number)


def _request(
    row: CrystalRow, kind: ConditionKind, hard: bool, place: int, study: ConditioningStudy
) -> GenerationRequest:
    conditions = Conditions(
        formula=row.formula if kind == "formula" else None,
        elements=tuple(sorted(set(row.crystal.species))) if kind == "elements" else None,
        spacegroup_number=row.spacegroup_number if kind == "spacegroup" else None,
        energy_above_hull_ev_per_atom=row.energy_above_hull_ev_per_atom
        if kind == "energy"
        else None,
        band_gap_ev=row.band_gap_ev if kind == "gap" else None,
    )
    return GenerationRequest(
        count=study.each,
        conditions=conditions,
        hard=frozenset((_HELD[kind],)) if hard else frozenset(),
        max_atoms=study.max_atoms,
        temperature=study.temperature,
        top_p=study.top_p,
        # What is held needs no strength, and its rates are compared with those without.
        guidance=None if hard else study.guidance,
        # Each condition has its own draws, whichever others stand beside it.
        seed=study.seed + 1000 * place,
    )


def _looked_at(
    trial: ConditionTrial, written: Written
) -> tuple[ConditionTrial, PlainCrystal | None]:
    crystal = written.crystal
    if crystal is None:
        return replace(trial, failure=written.failure or "no crystal came of it"), None
    group = None
    if structural_flaw(crystal) is None:
        group = spacegroup_number(crystal, PAPER_SYMMETRY_TOLERANCE_ANGSTROM)
    return (
        replace(
            trial,
            formula=formula_of(crystal.species),
            obtained_elements=_elements(crystal),
            obtained_spacegroup=group,
        ),
        crystal,
    )
