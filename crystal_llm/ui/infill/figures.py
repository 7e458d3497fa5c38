"""The distribution over elements as ranked bars and as a periodic table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import streamlit as st

from crystal_llm.theme import Theme, palette
from crystal_llm.ui.infill.notation import percent
from crystal_llm.ui.infill.take import Group
from crystal_llm.ui.widgets.element_layout import (
    ELEMENT_NAMES,
    SHOWN_ELEMENTS,
    UNAVAILABLE,
    element_places,
)
from crystal_llm.ui.widgets.page_style import page_theme

BARS = 10
KEPT_BARS = 5
"""At least so many bars are of elements that no limit excludes."""

SCALES: Mapping[Theme, tuple[str, ...]] = {
    "light": ("#eaf3fa", "#9cc9e8", "#3c86c0", "#00406f"),
    "dark": ("#172635", "#1f5580", "#4c9fdb", "#c9e8ff"),
}
"""Colours of a probability, from nothing to the largest, equally far apart."""

_BLANK: Mapping[Theme, str] = {"light": "#eef1f4", "dark": "#1b222b"}
_INKS = ("#000000", "#ffffff")
_FOLDER = Path(__file__).parent / "element_odds"


def draw_distribution(
    group: Group, *, key: str, click: Callable[[str], None] | None = None
) -> None:
    """Draws both figures side by side.

    Args:
        group: The masked sites and what the model says of them.
        key: Unique among the elements of a page.
        click: Called with the element that is clicked in the periodic table (in a callback).
    """

    def clicked() -> None:
        symbol = st.session_state[key].get("clicked")
        if click is not None and symbol in ELEMENT_NAMES:
            click(symbol)

    _component()(
        key=key,
        data=distribution_data(group, page_theme(), clickable=click is not None),
        on_clicked_change=clicked,
    )


def distribution_data(group: Group, theme: Theme, *, clickable: bool = False) -> dict[str, Any]:
    """What the browser draws: bars, the cells of the table, colours, and what is said of each.

    Args:
        group: The masked sites and what the model says of them.
        theme: Light or dark.
        clickable: Whether an element can be taken by a click.
    """
    ink = palette(theme)
    barred = {**UNAVAILABLE, **group.excluded}
    top = max(
        (value for name, value in group.probabilities.items() if name not in barred), default=0.0
    )
    hint = "Point at an element, or go there with the arrow keys, for the reasons."
    return {
        "label": "Probability of each element",
        "hint": f"Click an element to take it. {hint}" if clickable else hint,
        "clickable": clickable,
        "colours": {
            "text": ink.text, "caption": ink.caption, "line": ink.line, "bar": ink.known,
            "barred": ink.grid, "here": ink.candidate,
        },
        "scale": {"low": "probability 0", "high": percent(top), "colours": SCALES[theme]},
        "bars": _bars(group),
        "cells": [_cell(group, symbol, barred, top, theme) for symbol in SHOWN_ELEMENTS],
    }  # fmt: skip


def shown_elements(group: Group) -> list[str]:
    """The elements that get a bar, the likeliest first."""
    ranked = group.ranked
    allowed = [name for name in ranked if name not in group.excluded]
    first = {*ranked[:BARS], *allowed[:KEPT_BARS]}
    return [name for name in ranked if name in first]


def _bars(group: Group) -> list[dict[str, Any]]:
    shown = shown_elements(group)
    end = max(group.probabilities[name] + group.spreads.get(name, 0.0) for name in shown)
    return [
        {
            "symbol": name,
            "text": percent(group.probabilities[name]),
            "share": group.probabilities[name] / end,
            "spread": group.spreads.get(name, 0.0) / end,
            "barred": name in group.excluded,
            "remark": _remark(group, name),
        }
        for name in shown
    ]


def _cell(
    group: Group, symbol: str, barred: Mapping[str, str], top: float, theme: Theme
) -> dict[str, Any]:
    row, column = element_places()[symbol]
    plain = symbol in barred or symbol not in group.probabilities
    level = 0.0 if plain or not top else group.probabilities[symbol] / top
    background = _BLANK[theme] if plain else shade(level, theme)
    return {
        "symbol": symbol,
        "row": row,
        "column": column,
        "background": background,
        "ink": palette(theme).caption if plain else readable_ink(background),
        "barred": symbol in barred,
        "unavailable": symbol in UNAVAILABLE,
        "here": symbol in group.replaced,
        "remark": _remark(group, symbol),
    }


def _remark(group: Group, symbol: str) -> list[str]:
    """What is said of an element: its name and probability first, then the reasons."""
    name = ELEMENT_NAMES[symbol]
    if symbol in UNAVAILABLE:
        return [name, UNAVAILABLE[symbol]]
    if symbol not in group.probabilities:
        return [name, "not asked about"]
    said = f"{name}: {percent(group.probabilities[symbol])}"
    if spread := group.spreads.get(symbol, 0.0):
        said += f" ± {percent(spread)} over origins"
    here = ["the element that is there now"] if symbol in group.replaced else []
    if (above := group.energies_ev_per_atom.get(symbol)) is not None:
        here.append(f"{above:.3f} eV/atom above hull as it stands".replace("-", "−"))
    verdict = group.verdicts.get(symbol)
    if symbol in group.excluded:
        reasons = (verdict.reasons if verdict else ()) or (group.excluded[symbol],)
        return [said, *here, *(f"excluded: {reason}" for reason in reasons)]
    reasons = (verdict.charge.reason, verdict.radius.reason) if verdict else ()
    return [said, *here, *dict.fromkeys(reason for reason in reasons if reason not in here)]


def shade(level: float, theme: Theme) -> str:
    """The colour of a probability as ``#rrggbb``; 1 is the largest that is shown."""
    scale = [_rgb(colour) for colour in SCALES[theme]]
    place = min(max(level, 0.0), 1.0) * (len(scale) - 1)
    low, high = list(pairwise(scale))[min(int(place), len(scale) - 2)]
    part = place - min(int(place), len(scale) - 2)
    return "#" + "".join(
        f"{round(start + part * (end - start)):02x}" for start, end in zip(low, high, strict=True)
    )


def readable_ink(background: str) -> str:
    """Black or white, whichever stands out more from a colour."""
    return max(_INKS, key=lambda ink: abs(_contrast_scale(ink) - _contrast_scale(background)))


def _contrast_scale(colour: str) -> float:
    """Where a colour stands from black to white; differences are logarithms of contrasts (WCAG)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _rgb(colour))
    ]
    return math.log(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


@cache
def _component() -> Any:
    return st.components.v2.component(
        "crystal_llm_element_odds",
        html='<div class="frame"><div class="odds"></div></div>',
        css=(_FOLDER / "odds.css").read_text(encoding="utf-8"),
        js=(_FOLDER / "odds.js").read_text(encoding="utf-8"),
    )
