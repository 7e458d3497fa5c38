"""The colours of figures, light and dark: one small set of named colours.

Kinds of things differ in hue and lightness for every common colour vision, and in shape
where they are drawn. Text has a contrast of at least 7 to its background, markers of at
least 3 (tests hold both).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from crystal_llm.errors import RequestError

Theme: TypeAlias = Literal["light", "dark"]

# The first is the page's own, which the page brings; a figure saved from it falls back to others.
FONT = "Source Sans, Inter, system-ui, -apple-system, Segoe UI, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they stand for, as ``#rrggbb``.

    Attributes:
        background: Behind everything.
        text: Labels and titles.
        caption: Notes in small print.
        grid: Grid lines and faint edges.
        line: Edges that matter, such as a hull.
        known: Known phases that are stable.
        known_unstable: Known phases above the hull.
        candidate: What was made here.
    """

    background: str
    text: str
    caption: str
    grid: str
    line: str
    known: str
    known_unstable: str
    candidate: str


LIGHT = Palette(
    background="#ffffff",
    text="#1b1f24",
    caption="#4d5560",
    grid="#d5dae0",
    line="#5b6672",
    known="#005a9c",
    known_unstable="#3d8a7a",
    candidate="#d9480f",
)
DARK = Palette(
    background="#0e1117",
    text="#eceff3",
    caption="#b3bcc7",
    grid="#343c46",
    line="#8b97a5",
    known="#6cb8f0",
    known_unstable="#4aa391",
    candidate="#ff9a3d",
)


def chart_tools(colours: Palette, orientation: Literal["h", "v"] = "v") -> dict[str, str]:
    """The buttons of a chart: without Plotly's grey bar behind them, which hides what is drawn."""
    return {
        "orientation": orientation,
        "bgcolor": "rgba(0,0,0,0)",
        "color": colours.line,
        "activecolor": colours.text,
    }


def palette(theme: Theme) -> Palette:
    """The colours of a theme.

    Raises:
        RequestError: There is no such theme.
    """
    if theme not in get_args(Theme):
        raise RequestError(f"theme {theme!r}: there are {', '.join(get_args(Theme))}")
    return LIGHT if theme == "light" else DARK
