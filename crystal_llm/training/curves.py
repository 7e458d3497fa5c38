"""Figures of training runs, from their metrics logs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import TrainingError
from crystal_llm.io.figure_file import check_figure, save_figure
from crystal_llm.training.run_folder import read_metrics

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SMOOTHED_TOKENS = 20_000


def plot_runs(runs: list[Path], figure: Path) -> None:
    """Draws loss against tokens: training (smoothed) and validation.

    Args:
        runs: Folders of the runs, drawn side by side.
        figure: ``.html``, ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        TrainingError: No run, or a figure of another kind.
    """
    check_figure(figure, TrainingError)
    save_figure(_drawing({run.name: read_metrics(run) for run in runs}), figure)


def _training(lines: list[dict[str, Any]]) -> tuple[list[float], list[float]]:
    """Tokens (thousands) and the training loss, averaged exponentially over tokens."""
    tokens, losses = [], []
    mean, before = None, 0
    for line in lines:
        if "loss" not in line:
            continue
        share = min(1.0, (line["tokens"] - before) / _SMOOTHED_TOKENS)
        mean = line["loss"] if mean is None else mean + share * (line["loss"] - mean)
        before = line["tokens"]
        tokens.append(line["tokens"] / 1000)
        losses.append(mean)
    return tokens, losses


def _validation(lines: list[dict[str, Any]], kind: str) -> tuple[list[float], list[float]]:
    validations = [line for line in lines if "validation" in line]
    return [line["tokens"] / 1000 for line in validations], [
        line["validation"][kind] for line in validations
    ]


def _drawing(curves: dict[str, list[dict[str, Any]]]) -> Figure:
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(7.5, 4.2), layout="constrained")
    axes = drawing.subplots()
    for place, (name, lines) in enumerate(curves.items()):
        colour = f"C{place}"
        axes.plot(*_training(lines), color=colour, alpha=0.55, label=f"{name}: training")
        for kind, marker, style in (("free", "o", "-"), ("formula", "s", "--")):
            axes.plot(
                *_validation(lines, kind),
                color=colour,
                marker=marker,
                linestyle=style,
                label=f"{name}: validation, {kind}",
            )
    axes.set_xlabel("tokens trained on (thousands)")
    axes.set_ylabel("loss (nats a token)")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    return drawing
