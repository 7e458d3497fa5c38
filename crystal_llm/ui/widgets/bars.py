"""Thin bars with a name and a number: progress, funnel and rates look alike."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from crystal_llm.theme import palette
from crystal_llm.ui.widgets.page_style import page_theme

_STYLE = """<style>
.bars { display: grid; gap: 0.55rem; margin: 0.1rem 0 0.3rem; }
.bars .said { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.9rem;
  font-size: 0.9rem; line-height: 1.35; }
.bars .said b { font-weight: 600; }
.bars .said span { font-variant-numeric: tabular-nums; }
.bars .track { position: relative; height: 6px; margin-top: 0.22rem; border-radius: 3px;
  background: color-mix(in srgb, currentColor 13%, transparent); }
.bars .fill { position: absolute; inset: 0 auto 0 0; border-radius: 3px; }
.bars .spread { position: absolute; top: -2px; bottom: -2px; border-left: 2px solid;
  border-right: 2px solid; opacity: 0.75; }
.bars .spread::after { content: ""; position: absolute; left: 0; right: 0; top: 4px; height: 2px;
  background: currentColor; opacity: 0.6; }
.bars small { display: block; font-size: 0.78rem; opacity: 0.75; margin-top: 0.2rem;
  line-height: 1.35; }
</style>"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        name: On the left.
        value: On the right.
        fraction: How much of the track is filled, 0 to 1; None for no track.
        interval: Ends of an uncertainty on the track, 0 to 1.
        remark: In small print below.
    """

    name: str
    value: str
    fraction: float | None = None
    interval: tuple[float, float] | None = None
    remark: str = ""


def show_bars(bars: Sequence[Bar], *, muted: bool = False) -> None:
    """Draws bars below each other; any text is safe here.

    Args:
        bars: The bars.
        muted: Draw them in the colour of what is in the background.
    """
    colours = palette(page_theme())
    fill = colours.known_unstable if muted else colours.known
    st.html(_STYLE + f'<div class="bars">{"".join(_bar(bar, fill) for bar in bars)}</div>')


def _bar(bar: Bar, colour: str) -> str:
    track = spread = ""
    if bar.interval is not None:
        low, high = (_percent(end) for end in bar.interval)
        spread = (
            f'<div class="spread" style="left:{low:.1f}%;width:{max(high - low, 0.5):.1f}%"></div>'
        )
    if bar.fraction is not None:
        width = _percent(bar.fraction)
        track = (
            f'<div class="track"><div class="fill" style="width:{width:.1f}%;'
            f'background:{colour}"></div>{spread}</div>'
        )
    remark = f"<small>{html.escape(bar.remark)}</small>" if bar.remark else ""
    return (
        f'<div><div class="said"><b>{html.escape(bar.name)}</b>'
        f"<span>{html.escape(bar.value)}</span></div>{track}{remark}</div>"
    )


def _percent(fraction: float) -> float:
    return 100 * min(max(fraction, 0.0), 1.0)
