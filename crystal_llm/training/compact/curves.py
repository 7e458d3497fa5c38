"""Figures of runs of the compact model, from their metrics logs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crystal_llm.errors import TrainingError
from crystal_llm.io.figure_file import check_figure, save_figure
from crystal_llm.training.run_folder import read_metrics

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Series = tuple[list[float], list[float]]
_NATS = {"free_nats": "free", "formula_nats": "formula given"}
_STROKES: tuple[Literal["-", "--"], ...] = ("-", "--")
_SHARES = {"infill_first": "first guess", "infill_in_ten": "among ten"}


def is_compact(lines: list[dict[str, Any]]) -> bool:
    """Whether a metrics log is that of a compact model."""
    return any("crystals" in line for line in lines)


def plot_compact_runs(runs: list[Path], figure: Path) -> None:
    """Draws validation against crystals trained on: nats a crystal, and infill's guesses.

    Args:
        runs: Folders of runs or of their branches, drawn in one figure.
        figure: ``.html``, ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        TrainingError: No run of the compact model, or a figure of another kind.
    """
    check_figure(figure, TrainingError)
    curves = {}
    for run in runs:
        lines = read_metrics(run)
        if not is_compact(lines):
            raise TrainingError(f"{run}: is no run of the compact model; plot it by itself")
        curves[run.name] = [line for line in lines if "validation" in line]
    save_figure(_drawing(curves), figure)


def _series(lines: list[dict[str, Any]], name: str) -> Series:
    """Crystals trained on (thousands) and a figure of the validation."""
    return (
        [line["crystals"] / 1000 for line in lines],
        [line["validation"][name] for line in lines],
    )


def _drawing(curves: dict[str, list[dict[str, Any]]]) -> Figure:
    """Colours tell runs apart, under both halves; strokes tell what was measured, in each."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    drawing = Figure(figsize=(9.5, 4.4), layout="constrained")
    nats, shares = drawing.subplots(1, 2)
    for axes, kinds in ((nats, _NATS), (shares, _SHARES)):
        for place, lines in enumerate(curves.values()):
            for kind, stroke in zip(kinds, _STROKES, strict=True):
                axes.plot(*_series(lines, kind), color=f"C{place}", linestyle=stroke, marker=".")
        axes.legend(
            [Line2D([], [], color="grey", linestyle=stroke) for stroke in _STROKES],
            list(kinds.values()),
            frameon=False,
        )
        axes.set_xlabel("crystals trained on (thousands)")
        axes.grid(alpha=0.25)
    nats.set_ylabel("nats a crystal")
    shares.set_ylabel("infill: share of crystals")
    drawing.legend(
        [Line2D([], [], color=f"C{place}", marker=".") for place in range(len(curves))],
        list(curves),
        loc="outside lower center",
        ncols=len(curves),
        frameon=False,
    )
    return drawing
