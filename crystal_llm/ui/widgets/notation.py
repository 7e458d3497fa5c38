"""How formulas, energies and moments are written on a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime

import streamlit as st

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>()#+-.!|~$:"})

_FORMULA = re.compile(r"(?:[A-Z][a-z]?\d*)+")

_STYLE = """<style>
.facts { display: grid; gap: 0.9rem 1.4rem; margin: 0.2rem 0 0.4rem !important;
  padding: 0 !important;
  grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); }
.facts div { min-width: 0; }
.facts dt { font-size: 0.8rem; opacity: 0.75; margin: 0; }
.facts dd { font-size: 1.12rem; margin: 0.1rem 0 0; overflow-wrap: anywhere;
  font-variant-numeric: tabular-nums; line-height: 1.25; }
.facts small { display: block; font-size: 0.76rem; opacity: 0.75; line-height: 1.25; }
</style>"""

_TERMS_STYLE = """<style>
.terms { display: grid; grid-template-columns: minmax(6.5rem, 1fr) 3fr; gap: 0.4rem 1.1rem;
  margin: 0 0 0.5rem !important; padding: 0 !important; font-size: 0.92rem; line-height: 1.4; }
.terms dt { opacity: 0.75; margin: 0; }
.terms dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
</style>"""


def subscripted(formula: str | None) -> str:
    """A formula with its numbers below the line; "no crystal" where there is none."""
    return "no crystal" if formula is None else formula.translate(_SUBSCRIPTS)


def subscripted_within(text: str) -> str:
    """A text such as ``2 Li3O5 → 3 Li2O2 + 2 O2``, the numbers in formulas below the line."""
    return re.sub(r"(?<=[A-Za-z)])\d+", lambda match: match[0].translate(_SUBSCRIPTS), text)


def title_text(title: str) -> str:
    """A job's title, safe in markdown, its formulas with their numbers below the line."""
    return as_markdown(plain_title_text(title))


def plain_title_text(title: str) -> str:
    """The same where nothing reads markdown, such as in a table."""
    words = re.split(r"([ ,()]+)", title)
    shown = [word.translate(_SUBSCRIPTS) if _FORMULA.fullmatch(word) else word for word in words]
    return "".join(shown)


def group_text(symbol: str, number: int) -> str:
    """A space group as ``P4₂/mnm (136)``."""
    written = re.sub(r"_(\d)", lambda match: match[1].translate(_SUBSCRIPTS), symbol)
    return f"{written} ({number})"


def as_markdown(text: str) -> str:
    """A text of any origin, so that markdown shows it as it stands."""
    return " ".join(text.split()).translate(_MARKDOWN)


def model_text(identity: str) -> str:
    """A model's identity for a reader: name, quantisation if any, weights."""
    return " · ".join(part for part in identity.split("/") if part != "none")


def energy_text(value: float | None, digits: int = 3) -> str:
    """An energy in eV/atom with a true minus sign; a dash where there is none."""
    return "–" if value is None else f"{value:z.{digits}f}".replace("-", "−")


def signed_text(value: float, form: str) -> str:
    """A change with its sign, a true minus sign too; what is rounded to nothing is ``+0``.

    Args:
        value: The change.
        form: How it is written, as of :func:`format`: ``.3f``, ``.1%``.
    """
    return format(value, f"+z{form}").replace("-", "−")


def moment_text(unix_s: float) -> str:
    """A moment, to the minute, in UTC."""
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M")


def duration_text(seconds: float) -> str:
    """A duration for a reader: ``45 s``, ``3 min 20 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{whole // 60} min"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def rough_duration_text(seconds: float) -> str:
    """How long something takes, roughly: ``8 s``, ``3 min``, ``2.5 h``."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def show_facts(facts: Iterable[tuple[str, str, str]]) -> None:
    """Draws facts in a grid that fits every width.

    Args:
        facts: Name, value and a remark (or an empty text) each; any text is safe here.
    """
    cells = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}"
        + (f"<small>{html.escape(remark)}</small>" if remark else "")
        + "</dd></div>"
        for name, value, remark in facts
    )
    if cells:
        st.html(f'{_STYLE}<dl class="facts">{cells}</dl>')


def show_terms(terms: Iterable[tuple[str, str]]) -> None:
    """Draws names and what is said of each, line by line; any text is safe here."""
    lines = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(said)}</dd>" for name, said in terms
    )
    st.html(f'{_TERMS_STYLE}<dl class="terms">{lines}</dl>')


def shown_coordinate(value: float, digits: int = 4) -> float:
    """A fractional coordinate to some digits, where 0.99999 is 0 and not 1.0000."""
    rounded = round(value, digits)
    return 0.0 if rounded in (0.0, 1.0) else rounded
