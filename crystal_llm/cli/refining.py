"""Refining on the way: the switch that ``generate`` and ``judge`` share, and what it says."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, tell
from crystal_llm.errors import RequestError
from crystal_llm.flow.card import DEFAULT_FLOW
from crystal_llm.jobs.refine import Refine, shipped_flow

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate
    from crystal_llm.crystal.written import Written


def add_refine_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds whether crystals are refined, by which network and in how many steps."""
    how = parser.add_argument_group("refining")
    how.add_argument(
        "--refine",
        action="store_true",
        help="refine the crystals first (FlowLLM, as `crystal-llm refine`): off by default",
    )
    how.add_argument(
        "--refine-network",
        metavar="NAME",
        help="a flow's card, such as flow-types, which keeps a crystal's elements alone (default: "
        f"{DEFAULT_FLOW})",
    )
    how.add_argument(
        "--refine-steps", type=int, metavar="N", help="Euler steps (default: the network's own)"
    )


def asked_refine(arguments: argparse.Namespace) -> Refine | None:
    """What the arguments ask about refining; None where they do not.

    Raises:
        RequestError: Steps or a network without ``--refine``.
        JobError: Steps that cannot be taken.
        ModelCardError: There is no network.
    """
    if not arguments.refine:
        for option in ("refine_steps", "refine_network"):
            if getattr(arguments, option) is not None:
                raise RequestError(f"--{option.replace('_', '-')} needs --refine")
        return None
    refine = Refine(arguments.refine_network or DEFAULT_FLOW, steps=arguments.refine_steps)
    refine.check()
    _card(refine)
    return refine


def refined_candidates(
    written: Iterable[Written], refine: Refine, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Candidate]:
    """Candidates, checked as they are written, and refined where they can be.

    Args:
        written: What was written.
        refine: How it is refined.
        should_stop: Asked after every step; those that are not done stay as they are.
    """
    from crystal_llm.candidate import begun
    from crystal_llm.flow.card import load_flow
    from crystal_llm.judging import can_relax, checked, refined

    flow, settings = refine.flow_by(load_flow)
    candidates = [checked(candidate) for candidate in begun(written)]
    able = [candidate for candidate in candidates if can_relax(candidate)]
    done = {
        candidate.index: candidate
        for candidate in refined(
            able, flow, settings, progress=Countdown("refined"), should_stop=should_stop
        )
    }
    went_on = sum(candidate.refined_crystal is not None for candidate in done.values())
    tell(f"{flow.identity}: refined {went_on} of {len(able)}; the others go on as written")
    for candidate in candidates:
        yield done.get(candidate.index, candidate)


def refined_line(said: dict[str, Any], candidate: Candidate) -> dict[str, Any]:
    """A candidate's line, as `crystal-llm refine` writes it where it was refined.

    One that went on as written keeps its text and structure, and ``refinement`` says why.
    """
    from crystal_llm.candidate import Refined
    from crystal_llm.flow.refined_file import refined_record

    step = candidate.step(Refined)
    if step is None:
        return said
    if step.crystal is not None:
        return refined_record(said, candidate.id, step.refinement, None)
    return {**said, "refinement": told_refinement(candidate)}


def told_refinement(candidate: Candidate) -> dict[str, Any] | None:
    """What a line says of a refinement; its ``failure`` says why the crystal went on as written."""
    from crystal_llm.candidate import Refined
    from crystal_llm.flow.refined_file import told_of

    step = candidate.step(Refined)
    return None if step is None else told_of(step.refinement) | {"failure": step.refused}


def refine_purpose(refine: Refine | None) -> dict[str, Any]:
    """What a journal of relaxations says of refining: nothing where there was none."""
    if refine is None:
        return {}
    card = _card(refine)
    settings = refine.settings_for(card)
    asked = [settings.steps, settings.keep_space_group, settings.passes]
    return {"refine": [card.weights.sha256, *asked]}


def _card(refine: Refine) -> Any:
    from crystal_llm.settings import settings

    return shipped_flow(settings().models, refine.network)
