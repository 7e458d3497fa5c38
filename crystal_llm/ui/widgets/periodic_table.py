"""A periodic table to choose elements from: mouse, touch, keyboard, or symbols typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from crystal_llm.errors import RequestError
from crystal_llm.theme import Theme
from crystal_llm.ui.widgets.element_layout import (
    ELEMENT_NAMES,
    SHOWN_ELEMENTS,
    UNAVAILABLE,
    element_places,
    in_table_order,
    read_symbols,
)
from crystal_llm.ui.widgets.page_style import page_theme

Mode = Literal["required", "allowed", "excluded"]
MODES: tuple[Mode, ...] = ("required", "allowed", "excluded")

_FOLDER = Path(__file__).parent / "element_picker"
_LABELS: Mapping[Mode, tuple[str, str]] = {
    "required": ("Required", "every crystal contains it"),
    "allowed": ("Allowed", "a crystal may contain it"),
    "excluded": ("Excluded", "no crystal contains it"),
}
_COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "required": "#005a9c", "on-required": "#ffffff",
        "allowed": "#a9d3ee", "on-allowed": "#0b2d47",
        "excluded": "#f6cdb8", "on-excluded": "#6b2000",
    },
    "dark": {
        "required": "#6cb8f0", "on-required": "#06243a",
        "allowed": "#1f4d70", "on-allowed": "#dbeefb",
        "excluded": "#63311a", "on-excluded": "#ffd9c2",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ElementChoice:
    """Chosen elements by mode, each by atomic number.

    Attributes:
        required: Every crystal contains these.
        allowed: A crystal may contain these.
        excluded: No crystal contains these.
    """

    required: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def of(self, mode: Mode) -> tuple[str, ...]:
        """The elements of one mode."""
        chosen: tuple[str, ...] = getattr(self, mode)
        return chosen

    @property
    def empty(self) -> bool:
        """Whether nothing is chosen."""
        return not (self.required or self.allowed or self.excluded)


def pick_elements(
    label: str,
    *,
    key: str,
    modes: Sequence[Mode] = ("required",),
    initial: ElementChoice | None = None,
    unavailable: Mapping[str, str] = UNAVAILABLE,
    typed: bool = True,
) -> ElementChoice:
    """Draws a periodic table and a text field a mode; gives the elements chosen in either.

    Do not put it into an ``st.form``: within, nothing is told until the form is sent.

    Args:
        label: What is chosen.
        key: Unique among the elements of a page. The choice lives in the session under it
            and outlasts other widgets; :func:`set_elements` changes it from outside.
        modes: What a click can mean; with one mode a click takes and gives back.
        initial: The choice at first.
        unavailable: Elements that cannot be taken, with the reason.
        typed: Also draw the text fields.
    """
    if _kept(key) not in st.session_state:
        set_elements(key, initial or ElementChoice())
    state = st.session_state[_kept(key)]
    choice: ElementChoice = state["choice"]
    if typed:
        columns = st.columns(len(modes))
        for column, mode in zip(columns, modes, strict=True):
            name = _typed(key, mode)
            if name not in st.session_state:
                st.session_state[name] = " ".join(choice.of(mode))
            column.text_input(
                f"{label}: {_LABELS[mode][0].lower()}" if len(modes) > 1 else label,
                key=name,
                placeholder="Li Fe O",
                help=f"Symbols with blanks or commas between: {_LABELS[mode][1]}.",
                on_change=_take_typed,
                args=(key, mode, tuple(modes), dict(unavailable)),
            )
        if state["refused"]:
            st.error(state["refused"])
    _component()(
        key=key,
        data=_table_data(label, modes, choice, unavailable)
        | {"serial": state["serial"], "revision": state["revision"]},
        default={"chosen": None},
        on_chosen_change=lambda: _take_clicked(key, tuple(modes), unavailable),
    )
    return choice


def set_elements(key: str, choice: ElementChoice) -> None:
    """Sets the choice under a key; call it before :func:`pick_elements` or in a callback."""
    before = st.session_state.get(_kept(key), {"serial": 0, "revision": 0})
    st.session_state[_kept(key)] = {
        "choice": _sorted(choice),
        "serial": before["serial"],
        "revision": before["revision"] + 1,
        "refused": None,
    }
    _write_typed(key, choice)


def _take_clicked(key: str, modes: tuple[Mode, ...], unavailable: Mapping[str, str]) -> None:
    answer = st.session_state[key].get("chosen")
    if not isinstance(answer, Mapping) or not isinstance(answer.get("chosen"), Mapping):
        return
    chosen: dict[Mode, list[str]] = {mode: [] for mode in modes}
    for symbol, mode in answer["chosen"].items():
        if mode in chosen and symbol in ELEMENT_NAMES and symbol not in unavailable:
            chosen[mode].append(symbol)
    choice = _sorted(
        ElementChoice(**{mode: tuple(symbols_of_mode) for mode, symbols_of_mode in chosen.items()})
    )
    state = st.session_state[_kept(key)]
    serial = answer.get("serial")
    st.session_state[_kept(key)] = state | {
        "choice": choice,
        "serial": serial if isinstance(serial, int) else state["serial"],
        "refused": None,
    }
    _write_typed(key, choice)


def _take_typed(
    key: str, mode: Mode, modes: tuple[Mode, ...], unavailable: Mapping[str, str]
) -> None:
    state = st.session_state[_kept(key)]
    try:
        symbols = read_symbols(st.session_state[_typed(key, mode)], unavailable)
    except RequestError as error:
        st.session_state[_kept(key)] = state | {"refused": str(error)}
        return
    # An element has one mode: the one typed last takes it from the others.
    parts = {
        other: tuple(symbol for symbol in state["choice"].of(other) if symbol not in symbols)
        for other in modes
    }
    choice = _sorted(ElementChoice(**(parts | {mode: symbols})))
    st.session_state[_kept(key)] = state | {
        "choice": choice,
        "revision": state["revision"] + 1,
        "refused": None,
    }
    _write_typed(key, choice)


def _write_typed(key: str, choice: ElementChoice) -> None:
    for mode in MODES:
        if _typed(key, mode) in st.session_state:
            st.session_state[_typed(key, mode)] = " ".join(choice.of(mode))


def _sorted(choice: ElementChoice) -> ElementChoice:
    return ElementChoice(**{mode: in_table_order(choice.of(mode)) for mode in MODES})


def _kept(key: str) -> str:
    return f"{key}-kept"


def _typed(key: str, mode: str) -> str:
    return f"{key}-typed-{mode}"


def _table_data(
    label: str, modes: Sequence[Mode], choice: ElementChoice, unavailable: Mapping[str, str]
) -> dict[str, Any]:
    places = element_places()
    dark = page_theme() == "dark"
    many = "Choose what a click does, then click elements. Arrow keys move, space selects."
    single = "Click elements to select or deselect them. Arrow keys move, space selects."
    return {
        "label": label,
        "hint": many if len(modes) > 1 else single,
        "modes": [
            {"name": mode, "label": _LABELS[mode][0], "help": _LABELS[mode][1]} for mode in modes
        ],
        "elements": [
            {
                "symbol": symbol,
                "name": ELEMENT_NAMES[symbol],
                "number": number,
                "row": places[symbol][0],
                "column": places[symbol][1],
                "reason": unavailable.get(symbol),
            }
            for number, symbol in enumerate(SHOWN_ELEMENTS, start=1)
        ],
        "chosen": {symbol: mode for mode in modes for symbol in choice.of(mode)},
        "colours": dict(_COLOURS["dark" if dark else "light"]),
    }


@cache
def _component() -> Any:
    return st.components.v2.component(
        "crystal_llm_element_picker",
        html='<div class="picker">\n</div>\n',
        css=(_FOLDER / "picker.css").read_text(encoding="utf-8"),
        js=(_FOLDER / "picker.js").read_text(encoding="utf-8"),
    )
