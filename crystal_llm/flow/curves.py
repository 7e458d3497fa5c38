"""Figures of the flow's training runs, from their metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crystal_llm.errors import FlowError
from crystal_llm.training.run_folder import read_metrics

_SMOOTHED = 25

Curve = tuple[list[int], list[float]]


def plot_flow_runs(runs: list[Path], figure: Path) -> None:
    """Draws the losses, and the distance to the targets before and after, against the steps.

    Args:
        runs: Folders of the runs, drawn over each other.
        figure: ``.html`` (Plotly), or ``.png``, ``.svg``, ``.pdf`` (Matplotlib).

    Raises:
        FlowError: No run, or a figure of another kind.
    """
    metrics = {run.name: read_metrics(run) for run in runs}
    if figure.suffix == ".html":
        _plotly(metrics, figure)
    elif figure.suffix in (".png", ".svg", ".pdf"):
        _matplotlib(metrics, figure)
    else:
        raise FlowError(f"{figure}: name a figure .html, .png, .svg or .pdf")


def _training(lines: list[dict[str, Any]]) -> Curve:
    """The training loss, averaged exponentially over the lines."""
    steps, losses = [], []
    mean = None
    for line in lines:
        if "loss" in line:
            loss = line["loss"]
            mean = loss if mean is None else mean + (loss - mean) / _SMOOTHED
            steps.append(line["step"])
            losses.append(mean)
    return steps, losses


def _validation(lines: list[dict[str, Any]], name: str) -> Curve:
    judged = [line for line in lines if "validation" in line]
    return [line["step"] for line in judged], [line["validation"][name] for line in judged]


def _distances(lines: list[dict[str, Any]]) -> list[tuple[str, Curve]]:
    return [
        ("atoms, sample", _validation(lines, "distance_before_angstrom")),
        ("atoms, refined", _validation(lines, "distance_after_angstrom")),
        ("lengths, sample", _validation(lines, "length_before_angstrom")),
        ("lengths, refined", _validation(lines, "length_after_angstrom")),
    ]


def _plotly(metrics: dict[str, list[dict[str, Any]]], figure: Path) -> None:
    from plotly.subplots import make_subplots

    drawing = make_subplots(rows=2, cols=1, shared_xaxes=True)
    for name, lines in metrics.items():
        for label, (steps, values) in (
            ("training", _training(lines)),
            ("validation", _validation(lines, "loss")),
        ):
            drawing.add_scatter(x=steps, y=values, name=f"{name}: {label}", row=1, col=1)
        for label, (steps, values) in _distances(lines):
            drawing.add_scatter(x=steps, y=values, name=f"{name}: {label}", row=2, col=1)
    drawing.update_xaxes(title_text="steps", row=2, col=1)
    drawing.update_yaxes(title_text="loss", row=1, col=1)
    drawing.update_yaxes(title_text="from the target (Å)", row=2, col=1)
    drawing.write_html(str(figure), include_plotlyjs=True)


def _matplotlib(metrics: dict[str, list[dict[str, Any]]], figure: Path) -> None:
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(7.5, 6.5), layout="constrained")
    above, below = drawing.subplots(2, sharex=True)
    for place, (name, lines) in enumerate(metrics.items()):
        colour = f"C{place}"
        above.plot(*_training(lines), color=colour, alpha=0.5, label=f"{name}: training")
        above.plot(
            *_validation(lines, "loss"), color=colour, marker="o", label=f"{name}: validation"
        )
        for (label, curve), style in zip(_distances(lines), (":", "-", "-.", "--"), strict=True):
            below.plot(*curve, color=colour, linestyle=style, label=f"{name}: {label}")
    below.set_xlabel("steps")
    above.set_ylabel("loss")
    below.set_ylabel("from the target (Å)")
    for axes in (above, below):
        axes.grid(alpha=0.25)
        axes.legend(frameon=False, fontsize="small")
    drawing.savefig(figure, dpi=150)
