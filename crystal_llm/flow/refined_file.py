"""Refined crystals as JSON Lines: what ``crystal-llm refine`` writes.

A line is a candidate as ``crystal-llm generate`` writes it, whose ``text`` and
``structure`` are the refined crystal's. What it was before stands under ``written``, and
what became of it under ``refinement``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crystal_llm.errors import CrystalTextError
from crystal_llm.flow.result import Refinement
from crystal_llm.io.record_json import to_plain

_OF_ANOTHER_CRYSTAL = frozenset(
    {"relaxation", "relaxed_structure", "stopped", "validity", "hull", "novelty"}
)
"""Keys of a line that hold for the crystal before."""


def refined_record(
    said: Mapping[str, Any], identity: str, refinement: Refinement | None, failure: str | None
) -> dict[str, Any]:
    """One line of the file, before JSON.

    Args:
        said: What the candidate's own line said.
        identity: The candidate's name.
        refinement: What became of it; None where there was nothing to refine.
        failure: Why there was nothing to refine, if so.
    """
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.text.codec import encode_plain

    refined = None if refinement is None else refinement.refined
    text = ""
    if refined is not None:
        try:
            text = encode_plain(refined)
        except CrystalTextError:
            text = ""  # the structure holds it all the same
    reason = failure
    if refinement is not None and refinement.failure is not None:
        reason = f"not refined: {refinement.failure}"
    fields = {key: value for key, value in said.items() if key not in _OF_ANOTHER_CRYSTAL}
    return {
        **fields,
        "id": identity,
        "text": text,
        "structure": None if refined is None else structure(refined).as_dict(),
        "failure": reason,
        "written": {name: said.get(name) for name in ("text", "structure")},
        "refinement": None if refinement is None else told_of(refinement),
    }


def told_of(refinement: Refinement) -> dict[str, Any]:
    """What is told of a refinement beside the refined crystal, which stands by itself."""
    record: dict[str, Any] = to_plain(replace(refinement, refined=None))
    del record["refined"]
    return record
