"""What is left of a set of candidates after each stage, and of how many that is a share.

One definition of each word, for pages and shell: valid, relaxed, unique, novel, stable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crystal_llm.candidate import Candidate
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage of a funnel.

    Attributes:
        name: What its members have.
        count: How many have it; None where none was checked.
        before: How many of the stage named ``within`` were checked for it: what ``count`` is a
            share of.
        within: Name of the stage whose members it counts.
        pending: How many members of that stage are still to be checked.
        members: Indexes of those that have it.
    """

    name: str
    count: int | None
    before: int
    within: str = ""
    pending: int = 0
    members: frozenset[int] = field(repr=False, default=frozenset())


SUN = "stable, unique and novel (S.U.N.)"
"""Relaxed, on the hull or below, unique in its set and none of the known crystals; validity by
oxidation states is not asked."""


def funnel(candidates: Sequence[Candidate], *, with_known: bool) -> tuple[FunnelStage, ...]:
    """What is left of a set after each stage.

    "Relaxed", "unique" and the energies above hull count within each other; "valid" and "novel"
    are told beside them and keep nobody out. A crystal that was not checked for a stage is
    pending and counts neither for it nor against it; a stage for which none was checked is
    passed over by those that follow.

    Args:
        candidates: The set.
        with_known: Whether there are known crystals to compare with; without, "novel" and
            S.U.N. are left out.
    """
    of = {candidate.index: candidate for candidate in candidates}
    stages = [FunnelStage("asked", len(of), len(of), members=frozenset(of))]
    passing = {"asked": frozenset(of)}

    def count(name: str, within: str, test: Callable[[Candidate], bool | None]) -> None:
        verdicts = {index: test(of[index]) for index in passing[within]}
        known = sum(verdict is not None for verdict in verdicts.values())
        members = frozenset(index for index, verdict in verdicts.items() if verdict)
        passing[name] = members if known else passing[within]
        total = len(members) if known or not verdicts else None
        stages.append(FunnelStage(name, total, known, within, len(verdicts) - known, members))

    near, on = within_name(METASTABLE_EV_PER_ATOM), within_name(0.0)
    count("parsed", "asked", lambda candidate: candidate.crystal is not None)
    count(
        "valid", "parsed", lambda candidate: None if candidate.validity is None else candidate.valid
    )
    count("relaxed", "parsed", is_relaxed)
    count("unique", "relaxed", is_unique)
    if with_known:
        count("novel", "unique", is_novel)
    count(near, "unique", lambda candidate: is_within(candidate, METASTABLE_EV_PER_ATOM))
    count(on, near, lambda candidate: is_within(candidate, 0.0))
    if with_known:
        count(SUN, "asked", is_sun)
    return tuple(stages)


def is_relaxed(candidate: Candidate) -> bool | None:
    """Whether its relaxation converged; None while that is not known."""
    if candidate.relaxation is None and candidate.stopped is None:
        return None
    return candidate.relaxed


def is_unique(candidate: Candidate) -> bool | None:
    """Whether it stands for itself in its set; None while it was not compared."""
    return None if candidate.novelty is None else candidate.unique


def is_novel(candidate: Candidate) -> bool | None:
    """Whether it is none of the known crystals; None while it was not compared with them."""
    return None if candidate.novelty is None else candidate.novelty.novel


def is_within(candidate: Candidate, bound_ev_per_atom: float) -> bool | None:
    """Whether it is relaxed and at most so far above the hull; None while that is not known."""
    if is_relaxed(candidate) is False:
        return False
    above = candidate.energy_above_hull_ev_per_atom
    return None if above is None else candidate.within(bound_ev_per_atom)


def is_sun(candidate: Candidate) -> bool | None:
    """Whether it is stable, unique and novel; None while that is not known."""
    if candidate.crystal is None:
        return False
    verdicts = (is_within(candidate, 0.0), is_unique(candidate), is_novel(candidate))
    if False in verdicts:
        return False
    return None if None in verdicts else True


def within_name(bound_ev_per_atom: float) -> str:
    """What a funnel calls the crystals that are at most so far above the hull."""
    return f"at most {bound_ev_per_atom:g} eV/atom above hull"
