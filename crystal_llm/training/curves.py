"""Figures of training runs, from their metrics logs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crystal_llm.errors import TrainingError
from crystal_llm.training.loop import METRICS

_SMOOTHED_TOKENS = 20_000


def read_metrics(run: Path) -> list[dict[str, Any]]:
    """The lines of a run's metrics log.

    Raises:
        TrainingError: The folder holds no run.
    """
    try:
        lines = (run / METRICS).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise TrainingError(f"{run}: holds no readable {METRICS} ({error})") from error


def plot_runs(runs: list[Path], figure: Path) -> None:
    """Draws loss against tokens: training (smoothed) and validation.

    Args:
        runs: Folders of the runs, drawn side by side.
        figure: ``.html`` (Plotly), or ``.png``, ``.svg``, ``.pdf`` (Matplotlib).

    Raises:
        TrainingError: No run, or a figure of another kind.
    """
    curves = {run.name: read_metrics(run) for run in runs}
    if figure.suffix == ".html":
        _plotly(curves, figure)
    elif figure.suffix in (".png", ".svg", ".pdf"):
        _matplotlib(curves, figure)
    else:
        raise TrainingError(f"{figure}: name a figure .html, .png, .svg or .pdf")


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
    found = [line for line in lines if "validation" in line]
    return [line["tokens"] / 1000 for line in found], [line["validation"][kind] for line in found]


def _plotly(curves: dict[str, list[dict[str, Any]]], figure: Path) -> None:
    import plotly.graph_objects as go

    drawing = go.Figure()
    for name, lines in curves.items():
        tokens, losses = _training(lines)
        drawing.add_scatter(x=tokens, y=losses, mode="lines", name=f"{name}: training")
        for kind in ("free", "formula"):
            tokens, losses = _validation(lines, kind)
            drawing.add_scatter(
                x=tokens, y=losses, mode="lines+markers", name=f"{name}: validation, {kind}"
            )
    drawing.update_layout(
        xaxis_title="tokens trained on (thousands)", yaxis_title="loss (nats a token)"
    )
    drawing.write_html(str(figure), include_plotlyjs=True)


def _matplotlib(curves: dict[str, list[dict[str, Any]]], figure: Path) -> None:
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
    drawing.savefig(figure, dpi=150)
