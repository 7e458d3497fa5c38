"""Figures as files: drawn once, by Matplotlib; a page of HTML holds the drawing as SVG."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.errors import CrystalLLMError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURE_FORMATS = (".html", ".png", ".svg", ".pdf")


def check_figure(path: Path, error: type[CrystalLLMError]) -> None:
    """Refuses a figure of a kind that is not drawn.

    Raises:
        CrystalLLMError: Of the kind that is given; names the kinds that are drawn.
    """
    if path.suffix not in FIGURE_FORMATS:
        raise error(f"{path}: name a figure {', '.join(FIGURE_FORMATS)}")


def save_figure(drawing: Figure, path: Path) -> None:
    """Writes a drawing in the format that the name says."""
    if path.suffix != ".html":
        drawing.savefig(path, dpi=150)
        return
    from matplotlib import rc_context

    text = io.StringIO()
    with rc_context({"svg.fonttype": "none"}):  # letters that can be searched and copied
        drawing.savefig(text, format="svg")
    svg = text.getvalue()
    page = f'<!doctype html><meta charset="utf-8"><title>{path.stem}</title>\n'
    path.write_text(page + svg[svg.index("<svg") :], encoding="utf-8")
