"""Tables and figures of the infill benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crystal_llm.errors import InfillError
from crystal_llm.evaluation.rates import Mean
from crystal_llm.io.figure_file import check_figure, save_figure
from crystal_llm.studies.infill_accuracy import TOP, Guesser
from crystal_llm.studies.mutation import MutationResult


def accuracy_table(guessers: Sequence[Guesser]) -> list[str]:
    """Lines of a Markdown table: top-1, top-3, top-10 and mean reciprocal rank."""
    heads = [f"top-{top}" for top in TOP]
    lines = [f"| guess | {' | '.join(heads)} | mean reciprocal rank |", "|---" * 5 + "|"]
    for guesser in guessers:
        shares = " | ".join(_percent(mean) for mean in guesser.top)
        rank = guesser.reciprocal_rank
        lines.append(f"| {guesser.name} | {shares} | {rank.value:.3f} ({_range(rank, 3)}) |")
    return lines


def mutation_table(results: Sequence[MutationResult]) -> list[str]:
    """Lines of a Markdown table: percentage at most 0.1 eV/atom above the hull, diversity."""
    lines = [
        "| swap | mutated | relaxed | on the hull plot | ≤ 0.1 eV/atom | formulas among them | "
        "diversity of composition | of structure |",
        "|---" * 8 + "|",
    ]
    for result in results:
        low, high = result.metastable.interval or (0.0, 1.0)
        share = 100 * (result.metastable.share or 0.0)
        lines.append(
            f"| {result.method} | {result.mutated} | {result.relaxed} | {result.on_hull} | "
            f"{result.metastable.count} = {share:.1f}% ({100 * low:.1f} to {100 * high:.1f}%) | "
            f"{result.formulas} | {_mean_text(result.composition_diversity)} | "
            f"{_mean_text(result.structure_diversity)} |"
        )
    return lines


def draw_accuracy(guessers: Sequence[Guesser], figure: Path) -> None:
    """Draws the rates of all guesses as bars with their intervals.

    Args:
        guessers: The lines of the table.
        figure: ``.html``, ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        InfillError: A figure of another kind.
    """
    labels = [*(f"top-{top}" for top in TOP), "mean reciprocal rank"]
    bars = [(guesser.name, [*guesser.top, guesser.reciprocal_rank]) for guesser in guessers]
    _draw(bars, labels, "share of masked crystals, or mean", figure)


def draw_mutations(results: Sequence[MutationResult], figure: Path) -> None:
    """Draws the percentage at most 0.1 eV/atom above the hull; arguments as above."""
    means = []
    for result in results:
        low, high = result.metastable.interval or (0.0, 1.0)
        means.append(Mean(result.metastable.share or 0.0, low, high, result.mutated))
    _draw(
        [("at most 0.1 eV/atom above the hull", means)],
        [result.method for result in results],
        "share of mutated structures",
        figure,
    )


def _draw(
    bars: Sequence[tuple[str, Sequence[Mean]]], labels: Sequence[str], axis: str, figure: Path
) -> None:
    check_figure(figure, InfillError)
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(7.5, 4.2), layout="constrained")
    axes = drawing.subplots()
    width = 0.8 / len(bars)
    for place, (name, means) in enumerate(bars):
        at = [index - 0.4 + width * (place + 0.5) for index in range(len(labels))]
        values = [mean.value for mean in means]
        below = [max(mean.value - mean.low, 0.0) for mean in means]
        above = [max(mean.high - mean.value, 0.0) for mean in means]
        axes.bar(at, values, width, yerr=(below, above), capsize=2, label=name)
    axes.set_xticks(range(len(labels)), list(labels))
    axes.set_ylabel(axis)
    axes.set_ylim(0, 1)
    axes.grid(axis="y", alpha=0.25)
    axes.legend(frameon=False)
    save_figure(drawing, figure)


def _percent(mean: Mean) -> str:
    return f"{100 * mean.value:.1f}% ({100 * mean.low:.1f} to {100 * mean.high:.1f}%)"


def _range(mean: Mean, digits: int) -> str:
    return f"{mean.low:.{digits}f} to {mean.high:.{digits}f}"


def _mean_text(mean: Mean | None) -> str:
    return "–" if mean is None else f"{mean.value:.2f} ({_range(mean, 2)})"
