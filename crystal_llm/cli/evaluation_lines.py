"""The figures of an evaluation, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from crystal_llm.evaluation.metrics import EvaluationFigures, PotentialFigures
from crystal_llm.evaluation.normalised import over_test_crystals
from crystal_llm.evaluation.rates import Mean, Rate


def summary_lines(figures: EvaluationFigures) -> Iterator[str]:
    """The figures in lines for a reader."""
    yield f"parsed: {figures.parsed}"
    yield f"structurally valid: {figures.structurally_valid}"
    yield f"compositionally valid: {figures.compositionally_valid}"
    yield f"both valid: {figures.valid}"
    yield f"unique: {figures.written.unique}"
    if figures.written.novel is not None:
        yield f"novel: {figures.written.novel}"
        yield f"unique and novel: {figures.written.unique_and_novel}"
    yield f"diversity of structures (valid): {_number(figures.diversity.structure)}"
    yield f"diversity of compositions (valid): {_number(figures.diversity.composition)}"
    if figures.novelty is not None:
        for name in ("structural", "compositional", "overall"):
            rate: Rate = getattr(figures.novelty, name)
            yield f"{name} novelty by fingerprint: {rate}"
    if figures.without_fingerprint:
        yield f"without a fingerprint of the structure: {figures.without_fingerprint}"
    if figures.test is not None:
        test = figures.test
        yield f"coverage recall: {test.coverage.recall}"
        yield f"coverage precision: {test.coverage.precision}"
        yield f"coverage recall, of valid samples alone: {test.coverage_of_valid.recall}"
        yield f"coverage precision, of valid samples alone: {test.coverage_of_valid.precision}"
        yield f"Wasserstein distance of density: {_number(test.density_g_per_cm3)} g/cm³"
        yield f"Wasserstein distance of number of elements: {_number(test.elements)}"
    for figures_of_potential in figures.potentials:
        yield from _of_potential(figures_of_potential)
        if figures.test is not None:
            for name, ratio in over_test_crystals(figures_of_potential, figures.test).items():
                yield (
                    f"{figures_of_potential.potential}: {name}, metastable over test crystals: "
                    f"{ratio:.3g}"
                )
    for agreed in figures.agreements:
        yield (
            f"at most {agreed.threshold_ev_per_atom:g} eV/atom above hull by {agreed.first} and "
            f"{agreed.second}: both {agreed.both}, {agreed.first} alone {agreed.first_alone}, "
            f"{agreed.second} alone {agreed.second_alone}, neither {agreed.neither}"
        )
    for reason, count in figures.reasons.items():
        yield f"reason, {count} of {figures.parsed.total}: {reason}"


def _of_potential(figures: PotentialFigures) -> Iterator[str]:
    yield f"{figures.potential}: converged: {figures.change.converged}"
    yield f"{figures.potential}: match rate of written and relaxed: {figures.change.match}"
    yield f"{figures.potential}: RMSD of matches: {_number(figures.change.rms)} (V/atom)^(1/3)"
    drop = _number(figures.change.energy_drop_ev_per_atom)
    yield f"{figures.potential}: energy drop: {drop} eV/atom"
    yield f"{figures.potential}: steps: {_number(figures.change.steps)}"
    for form, rates in (
        ("as written", figures.stability_written),
        ("relaxed", figures.stability_relaxed),
    ):
        for rate in rates:
            bound = f"at most {rate.threshold_ev_per_atom:g} eV/atom above hull"
            where = f"{figures.potential}, {form}, {bound}"
            yield (
                f"{where}: {rate.within}; {rate.valid.count} valid, {rate.stable.count} of at "
                f"least two elements, {rate.unique.count} different"
            )
            if rate.sun is not None:
                yield f"{where}, S.U.N.: {rate.sun}"
    if figures.without_hull:
        yield f"{figures.potential}: relaxed, but without a hull: {figures.without_hull}"
    for threshold, seconds in figures.seconds_per_sun.items():
        if seconds is not None:
            yield f"{figures.potential}: {seconds:.1f} s per S.U.N. crystal at {threshold} eV/atom"


def _number(mean: Mean | None) -> str:
    if mean is None:
        return "none (too few crystals)"
    return f"{mean.value:.4g} ({mean.low:.4g} to {mean.high:.4g}, n = {mean.total})"
