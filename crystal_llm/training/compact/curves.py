"""Figures of runs of the compact model, from their metrics logs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crystal_llm.errors import TrainingError
from crystal_llm.training.run_folder import read_metrics

Series = tuple[list[float], list[float]]
_NATS = {"free_nats": "free", "formula_nats": "formula told"}
_SHARES = {"infill_first": "first guess", "infill_in_ten": "among ten"}


def is_compact(lines: list[dict[str, Any]]) -> bool:
    """Whether a metrics log is that of a compact model."""
    return any("crystals" in line for line in lines)


def plot_compact_runs(runs: list[Path], figure: Path) -> None:
    """Draws validation against crystals trained on: nats a crystal, and infill's guesses.

    Args:
        runs: Folders of runs or of their branches, drawn in one figure.
        figure: ``.html`` (Plotly), or ``.png``, ``.svg``, ``.pdf`` (Matplotlib).

    Raises:
        TrainingError: No run of the compact model, or a figure of another kind.
    """
    curves = {}
    for run in runs:
        lines = read_metrics(run)
        if not is_compact(lines):
            raise TrainingError(f"{run}: is no run of the compact model; plot it by itself")
        curves[run.name] = [line for line in lines if "validation" in line]
    if figure.suffix == ".html":
        _plotly(curves, figure)
    elif figure.suffix in (".png", ".svg", ".pdf"):
        _matplotlib(curves, figure)
    else:
        raise TrainingError(f"{figure}: name a figure .html, .png, .svg or .pdf")


def _series(lines: list[dict[str, Any]], name: str) -> Series:
    """Crystals trained on (thousands) and a figure of the validation."""
    return (
        [line["crystals"] / 1000 for line in lines],
        [line["validation"][name] for line in lines],
    )


def _plotly(curves: dict[str, list[dict[str, Any]]], figure: Path) -> None:
    from plotly.subplots import make_subplots

    drawing = make_subplots(rows=1, cols=2)
    for name, lines in curves.items():
        for column, kinds in enumerate((_NATS, _SHARES), start=1):
            for kind, title in kinds.items():
                crystals, values = _series(lines, kind)
                drawing.add_scatter(
                    x=crystals,
                    y=values,
                    mode="lines+markers",
                    name=f"{name}: {title}",
                    row=1,
                    col=column,
                )
    drawing.update_xaxes(title="crystals trained on (thousands)")
    drawing.update_yaxes(title="nats a crystal", row=1, col=1)
    drawing.update_yaxes(title="infill: share of crystals", row=1, col=2)
    drawing.write_html(str(figure), include_plotlyjs=True)


def _matplotlib(curves: dict[str, list[dict[str, Any]]], figure: Path) -> None:
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(9.5, 4.0), layout="constrained")
    nats, shares = drawing.subplots(1, 2)
    for place, (name, lines) in enumerate(curves.items()):
        for axes, kinds in ((nats, _NATS), (shares, _SHARES)):
            for (kind, title), style in zip(kinds.items(), ("-", "--"), strict=True):
                axes.plot(
                    *_series(lines, kind),
                    color=f"C{place}",
                    linestyle=style,
                    marker=".",
                    label=f"{name}: {title}",
                )
    nats.set_ylabel("nats a crystal")
    shares.set_ylabel("infill: share of crystals")
    for axes in (nats, shares):
        axes.set_xlabel("crystals trained on (thousands)")
        axes.grid(alpha=0.25)
        axes.legend(frameon=False)
    drawing.savefig(figure, dpi=150)
