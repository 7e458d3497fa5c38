"""The choices along a crystal as bars and a line, which sliders reshape in the browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from crystal_llm.jobs.choice_requests import ChoicesAnswer
from crystal_llm.theme import palette
from crystal_llm.ui.widgets.page_style import page_theme

_FOLDER = Path(__file__).parent / "reshape"
_DIGITS = 5


def show_choices(
    answer: ChoicesAnswer,
    answer_id: str,
    *,
    temperature: float,
    top_p: float,
    key: str,
    take: Callable[[float, float], None],
) -> None:
    """Draws the choices with their sliders.

    Args:
        answer: The choices.
        answer_id: Of its question: another one is drawn anew, the sliders stay where they are.
        temperature: Where τ stands at first.
        top_p: Where P stands at first.
        key: Unique among the elements of a page.
        take: Called with τ and P where a reader takes them to Generate (a callback).
    """
    colours = palette(page_theme())

    def taken() -> None:
        state: Any = st.session_state[key]
        value = state.get("taken")
        if isinstance(value, dict):
            take(float(value["temperature"]), float(value["topP"]))

    _component()(
        key=key,
        data={
            "id": answer_id,
            "choices": [
                {
                    "line": choice.line,
                    "kind": choice.kind,
                    "written": choice.written,
                    "labels": list(choice.labels),
                    "logs": [round(value, _DIGITS) for value in choice.log_probabilities],
                    "entropy": round(choice.entropy_bits, _DIGITS),
                }
                for choice in answer.choices
            ],
            "temperature": temperature,
            "topP": top_p,
            "colours": {
                "caption": colours.caption,
                "grid": colours.grid,
                "line": colours.line,
                "known": colours.known,
                "candidate": colours.candidate,
            },
        },
        on_taken_change=taken,
    )


@cache
def _component() -> Any:
    return st.components.v2.component(
        "crystal_llm_reshape",
        html='<div class="reshape"></div>',
        css=(_FOLDER / "reshape.css").read_text(encoding="utf-8"),
        js=(_FOLDER / "reshape.js").read_text(encoding="utf-8"),
    )
