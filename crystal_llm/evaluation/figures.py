"""Figures of an evaluation as SVG, PNG or PDF (Matplotlib)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.invariance import TranslationInvariance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FORMATS = (".svg", ".png", ".pdf")

_SIZE = (6.4, 3.0)
_COLOURS = ("#3b6ea8", "#d08a3c", "#5a9a6a", "#8b6bb1")


def check_plot_file(path: Path) -> None:
    """Refuses a figure of an unknown kind, before any work is done.

    Raises:
        EvaluationError: Names the kinds that are.
    """
    if path.suffix.lower() not in _FORMATS:
        raise EvaluationError(f"{path}: name a figure {', '.join(_FORMATS)}")


def draw_invariance(invariance: TranslationInvariance, path: Path) -> None:
    """Draws perplexity by translation into a file.

    Raises:
        EvaluationError: A figure of another kind, or it cannot be written.
    """
    check_plot_file(path)
    try:
        _figure(lambda axes: _invariance(axes, invariance)).savefig(path)
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be written ({error.strerror or error})") from error


def invariance_svg(invariance: TranslationInvariance) -> str:
    """The same as the text of an SVG."""
    return _svg(lambda axes: _invariance(axes, invariance))


def histogram_svg(series: Mapping[str, Mapping[str, int]], label: str) -> str:
    """Counts by bin as bars, one colour a series.

    Args:
        series: Name of a series, with counts by bin; all have the same bins.
        label: Of the horizontal axis.
    """
    from matplotlib.ticker import MaxNLocator

    def draw(axes: Axes) -> None:
        bins = list(dict.fromkeys(name for counts in series.values() for name in counts))
        width = 0.8 / max(len(series), 1)
        for place, (name, counts) in enumerate(series.items()):
            axes.bar(
                [n + (place - (len(series) - 1) / 2) * width for n in range(len(bins))],
                [counts.get(distance, 0) for distance in bins],
                width,
                label=name,
                color=_COLOURS[place % len(_COLOURS)],
            )
        axes.set_xticks(range(len(bins)), bins, rotation=30 if len(bins) > 6 else 0, ha="right")
        axes.set_xlabel(label)
        axes.set_ylabel("crystals")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        if len(series) > 1:
            axes.legend(frameon=False)

    return _svg(draw)


def _invariance(axes: Axes, invariance: TranslationInvariance) -> None:
    from matplotlib.ticker import MaxNLocator

    ranks: Sequence[int] = range(1, len(invariance.by_rank) + 1)
    axes.plot(ranks, invariance.by_rank, marker="o", markersize=3, color=_COLOURS[0])
    axes.axhline(1.0, color="grey", linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("translation, ranked by perplexity")
    axes.set_ylabel("perplexity / mean")


def _figure(draw: Any) -> Any:
    from matplotlib.figure import Figure

    drawing = Figure(figsize=_SIZE, layout="constrained")
    axes = drawing.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    draw(axes)
    return drawing


def _svg(draw: Any) -> str:
    from matplotlib import rc_context

    buffer = io.StringIO()
    # Letters stay letters: the report's own fonts draw them, and they can be searched.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "crystal-llm"}):
        _figure(draw).savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
