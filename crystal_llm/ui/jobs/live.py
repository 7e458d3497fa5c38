"""Relaxations that go on: which crystal, its step, its energy and largest force as curves."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Sequence

import streamlit as st

from crystal_llm.jobs.job import Job, LiveRelaxation
from crystal_llm.theme import palette
from crystal_llm.ui.widgets.notation import subscripted
from crystal_llm.ui.widgets.page_style import page_theme

WIDTH_PX, HEIGHT_PX = 220, 38

_STYLE = """<style>
.live { display: flex; flex-wrap: wrap; gap: 0.4rem 1.4rem; margin: 0.1rem 0 0.2rem; }
.live > div { flex: 1 1 22rem; max-width: 34rem; }
.live .said { font-size: 0.88rem; font-variant-numeric: tabular-nums; }
.live .curves { display: flex; gap: 0.8rem; }
.live figure { margin: 0; flex: 1 1 0; min-width: 0; }
.live figcaption { font-size: 0.74rem; opacity: 0.75; line-height: 1.25; }
.live img { width: 100%; height: 38px; display: block; }
</style>"""


def show_relaxing(job: Job) -> None:
    """Draws the relaxations of a job that go on; nothing where there are none."""
    if job.relaxing:
        parts = "".join(_relaxation(relaxation) for relaxation in job.relaxing)
        st.html(f'{_STYLE}<div class="live">{parts}</div>')


def _relaxation(relaxation: LiveRelaxation) -> str:
    last, first = relaxation.steps[-1], relaxation.steps[0]
    change = f"{last.energy_ev_per_atom - first.energy_ev_per_atom:+.3f}".replace("-", "−")
    force = last.max_force_ev_per_angstrom
    said = f"Relaxing #{relaxation.index + 1} {subscripted(relaxation.formula)}: step {last.step}"
    energies = [step.energy_ev_per_atom for step in relaxation.steps]
    forces = [math.log10(max(step.max_force_ev_per_angstrom, 1e-4)) for step in relaxation.steps]
    steps = [step.step for step in relaxation.steps]
    return (
        f'<div><div class="said">{html.escape(said)}</div><div class="curves">'
        + _figure(steps, energies, f"energy {change} eV/atom")
        + _figure(steps, forces, f"largest force {force:.3f} eV/Å (log)")
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
