"""New crystals alone: what turns out to be a known structure is drawn again.

A model that learned from known structures writes many of them again, whoever asks for new ones.
Which crystals are known is said from outside: comparing structures is no business of writing.
"""

from __future__ import annotations

from collections.abc import Callable

from crystal_llm.errors import RequestError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.types import PlainCrystal

NameOfKnown = Callable[[PlainCrystal], str | None]
"""The name of the known structure that a crystal is; None where it is none."""


def check_known(request: GenerationRequest, known: NameOfKnown | None) -> NameOfKnown | None:
    """What says which crystals are known, where a request needs it.

    Raises:
        RequestError: The request is for novel crystals alone, and nothing is known.
    """
    if not request.new_only:
        return None
    if known is None:
        raise RequestError(
            "novel crystals only: there are no known structures to compare with; they lie beside "
            "the model cards (known-structures.parquet)"
        )
    return known


def only_known(name: str, draws: int) -> str:
    """Why a crystal was given up."""
    return f"known structures alone in {draws} draws, the last one {name}"
