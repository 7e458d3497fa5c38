"""A study in numbers: rates by cell with their intervals, the Pareto front, dominated cells.

Pure: the same crystals give the same summary. Failures stay in the denominators. Rates of
written crystals are of all that were asked for in the cell; rates of energies are of the part
that was to be relaxed, whatever became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from crystal_llm.evaluation.coverage_marks import covers, marked_recall
from crystal_llm.evaluation.diversity import mean_pair_distance
from crystal_llm.evaluation.rates import Mean, Rate, mean_with_interval
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM
from crystal_llm.studies.grid_crystals import StudyCrystal
from crystal_llm.studies.grid_study import ROUND_SIZE, GridCell, GridStudy

Value: TypeAlias = Rate | Mean | float | None


@dataclass(frozen=True, slots=True)
class MeasureInfo:
    """A number of a cell, for a reader.

    Attributes:
        name: Its field in :class:`CellSummary`.
        title: What it is called.
        what: What it means, in one sentence.
        more_is_better: Which end is the good one; None where neither is.
        unit: Of a mean; empty for shares.
    """

    name: str
    title: str
    what: str
    more_is_better: bool | None = True
    unit: str = ""


MEASURES: tuple[MeasureInfo, ...] = (
    MeasureInfo(
        "valid", "Valid",
        "Structurally and compositionally valid as written, of all crystals asked for.",
    ),
    MeasureInfo("unique", "Unique", "Matches no earlier crystal of its cell, of all asked for."),
    MeasureInfo("novel", "Novel", "Matches none of the known crystals, of all asked for."),
    MeasureInfo("new", "Valid, unique and novel", "All three at once, of all crystals asked for."),
    MeasureInfo(
        "metastable_written", "≤ 0.1 eV/atom unrelaxed",
        "Within 0.1 eV/atom of the hull before relaxation, of those sent to relaxation.",
    ),
    MeasureInfo(
        "metastable", "≤ 0.1 eV/atom relaxed",
        "Converged and within 0.1 eV/atom of the hull, of those sent to relaxation.",
    ),
    MeasureInfo(
        "sun", "S.U.N.",
        "Stable (on the hull or below), unique and novel, of those sent to relaxation.",
    ),
    MeasureInfo(
        "log_likelihood", "Log-likelihood",
        "Mean log-likelihood an atom of the text, under the model at τ = 1. Only models of the "
        "same text compare.", None, "nats/atom",
    ),
    MeasureInfo(
        "element_diversity", "Diversity of elements",
        "Mean over pairs of crystals of the share of their elements that only one of them has: "
        "0 for all alike, 1 for none in common.",
    ),
    MeasureInfo(
        "recall", "Coverage recall",
        "Share of the test crystals that lie near a crystal of the cell in structure and near one "
        "in composition (CDVAE). It grows with the number of crystals: compare cells of as many.",
    ),
    MeasureInfo(
        "precision", "Coverage precision",
        "Share of the crystals asked for that lie near a test crystal in structure and near one "
        "in composition (CDVAE).",
    ),
    MeasureInfo(
        "structure_diversity", "Diversity of structures",
        "Mean distance of two valid crystals by CDVAE's fingerprint of the structure.",
    ),
    MeasureInfo(
        "composition_diversity", "Diversity of compositions",
        "Mean distance of two valid crystals by CDVAE's fingerprint of the composition.",
    ),
    MeasureInfo(
        "steps", "Relaxation steps",
        "Mean steps of the relaxations that converged: the nearer a crystal is to its relaxed "
        "form, the fewer.", False,
    ),
    MeasureInfo(
        "refining", "Refining", "Mean seconds of refining a crystal.", False, "s/crystal"
    ),
    MeasureInfo(
        "writing", "Writing", "Seconds of writing a crystal, in batches.", False, "s/crystal"
    ),
    MeasureInfo("relaxing", "Relaxing", "Mean seconds of a relaxation.", False, "s/crystal"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CellSummary:
    """One cell in numbers; a number that is not known is None.

    Attributes:
        cell: Which.
        written: Crystals so far.
        asked: Crystals asked for.
        valid: Of those written.
        unique: Of those compared.
        novel: Of those compared; None without known crystals.
        new: Valid, unique and novel (unique alone without known crystals), of those compared.
        metastable_written: Within 0.1 eV/atom before relaxation, of those sent to it.
        metastable: The same, relaxed.
        sun: Stable, unique and novel, of those sent to relaxation; None without known crystals.
        log_likelihood: Mean over crystals, nats/atom.
        element_diversity: Mean Jaccard distance of the elements of two crystals.
        writing: Seconds a crystal.
        relaxing: Seconds a relaxation.
        seconds_per_sun: Writing, refining and relaxing, over the S.U.N. crystals of the part
            sent to relaxation; None where there is none.
        recall: Test crystals that its crystals cover; None where fingerprints were not asked.
        precision: Crystals that cover any, of those asked for.
        structure_diversity: Mean distance of the fingerprints of valid crystals.
        composition_diversity: The same of the compositions.
        steps: Mean of the converged relaxations.
        refining: Seconds a crystal.
    """

    cell: GridCell
    written: int
    asked: int
    valid: Rate
    unique: Rate
    novel: Rate | None
    new: Rate
    metastable_written: Rate | None
    metastable: Rate | None
    sun: Rate | None
    log_likelihood: Mean | None
    element_diversity: Mean | None
    writing: float | None
    relaxing: Mean | None
    seconds_per_sun: float | None
    recall: Rate | None = None
    precision: Rate | None = None
    structure_diversity: Mean | None = None
    composition_diversity: Mean | None = None
    steps: Mean | None = None
    refining: Mean | None = None

    def measure(self, name: str) -> Value:
        """A number by the name of its :class:`MeasureInfo`."""
        value: Value = getattr(self, name)
        return value


def measure_info(name: str) -> MeasureInfo:
    """What a measure is."""
    return next(info for info in MEASURES if info.name == name)


def central(value: Value) -> float | None:
    """A number itself: a share from 0 to 1, or a mean."""
    if value is None or isinstance(value, float):
        return value
    return value.share if isinstance(value, Rate) else value.value


def interval(value: Value) -> tuple[float, float] | None:
    """Its 95% interval; None where there is none."""
    if value is None or isinstance(value, float):
        return None
    return value.interval if isinstance(value, Rate) else (value.low, value.high)


def summarise(
    study: GridStudy, crystals: Sequence[StudyCrystal], round_size: int = ROUND_SIZE
) -> tuple[CellSummary, ...]:
    """Every cell of a study in numbers, as far as it is done.

    Args:
        study: The study.
        crystals: Its crystals so far, in any order.
        round_size: Crystals that were written side by side.
    """
    by_cell: dict[int, list[StudyCrystal]] = {number: [] for number in range(study.cell_count)}
    for crystal in crystals:
        by_cell[crystal.index // study.crystals].append(crystal)
    return tuple(
        _summary(
            study, cell, sorted(by_cell[cell.number], key=lambda crystal: crystal.index), round_size
        )
        for cell in study.cells
    )


def _summary(
    study: GridStudy, cell: GridCell, crystals: list[StudyCrystal], round_size: int
) -> CellSummary:
    compared = [crystal for crystal in crystals if crystal.compared]
    sent = [crystal for crystal in crystals if study.is_relaxed(crystal.index) and crystal.compared]
    asks_novelty = any(crystal.novel is not None for crystal in compared)

    def of_sent(count: int) -> Rate | None:
        return Rate(count, len(sent), "sent to relaxation") if sent else None

    def of_compared(count: int) -> Rate:
        return Rate(count, len(compared), "asked")

    likelihoods = [
        crystal.log_likelihood_per_atom
        for crystal in crystals
        if crystal.log_likelihood_per_atom is not None
    ]
    relaxing = [crystal.relaxed_s for crystal in sent if crystal.relaxed_s is not None]
    writing = _writing(study, crystals, round_size)
    sun = sum(crystal.sun for crystal in sent)
    refining = [crystal.refined_s for crystal in crystals if crystal.refined_s is not None]
    refining_sent = [crystal.refined_s for crystal in sent if crystal.refined_s is not None]
    spent = sum(relaxing) + sum(refining_sent) + (writing or 0.0) * len(sent)
    steps = [float(crystal.steps) for crystal in sent if crystal.steps is not None]
    marks = [crystal.marks for crystal in crystals if crystal.marks is not None]
    return CellSummary(
        cell,
        written=len(crystals),
        asked=study.crystals,
        valid=Rate(sum(crystal.valid for crystal in crystals), len(crystals), "asked"),
        unique=of_compared(sum(crystal.unique for crystal in compared)),
        novel=of_compared(sum(bool(crystal.novel) for crystal in compared))
        if asks_novelty
        else None,
        new=of_compared(sum(crystal.new for crystal in compared)),
        metastable_written=of_sent(sum(crystal.metastable_as_written for crystal in sent)),
        metastable=of_sent(sum(crystal.within(METASTABLE_EV_PER_ATOM) for crystal in sent)),
        sun=of_sent(sun) if asks_novelty else None,
        log_likelihood=mean_with_interval(likelihoods) if likelihoods else None,
        element_diversity=element_diversity(
            [crystal.elements for crystal in crystals if crystal.elements]
        ),
        writing=writing,
        relaxing=mean_with_interval(relaxing) if relaxing else None,
        seconds_per_sun=spent / sun if sun and asks_novelty else None,
        recall=marked_recall(marks),
        precision=Rate(sum(map(covers, marks)), len(crystals), "asked") if marks else None,
        **_diversities(crystals),
        steps=mean_with_interval(steps) if steps else None,
        refining=mean_with_interval(refining) if refining else None,
    )


def _diversities(crystals: Sequence[StudyCrystal]) -> dict[str, Mean | None]:
    """Of the valid crystals that have both fingerprints, as CDVAE's metric takes them."""
    pairs = [
        (crystal.structure, crystal.composition)
        for crystal in crystals
        if crystal.valid and crystal.structure is not None and crystal.composition is not None
    ]
    return {
        "structure_diversity": mean_pair_distance(np.array([first for first, _ in pairs])),
        "composition_diversity": mean_pair_distance(np.array([second for _, second in pairs])),
    }


def _writing(study: GridStudy, crystals: Sequence[StudyCrystal], round_size: int) -> float | None:
    """Seconds a crystal: those of a round are written side by side, the last one ends it."""
    rounds: dict[int, list[float]] = {}
    for crystal in crystals:
        if crystal.written_s is not None:
            place = crystal.index % study.crystals // round_size
            rounds.setdefault(place, []).append(crystal.written_s)
    if not rounds:
        return None
    return sum(map(max, rounds.values())) / sum(map(len, rounds.values()))


def element_diversity(elements: Sequence[tuple[str, ...]]) -> Mean | None:
    """How little two crystals share: mean Jaccard distance of their elements over all pairs.

    Args:
        elements: The elements of each crystal.

    Returns:
        From 0 (all of the same elements) to 1 (no element in common), with a bootstrap
        interval over crystals; None for fewer than two.
    """
    symbols = sorted({symbol for symbols_of_crystal in elements for symbol in symbols_of_crystal})
    has = np.array(
        [[symbol in symbols_of_crystal for symbol in symbols] for symbols_of_crystal in elements],
        dtype=bool,
    )
    return mean_pair_distance(has, metric="jaccard")


def pareto_front(cells: Sequence[CellSummary], first: str, second: str) -> frozenset[int]:
    """Cells that no other one beats in both measures, by their numbers.

    Args:
        cells: The cells; those without either measure are left out.
        first: Name of a measure.
        second: Name of another one.
    """
    points = {
        summary.cell.number: (_good(summary, first), _good(summary, second))
        for summary in cells
        if central(summary.measure(first)) is not None
        and central(summary.measure(second)) is not None
    }
    return frozenset(
        number
        for number, (x, y) in points.items()
        if not any(
            (other_x >= x and other_y >= y) and (other_x > x or other_y > y)
            for other_x, other_y in points.values()
        )
    )


def _good(cell: CellSummary, name: str) -> float:
    value = central(cell.measure(name))
    assert value is not None
    return -value if measure_info(name).more_is_better is False else value


def dominated(study: GridStudy, cells: Sequence[CellSummary]) -> Mapping[int, str]:
    """Cells that another one clearly beats in every objective, and by what.

    Clearly: the other's interval lies wholly above, in each objective that both have.

    Returns:
        What to tell of each such cell, by its number.
    """
    reasons: dict[int, str] = {}
    for summary in cells:
        better = next((other for other in cells if _beats(study, other, summary)), None)
        if better is not None:
            reasons[summary.cell.number] = _why_given_up(study, summary, better)
    return reasons


def _beats(study: GridStudy, better: CellSummary, worse: CellSummary) -> bool:
    # A prompt asks for what it asks for: cells are rivals within one prompt.
    if better.cell.number == worse.cell.number or better.cell.conditions != worse.cell.conditions:
        return False
    pairs = [
        (interval(better.measure(name)), interval(worse.measure(name))) for name in study.objectives
    ]
    known = [(high, low) for high, low in pairs if high is not None and low is not None]
    return bool(known) and all(high[0] > low[1] for high, low in known)


def _why_given_up(study: GridStudy, worse: CellSummary, better: CellSummary) -> str:
    parts = []
    for name in study.objectives:
        low, high = interval(worse.measure(name)), interval(better.measure(name))
        if low is not None and high is not None:
            title = measure_info(name).title.lower()
            parts.append(f"{title} at most {low[1]:.0%} against at least {high[0]:.0%}")
    model = f"{better.cell.model.name}, " if better.cell.model != worse.cell.model else ""
    return f"{'; '.join(parts)} at {model}{better.cell.settings}"


def usual_axes(cells: Sequence[CellSummary]) -> tuple[str, str]:
    """The two measures that are drawn against each other unless others are asked for.

    Validity against novelty, or against uniqueness where novelty was not asked.
    """
    with_novelty = any(crystal.novel is not None for crystal in cells)
    return "valid", "novel" if with_novelty else "unique"
