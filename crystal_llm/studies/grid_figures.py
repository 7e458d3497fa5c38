"""A study drawn for a paper: heat maps by model, and two measures against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.rates import Rate
from crystal_llm.io.figure_file import check_figure, save_figure
from crystal_llm.stability.drawing.label_placement import place_labels
from crystal_llm.studies.grid_file import StudyRecord
from crystal_llm.studies.grid_study import GridStudy
from crystal_llm.studies.grid_summary import (
    CellSummary,
    Value,
    central,
    interval,
    measure_info,
    pareto_front,
    usual_axes,
)
from crystal_llm.types import Array, Conditions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHOWN = ("valid", "novel", "new", "metastable")
MOST_WITH_INTERVALS = 5
"""Columns of a heat map whose cells have room for an interval."""

MARKERS = ("o", "s", "^", "D", "v", "P")

PX_PER_POINT = 1.8
"""Labels are placed in the pixels of a page's letters, which are so much larger than these."""

LABEL_OFFSET = 5.0
EDGE_WEIGHT = 5
"""A label across the frame is as bad as one across so many bars."""

_TOWARDS = {"left": -1, "right": 1, "bottom": -1, "top": 1, "center": 0, "middle": 0}


def draw_study(record: StudyRecord, path: Path) -> None:
    """Draws the trade-off, and heat maps of the main measures of every model.

    Args:
        record: The study.
        path: ``.png``, ``.svg``, ``.pdf`` or ``.html``.

    Raises:
        EvaluationError: A figure of another kind.
    """
    check_figure(path, EvaluationError)
    save_figure(study_figure(record), path)


def figure_bytes(record: StudyRecord, kind: str, measure: str, axes: tuple[str, str]) -> bytes:
    """What a page shows of a study, as a file.

    Args:
        record: The study.
        kind: ``png`` or ``svg``.
        measure: Of the heat maps.
        axes: Of the trade-off.
    """
    buffer = BytesIO()
    study_figure(record, (measure,), axes).savefig(buffer, format=kind, dpi=200)
    return buffer.getvalue()


def study_figure(
    record: StudyRecord,
    measures: Sequence[str] = _SHOWN,
    axes: tuple[str, str] | None = None,
) -> Figure:
    """The figure of :func:`draw_study`.

    Args:
        record: The study.
        measures: Those that get heat maps, where they are known.
        axes: The two of the trade-off; None for the usual ones.
    """
    from matplotlib.figure import Figure

    cells = record.summary()
    rows = grid_rows(record.study)
    shown = [
        name
        for name in measures
        if any(central(summary.measure(name)) is not None for summary in cells)
    ]
    width, height = max(len(shown), 1) + 1.6, len(rows)
    drawing = Figure(figsize=(2.9 * width, max(2.7 * height, 3.4)), layout="constrained")
    grid = drawing.add_gridspec(
        height, max(len(shown), 1) + 1, width_ratios=[*[1.0] * max(len(shown), 1), 1.6]
    )
    for row, (title, numbers) in enumerate(rows):
        for column, name in enumerate(shown):
            _heat_map(drawing.add_subplot(grid[row, column]), record.study,
                      [cells[number] for number in numbers], name,
                      title if len(rows) > 1 else "")  # fmt: skip
    _trade_off(drawing.add_subplot(grid[:, -1]), record, cells, axes or usual_axes(cells))
    return drawing


def grid_rows(study: GridStudy) -> list[tuple[str, tuple[int, ...]]]:
    """The planes of a grid, each of one model, prompt and refinement, with its cells' numbers."""
    size = len(study.temperatures) * len(study.top_ps)
    planes = [
        (
            model.name
            + (f", {prompt_words(said)}" if len(study.prompts) > 1 else "")
            + (", refined" if refined else "")
        )
        for model in study.models
        for said in study.prompts
        for refined in study.refinements
    ]
    return [
        (title, tuple(range(size * place, size * (place + 1))))
        for place, title in enumerate(planes)
    ]


def prompt_words(said: Conditions) -> str:
    """What a prompt asks for, in short."""
    parts = [
        said.formula,
        "-".join(said.elements) if said.elements else None,
        None if said.spacegroup_number is None else f"space group {said.spacegroup_number}",
        said.crystal_system,
        None if said.atoms is None else f"{said.atoms} atoms",
        None
        if said.energy_above_hull_ev_per_atom is None
        else f"{said.energy_above_hull_ev_per_atom:g} eV/atom above hull",
        None
        if said.formation_energy_ev_per_atom is None
        else f"formation energy {said.formation_energy_ev_per_atom:g} eV/atom",
        None if said.band_gap_ev is None else f"band gap {said.band_gap_ev:g} eV",
    ]
    return ", ".join(part for part in parts if part) or "nothing asked"


def value_words(value: Value) -> str:
    """A number for a reader: a share in percent, or a mean."""
    number = central(value)
    if number is None:
        return "–"
    return f"{100 * number:.0f}%" if isinstance(value, Rate) else f"{number:.3g}"


def interval_words(value: Value) -> str:
    """The 95% interval of a number, for a reader; empty where there is none."""
    ends = interval(value)
    if ends is None:
        return ""
    if isinstance(value, Rate):
        return f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f}%"
    return f"{ends[0]:.3g} to {ends[1]:.3g}"


def _heat_map(
    axes: Axes, study: GridStudy, cells: Sequence[CellSummary], name: str, title: str
) -> None:
    import numpy as np

    shape = (len(study.temperatures), len(study.top_ps))
    values = [central(summary.measure(name)) for summary in cells]
    numbers = np.array([np.nan if value is None else value for value in values]).reshape(shape)
    is_rate = any(isinstance(summary.measure(name), Rate) for summary in cells)
    limits: dict[str, Any] = {"vmin": 0.0, "vmax": 1.0} if is_rate else {}
    axes.imshow(numbers, origin="lower", aspect="auto", cmap="cividis", **limits)
    low, high = (0.0, 1.0) if is_rate else (np.nanmin(numbers), np.nanmax(numbers))
    for place, summary in enumerate(cells):
        row, column = divmod(place, shape[1])
        number = values[place]
        if number is not None:
            light = (number - low) / ((high - low) or 1.0) > 0.55
            ink = "black" if light else "white"
            axes.text(column, row, value_words(summary.measure(name)), ha="center", va="center",
                      fontsize=8, color=ink)  # fmt: skip
            if shape[1] <= MOST_WITH_INTERVALS:
                axes.text(column, row - 0.24, interval_words(summary.measure(name)), ha="center",
                          va="center", fontsize=5.5, color=ink)  # fmt: skip
    axes.set_xticks(range(shape[1]), [f"{top_p:g}" for top_p in study.top_ps])
    axes.set_yticks(range(shape[0]), [f"{temperature:g}" for temperature in study.temperatures])
    axes.set_xlabel("nucleus size P")
    axes.set_ylabel("temperature τ")
    axes.set_title(measure_info(name).title + (f"\n{title}" if title else ""), fontsize=9)


def _trade_off(
    axes: Axes, record: StudyRecord, cells: Sequence[CellSummary], names: tuple[str, str]
) -> None:
    from matplotlib import colormaps
    from matplotlib.lines import Line2D

    front = pareto_front(cells, *names)
    temperatures = record.study.temperatures
    low, high = min(temperatures), max(temperatures)
    labels: dict[tuple[float, float], list[str]] = {}
    bars: list[tuple[tuple[float, float], tuple[float, float]]] = []
    planes = grid_rows(record.study)
    for row, (_, numbers) in enumerate(planes):
        for number in numbers:
            cell = cells[number]
            x, y = (cell.measure(name) for name in names)
            if central(x) is None or central(y) is None:
                continue
            at = _scaled(x, central(x)), _scaled(y, central(y))
            share = (cell.cell.temperature - low) / ((high - low) or 1.0)
            colour = colormaps["plasma"](0.85 * share)
            across, upright = _whiskers(x), _whiskers(y)
            axes.errorbar(
                at[0], at[1], xerr=across, yerr=upright, color=colour,
                marker=MARKERS[row % len(MARKERS)], markersize=6, elinewidth=0.7, alpha=0.9,
                markeredgecolor="black" if number in front else colour,
                markeredgewidth=1.6 if number in front else 0.5,
            )  # fmt: skip
            if across:
                bars.append(((at[0] - across[0][0], at[1]), (at[0] + across[1][0], at[1])))
            if upright:
                bars.append(((at[0], at[1] - upright[0][0]), (at[0], at[1] + upright[1][0])))
            settings = f"{cell.cell.temperature:g}, {cell.cell.top_p:g}"
            if settings not in labels.setdefault(at, []):
                labels[at].append(settings)
    for set_label, name in ((axes.set_xlabel, names[0]), (axes.set_ylabel, names[1])):
        info = measure_info(name)
        rate = any(isinstance(cell.measure(name), Rate) for cell in cells)
        unit = "%" if rate else info.unit
        set_label(f"{info.title}{f' ({unit})' if unit else ''}")
    axes.set_title("τ, P beside each point; ringed: Pareto front; bars: 95%", fontsize=8)
    axes.margins(0.08)
    drawing = axes.get_figure(root=True)
    assert drawing is not None
    if len(planes) > 1:
        shapes = [
            Line2D([], [], color="dimgrey", marker=MARKERS[row % len(MARKERS)], linestyle="")
            for row in range(len(planes))
        ]
        drawing.legend(
            shapes, [title for title, _ in planes], fontsize=7, loc="outside upper right", ncols=2
        )
    _label_points(axes, drawing, {at: "; ".join(words) for at, words in labels.items()}, bars)


def _label_points(
    axes: Axes,
    drawing: Figure,
    labels: Mapping[tuple[float, float], str],
    bars: Sequence[tuple[tuple[float, float], tuple[float, float]]],
) -> None:
    """Writes each point's label on a side where it covers no other and few bars."""
    import numpy as np

    if not labels:
        return
    drawing.draw_without_rendering()  # where the axes lie is known from here on
    scale = PX_PER_POINT * 72 / drawing.dpi

    def placed(points: Any) -> Array:
        return np.asarray(axes.transData.transform(np.reshape(points, (-1, 2))) * scale)

    frame = axes.get_window_extent().corners()[[0, 1, 3, 2]] * scale
    edges = np.stack([frame, np.roll(frame, -1, axis=0)], axis=1)
    segments = np.vstack([placed(bars).reshape(-1, 2, 2), np.repeat(edges, EDGE_WEIGHT, axis=0)])
    points = placed(list(labels))
    sides = place_labels(points, [len(label) for label in labels.values()], np.empty((0, 2)),
                         segments)  # fmt: skip
    for side, (at, label) in zip(sides, labels.items(), strict=True):
        if side is None:
            continue
        up, across = side.split()
        axes.annotate(
            label, at, fontsize=6.5, textcoords="offset points",
            xytext=(LABEL_OFFSET * _TOWARDS[across], LABEL_OFFSET * _TOWARDS[up]),
            ha={"left": "right", "right": "left", "center": "center"}[across],
            va={"top": "bottom", "bottom": "top", "middle": "center"}[up],
        )  # fmt: skip


def _whiskers(value: Value) -> Any:
    ends, number = interval(value), central(value)
    if ends is None or number is None:
        return None
    below, above = max(number - ends[0], 0.0), max(ends[1] - number, 0.0)
    return [[_scaled(value, below)], [_scaled(value, above)]]


def _scaled(value: Value, number: float | None) -> float:
    """A share in percent, anything else as it is."""
    assert number is not None
    return 100 * number if isinstance(value, Rate) else number
