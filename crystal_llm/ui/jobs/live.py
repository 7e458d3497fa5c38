"""Relaxations that go on: which crystal, its step, its energy and largest force as curves."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Sequence

import streamlit as st

from crystal_llm.jobs.job import Job, LiveRelaxation
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.theme import palette
from crystal_llm.ui.widgets.notation import duration_text, subscripted
from crystal_llm.ui.widgets.page_style import page_theme

WIDTH_PX, HEIGHT_PX = 220, 38

_PACED = 3
"""Steps after which a relaxation has a pace: the first holds the building of neighbour lists."""

_STYLE = """<style>
.live { display: flex; flex-wrap: wrap; gap: 0.4rem 1.4rem; margin: 0.1rem 0 0.2rem; }
.live > div { flex: 1 1 22rem; max-width: 34rem; }
.live .said { font-size: 0.88rem; font-variant-numeric: tabular-nums; }
.live .curves { display: flex; gap: 0.8rem; }
.live figure { margin: 0; flex: 1 1 0; min-width: 0; }
.live figcaption { font-size: 0.74rem; opacity: 0.75; line-height: 1.25; }
.live img { width: 100%; height: 38px; display: block; }
</style>"""


def show_relaxing(job: Job, asked: RelaxationSettings | None) -> None:
    """Draws the relaxations of a job that go on; nothing where there are none.

    Args:
        job: The job.
        asked: When its relaxations end; None where it was not asked for any.
    """
    if job.relaxing:
        asked = asked or RelaxationSettings()
        alone = len(job.relaxing) == 1
        parts = "".join(
            _relaxation(live, asked, job.waited_s if alone and live.index is not None else None)
            for live in job.relaxing
        )
        st.html(f'{_STYLE}<div class="live">{parts}</div>')


def most_seconds_left(step: int, waited_s: float, asked: RelaxationSettings) -> float | None:
    """Seconds after which a relaxation ends at the latest, at its pace so far.

    Args:
        step: Where it is; None is given before it has a pace.
        waited_s: Seconds since it began.
        asked: Its limits.
    """
    if step < _PACED:
        return None
    left_s = (asked.max_steps - step) * waited_s / (step + 1)
    return max(min(left_s, asked.time_limit_s - waited_s), 0.0)


def _relaxation(
    relaxation: LiveRelaxation, asked: RelaxationSettings, waited_s: float | None
) -> str:
    last, first = relaxation.steps[-1], relaxation.steps[0]
    change = f"{last.energy_ev_per_atom - first.energy_ev_per_atom:+z.3f}".replace("-", "−")
    force = last.max_force_ev_per_angstrom
    name = "known" if relaxation.index is None else f"#{relaxation.index + 1}"
    said = (
        f"Relaxing {name} {subscripted(relaxation.formula)}: step {last.step} of at most "
        f"{asked.max_steps:,}"
    )
    if waited_s is not None:
        left_s = most_seconds_left(last.step, waited_s, asked)
        said += "" if left_s is None else f", at most {duration_text(left_s)} left"
    energies = [step.energy_ev_per_atom for step in relaxation.steps]
    forces = [math.log10(max(step.max_force_ev_per_angstrom, 1e-4)) for step in relaxation.steps]
    steps = [step.step for step in relaxation.steps]
    return (
        f'<div><div class="said">{html.escape(said)}</div><div class="curves">'
        + _figure(steps, energies, f"energy {change} eV/atom")
        + _figure(
            steps,
            forces,
            f"largest force {force:.3f} eV/Å (log), ends at {asked.max_force_ev_per_angstrom:g}",
        )
        + "</div></div>"
    )


def _figure(steps: Sequence[int], values: Sequence[float], caption: str) -> str:
    # The page's own HTML may hold no SVG: the curve is a picture of its own.
    colour = palette(page_theme()).known
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" '
        f'width="{WIDTH_PX}" height="{HEIGHT_PX}" preserveAspectRatio="none"><polyline '
        f'fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round" '
        f'vector-effect="non-scaling-stroke" points="{_points(steps, values)}"/></svg>'
    )
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    said = html.escape(caption)
    picture = f'<img src="{address}" alt="{said} by step"/>'
    return f"<figure>{picture}<figcaption>{said}</figcaption></figure>"


def _points(steps: Sequence[int], values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    span, reach = max(high - low, 1e-9), max(steps[-1] - steps[0], 1)
    return " ".join(
        f"{2 + (WIDTH_PX - 4) * (step - steps[0]) / reach:.1f},"
        f"{HEIGHT_PX - 3 - (HEIGHT_PX - 6) * (value - low) / span:.1f}"
        for step, value in zip(steps, values, strict=True)
    )
