"""What is worth relaxing of what a model wrote: valid, new and written for the first time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crystal_llm.candidate import Candidate


@dataclass(frozen=True, slots=True)
class Sifted:
    """A set of crystals, sorted out before any relaxation.

    Attributes:
        candidates: All of them.
        worth: Those that may turn out novel and metastable.
        invalid: No crystal, or an impossible one.
        left_out: How many are not worth it, by reason.
    """

    candidates: Sequence[Candidate]
    worth: list[Candidate]
    invalid: list[Candidate]
    left_out: dict[str, int]


def sifted(candidates: Sequence[Candidate]) -> Sifted:
    """Sorts out candidates that were checked and compared as they were written."""
    reasons = {candidate.index: _reason(candidate) for candidate in candidates}
    return Sifted(
        candidates,
        [candidate for candidate in candidates if reasons[candidate.index] is None],
        [candidate for candidate in candidates if reasons[candidate.index] == "invalid"],
        dict(Counter(reason for reason in reasons.values() if reason is not None)),
    )


def _reason(candidate: Candidate) -> str | None:
    """Why a written crystal is not relaxed; None where it is."""
    novelty = candidate.novelty
    if candidate.crystal is None or candidate.stopped is not None or not candidate.valid:
        return "invalid"
    if novelty is None or novelty.failure is not None:
        return "not comparable"
    if not candidate.unique:
        return "written before"
    return None if novelty.novel else "known"
