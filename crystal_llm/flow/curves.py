"""Figures of the flow's training runs, from their metrics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import FlowError
from crystal_llm.io.figure_file import check_figure, save_figure
from crystal_llm.training.run_folder import read_metrics

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SMOOTHED = 25

Curve = tuple[list[int], list[float]]


def plot_flow_runs(runs: list[Path], figure: Path) -> None:
    """Draws the losses, and the distance to the targets before and after, against the steps.

    Args:
        runs: Folders of the runs, drawn over each other.
        figure: ``.html``, ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        FlowError: No run, or a figure of another kind.
    """
    check_figure(figure, FlowError)
    save_figure(_drawing({run.name: read_metrics(run) for run in runs}), figure)


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


def _drawing(metrics: dict[str, list[dict[str, Any]]]) -> Figure:
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
        # Above the axes: the curves leave no corner free.
        axes.legend(
            frameon=False, fontsize="small", ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0)
        )
    return drawing
