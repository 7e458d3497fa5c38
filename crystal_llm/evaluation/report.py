"""One run as one self-contained HTML page: no script, no font, nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from crystal_llm.evaluation.condition_rates import ConditionRates
from crystal_llm.evaluation.coverage import FingerprintNovelty
from crystal_llm.evaluation.figures import histogram_svg, invariance_svg
from crystal_llm.evaluation.invariance import TranslationInvariance
from crystal_llm.evaluation.metrics import (
    EvaluatedCrystal,
    Evaluation,
    Form,
    PotentialFigures,
    TestComparison,
)
from crystal_llm.evaluation.normalised import over_test_crystals
from crystal_llm.evaluation.published import PUBLISHED, PUBLISHED_HEADS, printed_row
from crystal_llm.evaluation.rates import Mean, Rate
from crystal_llm.io.record_json import to_plain

MAX_FAILURES = 200

_CONDITIONS = {
    "formula": "Formula",
    "spacegroup": "Space group (0.2 Å)",
    "elements": "Exactly these elements",
    "energy": "Energy above hull, relaxed (on the same side of 0.1 eV/atom)",
    "gap": "Band gap (metal or not)",
}


@dataclass(frozen=True)
class ModelMeasure:
    """What was measured of a model beside its samples.

    Attributes:
        model: The model's identity.
        invariance: Its IPT, where measured.
        conditions: How often it met conditions, where measured.
        conditioning_note: τ, P and what relaxed, in words.
    """

    model: str
    invariance: TranslationInvariance | None = None
    conditions: Sequence[ConditionRates] = ()
    conditioning_note: str = ""


@dataclass
class _Section:
    title: str
    notes: list[str] = field(default_factory=list)
    rates: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, str]] = field(default_factory=list)


def report_html(
    title: str,
    evaluation: Evaluation | None,
    crystals: Sequence[EvaluatedCrystal] = (),
    measures: Sequence[ModelMeasure] = (),
) -> str:
    """A run's report.

    Args:
        title: Its heading.
        evaluation: The run's evaluation, if there is one.
        crystals: Its samples.
        measures: IPT and conditioning, if measured.
    """
    from jinja2 import Environment

    sections: list[_Section] = []
    if evaluation is not None:
        sections += _of_evaluation(evaluation)
    for measure in measures:
        sections += _of_measure(measure)
    failed = [crystal for crystal in crystals if not crystal.valid]
    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("crystal_llm.evaluation").joinpath("report.html").read_text(encoding="utf-8")
    )
    return page.render(
        title=title,
        subtitle=_subtitle(evaluation),
        sections=sections,
        failures=[_failure(crystal) for crystal in failed[:MAX_FAILURES]],
        failure_count=len(failed),
        unrelaxed=[row for crystal in crystals for row in _unrelaxed(crystal)][:MAX_FAILURES],
        published_heads=PUBLISHED_HEADS,
        published=[printed_row(method) for method in PUBLISHED],
        protocol=[] if evaluation is None else list(_protocol(evaluation)),
    )


def _subtitle(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return ""
    files = ", ".join(sample.path for sample in evaluation.protocol.samples)
    return (
        f"{evaluation.figures.parsed.total} samples from {files}; evaluated "
        f"{evaluation.protocol.made_on}; protocol {evaluation.protocol.sha256[:12]}"
    )


def _of_evaluation(evaluation: Evaluation) -> Iterator[_Section]:
    figures = evaluation.figures
    validity = _Section("Validity, uniqueness and novelty, as written")
    rates = [
        ("parsed", figures.parsed),
        ("structurally valid", figures.structurally_valid),
        ("compositionally valid", figures.compositionally_valid),
        ("both valid", figures.valid),
        *_form_rates(figures.written),
    ]
    validity.rates.append(
        _rate_table(rates, "Asked: all samples; those that could not be read count as failures.")
    )
    if figures.novelty is not None:
        validity.rates.append(_novelty_table(figures.novelty, "Novelty by fingerprint."))
    validity.numbers.append(
        _number_table(
            [
                ("diversity of structures", figures.diversity.structure),
                ("diversity of compositions", figures.diversity.composition),
            ],
            "Mean distance between the fingerprints of two valid samples.",
        )
    )
    validity.figures.append(
        _figure("Number of elements", {"samples": figures.elements}, "elements in a crystal")
    )
    if figures.written.space_groups:
        validity.figures.append(_space_groups("as written", figures.written.space_groups))
    yield validity
    if figures.test is not None:
        yield _against_test(figures.test)
    for figures_of_potential in figures.potentials:
        yield _of_potential(figures_of_potential, figures.test)
    if figures.agreements:
        agreement = _Section("A second potential's verdict")
        for agreed in figures.agreements:
            agreement.notes.append(
                f"At most {agreed.threshold_ev_per_atom:g} eV/atom above hull: {agreed.both} by "
                f"both, {agreed.first_alone} by {agreed.first} alone, {agreed.second_alone} by "
                f"{agreed.second} alone, {agreed.neither} by neither."
            )
        yield agreement


def _against_test(test: TestComparison) -> _Section:
    section = _Section("Against test crystals")
    section.rates.append(
        _rate_table(
            [
                ("coverage recall", test.coverage.recall),
                ("coverage precision", test.coverage.precision),
                ("recall, of valid samples alone", test.coverage_of_valid.recall),
                ("precision, of valid samples alone", test.coverage_of_valid.precision),
            ],
            "CDVAE counts all samples, CrystalLLM's code the valid ones alone.",
        )
    )
    section.numbers.append(
        _number_table(
            [
                ("Wasserstein distance of density, g/cm³", test.density_g_per_cm3),
                ("Wasserstein distance of number of elements", test.elements),
                ("diversity of structures of the test crystals", test.diversity.structure),
                ("diversity of compositions of the test crystals", test.diversity.composition),
            ],
            "Of valid samples against all test crystals.",
        )
    )
    if test.novelty is not None:
        section.rates.append(
            _novelty_table(test.novelty, "Novelty by fingerprint of the test crystals themselves.")
        )
    return section


def _of_potential(figures: PotentialFigures, test: TestComparison | None) -> _Section:
    section = _Section(f"Stability by {figures.potential}")
    for caption, rates in (
        ("Energy above hull of the crystals as written.", figures.stability_written),
        ("Energy above hull of the relaxed crystals.", figures.stability_relaxed),
    ):
        rows: list[tuple[str, Rate]] = []
        for rate in rates:
            bound = f"≤ {rate.threshold_ev_per_atom:g} eV/atom"
            rows += [
                (bound, rate.within),
                (f"{bound}, valid", rate.valid),
                (f"{bound}, at least two elements", rate.stable),
                (f"{bound}, at least two elements, unique", rate.unique),
            ]
            if rate.sun is not None:
                rows.append((f"{bound}, S.U.N.", rate.sun))
        section.rates.append(_rate_table(rows, caption))
    change = figures.change
    section.rates.append(
        _rate_table(
            [
                ("relaxation converged", change.converged),
                ("relaxed form matches the written one", change.match),
                *((f"relaxed: {name}", rate) for name, rate in _form_rates(figures.relaxed)),
            ],
            "Relaxation.",
        )
    )
    section.numbers.append(
        _number_table(
            [
                ("RMSD of matches, (V/atom)^(1/3)", change.rms),
                ("energy drop, eV/atom", change.energy_drop_ev_per_atom),
                ("steps of the optimizer", change.steps),
                ("change of volume, relative", change.volume_change),
                ("diversity of structures, metastable", figures.diversity_of_metastable.structure),
                (
                    "diversity of compositions, metastable",
                    figures.diversity_of_metastable.composition,
                ),
            ],
            "Means over converged relaxations.",
        )
    )
    if figures.novelty_of_metastable is not None:
        section.rates.append(
            _novelty_table(figures.novelty_of_metastable, "Novelty by fingerprint, metastable.")
        )
    ratios = {} if test is None else over_test_crystals(figures, test)
    if ratios:
        listed = ", ".join(f"{name} {ratio:.3g}" for name, ratio in ratios.items())
        section.notes.append(
            f"Metastable crystals relative to test crystals (CrystalLLM, B.6): {listed}."
        )
    for threshold, seconds in figures.seconds_per_sun.items():
        if seconds is not None:
            section.notes.append(
                f"{seconds:.1f} s per S.U.N. crystal (at most {threshold} eV/atom above hull)."
            )
    if figures.without_hull:
        section.notes.append(
            f"{figures.without_hull} relaxed crystals have no hull: a reference phase is missing."
        )
    section.figures.append(
        _figure(
            "Energy above hull",
            {"as written": figures.energies_written, "relaxed": figures.energies_relaxed},
            "energy above hull, eV/atom",
        )
    )
    if figures.relaxed.space_groups:
        section.figures.append(_space_groups("relaxed", figures.relaxed.space_groups))
    return section


def _of_measure(measure: ModelMeasure) -> Iterator[_Section]:
    if measure.invariance is not None:
        invariance = measure.invariance
        section = _Section("Perplexity under translation", [f"Model {measure.model}."])
        section.numbers.append(
            _number_table(
                [
                    ("IPT, normalised", invariance.normalised),
                    ("mean minus lowest perplexity", invariance.increase),
                    ("mean perplexity", invariance.perplexity),
                ],
                "Mean over test crystals.",
            )
        )
        svg = invariance_svg(invariance)
        alt = "Perplexity relative to its mean, translations in ascending order."
        section.figures.append({"title": "Perplexity by translation", "svg": svg, "alt": alt})
        yield section
    if measure.conditions:
        section = _Section(
            "Conditions met", [f"Model {measure.model}. {measure.conditioning_note}"]
        )
        for condition in measure.conditions:
            way = "enforced by the grammar (hard)" if condition.hard else "prompt only (soft)"
            rows = [
                ("all", condition.met),
                *((group.name, group.met) for group in condition.groups),
            ]
            said = f"{_CONDITIONS.get(condition.kind, condition.kind)}, {way}"
            if condition.unchecked:
                said += f"; {condition.unchecked} unchecked, no known structure"
            section.rates.append(_rate_table(rows, said))
        yield section


def _form_rates(form: Form) -> list[tuple[str, Rate]]:
    rates = [("unique", form.unique)]
    if form.novel is not None and form.unique_and_novel is not None:
        rates += [("novel", form.novel), ("unique and novel", form.unique_and_novel)]
    return rates


def _rate_table(rows: Sequence[tuple[str, Rate]], caption: str) -> dict[str, Any]:
    return {"caption": caption, "rows": [_rate(name, rate) for name, rate in rows]}


def _rate(name: str, rate: Rate) -> dict[str, Any]:
    low, high = rate.interval or (None, None)
    return {
        "name": name,
        "count": rate.count,
        "total": rate.total,
        "whole": rate.whole,
        "share": "–" if rate.share is None else f"{100 * rate.share:.1f}%",
        "interval": "–" if low is None or high is None else f"{100 * low:.1f} to {100 * high:.1f}%",
    }


def _novelty_table(novelty: FingerprintNovelty, caption: str) -> dict[str, Any]:
    rows = [
        (f"new in {name}", rate)
        for name, rate in (
            ("structure", novelty.structural),
            ("composition", novelty.compositional),
            ("either", novelty.overall),
        )
    ]
    return _rate_table(rows, caption)


def _number_table(rows: Sequence[tuple[str, Mean | None]], caption: str) -> dict[str, Any]:
    return {
        "caption": caption,
        "rows": [
            {
                "name": name,
                "value": "–" if mean is None else f"{mean.value:.4g}",
                "interval": "–" if mean is None else f"{mean.low:.4g} to {mean.high:.4g}",
                "total": 0 if mean is None else mean.total,
            }
            for name, mean in rows
        ],
    }


def _figure(title: str, series: dict[str, dict[str, int]], label: str) -> dict[str, str]:
    summary = "; ".join(
        f"{name}: " + ", ".join(f"{where} {count}" for where, count in counts.items())
        for name, counts in series.items()
    )
    return {"title": title, "svg": histogram_svg(series, label), "alt": f"{title}: {summary}"}


def _space_groups(form: str, groups: dict[str, int]) -> dict[str, str]:
    """The twenty most frequent space groups."""
    frequent = dict(sorted(groups.items(), key=lambda item: -item[1])[:20])
    title = f"Space groups, {form}"
    if len(groups) > len(frequent):
        title += f" (the most frequent {len(frequent)} of {len(groups)})"
    return _figure(title, {form: frequent}, "international number")


def _failure(crystal: EvaluatedCrystal) -> dict[str, str]:
    reasons = (crystal.failure, crystal.structural_reason, crystal.compositional_reason)
    return {
        "name": crystal.name,
        "formula": crystal.formula or "",
        "reason": "; ".join(reason for reason in reasons if reason),
    }


def _unrelaxed(crystal: EvaluatedCrystal) -> Iterator[dict[str, str]]:
    for verdict in crystal.verdicts:
        if verdict.failure is not None and not verdict.converged:
            reason = f"{verdict.potential}: {verdict.failure}"
            yield {"name": crystal.name, "formula": crystal.formula or "", "reason": reason}


def _protocol(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    yield "sha256", evaluation.protocol.sha256
    for name, value in to_plain(evaluation.protocol).items():
        if value not in (None, [], ""):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield name.replace("_", " "), text
